"""A verdict of the past, held against the books from three points of view (docs/spec/replay.md).

What it ought to have said is computed by the core's own rules from the sealed license and the
registry's chains as they stood. Its signature is nobody's, so nothing here says that it was given.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from credential.claims import License, decode_claims
from credential.days import SHANGHAI, number_of
from credential.envelope import read_sign1
from credential.reasons import Outcome
from credential.rules import Policy, judge_license_state, judge_permits
from credential.verdict import PermitState, Verdict
from verify_service.registry.as_of import LicenseThen, Viewpoint, license_then
from verify_service.registry.errors import NotIssuedYetError
from verify_service.replay.differences import (
    NOT_ISSUED,
    Difference,
    holder_differs,
    license_differs,
    not_issued,
    permit_differs,
)
from verify_service.replay.errors import NoListsThenError, NothingToHoldError, NotOursError
from verify_service.replay.instants import refuse_future
from verify_service.replay.shown import Shown, ShownLicense
from verify_service.verification.service import status_values

_GREEN = (Outcome.VALID, Outcome.ATTENTION)
IN_FORCE = "in_force"
CLOCKS_DIFFER = timedelta(seconds=Policy().clock_tolerance)
"""A device's clock may be ahead so much, and a status list is signed ahead after many changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What there was to be said from one point of view, and how the verdict compares.

    ``right`` is None where the verdict claims neither that the license is in force nor that it is
    not.
    """

    known: datetime
    state: str
    in_force: bool
    right: bool | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A verdict, and the views on it: None for what it gives no ground for."""

    shown: Shown
    list: View | None = None
    then: View | None = None
    truth: View | None = None
    judged: Verdict | None = None
    not_judged: NoListsThenError | None = None


def review(connection: Connection, shown: Shown, *, issuer: str, now: datetime) -> Review:
    """Hold a verdict against the books; what its text comes to is for the caller to add.

    Raises:
        InstantInFutureError: by the clock of the device it was made later than now.
        NotOursError, NothingToHoldError, NotRegisteredError: there is nothing to hold it against.
    """
    latest = now + CLOCKS_DIFFER
    refuse_future("as_of.now", shown.now, now=latest)
    if shown.status is not None:
        refuse_future("as_of.status", shown.status, now=latest)
    license = shown.license
    if license is None:
        if shown.text is None:
            raise NothingToHoldError
        return Review(shown=shown)
    if license.issuer != issuer:
        raise NotOursError(issuer=license.issuer)

    def seen_from(at: datetime, known: datetime) -> View:
        return _view(connection, shown, license, Viewpoint(at=at, known=known))

    # Many changes in one second have a list dated ahead of the clock; it was there all the same.
    listed = None if shown.status is None else min(shown.status, shown.now)
    return Review(
        shown=shown,
        list=None if listed is None else seen_from(listed, listed),
        then=seen_from(shown.now, shown.now),
        truth=seen_from(shown.now, now),
    )


def _view(
    connection: Connection, shown: Shown, license: ShownLicense, seen_from: Viewpoint
) -> View:
    try:
        found = license_then(
            connection, license.number, seen_from=seen_from, version=license.version
        )
    except NotIssuedYetError:
        right = None if shown.outcome not in (*_GREEN, Outcome.NOT_IN_FORCE) else False
        return View(
            known=seen_from.known,
            state=NOT_ISSUED,
            in_force=False,
            right=right,
            differences=(not_issued(license),),
        )
    state, permits, in_force = _ought(found, shown.now, seen_from)
    differences = tuple(_differences(shown, license, found, state, permits))
    return View(
        known=seen_from.known,
        state=state,
        in_force=in_force,
        right=_is_right(shown.outcome, in_force, differences),
        differences=differences,
    )


def _ought(
    found: LicenseThen, now: datetime, seen_from: Viewpoint
) -> tuple[str, tuple[PermitState, ...], bool]:
    """What a verifier makes of the license at ``now`` with the entries as seen from there."""
    content = decode_claims(
        read_sign1(
            found.issued.credential, max_bytes=len(found.issued.credential)
        ).unverified_payload
    )
    assert isinstance(content, License)  # the registry keeps whole licenses, no references
    own, *entries = status_values(
        found.as_standing(), today=seen_from.at.astimezone(SHANGHAI).date(), noted=found.noted
    )
    today = number_of(now.astimezone(SHANGHAI).date())
    against = judge_license_state(own, content.expiry_day, today)
    states, more = judge_permits(
        content.permits, None, tuple(entries), today, Policy().expiring_days
    )
    in_force = all(reason.kind.outcome is not Outcome.NOT_IN_FORCE for reason in (*against, *more))
    return license_state([reason.code for reason in against]), states, in_force


def license_state(codes: list[str]) -> str:
    """The license's own state as reasons have it."""
    for code in codes:
        if code.startswith("license-"):
            return code.removeprefix("license-")
    return IN_FORCE


def _differences(
    shown: Shown,
    license: ShownLicense,
    found: LicenseThen,
    state: str,
    states: tuple[PermitState, ...],
) -> list[Difference]:
    differences = []
    if license.uscc is not None and license.uscc != found.holder.uscc:
        differences.append(holder_differs(license.uscc, found.holder.uscc))
    claims_state = shown.outcome in (*_GREEN, Outcome.NOT_IN_FORCE)
    said = license_state(list(shown.codes))
    if claims_state and said != state:
        record = None if state in (IN_FORCE, "lapsed") else found.standing.record
        differences.append(license_differs(said, state, record, shown.now))
    on_file = {each.number: (each, was) for each, was in zip(found.permits, states, strict=True)}
    for number, told in shown.permits:
        if told is PermitState.UNKNOWN:
            continue
        if number not in on_file:
            differences.append(permit_differs(number, told, None, None, shown.now))
            continue
        each, was = on_file[number]
        if _plain(told) is not _plain(was):
            # A day that is over is nobody's entry; all else is the version's that held.
            record = each.held.record if each.held.state.value == was.value else None
            differences.append(permit_differs(number, told, was, record, shown.now))
    return differences


def _plain(state: PermitState) -> PermitState:
    """Expiring is in force."""
    return PermitState.IN_FORCE if state is PermitState.EXPIRING else state


def _is_right(
    outcome: Outcome,
    in_force: bool,  # noqa: FBT001 - what there is to be said of
    differences: tuple[Difference, ...],
) -> bool | None:
    if any(each.code == "holder-differs" for each in differences):
        return False
    if outcome in _GREEN:
        return in_force
    return None if outcome is not Outcome.NOT_IN_FORCE else not in_force
