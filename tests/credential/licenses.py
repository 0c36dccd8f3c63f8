"""Hypothesis strategies for everything that a license can hold."""

import unicodedata
from typing import Final

from hypothesis import strategies as st

from credential.claims import License, PendingItem, Permit, Position
from credential.days import MAX_DAY
from credential.phrases import ONE_BYTE, OTHER, TWO_BYTE
from credential.uscc import ALPHABET

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


def completed(characters: str) -> str:
    """A USCC of its first 16 characters: the checks of GB 11714 and GB 32100-2015 in plain words."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    inner = sum(
        weight * int(character, 36)
        for weight, character in zip(weights, characters[8:], strict=True)
    )
    characters += "0123456789X"[-inner % 11]
    outer = sum(3**place * ALPHABET.index(character) for place, character in enumerate(characters))
    return characters + ALPHABET[-outer % 31]


usccs = st.tuples(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=8, max_size=8),
).map(lambda parts: completed("".join(parts)))
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
