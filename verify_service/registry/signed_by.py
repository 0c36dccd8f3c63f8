"""Which licenses a key has signed: asked when the key is not believed any more."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from verify_service.registry.models import LicenseStateRow, LicenseVersionRow
from verify_service.registry.moves import LicenseState


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLicense:
    """The latest version of a license, and how it stands now."""

    number: str
    version: int
    issued_on: date
    expires_on: date | None
    state: LicenseState


def licenses_signed_by(connection: Connection, key_id: bytes) -> tuple[SignedLicense, ...]:
    """Return the licenses whose latest version a key has signed, by number.

    Reads every version once: no index is kept for what is asked once in years.
    """
    issued, state = LicenseVersionRow, LicenseStateRow
    later, after = aliased(LicenseVersionRow), aliased(LicenseStateRow)
    latest = select(func.max(later.version)).where(later.number == issued.number)
    last = select(func.max(after.seq)).where(
        after.number == issued.number, after.version == issued.version
    )
    query = (
        select(issued.number, issued.version, issued.issued_on, issued.expires_on, state.state)
        .join(state, (state.number == issued.number) & (state.version == issued.version))
        .where(
            issued.kid == key_id,
            issued.version == latest.scalar_subquery(),
            state.seq == last.scalar_subquery(),
        )
        .order_by(issued.number)
    )
    return tuple(
        SignedLicense(
            number=row.number,
            version=row.version,
            issued_on=row.issued_on,
            expires_on=row.expires_on,
            state=LicenseState(row.state),
        )
        for row in connection.execute(query)
    )


def has_signed(connection: Connection, key_id: bytes) -> bool:
    """Say whether a key has signed any version of any license."""
    query = select(LicenseVersionRow.number).where(LicenseVersionRow.kid == key_id)
    return connection.execute(query.limit(1)).first() is not None
