"""The trust list: which districts are believed, by which keys, from when, and for what.

A message that the holders of the root sign together, numbered and expiring
(docs/spec/trust-list.md). Retired and compromised differ: what a retired key signed stays good;
what a compromised key signed from a day on does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from credential import cbor, days
from credential.errors import CredentialError, SuiteUnavailableError, TrustListError
from credential.multisign import UnverifiedSign, cosign, draft, read_sign, write_sign
from credential.named import named
from credential.roots import MAX_NUMBER, Root
from credential.signer import KEY_ID_BYTES, Signer, VerificationKey, suite_of

MEDIA_TYPE: Final = "application/vnd.composite-license.trust-list+cwt"
MAX_BYTES: Final = 1 << 18
MAX_ISSUERS: Final = 400
MAX_KEYS: Final = 64  # of an issuer
MAX_SCOPES: Final = 64
ANNOUNCED_DAYS: Final = 31
"""From the day of the first list that has a key to the key's first day: thirty whole days."""


class KeyState(StrEnum):
    """What a key's days make of it."""

    ANNOUNCED = "announced"  # published ahead of its use
    ACTIVE = "active"
    RETIRED = "retired"  # signs no more; what it signed stays good
    COMPROMISED = "compromised"  # not believed for anything issued on or after a day


class Refused(StrEnum):
    """Why a key may not be believed for something signed on a day."""

    COMPROMISED = "compromised"
    OUT_OF_PERIOD = "out-of-period"


class Claim(IntEnum):
    """Claim labels: RFC 8392 §4, and one of private use."""

    EXPIRES = 4
    ISSUED = 6
    TRUST_LIST = -65539


class TrustedKey(NamedTuple):
    """An issuer's key, as the list writes it. Days are of `credential.days`, the last one included."""

    key_id: bytes
    algorithm: int
    public: bytes
    from_day: int
    until_day: int | None = None
    compromised_day: int | None = None

    @classmethod
    def of(
        cls,
        key: VerificationKey,
        *,
        from_day: int,
        until_day: int | None = None,
        compromised_day: int | None = None,
    ) -> "TrustedKey":
        """An entry for a loaded key."""
        fields = (key.key_id, key.suite.algorithm, key.public)
        return cls(*fields, from_day, until_day, compromised_day)

    @property
    def key(self) -> VerificationKey:
        """The key, loaded when it is first asked for.

        Raises:
            SuiteUnavailableError: of a suite that is not to be had here.
            TrustListError: no point to believe.
        """
        return load_key(self.algorithm, self.public)

    def state_on(self, day: int) -> KeyState:
        if self.compromised_day is not None:
            return KeyState.COMPROMISED
        if day < self.from_day:
            return KeyState.ANNOUNCED
        if self.until_day is not None and day > self.until_day:
            return KeyState.RETIRED
        return KeyState.ACTIVE

    def refusal(self, signed_day: int) -> Refused | None:
        """Why this key may not be believed for something signed on a day; None if it may."""
        _, _, _, first, last, since = self
        if since is not None and signed_day >= since:
            return Refused.COMPROMISED
        if signed_day < first or (last is not None and signed_day > last):
            return Refused.OUT_OF_PERIOD
        return None


class Scope(NamedTuple):
    """What an issuer is recognized for here: licenses of a period, of some industries, and on them
    permits of some kinds. None: of any."""

    from_day: int
    until_day: int | None = None
    industries: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    trial: bool = False

    def covers(self, industry: str, issued_day: int) -> bool:
        """Whether a license of this industry and day is within, its permits aside."""
        first, last, industries, _, _ = self
        return (
            first <= issued_day
            and (last is None or issued_day <= last)
            and (industries is None or industry in industries)
        )


