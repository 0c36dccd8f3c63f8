"""Hypothesis strategies for everything that a license can hold."""

import unicodedata
from typing import Final

from hypothesis import strategies as st

from credential.claims import License, PendingItem, Permit, Position
from credential.days import MAX_DAY
from credential.phrases import ONE_BYTE, OTHER, TWO_BYTE
from credential.uscc import unpack_uscc

UNPRINTABLE: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

_characters = st.characters(exclude_categories=UNPRINTABLE)
_likely = st.sampled_from([*ONE_BYTE, *TWO_BYTE, *OTHER, "0", "12", "朝", "阳"])
days = st.integers(1, MAX_DAY)
codes = st.integers(1, 127)


def texts(*, max_size: int) -> st.SearchStrategy[str]:
    """Printable text in NFC, not empty: arbitrary characters among what shops are called."""
    return (
        st.lists(_characters | _likely, min_size=1, max_size=min(max_size, 24))
        .map(lambda parts: unicodedata.normalize("NFC", "".join(parts)))
        .filter(lambda text: 0 < len(text) <= max_size)
    )


usccs = st.lists(st.integers(0, 30), min_size=16, max_size=16).map(
    lambda values: unpack_uscc(
        sum(value << 5 * place for place, value in enumerate(values)).to_bytes(10, "big")
    )
)
positions = st.builds(
    lambda north, east: Position(north / 10_000, (east + 730_000) / 10_000),
    st.integers(0, 900_000),
    st.integers(0, (1 << 20) - 2),
)
permits = st.builds(
    Permit,
    code=codes,
    number=texts(max_size=64),
    last_day=st.none() | days,
    by_promise=st.booleans(),
)
pending_items = st.builds(PendingItem, code=codes, mandatory=st.booleans())


@st.composite
def licenses(draw: st.DrawFn, *, max_permits: int = 60) -> License:
    """Any license that the format can hold."""
    listed = draw(st.lists(permits, min_size=1, max_size=max_permits))
    issued = draw(days)
    return License(
        issuer=draw(st.from_regex(r"[0-9]{6}", fullmatch=True).filter(str.isascii)),
        version=draw(st.integers(1, 255)),
        industry=f"{draw(st.integers(1, 99)):02d}",
        catalog=draw(st.integers(2000, 2255)),
        year=draw(st.integers(2000, 2255)),
        serial=draw(st.integers(1, (1 << 24) - 1)),
        uscc=draw(usccs),
        holder=draw(texts(max_size=100)),
        address=draw(texts(max_size=150)),
        position=draw(st.none() | positions),
        issued_day=issued,
        expiry_day=draw(st.none() | st.integers(issued, MAX_DAY)),
        status_list=draw(st.integers(0, (1 << 12) - 1)),
        status_index=draw(st.integers(0, (1 << 20) - 1 - len(listed))),
        permits=tuple(listed),
        pending=tuple(draw(st.lists(pending_items, max_size=20))),
    )
