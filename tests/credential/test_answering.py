"""The core as a program: one question a line, one answer a line, and no line that ends it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.__main__ import MAX_LINE, _answer, _lines
from credential.answering import answer, introduction
from tests.lacking import without_sm2
from tests.vectors.reading import HERE, Document, read_vector

REGISTRY: Final = {
    "known": True,
    "agrees": True,
    "values": [0, 0, 0, 0],
    "as_of": "2026-06-15T10:00:00+08:00",
}


@pytest.fixture
def document() -> Document:
    return read_vector(HERE / "text" / "the-example-of-the-specification.json")


def test_the_program_introduces_itself_and_answers_line_by_line(document: Document) -> None:
    questions = [
        json.dumps({"id": 1, "ask": "verdict", **document}),
        "no JSON",
        "[" * 100_000,
        "[]",
        json.dumps({"id": 2, "ask": "verdict", **document, "at": "2026-06-15"}),
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
    assert hello == introduction()
    assert first == {"id": 1, "verdict": document["expected"]}
    assert last == {"id": 3, "verdict": document["expected"]}
    assert [each["id"] for each in others] == [None, None, None, 2]
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
        {"at": "9999-12-31T20:00:00Z"},
        {"at": "0001-01-01T00:00:00+08:00"},
        {"at": "1969-12-31T23:59:59Z"},
        {"at": 1781488800},
        {"near": {}},
        {"near": 0},
        {"near": {"latitude": 10**400, "longitude": 116}},
        {"near": {"latitude": float("inf"), "longitude": 116}},
        {"near": {"latitude": 90.5, "longitude": 116}},
        {"near": {"latitude": 39, "longitude": -180.5}},
        {"near": {"latitude": True, "longitude": 116}},
        {"policy": None},
        {"policy": {"expiring_days": 30.0}},
        {"policy": {"place_limit_m": True}},
        {"policy": {"status_limit": -1}},
        {"policy": {"status_limit": 1 << 53}},
        {"registry": {}},
        {"registry": False},
        {"registry": REGISTRY | {"known": 1}},
        {"registry": REGISTRY | {"agrees": None}},
        {"registry": REGISTRY | {"values": [[], 0, 0, 0]}},
        {"registry": REGISTRY | {"values": [16, 0, 0, 0]}},
        {"registry": REGISTRY | {"values": [False, 0, 0, 0]}},
        {"registry": REGISTRY | {"values": "0000"}},
        {"registry": REGISTRY | {"as_of": "9999-12-31T20:00:00Z"}},
        {"status_lists": [{"hex": "00", "number": [0]}]},
        {"status_lists": {}},
        {"status_deltas": None},
        {"status_deltas": {}},
        {"status_deltas": [{"number": 0, "hex": ""}]},
        {"status_deltas": [{"number": True, "hex": "00"}]},
        {"details": 0},
        {"ask": ["verdict"]},
        {"ask": "admissions", "steps": "00"},
        {"ask": "admissions", "steps": [{"admit": [], "hex": "00"}]},
        {"ask": "admissions", "steps": [{"admit": "trust-list", "roots": 0, "hex": "00"}]},
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


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59+08:00"])
def test_the_first_and_the_last_instant_are_answered(document: Document, at: str) -> None:
    registry = REGISTRY | {"as_of": at}
    found = answer({"id": 1, "ask": "verdict", **document, "at": at, "registry": registry})
    assert found["verdict"]["as_of"]["now"].endswith("+08:00")  # type: ignore[index]


@pytest.mark.parametrize("place", [(90, 180), (-90, -180), (0.5, 0)])
def test_every_place_on_earth_is_one(document: Document, place: tuple[float, float]) -> None:
    near = dict(zip(("latitude", "longitude"), place, strict=True))
    assert "verdict" in answer({"id": 1, "ask": "verdict", **document, "near": near})


@pytest.mark.parametrize("number", [None, "b", -1, 1.0, True, [], [[]], 1 << 53])
def test_a_question_without_a_good_id_gets_an_error_under_none(
    document: Document, number: object
) -> None:
    found = answer({"id": number, "ask": "verdict", **document})
    assert found == {"id": None, "error": f"a question has an id from 0 to {(1 << 53) - 1}"}


def test_an_error_does_not_quote_at_length(document: Document) -> None:
    found = answer({"id": 1, "ask": "verdict", **document, "at": "x" * 100_000})
    assert len(str(found["error"])) == 500


def test_a_missing_member_is_an_error(document: Document) -> None:
    for member in ("text", "at", "root", "trust_list", "status_lists", "near", "registry"):
        question = {"id": 4, "ask": "verdict", **document}
        del question[member]
        assert answer(question) == {"id": 4, "error": f"KeyError: '{member}'"}


@pytest.mark.parametrize(
    "change",
    [
        {"base": None},
        {"base": "no hex"},
        {"number": -1},
        {"number": None},
        {"hex": 0},
        {"admit": "status-pairs"},
        {"admit": "status-delta", "number": "0"},
    ],
    ids=str,
)
def test_a_pair_or_delta_of_another_form_is_an_error(change: Document) -> None:
    document = read_vector(HERE / "admission" / "status-delta-with-its-base.json")
    first, pair = document["steps"]
    question = {"id": 6, **document, "ask": "admissions"}
    assert answer(question) == {"id": 6, "results": ["admitted", "admitted"]}
    assert set(answer({**question, "steps": [first, pair | change]})) == {"id", "error"}
    assert set(answer({**question, "steps": [pair]})) == {"id", "error"}


def test_a_scenarios_delta_that_is_refused_is_an_error() -> None:
    document = read_vector(HERE / "delta" / "license-void.json")
    others = read_vector(HERE / "delta" / "one-half-lifted.json")
    assert answer({"id": 7, "ask": "verdict", **document}) == {
        "id": 7,
        "verdict": document["expected"],
    }
    spliced = {**document, "status_deltas": others["status_deltas"]}
    error = str(answer({"id": 7, "ask": "verdict", **spliced})["error"])
    assert error.startswith("StatusDeltaError: status delta is of another base")


def test_roots_beside_the_first_trust_list_are_followed() -> None:
    document = read_vector(HERE / "admission" / "root-two-at-once.json")
    alone = {"id": 8, **document, "ask": "admissions", "steps": document["steps"][-1:]}
    assert answer(alone) == {"id": 8, "results": ["admitted"]}


def test_it_says_which_suites_it_has_and_that_it_takes_deltas() -> None:
    ours = {"protocol": 1, "name": "credential", "takes": ["status-delta"]}
    assert introduction() == {**ours, "suites": [-65537, -8, -7]}
    with without_sm2():
        assert introduction() == {**ours, "suites": [-8, -7]}


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


# ---- whatever a line holds ------------------------------------------------------------------------

_BASES: Final = (
    ("text", "the-example-of-the-specification"),
    ("registry", "agrees"),
    ("place", "down-the-street"),
    ("city-code", "with-its-details"),
    ("admission", "root-two-at-once"),
    ("admission", "status-delta-with-another-base"),
    ("delta", "the-last-counts"),
)
_ODD: Final[st.SearchStrategy[object]] = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1, 2, 1 << 53, 10**400, -(10**400), 0.5, 1e308, -0.0),
        *(
            "",
            "0",
            "00",
            "d862",
            "\ud800",
            "\x00",
            "HTTPS://YZ.EXAMPLE/L/00",
            "verdict",
            "admissions",
        ),
        *("9999-12-31T20:00:00Z", "0001-01-01T00:00:00+08:00", "2026-06-15", "2026-W25-1T00Z"),
        *([], {}, [[]], [{}], {"hex": []}, {"number": {}}, [0] * 100),
    ]
)
_ANY: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to each value within a question."""
    inner: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list):
        inner = iter(enumerate(value))
    for name, each in inner:
        yield (*path, name)
        yield from places(each, (*path, name))


