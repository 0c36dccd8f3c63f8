"""A file does exactly what its rows would do one by one at the single entrance."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clocks import stopped
from tests.verify_service.bulk.tables import FOOD, change_row, run, table_of
from tests.verify_service.bureau import NOON, Bureau, days
from verify_service.bulk import service as bulk
from verify_service.errors import ServiceError
from verify_service.intake.cells import code_of
from verify_service.intake.columns import Column
from verify_service.intake.values import last_day
from verify_service.issuing.service import Issued
from verify_service.lifecycle.service import Change
from verify_service.registry.announcements import announced_of
from verify_service.registry.auditing import audit
from verify_service.registry.moves import Basis, Move
from verify_service.registry.notes import notes_of
from verify_service.registry.notices import notices_of
from verify_service.registry.permits import get_permit, permit_chain
from verify_service.registry.recalls import recalls_of
from verify_service.registry.records import Permit, PermitTerms
from verify_service.registry.reissues import reissues_of
from verify_service.registry.states import license_states

POLICY = """
[[policy]]
id = "patient"
from = 2023-04-01
given_up = "annotate"
renewal_grace_days = 30
mandatory_pending = "all"
"""
LATER = [move for move in Move if move is not Move.GRANTED]


@pytest.fixture
def patient(bureau: Bureau, tmp_path: Path) -> Any:
    """A bureau whose policy annotates and has grace, so that more can follow."""
    path = tmp_path / "policies.toml"
    path.write_text(POLICY, "utf-8")
    opened = bureau.reopened(policy_file=path)
    yield opened
    opened.service.close()


@dataclass(frozen=True)
class World:
    """Two shops: one with a license from two permits, one from a single one."""

    permits: tuple[Permit, ...]
    issued: tuple[Issued, ...]


def world(bureau: Bureau) -> World:
    bar, shop = bureau.shop(), bureau.shop()
    permits = (
        bureau.permit(bar, at=days(-2)),
        bureau.permit(bar, "tobacco_retail", at=days(-2)),
        bureau.permit(shop, "bj_small_food", at=days(-2)),
    )
    return World(permits, (bureau.issue(bar, at=days(-1)), bureau.issue(shop, at=days(-1))))


@st.composite
def moves(draw: st.DrawFn) -> tuple[int, dict[str, Any]]:
    """A permit, and what is done to it; likely to be legal, and often not."""
    named: dict[str, Any] = {"move": draw(st.sampled_from(LATER)).value}
    if draw(st.booleans()):
        named["basis"] = draw(st.sampled_from(Basis)).value
    if draw(st.integers(0, 3)) == 0:
        named["expected_version"] = draw(st.integers(1, 3))
    if draw(st.integers(0, 3)) == 0:
        named["effective_at"] = draw(st.sampled_from([-1.5, -0.5, 5, 500]))
    if draw(st.integers(0, 2)) == 0:
        named["valid_until"] = draw(st.sampled_from(["2031-05-25", "2036-01-01", "长期"]))
    return draw(st.sampled_from([0, 0, 2, 1])), named


def row_of(permit: Permit, named: Mapping[str, Any]) -> dict[str, Any]:
    given_at = named.get("effective_at")
    more = {} if given_at is None else {"effective_at": days(given_at).isoformat(" ")}
    return {**change_row(permit, Move(named["move"])), **named, **more}


def one_by_one(bureau: Bureau, there: World, plan: list[tuple[int, dict[str, Any]]]) -> list[str]:
    """Do the moves at the single entrance; gives the codes of what was refused."""
    found = []
    for which, named in plan:
        permit = there.permits[which]
        try:
            bureau.service.permits.change(
                permit.kind,
                permit.number,
                change_of(bureau, permit, named),
                principal=FOOD,
                clock=stopped(NOON),
            )
        except ServiceError as error:
            found.append(code_of(error))
    return found


def change_of(bureau: Bureau, permit: Permit, named: Mapping[str, Any]) -> Change:
    with bureau.service.database.reading() as connection:
        before = get_permit(connection, permit.id).current.terms
    terms = None
    if (until := named.get("valid_until")) is not None:
        terms = PermitTerms(
            valid_from=before.valid_from,
            valid_until=last_day(until, Column.VALID_UNTIL).day,
            document_form=before.document_form,
        )
    given_at = named.get("effective_at")
    return Change(
        move=Move(named["move"]),
        grounds="依法办理",
        basis=named.get("basis"),
        terms=terms,
        effective_at=None if given_at is None else days(given_at),
        expected_version=named.get("expected_version"),
    )


def story(bureau: Bureau, there: World) -> Any:
    """All that is on record, without what names one world."""
    with bureau.service.database.reading() as connection:
        chains = [
            [
                (v.version, v.move, v.state, v.basis, v.terms, v.grounds, v.record)
                for v in permit_chain(connection, permit.id)
            ]
            for permit in there.permits
        ]
        announced = [
            [(a.move, a.basis, a.terms, a.effective_at) for a in announced_of(connection, each.id)]
            for each in there.permits
        ]
        licenses = []
        for each in there.issued:
            number = each.number
            licenses.append(
                (
                    [
                        (s.seq, s.state, s.reason, s.policy, s.record)
                        for s in license_states(connection, number, 1)
                    ],
                    [
                        (note.permit_version, note.policy)
                        for note in notes_of(connection, number, 1)
                    ],
                    [(task.department, task.due_on) for task in recalls_of(connection, number)],
                    [
                        (t.reason, t.cause.version, t.due_on, t.outcome)
                        for t in reissues_of(connection, number)
                    ],
                    [notice.kind for notice in notices_of(connection, number)],
                )
            )
    return chains, announced, licenses


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=st.lists(moves(), min_size=1, max_size=12), chunk=st.sampled_from([1, 3, 500]))
def test_a_file_does_what_its_rows_would_do_one_by_one(
    patient: Bureau, plan: list[tuple[int, dict[str, Any]]], chunk: int
) -> None:
    singly, at_once = world(patient), world(patient)
    expected = one_by_one(patient, singly, plan)
    table = table_of(*(row_of(at_once.permits[which], named) for which, named in plan))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "CHUNK", chunk)
        rehearsed = patient.service.bulk.rehearse(table, principal=FOOD, at=NOON)
        report = run(patient, table)
    assert [each.code for each in report.refusals] == expected
    assert rehearsed.refusals == report.refusals
    assert (rehearsed.accepted, rehearsed.licenses) == (report.accepted, report.licenses)
    assert story(patient, at_once) == story(patient, singly)
    with patient.service.database.reading() as connection:
        assert audit(connection).findings == ()
