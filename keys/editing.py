"""Editing the trust list's source: one change a command, comments and order kept as they are."""

import os
import stat
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from credential.days import MAX_DAY, date_of, day_text
from credential.offer import Offer
from credential.signer import VerificationKey
from credential.trust import TrustedKey
from keys.errors import CeremonyError, Fault, KeyFileError, Trouble
from keys.files import load_public, write_public
from keys.plain_files import read_plain, write_plain
from keys.source import read_source

_MAX_BYTES = 1 << 20


def announce(source: Path, *, issuer: str, public: Path, first: date) -> str:
    """Put a key into the source, with the first day on which it may sign; gives its id in hex.

    Raises:
        CeremonyError: no such issuer, or the key is there already.
        KeyFileError: source or key cannot be used.
    """
    key = load_public(public)

    def change(document: Any) -> None:
        table = _issuer(document, issuer)
        entry = tomlkit.table()
        entry["public"] = os.path.relpath(public.absolute(), source.absolute().parent)
        entry["from"] = first
        table.setdefault("keys", tomlkit.aot()).append(entry)

    _refuse_listed(source, key)
    _edit(source, change)
    return key.key_id.hex()


def activate(source: Path, *, key_id: str, first: date) -> None:
    """Move the first day of a key.

    Raises:
        CeremonyError: no such key.
        KeyFileError: the source cannot be used.
    """
    _edit(source, lambda document: _set(document, source, key_id, "from", first))


def retire(source: Path, *, key_id: str, last: date) -> None:
    """Give a key its last day; what it signed until then stays good.

    Raises:
        CeremonyError, KeyFileError: as `activate`.
    """
    _edit(source, lambda document: _set(document, source, key_id, "until", last))


def compromise(source: Path, *, key_id: str, since: date) -> None:
    """Mark a key as compromised, from the first day on which others may have had it.

    Raises:
        CeremonyError, KeyFileError: as `activate`.
    """
    _edit(source, lambda document: _set(document, source, key_id, "compromised", since))


def admit(
    source: Path,
    offer: Offer,
    *,
    first: date | None,
    last: date | None = None,
    industries: list[str] | None = None,
    kinds: list[str] | None = None,
    trial: bool = False,
) -> None:
    """Put a district that has offered itself into the source, with what it is recognized for.

    Its public keys are written beside the source, unless they are there. `first` is the first day of
    that; None: its licenses are genuine here, and recognized for nothing. All of it is done, or none.

    Raises:
        CeremonyError: its code is there already, a key's file with another key, or one of its days
            is none that a source can name.
        KeyFileError: the source cannot be used, or a key's file cannot be written.
    """
    entry = offer.issuer
    is_new = not source.exists()
    if not is_new and any(each.code == entry.code for each in read_source(source)):
        raise CeremonyError(Trouble.LISTED_ALREADY, entry.code)
    table = tomlkit.table()
    for name in ("code", "name", "name_en"):
        table[name] = getattr(entry, name)
    table["host"] = entry.host.lower()
    table["number_prefix"] = entry.number_prefix
    if entry.status_uri is not None:
        table["status_uri"] = entry.status_uri
    publics = {
        source.parent / f"{entry.code}-{key.key_id.hex()}.pub.pem": key for key in entry.keys
    }
    keys = tomlkit.aot()
    for public, key in publics.items():
        keys.append(_key_table(public, key))
    table["keys"] = keys
    if first is not None:
        scope = tomlkit.table()
        values = {"from": first, "until": last, "industries": industries, "kinds": kinds}
        for name, value in values.items():
            if value is not None:
                scope[name] = value
        if trial:
            scope["trial"] = True
        table["scopes"] = tomlkit.aot()
        table["scopes"].append(scope)

    def change(document: Any) -> None:
        document.setdefault("issuers", tomlkit.aot()).append(table)

    missing = _missing({public: key.key for public, key in publics.items()})
    made: list[Path] = []
    try:
        for public, verification_key in missing.items():
            write_public(public, verification_key)
            made.append(public)
        if is_new:
            made.append(source)
            _write(source, "")
        _edit(source, change)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _key_table(public: Path, key: TrustedKey) -> Any:
    item = tomlkit.table()
    item["public"] = public.name
    days = (("from", key.from_day), ("until", key.until_day), ("compromised", key.compromised_day))
    for name, day in days:
        if day is None:
            continue
        if not 0 < day <= MAX_DAY:
            detail = f"{key.key_id.hex()} {name} {day_text(day)}"
            raise CeremonyError(Trouble.DAY_OUT_OF_RANGE, detail)
        item[name] = date_of(day)
    return item


def _missing(publics: Mapping[Path, VerificationKey]) -> dict[Path, VerificationKey]:
    """Those whose files are not there yet; one that is there has to be of the same key."""
    missing = {}
    for public, key in publics.items():
        if not public.exists():
            missing[public] = key
        elif (there := load_public(public)).public != key.public or there.suite != key.suite:
            raise CeremonyError(Trouble.OTHER_FILE, str(public))
    return missing


def _set(document: Any, source: Path, key_id: str, name: str, day: date) -> None:
    read_source(source)  # so that what is malformed is refused by its place
    for table in document.get("issuers", ()):
        for entry in table.get("keys", ()):
            key = load_public(source.parent / str(entry["public"]))
            if key.key_id.hex() == key_id:
                entry[name] = day
                return
    raise CeremonyError(Trouble.NO_SUCH_KEY, key_id)


def _issuer(document: Any, code: str) -> Any:
    for table in document.get("issuers", ()):
        if table.get("code") == code:
            return table
    raise CeremonyError(Trouble.NO_SUCH_ISSUER, code)


def _refuse_listed(source: Path, key: VerificationKey) -> None:
    for issuer in read_source(source):
        if any(each.key_id == key.key_id for each in issuer.keys):
            raise CeremonyError(Trouble.LISTED_ALREADY, f"{issuer.code} {key.key_id.hex()}")


def _edit(source: Path, change: Callable[[Any], None]) -> None:
    """Change the document, see that it can still be read, and put it in the old one's place."""
    try:
        document = tomlkit.parse(read_plain(source, most=_MAX_BYTES).decode())
    except FileNotFoundError:
        raise KeyFileError(str(source), Fault.MISSING) from None
    except OSError as error:
        raise KeyFileError(str(source), Fault.UNREADABLE, error.strerror or "") from None
    except RecursionError:
        detail = "层次过深 too deeply nested"
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, detail) from None
    except (TOMLKitError, ValueError) as error:
        raise KeyFileError(str(source), Fault.MALFORMED_SOURCE, str(error)) from None
    change(document)

    def prove(part: Path) -> None:
        try:
            read_source(part)
        except KeyFileError as error:
            path = str(source) if error.path == str(part) else error.path
            raise KeyFileError(path, error.fault, error.detail) from None

    _write(source, tomlkit.dumps(document), prove)


def _write(source: Path, text: str, prove: Callable[[Path], object] | None = None) -> None:
    try:
        mode = stat.S_IMODE(source.stat().st_mode) if source.exists() else 0o666
        write_plain(source, text.encode(), mode=mode, prove=prove)
    except OSError as error:
        raise KeyFileError(str(source), Fault.UNREADABLE, error.strerror or "") from None
