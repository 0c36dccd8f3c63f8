"""The trust list: which districts are believed, by which keys, from when, and for what.

A COSE_Sign1 message of a root key, numbered and expiring (docs/spec/trust-list.md). Retired and
compromised differ: what a retired key signed stays good; what a compromised key signed from a
day on does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from credential import cbor, days
from credential.envelope import read_sign1, sign1
from credential.errors import CredentialError, TrustListError
from credential.signer import SUITES, Signer, VerificationKey

MEDIA_TYPE: Final = "application/vnd.composite-license.trust-list+cwt"
MAX_BYTES: Final = 1 << 18
MAX_ISSUERS: Final = 400


class KeyState(StrEnum):
    ANNOUNCED = "announced"  # published ahead of its use
    ACTIVE = "active"
    RETIRED = "retired"  # signs no more; what it signed stays good
    COMPROMISED = "compromised"  # not believed for anything issued on or after a day


_ANNOUNCED: Final = KeyState.ANNOUNCED
_COMPROMISED: Final = KeyState.COMPROMISED


class Claim(IntEnum):
    """Claim labels: RFC 8392 §4, and one of private use."""

    EXPIRES = 4
    ISSUED = 6
    TRUST_LIST = -65539


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """An issuer's key. Days are of `credential.days`; `until_day` is the last one, or None."""

    key: VerificationKey
    state: KeyState
    from_day: int
    until_day: int | None = None
    compromised_day: int | None = None

    def refusal(self, issued_day: int) -> KeyState | str | None:
        """Why this key may not be believed for something issued on a day; None if it may."""
        state, since = self.state, self.compromised_day
        if state is _COMPROMISED and (since is None or issued_day >= since):
            return state
        if state is _ANNOUNCED:
            return state
        if issued_day < self.from_day or (
            self.until_day is not None and issued_day > self.until_day
        ):
            return "out-of-period"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an issuer is recognized for here: licenses issued in a period, of some industries."""

    from_day: int
    until_day: int | None = None
    industries: tuple[str, ...] | None = None
    trial: bool = False

    def covers(self, industry: str, issued_day: int) -> bool:
        return (
            self.from_day <= issued_day
            and (self.until_day is None or issued_day <= self.until_day)
            and (self.industries is None or industry in self.industries)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """A district: its names, where its symbols point, how its numbers begin, and its keys."""

    code: str
    name: str
    name_en: str
    host: str  # upper case, as in the symbol's text
    number_prefix: str
    status_uri: str  # with {list} in it
    keys: tuple[TrustedKey, ...]
    scopes: tuple[Scope, ...]

    def status_list_uri(self, number: int) -> str:
        return self.status_uri.replace("{list}", str(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """A trust list whose signature was checked. Instants are Unix seconds."""

    number: int
    issued_at: int
    expires_at: int
    issuers: tuple[Issuer, ...]
    by_key_id: Mapping[bytes, tuple[TrustedKey, Issuer]] = field(init=False, repr=False)
    _by_code: Mapping[str, Issuer] = field(init=False, repr=False)
    hosts: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_key_id = {
            trusted.key.key_id: (trusted, issuer)
            for issuer in self.issuers
            for trusted in issuer.keys
        }
        if len(by_key_id) != sum(len(issuer.keys) for issuer in self.issuers):
            raise TrustListError("two keys of the trust list have one key id")
        by_code = {issuer.code: issuer for issuer in self.issuers}
        hosts = frozenset(issuer.host for issuer in self.issuers)
        if len(by_code) != len(self.issuers) or len(hosts) != len(self.issuers):
            raise TrustListError("two issuers of the trust list have one code or one host")
        object.__setattr__(self, "by_key_id", by_key_id)
        object.__setattr__(self, "_by_code", by_code)
        object.__setattr__(self, "hosts", hosts)

    def find_key(self, key_id: bytes) -> tuple[TrustedKey, Issuer] | None:
        return self.by_key_id.get(key_id)

    def find_issuer(self, code: str) -> Issuer | None:
        return self._by_code.get(code)


def seal_trust_list(listed: TrustList, root: Signer) -> bytes:
    """Sign a trust list with a root key."""
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.EXPIRES.value: listed.expires_at,
        Claim.ISSUED.value: listed.issued_at,
        Claim.TRUST_LIST.value: (listed.number, tuple(map(_write_issuer, listed.issuers))),
    }
    return sign1(cbor.encode(claims), root, type=MEDIA_TYPE)


def open_trust_list(
    data: bytes, roots: Sequence[VerificationKey], *, held: TrustList | None = None
) -> TrustList:
    """Check a signed trust list against the pinned roots and against the list held so far.

    An expired list opens too: whether it may still be believed depends on the time of asking,
    and is `credential.verify`'s to say.

    Raises:
        TrustListError: forged, malformed, or older than the list held (rollback).
    """
    try:
        message = read_sign1(data, max_bytes=MAX_BYTES)
        if message.header.type != MEDIA_TYPE:
            raise TrustListError(f"message is of type {message.header.type!r}, no trust list")
        root = next((key for key in roots if key.key_id == message.header.key_id), None)
        if root is None:
            raise TrustListError("trust list is signed by a key that is no pinned root")
        claims = cbor.decode(message.open(root), max_bytes=MAX_BYTES)
    except TrustListError:
        raise
    except CredentialError as error:
        raise TrustListError(f"trust list: {error}") from None
    listed = _read_list(claims)
    if held is not None and listed.number < held.number:
        raise TrustListError(f"trust list {listed.number} is older than {held.number} held")
    return listed


def _read_list(claims: cbor.Item) -> TrustList:
    if not isinstance(claims, Mapping) or len(claims) != len(Claim):
        raise TrustListError("trust list does not hold just its claims")
    match claims:
        case {
            4: int(expires),
            6: int(issued),
            Claim.TRUST_LIST: (int(number), tuple(issuers)),
        } if not cbor.has_boolean(expires, issued, number):
            pass
        case _:
            raise TrustListError("trust list holds a claim of the wrong type")
    if (
        not 0 < issued < expires <= days.LAST_INSTANT
        or number < 1
        or not 0 < len(issuers) <= MAX_ISSUERS
    ):
        raise TrustListError("trust list has a number, time or count out of range")
    return TrustList(
        number=number,
        issued_at=issued,
        expires_at=expires,
        issuers=tuple(map(_read_issuer, issuers)),
    )


def _write_issuer(issuer: Issuer) -> cbor.Item:
    return (
        issuer.code,
        issuer.name,
        issuer.name_en,
        issuer.host,
        issuer.number_prefix,
        issuer.status_uri,
        tuple(
            (
                trusted.key.suite.name,
                trusted.key.public,
                trusted.state.value,
                trusted.from_day,
                trusted.until_day,
                trusted.compromised_day,
            )
            for trusted in issuer.keys
        ),
        tuple(
            (scope.from_day, scope.until_day, scope.industries, scope.trial)
            for scope in issuer.scopes
        ),
    )


def _read_issuer(item: cbor.Item) -> Issuer:
    match item:
        case (
            str(code),
            str(name),
            str(name_en),
            str(host),
            str(number_prefix),
            str(status_uri),
            tuple(keys),
            tuple(scopes),
        ) if _is_division(code) and "{list}" in status_uri:
            return Issuer(
                code=code,
                name=name,
                name_en=name_en,
                host=host,
                number_prefix=number_prefix,
                status_uri=status_uri,
                keys=tuple(map(_read_key, keys)),
                scopes=tuple(map(_read_scope, scopes)),
            )
    raise TrustListError("trust list holds a malformed issuer")


def _is_division(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdecimal()


def _read_key(item: cbor.Item) -> TrustedKey:
    match item:
        case (
            str(suite),
            bytes(public),
            str(state),
            int(from_day),
            int() | None as until_day,
            int() | None as compromised_day,
        ) if (
            suite in SUITES
            and state in set(KeyState)
            and not cbor.has_boolean(from_day, until_day, compromised_day)
        ):
            if state == KeyState.RETIRED and until_day is None:
                raise TrustListError("trust list holds a retired key without its last day")
            return TrustedKey(
                key=VerificationKey.load(SUITES[suite], public),
                state=KeyState(state),
                from_day=from_day,
                until_day=until_day,
                compromised_day=compromised_day,
            )
    raise TrustListError("trust list holds a malformed key, or one of an unknown suite or state")


def _read_scope(item: cbor.Item) -> Scope:
    match item:
        case (
            int(from_day),
            int() | None as until_day,
            tuple() | None as industries,
            bool(trial),
        ) if all(isinstance(code, str) for code in industries or ()) and not cbor.has_boolean(
            from_day, until_day
        ):
            return Scope(
                from_day=from_day,
                until_day=until_day,
                industries=None if industries is None else tuple(map(str, industries)),
                trial=trial,
            )
    raise TrustListError("trust list holds a malformed scope")
