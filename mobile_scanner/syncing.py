"""The command `sync`: brings the store up to date, and says what came and how old everything is."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from credential.days import instant_text, seconds_of
from credential.rules import Policy
from credential.trusted import TrustedSet
from mobile_scanner.bringing import SyncReport
from mobile_scanner.bundle import TRUST_LIST, ListKind, ListPath
from mobile_scanner.exit_status import ExitStatus
from mobile_scanner.list_errors import StoreEmptyError
from mobile_scanner.offline import paths_of
from mobile_scanner.roots import root_path, show_fingerprint
from mobile_scanner.server import parse_server
from mobile_scanner.sources import BundleSource, FolderSource, ServiceSource
from mobile_scanner.store import default_store, read_server
from mobile_scanner.sync import sync_store
from mobile_scanner.terminal import Ink, Line, Span, Terminal, pad
from mobile_scanner.words import LISTS, age


def sync(options: Namespace) -> ExitStatus:
    """Sync the store with what was asked for, or with the last server.

    Raises:
        ScannerError: nothing was changed.
    """
    store = Path(options.store) if options.store else default_store()
    root = Path(options.root) if options.root else None
    at = datetime.now(UTC)
    report = sync_store(store, _source(options, store), at=at, root=root)
    terminal = Terminal.of(sys.stdout, os.environ)
    for line in terminal.render(_report_lines(report, store, seconds_of(at))):
        print(line)
    sys.stdout.flush()
    return ExitStatus.VALID if report.is_whole else ExitStatus.OTHER


def _source(options: Namespace, store: Path) -> BundleSource:
    """What looks like an address is one; anything else is a folder."""
    name = options.source or read_server(store)
    if name is None:
        raise StoreEmptyError(store=str(store))
    if "://" in name:
        return ServiceSource(service=parse_server(name))
    return FolderSource.read(Path(name))


def _report_lines(report: SyncReport, store: Path, now: int) -> Iterator[Line]:
    yield (Span(f"已同步 Synced: {report.source} → {store}", Ink.STRONG),)
    yield from _root_lines(report)
    for path in (TRUST_LIST, *sorted(paths_of(report.lists.trusted), key=str)):
        yield _list_line(path, report, now)
    for ink, zh, en, errors in (
        (Ink.RED, "已损坏", "was spoilt in the store", report.spoilt),
        (Ink.YELLOW, "已停用", "no longer believed", report.dropped),
        (Ink.RED, "未采用", "refused", report.refused),
    ):
        for error in errors:
            yield Span(f"  ! {zh} {en}: ", ink), Span(str(error))


def _root_lines(report: SyncReport) -> Iterator[Line]:
    """The root that everything hangs on, with what is to be compared when it is pinned."""
    root = report.lists.trusted.root
    is_new = report.is_first or root_path(root.number) in report.brought
    kind = LISTS[ListKind.ROOT]
    threshold, holders = root.threshold, len(root.keys)
    signing = f"{holders} 人中须 {threshold} 人签署 {threshold} of {holders} have to sign"
    yield (
        Span(f"  {'+' if is_new else '='} {pad(f'{kind.zh} {kind.en} {root.number}', 34)}"),
        Span(f"{signing}  至 until {instant_text(root.expires_at)}"),
    )
    yield (Span(f"    指纹 fingerprint {show_fingerprint(root)} …"),)
    if report.is_first:
        zh = "请与政务服务局另行告知的指纹核对，不一致则停用并报告。"
        en = "Compare it with the one that the bureau has told you by another way."
        yield (Span(f"    {zh} {en}", Ink.YELLOW),)


def _list_line(path: ListPath, report: SyncReport, now: int) -> Line:
    """What came (`+`) or was there already (`=`), as of when, and whether that is getting old."""
    is_new = path in report.brought or (
        path.kind is ListKind.STATUS and path.beside(ListKind.DELTA) in report.brought
    )
    kind = LISTS[path.kind]
    name = "" if path == TRUST_LIST else f"{path.issuer}/{path.number}"
    issued_at, warning = _issued_at(path, report.lists.trusted)
    since = age(now - issued_at)
    ink = Ink.YELLOW if warning is not None and now - issued_at > warning else Ink.PLAIN
    return (
        Span(f"  {'+' if is_new else '='} {pad(f'{kind.zh} {kind.en} {name}', 34)}"),
        Span(f"{instant_text(issued_at)}  {since}", ink),
    )


def _issued_at(path: ListPath, trusted: TrustedSet) -> tuple[int, int | None]:
    """When a list was signed, and after how many seconds a verdict begins to warn of its age."""
    key, policy = (path.issuer, path.number), Policy()
    match path.kind:
        case ListKind.TRUST:
            return trusted.trust.issued_at, policy.trust_warning
        case ListKind.STATUS | ListKind.BASE | ListKind.DELTA:
            return trusted.status[key].issued_at, policy.status_warning
        case ListKind.CATALOG:
            return trusted.code_lists[key].issued_at, None
        case ListKind.ROOT:
            return trusted.root.issued_at, None
