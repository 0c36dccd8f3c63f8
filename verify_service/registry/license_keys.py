"""Which licenses hang on a key: asked when one was stolen, or is to be retired."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from verify_service.registry.licenses import ALIVE
from verify_service.registry.models import LicenseVersionRow
from verify_service.registry.moves import LicenseState
from verify_service.registry.states import license_standing


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLicense:
    """The present version of a license, with its state."""

    number: str
    version: int
    issued_on: date
    expires_on: date | None
    state: LicenseState

    def stands_on(self, day: date) -> bool:
        """Whether it is in force or suspended (it may resume), and not past its last day."""
        return self.state in ALIVE and (self.expires_on is None or day <= self.expires_on)


def licenses_by_key(connection: Connection, key_id: bytes) -> tuple[SignedLicense, ...]:
    """The licenses whose present version was signed with a key, by number."""
    issued = LicenseVersionRow
    present = (
        select(issued.number, func.max(issued.version).label("version"))
        .group_by(issued.number)
        .subquery()
    )
    query = (
        select(issued.number, issued.version, issued.issued_on, issued.expires_on)
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
            expires_on=row.expires_on,
            state=license_standing(connection, row.number, row.version).state,
        )
        for row in connection.execute(query).all()
    )