@st.composite
def spoilt_lines(draw: st.DrawFn) -> bytes:
    """A good question with one to three of its values replaced or gone, or a few bytes of its line."""
    layer, name = draw(st.sampled_from(_BASES))
    document = read_vector(HERE / layer / f"{name}.json")
    ask = "admissions" if layer == "admission" else "verdict"
    question = {"id": 1, "ask": ask, **document, "policy": {"expiring_days": 30}}
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(sorted(places(question), key=str)))
        holder: Document = question
        for step in path:
            holder = holder[step]  # type: ignore[index]
        if draw(st.integers(0, 4)):
            holder[last] = deepcopy(draw(_ODD | _ANY))  # type: ignore[index]
        else:
            del holder[last]  # type: ignore[arg-type]
    line = bytearray(
        json.dumps(question, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    )
    if not draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(line)))
        line[at : at + draw(st.integers(0, 5))] = draw(
            st.binary(max_size=5) | st.sampled_from([b"[" * 3_000, b"\xff", b"1e999", b"NaN"])
        )
    return bytes(line).replace(b"\n", b" ") + b"\n"


def assert_is_an_answer(found: Document) -> None:
    assert json.loads(json.dumps(found)) == found
    assert set(found) in ({"id", "verdict"}, {"id", "results"}, {"id", "error"})
    if "error" in found:
        assert found["error"]
        assert len(found["error"]) <= 500


