"""``verify-service``: the bureau's and the departments' command line.

Exit status 0: done; 1: refused, with the reason in Chinese and English; 2: wrong usage.
"""

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from credential.printable import clean
from verify_service.commands import (
    accounts,
    history,
    licenses,
    permits,
    publishing,
    reconciling,
    registry,
    status,
    trust,
    upkeep,
    webhooks,
)
from verify_service.commands.desk import UsageError
from verify_service.commands.refusals import REFUSALS, told


def main(arguments: list[str] | None = None) -> int:
    """Run one command."""
    _log_cleanly()
    options = _parser().parse_args(arguments)
    try:
        _refuse_broken_text(options)
        options.run(options)
    except UsageError as error:
        _complain(str(error))
        return 2
    except tuple(REFUSALS) as error:
        _complain(told(error))
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _complain(f"{error.filename or ''} {error.strerror}")
        return 1
    return 0


class Parser(argparse.ArgumentParser):
    """argparse, which shows words that it does not know: names of files, where a shell put them."""

    def error(self, message: str) -> NoReturn:
        super().error(clean(message))


class CleanFormatter(logging.Formatter):
    """One line for a record, and indented ones for its traceback: none begins as a stranger likes."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return clean(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return "\n".join(f"  {clean(line)}" for line in super().formatException(ei).splitlines())


def _log_cleanly() -> None:
    """What is logged goes to standard error by Python's last resort, which writes it as it is."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(CleanFormatter())


def _complain(sentence: str) -> None:
    """One line of complaint; a file on a stranger's stick is called what he likes."""
    print(f"错误 / error: {clean(sentence)}", file=sys.stderr)


def _refuse_broken_text(options: argparse.Namespace) -> None:
    """Refuse what is no text in the terminal's encoding; Python passes it on in pieces."""
    for name, value in vars(options).items():
        for text in value if isinstance(value, list) else [value]:
            try:
                str(text).encode()
            except UnicodeEncodeError:
                raise UsageError(what=f"{name}: {str(text)!a}") from None


def _parser() -> Parser:
    parser = Parser(prog="verify-service", description=__doc__)
    parser.add_argument("--settings", type=Path, help="TOML file (default: the environment)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for area in (
        publishing,
        status,
        registry,
        accounts,
        permits,
        reconciling,
        licenses,
        history,
        trust,
        upkeep,
        webhooks,
    ):
        area.add_commands(commands)
    return parser
