"""The commands `scan` and `camera`: from what was asked for to findings, one after the other."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, cast

from credential.days import SHANGHAI, instant_text, seconds_of
from credential.verdict import Verdict
from mobile_scanner.arguments import read_instant, read_place
from mobile_scanner.bundle import TRUST_LIST
from mobile_scanner.exit_status import ExitStatus
from mobile_scanner.files import STANDARD_INPUT, PictureFile, find_pictures, take_pictures
from mobile_scanner.findings import Code, Finding, Tally
from mobile_scanner.inspector import Inspector
from mobile_scanner.list_errors import RootNeededError, StoreEmptyError
from mobile_scanner.memory import load_store
from mobile_scanner.offline import HeldLists, follow_lists, load_lists
from mobile_scanner.pictures.errors import (
    SourceError,
    SourceMissingError,
    SourceUnreadableError,
)
from mobile_scanner.pictures.process import OpenedFile, PictureProcess
from mobile_scanner.pictures.symbols import Corners, ReadSymbol
from mobile_scanner.printing import JsonPrinter, PeoplePrinter, Printer, note, say
from mobile_scanner.roots import load_root
from mobile_scanner.scanner import scan_picture
from mobile_scanner.store import MEMORY, ROOT, default_store, finish_interrupted, read_server
from mobile_scanner.terminal import Terminal
from mobile_scanner.typed import read_texts

if TYPE_CHECKING:
    from mobile_scanner.online import Service


def scan(options: Namespace, process: PictureProcess) -> ExitStatus:
    """Scan what was asked for; `process` reads the pictures.

    Raises:
        ScannerError: it makes no sense, or the lists to verify with cannot be had.
    """
    rehearsal = read_instant(options.at) if options.at else None
    store = Path(options.store) if options.store else default_store()
    inspector = Inspector(
        near=read_place(options.near) if options.near else None,
        lists=_lists(options, store),
        clock=lambda: rehearsal or datetime.now(UTC),
        service=_service(options, store),
    )
    for error in inspector.lists().left_out:
        note(error)
    tally = Tally()
    with ExitStack() as open_files:
        printers = _printers(options, rehearsal, open_files)
        for finding in _findings(options, inspector, process):
            tally.add(finding)
            for printer in printers:
                printer.show(finding)
        for printer in printers:
            printer.finish()
    return tally.status()


def _findings(
    options: Namespace, inspector: Inspector, process: PictureProcess
) -> Iterator[Finding]:
    if options.command == "camera":
        return _filmed(options, inspector, process)
    return _typed(options, inspector) if options.text else _pictured(options, inspector, process)


def _lists(options: Namespace, store: Path) -> Callable[[], HeldLists]:
    """The lists to verify with: the store's, a bundle's on top, under the root that was pinned."""
    finish_interrupted(store)
    is_there = any((store / name).exists() for name in (str(TRUST_LIST), MEMORY, ROOT))
    stick = Path(options.bundle) if options.bundle else None
    if stick is None and not is_there:
        raise StoreEmptyError(store=str(store))
    root = Path(options.root) if options.root else None
    if root is None and not (store / ROOT).exists():
        raise RootNeededError(store=str(store))
    if stick is not None and is_there:
        load = _layered(store, stick, root)
    else:
        load = _alone(stick or store, store, root)
    if options.text or options.command == "camera":
        return follow_lists(load, store, *([] if stick is None else [stick]))
    lists = load()
    return lambda: lists


def _alone(folder: Path, store: Path, root: Path | None) -> Callable[[], HeldLists]:
    if root is None:
        pin = load_root(store / ROOT)
    else:
        from mobile_scanner.sync import pinned

        pin = pinned(store, root)
    if folder == store:
        return lambda: load_store(store, pin)
    return lambda: load_lists(folder, pin)


def _layered(store: Path, stick: Path, root: Path | None) -> Callable[[], HeldLists]:
    """The store remembers what is older: a stick alone could bring back a key's good days."""
    from mobile_scanner.sync import lay_on_top

    return lambda: lay_on_top(store, stick, root)


def _service(options: Namespace, store: Path) -> "Service | None":
    if options.offline:
        return None
    if options.at:
        say("按 --at 判定，不询问证照库。", "Judged as of --at: the registry is not asked.")
        return None
    url = options.server or read_server(store)
    if url is None:
        say(
            "没有可询问的服务（未给 --server，也未同步过网址），以下为本机判定。",
            "There is no service to ask (no --server, none synced with): what follows is this"
            " device's own verdict.",
        )
        return None
    from mobile_scanner.online import Service
    from mobile_scanner.server import parse_server

    return Service(parse_server(url))