@given(spoilt_lines())
def test_every_line_is_answered(line: bytes) -> None:
    assert_is_an_answer(_answer(line))


@given(st.lists(spoilt_lines(), min_size=30, max_size=60))
@settings(max_examples=3)
def test_the_program_answers_one_line_for_each_whatever_it_holds(lines: list[bytes]) -> None:
    document = read_vector(HERE / "text" / "the-example-of-the-specification.json")
    good = json.dumps({"id": 7, "ask": "verdict", **document}).encode() + b"\n"
    found = ask_program(b"".join(line + good for line in lines))
    assert len(found) == 2 * len(lines)
    for each in found[::2]:
        assert_is_an_answer(each)
    assert found[1::2] == [{"id": 7, "verdict": document["expected"]}] * len(lines)


def test_the_lines_that_once_ended_it_are_answered(document: Document) -> None:
    question = {"id": 1, "ask": "verdict", **document}
    good = json.dumps(question).encode()
    bad = [
        json.dumps({**question, "at": "9999-12-31T20:00:00Z"}).encode(),
        json.dumps({**question, "registry": REGISTRY | {"as_of": "9999-12-31T20:00:00Z"}}).encode(),
        json.dumps({**question, "near": {"latitude": 10**400, "longitude": 0}}).encode(),
        json.dumps({**question, "registry": REGISTRY | {"values": [[], 0, 0]}}).encode(),
        json.dumps({**question, "registry": REGISTRY | {"known": 1}}).encode(),
        b"\xff\xfe" + good,
        good.decode().encode("utf-16"),
        b'{"id": ' + b"[" * 900 + b"]" * 900 + b"}",
        b"[" * 500_000,
        b'{"id": 1, "ask": "verdict", "at": NaN}',
        b"",
        b" " * MAX_LINE,
        b" " * (5 * MAX_LINE) + good,
    ]
    found = ask_program(b"\n".join(line.replace(b"\n", b"") + b"\n" + good for line in bad))
    assert found[1::2] == [{"id": 1, "verdict": document["expected"]}] * len(bad)
    assert [set(each) for each in found[::2]] == [{"id", "error"}] * len(bad)
    assert [each["id"] for each in found[::2]] == [1] * 5 + [None] * 8


def test_a_line_is_read_up_to_the_bound_and_no_further() -> None:
    fits, too_long = b"a" * (MAX_LINE - 1) + b"\n", b"b" * MAX_LINE + b"\n"
    stream = BytesIO(fits + too_long + b"b" * (3 * MAX_LINE) + b"\n" + fits + b"last")
    assert list(_lines(stream)) == [fits, None, None, fits, b"last"]
    assert list(_lines(BytesIO(b"c" * (2 * MAX_LINE)))) == [None]


def ask_program(lines: bytes) -> list[Document]:
    done = subprocess.run(
        [sys.executable, "-m", "credential"], input=lines, capture_output=True, check=True
    )
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()[1:]]
