"""A trust list's source is read only when everything in it was understood."""

from datetime import date
from pathlib import Path

import pytest

from credential.days import day_of
from keys import editing
from keys.errors import Fault, KeyFileError
from keys.files import create_key, write_public
from keys.source import read_source

SOURCE = """
[[issuers]]
code = "110105"
name = "北京市朝阳区政务服务局"
name_en = "Chaoyang District Government Services Bureau"
host = "yz.chaoyang.example"
number_prefix = "朝综许"

[[issuers.keys]]
public = "one.pub.pem"
from = 2030-01-01

[[issuers.scopes]]
from = 2030-01-01
industries = ["08", "26"]

[[issuers]]
code = "110108"
name = "北京市海淀区政务服务局"
name_en = "Haidian District Government Services Bureau"
host = "YZ.HAIDIAN.EXAMPLE"
number_prefix = "海综许"
status_uri = "https://lists.haidian.example/{list}.cbor"

[[issuers.keys]]
public = "two.pub.pem"
from = 2029-01-01
until = 2031-12-31
compromised = 2031-03-01

[[issuers.scopes]]
from = 2030-06-01
until = 2031-12-31
kinds = ["food_business"]
trial = true
"""


@pytest.fixture
def keys(tmp_path: Path) -> None:
    for name, suite in (("one", "ES256"), ("two", "Ed25519")):
        key = create_key(tmp_path / f"{name}.pem", suite=suite)
        write_public(tmp_path / f"{name}.pub.pem", key.verification_key)


def write(folder: Path, text: str = SOURCE) -> Path:
    source = folder / "trust-list.toml"
    source.write_text(text, "utf-8")
    return source


def refused(source: Path) -> KeyFileError:
    with pytest.raises(KeyFileError) as caught:
        read_source(source)
    return caught.value


def test_what_the_source_says_is_what_is_listed(keys: None, tmp_path: Path) -> None:
    chaoyang, haidian = read_source(write(tmp_path))
    assert (chaoyang.code, chaoyang.host) == ("110105", "YZ.CHAOYANG.EXAMPLE")
    assert chaoyang.status_list_uri(3) == "https://yz.chaoyang.example/status/3"
    assert haidian.status_list_uri(3) == "https://lists.haidian.example/3.cbor"
    (key,) = haidian.keys
    assert key.key.suite.name == "Ed25519"
    assert (key.from_day, key.until_day, key.compromised_day) == (
        day_of(date(2029, 1, 1)),
        day_of(date(2031, 12, 31)),
        day_of(date(2031, 3, 1)),
    )
    assert [scope.industries for scope in chaoyang.scopes] == [("08", "26")]
    assert [(scope.industries, scope.kinds, scope.trial) for scope in haidian.scopes] == [
        (None, ("food_business",), True)
    ]


