"""Chains of lists, each held against the one before it, and scanners that hold any of them.

Edits are drawn at random, lawful or not; one that is hasty does not come about. Then, for each key
and each day, what the list in use permits is asked of every list of up to thirty days.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from credential.days import day_at, seconds_at
from credential.trust import Issuer, Refused, Scope, TrustedKey, TrustList
from keys.changes import hasty_changes
from keys.errors import Trouble

START: Final = 2000
LIFE: Final = 30  # days for which a scanner may hold a list, and hear of no other
SPREAD: Final = 75  # days around a list's own that an edit may name


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What somebody writes into the source, some days after the list before."""

    later: int
    field: str
    key: int
    offset: int | None


def key(number: int, *, public: int = 0, from_day: int = START - 10) -> TrustedKey:
    return TrustedKey(bytes([0, 0, 0, number]), -7, bytes([public]), from_day)


def issuer(code: str, *keys: TrustedKey) -> Issuer:
    """Each is recognized for nothing: what is printed and signed is the matter here."""
    return Issuer(code, code, code, f"{code}.EXAMPLE", "朝", None, keys, ())


def first_list() -> TrustList:
    return TrustList(
        number=1,
        issued_at=noon(START),
        expires_at=noon(START + 90),
        issuers=(issuer("110105", key(0), key(1)), issuer("110108", key(2))),
    )


def noon(day: int) -> int:
    return seconds_at(day) + 43_200


def edited(listed: TrustList, edit: Edit) -> TrustList:
    """The next list, whatever it breaks."""
    today = day_at(listed.issued_at) + edit.later
    day = None if edit.offset is None else today + edit.offset
    first, second = listed.issuers[0], listed.issuers[-1]
    keys = list(first.keys)
    place = edit.key % len(keys)
    match edit.field:
        case "from_day":
            keys[place] = keys[place]._replace(from_day=today if day is None else day)
        case "until_day":
            keys[place] = keys[place]._replace(until_day=day)
        case "compromised_day":
            keys[place] = keys[place]._replace(compromised_day=day)
        case "public":
            keys[place] = keys[place]._replace(public=bytes([edit.key + 1]))
        case "new":
            keys.append(key(3 + edit.key, from_day=today if day is None else day))
        case "drop" if len(keys) > 1:
            del keys[place]
        case "move" if len(keys) > 1 and len(listed.issuers) > 1:
            second = second._replace(keys=(*second.keys, keys.pop(place)))
        case "host":
            first = first._replace(host=f"HOST-{edit.key}.EXAMPLE")
        case "number_prefix":
            first = first._replace(number_prefix=f"字{edit.key}")
        case "leave":
            second = first
        case _:
            pass
    first = first._replace(keys=tuple(keys))
    issuers = (first,) if second.code == first.code else (first, second)
    return TrustList(
        number=listed.number + 1,
        issued_at=noon(today),
        expires_at=noon(today + 90),
        issuers=issuers,
    )


def chain(edits: list[Edit], *, overlooked: Trouble | None = None) -> list[TrustList]:
    """The lists that come about; `overlooked` is a rule that nobody heeds."""
    lists = [first_list()]
    for edit in edits:
        if edit.field == "new" and lists[-1].find_key(bytes([0, 0, 0, 3 + edit.key])):
            continue
        new = edited(lists[-1], edit)
        if {trouble for trouble, _ in hasty_changes(lists[-1], new)} <= {overlooked}:
            lists.append(new)
    return lists


