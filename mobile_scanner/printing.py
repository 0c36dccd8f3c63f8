"""Where findings go: lines for people, or a list for programs, each written out at once."""

import json
import sys
from typing import Protocol, TextIO

from credential.printable import clean
from mobile_scanner.findings import Finding
from mobile_scanner.pictures.errors import ScannerError
from mobile_scanner.screen import finding_lines, summary_lines
from mobile_scanner.terminal import Terminal


class Printer(Protocol):
    def show(self, finding: Finding) -> None: ...
    def finish(self) -> None: ...


class PeoplePrinter:
    """A page a code, and a summary when there were several pictures or codes."""

    def __init__(self, stream: TextIO, terminal: Terminal, *, rehearsal: str | None) -> None:
        self._stream = stream
        self._terminal = terminal
        self._rehearsal = rehearsal
        self._pictures: list[Finding] = []

    def show(self, finding: Finding) -> None:
        if finding.picture is not None:
            self._pictures.append(finding)
        lines = finding_lines(finding, self._terminal, rehearsal=self._rehearsal)
        for line in self._terminal.render(lines):
            self._stream.write(line + "\n")
        self._stream.flush()

    def finish(self) -> None:
        if sum(max(1, len(finding.codes)) for finding in self._pictures) > 1:
            for line in self._terminal.render(summary_lines(self._pictures, self._terminal)):
                self._stream.write(line + "\n")
        self._stream.flush()


class JsonPrinter:
    """One JSON list, an element a line; each line is whole as soon as its picture is done.

    A program that reads along takes the first character (`[` or `,`) off each line. ASCII alone:
    no terminal, encoding or locale can spoil it. `rehearsal_at` is the instant when it is not now.
    """

    def __init__(self, stream: TextIO, *, rehearsal_at: str | None = None) -> None:
        self._stream = stream
        self._beside = {} if rehearsal_at is None else {"rehearsal_at": rehearsal_at}
        self._open = "["

    def show(self, finding: Finding) -> None:
        self._stream.write(f"{self._open}{json.dumps(finding.as_dict() | self._beside)}\n")
        self._stream.flush()
        self._open = ","

    def finish(self) -> None:
        self._stream.write("[]\n" if self._open == "[" else "]\n")
        self._stream.flush()


def note(error: ScannerError) -> None:
    """Tell a person something beside the findings; one line, Chinese and English."""
    say(error.zh, error.en)


def say(zh: str, en: str) -> None:
    print(clean(f"{zh} {en}"), file=sys.stderr, flush=True)
