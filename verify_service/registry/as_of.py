"""A license as it stood at any past instant, as far as was known at another (docs/spec/replay.md).

Of each chain holds the last link that had taken effect and was recorded. One snapshot, a few
statements: nobody waits for the past as they do for a verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from credential.days import SHANGHAI
from verify_service.database import Database
from verify_service.registry.errors import NotIssuedYetError
from verify_service.registry.holders import get_holder, get_premises
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import get_license
from verify_service.registry.models import (
    LicensePermitRow,
    LicenseVersionRow,
    PermitRow,
    PermitVersionRow,
)
from verify_service.registry.notes import notes_of
from verify_service.registry.permit_rows import permit_version_from
from verify_service.registry.records import (
    Holder,
    License,
    LicenseStanding,
    LicenseVersion,
    PermitVersion,
    Premises,
)
from verify_service.registry.standing import PermitStanding, Standing
from verify_service.registry.states import license_state_as_of
from verify_service.registry.verification import LicenseOnFile, PermitOnFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewpoint:
    """From where the past is seen: what held at ``at``, as far as was recorded at ``known``."""

    at: datetime
    known: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitThen:
    """A permit on a license: whose it is, what was issued from, and the version that held."""

    kind: str
    number: str
    department: str
    issued_version: int
    held: PermitVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseThen:
    """One version of a license as it stood; ``latest_version`` is of those that existed.

    ``noted`` are the places of permits without which it stood all the same (`notes`).
    """

    license: License
    issued: LicenseVersion
    latest_version: int
    holder: Holder
    premises: Premises
    standing: LicenseStanding
    permits: tuple[PermitThen, ...]
    noted: frozenset[int]

    def on_file(self) -> LicenseOnFile:
        """Return what a read of that instant gave (`verification.read_license`)."""
        license, issued, premises = self.license, self.issued, self.premises
        return LicenseOnFile(
            number=license.number,
            version=issued.version,
            latest_version=self.latest_version,
            issuer=license.issuer,
            industry=license.industry,
            catalog_version=issued.catalog_version,
            uscc=self.holder.uscc,
            holder_name=self.holder.name,
            division_code=premises.division_code,
            address=premises.address,
            position=premises.position,
            issued_on=issued.issued_on,
            expires_on=issued.expires_on,
            status_list=issued.block.status_list,
            status_index=issued.block.start,
            kid=issued.kid,
            claims_digest=issued.claims_digest,
            state=self.standing.state,
            state_reason=self.standing.reason,
            state_effective_at=self.standing.record.effective_at,
            permits=tuple(map(_on_file, self.permits)),
            pending=issued.pending,
        )

    def as_standing(self) -> Standing:
        """Return what a verification of that instant was told (`standing.read_standing`)."""
        return Standing(
            self.issued.claims_digest,
            self.standing.state,
            tuple(
                PermitStanding(
                    each.held.state, each.held.terms.valid_from, each.held.terms.valid_until
                )
                for each in self.permits
            ),
        )


def read_license_then(
    database: Database, *, number: str, seen_from: Viewpoint, version: int | None = None
) -> LicenseThen:
    """Return a version of a license (None: the latest of then) as it stood, in one snapshot.

    Raises:
        NotRegisteredError: nobody has this number.
        NotIssuedYetError: it, or this version, came later, or was not known.
    """
    with database.reading() as connection:
        return license_then(connection, number, seen_from=seen_from, version=version)


def license_then(
    connection: Connection, number: str, *, seen_from: Viewpoint, version: int | None = None
) -> LicenseThen:
    """As `read_license_then`, within a transaction of the caller's."""
    license = get_license(connection, number)
    existed = connection.execute(
        _versions(number).where(
            LicenseVersionRow.effective_at <= seen_from.at,
            LicenseVersionRow.recorded_at <= seen_from.known,
        )
    ).scalars()
    versions = existed.all()
    wanted = max(versions, default=0) if version is None else version
    if wanted not in versions:
        raise NotIssuedYetError(
            number=number,
            version=wanted or 1,
            at=seen_from.at.astimezone(SHANGHAI).isoformat(),
            issued_at=_issued_at(connection, number, wanted or 1),
        )
    issued = get_license_version(connection, number, wanted)
    standing = license_state_as_of(
        connection, number, wanted, effective=seen_from.at, recorded=seen_from.known
    )
    assert standing is not None  # a version is recorded with its first state, in one record
    permits = _permits_then(connection, issued, seen_from)
    return LicenseThen(
        license=license,
        issued=issued,
        latest_version=max(versions),
        holder=get_holder(connection, license.holder),
        premises=get_premises(connection, license.premises),
        standing=standing,
        permits=permits,
        noted=_noted(connection, issued, permits, seen_from),
    )


def _permits_then(
    connection: Connection, issued: LicenseVersion, seen_from: Viewpoint
) -> tuple[PermitThen, ...]:
    """Read the chains of all permits at once, and take of each the last link that held.

    Of a permit whose grant takes effect after the license's it is the grant: its days tell the
    rest.
    """
    included, permit, each = LicensePermitRow, PermitRow, PermitVersionRow
    query = (
        select(
            included.position,
            included.permit_version.label("issued_version"),
            permit.kind,
            permit.number,
            permit.department,
            *each.__table__.columns,
        )
        .join(permit, permit.id == included.permit)
        .join(each, each.permit == included.permit)
        .where(included.number == issued.number, included.version == issued.version)
        .order_by(included.position, each.version)
    )
    held: dict[int, Row[Any]] = {}
    for row in connection.execute(query):
        if row.version == 1 or (
            row.effective_at <= seen_from.at and row.recorded_at <= seen_from.known
        ):
            held[row.position] = row
    return tuple(
        PermitThen(
            kind=row.kind,
            number=row.number,
            department=row.department,
            issued_version=row.issued_version,
            held=permit_version_from(row),
        )
        for row in held.values()
    )


def _noted(
    connection: Connection,
    issued: LicenseVersion,
    permits: Sequence[PermitThen],
    seen_from: Viewpoint,
) -> frozenset[int]:
    known = {
        (note.permit, note.permit_version)
        for note in notes_of(connection, issued.number, issued.version)
        if note.record.effective_at <= seen_from.at and note.record.recorded_at <= seen_from.known
    }
    return frozenset(
        position
        for position, each in enumerate(permits)
        if (each.held.permit, each.held.version) in known
    )


def _versions(number: str) -> Select[int]:
    return select(LicenseVersionRow.version).where(LicenseVersionRow.number == number)


def _issued_at(connection: Connection, number: str, version: int) -> str | None:
    """When a version was issued, None for one that nobody has issued."""
    query = select(func.min(LicenseVersionRow.recorded_at)).where(
        LicenseVersionRow.number == number, LicenseVersionRow.version == version
    )
    found: datetime | None = connection.execute(query).scalar_one_or_none()
    return None if found is None else found.astimezone(SHANGHAI).isoformat()


def _on_file(each: PermitThen) -> PermitOnFile:
    held = each.held
    return PermitOnFile(
        kind=each.kind,
        number=each.number,
        department=each.department,
        issued_version=each.issued_version,
        version=held.version,
        state=held.state,
        valid_from=held.terms.valid_from,
        valid_until=held.terms.valid_until,
        by_promise=held.terms.by_promise,
    )
