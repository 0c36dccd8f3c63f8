"""Step 3: the one CBOR map in a license, its protected header, has one encoding."""

from collections.abc import Iterator

from credential.envelope import bstr
from tests.vectors.forging import KEY_ID, under_header
from tests.vectors.scenario import Layer, Scenario

HERE = Layer("cbor")
KID = bstr(KEY_ID)


def scenarios() -> Iterator[Scenario]:
    for name, description, protected in (
        (
            "duplicate-key",
            "Algorithm twice: which of the two is meant depends on the reader.",
            b"\xa3\x01\x26\x01\x27\x04" + KID,
        ),
        ("keys-out-of-order", "Key id before algorithm.", b"\xa2\x04" + KID + b"\x01\x26"),
        ("map-of-indefinite-length", "bf … ff.", b"\xbf\x01\x26\x04" + KID + b"\xff"),
        (
            "byte-string-of-indefinite-length",
            "The key id in chunks.",
            b"\xa2\x01\x26\x04\x5f" + KID + b"\xff",
        ),
        ("integer-in-two-bytes", "38 06 for 26.", b"\xa2\x01\x38\x06\x04" + KID),
        ("label-in-two-bytes", "18 01 for 01.", b"\xa2\x18\x01\x26\x04" + KID),
        ("length-in-two-bytes", "58 04 for 44.", b"\xa2\x01\x26\x04\x58\x04" + KEY_ID),
        ("count-in-two-bytes", "b8 02 for a2.", b"\xb8\x02\x01\x26\x04" + KID),
        ("bytes-after-the-map", "A trailing byte.", b"\xa2\x01\x26\x04" + KID + b"\x00"),
        ("map-cut-short", "A map of three with two entries.", b"\xa3\x01\x26\x04" + KID),
        ("algorithm-as-a-float", "−7.0 is not −7.", b"\xa2\x01\xf9\xc7\x00\x04" + KID),
        ("algorithm-as-a-bignum", "Tag 3: −7 as a big number.", b"\xa2\x01\xc3\x41\x06\x04" + KID),
        ("algorithm-tagged", "A tag about the algorithm.", b"\xa2\x01\xd9\xd9\xf7\x26\x04" + KID),
        ("algorithm-undefined", "undefined.", b"\xa2\x01\xf7\x04" + KID),
        ("label-true", "true and 1 are one key in some languages.", b"\xa2\xf5\x26\x04" + KID),
        ("nested-100-deep", "Arrays in arrays, to exhaust the stack.", b"\x81" * 100 + b"\x00"),
        (
            "array-of-2-62-items",
            "A count that would have a reader reserve memory.",
            b"\x9b\x40" + bytes(7),
        ),
        (
            "of-129-bytes",
            "One byte beyond the limit on a protected header.",
            b"\xa3\x01\x26\x04" + KID + b"\x10\x78\x75" + b"a" * 117,
        ),
        (
            "shared-reference",
            "Tags 28 and 29: an item that holds itself.",
            b"\xd8\x1c\x81\xd8\x1d\x00",
        ),
        ("text-not-utf-8", "A type of invalid UTF-8.", b"\xa3\x01\x26\x04" + KID + b"\x10\x61\xff"),
    ):
        yield HERE.rejected(
            name, f"Step 3: {description}", under_header(protected), "envelope-malformed"
        )
