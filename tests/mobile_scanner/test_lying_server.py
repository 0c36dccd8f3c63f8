"""A server says whatever it likes: the scanner uses it or leaves it, and never falls over it."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential.rules import Policy
from mobile_scanner.combining import OtherLicenseError, combine
from mobile_scanner.findings import Code, Finding
from mobile_scanner.list_errors import ManifestError
from mobile_scanner.manifest import parse_manifest
from mobile_scanner.printing import JsonPrinter, PeoplePrinter, Printer
from mobile_scanner.terminal import Terminal
from mobile_scanner.verdict_form import (
    MAX_DEPTH,
    NoVerdictError,
    VerdictForm,
    parse_verdict,
    seconds_of_text,
)
from tests.mobile_scanner.district import AT
from tests.mobile_scanner.verdicts import FRESH, LOCAL, REMOTE, TEXT, judged, lists, registry

POLICY = Policy()


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


# Each as JSON writes it: what json.dumps would not write is among them.
ODD = [
    *("null", "true", "0", "-1", "1.5", "1e999", "NaN", "Infinity", str(2**70), "9" * 4000),
    *('""', '"x"', '"\\ud800"', '"\\u202e"', '"\\u0000"', "[]", "{}", '["a"]', '{"zh": 1}'),
    *('"0001-01-01T00:00:00+08:00"', '"9999-12-31T23:59:59-12:00"', '"2026-03-01"'),
    *('"2026-03-01T00:00:00+23:59"', '"1969-12-31T00:00:00+00:00"'),
    *(nested(MAX_DEPTH), nested(900), '{"a": 1, "a": 2}'),
]
ADDED = ("number", "valid_until", "state", "from_a_newer_server")
Path = tuple[str | int, ...]


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every place in a document where a value stands."""
    if at:
        yield at
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in members:
            yield from places(item, (*at, name))


def written(document: Any, path: Path, odd: str, *, added: str | None) -> bytes:
    """The document as JSON, with ``odd`` at a place of it (or as a member beside it)."""
    copy = json.loads(json.dumps(document))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[added if added and isinstance(inner, dict) else path[-1]] = "\x01here\x01"
    return json.dumps(copy).replace('"\\u0001here\\u0001"', odd).encode()


def shown(verdict: VerdictForm) -> str:
    """Everything that is printed of a verdict, for people and for programs."""
    finding = Finding(picture=None, codes=(Code(text=TEXT, corners=None, verdict=verdict),))
    screen, list_ = io.StringIO(), io.StringIO()
    printers: list[Printer] = [
        PeoplePrinter(screen, Terminal(), rehearsal=None),
        JsonPrinter(list_),
    ]
    for printer in printers:
        printer.show(finding)
        printer.finish()
    strict: list[Any] = json.loads(list_.getvalue(), parse_constant=pytest.fail)
    assert len(strict) == 1
    return screen.getvalue()


@given(
    there=st.sampled_from(sorted(REMOTE)),
    here=st.sampled_from(sorted(LOCAL)),
    data=st.data(),
    odd=st.sampled_from(ODD),
    added=st.none() | st.sampled_from(ADDED),
)
def test_a_verdict_with_anything_anywhere_is_used_or_refused(
    there: str, here: str, data: st.DataObject, odd: str, added: str | None
) -> None:
    path = data.draw(st.sampled_from(list(places(REMOTE[there]))))
    try:
        remote = parse_verdict(written(REMOTE[there], path, odd, added=added))
        joined = combine(LOCAL[here], remote, policy=POLICY)
    except (NoVerdictError, OtherLicenseError) as error:
        refusal = str(error)
    else:
        refusal = ""
        shown(joined).encode("utf-8")
    assert len(refusal) < 200


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"")
@example(b"\xff\xfe")
@example(nested(100_000).encode())
@example(b'{"outcome": ' + b"9" * 10_000 + b"}")
def test_whatever_is_no_verdict_is_none(body: bytes) -> None:
    with pytest.raises(NoVerdictError):
        parse_verdict(body)


