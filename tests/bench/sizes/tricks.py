"""Tricks that would make a message smaller: what each saves, license by license.

Frame and fields save the same for every license. Texts are measured: `shortest_bits` finds the
fewest bits that our tables and one more way of writing allow.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Final

from credential.claims import License
from credential.phrases import (
    CODE_POINT,
    DIGIT_PAIRS,
    DIGITS,
    IDEOGRAPHS,
    ONE_BYTE,
    OTHER,
    PHRASES_ONE,
    SEPARATOR,
    TWO_BYTE,
)
from credential.text import pack_texts
from tests.bench.sizes.constructions import PHRASES
from tests.bench.sizes.cose_tokens import deflate
from tests.bench.sizes.words import load_words

Way = Callable[[str, int], Iterable[tuple[int, int]]]
"""Of a text and an offset: the ends that it reaches from there, each with its bits."""

_BETWEEN: Final = chr(SEPARATOR)
_SHORTEST_COPY: Final = 3
_LONGEST_COPY: Final = 95
_FARTHEST_COPY: Final = 255
_BITS_BEHIND: Final = {"common": 12, "hanzi": 15, "row": 8, "point": 21}


def texts_of(license: License) -> tuple[str, ...]:
    """The texts of a license in the order of its record."""
    return (license.holder, license.address, *(permit.number for permit in license.permits))


def packed_bytes(license: License) -> int:
    """As our format packs them."""
    return len(pack_texts(texts_of(license)))


def coded_bytes(license: License, encoding: str) -> int:
    """In a character encoding, with a separator between each two."""
    return len(_BETWEEN.join(texts_of(license)).encode(encoding))


def deflated_bytes(license: License) -> int:
    """UTF-8 and raw DEFLATE with our phrases as its preset dictionary."""
    return len(deflate(_BETWEEN.join(texts_of(license)).encode(), PHRASES))


def packed_with(license: License, way: Way) -> int:
    """As our format packs them, with one more way of writing."""
    return (shortest_bits(_BETWEEN.join(texts_of(license)), way) + 7) // 8


def shortest_bits(text: str, way: Way) -> int:
    """The fewest bits for a text; all that a reader needs stands in it."""
    best = [0] * (len(text) + 1)
    for start in range(len(text) - 1, -1, -1):
        ends = [(start + 1, 8 * (1 + 3)), *_by_tables(text, start), *way(text, start)]
        best[start] = min(bits + best[end] for end, bits in ends)
    return best[0]


def nothing_more(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Our tables alone."""
    yield from ()


def ascii_run(text: str, start: int) -> Iterator[tuple[int, int]]:
    """A code of two bytes that says how many ASCII characters follow as they are."""
    end = start
    while end < len(text) and " " <= text[end] <= "~":
        end += 1
        yield end, 8 * (2 + end - start)


def copy(text: str, start: int) -> Iterator[tuple[int, int]]:
    """A code of three bytes that repeats characters of what was read before."""
    before = max(0, start - _FARTHEST_COPY)
    for end in range(start + _SHORTEST_COPY, min(start + _LONGEST_COPY, len(text)) + 1):
        if text.find(text[start:end], before, start) < 0:
            return
        yield end, 8 * 3


def brackets(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Years in brackets that are not the standard's 〔〕, in two bytes as parts of numbers."""
    for part in _BRACKETS:
        if text.startswith(part, start):
            yield start + len(part), 8 * 2


def region(text: str, start: int) -> Iterator[tuple[int, int]]:
    """One more table of two bytes: the region's divisions, whole."""
    for name in _DIVISION_NAMES:
        if text.startswith(name, start):
            yield start + len(name), 8 * 2


def together(*ways: Way) -> Way:
    """Several ways at once."""

    def any_of(text: str, start: int) -> Iterator[tuple[int, int]]:
        for way in ways:
            yield from way(text, start)

    return any_of


def huffman_lengths(trained_on: Iterable[License]) -> Mapping[str | int, int]:
    """A static Huffman code over our codes, hanzi in two classes with 12 and 15 bits behind."""
    counts: Counter[str | int] = Counter(range(IDEOGRAPHS))
    counts.update(_BITS_BEHIND)  # every symbol once, so that each has a code
    for license in trained_on:
        counts.update(_symbols(pack_texts(texts_of(license))))
    order = count()
    heap: list[tuple[int, int, tuple[str | int, ...]]] = [
        (number, next(order), (symbol,)) for symbol, number in counts.items()
    ]
    heapq.heapify(heap)
    lengths: Counter[str | int] = Counter()
    while len(heap) > 1:
        (few, _, left), (more, _, right) = heapq.heappop(heap), heapq.heappop(heap)
        lengths.update((*left, *right))
        heapq.heappush(heap, (few + more, next(order), (*left, *right)))
    return lengths


def huffman_bytes(license: License, lengths: Mapping[str | int, int]) -> int:
    """The codes that our format writes, in that Huffman code."""
    symbols = _symbols(pack_texts(texts_of(license)))
    bits = sum(lengths[symbol] + _BITS_BEHIND.get(str(symbol), 0) for symbol in symbols)
    return (bits + 7) // 8


def _symbols(packed: bytes) -> Iterator[str | int]:
    """The codes of packed text: a lead byte, or the class of what is longer than one byte."""
    rest = iter(packed)
    for lead in rest:
        if lead < IDEOGRAPHS:
            yield lead
        elif lead == CODE_POINT:
            yield "point"
            next(rest), next(rest), next(rest)
        elif lead - IDEOGRAPHS < 82:
            yield (
                "common" if _is_common(0x4E00 + (lead - IDEOGRAPHS << 8) + next(rest)) else "hanzi"
            )
        else:
            yield "row"
            next(rest)


def _is_common(code_point: int) -> bool:
    """Whether a hanzi is of the first level of GB 2312: 3,755, rows 16 to 55."""
    try:
        return 0xB0 <= chr(code_point).encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def _by_tables(text: str, start: int) -> Iterator[tuple[int, int]]:
    for length in range(1, min(_LONGEST, len(text) - start) + 1):
        size = _SIZES.get(text[start : start + length])
        if size is not None:
            yield start + length, 8 * size


def _sizes() -> dict[str, int]:
    sizes = {chr(code_point): 2 for code_point in range(0x4E00, 0xA000)}
    sizes |= dict.fromkeys((*OTHER, *TWO_BYTE), 2)
    sizes |= dict.fromkeys((*ONE_BYTE, _BETWEEN), 1)
    sizes |= {str(digit): 1 for digit in range(PHRASES_ONE - DIGITS)}
    return sizes | {f"{pair:02d}": 1 for pair in range(DIGITS - DIGIT_PAIRS)}


_SIZES: Final = _sizes()
_LONGEST: Final = max(map(len, _SIZES))
_DIVISION_NAMES: Final = tuple(
    name
    for division in load_words().region
    for name in (division.address, division.county, division.holder)
)
_BRACKETS: Final = ("[20", "]第", "（20", "）第", "[", "]")
