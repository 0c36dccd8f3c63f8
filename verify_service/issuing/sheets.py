"""The sheet of a license on file: what it was issued with, printed by the template of that day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from credential.days import SHANGHAI
from verify_service.catalog import Catalog, Form
from verify_service.database import Database
from verify_service.identifiers import make_elicense_identifier
from verify_service.issuing.sheet import (
    Need,
    PendingLine,
    PermitLine,
    Remedy,
    SheetContent,
    Use,
    render_sheet,
)
from verify_service.issuing.symbol import make_symbol
from verify_service.office import Office
from verify_service.registry.holders import get_holder, get_premises
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import get_license, latest_license_version
from verify_service.registry.permits import get_permit, permit_chain
from verify_service.registry.records import LicenseVersion, Permit, PermitVersion

BY_PROMISE: Final = "告知承诺"


class SheetRoom:
    """Prints sheets and symbols of licenses on file."""

    def __init__(self, database: Database, office: Office, use: Use) -> None:
        self._database = database
        self._office = office
        self._use = use

    def content(self, number: str, *, version: int | None = None) -> SheetContent:
        """Gather what a sheet says (version None: the latest).

        Raises:
            NotRegisteredError: no such license or version.
        """
        office, catalog = self._office, self._office.catalog
        with self._database.reading() as connection:
            registered = get_license(connection, number)
            issued = get_license_version(
                connection, number, version or latest_license_version(connection, number)
            )
            holder = get_holder(connection, registered.holder)
            premises = get_premises(connection, registered.premises)
            permits = [
                (
                    get_permit(connection, included.permit),
                    permit_chain(connection, included.permit)[included.version - 1],
                )
                for included in issued.permits
            ]
        return SheetContent(
            number=number,
            version=issued.version,
            e_license=str(
                make_elicense_identifier(
                    type_code=office.e_license_type,
                    issuer_code=office.uscc,
                    serial=f"{registered.year}{registered.industry}{registered.serial:06d}",
                    version=f"{issued.version:03d}",
                )
            ),
            issuer=office.name,
            holder=holder.name,
            uscc=holder.uscc,
            premises=premises.address,
            industry_code=registered.industry,
            industry_name=catalog.industry(registered.industry).name.zh,
            issued_on=issued.issued_on,
            expires_on=issued.expires_on,
            permits=tuple(_permit_line(catalog, *pair) for pair in permits),
            pending=tuple(
                PendingLine(
                    name=catalog.permit_kind(item.kind).name.zh,
                    department=catalog.departments[item.department].name.zh,
                    need=Need.MANDATORY if item.mandatory else Need.OPTIONAL,
                )
                for item in issued.pending
            ),
            remedies=tuple(
                Remedy(department=str(told["name"]), text=f"{told['review']}{told['lawsuit']}")
                for told in _told(issued)
            ),
            told_on=datetime.fromisoformat(str(issued.told["at"])).astimezone(SHANGHAI).date(),
            symbol=make_symbol(issued.text),
            template=issued.template_version,
            use=self._use,
        )

    def sheet(self, number: str, *, version: int | None = None) -> bytes:
        """Print a sheet as PDF.

        Raises:
            NotRegisteredError, SheetError
        """
        return render_sheet(self.content(number, version=version))


def _permit_line(catalog: Catalog, permit: Permit, issued: PermitVersion) -> PermitLine:
    kind = catalog.permit_kind(permit.kind)
    form = Form(issued.terms.document_form)
    marks = [form.text.zh] if form is not kind.form else []
    if issued.terms.by_promise:
        marks.append(BY_PROMISE)
    return PermitLine(
        name=kind.name.zh,
        number=permit.number,
        department=catalog.departments[permit.department].name.zh,
        valid_until=issued.terms.valid_until,
        marks=tuple(marks),
    )


def _told(issued: LicenseVersion) -> list[Mapping[str, object]]:
    departments = issued.told["departments"]
    assert isinstance(departments, list)
    return departments
