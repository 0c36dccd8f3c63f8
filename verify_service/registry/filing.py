"""A license as the registry shows it to everybody, from what it has on file; pure."""

from datetime import date, datetime
from typing import TypedDict

from credential.days import SHANGHAI
from verify_service.catalog import Catalog
from verify_service.office import Office
from verify_service.registry.moves import LicenseState
from verify_service.registry.places import permit_state_on
from verify_service.registry.records import PendingItem
from verify_service.registry.schemas import (
    FiledLicense,
    FiledPending,
    FiledPermit,
    HolderDocument,
    NamedDocument,
)
from verify_service.registry.verification import LicenseOnFile, PermitOnFile


def file_license(found: LicenseOnFile, *, office: Office, at: datetime) -> FiledLicense:
    """Lay out a license with the states of today, so that no end goes unseen."""
    catalog, today = office.catalog, at.astimezone(SHANGHAI).date()
    industry = catalog.industries.get(found.industry)
    lapsed = found.expires_on is not None and found.expires_on < today
    return FiledLicense(
        number=found.number,
        version=found.version,
        state="lapsed" if lapsed and found.state is LicenseState.IN_FORCE else found.state,
        state_reason=found.state_reason,
        state_since=_beijing(found.state_effective_at),
        industry=NamedDocument(
            code=found.industry,
            name=industry.name.zh if industry else None,
            name_en=industry.name.en if industry else None,
        ),
        holder=HolderDocument(uscc=found.uscc, name=found.holder_name),
        address=found.address,
        issuer=NamedDocument(code=found.issuer, name=office.name, name_en=catalog.issuer.en),
        issued_on=found.issued_on,
        expires_on=found.expires_on,
        permits=tuple(_permit(permit, catalog, today) for permit in found.permits),
        pending=tuple(_pending(item, catalog) for item in found.pending),
        as_of=_beijing(at),
    )


def _permit(permit: PermitOnFile, catalog: Catalog, today: date) -> FiledPermit:
    return FiledPermit(
        kind=permit.kind,
        number=permit.number,
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        state=permit_state_on(permit.state, permit.valid_from, permit.valid_until, today=today),
        by_promise=permit.by_promise,
        **_names(catalog, kind=permit.kind, department=permit.department),
    )


def _pending(item: PendingItem, catalog: Catalog) -> FiledPending:
    return FiledPending(
        item=item.item,
        kind=item.kind,
        mandatory=item.mandatory,
        **_names(catalog, kind=item.kind, department=item.department),
    )


class _Names(TypedDict):
    name: str | None
    name_en: str | None
    department: str | None
    department_en: str | None


def _names(catalog: Catalog, *, kind: str, department: str) -> _Names:
    """Name a permit kind and its department; None for what this edition does not know."""
    found = catalog.permit_kinds.get(kind)
    decides = catalog.departments.get(department)
    return {
        "name": found.name.zh if found else None,
        "name_en": found.name.en if found else None,
        "department": decides.name.zh if decides else None,
        "department_en": decides.name.en if decides else None,
    }


def _beijing(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)
