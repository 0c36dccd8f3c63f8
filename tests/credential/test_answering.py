"""The core as a program: one question a line, one answer a line, and no line that ends it."""

import json
import subprocess
import sys

import pytest

from credential.answering import answer, introduction
from tests.lacking import without_sm2
from tests.vectors.reading import HERE, Document, read_vector


@pytest.fixture
def document() -> Document:
    return read_vector(HERE / "text" / "the-example-of-the-specification.json")


def test_the_program_introduces_itself_and_answers_line_by_line(document: Document) -> None:
    questions = [
        json.dumps({"id": 1, "ask": "verdict", **document}),
        "no JSON",
        "[" * 100_000,
        "[]",
        json.dumps({"id": "b", "ask": "verdict", **document, "at": "2026-06-15"}),
        json.dumps({"id": 3, "ask": "verdict", **document}),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "credential"],
        input="\n".join(questions) + "\n",
        capture_output=True,
        encoding="ascii",
        check=True,
    )
    hello, first, *others, last = map(json.loads, done.stdout.splitlines())
    assert hello == {"protocol": 1, "name": "credential", "suites": [-65537, -8, -7]}
    assert first == {"id": 1, "verdict": document["expected"]}
    assert last == {"id": 3, "verdict": document["expected"]}
    assert [each["id"] for each in others] == [None, None, None, "b"]
    assert all(each["error"] for each in others)
    assert done.stderr == ""


@pytest.mark.parametrize(
    "change",
    [
        {"ask": "opinion"},
        {"ask": None},
        {"root": "00"},
        {"root": "no hex"},
        {"root": None},
        {"trust_list": ""},
        {"status_lists": [{"hex": ""}]},
        {"policy": {"status_limit": 1, "mercy": True}},
        {"at": "2026-06-15T10:00:00"},
        {"text": 7},
        {"ask": "admissions", "steps": [{"admit": "status-list", "number": 0, "hex": "00"}]},
        {"ask": "admissions", "steps": [{"admit": "wish-list", "hex": "00"}]},
    ],
    ids=str,
)
def test_a_question_that_cannot_be_answered_gets_an_error(
    document: Document, change: Document
) -> None:
    found = answer({"id": 5, "ask": "verdict", **document, **change})
    assert set(found) == {"id", "error"}
    assert found["id"] == 5


def test_a_missing_member_is_an_error(document: Document) -> None:
    for member in ("text", "at", "root", "trust_list", "status_lists", "near", "registry"):
        question = {"ask": "verdict", **document}
        del question[member]
        assert "error" in answer(question), member


def test_roots_beside_the_first_trust_list_are_followed() -> None:
    document = read_vector(HERE / "admission" / "root-two-at-once.json")
    alone = {**document, "ask": "admissions", "steps": document["steps"][-1:]}
    assert answer(alone) == {"id": None, "results": ["admitted"]}


def test_it_says_which_suites_it_has() -> None:
    assert introduction() == {"protocol": 1, "name": "credential", "suites": [-65537, -8, -7]}
    with without_sm2():
        assert introduction() == {"protocol": 1, "name": "credential", "suites": [-8, -7]}


@pytest.mark.parametrize("question", [None, [], "verdict", 7])
def test_a_question_that_is_no_object_gets_an_error_without_an_id(question: object) -> None:
    assert answer(question) == {"id": None, "error": "a question is an object"}


def test_an_error_says_what_is_wrong(document: Document) -> None:
    unknown = answer({"id": 1, "ask": "opinion"})
    assert unknown == {"id": 1, "error": "no question of this protocol"}
    broken = answer({"id": 2, "ask": "verdict", **document, "root": "d862"})
    assert broken["id"] == 2
    assert str(broken["error"]).startswith("RootError: root: ")


def test_an_answer_has_the_id_of_its_question(document: Document) -> None:
    assert answer({"id": 9, "ask": "verdict", **document}) == {
        "id": 9,
        "verdict": document["expected"],
    }
