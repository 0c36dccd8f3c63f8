"""Bytes as people read them: each line its hex, and what it says.

Whoever writes lines states the bytes once; the lines together must be the message, to the byte.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from credential import cbor
from credential.envelope import read_sign1

WIDTH = 46  # characters of hex before the remark
BYTES_A_LINE = 16


class Line(NamedTuple):
    """Some bytes, how deep they stand, and what is to be said of them."""

    data: bytes
    depth: int
    remark: str


def annotated(lines: Iterable[Line], whole: bytes) -> str:
    """The lines as text.

    Raises:
        ValueError: they are not, one after another, the bytes of `whole`.
    """
    lines = list(lines)
    if b"".join(line.data for line in lines) != whole:
        raise ValueError("the lines are not the message")
    return "\n".join(_rows(lines))


def message_lines(message: bytes, payload: Iterable[Line]) -> Iterator[Line]:
    """The lines of a license's COSE_Sign1 message around the lines of its payload."""
    parts = read_sign1(message, max_bytes=len(message))
    algorithm, key_id, _, _ = parts.header
    yield Line(message[:2], 0, "tag 18 (COSE_Sign1), array of four")
    yield Line(message[2:3], 1, f"protected header, {len(parts.protected)} bytes")
    yield Line(parts.protected[:1], 2, "map of two")
    yield Line(parts.protected[1:3], 3, f"1, algorithm: {algorithm}")
    yield Line(parts.protected[3:], 3, f"4, key id: {key_id.hex()}")
    yield Line(b"\xa0", 1, "unprotected header, empty")
    body = message.index(parts.unverified_payload)
    start = 3 + len(parts.protected) + 1
    yield Line(
        message[start:body], 1, f"payload, {len(parts.unverified_payload)} bytes, byte string"
    )
    yield from payload
    yield Line(b"\x58\x40", 1, "signature, 64 bytes")
    yield Line(parts.signature, 2, "r and s, 32 bytes each")


def diagnostic(item: cbor.Item) -> str:
    """An item in CBOR's diagnostic notation (RFC 8949 §8)."""
    match item:
        case None:
            return "null"
        case bool():
            return str(item).lower()
        case bytes():
            return f"h'{item.hex()}'"
        case str():
            return f'"{item}"'
        case tuple():
            return "[" + ", ".join(map(diagnostic, item)) + "]"
        case Mapping():
            pairs = (f"{diagnostic(key)}: {diagnostic(value)}" for key, value in item.items())
            return "{" + ", ".join(pairs) + "}"
    return str(item)


def _rows(lines: Iterable[Line]) -> Iterator[str]:
    for data, depth, remark in lines:
        for at in range(0, len(data), BYTES_A_LINE):
            row = "  " * depth + data[at : at + BYTES_A_LINE].hex()
            yield f"{row:<{WIDTH}}{remark}" if at == 0 else row
