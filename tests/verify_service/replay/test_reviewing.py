"""A scanner's verdict, held against what it had, what was known, and what was true."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.verify import verify
from tests.verify_service.bureau import Bureau, days
from tests.verify_service.lifecycle.bars import bar
from verify_service.registry.moves import Move
from verify_service.replay.answering import review_all
from verify_service.replay.errors import NoVerdictError
from verify_service.replay.schemas import ReviewDocument
from verify_service.replay.shown import MAX_VERDICTS, read_shown

LATER = days(9)


def offline(bureau: Bureau, text: str, *, synced: datetime, at: datetime) -> dict[str, Any]:
    """What a scanner says that has synced, and goes on without a network."""
    bureau.service.publisher.publish_status_lists(at=synced)
    said = verify(text, trusted=bureau.bundle(), at=at).as_dict()
    found: dict[str, Any] = json.loads(json.dumps(said))
    return found


def held(bureau: Bureau, document: object, *, now: datetime = LATER) -> ReviewDocument:
    (found,) = review_all(bureau.service.replay, document, now=now).verdicts
    return found


def rights(review: ReviewDocument) -> tuple[bool | None, ...]:
    assert review.list is not None
    assert review.then is not None
    assert review.truth is not None
    return review.list.right, review.then.right, review.truth.right


def test_a_green_that_was_so_is_right_by_all_three(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(1), at=days(1.1))
    review = held(bureau, said)
    assert rights(review) == (True, True, True)
    assert (review.number, review.version, review.outcome) == (issued.number, 1, "valid")
    assert review.judged is None
    for view in (review.list, review.then, review.truth):
        assert view is not None
        assert (view.state, view.in_force, view.differences) == ("in_force", True, ())


def test_a_scanner_that_had_not_synced_was_right_by_its_list_alone(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(1), at=days(1.8))
    bureau.change(food, Move.REVOKED, at=days(1.5))
    review = held(bureau, said)
    assert rights(review) == (True, False, False)
    assert review.then is not None
    license, permit = review.then.differences
    assert (license.code, license.said, license.was) == ("license-differs", "in_force", "void")
    assert (permit.code, permit.said, permit.was) == ("permit-differs", "in_force", "revoked")
    assert (permit.permit, permit.late) == (food.number, False)


def test_what_was_recorded_late_was_known_to_nobody_and_true_all_the_same(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(3), at=days(3.1))
    bureau.change(food, Move.REVOKED, at=days(5), effective_at=days(2))
    review = held(bureau, said)
    assert rights(review) == (True, True, False)
    assert review.truth is not None
    assert (review.truth.state, review.truth.in_force) == ("in_force", False)
    (permit,) = review.truth.differences
    assert (permit.said, permit.was, permit.late) == ("in_force", "revoked", True)
    assert (permit.effective_at, permit.recorded_at) == (days(2), days(5))
    assert "after the verdict" in permit.message.en
    assert "晚于该次核验" in permit.message.zh


def test_a_license_that_was_called_fallen_and_stood_is_a_wrong_verdict(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.SUSPENDED, at=days(1))
    said = offline(bureau, issued.text, synced=days(1.1), at=days(1.2))
    bureau.change(food, Move.RESUMED, at=days(1.15))
    assert rights(held(bureau, said)) == (True, False, False)


def test_what_runs_out_by_its_day_needs_no_entry(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop, until=days(2).date())
    issued = bureau.issue(shop)
    said = offline(bureau, issued.text, synced=days(2), at=days(3))
    assert said["outcome"] == "not_in_force"
    review = held(bureau, said)
    assert rights(review) == (True, True, True)
    said["outcome"], said["reasons"] = "valid", []
    said["permits"][0]["state"] = "in_force"
    review = held(bureau, said)
    assert rights(review) == (False, False, False)
    assert review.truth is not None
    license, permit = review.truth.differences
    assert (license.was, license.recorded_at) == ("lapsed", None)
    assert (permit.permit, permit.was, permit.recorded_at, permit.late) == (
        food.number,
        "lapsed",
        None,
        None,
    )


def test_a_verdict_on_a_version_before_it_was_issued_is_wrong(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(1), at=days(1.1))
    said["as_of"]["now"] = said["as_of"]["status"] = "2031-05-20T11:00:00+08:00"
    review = held(bureau, said)
    assert rights(review) == (False, False, False)
    assert review.truth is not None
    assert [each.code for each in review.truth.differences] == ["not-issued"]


def test_a_verdict_that_names_another_holder_is_never_right(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(1), at=days(1.1))
    said["license"]["holder"]["uscc"] = "91110105MAXX00023Q"
    said["permits"][0]["number"] = "JY0"
    review = held(bureau, said)
    assert rights(review) == (False, False, False)
    assert review.list is not None
    found = [each.code for each in review.list.differences]
    assert found == ["holder-differs", "permit-unknown"]


@pytest.mark.parametrize("outcome", ["indeterminate", "rejected", "not_a_license"])
def test_who_claims_nothing_that_the_books_can_tell_is_neither_right_nor_wrong(
    bureau: Bureau, outcome: str
) -> None:
    _, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(1), at=days(1.1)) | {"outcome": outcome}
    assert rights(held(bureau, said)) == (None, None, None)


def test_without_a_status_list_there_is_no_view_by_one(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(1), at=days(1.1))
    said["as_of"]["status"] = None
    review = held(bureau, said)
    assert review.list is None
    assert review.then is not None
    assert review.then.right


def test_a_text_that_came_along_is_judged_as_of_then(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(3), at=days(3.1))
    bureau.change(food, Move.REVOKED, at=days(5), effective_at=days(2))
    scan = [
        {"picture": "a.jpg", "codes": [{"text": issued.text, "corners": None, "verdict": said}]}
    ]
    review = held(bureau, scan)
    assert review.judged is not None
    assert [each.code for each in review.judged.reasons] == ["permit-revoked"]
    assert not review.rehearsal
    scan[0]["rehearsal_at"] = said["as_of"]["now"]
    assert held(bureau, scan).rehearsal


def test_a_rejected_text_is_judged_though_no_license_is_named(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    forged = bureau.forge(issued, serial=77).text
    said = bureau.online(forged, at=days(1)).as_dict()
    review = held(bureau, {"text": forged, "verdict": said})
    assert (review.number, review.then) == (None, None)
    assert review.judged is not None
    assert [each.code for each in review.judged.reasons] == ["registry-unknown"]


def test_what_cannot_be_held_against_anything_says_why_and_keeps_no_other_back(
    bureau: Bureau,
) -> None:
    _, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(1), at=days(1.1))

    def other(**license: Any) -> dict[str, Any]:
        return said | {"license": said["license"] | license}

    ahead = said | {"as_of": said["as_of"] | {"now": "2031-06-20T12:00:00+08:00"}}
    list_ahead = said | {"as_of": said["as_of"] | {"status": "2031-06-20T12:00:00+08:00"}}
    verdicts = [
        ahead,
        list_ahead,
        other(issuer={"code": "110108", "name": "海淀", "name_en": "Haidian"}),
        other(number="朝综许26-2031-99999"),
        said | {"license": None, "permits": []},
        said,
    ]
    found = review_all(bureau.service.replay, verdicts, now=days(9)).verdicts
    assert [each.refused and each.refused.code for each in found] == [
        "instant-in-future",
        "instant-in-future",
        "not-ours",
        "not-registered",
        "nothing-to-hold",
        None,
    ]
    assert all(each.then is None for each in found[:-1])
    assert found[-1].then is not None


def test_a_text_of_before_all_lists_is_told_as_such_beside_the_books(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    said = offline(bureau, issued.text, synced=days(1), at=days(1.1))
    said["as_of"]["now"] = "2031-05-01T12:00:00+08:00"
    review = held(bureau, {"text": issued.text, "verdict": said})
    assert review.refused is not None
    assert review.refused.code == "no-lists-then"
    assert review.then is not None


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    """A verdict of the fixed form, made by hand."""
    return {
        "outcome": "valid",
        "reasons": [{"code": "pending-item"}],
        "license": {
            "number": "朝综许26-2031-00001",
            "version": 1,
            "holder": {"uscc": "91110105MAXX00023Q"},
            "issuer": {"code": "110105"},
        },
        "permits": [{"number": "许1", "state": "in_force"}],
        "as_of": {"now": "2031-05-21T12:00:00+08:00", "status": None},
    }


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("outcome",), "green"),
        (("outcome",), ["valid"]),
        (("reasons",), None),
        (("reasons", 0), "pending-item"),
        (("license",), "朝综许26-2031-00001"),
        (("license", "number"), 7),
        (("license", "number"), "x" * 201),
        (("license", "number"), "朝综许\u202e"),
        (("license", "version"), 0),
        (("license", "version"), True),
        (("license", "version"), 2**31),
        (("license", "holder"), []),
        (("license", "issuer"), None),
        (("permits",), {}),
        (("permits", 0, "state"), "green"),
        (("permits",), [{"number": "1", "state": "in_force"}] * 257),
        (("as_of",), None),
        (("as_of", "now"), None),
        (("as_of", "now"), 1937000000),
        (("as_of", "now"), "2031-05-21T12:00:00"),
        (("as_of", "now"), "2031-05-21T23:59:60+08:00"),
        (("as_of", "status"), "0000-01-01T00:00:00Z"),
        (("as_of", "status"), "9999-12-31T23:59:59Z"),
    ],
)
def test_a_member_that_is_none_is_named(
    plain: dict[str, Any], where: tuple[str | int, ...], value: object
) -> None:
    (read,) = read_shown(plain)
    assert read.license is not None
    broken = json.loads(json.dumps(plain))
    at: Any = broken
    for step in where[:-1]:
        at = at[step]
    at[where[-1]] = value
    with pytest.raises(NoVerdictError) as caught:
        read_shown(broken)
    path = "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)
    assert caught.value.where.startswith(path.removesuffix("[0]"))


@pytest.mark.parametrize(
    "document",
    [None, 7, "valid", [], {}, [[]], {"codes": []}, {"verdict": None}, [[[[[[[]]]]]]]],
)
def test_what_holds_no_verdict_is_refused(document: object) -> None:
    with pytest.raises(NoVerdictError):
        read_shown(document)


def test_more_than_a_hundred_are_refused(plain: dict[str, Any]) -> None:
    assert len(read_shown([plain] * MAX_VERDICTS)) == MAX_VERDICTS
    with pytest.raises(NoVerdictError):
        read_shown([plain] * (MAX_VERDICTS + 1))


def test_a_text_that_is_none_or_too_long_is_refused(plain: dict[str, Any]) -> None:
    for text in (7, "x" * 5000):
        with pytest.raises(NoVerdictError):
            read_shown({"text": text, "verdict": plain})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["codes", "verdict", "text", "outcome", "as_of", "license", "reasons"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(document=json_values)
def test_whatever_is_handed_in_is_read_or_refused(document: object) -> None:
    with pytest.raises(NoVerdictError):  # nothing so small is a verdict
        read_shown(document)
