"""Code lists that may replace the one held, and those that must not be believed."""

from collections.abc import Iterator
from dataclasses import replace

from credential import cbor
from credential.code_list import MEDIA_TYPE, seal_code_list
from credential.envelope import read_sign1, sign1
from credential.status import MEDIA_TYPE as STATUS_LIST_TYPE
from tests.vectors.admitting import ADMITTED, CODES, ORDINARY, REFUSED, UNCHANGED, Admission, step
from tests.vectors.district import (
    CATALOG,
    CATALOG_LIST,
    CHAOYANG_KEY,
    HAIDIAN,
    STRANGER_KEY,
    seconds,
)


def admissions() -> Iterator[Admission]:
    def listed(name: str, description: str, *steps: tuple[bytes, str]) -> Admission:
        return Admission(
            name=f"code-list-{name}",
            description=description,
            steps=(ORDINARY, *(step(CODES, data, result) for data, result in steps)),
        )

    def claims(**changes: cbor.Item) -> bytes:
        """A code list with a claim put in by its label."""
        payload = cbor.decode(
            read_sign1(CATALOG_LIST, max_bytes=4096).unverified_payload, max_bytes=4096
        )
        assert isinstance(payload, dict)
        labels = {"issuer": 1, "issued": 6, "listed": -65540, "more": 2}
        changed = {**payload, **{labels[name]: value for name, value in changes.items()}}
        return sign1(cbor.encode(changed), CHAOYANG_KEY, type=MEDIA_TYPE)

    grown = replace(
        CATALOG,
        issued_at=CATALOG.issued_at + 1,
        permits={**CATALOG.permits, 4: CATALOG.permits[3]},
    )
    newer = seal_code_list(grown, CHAOYANG_KEY)
    yield listed(
        "newer-replaces-older",
        "An edition grows.",
        (CATALOG_LIST, ADMITTED),
        (newer, ADMITTED),
        (CATALOG_LIST, UNCHANGED),
    )
    yield listed(
        "of-the-same-second",
        "Two lists of one edition and iat: the first one stays.",
        (CATALOG_LIST, ADMITTED),
        (seal_code_list(replace(grown, issued_at=CATALOG.issued_at), CHAOYANG_KEY), UNCHANGED),
    )
    for name, description, data in (
        (
            "of-another-issuer",
            "Chaoyang names Haidian's codes.",
            seal_code_list(replace(CATALOG, issuer=HAIDIAN.code), CHAOYANG_KEY),
        ),
        ("by-an-unknown-key", "A forger's key.", seal_code_list(CATALOG, STRANGER_KEY)),
        (
            "before-its-keys-first-day",
            "Signed before the key was in use.",
            seal_code_list(
                replace(CATALOG, issued_at=seconds("2025-12-31T23:59:59")), CHAOYANG_KEY
            ),
        ),
        (
            "signature-altered",
            "The last bit flipped.",
            CATALOG_LIST[:-1] + bytes((CATALOG_LIST[-1] ^ 1,)),
        ),
        ("cut", "Its last byte is missing.", CATALOG_LIST[:-1]),
        (
            "type-of-a-status-list",
            "Another list's type.",
            sign1(
                read_sign1(CATALOG_LIST, max_bytes=4096).unverified_payload,
                CHAOYANG_KEY,
                type=STATUS_LIST_TYPE,
            ),
        ),
        (
            "type-missing",
            "No type.",
            sign1(read_sign1(CATALOG_LIST, max_bytes=4096).unverified_payload, CHAOYANG_KEY),
        ),
        ("a-claim-more", "A fourth claim.", claims(more="110105")),
        ("without-permits", "Two items for three.", claims(listed=(2023, {}))),
        (
            "permit-code-0",
            "Codes begin at 1.",
            claims(listed=(2023, {}, {0: ("a", "b", "c", "d", "e")})),
        ),
        (
            "permit-code-128",
            "Codes end at 127.",
            claims(listed=(2023, {}, {128: ("a", "b", "c", "d", "e")})),
        ),
        (
            "permit-code-as-text",
            "A text for a number.",
            claims(listed=(2023, {}, {"1": ("a", "b", "c", "d", "e")})),
        ),
        (
            "permit-without-a-department",
            "Three names for five.",
            claims(listed=(2023, {}, {1: ("a", "b", "c")})),
        ),
        (
            "industry-of-one-digit",
            "An industry has two digits.",
            claims(listed=(2023, {"8": ("a", "b")}, {})),
        ),
        (
            "industry-of-full-width-digits",
            "Digits are 0 to 9; Unicode has others.",
            claims(listed=(2023, {"０８": ("a", "b")}, {})),
        ),
        (
            "industry-without-english",
            "One name for two.",
            claims(listed=(2023, {"08": ("a",)}, {})),
        ),
        ("edition-true", "CBOR's true is no number.", claims(listed=(True, {}, {}))),
        ("issued-as-text", "A text for an instant.", claims(issued="2026-06-01")),
        ("issued-after-9999", "An iat that no calendar shows.", claims(issued=253_402_272_000)),
        ("not-cbor", "A payload that is no CBOR.", sign1(b"\xff", CHAOYANG_KEY, type=MEDIA_TYPE)),
    ):
        yield listed(name, description, (data, REFUSED))
