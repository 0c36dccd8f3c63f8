"""What is told of a file of changes: the same from the command line and over HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verify_service.registry.intake_records import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What looks wrong with the number of a new permit; nothing is refused for it."""

    line: int
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """``run`` is None where nothing of the file was done yet. ``refused`` counts rows; a row can
    have several faults.

    ``licenses`` counts the states of licenses that followed; ``left_out`` the refused rows that
    are not listed here.
    """

    run: int | None
    dry_run: bool
    digest: bytes
    format: str
    encoding: str
    sheet: str | None
    rows: int
    done: int
    accepted: int
    licenses: int
    refusals: Sequence[Refusal]
    doubts: Sequence[Doubt]
    left_out: int = 0

    @property
    def refused(self) -> int:
        return self.done - self.accepted

    @property
    def finished(self) -> bool:
        return self.done == self.rows

    def as_dict(self) -> Mapping[str, object]:
        """Return the report for printing and for programs."""
        return {
            "run": self.run,
            "dry_run": self.dry_run,
            "finished": self.finished,
            "sha256": self.digest.hex(),
            "format": self.format,
            "encoding": self.encoding,
            "sheet": self.sheet,
            "rows": self.rows,
            "done": self.done,
            "accepted": self.accepted,
            "refused": self.refused,
            "licenses": self.licenses,
            "refusals": [
                {
                    "line": each.line,
                    "column": each.cell,
                    "code": each.code,
                    "zh": each.zh,
                    "en": each.en,
                }
                for each in self.refusals
            ],
            "left_out": self.left_out,
            "doubts": [
                {"line": each.line, "code": each.code, "zh": each.zh, "en": each.en}
                for each in self.doubts
            ],
        }
