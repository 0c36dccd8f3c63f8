"""The manifest: what a service says its bundle holds, taken for a plan and for nothing else.

    {"files": [{"path": "status/110105/0.cbor", "sha256": "…", "size": 1234}, …]}

It is not signed, because every file is. It is bounded, and one path that could lead out of the
store refuses it as a whole: no honest service writes that.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

from mobile_scanner.bundle import MAX_BYTES, MAX_FILES, ListPath, UnsafePathError, parse_path
from mobile_scanner.list_errors import (
    ListRefusedError,
    ListUnknownError,
    ListUnreadableError,
    ManifestError,
)

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file that is promised; `sha256` in lower-case hex."""

    path: ListPath
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The files that can be had, and those that are not taken from the start."""

    entries: tuple[Entry, ...]
    refused: tuple[ListRefusedError, ...] = ()


def parse_manifest(data: bytes, *, source: str) -> Manifest:
    """Read a manifest.

    Raises:
        ManifestError: no JSON of this form, a path twice, too many, or one that is unsafe.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise ManifestError(source=source, cause="no JSON") from None
    files = document.get("files") if isinstance(document, dict) else None
    if not isinstance(files, list) or len(files) > MAX_FILES:
        raise ManifestError(source=source, cause=f"no list of at most {MAX_FILES} files in it")
    entries: dict[ListPath, Entry] = {}
    refused: list[ListRefusedError] = []
    for item in files:
        try:
            entry = _read_entry(item, source)
            if entry.path in entries:
                raise ManifestError(source=source, cause=f"{entry.path} is in it twice")
            entries[entry.path] = entry
        except ListRefusedError as error:
            refused.append(error)
    return Manifest(entries=tuple(entries.values()), refused=tuple(refused))


def _read_entry(item: object, source: str) -> Entry:
    match item:
        case {"path": str(text), "sha256": str(digest), "size": int(size)} if (
            _SHA256.fullmatch(digest) and size > 0 and not isinstance(size, bool)
        ):
            pass
        case _:  # not shown: it may be nested as deep as it could be read
            raise ManifestError(source=source, cause="a malformed entry in it")
    try:
        path = parse_path(text)
    except UnsafePathError as error:
        raise ManifestError(source=source, cause=f"an unsafe path in it: {error}") from None
    if path is None:
        raise ListUnknownError(path=text)
    if size > MAX_BYTES[path.kind]:
        raise ListUnreadableError(path=text, cause=f"larger than {MAX_BYTES[path.kind]} bytes")
    return Entry(path=path, size=size, sha256=digest)
