"""The registry over HTTP: holders and premises, licenses on file, and the bureau's own books."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query

from credential.days import SHANGHAI
from verify_service.access import Principal
from verify_service.clock import Clock
from verify_service.registry.alarms import list_alarms
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.filing import file_license
from verify_service.registry.holders import add_holder, add_premises
from verify_service.registry.ledger import Written
from verify_service.registry.records import Alarm, Premises
from verify_service.registry.schemas import (
    AlarmDocument,
    AlarmsDocument,
    FiledLicense,
    HolderDocument,
    Instant,
    NewPremises,
    PastLicense,
    PositionDocument,
    PremisesDocument,
)
from verify_service.registry.verification import read_license
from verify_service.replay.instants import read_viewpoint
from verify_service.web_access import Bureau, Now, Serving, Ticking

_AT: Final = "An instant of the past, with its zone: what was true then. Default: the present."
_KNOWN: Final = "With `at`: as far as was recorded then. `at` for the same instant; default: now."

router = APIRouter(prefix="/api/v1", tags=["registry"])


@router.get("/licenses/{number}", summary="Look a license up")
def license_on_file(
    number: str,
    service: Serving,
    now: Now,
    at: Annotated[str | None, Query(max_length=80, description=_AT)] = None,
    known: Annotated[str | None, Query(max_length=80, description=_KNOWN)] = None,
) -> PastLicense | FiledLicense:
    """Show what is on file under a license's number, its latest version. No token is needed.

    With `at`, what was on file at that instant, and so with `as_of`, `at` and `known`.
    """
    seen_from = read_viewpoint(at, known, now=now)
    service.announcements.catch_up(at=now)
    if seen_from is not None:
        return service.replay.license(number, seen_from=seen_from)
    found = read_license(service.database, number=number)
    if found is None:
        raise NotRegisteredError(entity="license", key=number)
    return file_license(found, office=service.office, at=now)


@router.post("/holders", status_code=201, summary="Register a holder (bureau)")
def register_holder(
    body: HolderDocument, service: Serving, principal: Bureau, clock: Ticking
) -> HolderDocument:
    """Register a business by its unified social credit code, both check characters binding."""
    with service.database.writing() as connection:
        holder = add_holder(
            connection, uscc=body.uscc, name=body.name, written=_written(principal, clock)
        )
    return HolderDocument(uscc=holder.uscc, name=holder.name)


@router.post("/premises", status_code=201, summary="Register premises of a holder (bureau)")
def register_premises(
    body: NewPremises, service: Serving, principal: Bureau, clock: Ticking
) -> PremisesDocument:
    """Register where a holder does business, and the facts that the catalog's rules ask for."""
    with service.database.writing() as connection:
        premises = add_premises(
            connection,
            holder=body.holder,
            division_code=body.division_code,
            address=body.address,
            position=None if body.position is None else body.position.position(),
            facts=body.facts.model_dump(exclude_none=True),
            written=_written(principal, clock),
        )
    return _premises(premises)


@router.get("/alarms", summary="List alarms (bureau)")
def alarms(
    service: Serving,
    at: Now,
    _: Bureau,
    since: Annotated[Instant | None, Query(description="Default: the last thirty days.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> AlarmsDocument:
    """List what was shown with a good signature and disowned by the registry, latest first."""
    service.verifier.alarms.write()  # what was counted since the timer's last look
    begin = since or at - timedelta(days=30)
    with service.database.reading() as connection:
        found = list_alarms(connection, since=begin, limit=limit)
    return AlarmsDocument(alarms=tuple(map(_alarm, found)))


def _written(principal: Principal, clock: Clock) -> Written:
    return Written(at=clock(), by=principal.recorded_by)


def _premises(premises: Premises) -> PremisesDocument:
    position = premises.position
    return PremisesDocument(
        id=premises.id,
        holder=premises.holder,
        division_code=premises.division_code,
        address=premises.address,
        position=None
        if position is None
        else PositionDocument(latitude=position.latitude, longitude=position.longitude),
        facts=dict(premises.facts),
    )


def _alarm(alarm: Alarm) -> AlarmDocument:
    return AlarmDocument(
        id=alarm.id,
        code=alarm.code,
        number=alarm.number,
        detail=dict(alarm.detail),
        shown_sha256=alarm.shown_digest.hex(),
        times=alarm.times,
        first_at=_beijing(alarm.first_at),
        last_at=_beijing(alarm.last_at),
    )


def _beijing(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)
