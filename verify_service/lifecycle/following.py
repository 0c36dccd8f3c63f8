"""What follows a permit's change, planned: states of licenses, notes, tasks, notices (R7, R8); pure.

What becomes of a license is decided by `consequences`; here it is looked up in a sight, laid out as
rows to be, and shown in the sight, so that the next change sees it. `cascade` and `bulk` read the
sight and write the plan.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from credential.days import SHANGHAI
from verify_service.identifiers import parse_license_number
from verify_service.lifecycle.consequences import (
    ALIVE,
    Consequence,
    Gathered,
    NoticeKind,
    Other,
    Reissue,
    consequence,
    counts,
)
from verify_service.lifecycle.policy import LicensePolicy
from verify_service.lifecycle.wording import Addressed, permit_notice
from verify_service.office import Office
from verify_service.registry.chains import check_record
from verify_service.registry.ledger import Written
from verify_service.registry.moves import LicenseState, PermitState, check_license_move
from verify_service.registry.plan import Plan, PlannedNotice, PlannedRecall, PlannedReissue
from verify_service.registry.records import (
    IncludedPermit,
    LicenseNote,
    LicenseStanding,
    Permit,
    Record,
)
from verify_service.registry.sight import Sight, VersionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What followed a permit's change: states of licenses, and licenses that were noted."""

    states: tuple[LicenseStanding, ...]
    noted: tuple[LicenseNote, ...] = ()