def _pictured(
    options: Namespace, inspector: Inspector, process: PictureProcess
) -> Iterator[Finding]:
    if options.paste:
        yield from _scanned(_pasted(process.terms.limits.file_bytes), inspector, process)
        return
    sources = find_pictures(options.pictures)
    if sources.skipped:
        count = len(sources.skipped)
        say(
            f"文件夹中 {count} 个文件不是图像，未扫描。",
            f"{count} files are no pictures: left out.",
        )
    files = take_pictures(
        sources.pictures,
        file_bytes=process.terms.limits.file_bytes,
        standard_input=_standard_input(options),
    )
    yield from _scanned(files, inspector, process)


def _pasted(limit: int) -> Iterator[PictureFile | SourceError]:
    from mobile_scanner.clipboard import CLIPBOARD, read_clipboard

    try:
        yield PictureFile(name=CLIPBOARD, content=read_clipboard(limit=limit))
    except SourceError as error:
        yield error


def _scanned(
    files: Iterator[PictureFile | SourceError], inspector: Inspector, process: PictureProcess
) -> Iterator[Finding]:
    missing: set[str] = set()
    for file in files:
        try:
            if isinstance(file, SourceError):
                raise file
            opened = process.open(file.content, name=file.name)
        except SourceError as error:
            note(error)
            yield Finding(picture=error.source, error=error)
            continue
        for number in range(opened.pages):
            yield _page(opened, number, inspector, missing)


def _page(opened: OpenedFile, number: int, inspector: Inspector, missing: set[str]) -> Finding:
    """Scan a page, or the still that a file is; `missing` names the readers that were missed so far."""
    try:
        picture = opened.page(number)
    except SourceError as error:
        note(error)
        return Finding(picture=error.source, error=error)
    seen = scan_picture(picture.readings, inspector.judge)
    for unavailable in seen.unavailable:
        if unavailable.reader not in missing:
            note(unavailable)
        missing.add(unavailable.reader)
    if seen.stopped:
        note(seen.stopped)
    return Finding(
        picture=picture.name,
        codes=tuple(_code(code.text, code.corners, code.verdict, inspector) for code in seen.codes),
        size=picture.size,
        unread=seen.unread,
        left_out=seen.left_out,
        error=seen.stopped,
    )


def _filmed(options: Namespace, inspector: Inspector, process: PictureProcess) -> Iterator[Finding]:
    from mobile_scanner.camera import Sightings, watch

    def code(symbol: ReadSymbol, verdict: Verdict) -> Code:
        return _code(symbol.text, symbol.corners, verdict, inspector)

    sightings = Sightings(judge=inspector.judge, code=code, is_walk=options.walk)
    return watch(process, options.film, sightings, window=not options.no_window)


def _typed(options: Namespace, inspector: Inspector) -> Iterator[Finding]:
    stream = _standard_input(options)
    if stream is not None and stream.isatty():
        say("请扫码，按 Ctrl-D 结束。", "Scan; Ctrl-D ends.")
    with nullcontext(stream) if stream is not None else _open(options.text) as lines:
        for text in read_texts(lines):
            code = _code(text, None, inspector.judge(text), inspector)
            yield Finding(picture=None, codes=(code,))


def _code(text: str, corners: Corners | None, verdict: Verdict, inspector: Inspector) -> Code:
    conclusion = inspector.conclude(text, verdict)
    if conclusion.not_asked:
        say(
            f"未能向证照库核实，仅为本机判定：{conclusion.not_asked.zh}",
            "The registry was not asked, and this verdict is this device's own:"
            f" {conclusion.not_asked.en}",
        )
    return Code(text=text, corners=corners, verdict=conclusion.verdict)


def _standard_input(options: Namespace) -> BufferedReader | None:
    """Standard input where it was asked for; it may have been closed before we began."""
    if STANDARD_INPUT not in (options.text, *options.pictures):
        return None
    if sys.stdin is None:
        raise SourceUnreadableError(source=STANDARD_INPUT, cause="closed")
    return cast("BufferedReader", sys.stdin.buffer)


def _open(name: str) -> BufferedReader:
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise SourceMissingError(source=name) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        cause = getattr(error, "strerror", None) or str(error)
        raise SourceUnreadableError(source=name, cause=cause) from None


def _printers(
    options: Namespace, rehearsal: datetime | None, open_files: ExitStack
) -> tuple[Printer, ...]:
    printer = _printer(options, rehearsal)
    if not options.csv:
        return (printer,)
    from mobile_scanner.rounds import CsvBook

    return printer, open_files.enter_context(CsvBook(options.csv))


def _printer(options: Namespace, rehearsal: datetime | None) -> Printer:
    if options.json:
        at = None if rehearsal is None else instant_text(seconds_of(rehearsal))
        return JsonPrinter(sys.stdout, rehearsal_at=at)
    terminal = Terminal.of(sys.stdout, os.environ)
    if options.walk:
        from mobile_scanner.rounds import WalkPrinter

        return WalkPrinter(sys.stdout, terminal)
    when = None
    if rehearsal is not None:
        when = rehearsal.astimezone(SHANGHAI).isoformat(timespec="minutes")
    return PeoplePrinter(sys.stdout, terminal, rehearsal=when)
