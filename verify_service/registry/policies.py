"""The policies that were in use: what each said when it first decided something."""

from sqlalchemy import Connection, select

from verify_service.registry.books import PolicyRow
from verify_service.registry.ledger import Written, insert_rows


def remember_policy(
    connection: Connection, identity: str, *, digest: bytes, written: Written
) -> None:
    """Keep the first use of a policy; later ones change nothing."""
    known = select(PolicyRow.id).where(PolicyRow.id == identity)
    if connection.execute(known).first() is None:
        row = {"id": identity, "digest": digest, "first_used_at": written.at}
        insert_rows(connection, PolicyRow, [row], written=written)


def policies_used(connection: Connection) -> tuple[tuple[str, bytes], ...]:
    """Return id and digest of every policy that was in use."""
    query = select(PolicyRow.id, PolicyRow.digest).order_by(PolicyRow.id)
    return tuple((row.id, row.digest) for row in connection.execute(query))
