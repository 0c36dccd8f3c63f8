"""The command `scan`: from what was asked for to findings, one after the other."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from credential.days import SHANGHAI
from mobile_scanner.arguments import read_instant, read_place
from mobile_scanner.camera import STANDARD_INPUT, find_pictures, take_pictures
from mobile_scanner.errors import SourceError, SourceMissingError, SourceUnreadableError
from mobile_scanner.findings import Code, ExitStatus, Finding, Tally
from mobile_scanner.inspector import Inspector
from mobile_scanner.list_errors import BundleMissingError, ServerError, StoreEmptyError
from mobile_scanner.offline import HeldLists, follow_lists, load_lists
from mobile_scanner.online import Service
from mobile_scanner.picture import Picture
from mobile_scanner.printing import JsonPrinter, PeoplePrinter, Printer, note, say
from mobile_scanner.roots import load_roots
from mobile_scanner.scanner import scan_picture
from mobile_scanner.server import parse_server
from mobile_scanner.store import ROOTS, default_store, finish_interrupted, read_server
from mobile_scanner.terminal import Terminal
from mobile_scanner.typed import read_texts


def scan(options: Namespace) -> ExitStatus:
    """Scan what was asked for.

    Raises:
        ScannerError: it makes no sense, or the lists to verify with cannot be had.
    """
    rehearsal = options.at and read_instant(options.at)
    inspector = Inspector(
        lists=_follow(options),
        clock=(lambda: rehearsal) if rehearsal else (lambda: datetime.now(UTC)),
        near=read_place(options.near) if options.near else None,
        service=_service(options),
    )
    findings = _typed(options.text, inspector) if options.text else _pictured(options, inspector)
    for error in inspector.lists().left_out:
        note(error)
    printer = _printer(options, rehearsal)
    tally = Tally()
    for finding in findings:
        tally.add(finding)
        printer.show(finding)
    printer.finish()
    return tally.status()


def _follow(options: Namespace):  # type: ignore
    ...
