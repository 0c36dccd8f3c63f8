"""The lifecycle as data: the page for people says what the table does, and the table is sound."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify_service.registry.errors import BasisRefusedError, MoveRefusedError
from verify_service.registry.moves import (
    LICENSE_MOVES,
    PERMIT_RULES,
    Basis,
    LicenseState,
    Move,
    PermitState,
    basis_of,
    check_license_move,
    has_ended,
    moves_from,
    state_after,
)

PAGE = (Path(__file__).parents[3] / "docs/spec/lifecycle.md").read_text("utf-8")
WORDS = {"–": None, "in force": "in_force"}


def rows_of_the_page() -> dict[str, tuple[dict[str | None, str], list[str], str]]:
    """What the page says of each move: from which states into which, on what bases, and by whom."""
    section = PAGE.split("## A permit")[1].split("## A license")[0]
    found: dict[str, tuple[dict[str | None, str], list[str], str]] = {}
    move = ""
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or len(cells) != 6 or cells[0] == "move":
            continue
        name, _, before, after, who, bases = cells
        if name:
            move = name.strip("`")
            found[move] = ({}, re.findall(r"`([a-z-]+)`", bases), who)
        for state in states(before):
            found[move][0][state] = str(state) if after == "as it was" else states(after)[0] or ""
    return found


def states(words: str) -> list[str | None]:
    if words.startswith("any but "):
        return [state for state in PermitState if state != words.removeprefix("any but ")]
    return [WORDS.get(word, word) for word in words.split(", ")]


def test_the_page_says_what_the_table_does() -> None:
    page = rows_of_the_page()
    assert list(page) == [move.value for move in PERMIT_RULES]
    for move, rule in PERMIT_RULES.items():
        after, bases, who = page[move]
        assert after == dict(rule.after), move
        assert bases == [basis.value for basis in rule.bases], move
        assert ("the clock" in who) == rule.by_clock, move


def test_every_move_and_every_basis_is_in_the_table() -> None:
    assert set(PERMIT_RULES) == set(Move)
    assert {basis for rule in PERMIT_RULES.values() for basis in rule.bases} == set(Basis)
    assert set(LICENSE_MOVES) == set(LicenseState)


@given(st.lists(st.sampled_from(list(Move)), max_size=12))
def test_what_has_ended_comes_back_by_a_renewal_of_what_ran_out_alone(moves: list[Move]) -> None:
    state: PermitState | None = None
    for move in moves:
        before = state
        try:
            state = state_after(move, before)
        except MoveRefusedError:
            continue
        if before is not None and has_ended(before) and not has_ended(state):
            assert (before, move) == (PermitState.LAPSED, Move.RENEWED)


@pytest.mark.parametrize("state", PermitState)
def test_the_moves_that_are_offered_are_those_that_are_taken(state: PermitState) -> None:
    for move in Move:
        if move in moves_from(state):
            state_after(move, state)
        else:
            with pytest.raises(MoveRefusedError):
                state_after(move, state)


@pytest.mark.parametrize("move", Move)
def test_a_basis_of_another_move_is_refused_with_those_that_would_do(move: Move) -> None:
    bases = PERMIT_RULES[move].bases
    assert basis_of(move, None) is bases[0]
    for basis in Basis:
        if basis in bases:
            assert basis_of(move, basis) is basis
        else:
            with pytest.raises(BasisRefusedError) as caught:
                basis_of(move, basis)
            assert caught.value.allowed == bases
    with pytest.raises(BasisRefusedError):
        basis_of(move, "because")


def test_a_cancellation_is_voluntary_only_where_it_says_so() -> None:
    assert basis_of(Move.CANCELLED, None) is not Basis.ON_APPLICATION


def test_a_void_license_never_stands_again() -> None:
    for state in (LicenseState.VOID, LicenseState.RECALLED):
        for to in (LicenseState.IN_FORCE, LicenseState.SUSPENDED, LicenseState.SUPERSEDED):
            with pytest.raises(MoveRefusedError):
                check_license_move(to=to, state=state)