# Each with what is replaced, by what, and the place that the refusal names.
MALFORMED = {
    "code not in quotes": ('code = "110105"', "code = 110105", "issuers[1]"),
    "code too short": ('code = "110108"', 'code = "1101"', "issuers[2]"),
    "no name": ('name = "北京市朝阳区政务服务局"\n', "", "issuers[1]"),
    "empty name": ('"北京市海淀区政务服务局"', '""', "issuers[2]"),
    "host with a path": ('"yz.chaoyang.example"', '"yz.chaoyang.example/x"', "issuers[1]"),
    "host with a port": ('"yz.chaoyang.example"', '"yz.chaoyang.example:80"', "issuers[1]"),
    "prefix with digits": ('"海综许"', '"海2"', "issuers[2]"),
    "status URI without {list}": ("{list}.cbor", "list.cbor", "issuers[2]"),
    "status URI of another scheme": ("https://lists", "http://lists", "issuers[2]"),
    "unknown word of an issuer": ("number_prefix", "numberprefix", "issuers[1]"),
    "unknown word of a key": ("until =", "till =", "issuers[2]"),
    "unknown word of a scope": ("industries =", "industry =", "issuers[1]"),
    "no first day": (
        'public = "one.pub.pem"\nfrom = 2030-01-01',
        'public = "one.pub.pem"',
        "issuers[1]",
    ),
    "day as text": ("from = 2029-01-01", 'from = "2029-01-01"', "issuers[2]"),
    "day as an instant": ("from = 2029-01-01", "from = 2029-01-01T00:00:00Z", "issuers[2]"),
    "day that no format can hold": ("from = 2029-01-01", "from = 2129-01-01", "issuers[2]"),
    "key's days the wrong way round": (
        "from = 2029-01-01\nuntil = 2031-12-31",
        "from = 2029-01-01\nuntil = 2028-12-31",
        "issuers[2]",
    ),
    "scope's days the wrong way round": (
        "from = 2030-06-01\nuntil = 2031-12-31",
        "from = 2030-06-01\nuntil = 2030-05-31",
        "issuers[2]",
    ),
    "industries as one text": ('["08", "26"]', '"08"', "issuers[1]"),
    "kinds as one text": ('["08", "26"]', '["08"]\nkinds = "food_business"', "issuers[1]"),
    "kinds in capitals": ('["08", "26"]', '["08"]\nkinds = ["Food"]', "issuers[1]"),
    "industries as numbers": ('["08", "26"]', "[8, 26]", "issuers[1]"),
    "trial as text": ("trial = true", 'trial = "false"', "issuers[2]"),
    "key not named": ('public = "one.pub.pem"\n', "", "issuers[1]"),
    "key named by a number": ('"one.pub.pem"', "1", "issuers[1]"),
    "an issuer that is no table": ("[[issuers]]", "issuers = [1]\n[[x]]", ""),
    "a table of another name": (
        '[[issuers]]\ncode = "110108"',
        '[[issuer]]\ncode = "110108"',
        "only [[issuers]]",
    ),
    "another word at the top": (
        '[[issuers]]\ncode = "110105"',
        'number = 1\n[[issuers]]\ncode = "110105"',
        "only [[issuers]]",
    ),
    "no TOML": ("[[issuers]]", "[[issuers", ""),
    "trial as a number": ("trial = true", "trial = 1", "issuers[2]: scopes[1]: trial = 1"),
    "trial as no number": ("trial = true", "trial = 0.0", "issuers[2]: scopes[1]: trial = 0.0"),
    "an integer of 5,000 digits": ("trial = true", f"trial = {'9' * 5000}", "digits"),
    "an integer of 99,999 digits": ("trial = true", f"trial = 0x{'9' * 99_999}", "issuers[2]"),
    "deep nesting": ("trial = true", f"trial = {'[' * 9999}{']' * 9999}", "too deeply nested"),
    "nesting of some depth": ("trial = true", f"trial = {'[' * 90}{']' * 90}", "scopes[1]: trial"),
    "no keys": (
        '[[issuers.keys]]\npublic = "one.pub.pem"\nfrom = 2030-01-01',
        "",
        "issuers[1]: 缺少 missing: keys",
    ),
    "keys as a number": (
        '[[issuers.keys]]\npublic = "one.pub.pem"\nfrom = 2030-01-01',
        "keys = 5",
        "issuers[1]: keys = 5",
    ),
    "keys as texts": (
        '[[issuers.keys]]\npublic = "one.pub.pem"\nfrom = 2030-01-01',
        'keys = ["one.pub.pem"]',
        "issuers[1]: keys[1]: 'one.pub.pem'",
    ),
    "keys as a table": (
        '[[issuers.keys]]\npublic = "one.pub.pem"',
        '[issuers.keys]\npublic = "one.pub.pem"',
        "issuers[1]: keys = ",
    ),
    "scopes as a number": (
        '[[issuers.scopes]]\nfrom = 2030-01-01\nindustries = ["08", "26"]',
        "[[issuers.scopes.x]]",
        "issuers[1]: scopes = ",
    ),
    "the second key": (
        "[[issuers.scopes]]",
        '[[issuers.keys]]\npublic = "one.pub.pem"\n[[issuers.scopes]]',
        "issuers[1]: keys[2]: 缺少 missing: from",
    ),
    "escapes in a name": ('"北京市海淀区政务服务局"', r'"\u001b[2J"', r"name = '\x1b[2J'"),
    "a direction mark in a name": ('"北京市海淀区政务服务局"', r'"海\u202e"', "issuers[2]"),
    "a line end in a name": ('"北京市海淀区政务服务局"', r'"海\n淀"', r"name = '海\n淀'"),
    "a blank name": ('"北京市海淀区政务服务局"', '"  "', "issuers[2]: name = '  '"),
    "a blank English name": ('"Haidian District Government Services Bureau"', '" "', "name_en"),
    "a host in another script": ('"YZ.HAIDIAN.EXAMPLE"', '"yz.海淀.example"', "issuers[2]: host"),
    "a Kelvin sign in a host": ('"YZ.HAIDIAN.EXAMPLE"', '"YZ.\u212a.EXAMPLE"', "issuers[2]: host"),
    "a blank in a status URI": ("/{list}.cbor", "/ {list}.cbor", "issuers[2]: status_uri"),
    "an escape in a status URI": ("/{list}.cbor", r"/\u001b{list}.cbor", "issuers[2]: status_uri"),
    "a kind that nobody sees": ('"food_business"', r'"food\u200b"', "issuers[2]: scopes[1]: kinds"),
    "a long value": ('"北京市海淀区政务服务局"', f'"{"x" * 9999}\\t"', "xxx…"),
}


