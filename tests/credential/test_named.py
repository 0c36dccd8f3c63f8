"""Named tuples built without their class's own call are whole, and of the types that they declare."""

from collections.abc import Iterator
from typing import NamedTuple, get_args, get_origin, get_type_hints

import pytest

from credential.claims import License, PendingItem, Permit, Position
from credential.days import seconds_of
from credential.opening import open_text, read_text
from credential.question import Question
from credential.trusted import TrustedSet
from credential.verify import DEFAULT_POLICY, verify
from tests.vectors.district import CAFE, CATALOG_LIST, NOW, ROOT, sealed, status_list, trust_list

WHOLE = CAFE._replace(
    position=Position(39.9242, 116.4436),
    expiry_day=CAFE.issued_day + 700,
    permits=(Permit(1, "JY21105260000236", CAFE.issued_day + 9, True), Permit(2, "b", None)),
    pending=(PendingItem(3, True), PendingItem(3, False)),
)
BARE = CAFE._replace(position=None, expiry_day=None, pending=())
TRUSTED = (
    TrustedSet.start(ROOT, trust_list())
    .admit_status_list(status_list(), number=0)
    .admit_code_list(CATALOG_LIST)
)


def named_tuples(value: object) -> Iterator[tuple[object, ...]]:
    """Every named tuple in a value, however deep in tuples."""
    if isinstance(value, tuple):
        if hasattr(value, "_fields"):
            yield value
        for part in value:
            yield from named_tuples(part)


def fits(value: object, hint: object) -> bool:
    """Whether a value is of a hint's type; bool is no int here, because JSON and CBOR tell them apart."""
    if get_origin(hint) is None:
        return type(value) is hint if hint in (int, bool) else isinstance(value, hint)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        kind, _ = get_args(hint)
        return isinstance(value, tuple) and all(fits(item, kind) for item in value)
    return any(fits(value, part) for part in get_args(hint))


@pytest.mark.parametrize("license", [WHOLE, BARE], ids=["whole", "bare"])
def test_what_a_verification_builds_is_what_its_classes_declare(license: License) -> None:
    text = sealed(license)
    question = Question(seconds_of(NOW), TRUSTED, DEFAULT_POLICY, None, None, None)
    built = [
        *named_tuples(verify(text, trusted=TRUSTED, at=NOW)),
        *named_tuples(open_text(text, question)),
        *named_tuples(read_text(text)),
    ]
    kinds = {type(value).__name__ for value in built}
    assert kinds >= {"Verdict", "Checked", "AsOf", "Genuine", "License", "Permit", "Opened"}
    assert kinds >= {"UnverifiedText", "UnverifiedSign1", "Header"}
    for value in built:
        hints = get_type_hints(type(value))
        assert len(value) == len(hints)
        for field, part in zip(hints, value, strict=True):
            assert fits(part, hints[field]), (type(value), field, part)


def test_a_field_of_another_type_is_noticed() -> None:
    class Pair(NamedTuple):
        one: int | None
        two: tuple[str, ...]

    hints = get_type_hints(Pair)
    assert fits(None, hints["one"])
    assert fits(("a",), hints["two"])
    assert not fits(True, hints["one"])
    assert not fits((1,), hints["two"])
