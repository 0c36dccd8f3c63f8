"""Status lists that may replace the one held, and those that must not be believed."""

import zlib
from collections.abc import Iterator

from credential.code_list import MEDIA_TYPE as CODE_LIST_TYPE
from credential.envelope import read_sign1, sign1
from credential.status import MAX_ENTRIES, MEDIA_TYPE
from tests.vectors.admitting import (
    ADMITTED,
    ORDINARY,
    REFUSED,
    STATUS,
    UNCHANGED,
    Admission,
    step,
)
from tests.vectors.district import (
    CHAOYANG_KEY,
    status_list,
    stored,
)


def admissions() -> Iterator[Admission]:
    yield from replacing()
    yield from broken_status_lists()


def run_of_zeros(count: int) -> bytes:
    """A zlib stream of 258 × `count` + 1 zeros: one literal, then matches at distance 1."""
    bits = "1" + "10" + "00110000" + ("11000101" + "00000") * count + "0000000"
    # Codes go in from their most significant bit; the block's type, 01, from its least.
    padded = bits + "0" * (-len(bits) % 8)
    block = bytes(int(padded[at : at + 8][::-1], 2) for at in range(0, len(padded), 8))
    zeros = bytes(258 * count + 1)
    return b"\x78\x9c" + block + zlib.adler32(zeros).to_bytes(4, "big")


def replacing() -> Iterator[Admission]:
    older, newer = status_list(issued="2026-06-14T06:00:00"), status_list()
    yield Admission(
        name="status-list-newer-replaces-older",
        description="Yesterday's, then today's.",
        steps=(ORDINARY, step(STATUS, older, ADMITTED), step(STATUS, newer, ADMITTED)),
    )
    yield Admission(
        name="status-list-rollback",
        description="Today's, then yesterday's again: the newer one stays.",
        steps=(ORDINARY, step(STATUS, newer, ADMITTED), step(STATUS, older, UNCHANGED)),
    )
    yield Admission(
        name="status-list-of-the-same-second",
        description="Two lists of one iat: the first one stays.",
        steps=(
            ORDINARY,
            step(STATUS, newer, ADMITTED),
            step(STATUS, status_list({8: 1}), UNCHANGED),
        ),
    )
    yield Admission(
        name="status-list-shorter-than-before",
        description="A list only grows: entries that were there cannot vanish.",
        steps=(
            ORDINARY,
            step(STATUS, older, ADMITTED),
            step(STATUS, status_list(size=30), REFUSED),
        ),
    )


