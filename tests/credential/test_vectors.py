"""Every vector gives the verdict that stands in it, and the vectors are complete and current."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from credential.answering import results_of
from credential.reasons import KINDS, Outcome
from tests.vectors.district import BOOKSHOP, CAFE
from tests.vectors.make import differing, main, vectors
from tests.vectors.reading import (
    ADMISSION,
    HERE,
    read_vector,
    stored_vectors,
    verdict_of,
)
from tests.vectors.specification import SPEC

PATHS: Final = stored_vectors()
SCENARIOS: Final = [path for path in PATHS if path.parent.name != ADMISSION]
ADMISSIONS: Final = [path for path in PATHS if path.parent.name == ADMISSION]
EXPECTED: Final = {path: read_vector(path)["expected"] for path in SCENARIOS}
NOTHING_SHOWN: Final = frozenset({"rejected", "not_a_license"})


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def codes_of(verdict: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in verdict["reasons"]}


@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_a_scenario_comes_to_its_whole_verdict(path: Path) -> None:
    # Through JSON, so that what is compared is what another program would read.
    assert json.loads(json.dumps(verdict_of(read_vector(path)))) == EXPECTED[path]


@pytest.mark.parametrize("path", ADMISSIONS, ids=name_of)
def test_each_list_is_admitted_or_refused_as_its_vector_says(path: Path) -> None:
    document = read_vector(path)
    assert results_of(document) == [step["result"] for step in document["steps"]]


def test_making_the_vectors_again_leaves_no_difference() -> None:
    assert differing(dict(vectors())) == []


@pytest.mark.skipif(not SPEC.is_dir(), reason="the copy that is mutated has no docs")
def test_make_check_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out.endswith(" files, 0 differ\n")


def test_a_changed_a_missing_and_a_left_over_file_are_noticed(tmp_path: Path) -> None:
    changed, missing, same = (tmp_path / name for name in ("changed", "missing", "same"))
    changed.write_text("old", "utf-8")
    same.write_text("same", "utf-8")
    files = {changed: "new", missing: "new", same: "same"}
    assert differing(files) == [*PATHS, changed, missing]


def test_every_reason_is_reached() -> None:
    reached = set().union(*map(codes_of, EXPECTED.values()))
    assert set(KINDS) - reached == set()


def test_every_outcome_is_reached() -> None:
    assert {verdict["outcome"] for verdict in EXPECTED.values()} == set(Outcome)


def test_there_are_many_vectors_and_most_are_negative() -> None:
    green = sum(verdict["outcome"] in ("valid", "attention") for verdict in EXPECTED.values())
    assert len(SCENARIOS) >= 300
    assert green <= len(SCENARIOS) / 2


def test_every_layer_has_its_folder_and_says_so_inside() -> None:
    layers = Counter(path.parent.name for path in PATHS)
    assert set(layers) == {
        "admission",
        "catalog",
        "cbor",
        "city-code",
        "claims",
        "cose",
        "delta",
        "place",
        "recognition",
        "registry",
        "sm2",
        "status",
        "text",
        "time",
        "trust",
    }
    for path in PATHS:
        document = read_vector(path)
        assert (document["layer"], document["name"]) == (path.parent.name, path.stem)
        assert document["description"]


def test_only_a_status_that_was_checked_and_fresh_is_valid() -> None:
    for path, verdict in EXPECTED.items():
        if verdict["outcome"] == "valid":
            assert set(verdict["checked"].values()) <= {"passed", "not_checked"}, path
            assert [verdict["checked"][key] for key in ("signature", "issuer", "status")] == [
                "passed"
            ] * 3, path
            assert {permit["state"] for permit in verdict["permits"]} == {"in_force"}, path


def test_a_refused_text_shows_nothing_of_what_it_claims() -> None:
    secrets = [
        text
        for license in (CAFE, BOOKSHOP)
        for text in (
            license.holder,
            license.uscc,
            license.address,
            *(permit.number for permit in license.permits),
        )
    ]
    refused = {path: v for path, v in EXPECTED.items() if v["outcome"] in NOTHING_SHOWN}
    assert len(refused) > 100
    for path, verdict in refused.items():
        shown = json.dumps(verdict, ensure_ascii=False)
        assert (verdict["license"], verdict["permits"], verdict["pending"]) == (None, [], []), path
        assert not [secret for secret in secrets if secret in shown], path


def test_a_vector_of_another_kit_is_none_of_these() -> None:
    assert not [path for path in PATHS if "external" in path.relative_to(HERE).parts]


VERDICT: Final = {"outcome", "reasons", "license", "permits", "pending", "checked", "as_of"}
REASON: Final = {"code", "severity", "message", "next_step"}
LICENSE: Final = {
    "number",
    "version",
    "industry",
    "holder",
    "premises",
    "issued_on",
    "expires_on",
    "issuer",
}
PERMIT: Final = {
    "kind",
    "name",
    "name_en",
    "number",
    "department",
    "department_en",
    "valid_until",
    "state",
    "by_promise",
}
PENDING: Final = {"kind", "name", "name_en", "department", "department_en", "mandatory"}


@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_a_verdict_has_the_fixed_shape(path: Path) -> None:
    verdict = EXPECTED[path]
    assert set(verdict) == VERDICT
    assert set(verdict["checked"]) == {"signature", "issuer", "status", "registry", "place"}
    assert set(verdict["checked"].values()) <= {"passed", "failed", "not_checked"}
    assert set(verdict["as_of"]) == {"now", "status", "trust", "registry"}
    for reason in verdict["reasons"]:
        assert set(reason) >= REASON
        assert reason["severity"] in ("info", "warning", "fatal")
        for words in (reason["message"], reason["next_step"]):
            assert set(words) == {"zh", "en"}
            assert "{" not in words["zh"] + words["en"]
    if verdict["license"] is not None:
        assert set(verdict["license"]) == LICENSE
        assert set(verdict["license"]["industry"]) == {"code", "name", "name_en"}
        assert set(verdict["license"]["issuer"]) == {"code", "name", "name_en"}
    assert all(set(permit) == PERMIT for permit in verdict["permits"])
    assert all(set(item) == PENDING for item in verdict["pending"])
