"""The program `mobile-scanner`: reads the command line, runs one command, gives its exit status.

What a command needs is imported when it is chosen, so that the first verdict comes at once.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

from mobile_scanner.arguments import Parser, build_parser, join_place, read_seconds
from mobile_scanner.exit_status import ExitStatus
from mobile_scanner.pictures.errors import ScannerError

if TYPE_CHECKING:
    from mobile_scanner.pictures.terms import ReadingTerms

_SEARCHING: Final = 0.8
"""The share of a time limit that was asked for in which further readers are begun."""
_MAX_PAGES: Final = 200
"""Of a PDF: a street's sheets in one file, and no encyclopedia."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; gives an `ExitStatus`."""
    try:
        _take_any_character()
        parser = build_parser()
        options = parser.parse_args(join_place(sys.argv[1:] if arguments is None else arguments))
        return _sync(options) if options.command == "sync" else _scan(options, parser)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:  # whoever read along has seen enough
        _drop_output()
        return ExitStatus.PIPE_CLOSED
    except OSError as error:  # of standard output, the one thing that nobody below looks after
        _drop_output()
        _complain(f"无法写出结果（{error.strerror}）。", f"cannot write: {error.strerror}.")
        return ExitStatus.USAGE


def _drop_output() -> None:
    """Keep the interpreter from writing once more at its end, and from complaining then."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _scan(options: Namespace, parser: Parser) -> ExitStatus:
    asked = bool(options.pictures) + bool(options.text) + options.paste
    if options.command == "scan" and asked != 1:
        parser.error(
            "请给出图像，或用 --paste，或用 --text，择一"
            " give pictures, or --paste, or --text: one of them"
        )
    if options.walk and options.json:
        parser.error("--walk 与 --json 矛盾 --walk and --json contradict each other")
    if options.offline and options.server:
        parser.error("--offline 与 --server 矛盾 --offline and --server contradict each other")
    from mobile_scanner.pictures.process import PictureProcess

    try:
        with PictureProcess(_terms(options)) as process:
            if not options.text:
                with suppress(OSError):  # which is told where it is needed
                    process.start()  # it makes itself ready while all else is imported
            from mobile_scanner.scanning import scan

            return scan(options, process)
    except ScannerError as error:
        _complain(error.zh, error.en)
        return ExitStatus.USAGE


def _terms(options: Namespace) -> "ReadingTerms":
    from mobile_scanner.pictures.terms import ReadingTerms

    seconds = read_seconds(options.time_limit)
    terms = ReadingTerms(seconds=seconds, max_pages=_MAX_PAGES)
    if options.time_limit is None:
        return terms
    return replace(terms, patience=_SEARCHING * seconds)  # who asks for more time has a reason


def _sync(options: Namespace) -> ExitStatus:
    from mobile_scanner.list_errors import (
        BundleMissingError,
        PinError,
        ServerAddressError,
        StoreEmptyError,
    )
    from mobile_scanner.syncing import sync

    try:
        return sync(options)
    except (BundleMissingError, PinError, ServerAddressError, StoreEmptyError) as error:
        _complain(error.zh, error.en)
        return ExitStatus.USAGE
    except ScannerError as error:
        _complain(error.zh, error.en)
        return ExitStatus.NOTHING


def _take_any_character() -> None:
    """Let output go on where it is closed, or in an encoding that lacks a character."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for the whole run
    if sys.stderr is None:
        sys.stderr = sys.stdout
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _complain(zh: str, en: str) -> None:
    from credential.printable import clean

    print(clean(f"mobile-scanner: {zh} {en}"), file=sys.stderr)