def broken_status_lists() -> Iterator[Admission]:
    largest = run_of_zeros(MAX_ENTRIES // 2 // 258)
    for name, description, data, result in (
        (
            "compressed",
            "523,807 zeros in 3,312 bytes: within the bound.",
            status_list(packed=largest),
            ADMITTED,
        ),
        (
            "bomb",
            "524,323 bytes, more than 2^20 entries are: inflating stops at the bound.",
            status_list(packed=run_of_zeros(MAX_ENTRIES // 2 // 258 + 2)),
            REFUSED,
        ),
        ("cut", "Its last byte is missing.", status_list()[:-1], REFUSED),
        ("zlib-cut", "The stream ends early.", status_list(packed=stored(bytes(16))[:-5]), REFUSED),
        (
            "zlib-without-checksum",
            "Only the checksum is missing.",
            status_list(packed=stored(bytes(16))[:-4]),
            REFUSED,
        ),
        (
            "zlib-wrong-checksum",
            "A wrong Adler-32.",
            status_list(packed=stored(bytes(16))[:-1] + b"\x00"),
            REFUSED,
        ),
        (
            "bytes-after-zlib",
            "Bytes behind the stream.",
            status_list(packed=stored(bytes(16)) + b"\x00"),
            REFUSED,
        ),
        (
            "two-zlib-streams",
            "One stream behind another.",
            status_list(packed=stored(bytes(8)) * 2),
            REFUSED,
        ),
        (
            "deflate-without-zlib",
            "RFC 1951 without RFC 1950.",
            status_list(packed=stored(bytes(16))[2:-4]),
            REFUSED,
        ),
        ("not-compressed", "The bare entries.", status_list(packed=bytes(16)), REFUSED),
        ("zlib-empty", "No bytes where a stream should be.", status_list(packed=b""), REFUSED),
        (
            "two-bits",
            "2 bits an entry: each state would be another's.",
            status_list(changes={65533: {"bits": 2, "lst": stored(bytes(8))}}),
            REFUSED,
        ),
        (
            "aggregation",
            "The draft's optional aggregation_uri: ignored.",
            status_list(
                changes={
                    65533: {"aggregation_uri": "https://x.test", "bits": 4, "lst": stored(bytes(8))}
                }
            ),
            ADMITTED,
        ),
        (
            "a-claim-more",
            "An iss (1) beside the five claims.",
            status_list(changes={1: "110105"}),
            REFUSED,
        ),
        (
            "issued-after-its-end",
            "iat after exp.",
            status_list(expires="2026-06-15T05:59:59"),
            REFUSED,
        ),
        ("issued-at-its-end", "iat is exp.", status_list(expires="2026-06-15T06:00:00"), REFUSED),
        ("issued-at-0", "An iat of 0.", status_list(changes={6: 0}), REFUSED),
        (
            "expires-after-9999",
            "An exp that no calendar shows.",
            status_list(changes={4: 253_402_272_000}),
            REFUSED,
        ),
        (
            "expires-in-2-63",
            "An exp that no 64-bit clock holds.",
            status_list(changes={4: 1 << 63}),
            REFUSED,
        ),
        ("ttl-0", "A ttl of 0.", status_list(changes={65534: 0}), REFUSED),
        ("ttl-true", "CBOR's true is no number.", status_list(changes={65534: True}), REFUSED),
        ("iat-as-text", "A text for a number.", status_list(changes={6: "2026-06-15"}), REFUSED),
        (
            "of-another-number",
            "List 1 where list 0 was looked up: sub is another.",
            status_list(number=1),
            REFUSED,
        ),
        (
            "of-another-uri",
            "sub on another host.",
            status_list(uri="https://status.test/0"),
            REFUSED,
        ),
        (
            "type-missing",
            "No type: it could be a license's message.",
            status_list(type=None),
            REFUSED,
        ),
        ("type-of-a-code-list", "Another list's type.", status_list(type=CODE_LIST_TYPE), REFUSED),
        ("bytes-after-the-message", "A byte behind the message.", status_list() + b"\x00", REFUSED),
        (
            "signature-altered",
            "The last bit flipped.",
            status_list()[:-1] + bytes((status_list()[-1] ^ 1,)),
            REFUSED,
        ),
        (
            "payload-altered",
            "An entry changed under the signature.",
            status_list().replace(bytes(8), b"\x01" + bytes(7), 1),
            REFUSED,
        ),
        ("empty", "No bytes.", b"", REFUSED),
        (
            "of-indefinite-length",
            "Claims in a map of indefinite length.",
            resigned(b"\xbf", b"\xff"),
            REFUSED,
        ),
        (
            "claims-with-a-trailing-byte",
            "A byte behind the claims.",
            resigned(b"\xa5", b"\x00"),
            REFUSED,
        ),
    ):
        yield Admission(
            name=f"status-list-{name}",
            description=description,
            steps=(ORDINARY, step(STATUS, data, result)),
        )


def resigned(head: bytes, tail: bytes) -> bytes:
    """The ordinary status list's claims behind another head, truly signed."""
    payload = read_sign1(status_list(), max_bytes=1024).unverified_payload
    return sign1(head + payload[1:] + tail, CHAOYANG_KEY, type=MEDIA_TYPE)
