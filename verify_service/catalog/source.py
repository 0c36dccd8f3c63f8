"""Reads a catalog file into YAML nodes that remember their lines, within bounds.

The bounds are held while reading, so a hostile file costs no more than its size: no file over
`MAX_BYTES`, no nesting beyond `MAX_DEPTH` (the composer recurses), and no anchors or aliases (which
let a few lines stand for billions). Nothing is constructed: tags never make objects.
"""

from pathlib import Path
from typing import Final

import yaml
from yaml.events import AliasEvent, NodeEvent

from keys.plain_files import FileTooLargeError, read_plain
from verify_service.catalog.errors import CatalogError, Fault

MAX_BYTES: Final = 262_144  # the catalog of 2023 has 36 kB
MAX_DEPTH: Final = 12  # it has 6


def compose(path: Path) -> yaml.Node:
    """The root node of the only document in a UTF-8 file, or `CatalogError`."""
    text = _read(path)
    tab = text.find("\t")
    if tab >= 0:
        raise CatalogError(path=path, line=_line_at(text, tab), fault=Fault.TAB)
    try:
        loader = _BoundedLoader(text, path)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        problem = error.problem or error.context or ""
        raise CatalogError(path=path, line=line, fault=Fault.SYNTAX, subject=problem) from error
    except yaml.reader.ReaderError as error:  # a control character
        line = _line_at(text, error.position)
        raise CatalogError(
            path=path, line=line, fault=Fault.SYNTAX, subject=error.reason
        ) from error
    if root is None:
        raise CatalogError(path=path, line=0, fault=Fault.EMPTY, subject=path.name)
    return root


def _read(path: Path) -> str:
    try:
        octets = read_plain(path, most=MAX_BYTES)
    except FileTooLargeError:
        raise CatalogError(
            path=path, line=0, fault=Fault.TOO_LARGE, subject=str(MAX_BYTES)
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CatalogError(path=path, line=0, fault=Fault.UNREADABLE, subject=reason) from error
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise CatalogError(path=path, line=line, fault=Fault.NOT_UTF8) from error


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


class _BoundedLoader(yaml.SafeLoader):
    def __init__(self, text: str, path: Path) -> None:
        super().__init__(text)
        self._path = path
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call] # stubs leave it out
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise CatalogError(
                path=self._path, line=line, fault=Fault.ALIAS, subject=str(event.anchor)
            )
        if self._depth == MAX_DEPTH:
            raise CatalogError(
                path=self._path, line=line, fault=Fault.TOO_DEEP, subject=str(MAX_DEPTH)
            )
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node
