"""A verdict as an inspector reads it: the outcome first, then what to compare, then why and what next.

Pure: from a finding to lines. What is to be held against the sheet on the wall stands apart, a
line each; every permit has its state and its last day; nothing is said without as of when.
"""

from collections.abc import Iterator

from credential.days import SHANGHAI
from credential.reasons import Outcome
from mobile_scanner.decoder import Corners
from mobile_scanner.findings import Code, Finding
from mobile_scanner.terminal import Ink, Line, Span, Terminal, columns, pad, wrap
from mobile_scanner.verdict_form import (
    LicenseForm,
    PermitForm,
    VerdictForm,
    seconds_of_text,
)
from mobile_scanner.words import CHECKED, CHECKS, OUTCOMES, SEVERITIES, STATES, Term, age

BLANK: Line = ()
_SHOWN_TEXT = 60
"""Characters of a code that is no license: enough to see what it is, too few to be of use."""
_UNIT_ZH = ("上", "中", "下"), ("左", "中", "右")
_UNIT_EN = ("top", "middle", "bottom"), ("left", "center", "right")


def finding_lines(finding: Finding, terminal: Terminal, *, training: bool) -> Iterator[Line]:
    """Show one picture, or one typed line. `training`: it is judged at another time than now."""
    if finding.picture is not None:
        yield from _picture_head(finding)
    for code in finding.codes:
        yield from _code_lines(code, finding, terminal, training=training)


def summary_lines(findings: list[Finding], terminal: Terminal) -> Iterator[Line]:
    """One line a code, when there were several."""
    yield (Span("汇总 Summary", Ink.STRONG),)
    for finding in findings:
        name = finding.picture or "–"
        if not finding.codes:
            yield (Span(f"  {mark(OUTCOMES[Outcome.INDETERMINATE], terminal)} 未能识读 not read"),
                   Span(f"  {name}"))
        for code in finding.codes:
            term = OUTCOMES[code.verdict["outcome"]]
            license = code.verdict["license"]
            number = license["number"] if license else ""
            holder = (license and license["holder"] and license["holder"]["name"]) or ""
            label = pad(f"  {mark(term, terminal)} {term.zh} {term.en}", 44)
            yield (Span(label, term.ink), Span(f"{pad(number, 24)} {holder}  {name}"))


def mark(term: Term, terminal: Terminal) -> str:
    return term.mark if terminal.signs else term.ascii