@pytest.mark.parametrize(("old", "new", "place"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_source_is_refused_by_place(
    old: str, new: str, place: str, keys: None, tmp_path: Path
) -> None:
    assert old in SOURCE
    source = write(tmp_path, SOURCE.replace(old, new, 1))
    error = refused(source)
    assert (error.path, error.fault) == (str(source), Fault.MALFORMED_SOURCE)
    assert place in error.detail
    assert len(error.detail) < 300
    assert "Error" not in error.detail


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "no [[issuers]]"),
        ("issuers = []", "no [[issuers]]"),
        ("issuers = 3", "issuers = 3"),
        ("issuers = [1, 2]", "issuers[1]: 1"),
        ('issuers = ["x"]', "issuers[1]: 'x': 须写作 [[issuers]] no table"),
        ("issuers = {}", "issuers = {}"),
    ],
)
def test_a_source_without_issuers_is_refused(text: str, place: str, tmp_path: Path) -> None:
    error = refused(write(tmp_path, text))
    assert error.fault is Fault.MALFORMED_SOURCE
    assert place in error.detail


@pytest.mark.parametrize("value", ["[" * 9999 + "]" * 9999, "9" * 5000], ids=["deep", "long"])
def test_a_source_that_is_edited_is_refused_as_one_that_is_read(
    value: str, keys: None, tmp_path: Path
) -> None:
    source = write(tmp_path, SOURCE.replace("trial = true", f"trial = {value}"))
    before = sorted(tmp_path.iterdir())
    for edit in (
        lambda: editing.retire(source, key_id="00000000", last=date(2031, 1, 1)),
        lambda: editing.announce(
            source, issuer="110105", public=tmp_path / "one.pub.pem", first=date(2031, 1, 1)
        ),
    ):
        with pytest.raises(KeyFileError) as caught:
            edit()
        assert (caught.value.path, caught.value.fault) == (str(source), Fault.MALFORMED_SOURCE)
    assert sorted(tmp_path.iterdir()) == before


def test_a_source_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing.toml").fault is Fault.MISSING
    assert refused(tmp_path).fault is Fault.UNREADABLE
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert refused(binary).fault is Fault.MALFORMED_SOURCE


def test_a_key_that_the_source_names_has_to_be_there(keys: None, tmp_path: Path) -> None:
    (tmp_path / "two.pub.pem").unlink()
    error = refused(write(tmp_path))
    assert (error.path, error.fault) == (str(tmp_path / "two.pub.pem"), Fault.MISSING)


def test_a_private_key_in_the_place_of_a_public_one_is_refused(keys: None, tmp_path: Path) -> None:
    error = refused(write(tmp_path, SOURCE.replace("one.pub.pem", "one.pem")))
    assert (error.path, error.fault) == (str(tmp_path / "one.pem"), Fault.NOT_A_KEY)


def test_a_file_of_several_keys_is_no_key(keys: None, tmp_path: Path) -> None:
    one, two = tmp_path / "one.pub.pem", tmp_path / "two.pub.pem"
    one.write_bytes(one.read_bytes() + two.read_bytes())
    error = refused(write(tmp_path))
    assert (error.path, error.fault) == (str(one), Fault.NOT_ONE_KEY)
