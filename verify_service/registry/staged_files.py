"""Files that wait to be done: one an account, taken away when it was done or grew old."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from verify_service.registry.intake_books import StagedFileRow
from verify_service.registry.intake_records import StagedFile


def stage_file(connection: Connection, file: StagedFile) -> None:
    """Let a file wait; one of the same account that waited before goes."""
    unstage_file(connection, file.login)
    values = {name: getattr(file, name) for name in StagedFile.__dataclass_fields__}
    connection.execute(insert(StagedFileRow).values(values))


def staged_file(connection: Connection, login: str, *, since: datetime) -> StagedFile | None:
    """Return the file that waits for an account since an instant or later, None if none does."""
    row = StagedFileRow
    query = select(row.__table__).where(row.login == login, row.staged_at >= since)
    found = connection.execute(query).first()
    if found is None:
        return None
    return StagedFile(**{name: getattr(found, name) for name in StagedFile.__dataclass_fields__})


def unstage_file(connection: Connection, login: str, *, digest: bytes | None = None) -> None:
    """Take away what waits for an account, or only a certain file; nothing there is no error."""
    row = StagedFileRow
    query = delete(row).where(row.login == login)
    connection.execute(query if digest is None else query.where(row.digest == digest))


def clear_staged_files(connection: Connection, *, before: datetime) -> None:
    """Take away what was brought before an instant."""
    connection.execute(delete(StagedFileRow).where(StagedFileRow.staged_at < before))
