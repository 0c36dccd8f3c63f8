"""``license show``, ``license timeline`` and ``replay``: what was true, and what was known."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from verify_service.access import require_bureau
from verify_service.clock import system_clock
from verify_service.commands.desk import (
    UsageError,
    add_token_option,
    opened,
    principal_of,
    show,
)
from verify_service.commands.registry import Commands
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.filing import file_license
from verify_service.registry.verification import read_license
from verify_service.replay.answering import review_all
from verify_service.replay.instants import read_viewpoint
from verify_service.replay.schemas import timeline_document

MOST_BYTES: Final = 1 << 20


def add_actions(actions: "Commands[argparse.ArgumentParser]") -> None:
    """Add those of `license`."""
    shown = actions.add_parser("show", help="show what is on file under a number, now or then")
    shown.add_argument("number")
    shown.add_argument("--at", help="ISO 8601 with zone: what was true then (default: now)")
    shown.add_argument("--known", help="as far as was recorded then; `at`: at the same instant")
    shown.set_defaults(run=_show)

    timeline = actions.add_parser("timeline", help="tell a license's whole story (bureau)")
    timeline.add_argument("number")
    add_token_option(timeline)
    timeline.set_defaults(run=_timeline)


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's command."""
    replay = commands.add_parser("replay", help="hold verdicts of the past against the books")
    replay.add_argument("file", help="what `mobile-scanner scan --json` printed, or - for a pipe")
    add_token_option(replay)
    replay.set_defaults(run=_replay)


def _show(options: argparse.Namespace) -> None:
    now = system_clock()
    seen_from = read_viewpoint(options.at, options.known, now=now)
    with opened(options) as service:
        service.announcements.catch_up(at=now)
        if seen_from is not None:
            filed = service.replay.license(options.number, seen_from=seen_from)
            show(filed.model_dump(mode="json"))
            return
        found = read_license(service.database, number=options.number)
        if found is None:
            raise NotRegisteredError(entity="license", key=options.number)
        show(file_license(found, office=service.office, at=now).model_dump(mode="json"))


def _timeline(options: argparse.Namespace) -> None:
    with opened(options) as service:
        require_bureau(principal_of(service, options))
        service.announcements.catch_up(at=system_clock())
        entries = service.replay.timeline(options.number)
        document = timeline_document(options.number, entries, at=system_clock())
    show(document.model_dump(mode="json"))


def _replay(options: argparse.Namespace) -> None:
    document = _read(options.file)
    with opened(options) as service:
        require_bureau(principal_of(service, options))
        now = system_clock()
        service.announcements.catch_up(at=now)
        reviews = review_all(service.replay, document, now=now)
    show(reviews.model_dump(mode="json"))


def _read(name: str) -> object:
    """Read a JSON file, or standard input.

    Raises:
        UsageError: it is none, or too long for a hundred verdicts.
    """
    if name == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with Path(name).open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError(what=f"{name}: > {MOST_BYTES >> 20} MiB")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise UsageError(what=f"{name}: 不是 JSON no JSON") from None
