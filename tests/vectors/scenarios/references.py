"""Profile city-code: the record in the symbol, the details it points to, and its key's life."""

from collections.abc import Iterator

from credential.barcode import encode_41
from credential.citycode import DEFAULT_LAYOUT, parse_city_code
from credential.claims import (
    REFERENCE_DIGEST_BYTES,
    encode_license,
    encode_reference,
    reference_digest,
)
from credential.code_list import seal_code_list
from credential.envelope import bstr, sign1
from credential.status import MEDIA_TYPE
from credential.trust import TrustedKey
from tests.vectors.district import (
    BOOKSHOP,
    CAFE,
    CATALOG,
    CHAOYANG_KEY,
    es256_key,
    instant,
    key,
    status_list,
    with_keys,
)
from tests.vectors.forging import CLAIMS, MESSAGE, claims_set, text_of
from tests.vectors.scenario import Circumstances, Scenario
from tests.vectors.scenarios.city_code import (
    EXTENSION,
    FIELDS,
    HERE,
    SEALED,
    TEXT,
    URL,
    with_field,
)


def scenarios() -> Iterator[Scenario]:
    yield from details()
    yield from records()
    yield from key_lives()


def around(payload: bytes, *, type: str | None = None, aad: bytes | None = None) -> str:
    """A city code around any payload, truly signed."""
    authenticated = parse_city_code(".".join(FIELDS)).authenticated(URL, DEFAULT_LAYOUT)
    message = sign1(
        payload, CHAOYANG_KEY, type=type, external_aad=authenticated if aad is None else aad
    )
    return with_field(EXTENSION, encode_41(message))


def with_generated(generated: str) -> str:
    """CAFE's reference, truly signed with another time of generation."""
    fields = (*FIELDS[:4], generated, *FIELDS[5:])
    authenticated = parse_city_code(".".join(fields)).authenticated(URL, DEFAULT_LAYOUT)
    message = sign1(encode_reference(CAFE), CHAOYANG_KEY, external_aad=authenticated)
    return URL + ".".join((*FIELDS[:EXTENSION], encode_41(message), *fields[4:]))


def pointing_to(claims: bytes) -> bytes:
    """CAFE's reference, its digest that of other claims."""
    return encode_reference(CAFE)[:-REFERENCE_DIGEST_BYTES] + reference_digest(claims)


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
    for name, description, fetched, codes in (
        (
            "details-a-reference",
            "The digest is of another reference.",
            encode_reference(BOOKSHOP._replace(issuer=CAFE.issuer)),
            "details-mismatch",
        ),
        (
            "details-of-a-broken-record",
            "The digest is of claims that break the rules.",
            CLAIMS + b"\x00",
            "claims-malformed",
        ),
    ):
        yield HERE.rejected(
            name,
            f"Step 9: {description}",
            around(pointing_to(fetched)),
            codes,
            details=fetched,
        )
    later = claims_set(bstr(b"\x02" * 40), label=b"\x3a\x00\x01\x00\x04")
    yield HERE.indeterminate(
        "details-of-a-later-version",
        "Step 9: the digest is of a record of a later version.",
        around(pointing_to(later)),
        "version-unsupported",
        details=later,
    )
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
        "moved-into-profile-full",
        "Step 6: a reference's message as decimal digits; the fields are gone.",
        text_of(SEALED.message),
        "signature-invalid",
    )
    yield HERE.rejected(
        "message-of-profile-full-cut-to-fit",
        "Step 3: as much of a whole license's message as 200 characters hold.",
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
            "reference-of-industry-0",
            "Industries begin at 01.",
            claims_set(bstr(record[:1] + b"\x00" + record[2:]), label=label),
            "claims-malformed",
        ),
        (
            "reference-of-industry-100",
            "An industry has two digits.",
            claims_set(bstr(record[:1] + b"\x64" + record[2:]), label=label),
            "claims-malformed",
        ),
        (
            "reference-of-a-last-day-after-2109",
            "Days end at 32,767.",
            claims_set(bstr(record[:10] + b"\x80\x00" + record[12:]), label=label),
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
    yield HERE.indeterminate(
        "time-of-generation-in-letters",
        "Step 2: the other fields have lengths and an alphabet; what they say is not acted on.",
        with_generated("NOTATIME00"),
        "details-missing",
    )
    yield HERE.rejected(
        "type-present",
        "Step 4: a list's type on a city code.",
        around(b"\xa0", type=MEDIA_TYPE[:20]),
        "envelope-malformed",
    )


def key_lives() -> Iterator[Scenario]:
    other = es256_key("chaoyang new")

    def under(entry: TrustedKey) -> Circumstances:
        return Circumstances(
            trust_list=with_keys(entry, key(other)),
            status_lists=[(0, status_list(signer=other))],
            code_lists=[seal_code_list(CATALOG, other)],
        )

    compromised = key(CHAOYANG_KEY, compromised="2026-03-03")
    with_details = under(compromised)
    with_details["details"] = CLAIMS
    a_year_behind = under(key(CHAOYANG_KEY, start="2026-03-01"))
    a_year_behind["at"] = instant("2025-06-15T10:00:00")
    yield HERE.rejected(
        "compromised-key-without-details",
        "Step 10: no day of issue to hold against the compromise, so nothing is believed.",
        TEXT,
        "key-compromised",
        **under(compromised),
    )
    yield HERE.valid(
        "key-compromised-later-with-details",
        "Step 10: the details say that it was issued before.",
        TEXT,
        **with_details,
    )
    yield HERE.indeterminate(
        "retired-key-without-details",
        "Step 10: what a retired key signed stays good.",
        TEXT,
        "details-missing",
        **under(key(CHAOYANG_KEY, end="2026-03-31")),
    )
    yield HERE.rejected(
        "announced-key-without-details",
        "Step 10: a key not yet in use.",
        TEXT,
        "key-out-of-period",
        **under(key(CHAOYANG_KEY, start="2026-07-15")),
    )
    by_an_older_list = under(key(CHAOYANG_KEY, start="2026-07-15"))
    by_an_older_list["at"] = instant("2026-07-01T09:00:01")
    yield HERE.indeterminate(
        "announced-key-without-details-by-an-older-list",
        "Step 10: its first day may be an earlier one by now.",
        TEXT,
        "key-out-of-period-trust-old",
        **by_an_older_list,
    )
    yield HERE.indeterminate(
        "key-in-use-by-a-clock-before-the-list",
        "Step 10: a clock a year behind does not make a key one of days to come.",
        TEXT,
        "clock-implausible",
        "details-missing",
        **a_year_behind,
    )
