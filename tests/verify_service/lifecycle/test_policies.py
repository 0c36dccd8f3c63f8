"""Policies are data: read whole or not at all, dated, remembered, and never changed afterwards."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from credential.reasons import Outcome
from credential.status import Status
from credential.verdict import PermitState as ShownState
from tests.verify_service.bureau import Bureau, Shop, day, days
from tests.verify_service.lifecycle.bars import bar, recalls, said
from verify_service.issuing.errors import PendingNotAllowedError
from verify_service.lifecycle.policy import (
    GivenUp,
    NoPolicyError,
    PolicyChangedError,
    PolicyFileError,
    builtin_policies,
    load_policies,
    parse_policies,
)
from verify_service.registry.auditing import audit
from verify_service.registry.moves import Basis, LicenseState, Move
from verify_service.registry.notices import notices_of
from verify_service.registry.records import ReissueOutcome
from verify_service.registry.reissues import open_reissues, reissues_of
from verify_service.registry.status_check import check_pages
from verify_service.registry.verification import read_license

LENIENT = """
[[policy]]
id = "lenient-2031"
from = 2031-01-01
given_up = "annotate"
renewal_grace_days = 30
mandatory_pending = "none"
"""


@pytest.fixture
def lenient(bureau: Bureau, tmp_path: Path) -> Iterator[Bureau]:
    """The same bureau under a policy of its own."""
    with reopened(bureau, LENIENT, tmp_path) as found:
        yield found


@contextmanager
def reopened(bureau: Bureau, policies: str, folder: Path) -> Iterator[Bureau]:
    path = folder / "policies.toml"
    path.write_text(policies, "utf-8")
    found = bureau.reopened(policy_file=path)
    with closing(found.service):
        yield found


# ---- the file -----------------------------------------------------------------------------------


def test_the_built_in_policy_is_the_literal_reading() -> None:
    (policy,) = builtin_policies().listed
    assert policy.given_up is GivenUp.VOID
    assert policy.renewal_grace_days == 0
    assert policy.allows_pending("food_business")
    assert builtin_policies().on(date(2023, 4, 1)) == policy
    with pytest.raises(NoPolicyError):
        builtin_policies().on(date(2023, 3, 31))


def test_the_policy_of_the_day_is_the_last_that_has_begun() -> None:
    later = LENIENT.replace("2031-01-01", "2032-01-01").replace("lenient-2031", "later")
    policies = parse_policies(LENIENT + later, path="p")
    assert policies.on(date(2031, 12, 31)).id == "lenient-2031"
    assert policies.on(date(2032, 1, 1)).id == "later"


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("[[policy]]", "[policy", "p"),
        ('id = "lenient-2031"', "", "policy.0.id"),
        ("lenient-2031", "Lenient", "policy.0.id"),
        ("2031-01-01", '"soon"', "policy.0.from"),
        ("2031-01-01", "2031-01-01T08:00:00", "from"),
        ('"annotate"', '"forget"', "given_up"),
        ("= 30", "= -1", "renewal_grace_days"),
        ("= 30", "= 3.5", "renewal_grace_days"),
        ("= 30", "= true", "renewal_grace_days"),
        ('"none"', '"some"', "mandatory_pending"),
        ('"none"', "3", "mandatory_pending"),
        ('"none"', '"none"\nsurprise = 1', "surprise"),
        (LENIENT, "", "policy"),
        (LENIENT, LENIENT + LENIENT, "lenient-2031"),
        ('"none"', "[" * 5000, "p"),
    ],
)
def test_a_file_that_is_wrong_says_where(before: str, after: str, named: str) -> None:
    with pytest.raises(PolicyFileError) as caught:
        parse_policies(LENIENT.replace(before, after), path="p")
    assert named in f"{caught.value.path} {caught.value.fault}"


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "b.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "none.toml", tmp_path, binary):
        with pytest.raises(PolicyFileError) as caught:
            load_policies(path)
        assert caught.value.path == str(path)


# ---- remembered ---------------------------------------------------------------------------------


def test_a_license_and_what_befell_it_name_their_policies(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    assert bureau.on_file(issued).policy == "literal-2023"
    bureau.change(food, Move.REVOKED, at=days(1))
    assert bureau.standing(issued).policy == "literal-2023"


def test_a_policy_that_was_in_use_may_neither_change_nor_go(bureau: Bureau, tmp_path: Path) -> None:
    bar(bureau)
    literal = LENIENT.replace("lenient-2031", "literal-2023").replace("2031-01-01", "2023-04-01")
    for text in (LENIENT, literal):
        with pytest.raises(PolicyChangedError) as caught, reopened(bureau, text, tmp_path):
            pass
        assert caught.value.id == "literal-2023"
    # What it says counts, and not how it is written.
    same = literal.replace("annotate", "void").replace("30", "0").replace('"none"', '"all" # 全部')
    with reopened(bureau, same + LENIENT, tmp_path) as again:
        assert said(again, again.issue(bureau_with_food(again)), 0.1)[0] is Outcome.VALID


def test_nothing_is_issued_before_the_first_policy(bureau: Bureau, tmp_path: Path) -> None:
    with reopened(bureau, LENIENT.replace("2031-01-01", "2040-01-01"), tmp_path) as later:
        shop = bureau_with_food(later)
        before = later.rows()
        with pytest.raises(NoPolicyError):
            later.issue(shop)
        assert later.rows() == before


# ---- given up -----------------------------------------------------------------------------------


def test_a_permit_that_was_given_up_is_noted_and_the_license_stands(lenient: Bureau) -> None:
    _, tobacco, issued = bar(lenient)
    changed = lenient.change(tobacco, Move.CANCELLED, at=days(1), basis=Basis.ON_APPLICATION)
    assert changed.licenses == ()
    assert [(note.number, note.policy) for note in changed.noted] == [
        (issued.number, "lenient-2031")
    ]
    assert lenient.standing(issued).state is LicenseState.IN_FORCE
    assert recalls(lenient) == ()
    assert said(lenient, issued, 1.1) == (Outcome.ATTENTION, {"permit-given-up"})
    verdict = lenient.offline(issued.text, at=days(1.1))
    assert verdict.genuine is not None
    assert verdict.genuine.states == (ShownState.IN_FORCE, ShownState.CANCELLED)
    with lenient.service.database.reading() as connection:
        assert [task.reason for task in open_reissues(connection)] == ["permit-given-up"]
        (notice,) = notices_of(connection, issued.number)
        assert audit(connection).findings == ()
    assert "继续有效" in notice.words["zh"]
    assert "烟草专卖零售许可证" in notice.words["zh"]
    assert tobacco.number in notice.words["en"]
    filed = read_license(lenient.service.database, number=issued.number)
    assert filed is not None
    assert [permit.state for permit in filed.permits] == ["in_force", "cancelled"]

    again = lenient.reissue(issued, at=days(2))
    assert said(lenient, again, 2.1) == (Outcome.VALID, set())
    with lenient.service.database.reading() as connection:
        assert open_reissues(connection) == ()
        (task,) = reissues_of(connection, issued.number)
        assert task.outcome is ReissueOutcome.REISSUED


@pytest.mark.parametrize("basis", [Basis.OTHER_LAW, Basis.HOLDER_GONE, None])
def test_a_permit_that_was_cancelled_otherwise_voids_under_any_policy(
    basis: Basis | None, lenient: Bureau
) -> None:
    _, tobacco, issued = bar(lenient)
    lenient.change(tobacco, Move.CANCELLED, at=days(1), basis=basis)
    assert lenient.standing(issued).state is LicenseState.VOID
    assert said(lenient, issued, 1.1)[1] == {"license-void", "permit-cancelled"}


def test_a_mandatory_permit_cannot_be_given_up(lenient: Bureau) -> None:
    food, _, issued = bar(lenient)
    lenient.change(food, Move.CANCELLED, at=days(1), basis=Basis.ON_APPLICATION)
    assert lenient.standing(issued).state is LicenseState.VOID


def test_what_was_given_up_and_is_revoked_afterwards_says_so_everywhere(lenient: Bureau) -> None:
    _, tobacco, issued = bar(lenient)
    lenient.change(tobacco, Move.CANCELLED, at=days(1), basis=Basis.ON_APPLICATION)
    lenient.change(tobacco, Move.REVOKED, at=days(2))
    assert said(lenient, issued, 2.1) == (
        Outcome.NOT_IN_FORCE,
        {"license-void", "permit-revoked"},
    )


def test_what_was_given_up_and_comes_to_another_end_twice_says_the_last_everywhere(
    lenient: Bureau,
) -> None:
    """Cancelled, as the one that was noted; and the note is not of this."""
    _, tobacco, issued = bar(lenient)
    for number, (move, basis) in enumerate(
        [
            (Move.CANCELLED, Basis.ON_APPLICATION),
            (Move.ANNULLED, Basis.DECEIT),
            (Move.CANCELLED, Basis.ENDED_OTHERWISE),
        ],
        start=1,
    ):
        lenient.change(tobacco, move, at=days(number), basis=basis)
    assert said(lenient, issued, 3.1) == (
        Outcome.NOT_IN_FORCE,
        {"license-void", "permit-cancelled"},
    )
    with lenient.service.database.reading() as connection:
        assert not any(each.differing for each in check_pages(connection, today=day(3)))
        assert audit(connection).findings == ()


def test_the_last_member_that_a_group_needs_cannot_be_given_up(lenient: Bureau) -> None:
    """Of a group of which one is needed, each is optional beside the other, and not alone."""
    shop = lenient.shop()
    filing, business, _ = (
        lenient.permit(shop, kind)
        for kind in ("device_class2_filing", "device_business", "radiation_safety")
    )
    issued = lenient.issue(shop, industry="01")
    lenient.change(filing, Move.CANCELLED, at=days(1), basis=Basis.ON_APPLICATION)
    assert said(lenient, issued, 1.1) == (Outcome.ATTENTION, {"permit-given-up"})
    lenient.change(business, Move.CANCELLED, at=days(2), basis=Basis.ON_APPLICATION)
    assert lenient.standing(issued).state is LicenseState.VOID


def test_the_list_says_of_the_permits_place_that_it_was_given_up(lenient: Bureau) -> None:
    _, tobacco, issued = bar(lenient)
    lenient.change(tobacco, Move.CANCELLED, at=days(1), basis=Basis.ON_APPLICATION)
    block = lenient.on_file(issued).block
    listed = lenient.bundle().status[("110105", int(block.status_list))]
    assert listed.read(block.start, 3) == (Status.VALID, Status.VALID, Status.GIVEN_UP)


# ---- grace --------------------------------------------------------------------------------------


def test_a_renewal_under_way_suspends_until_the_grace_is_over(lenient: Bureau) -> None:
    shop = lenient.shop()
    food = lenient.permit(shop, until=day(10))
    issued = lenient.issue(shop)
    lenient.change(food, Move.RENEWING, at=days(5))
    assert lenient.standing(issued).state is LicenseState.IN_FORCE
    sweep(lenient, 11)
    standing = lenient.standing(issued)
    assert (standing.state, standing.reason) == (LicenseState.SUSPENDED, "permit-lapsed-renewing")
    assert said(lenient, issued, 11.1)[0] is Outcome.NOT_IN_FORCE  # grace is never green
    sweep(lenient, 40)
    assert lenient.standing(issued).state is LicenseState.SUSPENDED
    assert recalls(lenient) == ()
    sweep(lenient, 41)
    standing = lenient.standing(issued)
    assert (standing.state, standing.reason) == (LicenseState.VOID, "permit-lapsed")
    assert standing.record.recorded_by == "clock"
    assert [task.department for task in recalls(lenient)] == ["scjg"]


def test_a_renewal_within_its_grace_brings_the_license_back_and_asks_for_a_new_sheet(
    lenient: Bureau,
) -> None:
    shop = lenient.shop()
    food = lenient.permit(shop, until=day(10))
    issued = lenient.issue(shop)
    lenient.change(food, Move.RENEWING, at=days(5))
    sweep(lenient, 12)
    terms = food.current.terms
    renewed = type(terms)(
        valid_from=terms.valid_from, valid_until=day(1000), document_form=terms.document_form
    )
    lenient.change(food, Move.RENEWED, at=days(20), terms=renewed)
    assert lenient.standing(issued).state is LicenseState.IN_FORCE
    with lenient.service.database.reading() as connection:
        assert [task.reason for task in open_reissues(connection)] == ["permit-renewed"]
    assert said(lenient, issued, 20.1)[1] >= {"license-lapsed"}  # the sheet's own last day
    again = lenient.reissue(issued, at=days(21))
    assert said(lenient, again, 21.1) == (Outcome.VALID, set())


# ---- pending ------------------------------------------------------------------------------------


def test_a_mandatory_item_may_be_pending_where_the_policy_allows_it(
    bureau: Bureau, tmp_path: Path
) -> None:
    shop = bureau.shop()
    bureau.permit(shop, "tobacco_retail")
    with reopened(bureau, LENIENT, tmp_path) as strict:
        before = strict.rows()
        with pytest.raises(PendingNotAllowedError) as caught:
            strict.issue(shop, applied_for=("26-01",))
        assert (caught.value.kind, caught.value.policy) == ("food_business", "lenient-2031")
        assert strict.rows() == before
    assert said(bureau, bureau.issue(shop, applied_for=("26-01",)), 0.1)[1] == {"pending-mandatory"}


def test_a_pending_item_that_is_granted_asks_for_a_new_sheet(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop, applied_for=("26-03",))
    other = bureau.issue(bar_shop := bureau_with_food(bureau))
    bureau.permit(shop, "tobacco_retail", at=days(1))
    bureau.permit(bar_shop, "tobacco_retail", at=days(1))
    with bureau.service.database.reading() as connection:
        (task,) = open_reissues(connection)
        assert (task.number, task.reason) == (issued.number, "pending-granted")
        assert notices_of(connection, other.number) == ()
    again = bureau.reissue(issued, at=days(2))
    assert said(bureau, again, 2.1) == (Outcome.VALID, set())


def bureau_with_food(bureau: Bureau) -> Shop:
    shop = bureau.shop()
    bureau.permit(shop)
    return shop


def sweep(bureau: Bureau, number: float) -> None:
    bureau.service.sweep(clock=lambda: days(number))
