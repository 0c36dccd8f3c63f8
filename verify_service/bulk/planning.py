"""One row of a file of changes, held against the rules of the single entrance, and planned."""

from verify_service.access import Principal, require_kind
from verify_service.intake.changes import ChangeRow
from verify_service.lifecycle.applying import plan_change
from verify_service.lifecycle.entrance import (
    Change,
    NewPermit,
    check_change,
    check_new,
    decide,
    granted,
    is_announced,
)
from verify_service.lifecycle.following import Following
from verify_service.office import Office
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    BelongsElsewhereError,
    NotRegisteredError,
)
from verify_service.registry.ledger import Written
from verify_service.registry.moves import Move, basis_of
from verify_service.registry.permits import check_permit_text, next_version
from verify_service.registry.plan import Plan
from verify_service.registry.records import Permit, PermitTerms
from verify_service.registry.sight import Sight


class RowPlanner:
    """Plans rows in their order, each seeing what those before it have made.

    A row that is refused leaves nothing in plan and sight.
    """

    def __init__(
        self,
        office: Office,
        principal: Principal,
        *,
        sight: Sight,
        plan: Plan,
        following: Following,
        written: Written,
    ) -> None:
        self._office = office
        self._principal = principal
        self._sight = sight
        self._plan = plan
        self._following = following
        self._written = written

    def plan(self, row: ChangeRow) -> int:
        """Plan what a row asks for; return how many states of licenses follow.

        Raises:
            AccessError, NotInCatalogError, IdentifierError, LetteringError, RegistryError
        """
        if row.move is Move.GRANTED:
            self._enter(row)
            return 0
        return self._change(row)

    def _enter(self, row: ChangeRow) -> None:
        assert row.holder is not None  # the table's reader has seen to these
        assert row.premises is not None
        assert row.valid_from is not None
        assert row.valid_until is not None
        form = row.form or self._office.catalog.permit_kind(row.kind).form
        new = NewPermit(
            kind=row.kind,
            number=row.number,
            department=self._principal.department or "",
            holder=row.holder,
            premises=row.premises,
            terms=PermitTerms(
                valid_from=row.valid_from,
                valid_until=row.valid_until.day,
                document_form=form.value,
                by_promise=bool(row.by_promise),
            ),
            basis=row.basis,
            document=row.document,
        )
        check_new(self._office.catalog, new, principal=self._principal)
        check_permit_text(new.kind, new.number)
        if self._sight.permits.get((row.kind, row.number)) is not None:
            raise AlreadyRegisteredError(entity="permit", key=f"{row.kind} {row.number}")
        self._check_premises(new)
        change = granted(new, grounds=row.grounds, written=self._written)
        identity = self._sight.new_id()
        permit = Permit(
            id=identity,
            kind=new.kind,
            number=new.number,
            department=new.department,
            holder=new.holder,
            premises=new.premises,
            current=next_version(identity, change, previous=None),
        )
        self._plan.entered.append(permit)
        self._plan.versions.append(permit.current)
        self._following.entered(permit)

    def _check_premises(self, new: NewPermit) -> None:
        holder = self._sight.holder_at.get(new.premises)
        if holder is None:
            raise NotRegisteredError(entity="premises", key=str(new.premises))
        if holder != new.holder:
            raise BelongsElsewhereError(
                entity="premises",
                key=str(new.premises),
                owner="holder",
                expected=new.holder,
                found=holder,
            )

    def _change(self, row: ChangeRow) -> int:
        require_kind(self._principal, row.kind)
        permit = self._sight.permits.get((row.kind, row.number))
        if permit is None:
            raise NotRegisteredError(entity="permit", key=f"{row.kind} {row.number}")
        change = Change(
            move=row.move,
            grounds=row.grounds or "",
            basis=row.basis,
            document=row.document,
            terms=_terms(row, permit.current.terms),
            effective_at=row.effective_at,
            expected_version=row.expected_version,
        )
        check_change(self._office.catalog, permit, change, principal=self._principal)
        decided = decide(permit, change, written=self._written)
        if is_announced(decided):
            basis_of(decided.move, decided.basis)
            self._plan.announced.append((permit.id, decided))
            return 0
        _, followed = plan_change(permit, decided, plan=self._plan, following=self._following)
        return len(followed.states)


def _terms(row: ChangeRow, before: PermitTerms) -> PermitTerms | None:
    """New terms where the row names any, the others as they were."""
    given = (row.valid_from, row.valid_until, row.form, row.by_promise)
    if all(each is None for each in given):
        return None
    return PermitTerms(
        valid_from=row.valid_from or before.valid_from,
        valid_until=before.valid_until if row.valid_until is None else row.valid_until.day,
        document_form=before.document_form if row.form is None else row.form.value,
        by_promise=before.by_promise if row.by_promise is None else row.by_promise,
        particulars=before.particulars,
    )
