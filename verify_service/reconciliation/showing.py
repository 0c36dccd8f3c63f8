"""How reconciliations and differences are read for showing: the same for all who show them."""

from collections.abc import Mapping

from credential.days import SHANGHAI
from verify_service.access import Principal
from verify_service.database import Database
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.intake_records import Difference
from verify_service.registry.reconciling import differences_of, get_reconciliation, number_open
from verify_service.registry.records import Role


def read_reconciliation(
    database: Database, identity: int, *, principal: Principal, after: int, limit: int
) -> Mapping[str, object]:
    """Return a reconciliation with its differences numbered above ``after``.

    The bureau sees all, a department its own: another's is not there for it. Raises
    `NotRegisteredError`.
    """
    with database.reading() as connection:
        found = get_reconciliation(connection, identity)
        if principal.role is not Role.BUREAU and principal.department != found.department:
            raise NotRegisteredError(entity="reconciliation", key=str(identity))
        listed = differences_of(connection, identity, after=after, limit=limit)
        still_open = number_open(connection, identity)
    return {
        "id": found.id,
        "department": found.department,
        "sha256": found.digest.hex(),
        "sheet": found.sheet or None,
        "full_kinds": found.full_kinds,
        "as_of": found.as_of.astimezone(SHANGHAI),
        "rows": found.rows,
        "agreed": found.agreed,
        "made_at": found.made_at.astimezone(SHANGHAI),
        "open": still_open,
        "differences": [difference_dict(each) for each in listed],
        "next": listed[-1].id if len(listed) == limit else None,
    }


def difference_dict(difference: Difference) -> Mapping[str, object]:
    """Lay a difference out for showing."""
    found, at = difference.found, difference.settled_at
    return {
        "id": difference.id,
        "what": found.what,
        "kind": found.kind,
        "number": found.number,
        "line": found.line,
        "registered": found.registered,
        "extracted": found.extracted,
        "outcome": difference.outcome,
        "settled_at": None if at is None else at.astimezone(SHANGHAI),
        "settled_by": difference.settled_by,
        "grounds": difference.grounds,
    }
