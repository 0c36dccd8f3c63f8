"""The verdict: one object, the same from the API, the command line and the page.

Its JSON form is fixed (docs/spec/verdict.md). A verdict that is `rejected` or `not_a_license` has
no license to show.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from credential import days
from credential.claims import License, PendingItem, Permit, Reference
from credential.code_list import CodeList, Name
from credential.reasons import Outcome, Reason
from credential.trust import Issuer


class Check(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


class PermitState(StrEnum):
    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    ANNULLED = "annulled"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


_IN_FAVOR: Final = frozenset({PermitState.IN_FORCE, PermitState.EXPIRING})
_STALE: Final = frozenset({"status-stale", "trust-expired", "clock-implausible"})


def may_be_shown(state: str, codes: Iterable[str]) -> bool:
    """Whether a screen may call a permit so, with the codes of the verdict's reasons: not in force nor
    expiring by lists that are old or a clock that is wrong (docs/spec/verdict.md)."""
    return state not in _IN_FAVOR or _STALE.isdisjoint(codes)


class Checked(NamedTuple):
    """What was really looked at, and how it came out."""

    signature: Check = Check.NOT_CHECKED
    issuer: Check = Check.NOT_CHECKED
    status: Check = Check.NOT_CHECKED
    registry: Check = Check.NOT_CHECKED
    place: Check = Check.NOT_CHECKED

    def as_dict(self) -> dict[str, str]:
        return {
            "signature": self.signature.value,
            "issuer": self.issuer.value,
            "status": self.status.value,
            "registry": self.registry.value,
            "place": self.place.value,
        }


class AsOf(NamedTuple):
    """The instants that the verdict stands on, in Unix seconds; None where nothing was asked."""

    now: int
    status: int | None = None
    trust: int | None = None
    registry: int | None = None

    def as_dict(self) -> dict[str, str | None]:
        def text(seconds: int | None) -> str | None:
            return None if seconds is None else days.instant_text(seconds)

        return {
            "now": text(self.now),
            "status": text(self.status),
            "trust": text(self.trust),
            "registry": text(self.registry),
        }


class Genuine(NamedTuple):
    """A credential that its issuer has signed, with the names to show it by."""

    issuer: Issuer
    content: License | Reference
    code_list: CodeList | None
    states: tuple[PermitState, ...]

    @property
    def number(self) -> str:
        return self.content.number(self.issuer.number_prefix)


class Verdict(NamedTuple):
    """What is to be said of one symbol."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    genuine: Genuine | None
    checked: Checked
    as_of: AsOf

    def as_dict(self) -> dict[str, object]:
        """The JSON form: plain dictionaries, lists and strings."""
        genuine = self.genuine
        content = genuine.content if genuine else None
        license = content if isinstance(content, License) else None
        return {
            "outcome": self.outcome.value,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "license": genuine and _license_dict(genuine),
            "permits": [
                _permit_dict(permit, state, genuine.code_list)
                for permit, state in zip(license.permits, genuine.states, strict=True)
            ]
            if genuine and license
            else [],
            "pending": [_pending_dict(item, genuine.code_list) for item in license.pending]
            if genuine and license
            else [],
            "checked": self.checked.as_dict(),
            "as_of": self.as_of.as_dict(),
        }


def date_text(day: int | None) -> str | None:
    """ISO 8601, or None for no end."""
    return None if day is None else days.date_of(day).isoformat()


def _license_dict(genuine: Genuine) -> dict[str, object]:
    content, issuer = genuine.content, genuine.issuer
    codes = genuine.code_list
    industry = codes.industries.get(content.industry) if codes is not None else None
    head: dict[str, object] = {
        "number": genuine.number,
        "version": content.version,
        "industry": {"code": content.industry, **_names(industry)},
    }
    if isinstance(content, License):
        position = content.position
        head |= {
            "holder": {"name": content.holder, "uscc": content.uscc},
            "premises": {
                "address": content.address,
                "latitude": position and position.latitude,
                "longitude": position and position.longitude,
            },
            "issued_on": date_text(content.issued_day),
        }
    else:
        head |= {"holder": None, "premises": None, "issued_on": None}
    return head | {
        "expires_on": date_text(content.expiry_day),
        "issuer": {"code": issuer.code, "name": issuer.name, "name_en": issuer.name_en},
    }


def _permit_dict(
    permit: Permit, state: PermitState, code_list: CodeList | None
) -> dict[str, object]:
    known = code_list.permits.get(permit.code) if code_list is not None else None
    department = known.department if known is not None else None
    return {
        "kind": known.kind if known is not None else None,
        **_names(known.name if known is not None else None),
        "number": permit.number,
        "department": department.zh if department is not None else None,
        "department_en": department.en if department is not None else None,
        "valid_until": date_text(permit.last_day),
        "state": state.value,
        "by_promise": permit.by_promise,
    }


def _pending_dict(item: PendingItem, code_list: CodeList | None) -> dict[str, object]:
    known = code_list.permits.get(item.code) if code_list is not None else None
    department = known.department if known is not None else None
    return {
        "kind": known.kind if known is not None else None,
        **_names(known.name if known is not None else None),
        "department": department.zh if department is not None else None,
        "department_en": department.en if department is not None else None,
        "mandatory": item.mandatory,
    }


def _names(name: Name | None) -> dict[str, str | None]:
    if name is None:
        return {"name": None, "name_en": None}
    return {"name": name.zh, "name_en": name.en}
