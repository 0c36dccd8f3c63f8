"""A camera that is held before licenses: each code is told of once, when it is seen.

A text of a license that is trusted here is told at once: no misreading has such a signature. Any other
must be seen in two frames. What has been told is told again when it comes back after it was out of
sight; in a walk, never.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from credential.verdict import Verdict
from mobile_scanner.findings import Code, Finding
from mobile_scanner.pictures.errors import SourceMissingError
from mobile_scanner.pictures.filming import film
from mobile_scanner.pictures.frames import FilmEnd, Frame
from mobile_scanner.pictures.process import PictureProcess
from mobile_scanner.pictures.symbols import ReadSymbol
from mobile_scanner.printing import say
from mobile_scanner.scanner import is_ours

if TYPE_CHECKING:
    from mobile_scanner.viewfinder import Viewfinder

OUT_OF_SIGHT: Final = 5.0
"""Seconds without a code after which it counts as coming back."""
_FRAMES_TO_BELIEVE: Final = 2
_GOOD_FOR: Final = 30.0
"""Seconds after which a code that stays in sight is judged again, and told again if it differs."""
_SHOWN_SIDE: Final = 800
"""Pixels of the window's picture."""


@dataclass(slots=True)
class _Known:
    """A text that was seen: when last, in how many frames, and what was told of it, as of when."""

    seen_at: float
    frames: int = 0
    told: Code | None = None
    judged_at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Sightings:
    """What a camera has seen so far; `code` makes of a symbol and its verdict what is told."""

    judge: Callable[[str], Verdict]
    code: Callable[[ReadSymbol, Verdict], Code]
    is_walk: bool = False
    clock: Callable[[], float] = monotonic
    _known: dict[str, _Known] = field(default_factory=dict, init=False)

    def take(self, frame: Frame) -> tuple[Code, ...]:
        """Give the codes of a frame that are to be told now."""
        now = self.clock()
        new: list[Code] = []
        for symbol in frame.symbols:
            known = self._known.get(symbol.text)
            if known is None or (not self.is_walk and now - known.seen_at > OUT_OF_SIGHT):
                known = self._known[symbol.text] = _Known(seen_at=now)
            known.seen_at = now
            known.frames += 1
            if known.told is not None and now - known.judged_at < _GOOD_FOR:
                continue
            verdict = self.judge(symbol.text)
            if not is_ours(verdict) and known.frames < _FRAMES_TO_BELIEVE:
                continue
            before, known.told = known.told, self.code(symbol, verdict)
            known.judged_at = now
            if before is None or _outcome(before) != _outcome(known.told):
                new.append(known.told)
        return tuple(new)

    def told_of(self, text: str) -> Code | None:
        """What was told of a text, for the window."""
        known = self._known.get(text)
        return None if known is None else known.told


def _outcome(code: Code) -> str:
    return code.verdict["outcome"]


def watch(
    process: PictureProcess, source: str, sightings: Sightings, *, window: bool
) -> Iterator[Finding]:
    """Give what a camera (its number) or a video (its path) shows, as it is seen.

    It ends with the video, with the window, or with Ctrl-C.

    Raises:
        SourceError: no camera or video, or the camera is gone.
    """
    if not source.isdecimal() and not Path(source).is_file():
        raise SourceMissingError(source=source)
    finder = _open_window() if window else None
    try:
        side = None if finder is None else _SHOWN_SIDE
        for frame in film(process, source, shown_side=side):
            if isinstance(frame, FilmEnd):
                _tell_end(frame)
                return
            codes = sightings.take(frame)
            if codes:
                yield Finding(picture=source, codes=codes, size=frame.size, frame=frame.number)
            if finder is not None and not finder.show(frame, sightings.told_of):
                return
    except KeyboardInterrupt:  # how a camera is put away where there is no window
        return
    finally:
        if finder is not None:
            finder.close()


def _open_window() -> "Viewfinder | None":
    try:
        from mobile_scanner.viewfinder import Viewfinder

        return Viewfinder()
    except (ImportError, RuntimeError) as error:
        say(
            f"没有窗口，仅输出文字，按 Ctrl-C 结束（{error}）。",
            f"There is no window: lines alone, Ctrl-C ends ({error}).",
        )
        return None


def _tell_end(end: FilmEnd) -> None:
    if end.missing:
        say(
            f"录像不完整：最后 {end.missing} 帧读不出。",
            f"The video is incomplete: its last {end.missing} frames cannot be read.",
        )
