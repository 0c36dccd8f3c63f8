"""Profile city-code: a digest in the symbol, the details from elsewhere."""

from collections.abc import Iterator
from dataclasses import replace

from credential.barcode import encode_41
from credential.citycode import DEFAULT_LAYOUT, parse_city_code
from credential.claims import decode_claims, encode_license, encode_reference
from credential.envelope import bstr, sign1
from credential.seal import city_code_url, seal_city_code
from credential.status import MEDIA_TYPE
from credential.trust import KeyState
from tests.vectors.district import (
    BOOKSHOP,
    CAFE,
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN,
    HAIDIAN_KEY,
    es256_key,
    key,
    seconds,
    status_list,
    with_keys,
)
from tests.vectors.forging import CLAIMS, MESSAGE, claims_set
from tests.vectors.scenario import STATUS_LISTS, Layer, Scenario

HERE = Layer("city-code")
GENERATED = seconds("2026-03-02T11:20:00")
SEALED = seal_city_code(CAFE, CHAOYANG_KEY, host=CHAOYANG.host, generated_at=GENERATED)
TEXT = SEALED.text
URL = city_code_url(CHAOYANG.host)
FIELDS = TEXT.removeprefix(URL).split(".")
EXTENSION = 3


def scenarios() -> Iterator[Scenario]:
    yield from genuine()
    yield from altered_fields()
    yield from altered_extensions()
    yield from details()
    yield from records()
    yield from key_lives()


def with_field(at: int, field: str) -> str:
    return URL + ".".join([*FIELDS[:at], field, *FIELDS[at + 1 :]])


def around(payload: bytes, *, type: str | None = None, aad: bytes | None = None) -> str:
    """A city code around any payload, truly signed."""
    authenticated = parse_city_code(".".join(FIELDS)).authenticated(URL, DEFAULT_LAYOUT)
    message = sign1(
        payload, CHAOYANG_KEY, type=type, external_aad=authenticated if aad is None else aad
    )
    return with_field(EXTENSION, encode_41(message))


def genuine() -> Iterator[Scenario]:
    yield HERE.valid(
        "with-its-details",
        "The details were fetched, and their digest is the one in the code.",
        TEXT,
        details=CLAIMS,
    )
    yield HERE.indeterminate(
        "without-details",
        "Offline: genuine, and what it permits is not known.",
        TEXT,
        "details-missing",
    )
    yield HERE.not_in_force(
        "void-without-details",
        "Offline: the license's own entry is in the status list all the same.",
        TEXT,
        "license-void",
        "details-missing",
        status_lists=[(0, status_list({CAFE.status_index: 1}))],
    )
    yield HERE.not_in_force(
        "permit-revoked-with-details",
        "With the details, each permit's entry is looked at.",
        TEXT,
        "permit-revoked",
        details=CLAIMS,
        status_lists=[(0, status_list({CAFE.status_index + 1: 14}))],
    )
    yield HERE.valid(
        "of-another-district",
        "Haidian's, signed with Ed25519.",
        seal_city_code(
            BOOKSHOP, HAIDIAN_KEY, host=HAIDIAN.host, generated_at=GENERATED
        ).text,
        details=encode_license(BOOKSHOP),
        status_lists=[(0, status_list(issuer=HAIDIAN, signer=HAIDIAN_KEY))],
    )
    yield HERE.indeterminate(
        "index-outside-the-list",
        "A reference names no day of issue, so the list may be older than the license.",
        TEXT,
        "status-missing",
        "details-missing",
        status_lists=[(0, status_list(size=8))],
    )


def altered_fields() -> Iterator[Scenario]:
    for at, name, field in (
        (0, "code-system", "02"),
        (1, "authorization", "110108"),
        (2, "attribute", "ZHXX"),
        (4, "time-of-generation", "0003999999"),
        (5, "period-of-validity", "09999"),
    ):
        yield HERE.rejected(
            f"{name}-altered",
            "Step 6: the other fields are under the signature, too.",
            with_field(at, field),
            "signature-invalid",
            details=CLAIMS,
        )
        yield HERE.rejected(
            f"{name}-of-another-length",
            "Step 2: each field has its length.",
            with_field(at, field + "0"),
            "text-malformed",
        )
    for name, description, text in (
        ("field-missing", "Five fields.", URL + ".".join(FIELDS[:5])),
        ("field-too-many", "Seven fields.", TEXT + "."),
        ("field-in-lower-case", "zhxk for ZHXK.", with_field(2, "zhxk")),
        ("field-in-full-width", "Full-width digits.", with_field(0, "０１")),
        ("no-fields", "Nothing behind the guiding URL.", URL),
    ):
        yield HERE.rejected(name, f"Step 2: {description}", text, "text-malformed")
    yield HERE.rejected(
        "host-of-another-district",
        "Step 6: the guiding URL is under the signature.",
        TEXT.replace(CHAOYANG.host, HAIDIAN.host),
        "signature-invalid",
    )


def altered_extensions() -> Iterator[Scenario]:
    extension = FIELDS[EXTENSION]
    last = "0" if extension[-4] != "0" else "1"
    yield HERE.rejected(
        "extension-altered",
        "Step 6: one character of the signature.",
        with_field(EXTENSION, extension[:-4] + last + extension[-3:]),
        "signature-invalid",
    )
    for name, description, field in (
        ("extension-empty", "No extension.", ""),
        ("extension-of-201-characters", "At most 200.", extension + "0" * (201 - len(extension))),
        ("extension-with-a-character-left-over", "Groups of three, or two.", extension[:-1]),
        ("extension-with-another-character", "/ is not of the 41.", "/" + extension[1:]),
        ("extension-in-lower-case", "a is not of the 41.", "a" + extension[1:]),
        ("group-too-large", "::: is 68,920, more than two bytes hold.", ":::" + extension[3:]),
    ):
        yield HERE.rejected(
            name, f"Step 2: {description}", with_field(EXTENSION, field), "text-malformed"
        )
    yield HERE.rejected(
        "extension-cut",
        "Step 3: the last three characters cut off.",
        with_field(EXTENSION, extension[:-5]),
        "envelope-malformed",
    )


