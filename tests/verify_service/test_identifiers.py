"""Identifiers: what is refused and why, held against published numbers and another library."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import InvalidFormat, ValidationError
from stdnum.iso7064 import mod_11_10 as stdnum_mod_11_10
from stdnum.iso7064 import mod_37_36 as stdnum_mod_37_36

from credential.uscc import pack_uscc, unpack_uscc
from verify_service.identifiers import (
    BEIJING_DISTRICTS,
    LicenseNumber,
    check_division_code,
    check_permit_number,
    make_elicense_identifier,
    organization_check,
    parse_elicense_identifier,
    parse_license_number,
    parse_uscc,
    uscc_check,
)
from verify_service.identifiers.errors import (
    DivisionCodeError,
    ELicenseCheckError,
    ELicenseFormError,
    IdentifierError,
    LicenseNumberFormError,
    LicensePrefixError,
    OrganizationCheckError,
    PermitNumberError,
    UsccCharacterError,
    UsccCheckError,
    UsccError,
    UsccLengthError,
)
from verify_service.identifiers.iso7064 import mod_11_10, mod_37_36
from verify_service.identifiers.uscc import ALPHABET

# Public codes of well-known bodies: Huawei, Tencent, Alibaba (China), Xiaomi, Baidu (Beijing).
REAL = (
    "914403001922038216",
    "9144030071526726XG",
    "91330100799655058B",
    "91110108551385082Q",
    "91110000802100433B",
)
FICTITIOUS = "91110105MAXX00015X"


@st.composite
def usccs(draw: st.DrawFn, *, prefixes: str = ALPHABET) -> str:
    head = draw(st.text(prefixes, min_size=1, max_size=1)) + draw(
        st.text(ALPHABET, min_size=1, max_size=1)
    )
    division = draw(st.text("0123456789", min_size=6, max_size=6))
    organization = draw(st.text(ALPHABET, min_size=8, max_size=8))
    body = head + division + organization + organization_check(organization)
    return body + uscc_check(body)


@pytest.mark.parametrize("code", [*REAL, FICTITIOUS])
def test_a_code_in_use_is_accepted_and_split(code: str) -> None:
    parsed = parse_uscc(code)
    assert str(parsed) == code
    parts = parsed.department + parsed.category + parsed.division_code + parsed.organization_code
    assert parts == code[:17]


@given(code=usccs())
def test_every_code_with_right_checks_is_accepted_and_packs(code: str) -> None:
    assert parse_uscc(code).code == code
    assert unpack_uscc(pack_uscc(code)) == code


@given(code=usccs(prefixes="0123456789"), place=st.integers(8, 15), other=st.sampled_from(ALPHABET))
def test_another_character_in_the_organization_code_fails_its_own_check(
    code: str, place: int, other: str
) -> None:
    # 11 divides some products of a weight and a difference (A and 0 differ by 10, but L and A by
    # 11): there the inner check is blind, and the outer one catches it.
    assume(other != code[place])
    blind = (int(other, 36) - int(code[place], 36)) % 11 == 0
    changed = code[:place] + other + code[place + 1 :]
    with pytest.raises(UsccCheckError if blind else OrganizationCheckError):
        parse_uscc(changed)


@given(code=usccs(), place=st.integers(0, 17), other=st.sampled_from(ALPHABET))
def test_no_single_wrong_character_is_accepted(code: str, place: int, other: str) -> None:
    assume(other != code[place])
    with pytest.raises(UsccError):
        parse_uscc(code[:place] + other + code[place + 1 :])


@given(code=usccs(), place=st.integers(0, 16))
def test_no_two_neighbors_can_change_places(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    with pytest.raises(UsccError):
        parse_uscc(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def test_the_error_says_which_check_failed_and_what_it_should_be() -> None:
    with pytest.raises(UsccCheckError) as outer:
        parse_uscc(FICTITIOUS[:17] + "Y")
    assert (outer.value.expected, outer.value.found) == ("X", "Y")
    assert "第 18 位" in str(outer.value)
    with pytest.raises(OrganizationCheckError) as inner:
        parse_uscc(FICTITIOUS[:16] + "6" + FICTITIOUS[17])
    assert (inner.value.expected, inner.value.found) == ("5", "6")
    assert "第 17 位" in str(inner.value)


@pytest.mark.parametrize("length", [0, 17, 19, 1000])
def test_another_length_is_refused(length: int) -> None:
    with pytest.raises(UsccLengthError) as caught:
        parse_uscc("9" * length)
    assert caught.value.found == length


@pytest.mark.parametrize(
    ("code", "position"),
    [
        ("I1110105MAXX00015X", 1),
        ("9O110105MAXX00015X", 2),
        ("911A0105MAXX00015X", 4),
        ("91110105mAXX00015X", 9),
        ("91110105MAXX0001AX", 17),
        ("91110105MAXX00015x", 18),
        ("９1110105MAXX00015X", 1),
        ("9111010٥MAXX00015X", 8),
        ("91110105MAXX00015\n", 18),
    ],
)
def test_a_character_out_of_place_is_told_by_its_position(code: str, position: int) -> None:
    with pytest.raises(UsccCharacterError) as caught:
        parse_uscc(code)
    assert caught.value.position == position
    assert caught.value.character not in caught.value.allowed


@given(code=usccs())
def test_stdnum_agrees_on_the_outer_check(code: str) -> None:
    assert stdnum_uscc.calc_check_digit(code[:17]) == code[17]


@given(code=usccs(prefixes="123456789"), last=st.sampled_from(ALPHABET))
def test_stdnum_skips_the_inner_check_and_we_do_not(code: str, last: str) -> None:
    assume(code[1].isdigit() and last != code[16])
    body = code[:16] + last
    changed = body + uscc_check(body)
    assert stdnum_uscc.is_valid(changed)
    with pytest.raises((OrganizationCheckError, UsccCharacterError)):
        parse_uscc(changed)


@pytest.mark.parametrize("prefix", ["N1", "A1", "Y1", "N2"])
def test_stdnum_refuses_prefixes_of_the_standard_and_we_do_not(prefix: str) -> None:
    body = f"{prefix}110105MAXX00015"
    code = body + uscc_check(body)
    assert parse_uscc(code).department == prefix[0]
    with pytest.raises(InvalidFormat):
        stdnum_uscc.validate(code)


@given(digits=st.text("0123456789", min_size=1, max_size=30))
def test_mod_11_10_is_stdnums(digits: str) -> None:
    assert mod_11_10(digits) == stdnum_mod_11_10.calc_check_digit(digits)


@given(characters=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=60))
def test_mod_37_36_is_stdnums(characters: str) -> None:
    assert mod_37_36(characters) == stdnum_mod_37_36.calc_check_digit(characters)


IDENTIFIER = "1.2.156.3005.2.11110105MAXX90014Q001.11110105MAXX90014Q.202306000001.001.5"


def test_an_elicense_identifier_is_built_and_split() -> None:
    parsed = parse_elicense_identifier(IDENTIFIER)
    assert (parsed.serial, parsed.version, parsed.check) == ("202306000001", "001", "5")
    built = make_elicense_identifier(
        type_code="11110105MAXX90014Q001",
        issuer_code="11110105MAXX90014Q",
        serial="202306000001",
        version="001",
    )
    assert built == parsed
    assert str(built) == IDENTIFIER


@given(place=st.integers(15, 72), other=st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_no_single_wrong_character_of_an_elicense_identifier_is_accepted(
    place: int, other: str
) -> None:
    assume(IDENTIFIER[place] not in {".", other})
    with pytest.raises(ELicenseCheckError) as caught:
        parse_elicense_identifier(IDENTIFIER[:place] + other + IDENTIFIER[place + 1 :])
    stdnum_body = (IDENTIFIER[:place] + other + IDENTIFIER[place + 1 : -1])[15:].replace(".", "")
    with pytest.raises(ValidationError):
        stdnum_mod_37_36.validate(stdnum_body + caught.value.found)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "root"),
        ("1.2.156.3005.3.A.B.1.1.0", "root"),
        ("1.2.156.3005.2.A.B.1.1", "parts"),
        ("1.2.156.3005.2.A.B.1.1.0.0", "parts"),
        ("1.2.156.3005.2.a.B.1.1.0", "type_code"),
        ("1.2.156.3005.2.A..1.1.0", "issuer_code"),
        ("1.2.156.3005.2.A.B.一.1.0", "serial"),
        ("1.2.156.3005.2.A.B.1. .0", "version"),
        ("1.2.156.3005.2." + "A" * 200, "length"),
    ],
)
def test_another_form_is_refused_by_its_part(text: str, part: str) -> None:
    with pytest.raises(ELicenseFormError) as caught:
        parse_elicense_identifier(text)
    assert caught.value.part == part


@pytest.mark.parametrize("code", ["110105", "110108", "440300", "820000"])
def test_division_codes_are_accepted(code: str) -> None:
    assert check_division_code(code) == code


@pytest.mark.parametrize("code", ["", "11010", "1101055", "990105", "11010a", "１１０１０５"])
def test_what_is_no_division_code_is_refused(code: str) -> None:
    with pytest.raises(DivisionCodeError):
        check_division_code(code)


def test_beijings_districts_are_division_codes() -> None:
    assert len(BEIJING_DISTRICTS) == 16
    assert BEIJING_DISTRICTS["110105"] == "朝阳区"
    assert all(check_division_code(code) for code in BEIJING_DISTRICTS)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("food_business", "JY21105030026657"),
        ("tobacco_retail", "110105100114"),
        ("public_hygiene", "京卫公证字〔2023〕第110105-000081号"),
        ("unheard_of", "?"),
        ("public_hygiene", "甲" * 64),
    ],
)
def test_numbers_that_look_right_or_have_no_known_form_get_no_warning(
    kind: str, number: str
) -> None:
    assert check_permit_number(kind, number) == ()


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("food_business", "JY21105030026658", "food-check"),
        ("food_business", "JY41105030026657", "food-form"),
        ("food_business", "JY2110503002665", "food-form"),
        ("food_business", "京朝食〔2023〕1号", "food-form"),
        ("tobacco_retail", "11010510011", "tobacco-form"),
        ("tobacco_retail", "990105100114", "tobacco-division"),
    ],
)
def test_numbers_that_look_wrong_are_warned_about_and_accepted(
    kind: str, number: str, code: str
) -> None:
    (warning,) = check_permit_number(kind, number)
    assert warning.code == code
    assert warning.zh
    assert warning.en


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("", "empty"),
        ("甲" * 65, "too-long"),
        ("JY\x002", "invisible-character"),
        ("JY\n2", "invisible-character"),
        ("JY\u200b2", "invisible-character"),
        ("JY\u202e2", "invisible-character"),
        ("JY\ud8002", "invisible-character"),
        (" JY2", "edge-space"),
        ("JY2\u3000", "edge-space"),
    ],
)
def test_numbers_that_cannot_be_kept_or_shown_are_refused(number: str, reason: str) -> None:
    for kind in ("food_business", "unheard_of"):
        with pytest.raises(PermitNumberError) as caught:
            check_permit_number(kind, number)
        assert caught.value.reason == reason


@given(kind=st.sampled_from(["food_business", "tobacco_retail", "x"]), number=st.text(max_size=70))
def test_any_permit_number_is_warned_about_or_refused_and_never_crashes(
    kind: str, number: str
) -> None:
    try:
        check_permit_number(kind, number)
    except PermitNumberError:
        assert (
            not number or len(number) > 64 or number != number.strip() or not number.isprintable()
        )


@given(industry=st.integers(1, 40), year=st.integers(2023, 2999), serial=st.integers(1, 99_999))
def test_a_license_number_reads_back(industry: int, year: int, serial: int) -> None:
    number = LicenseNumber(prefix="朝综许", industry=f"{industry:02}", year=year, serial=serial)
    assert parse_license_number(str(number), prefix="朝综许") == number


def test_the_number_of_the_first_sample_is_spelled_as_printed() -> None:
    number = LicenseNumber(prefix="朝综许", industry="06", year=2023, serial=1)
    assert str(number) == "朝综许06-2023-00001"


def test_a_number_of_another_issuer_is_told_apart() -> None:
    with pytest.raises(LicensePrefixError) as caught:
        parse_license_number("海综许06-2023-00001", prefix="朝综许")
    assert (caught.value.expected, caught.value.found) == ("朝综许", "海综许")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "朝综许6-2023-00001",
        "朝综许06-2023-0001",
        "朝综许06-2023-000001",
        "朝综许06-0023-00001",
        "朝综许06-2023-00000",
        "朝综许06-2023-00001\n",
        "朝综许０６-2023-00001",
        "06-2023-00001",
        "朝_许06-2023-00001",
    ],
)
def test_what_is_no_license_number_is_refused(text: str) -> None:
    with pytest.raises(LicenseNumberFormError):
        parse_license_number(text, prefix="朝综许")


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"prefix": "朝1"}, "prefix"),
        ({"prefix": ""}, "prefix"),
        ({"industry": "6"}, "industry"),
        ({"year": 23}, "year"),
        ({"serial": 0}, "serial"),
        ({"serial": 100_000}, "serial"),
    ],
)
def test_a_number_that_could_not_be_read_back_is_not_made(
    changed: dict[str, object], part: str
) -> None:
    parts: dict[str, object] = {"prefix": "朝", "industry": "06", "year": 2023, "serial": 1}
    with pytest.raises(LicenseNumberFormError) as caught:
        LicenseNumber(**parts | changed)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.part == part
    assert isinstance(caught.value, IdentifierError)
