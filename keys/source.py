"""The trust list's source: a TOML file that people keep, one ``[[issuers]]`` a district.

With its ``[[issuers.keys]]`` and ``[[issuers.scopes]]`` (docs/runbooks/trust-list.md). Everything in
it is understood, or it is refused with the place.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from credential.days import day_of
from credential.errors import CredentialError
from credential.names import HOST, INDUSTRY, KIND, NUMBER_PREFIX, STATUS_URI, is_name
from credential.trust import Issuer, Scope, TrustedKey
from keys.errors import Fault, KeyFileError
from keys.files import load_public
from keys.plain_files import read_plain

_CODE: Final = re.compile(r"[0-9]{6}")
_HOST: Final = re.compile(HOST.pattern, re.IGNORECASE | re.ASCII)  # upper case is the list's own
_MAX_BYTES: Final = 1 << 20
_MAX_SHOWN: Final = 60
_Read = TypeVar("_Read")


def read_source(source: Path) -> tuple[Issuer, ...]:
    """Read the issuers of a source file; paths of keys are relative to it.

    Raises:
        KeyFileError: the source, or a key that it names, is missing or malformed, with the place.
    """
    try:
        document = tomllib.loads(read_plain(source, most=_MAX_BYTES).decode())
    except FileNotFoundError:
        raise KeyFileError(str(source), Fault.MISSING) from None
    except OSError as error:
        raise KeyFileError(str(source), Fault.UNREADABLE, error.strerror or "") from None
    except RecursionError:
        detail = "层次过深 too deeply nested"
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, detail) from None
    except ValueError as error:  # no TOML, no UTF-8, or an integer of thousands of digits
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, str(error)) from None
    if set(document) - {"issuers"}:
        words = ", ".join(sorted(document))
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, f"{words}: only [[issuers]]")
    try:
        issuers = _each(document, "issuers", lambda entry: _issuer(entry, source.parent))
    except (TypeError, ValueError, CredentialError) as error:
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, str(error)) from None
    if not issuers:
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, "no [[issuers]]")
    return issuers


def _issuer(entry: Mapping[str, Any], folder: Path) -> Issuer:
    _refuse_unknown(
        entry,
        {"code", "name", "name_en", "host", "number_prefix", "status_uri", "keys", "scopes"},
    )
    _needed(entry, "keys")
    return Issuer(
        code=_text(entry, "code", _CODE.fullmatch),
        name=_text(entry, "name", is_name),
        name_en=_text(entry, "name_en", is_name),
        host=_text(entry, "host", _HOST.fullmatch).upper(),
        number_prefix=_text(entry, "number_prefix", NUMBER_PREFIX.fullmatch),
        status_uri=_text(entry, "status_uri", STATUS_URI.fullmatch)
        if "status_uri" in entry
        else None,
        keys=_each(entry, "keys", lambda key: _key(key, folder)),
        scopes=_each(entry, "scopes", _scope),
    )


def _key(entry: Mapping[str, Any], folder: Path) -> TrustedKey:
    _refuse_unknown(entry, {"public", "from", "until", "compromised"})
    first, last = _period(entry)
    key = load_public(folder / _text(entry, "public", bool))
    return TrustedKey.of(
        key, from_day=first, until_day=last, compromised_day=_day(entry.get("compromised"))
    )


def _scope(entry: Mapping[str, Any]) -> Scope:
    _refuse_unknown(entry, {"from", "until", "industries", "kinds", "trial"})
    trial = entry.get("trial", False)
    if not isinstance(trial, bool):
        raise TypeError(f"trial = {_shown(trial)}: 须为 true or false")
    first, last = _period(entry)
    return Scope(
        from_day=first,
        until_day=last,
        industries=_words(entry, "industries", INDUSTRY),
        kinds=_words(entry, "kinds", KIND),
        trial=trial,
    )


def _each(
    document: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], _Read]
) -> tuple[_Read, ...]:
    """Read each table of a name, and say which of them is the one that cannot be."""
    entries = document.get(name, [])
    if not isinstance(entries, list):
        raise TypeError(f"{name} = {_shown(entries)}: 须写作 [[{name}]] tables are needed")
    found = []
    for place, entry in enumerate(entries, start=1):
        try:
            if not isinstance(entry, dict):
                raise TypeError(f"{_shown(entry)}: 须写作 [[{name}]] no table")
            found.append(read(entry))
        except (TypeError, ValueError, CredentialError) as error:
            raise ValueError(f"{name}[{place}]: {error}") from None
    return tuple(found)


def _words(entry: Mapping[str, Any], name: str, form: re.Pattern[str]) -> tuple[str, ...] | None:
    words = entry.get(name)
    if words is None:
        return None
    if isinstance(words, list) and all(
        isinstance(word, str) and form.fullmatch(word) for word in words
    ):
        return tuple(words)
    raise ValueError(f"{name} = {_shown(words)}: 须为 a list of {form.pattern}, in quotes")


def _period(entry: Mapping[str, Any]) -> tuple[int, int | None]:
    first, last = day_of(_date(_needed(entry, "from"))), _day(entry.get("until"))
    if last is not None and last < first:
        raise ValueError(f"until {entry['until']} is before from {entry['from']}")
    return first, last


def _text(entry: Mapping[str, Any], name: str, is_fit: Callable[[str], object]) -> str:
    value = _needed(entry, name)
    if isinstance(value, str) and is_fit(value):
        return value
    raise ValueError(f"{name} = {_shown(value)}: 不可用 cannot be used")


def _needed(entry: Mapping[str, Any], name: str) -> object:
    if name not in entry:
        raise ValueError(f"缺少 missing: {name}")
    return entry[name]


def _shown(value: object) -> str:
    """A value of the source, on one line and not without end."""
    text = ascii(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _day(value: object) -> int | None:
    return None if value is None else day_of(_date(value))


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{_shown(value)}: 不是日期 is no date")


def _refuse_unknown(entry: Mapping[str, Any], known: set[str]) -> None:
    if unknown := set(entry) - known:
        raise ValueError(f"不认识的词 unknown words: {', '.join(sorted(unknown))}")
