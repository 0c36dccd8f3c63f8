"""Names of keys in tokens: ``pkcs11:`` URIs (RFC 7512), read strictly.

What is not understood is refused and never passed over: it could be what tells two keys apart. A
refusal names attributes and never shows their values, one of which may be a PIN in a wrong place.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from keys.errors import Fault, KeyFileError

SCHEME: Final = "pkcs11:"
_PATH: Final = frozenset(
    ("token", "serial", "manufacturer", "model", "slot-id", "object", "id", "type")
)
_QUERY: Final = frozenset(("pin-source", "module-path", "module-name"))
# RFC 7512 §2.3: unreserved, pk11-res-avail, and what path and query have beside them.
_PATH_VALUE: Final = re.compile(r"(?:[A-Za-z0-9\-._~:\[\]@!$'()*+,=&]|%[0-9A-Fa-f]{2})+")
_QUERY_VALUE: Final = re.compile(r"(?:[A-Za-z0-9\-._~:\[\]@!$'()*+,=/?|]|%[0-9A-Fa-f]{2})+")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SLOT: Final = re.compile(r"[0-9]{1,19}")
_MODULE_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUri:
    """Which key of which token, and where its module and its PIN are. None: anything will do."""

    text: str  # as it was given; no PIN stands in it
    token: str | None
    serial: str | None
    manufacturer: str | None
    model: str | None
    slot_id: int | None
    object: str | None
    id: bytes | None
    pin_file: Path | None
    module_path: Path | None
    module_name: str | None


def parse_token_uri(text: str) -> TokenUri:
    """Read a URI.

    Raises:
        KeyFileError: it is malformed, says what is not known here, or holds a PIN.
    """
    if not text.startswith(SCHEME):
        raise KeyFileError(text, Fault.UNKNOWN_SCHEME)
    path, mark, query = text.removeprefix(SCHEME).partition("?")
    found = _attributes(path, ";", _PATH, _PATH_VALUE)
    asked = _attributes(query, "&", _QUERY, _QUERY_VALUE) if mark else {}
    if found.get("type", b"private") != b"private":
        raise _malformed("type: only type=private is a key to sign with")
    if "module-path" in asked and "module-name" in asked:
        raise _malformed("module-path, module-name: one of the two")
    return TokenUri(
        text=text,
        token=_text(found, "token"),
        serial=_text(found, "serial"),
        manufacturer=_text(found, "manufacturer"),
        model=_text(found, "model"),
        slot_id=_slot(found),
        object=_text(found, "object"),
        id=found.get("id"),
        pin_file=_pin_file(asked),
        module_path=_path(asked, "module-path"),
        module_name=_module_name(asked),
    )


def _attributes(
    part: str, separator: str, known: frozenset[str], form: re.Pattern[str]
) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for written in part.split(separator) if part else ():
        name, equals, value = written.partition("=")
        if name == "pin-value":
            raise KeyFileError(f"{SCHEME}...", Fault.PIN_IN_URI)
        if not _NAME.fullmatch(name) or not equals:
            raise _malformed("name=value")
        if name not in known:
            raise _malformed(f"{name}: not known here")
        if name in found:
            raise _malformed(f"{name}: twice")
        if not form.fullmatch(value):
            raise _malformed(f"{name}: empty, or a character that has to be percent-encoded")
        found[name] = unquote_to_bytes(value)
        if b"\x00" in found[name] and name != "id":
            raise _malformed(f"{name}: NUL")
    return found


def _text(found: dict[str, bytes], name: str) -> str | None:
    value = found.get(name)
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed(f"{name}: not UTF-8") from None


def _slot(found: dict[str, bytes]) -> int | None:
    value = _text(found, "slot-id")
    if value is not None and not _SLOT.fullmatch(value):
        raise _malformed("slot-id: a decimal number")
    return None if value is None else int(value)


def _path(asked: dict[str, bytes], name: str) -> Path | None:
    value = _text(asked, name)
    return None if value is None else Path(value)


def _pin_file(asked: dict[str, bytes]) -> Path | None:
    value = _text(asked, "pin-source")
    if value is None:
        return None
    kind, _, path = value.partition(":")
    if kind != "file" or not path:  # |PROGRAM, too, is the RFC's and not ours: nothing is run
        raise _malformed("pin-source: file:PATH alone")
    return Path(path)


def _module_name(asked: dict[str, bytes]) -> str | None:
    value = _text(asked, "module-name")
    if value is not None and not _MODULE_NAME.fullmatch(value):
        raise _malformed("module-name: a name without its folder; module-path has one")
    return value


def _malformed(detail: str) -> KeyFileError:
    return KeyFileError(f"{SCHEME}...", Fault.MALFORMED_URI, detail)
