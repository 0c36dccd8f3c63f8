"""The trust list's ceremony, in its plain form: read a source file, sign it with a root key.

The source is TOML, one ``[[issuers]]`` a district, with its ``[[issuers.keys]]`` and
``[[issuers.scopes]]`` (docs/runbooks/trust-list.md). Everything in it is checked before it is
signed, and the result is opened again as a verifier would.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from credential import cbor
from credential.days import day_of, seconds_of
from credential.envelope import read_sign1
from credential.errors import CredentialError, TrustListError
from credential.trust import (
    MAX_BYTES,
    Claim,
    Issuer,
    KeyState,
    Scope,
    TrustedKey,
    TrustList,
    open_trust_list,
    seal_trust_list,
)
from keys.errors import Fault, KeyFileError
from keys.files import FileSigner, load_publics
from keys.plain_files import PlainFileError, read_plain

_ISSUER: Final = {
    "code": re.compile(r"[0-9]{6}"),
    "name": re.compile(r".+"),
    "name_en": re.compile(r".+"),
    "host": re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"),
    "number_prefix": re.compile(r"[^\W\d_]{1,8}"),
}
_STATUS_URI: Final = re.compile(r"https://[^{}]+\{list\}[^{}]*")
_MAX_SOURCE: Final = 1 << 20
_INDUSTRY: Final = re.compile(r"[0-9]{2}")


def sign_trust_list(
    source: Path, root: FileSigner, *, number: int, at: datetime, lifetime: timedelta
) -> bytes:
    """Sign the trust list that a source file describes.

    Raises:
        KeyFileError: the source or a key that it names is malformed, with the place.
        TrustListError: number or lifetime are out of range.
    """
    issuers = read_source(source)
    try:
        listed = TrustList(
            number=number,
            issued_at=seconds_of(at),
            expires_at=seconds_of(at + lifetime),
            issuers=issuers,
        )
    except TrustListError as error:  # two issuers or keys in one place
        raise KeyFileError(str(source), Fault.MALFORMED_OFFER, str(error)) from None
    except (OverflowError, ValueError) as error:
        raise TrustListError(f"lifetime is out of range: {error}") from None
    data = seal_trust_list(listed, root)
    open_trust_list(data, [root.verification_key])  # nothing leaves that we would refuse
    return data


def refuse_to_replace(path: Path, *, number: int) -> None:
    """Let a list take the place of one with a lower number, and of nothing else.

    Two lists of one number would each be the newest to whoever saw it first. Whether the one there
    verifies is not asked: it may be of a root that was lost.

    Raises:
        KeyFileError: what is there has this number or a higher one, or is no trust list.
    """
    if not path.is_file():
        return
    try:
        message = read_sign1(read_plain(path, most=MAX_BYTES), max_bytes=MAX_BYTES)
        match cbor.decode(message.unverified_payload, max_bytes=MAX_BYTES):
            case {Claim.TRUST_LIST: (int(found), *_)}:
                detail = "" if found < number else f"number {found}"
            case _:
                detail = "no trust list"
    except (CredentialError, PlainFileError) as error:
        detail = str(error)
    except OSError as error:
        raise KeyFileError(str(path), Fault.UNREADABLE, error.strerror or "") from None
    if detail:
        raise KeyFileError(str(path), Fault.EXISTS, detail)


def read_source(source: Path) -> tuple[Issuer, ...]:
    """Read the issuers of a source file; paths of keys are relative to it.

    Raises:
        KeyFileError: as `sign_trust_list`.
    """
    try:
        document = tomllib.loads(read_plain(source, most=_MAX_SOURCE).decode())
    except FileNotFoundError:
        raise KeyFileError(str(source), Fault.MISSING) from None
    except OSError as error:
        raise KeyFileError(str(source), Fault.UNREADABLE, error.strerror or "") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KeyFileError(str(source), Fault.MALFORMED_OFFER, str(error)) from None
    entries = document.get("issuers", [])
    if set(document) - {"issuers"} or not isinstance(entries, list):
        words = ", ".join(sorted(document))
        raise KeyFileError(str(source), Fault.MALFORMED_OFFER, f"{words}: only [[issuers]]")
    issuers = []
    for place, entry in enumerate(entries, start=1):
        try:
            issuers.append(_issuer(entry, source.parent))
        except (KeyError, TypeError, ValueError, CredentialError) as error:
            detail = f"issuers[{place}]: {type(error).__name__} {error}"
            raise KeyFileError(str(source), Fault.MALFORMED_OFFER, detail) from None
    if not issuers:
        raise KeyFileError(str(source), Fault.MALFORMED_OFFER, "no [[issuers]]")
    return tuple(issuers)


def _issuer(entry: Mapping[str, Any], folder: Path) -> Issuer:
    _refuse_unknown(
        entry,
        {"code", "name", "name_en", "host", "number_prefix", "status_uri", "keys", "scopes"},
    )
    words = {name: _text(entry, name, form) for name, form in _ISSUER.items()}
    host = words.pop("host")
    default = {"status_uri": f"https://{host.lower()}/status/{{list}}"}
    return Issuer(
        **words,
        host=host.upper(),
        status_uri=_text({**default, **entry}, "status_uri", _STATUS_URI),
        keys=tuple(_key(key, folder) for key in entry["keys"]),
        scopes=tuple(map(_scope, entry["scopes"])),
    )


def _key(entry: Mapping[str, Any], folder: Path) -> TrustedKey:
    _refuse_unknown(entry, {"public", "state", "from", "until", "compromised"})
    state, compromised = KeyState(entry["state"]), _day(entry.get("compromised"))
    first, last = _period(entry)
    if state is KeyState.RETIRED and last is None:
        raise ValueError("a retired key needs its last day: until")
    if state is not KeyState.COMPROMISED and compromised is not None:
        raise ValueError("compromised names a day, and the state is another")
    (key,) = load_publics(folder / entry["public"])
    return TrustedKey(
        key=key, state=state, from_day=first, until_day=last, compromised_day=compromised
    )


def _scope(entry: Mapping[str, Any]) -> Scope:
    _refuse_unknown(entry, {"from", "until", "industries", "trial"})
    industries, trial = entry.get("industries"), entry.get("trial", False)
    if trial not in (True, False):
        raise ValueError(f"trial = {trial!r}: true or false")
    if industries is not None and not (
        isinstance(industries, list)
        and all(isinstance(code, str) and _INDUSTRY.fullmatch(code) for code in industries)
    ):
        raise ValueError(f"industries = {industries!r}: a list of two digits in quotes")
    first, last = _period(entry)
    return Scope(
        from_day=first,
        until_day=last,
        industries=None if industries is None else tuple(industries),
        trial=bool(trial),
    )


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
