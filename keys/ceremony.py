"""The trust list's ceremony, in its plain form: read a source file, sign it with a root key.

The source is TOML, one ``[[issuers]]`` a district, with its ``[[issuers.keys]]`` and
``[[issuers.scopes]]`` (docs/runbooks/trust-list.md). Everything in it is checked before it is
signed, and the result is opened again as a verifier would.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from credential.days import day_of, seconds_of
from credential.errors import CredentialError
from credential.signer import PrivateKeySigner
from credential.trust import (
    Issuer,
    KeyState,
    Scope,
    TrustedKey,
    TrustList,
    open_trust_list,
    seal_trust_list,
)
from keys.errors import Fault, KeyFileError
from keys.files import load_publics


def sign_trust_list(
    source: Path, root: PrivateKeySigner, *, number: int, at: datetime, lifetime: timedelta
) -> bytes:
    """Sign the trust list that a source file describes.

    Raises:
        KeyFileError: the source or a key that it names is malformed, with the place.
    """
    listed = TrustList(
        number=number,
        issued_at=seconds_of(at),
        expires_at=seconds_of(at + lifetime),
        issuers=read_source(source),
    )
    data = seal_trust_list(listed, root)
    open_trust_list(data, [root.verification_key])  # nothing leaves that we would refuse
    return data


def read_source(source: Path) -> tuple[Issuer, ...]:
    """Read the issuers of a source file; paths of keys are relative to it.

    Raises:
        KeyFileError: as `sign_trust_list`.
    """
    try:
        document = tomllib.loads(source.read_text("utf-8"))
    except FileNotFoundError:
        raise KeyFileError(str(source), Fault.MISSING) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KeyFileError(str(source), Fault.MALFORMED_OFFER, str(error)) from None
    issuers = []
    for place, entry in enumerate(document.get("issuers", []), start=1):
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
    host = str(entry["host"]).upper()
    return Issuer(
        code=entry["code"],
        name=entry["name"],
        name_en=entry["name_en"],
        host=host,
        number_prefix=entry["number_prefix"],
        status_uri=entry.get("status_uri", f"https://{host.lower()}/status/{{list}}"),
        keys=tuple(_key(key, folder) for key in entry["keys"]),
        scopes=tuple(map(_scope, entry["scopes"])),
    )


def _key(entry: Mapping[str, Any], folder: Path) -> TrustedKey:
    _refuse_unknown(entry, {"public", "state", "from", "until", "compromised"})
    (key,) = load_publics(folder / entry["public"])
    return TrustedKey(
        key=key,
        state=KeyState(entry["state"]),
        from_day=day_of(_date(entry["from"])),
        until_day=_day(entry.get("until")),
        compromised_day=_day(entry.get("compromised")),
    )


def _scope(entry: Mapping[str, Any]) -> Scope:
    _refuse_unknown(entry, {"from", "until", "industries", "trial"})
    industries = entry.get("industries")
    return Scope(
        from_day=day_of(_date(entry["from"])),
        until_day=_day(entry.get("until")),
        industries=None if industries is None else tuple(map(str, industries)),
        trial=bool(entry.get("trial", False)),
    )


def _day(value: object) -> int | None:
    return None if value is None else day_of(_date(value))


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{value!r} is no date")


def _refuse_unknown(entry: Mapping[str, Any], known: set[str]) -> None:
    if unknown := set(entry) - known:
        raise ValueError(f"unknown words: {', '.join(sorted(unknown))}")