def details() -> Iterator[Scenario]:
    def mismatch(name: str, description: str, fetched: bytes, text: str = TEXT) -> Scenario:
        return HERE.rejected(
            name, f"Step 9: {description}", text, "details-mismatch", details=fetched
        )

    other = CAFE._replace(holder="北京雾屿酒馆有限公司")
    yield mismatch(
        "details-of-another-holder",
        "The same number with another name: the digest differs.",
        encode_license(other),
    )
    yield mismatch("details-empty", "Nothing where details should be.", b"")
    yield mismatch("details-cut", "Details cut short.", CLAIMS[:-1])
    # An issuer's faulty program: the digest is right, and the fields beside it are not.
    crossed = encode_reference(CAFE).replace(bytes((0, 0, 17)), bytes((0, 0, 18)))
    yield mismatch(
        "details-of-another-serial",
        "The digest fits, the serial beside it does not.",
        CLAIMS,
        around(crossed),
    )


def records() -> Iterator[Scenario]:
    yield HERE.rejected(
        "license-record-in-a-city-code",
        "Step 9: a whole license where a reference belongs (a short one fits).",
        URL + ".".join([*FIELDS[:EXTENSION], "*", *FIELDS[EXTENSION + 1 :]]),
        "text-malformed",
    )
    yield HERE.rejected(
        "message-of-profile-full",
        "A license's message moved into a city code: its signature covers no fields.",
        with_field(EXTENSION, encode_41(MESSAGE[:133])),
        "envelope-malformed",
    )
    yield HERE.rejected(
        "signed-without-its-fields",
        "Step 6: the fields were not under the signature.",
        around(encode_reference(CAFE), aad=b""),
        "signature-invalid",
    )
    yield HERE.rejected(
        "signed-for-another-host",
        "Step 6: the fields were signed for another guiding URL.",
        around(encode_reference(CAFE), aad=b"HTTPS://YZ.HAIDIAN.EXAMPLE/C/"),
        "signature-invalid",
    )
    short = claims_set(bstr(b"\x01" * 8), label=b"\x3a\x00\x01\x00\x00")
    record = encode_reference(CAFE)[16:]
    label = b"\x3a\x00\x01\x00\x01"
    for name, description, payload, code in (
        ("license-record-too-short", "A license record of 8 bytes.", short, "claims-malformed"),
        (
            "reference-a-byte-short",
            "A reference record has one length.",
            claims_set(bstr(record[:-1]), label=label),
            "claims-malformed",
        ),
        (
            "reference-of-version-0",
            "Versions begin at 1.",
            claims_set(bstr(b"\x00" + record[1:]), label=label),
            "claims-malformed",
        ),
        (
            "reference-of-industry-100",
            "An industry has two digits.",
            claims_set(bstr(record[:1] + b"\x64" + record[2:]), label=label),
            "claims-malformed",
        ),
        (
            "reference-of-serial-0",
            "Serials begin at 1.",
            claims_set(bstr(record[:3] + bytes(3) + record[6:]), label=label),
            "claims-malformed",
        ),
    ):
        yield HERE.rejected(name, f"Step 7: {description}", around(payload), code)
    yield HERE.indeterminate(
        "a-later-reference",
        "Step 7: a record of a later version.",
        around(claims_set(bstr(record), label=b"\x3a\x00\x01\x00\x07")),
        "version-unsupported",
    )
    yield HERE.rejected(
        "type-present",
        "Step 4: a list's type on a city code.",
        around(b"\xa0", type=MEDIA_TYPE[:20]),
        "envelope-malformed",
    )
    assert isinstance(decode_claims(CLAIMS), type(CAFE))


def key_lives() -> Iterator[Scenario]:
    other = es256_key("chaoyang new")
    lists = [(0, status_list(signer=other))]
    compromised = with_keys(
        key(CHAOYANG_KEY, KeyState.COMPROMISED, compromised="2026-03-03"), key(other)
    )
    yield HERE.rejected(
        "compromised-key-without-details",
        "Step 10: no day of issue to hold against the compromise, so nothing is believed.",
        TEXT,
        "key-compromised",
        trust_list=compromised,
        status_lists=lists,
    )
    yield HERE.valid(
        "key-compromised-later-with-details",
        "Step 10: the details say that it was issued before.",
        TEXT,
        details=CLAIMS,
        trust_list=compromised,
        status_lists=lists,
    )
    yield HERE.indeterminate(
        "retired-key-without-details",
        "Step 10: what a retired key signed stays good.",
        TEXT,
        "details-missing",
        trust_list=with_keys(key(CHAOYANG_KEY, KeyState.RETIRED, end="2026-03-31"), key(other)),
        status_lists=lists,
    )
    yield HERE.rejected(
        "announced-key-without-details",
        "Step 10: a key not yet in use.",
        TEXT,
        "key-out-of-period",
        trust_list=with_keys(
            replace(key(CHAOYANG_KEY), state=KeyState.ANNOUNCED), key(other)
        ),
        status_lists=STATUS_LISTS[:0],
    )
