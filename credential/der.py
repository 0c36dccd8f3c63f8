"""Signatures of ECDSA and SM2 in DER: SEQUENCE { INTEGER r, INTEGER s } (RFC 3279 §2.2.3).

By hand, because it is on the hot path.
"""


def integer(number: bytes) -> bytes:
    """Write a positive integer in its shortest form (X.690 §8.3): the top bit is its sign."""
    number = number.lstrip(b"\x00")
    if not number or number[0] > 0x7F:
        return b"\x02%c\x00%b" % (len(number) + 1, number)
    return b"\x02%c%b" % (len(number), number)


def signature(r: bytes, s: bytes) -> bytes:
    """Write a signature whose halves have at most 32 bytes."""
    r, s = integer(r), integer(s)
    return b"\x30%c%b%b" % (len(r) + len(s), r, s)
