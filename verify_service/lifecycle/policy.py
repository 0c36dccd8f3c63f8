"""What the plan leaves to the bureau, as data: versioned, dated, and remembered by what it judged.

PolicyError
├── PolicyFileError      the file does not say what policies are (``path``, ``fault``)
├── NoPolicyError        none is in force on a day yet
└── PolicyChangedError   one that was in use says something else now, or is gone
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from verify_service.errors import ServiceError
from verify_service.registry.columns import canonical_json


class PolicyError(ServiceError):
    """The policies cannot be used."""


@dataclass(eq=False, kw_only=True)
class PolicyFileError(PolicyError):
    path: str
    fault: str

    zh = "政策文件 {path} 有误：{fault}"
    en = "the policies in {path} are wrong: {fault}"


@dataclass(eq=False, kw_only=True)
class NoPolicyError(PolicyError):
    """``day`` as ``YYYY-MM-DD``."""

    day: str

    zh = "{day} 尚无有效的政策"
    en = "no policy is in force on {day} yet"


@dataclass(eq=False, kw_only=True)
class PolicyChangedError(PolicyError):
    """``id`` was in use, and its words are not those of then."""

    id: str

    zh = "政策 {id} 已经使用过，不得更改或删除；请另立新政策"
    en = "policy {id} has been in use and may be neither changed nor removed: add a new one behind it"


class GivenUp(StrEnum):
    """What becomes of a license when an optional permit of it is cancelled on application."""

    VOID = "void"
    ANNOTATE = "annotate"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicensePolicy:
    """A policy in force from a civil day on, until the next one's.

    ``renewal_grace_days``: so long after a permit's last day a license is suspended and not void,
    where a renewal is under way. ``mandatory_pending``: the permit kinds that may be pending
    though they are mandatory; None: all of them.
    """

    id: str
    first_day: date
    given_up: GivenUp
    renewal_grace_days: int
    mandatory_pending: frozenset[str] | None

    def allows_pending(self, kind: str) -> bool:
        """Say whether a mandatory item of this kind may be pending on a license."""
        return self.mandatory_pending is None or kind in self.mandatory_pending

    @property
    def digest(self) -> bytes:
        """SHA-256 of what it says, to tell whether it was changed."""
        pending = self.mandatory_pending
        document = {
            "id": self.id,
            "from": self.first_day.isoformat(),
            "given_up": self.given_up,
            "renewal_grace_days": self.renewal_grace_days,
            "mandatory_pending": None if pending is None else sorted(pending),
        }
        return sha256(canonical_json(document).encode()).digest()


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of a bureau, by their first days."""

    listed: tuple[LicensePolicy, ...]

    def on(self, day: date) -> LicensePolicy:
        """Return the policy in force on a civil day; raises `NoPolicyError`."""
        found = [policy for policy in self.listed if policy.first_day <= day]
        if not found:
            raise NoPolicyError(day=day.isoformat())
        return found[-1]

    @property
    def annotating(self) -> frozenset[str]:
        """The policies under which a license may stand without a permit that was given up."""
        return frozenset(each.id for each in self.listed if each.given_up is GivenUp.ANNOTATE)

    def check_used(self, used: Sequence[tuple[str, bytes]]) -> None:
        """Hold the policies against those that were in use; raises `PolicyChangedError`."""
        digests = {policy.id: policy.digest for policy in self.listed}
        for identity, digest in used:
            if digests.get(identity) != digest:
                raise PolicyChangedError(id=identity)


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    first_day: date = Field(alias="from")
    given_up: GivenUp = Field(strict=False)
    renewal_grace_days: int = Field(ge=0, le=366)
    mandatory_pending: str | list[str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    policy: list[_Written] = Field(min_length=1)


_BUILTIN: Final = "policies.toml"
_MOST_BYTES: Final = 1 << 20


def builtin_policies() -> Policies:
    """Return the policies of the plan, read literally."""
    text = files("verify_service.lifecycle").joinpath("data", _BUILTIN).read_text("utf-8")
    return parse_policies(text, path=_BUILTIN)


def load_policies(path: Path) -> Policies:
    """Read a bureau's own policies; raises `PolicyFileError`."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PolicyFileError(path=str(path), fault=f"more than {_MOST_BYTES} bytes")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyFileError(path=str(path), fault=str(error)) from None
    return parse_policies(text, path=str(path))


def parse_policies(text: str, *, path: str) -> Policies:
    """Read policies; ``path`` is what errors call them by. Raises `PolicyFileError`."""
    try:
        written = _File.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise PolicyFileError(path=path, fault=f"{place}: {first['msg']}") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyFileError(path=path, fault=str(error)) from None
    policies = tuple(_policy(each, path=path) for each in written.policy)
    for before, later in pairwise(policies):
        if later.first_day <= before.first_day:
            fault = f"{later.id}: from {later.first_day} is not after {before.id}'s"
            raise PolicyFileError(path=path, fault=fault)
    if len({policy.id for policy in policies}) != len(policies):
        raise PolicyFileError(path=path, fault="an id stands twice")
    return Policies(policies)


def _policy(written: _Written, *, path: str) -> LicensePolicy:
    return LicensePolicy(
        id=written.id,
        first_day=_civil_day(written, path=path),
        given_up=written.given_up,
        renewal_grace_days=written.renewal_grace_days,
        mandatory_pending=_pending(written, path=path),
    )


def _civil_day(written: _Written, *, path: str) -> date:
    if isinstance(written.first_day, datetime):
        raise PolicyFileError(path=path, fault=f"{written.id}: from is a day without a time")
    return written.first_day


def _pending(written: _Written, *, path: str) -> frozenset[str] | None:
    given: Any = written.mandatory_pending
    if given == "all":
        return None
    if given == "none":
        return frozenset()
    if isinstance(given, list):
        return frozenset(given)
    fault = f'{written.id}: mandatory_pending is "all", "none" or a list of permit kinds'
    raise PolicyFileError(path=path, fault=fault)
