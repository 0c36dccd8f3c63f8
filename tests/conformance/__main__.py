"""Asks a verifier every vector, or writes the kit into a folder: `python -m tests.conformance`.

Exit status: 0 all answers are right, 1 some are wrong or none was asked, 2 the verifier crashed, hung
or talked no JSON, or the command line is wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from .differences import printable
from .errors import VerifierError
from .exporting import NotEmptyError, export
from .report import exit_status, report
from .running import ask_all
from .vectors import Vector, read_vectors
from .verifier import Verifier

BROKEN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):  # a terminal without Chinese is no reason to stop
        sys.stdout.reconfigure(errors="backslashreplace")
    if given.export is not None:
        try:
            count = export(given.export)
        except (NotEmptyError, OSError) as error:
            parser.error(f"--export: 文件夹须为空 · the folder has to be new or empty: {error}")
        print(f"已写出 {count} 项 · {count} vectors written to {given.export}")
        return 0
    vectors = [each for each in read_vectors() if _is_among(each, given.only)]
    if not vectors:
        parser.error(f"--only: 没有这样的向量 · no such vectors: {' '.join(given.only)}")
    return _run(given, vectors)


def _run(given: argparse.Namespace, vectors: Sequence[Vector]) -> int:
    verifier = Verifier(
        given.verifier, deadline=given.deadline, start_deadline=given.start_deadline
    )
    try:
        with verifier:
            suites, takes = sorted(verifier.suites, reverse=True), sorted(verifier.takes)
            print("  ".join([verifier.name, str(suites), *map(printable, takes)]))
            outcomes = ask_all(verifier, vectors)
            try:
                verifier.finish()
            except VerifierError as error:  # all was answered: it is told, and counts for nothing
                print(f"！ {error}")
    except VerifierError as error:
        print(f"✘✘ {error}")
        return BROKEN
    for line in report(outcomes, verifier.suites, verifier.takes):
        print(line)
    return exit_status(outcomes)


def _is_among(vector: Vector, only: Sequence[str]) -> bool:
    return not only or vector.layer in only or vector.name in only


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="conformance",
        description="核验程序符合性测试 · asks any verifier every vector (docs/spec/conformance.md)",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--verifier", metavar="COMMAND", help="the program to ask, started once")
    what.add_argument("--export", metavar="DIR", type=Path, help="write the kit into a folder")
    parser.add_argument(
        "--only",
        metavar="LAYER[/NAME]",
        action="append",
        default=[],
        help="ask only these; may be given several times",
    )
    parser.add_argument("--deadline", type=_seconds, default=20.0, help="seconds for an answer")
    parser.add_argument(
        "--start-deadline", type=_seconds, default=60.0, help="seconds for its first line"
    )
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError("not from 0 to 86400 seconds")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
