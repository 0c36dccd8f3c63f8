"""``verify-service``: the bureau's and the departments' command line.

Exit status 0: done; 1: refused, with the reason in Chinese and English; 2: wrong usage.
"""

import argparse
import os
import sys
from pathlib import Path

from verify_service.commands import licenses, permits, publishing, registry, trust
from verify_service.commands.desk import UsageError
from verify_service.commands.refusals import REFUSALS, told


def main(arguments: list[str] | None = None) -> int:
    """Run one command."""
    options = _parser().parse_args(arguments)
    try:
        _refuse_broken_text(options)
        options.run(options)
    except UsageError as error:
        print(f"错误 / error: {error}", file=sys.stderr)
        return 2
    except tuple(REFUSALS) as error:
        print(f"错误 / error: {told(error)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"错误 / error: {error.filename or ''} {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _refuse_broken_text(options: argparse.Namespace) -> None:
    """Refuse what is no text in the terminal's encoding; Python passes it on in pieces."""
    for name, value in vars(options).items():
        for text in value if isinstance(value, list) else [value]:
            try:
                str(text).encode()
            except UnicodeEncodeError:
                raise UsageError(what=f"{name}: {str(text)!a}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verify-service", description=__doc__)
    parser.add_argument("--settings", type=Path, help="TOML file (default: the environment)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for area in (publishing, registry, permits, licenses, trust):
        area.add_commands(commands)
    return parser