@pytest.mark.parametrize("number", ["[]", '["JY0"]', "{}", "7", "null"])
def test_a_permits_number_that_is_no_text_is_refused(number: str) -> None:
    body = written(REMOTE["permit suspended"], ("reasons", 0, "number"), number, added=None)
    with pytest.raises(NoVerdictError):
        parse_verdict(body)


@pytest.mark.parametrize("member", ["now", "status", "trust", "registry"])
@pytest.mark.parametrize(
    "instant",
    [
        "0001-01-01T00:00:00+08:00",
        "0001-01-01T00:00:00+14:00",
        "1969-12-31T23:59:59+00:00",
        "9999-12-31T23:59:59-12:00",
        "2026-03-01T00:00:00",
        "now",
    ],
)
def test_an_instant_of_no_clock_is_refused(member: str, instant: str) -> None:
    body = written(REMOTE["valid"], ("as_of", member), json.dumps(instant), added=None)
    with pytest.raises(NoVerdictError):
        parse_verdict(body)


def test_an_instant_at_either_end_of_what_can_be_shown_is_shown() -> None:
    for instant in ("1970-01-01T00:00:00+00:00", "9999-12-31T23:59:59+08:00"):
        assert seconds_of_text(instant) is not None
        path = ("as_of", "registry")
        body = written(REMOTE["valid"], path, json.dumps(instant), added=None)
        shown(combine(LOCAL["valid"], parse_verdict(body), policy=POLICY))


# ---- a status that was looked at tomorrow --------------------------------------------------------

AHEAD = {"within tolerance": timedelta(seconds=300), "beyond it": timedelta(seconds=301)}


@pytest.mark.parametrize(("ahead", "fresh"), [("within tolerance", True), ("beyond it", False)])
@pytest.mark.parametrize("here", ["stale", "aging", "status missing"])
def test_a_status_from_the_future_is_not_fresh(ahead: str, fresh: bool, here: str) -> None:
    """A server that knows nothing could say that it has looked, and would never be found out."""
    instant = json.dumps((AT + AHEAD[ahead]).isoformat())
    path = ("as_of", "status")
    remote = parse_verdict(written(REMOTE["valid"], path, instant, added=None))
    joined = combine(LOCAL[here], remote, policy=POLICY)
    assert (joined["outcome"] == "valid") is fresh
    if not fresh:
        assert joined["outcome"] == LOCAL[here]["outcome"]
        assert joined["as_of"]["status"] == LOCAL[here]["as_of"]["status"]


def test_a_status_older_than_a_day_is_not_fresh_either() -> None:
    remote = judged(lists(days_old=1.1))
    remote["reasons"], remote["outcome"] = [], "valid"  # it hides the age
    joined = combine(LOCAL["stale"], remote, policy=POLICY)
    assert joined["outcome"] == "indeterminate"
    assert combine(judged(FRESH, ask=registry()), remote, policy=POLICY)["outcome"] == "valid"


# ---- the table of contents ------------------------------------------------------------------------

ENTRY = {"path": "status/110105/0.cbor", "sha256": "0" * 64, "size": 7}


@pytest.mark.parametrize("member", sorted(ENTRY))
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_a_table_of_contents_with_anything_in_it_is_used_or_refused(member: str, odd: str) -> None:
    body = written({"files": [ENTRY]}, ("files", 0, member), odd, added=None)
    try:
        entries, refusal = parse_manifest(body, source="here").entries, ""
    except ManifestError as error:
        entries, refusal = (), error.en
    assert len(refusal) < 300
    assert all(type(entry.size) is int for entry in entries)


@pytest.mark.parametrize(
    "item", [nested(900), "7", "null", nested(3), '{"path": ' + nested(900) + "}"]
)
def test_an_entry_that_is_none_refuses_the_whole(item: str) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(f'{{"files": [{item}]}}'.encode(), source="here")
