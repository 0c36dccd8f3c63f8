"""What a scan has come to: for each picture (or typed line) its codes with their verdicts.

The JSON form is described in docs/scanner.md; members beside `picture` and `codes` are
there only where there is something to tell. `rehearsal_at` is added where it is printed.
"""

from dataclasses import dataclass

from credential.reasons import Outcome
from mobile_scanner.exit_status import ExitStatus
from mobile_scanner.pictures.errors import SourceError
from mobile_scanner.pictures.symbols import Corners
from mobile_scanner.verdict_form import VerdictForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """`corners` is None for a text that was typed."""

    text: str
    corners: Corners | None
    verdict: VerdictForm

    @property
    def is_valid(self) -> bool:
        return self.verdict["outcome"] == Outcome.VALID

    def as_dict(self) -> dict[str, object]:
        return {
            "text": self.text,
            "corners": _points(self.corners),
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One picture, or one line (`picture` is None); `size` is its width and height in pixels.

    `error` is why there is no picture, or why it was not searched to its end. `unread` and
    `left_out` are as in `scanner.Seen`. `frame` is the number of a camera's.
    """

    picture: str | None
    codes: tuple[Code, ...] = ()
    size: tuple[int, int] | None = None
    unread: tuple[Corners, ...] = ()
    left_out: int = 0
    error: SourceError | None = None
    frame: int | None = None

    def as_dict(self) -> dict[str, object]:
        found: dict[str, object] = {
            "picture": self.picture,
            "codes": [code.as_dict() for code in self.codes],
        }
        if self.unread:
            found["unread"] = [_points(corners) for corners in self.unread]
        if self.left_out:
            found["left_out"] = self.left_out
        if self.frame is not None:
            found["frame"] = self.frame
        if self.error:
            message = {"zh": self.error.zh, "en": self.error.en}
            found["error"] = {"code": self.error.code, "message": message}
        return found


@dataclass(slots=True)
class Tally:
    """Counts findings for the exit status."""

    sources: int = 0
    silent: int = 0
    codes: int = 0
    valid: int = 0

    def add(self, finding: Finding) -> None:
        self.sources += 1
        # What was seen and not judged is not known to be valid: 0 says that everything was.
        self.silent += bool(
            not finding.codes or finding.unread or finding.left_out or finding.error
        )
        self.codes += len(finding.codes)
        self.valid += sum(code.is_valid for code in finding.codes)

    def status(self) -> ExitStatus:
        if not self.codes:
            return ExitStatus.NOTHING
        if self.silent or self.valid < self.codes:
            return ExitStatus.OTHER
        return ExitStatus.VALID


def _points(corners: Corners | None) -> list[list[int]] | None:
    return corners and [list(point) for point in corners]
