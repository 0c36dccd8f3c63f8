"""Profile city-code: a digest in the symbol, the details from elsewhere."""

from collections.abc import Iterator

from credential.claims import Position, encode_license
from credential.seal import city_code_url, seal_city_code
from tests.vectors.district import (
    BOOKSHOP,
    CAFE,
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN,
    HAIDIAN_KEY,
    seconds,
    status_list,
)
from tests.vectors.forging import CLAIMS
from tests.vectors.scenario import Layer, Scenario

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


def with_field(at: int, field: str) -> str:
    return URL + ".".join([*FIELDS[:at], field, *FIELDS[at + 1 :]])


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
    yield HERE.indeterminate(
        "at-the-door-without-details",
        "Step 16: where the premises are is not known either.",
        TEXT,
        "details-missing",
        "position-unknown",
        near=Position(39.9242, 116.4436),
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
        seal_city_code(BOOKSHOP, HAIDIAN_KEY, host=HAIDIAN.host, generated_at=GENERATED).text,
        details=encode_license(BOOKSHOP),
        status_lists=[(0, status_list(issuer=HAIDIAN, signer=HAIDIAN_KEY))],
    )
    last = seal_city_code(
        CAFE._replace(status_index=9), CHAOYANG_KEY, host=CHAOYANG.host, generated_at=GENERATED
    )
    yield HERE.indeterminate(
        "last-entry-of-the-list",
        "A reference without details has one entry, not a permit's behind it.",
        last.text,
        "details-missing",
        status_lists=[(0, status_list(size=10))],
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
