"""The demo's windows: departments enter and end permits, the bureau issues, all at their instants."""

from datetime import date, datetime, time, timedelta

from credential.days import SHANGHAI
from tests.clocks import stopped
from tests.demo.sample import SampleBusiness, SamplePermit
from verify_service.access import Principal
from verify_service.catalog import Catalog, Item, Jurisdiction
from verify_service.geodesy import Position
from verify_service.issuing.application import Application
from verify_service.issuing.service import Issued
from verify_service.lifecycle.service import Change, NewPermit
from verify_service.registry.holders import add_holder, add_premises
from verify_service.registry.ledger import Written
from verify_service.registry.records import PermitTerms, Role
from verify_service.service import Service

BUREAU = Principal(token_id="demo", role=Role.BUREAU, department=None, kinds=frozenset())


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


def issue(service: Service, business: SampleBusiness) -> Issued:
    """Register a business, enter its permits, and issue, on the business's day."""
    at = noon(business.issued_on)
    with service.database.writing() as connection:
        written = Written(at=at, by="bureau/window")
        add_holder(connection, uscc=business.uscc, name=business.name, written=written)
        latitude, longitude = business.position
        premises = add_premises(
            connection,
            holder=business.uscc,
            division_code=business.division,
            address=business.address,
            position=Position(latitude=latitude, longitude=longitude),
            facts=business.facts,
            written=written,
        )
    catalog = service.office.catalog
    for permit in business.permits:
        kind = catalog.permit_kind(permit.kind)
        department = _department(catalog, business.industry, permit.kind)
        service.permits.enter(
            NewPermit(
                kind=permit.kind,
                number=permit.number,
                department=department,
                holder=business.uscc,
                premises=premises.id,
                terms=PermitTerms(
                    valid_from=permit.valid_from,
                    valid_until=permit.valid_until,
                    document_form=(permit.form or kind.form).value,
                ),
            ),
            principal=_principal(department, permit.kind),
            clock=stopped(at - timedelta(hours=3)),
        )
    return service.issuing.issue(
        Application(
            holder=business.uscc,
            premises=premises.id,
            industry=business.industry,
            applied_for=business.applied_for,
        ),
        principal=BUREAU,
        request_key=f"demo-{business.id}",
        clock=stopped(at),
    )


def change(
    service: Service, business: SampleBusiness, permit: SamplePermit, *, at: datetime
) -> None:
    """Let a permit go the way that the sample has for it."""
    assert permit.then is not None
    department = _department(service.office.catalog, business.industry, permit.kind)
    service.permits.change(
        permit.kind,
        permit.number,
        Change(move=permit.then, grounds=business.scenario),
        principal=_principal(department, permit.kind),
        clock=stopped(at),
    )


def _department(catalog: Catalog, industry: str, kind: str) -> str:
    for item in catalog.industry(industry).items:
        if kind in {each.id for each in item.kinds}:
            return _deciding(item)
    raise LookupError(f"industry {industry} has no item for {kind}")


def _deciding(item: Item) -> str:
    if isinstance(item.department, Jurisdiction):
        return item.department.district.id
    return item.department.id


def _principal(department: str, kind: str) -> Principal:
    return Principal(
        token_id="demo", role=Role.DEPARTMENT, department=department, kinds=frozenset({kind})
    )