EDITS = st.lists(
    st.builds(
        Edit,
        later=st.integers(0, 40),
        field=st.sampled_from(
            [
                *("from_day", "until_day", "compromised_day") * 4,
                *("public", "new", "new", "drop", "move", "host", "number_prefix", "leave"),
            ]
        ),
        key=st.integers(0, 3),
        offset=st.none() | st.integers(-SPREAD, SPREAD),
    ),
    max_size=8,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """What a list in use has a key sign on a day, and what is printed then."""

    key_id: bytes
    public: bytes
    code: str
    host: str
    number_prefix: str
    signed: int


def answer(listed: TrustList, license: License) -> str | None:
    """Steps 4 to 10 of verification, by name; None where it is believed."""
    found = listed.find_key(license.key_id)
    if found is None:
        return "key-unknown"
    trusted, issuer = found
    if trusted.public != license.public:
        return "signature-invalid"
    if (issuer.code, issuer.host) != (license.code, license.host):
        return "issuer-mismatch"
    if issuer.number_prefix != license.number_prefix:
        return "another number than the printed one"
    refusal = trusted.refusal(license.signed)
    return None if refusal is None else str(refusal)


def genuine(lists: list[TrustList]) -> Iterator[tuple[int, License]]:
    """Each license that a list permits while it is in use, with the list's place."""
    for place, listed in enumerate(lists):
        first = day_at(listed.issued_at)
        after = lists[place + 1 :]
        last = day_at(after[0].issued_at) if after else first + SPREAD + LIFE
        for trusted, owner in listed.by_key_id.values():
            for day in range(first, last + 1):  # on the day of a list, also by the one before it
                if trusted.refusal(day) is None:
                    yield (
                        place,
                        License(
                            key_id=trusted.key_id,
                            public=trusted.public,
                            code=owner.code,
                            host=owner.host,
                            number_prefix=owner.number_prefix,
                            signed=day,
                        ),
                    )


def is_held(listed: TrustList, *, on: int) -> bool:
    """Whether a list is of up to thirty days on a day, or is yet to come."""
    return on - day_at(listed.issued_at) <= LIFE


def rejected_genuine(lists: list[TrustList]) -> Iterator[object]:
    """Each scanner that would reject a genuine license, but for a theft that it has heard of and
    that every list since has told."""
    for _, license in genuine(lists):
        for place, held in enumerate(lists):
            if not is_held(held, on=license.signed):
                continue
            said = answer(held, license)
            since = [answer(later, license) for later in lists[place:]]
            if said is not None and set(since) != {str(Refused.COMPROMISED)}:
                yield license, place, said


def believed_again(lists: list[TrustList]) -> Iterator[object]:
    """Each key and day that a list disbelieves, and a later one believes while the first may be
    held. Without any, two lists differ in one way alone: the older believes what the newer does
    not, for as long as it lives."""
    for place, listed in enumerate(lists):
        first = day_at(listed.issued_at)
        for trusted, _ in listed.by_key_id.values():
            for day in range(START - 2 * SPREAD, first + LIFE + 1):
                if trusted.refusal(day) is None:
                    continue
                for later in lists[place + 1 :]:
                    found = later.find_key(trusted.key_id)
                    if found is not None and found[0].refusal(day) is None:
                        yield trusted, day, place


@given(EDITS)
def test_no_scanner_rejects_what_the_list_in_use_permits(edits: list[Edit]) -> None:
    assert list(rejected_genuine(chain(edits))) == []


@given(EDITS)
def test_what_a_scanner_disbelieves_is_not_believed_again_while_it_holds_its_list(
    edits: list[Edit],
) -> None:
    assert list(believed_again(chain(edits))) == []


BREAKS: dict[Trouble, Callable[[list[TrustList]], Iterator[object]]] = {
    Trouble.NOT_ANNOUNCED: rejected_genuine,
    Trouble.WIDENED: believed_again,
    Trouble.BEGUN_LATER: rejected_genuine,
    Trouble.ENDED_BACK: rejected_genuine,
    Trouble.BELIEVED_AGAIN: believed_again,
    Trouble.DROPPED: rejected_genuine,
    Trouble.MOVED: rejected_genuine,
    Trouble.ANOTHER_KEY: rejected_genuine,
    Trouble.PRINTED: rejected_genuine,
    Trouble.ISSUER_LEFT: rejected_genuine,
}


@pytest.mark.parametrize("trouble", BREAKS)
def test_each_rule_is_needed(trouble: Trouble) -> None:
    """Without it, some chain breaks; so these tests would notice that it is gone."""
    breaks = BREAKS[trouble]

    def is_broken(edits: list[Edit]) -> bool:
        return any(breaks(chain(edits, overlooked=trouble)))

    quick = settings(
        max_examples=3000,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    try:
        find(EDITS, is_broken, settings=quick)
    except NoSuchExample:
        pytest.fail(f"nothing breaks without {trouble}")


def changes(**fields: Any) -> tuple[TrustList, TrustList]:
    before = first_list()
    first, *others = before.issuers
    after = replace(before, number=2, issuers=(first._replace(**fields), *others))
    return before, after


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        ({"status_uri": "https://cdn.example/{list}"}, Trouble.STATUS_MOVED),
        ({"scopes": ()}, Trouble.NARROWED),
    ],
)
def test_what_no_signing_day_shows_is_named_too(fields: dict[str, Any], trouble: Trouble) -> None:
    before, after = changes(**fields)
    scoped = before.issuers[0]._replace(scopes=(Scope(from_day=START - 10),))
    before = replace(before, issuers=(scoped, *before.issuers[1:]))
    after = replace(
        after,
        issuers=(
            after.issuers[0]._replace(**({"scopes": scoped.scopes} | fields)),
            *after.issuers[1:],
        ),
    )
    assert [found for found, _ in hasty_changes(before, after)] == [trouble]
