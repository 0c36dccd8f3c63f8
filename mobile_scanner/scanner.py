"""Finds the codes in a picture, each with its verdict: readers propose, the signature decides.

A reader's text is a candidate. One that verifies ends the search for its place; while any place is
without one, or was located and not read, the next reader is asked. Several in one place (a symbol
pasted into another) all stand: what verifies is no misreading, and no reader reads a symbol twice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from credential.reasons import Outcome
from credential.verdict import Check, Verdict
from mobile_scanner.pictures.decoder import Reading
from mobile_scanner.pictures.errors import PictureUnfinishedError, ReaderUnavailableError
from mobile_scanner.pictures.symbols import Corners, ReadSymbol, is_same_place

Judge = Callable[[str], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCode:
    """One code: its text, where it is in the picture's pixels, and what is to be thought of it."""

    text: str
    corners: Corners
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one picture holds.

    `unread` lists the symbols that were located and that nobody has read, `left_out` counts those
    beyond the limit, `unavailable` has the readers that were asked and are not installed, `stopped`
    is why the search has not come to its end.
    """

    codes: tuple[SeenCode, ...]
    unread: tuple[Corners, ...]
    left_out: int
    unavailable: tuple[ReaderUnavailableError, ...]
    stopped: PictureUnfinishedError | None = None


def scan_picture(readings: Iterable[Reading], judge: Judge) -> Seen:
    """Take a picture's codes from one reader after the other, and judge each of their texts.

    What was found before the time was over stands.
    """
    codes: list[SeenCode] = []
    unread: list[Corners] = []
    left_out = 0
    unavailable: list[ReaderUnavailableError] = []
    stopped = None
    try:
        for reading in readings:
            earlier = tuple(codes)
            for symbol in reading.symbols:
                _place(codes, symbol, judge, earlier)
            unread = _still_unread(unread, reading, codes)
            left_out += reading.left_out
            if reading.unavailable:
                unavailable.append(reading.unavailable)
            if codes and not unread and all(is_ours(code.verdict) for code in codes):
                break
    except PictureUnfinishedError as error:
        stopped = error
    return Seen(
        codes=tuple(codes),
        unread=tuple(unread),
        left_out=left_out,
        unavailable=tuple(unavailable),
        stopped=stopped,
    )


def is_ours(verdict: Verdict) -> bool:
    """Whether a text is a license of somebody trusted: no misreading has such a signature."""
    return verdict.outcome not in (Outcome.REJECTED, Outcome.NOT_A_LICENSE)


def _place(
    codes: list[SeenCode], symbol: ReadSymbol, judge: Judge, earlier: tuple[SeenCode, ...]
) -> None:
    """Put a candidate to its place; `earlier` are what the readers before this one have read."""
    places = _positions(symbol.corners, (code.corners for code in codes))
    if any(codes[at].text == symbol.text for at in places):
        return
    code = SeenCode(text=symbol.text, corners=symbol.corners, verdict=judge(symbol.text))
    if not places:
        codes.append(code)
    elif _is_proved(code.verdict):
        misread = [at for at in places if _may_be_misread(codes[at], earlier)]
        if misread:
            codes[misread[0]] = code
        else:
            codes.append(code)
    elif code.verdict.outcome is Outcome.REJECTED and not any(
        codes[at] in earlier for at in places
    ):
        codes.append(code)


def _is_proved(verdict: Verdict) -> bool:
    """Whether its signature verifies, also where what was signed is not accepted."""
    return is_ours(verdict) or verdict.checked.signature is Check.PASSED


def _may_be_misread(code: SeenCode, earlier: tuple[SeenCode, ...]) -> bool:
    return not _is_proved(code.verdict) and (
        code in earlier or code.verdict.outcome is Outcome.NOT_A_LICENSE
    )


def _still_unread(before: list[Corners], reading: Reading, codes: list[SeenCode]) -> list[Corners]:
    unread: list[Corners] = []
    for corners in (*before, *reading.unread):
        known = [*(code.corners for code in codes), *unread]
        if not _positions(corners, known):
            unread.append(corners)
    return unread


def _positions(corners: Corners, places: Iterable[Corners]) -> list[int]:
    return [at for at, place in enumerate(places) if is_same_place(corners, place)]
