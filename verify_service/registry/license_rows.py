"""How a version of a license is laid out in rows, and read back from them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from verify_service.registry.books import StatusBlockRow
from verify_service.registry.chains import written_of
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.ledger import insert_rows
from verify_service.registry.models import LicensePermitRow, LicenseVersionRow, PendingItemRow
from verify_service.registry.records import (
    GatheredPermit,
    LicenseVersion,
    PendingItem,
    Record,
    StatusBlock,
)

_DIGEST_BYTES = 32


def insert_license_version(connection: Connection, new: LicenseVersion) -> None:
    """Write the rows of a version; for `licenses.append_license_version`, which checks it."""
    values = {
        "number": new.number,
        "version": new.version,
        "catalog_version": new.catalog_version,
        "issued_on": new.issued_on,
        "expires_on": new.expires_on,
        "status_list": new.block.status_list,
        "status_index": new.block.start,
        "kid": new.kid,
        "credential": new.credential,
        "text": new.text,
        "claims_digest": new.claims_digest,
        "told": new.told,
        "template_version": new.template_version,
        "effective_at": new.record.effective_at,
        "recorded_at": new.record.recorded_at,
        "recorded_by": new.record.recorded_by,
        "request_key": new.request_key,
        "policy": new.policy,
    }
    written = written_of(new.record)
    insert_rows(connection, LicenseVersionRow, [values], written=written)
    key = {"number": new.number, "version": new.version}
    permits = [
        key
        | {
            "position": position,
            "permit": included.permit,
            "permit_version": included.version,
            "mandatory": included.mandatory,
        }
        for position, included in enumerate(new.permits)
    ]
    pending = [
        key
        | {
            "position": position,
            "item": item.item,
            "kind": item.kind,
            "mandatory": item.mandatory,
            "department": item.department,
        }
        for position, item in enumerate(new.pending)
    ]
    insert_rows(connection, LicensePermitRow, permits, written=written)
    insert_rows(connection, PendingItemRow, pending, written=written)


def get_license_version(connection: Connection, number: str, version: int) -> LicenseVersion:
    """Return a version as it was issued; raises `NotRegisteredError`."""
    found = find_license_version(connection, number, version)
    if found is None:
        raise NotRegisteredError(entity="license version", key=f"{number} v{version}")
    return found


def find_license_version(
    connection: Connection, number: str, version: int
) -> LicenseVersion | None:
    """Return a version as it was issued, None if there is none."""
    issued, included, pending = LicenseVersionRow, LicensePermitRow, PendingItemRow
    query = (
        select(*issued.__table__.columns, StatusBlockRow.size)
        .join(
            StatusBlockRow,
            (StatusBlockRow.status_list == issued.status_list)
            & (StatusBlockRow.start == issued.status_index),
        )
        .where(issued.number == number, issued.version == version)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    permits = select(included.permit, included.permit_version, included.mandatory).where(
        included.number == number, included.version == version
    )
    items = select(pending.item, pending.kind, pending.mandatory, pending.department).where(
        pending.number == number, pending.version == version
    )
    return _version(
        row,
        connection.execute(permits.order_by(included.position)).all(),
        connection.execute(items.order_by(pending.position)).all(),
    )


def find_credential(connection: Connection, *, digest_prefix: bytes) -> bytes | None:
    """Return the signed message whose claims' SHA-256 begins with ``digest_prefix``.

    None if there is none. The prefix is long enough (16 bytes and more) to name one.
    """
    last = digest_prefix.ljust(_DIGEST_BYTES, b"\xff")
    issued = LicenseVersionRow
    query = select(issued.credential).where(issued.claims_digest.between(digest_prefix, last))
    return connection.execute(query.limit(1)).scalar_one_or_none()


def _version(
    row: Row[*tuple[Any, ...]],
    permits: Sequence[Row[*tuple[Any, ...]]],
    pending: Sequence[Row[*tuple[Any, ...]]],
) -> LicenseVersion:
    return LicenseVersion(
        number=row.number,
        version=row.version,
        catalog_version=row.catalog_version,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        block=StatusBlock(status_list=row.status_list, start=row.status_index, size=row.size),
        kid=row.kid,
        credential=row.credential,
        text=row.text,
        claims_digest=row.claims_digest,
        told=row.told,
        template_version=row.template_version,
        permits=tuple(
            GatheredPermit(
                permit=included.permit,
                version=included.permit_version,
                mandatory=included.mandatory,
            )
            for included in permits
        ),
        pending=tuple(
            PendingItem(
                item=item.item,
                kind=item.kind,
                mandatory=item.mandatory,
                department=item.department,
            )
            for item in pending
        ),
        record=Record(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        ),
        request_key=row.request_key,
        policy=row.policy,
    )
