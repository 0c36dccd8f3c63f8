"""The trust list: which districts are believed, by which keys, from when, and for what.

Its values and their rules; `credential.trust_list` has the message (docs/spec/trust-list.md).
Retired and compromised differ: what a retired key signed stays good; what a compromised key signed
from a day on does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from credential.errors import SuiteUnavailableError, TrustListError
from credential.signer import VerificationKey, suite_of

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
