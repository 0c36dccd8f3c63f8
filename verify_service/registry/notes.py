"""Notes: permits that were given up, and for which a license stands all the same by a policy."""

from sqlalchemy import Connection, select

from verify_service.registry.models import LicenseNoteRow, LicensePermitRow, PermitVersionRow
from verify_service.registry.records import LicenseNote, Record


def note_row(note: LicenseNote) -> dict[str, object]:
    """Lay a note out in columns."""
    return {
        "number": note.number,
        "version": note.version,
        "permit": note.permit,
        "permit_version": note.permit_version,
        "policy": note.policy,
        "effective_at": note.record.effective_at,
        "recorded_at": note.record.recorded_at,
        "recorded_by": note.record.recorded_by,
    }


def noted_positions(connection: Connection, number: str, version: int) -> frozenset[int]:
    """Return the places, among a license's permits, of those that are noted as given up.

    One that has come to another end since (annulled, say) is not: it is that now.
    """
    note, included, later = LicenseNoteRow, LicensePermitRow, PermitVersionRow
    overtaken = select(later.version).where(
        later.permit == note.permit, later.version > note.permit_version
    )
    query = (
        select(included.position)
        .join(
            note,
            (note.number == included.number)
            & (note.version == included.version)
            & (note.permit == included.permit),
        )
        .where(included.number == number, included.version == version, ~overtaken.exists())
    )
    return frozenset(connection.execute(query).scalars())


def notes_of(connection: Connection, number: str, version: int) -> tuple[LicenseNote, ...]:
    """Return the notes of a version of a license, in the order of their recording."""
    row = LicenseNoteRow
    query = select(row.__table__).where(row.number == number, row.version == version)
    found = connection.execute(query.order_by(row.recorded_at, row.permit))
    return tuple(
        LicenseNote(
            number=each.number,
            version=each.version,
            permit=each.permit,
            permit_version=each.permit_version,
            policy=each.policy,
            record=Record(
                effective_at=each.effective_at,
                recorded_at=each.recorded_at,
                recorded_by=each.recorded_by,
            ),
        )
        for each in found
    )