class Issuer(NamedTuple):
    """A district: its names, where its symbols point, how its numbers begin, and its keys."""

    code: str
    name: str
    name_en: str
    host: str  # upper case, as in the symbol's text
    number_prefix: str
    status_uri: str | None  # with {list} in it; None: the usual place at its host
    keys: tuple[TrustedKey, ...]
    scopes: tuple[Scope, ...]

    def status_list_uri(self, number: int) -> str:
        uri = self.status_uri or f"https://{self.host.lower()}/status/{{list}}"
        return uri.replace("{list}", str(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """A trust list whose signatures were checked. Instants are Unix seconds."""

    number: int
    issued_at: int
    expires_at: int
    issuers: tuple[Issuer, ...]
    message: bytes = field(default=b"", repr=False, compare=False)  # as it was signed
    by_key_id: Mapping[bytes, tuple[TrustedKey, Issuer]] = field(init=False, repr=False)
    _by_code: Mapping[str, Issuer] = field(init=False, repr=False)
    hosts: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_key_id = {
            trusted[0]: (trusted, issuer) for issuer in self.issuers for trusted in issuer.keys
        }
        if len(by_key_id) != sum([len(issuer.keys) for issuer in self.issuers]):
            raise TrustListError("two keys of the trust list have one key id")
        by_code = {issuer.code: issuer for issuer in self.issuers}
        hosts = frozenset([issuer.host for issuer in self.issuers])
        if len(by_code) != len(self.issuers) or len(hosts) != len(self.issuers):
            raise TrustListError("two issuers of the trust list have one code or one host")
        object.__setattr__(self, "by_key_id", by_key_id)
        object.__setattr__(self, "_by_code", by_code)
        object.__setattr__(self, "hosts", hosts)

    def find_key(self, key_id: bytes) -> tuple[TrustedKey, Issuer] | None:
        return self.by_key_id.get(key_id)

    def find_issuer(self, code: str) -> Issuer | None:
        return self._by_code.get(code)


@lru_cache(maxsize=4096)
def load_key(algorithm: int, public: bytes) -> VerificationKey:
    """Load a key of the list.

    Raises:
        SuiteUnavailableError: of a suite that is not to be had here.
        TrustListError: no point to believe.
    """
    suite = suite_of(algorithm)
    if suite is None:
        raise SuiteUnavailableError(f"algorithm {algorithm} is unknown here", str(algorithm))
    return VerificationKey.load(suite, public)


def draft_trust_list(listed: TrustList) -> UnverifiedSign:
    """Write a trust list down, for the holders of the root to sign."""
    issuers = tuple(map(tuple, listed.issuers))
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.EXPIRES.value: listed.expires_at,
        Claim.ISSUED.value: listed.issued_at,
        Claim.TRUST_LIST.value: (listed.number, issuers),
    }
    return draft(cbor.encode(claims), type=MEDIA_TYPE)


def seal_trust_list(listed: TrustList, holders: Iterable[Signer]) -> bytes:
    """Sign a trust list with the keys of holders that are all at hand."""
    message = draft_trust_list(listed)
    for holder in holders:
        message = cosign(message, holder)
    return write_sign(message)


def open_trust_list(data: bytes, root: Root, *, held: TrustList | None = None) -> TrustList:
    """Check a signed trust list against the root and against the list held so far.

    An expired list opens too: whether it may still be believed depends on the time of asking,
    and is `credential.verify`'s to say.

    Raises:
        TrustListError: forged, malformed, signed by too few, to end after its root does, or older
            than the list held (rollback).
    """
    try:
        message = read_sign(data, max_bytes=MAX_BYTES)
        if message.type != MEDIA_TYPE:
            raise TrustListError(f"message is of type {message.type!r}, no trust list")
        listed = read_trust_list(message.open(root.by_key_id, threshold=root.threshold), data)
    except TrustListError:
        raise
    except CredentialError as error:
        raise TrustListError(f"trust list: {error}") from None
    if listed.expires_at > root.expires_at:
        raise TrustListError(f"trust list is to end after root {root.number} does")
    if not root.by_key_id.keys().isdisjoint(listed.by_key_id):
        raise TrustListError("trust list gives an issuer the key id of a root's key")
    if held is not None and listed.number < held.number and _is_under(held, root):
        raise TrustListError(f"trust list {listed.number} is older than {held.number} held")
    return listed


def read_trust_list(payload: bytes, message: bytes = b"") -> TrustList:
    """What a list's payload says; who has signed it is not looked at.

    Raises:
        TrustListError: malformed.
    """
    try:
        claims = cbor.decode_unchecked(payload, max_bytes=MAX_BYTES)
    except CredentialError as error:
        raise TrustListError(f"trust list: {error}") from None
    if not isinstance(claims, Mapping) or [*claims] != [4, 6, Claim.TRUST_LIST]:
        raise TrustListError("trust list does not hold just its claims, in their order")
    expires, issued, body = claims.values()
    if _types(claims.values()) != (int, int, tuple) or _types(body) != (int, tuple):
        raise TrustListError("trust list holds a claim of the wrong type")
    number, issuers = body
    if (
        not 0 < issued < expires <= days.LAST_INSTANT
        or not 1 <= number <= MAX_NUMBER
        or not 0 < len(issuers) <= MAX_ISSUERS
    ):
        raise TrustListError("trust list has a number, time or count out of range")
    return TrustList(
        number=number,
        issued_at=issued,
        expires_at=expires,
        issuers=tuple([_read_issuer(item) for item in issuers]),
        message=message,
    )


def _is_under(held: TrustList, root: Root) -> bool:
    """Whether a list still opens under a root. Its number counts no more where it does not: a
    thief may have driven it up, and that is why there is another root (fast-forward)."""
    if not held.message:
        return True
    try:
        open_trust_list(held.message, root)
    except TrustListError:
        return False
    return True


# A list is read whole each time that it is checked, so each entry's types are compared in one step.
_NONE: Final = type(None)
_ISSUERS: Final = frozenset((str, str, str, str, str, uri, tuple, tuple) for uri in (str, _NONE))
_KEYS: Final = frozenset(
    (bytes, int, bytes, int, last, since) for last in (int, _NONE) for since in (int, _NONE)
)
_SCOPES: Final = frozenset(
    (int, last, industries, kinds, bool)
    for last in (int, _NONE)
    for industries in (tuple, _NONE)
    for kinds in (tuple, _NONE)
)


def _types(items: Iterable[object]) -> tuple[type, ...]:
    """The exact types of items: `true` is no integer."""
    return tuple(map(type, items)) if not isinstance(items, (str, bytes)) else ()


def _read_issuer(item: object) -> Issuer:
    if type(item) is not tuple or tuple(map(type, item)) not in _ISSUERS:
        raise TrustListError("trust list holds a malformed issuer")
    code, name, name_en, host, prefix, uri, keys, scopes = item
    if (
        not _is_division(code)
        or (uri is not None and "{list}" not in uri)
        or len(keys) > MAX_KEYS
        or len(scopes) > MAX_SCOPES
    ):
        raise TrustListError(f"trust list holds a malformed issuer, {code!r}")
    keys = tuple([_read_key(key) for key in keys])
    scopes = tuple([_read_scope(scope) for scope in scopes])
    return named(Issuer, (code, name, name_en, host, prefix, uri, keys, scopes))


def _is_division(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdecimal()


def _read_key(item: object) -> TrustedKey:
    if type(item) is tuple and tuple(map(type, item)) in _KEYS and len(item[0]) == KEY_ID_BYTES:
        return named(TrustedKey, item)
    raise TrustListError("trust list holds a malformed key")


def _read_scope(item: object) -> Scope:
    if type(item) is tuple and tuple(map(type, item)) in _SCOPES:
        words = (*(item[2] or ()), *(item[3] or ()))
        if all(type(word) is str for word in words):
            return named(Scope, item)
    raise TrustListError("trust list holds a malformed scope")
