"""Which licenses hang on a key: asked when one was stolen, or is to be retired."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from verify_service.registry.models import LicenseVersionRow
from verify_service.registry.moves import LicenseState
from verify_service.registry.states import license_standing


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLicense:
    """The present version of a license, with its state."""

    number: str
    version: int
    issued_on: date
    state: LicenseState


def licenses_by_key(connection: Connection, key_id: bytes) -> tuple[SignedLicense, ...]:
    """The licenses whose present version was signed with a key, by number."""
    issued = LicenseVersionRow
    present = (
        select(issued.number, func.max(issued.version).label("version"))
        .group_by(issued.number)
        .subquery()
    )
    query = (
        select(issued.number, issued.version, issued.issued_on)
        .join(
            present,
            (present.c.number == issued.number) & (present.c.version == issued.version),
        )
        .where(issued.kid == key_id)
        .order_by(issued.number)
    )
    return tuple(
        SignedLicense(
            number=row.number,
            version=row.version,
            issued_on=row.issued_on,
            state=license_standing(connection, row.number, row.version).state,
        )
        for row in connection.execute(query).all()
    )
