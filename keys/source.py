"""The trust list's source: a TOML file that people keep, one ``[[issuers]]`` a district.

With its ``[[issuers.keys]]`` and ``[[issuers.scopes]]`` (docs/runbooks/trust-list.md). Everything in
it is understood, or it is refused with the place.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from credential.days import day_of
from credential.errors import CredentialError
from credential.trust import Issuer, Scope, TrustedKey
from keys.errors import Fault, KeyFileError
from keys.files import load_public
from keys.plain_files import read_plain

_ISSUER: Final = {
    "code": re.compile(r"[0-9]{6}"),
    "name": re.compile(r".+"),
    "name_en": re.compile(r".+"),
    "host": re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"),
    "number_prefix": re.compile(r"[^\W\d_]{1,8}"),
}
_STATUS_URI: Final = re.compile(r"https://[^{}]+\{list\}[^{}]*")
_MAX_BYTES: Final = 1 << 20
_INDUSTRY: Final = re.compile(r"[0-9]{2}")
_KIND: Final = re.compile(r"[a-z][a-z0-9_]*")


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, str(error)) from None
    entries = document.get("issuers", [])
    if set(document) - {"issuers"} or not isinstance(entries, list):
        words = ", ".join(sorted(document))
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, f"{words}: only [[issuers]]")
    issuers = []
    for place, entry in enumerate(entries, start=1):
        try:
            issuers.append(_issuer(entry, source.parent))
        except (KeyError, TypeError, ValueError, CredentialError) as error:
            detail = f"issuers[{place}]: {type(error).__name__} {error}"
            raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, detail) from None
    if not issuers:
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, "no [[issuers]]")
    return tuple(issuers)


def _issuer(entry: Mapping[str, Any], folder: Path) -> Issuer:
    _refuse_unknown(
        entry,
        {"code", "name", "name_en", "host", "number_prefix", "status_uri", "keys", "scopes"},
    )
    words = {name: _text(entry, name, form) for name, form in _ISSUER.items()}
    uri = _text(entry, "status_uri", _STATUS_URI) if "status_uri" in entry else None
    return Issuer(
        code=words["code"],
        name=words["name"],
        name_en=words["name_en"],
        host=words["host"].upper(),
        number_prefix=words["number_prefix"],
        status_uri=uri,
        keys=tuple(_key(key, folder) for key in entry["keys"]),
        scopes=tuple(map(_scope, entry.get("scopes", ()))),
    )


def _key(entry: Mapping[str, Any], folder: Path) -> TrustedKey:
    _refuse_unknown(entry, {"public", "from", "until", "compromised"})
    first, last = _period(entry)
    key = load_public(folder / entry["public"])
    return TrustedKey.of(
        key, from_day=first, until_day=last, compromised_day=_day(entry.get("compromised"))
    )


def _scope(entry: Mapping[str, Any]) -> Scope:
    _refuse_unknown(entry, {"from", "until", "industries", "kinds", "trial"})
    trial = entry.get("trial", False)
    if trial not in (True, False):
        raise ValueError(f"trial = {trial!r}: true or false")
    first, last = _period(entry)
    return Scope(
        from_day=first,
        until_day=last,
        industries=_words(entry, "industries", _INDUSTRY),
        kinds=_words(entry, "kinds", _KIND),
        trial=bool(trial),
    )


def _words(entry: Mapping[str, Any], name: str, form: re.Pattern[str]) -> tuple[str, ...] | None:
    words = entry.get(name)
    if words is None:
        return None
    if isinstance(words, list) and all(
        isinstance(word, str) and form.fullmatch(word) for word in words
    ):
        return tuple(words)
    raise ValueError(f"{name} = {words!r}: a list of {form.pattern}, in quotes")


def _period(entry: Mapping[str, Any]) -> tuple[int, int | None]:
    first, last = day_of(_date(entry["from"])), _day(entry.get("until"))
    if last is not None and last < first:
        raise ValueError(f"until {entry['until']} is before from {entry['from']}")
    return first, last


def _text(entry: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = entry[name]
    if isinstance(value, str) and form.fullmatch(value):
        return value
    raise ValueError(f"{name} = {value!r}")


def _day(value: object) -> int | None:
    return None if value is None else day_of(_date(value))


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{value!r} is no date")


def _refuse_unknown(entry: Mapping[str, Any], known: set[str]) -> None:
    if unknown := set(entry) - known:
        raise ValueError(f"unknown words: {', '.join(sorted(unknown))}")