class Following:
    """Plans what follows, at one instant of recording and under the policy of its day."""

    def __init__(self, office: Office, sight: Sight, plan: Plan, written: Written) -> None:
        self._office = office
        self._sight = sight
        self._plan = plan
        self._written = written
        self._items: dict[str, frozenset[str]] = {}
        # A license's own chain takes effect when it is recorded: it cannot fall before it stood.
        self._record = Record(
            effective_at=written.at, recorded_at=written.at, recorded_by=written.by
        )

    @cached_property
    def policy(self) -> LicensePolicy:
        """The policy of the day; raises `NoPolicyError`. Who plans many rows asks for it first."""
        return self._office.policies.on(civil_day(self._written.at))

    def follow(self, permit: Permit) -> Followed:
        """Let every license follow that gathers ``permit``, which is as it is after its change."""
        self._sight.put(permit)
        states: list[LicenseStanding] = []
        noted: list[LicenseNote] = []
        for key in self._sight.licenses.get(permit.id, ()):
            standing = self._sight.standings[key]
            if standing.state not in ALIVE:
                continue
            changed, others = self._gathered(key, permit)
            found = consequence(
                self.policy,
                standing=standing.state,
                changed=changed,
                others=others,
                on=civil_day(self._written.at),
            )
            after = self._lay_out(standing, permit, found)
            if after is not None:
                states.append(after)
            if found.is_noted:
                noted.append(self._note(key, permit))
        return Followed(states=tuple(states), noted=tuple(noted))

    def entered(self, permit: Permit) -> None:
        """Ask for the reissue of licenses on which a permit that was just entered is pending."""
        self._sight.put(permit)
        self._sight.licenses.setdefault(permit.id, ())
        found = Consequence(reissue=Reissue.PENDING_GRANTED, notice=NoticeKind.LICENSE_TO_REISSUE)
        items = self._items_of(permit.kind)
        waiting = self._sight.pending[permit.premises]
        for key in dict.fromkeys(key for key, item in waiting if item in items):
            standing = self._sight.standings[key]
            if standing.state in ALIVE:
                self._lay_out(standing, permit, found)

    def _items_of(self, kind: str) -> frozenset[str]:
        """The items that a permit of this kind would satisfy: one may have alternatives."""
        if kind not in self._items:
            self._items[kind] = frozenset(
                item.id
                for industry in self._office.catalog.industries.values()
                for item in industry.items
                if any(each.id == kind for each in item.kinds)
            )
        return self._items[kind]

    def _gathered(self, key: VersionKey, permit: Permit) -> tuple[Gathered, list[Other]]:
        """The permit that has changed as a version of a license has it, and those beside it."""
        noted = self._sight.noted[key]
        mandatory = False
        others = []
        standing = set()
        for included in self._sight.gathered[key]:
            if included.permit == permit.id:
                mandatory = included.mandatory
                continue
            other = Other(state=self._sight.states[included.permit], noted=included.permit in noted)
            others.append(other)
            if counts(other):
                standing.add(self._sight.kinds[included.permit])
        lapsed = permit.current.state is PermitState.LAPSED
        given_up = permit.current.state is PermitState.CANCELLED
        changed = Gathered(
            current=permit.current,
            mandatory=mandatory or (given_up and self._falls_short(key[0], permit.kind, standing)),
            noted=permit.id in noted,
            renewing=lapsed and self._sight.renewing.get(permit.id, False),
        )
        return changed, others

    def _falls_short(self, number: str, kind: str, standing: Collection[str]) -> bool:
        """Say whether a group of the license's industry has too few members without this kind.

        Each may have been optional when the license was issued, beside the others.
        """
        code = parse_license_number(number, prefix=self._office.number_prefix).industry
        industry = self._office.catalog.industries[code]
        group = industry.group_of(kind)
        if group is None:
            return False
        kept = {item.id for item in industry.items for each in item.kinds if each.id in standing}
        return len(kept & set(group.item_ids)) < group.at_least

    def _lay_out(
        self, standing: LicenseStanding, permit: Permit, found: Consequence
    ) -> LicenseStanding | None:
        key = (standing.number, standing.version)
        cause = IncludedPermit(permit=permit.id, version=permit.current.version)
        after = None
        if found.state is not None:
            after = self._append_state(standing, found, cause)
            if after.state is LicenseState.VOID:
                due_on = self._due(self._office.recall_days)
                self._plan.recalls.append(
                    PlannedRecall(cause=after, department=permit.department, due_on=due_on)
                )
                self._plan.voided.append(key)
        if found.reissue is not None:
            self._plan.reissues.append(
                PlannedReissue(
                    number=standing.number,
                    version=standing.version,
                    reason=found.reissue,
                    cause=cause,
                    due_on=self._due(self._office.reissue_days),
                )
            )
        if found.notice is not None:
            self._plan.notices.append(self._notice(standing, permit, found.notice))
        return after

    def _append_state(
        self, standing: LicenseStanding, found: Consequence, cause: IncludedPermit
    ) -> LicenseStanding:
        assert found.state is not None
        check_license_move(to=found.state, state=standing.state)
        check_record(self._record, entity="license", key=standing.number, previous=standing.record)
        after = LicenseStanding(
            number=standing.number,
            version=standing.version,
            seq=standing.seq + 1,
            state=found.state,
            reason=found.reason,
            cause=cause,
            policy=self.policy.id,
            record=self._record,
        )
        self._plan.states.append(after)
        self._sight.standings[standing.number, standing.version] = after
        return after

    def _notice(self, standing: LicenseStanding, permit: Permit, kind: NoticeKind) -> PlannedNotice:
        return PlannedNotice(
            holder=permit.holder,
            number=standing.number,
            version=standing.version,
            kind=kind,
            words=permit_notice(
                kind,
                Addressed(number=standing.number, version=standing.version),
                permit=permit,
                cause=permit.current,
                catalog=self._office.catalog,
            ),
        )

    def _note(self, key: VersionKey, permit: Permit) -> LicenseNote:
        number, version = key
        note = LicenseNote(
            number=number,
            version=version,
            permit=permit.id,
            permit_version=permit.current.version,
            policy=self.policy.id,
            record=self._record,
        )
        self._plan.notes.append(note)
        self._sight.noted[key].add(permit.id)
        return note

    def _due(self, days: int) -> date:
        return civil_day(self._written.at + timedelta(days=days))


def civil_day(at: datetime) -> date:
    """Return the civil day of an instant in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).date()
