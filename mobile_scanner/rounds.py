"""A round of inspection: one line a license for people, and one row a code for a spreadsheet."""

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from credential.days import SHANGHAI
from mobile_scanner.findings import Code, Finding
from mobile_scanner.list_errors import TableThereError, TableUnwritableError
from mobile_scanner.screen import headline, mark
from mobile_scanner.terminal import Span, Terminal, columns, pad
from mobile_scanner.verdict_form import seconds_of_text
from mobile_scanner.words import OUTCOMES, Term

_OUTCOME_COLUMNS: Final = 46
_NUMBER_COLUMNS: Final = 21
_HEADER: Final = (
    *("时间 time", "结论 outcome", "编号 number", "版本 version", "名称 holder"),
    *("信用代码 USCC", "地址 address", "行业 industry", "期限 last day"),
    *("原因 reasons", "来源 source"),
)
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would compute (OWASP, CSV injection); an apostrophe before it makes it text."""


class WalkPrinter:
    """One line a license, and a count of outcomes at the end."""

    def __init__(self, stream: TextIO, terminal: Terminal) -> None:
        self._stream = stream
        self._terminal = terminal
        self._terms: Counter[Term] = Counter()

    def show(self, finding: Finding) -> None:
        for code in finding.codes:
            term = headline(code.verdict)
            self._terms[term] += 1
            self._write(_walk_line(code, term, self._terminal))
        if not finding.codes:
            name = finding.picture or ""
            self._write((Span(f"       – 未能识读 nothing read  {name}"),))

    def finish(self) -> None:
        count = self._terms.total()
        order = list(OUTCOMES.values())
        told = ", ".join(
            f"{self._terms[term]} {term.zh} {term.en}"
            for term in sorted(
                self._terms, key=lambda term: order.index(term) if term in order else len(order)
            )
        )
        self._write((Span(f"汇总 Summary  {count} 件 codes{': ' if told else ''}{told}"),))

    def _write(self, line: tuple[Span, ...]) -> None:
        for text in self._terminal.render([line]):
            self._stream.write(text + "\n")
        self._stream.flush()


class CsvBook:
    """A table on disk, a row a code, written out as soon as it is known."""

    def __init__(self, name: str) -> None:
        """Begin a new file.

        Raises:
            TableThereError, TableUnwritableError: it is there already, or cannot be written.
        """
        try:
            # With a byte order mark: without one Excel takes it for GBK.
            self._file = Path(name).open(  # noqa: SIM115 - closed with this book
                "x", encoding="utf-8-sig", newline=""
            )
        except FileExistsError:
            raise TableThereError(given=name) from None
        except (OSError, ValueError) as error:
            cause = getattr(error, "strerror", None) or str(error)
            raise TableUnwritableError(given=name, cause=cause) from None
        self._rows = csv.writer(self._file)
        self._rows.writerow(_HEADER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._file.close()

    def show(self, finding: Finding) -> None:
        for code in finding.codes:
            self._rows.writerow([_as_text(cell) for cell in _cells(code, finding)])
        self._file.flush()

    def finish(self) -> None:
        self._file.flush()


def _walk_line(code: Code, term: Term, terminal: Terminal) -> tuple[Span, ...]:
    license = code.verdict["license"]
    number = license["number"] if license else ""
    holder = license["holder"] if license else None
    told = pad(f"{mark(term, terminal)} {term.zh} {term.en}", _OUTCOME_COLUMNS)
    rest = f"{pad(number, _NUMBER_COLUMNS)}{holder['name'] if holder else ''}"
    if not license:
        rest = _shortened(code.text, terminal.width - 7 - _OUTCOME_COLUMNS)
    return Span(f"{_clock(code, '%H:%M')}  "), Span(told, term.ink), Span(rest)


def _shortened(text: str, room: int) -> str:
    while text and columns(text) > max(8, room - 1):
        text = text[: max(1, len(text) * 3 // 4)]
    return text + "…"


def _cells(code: Code, finding: Finding) -> tuple[str, ...]:
    verdict = code.verdict
    license = verdict["license"]
    reasons = " ".join(reason["code"] for reason in verdict["reasons"])
    when, source = _clock(code, "%Y-%m-%d %H:%M:%S"), finding.picture or ""
    if license is None:
        return (when, verdict["outcome"], *[""] * 7, reasons, source)
    holder, premises = license["holder"], license["premises"]
    return (
        when,
        verdict["outcome"],
        license["number"],
        str(license["version"]),
        holder["name"] if holder else "",
        holder["uscc"] if holder else "",
        premises["address"] if premises else "",
        license["industry"]["name"] or license["industry"]["code"],
        license["expires_on"] or "",
        reasons,
        source,
    )


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _clock(code: Code, form: str) -> str:
    seconds = seconds_of_text(code.verdict["as_of"]["now"]) or 0.0
    return datetime.fromtimestamp(seconds, SHANGHAI).strftime(form)
