"""TUF's list of attacks, mounted on a scanner that syncs with a server (docs/spec/trust-list.md).

https://theupdateframework.github.io/specification/latest/ names them; those that need no network are
in tests/credential/test_trust_attacks.py.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from credential.multisign import assemble, read_sign, write_sign
from credential.reasons import Outcome
from credential.verify import verify
from mobile_scanner.list_errors import (
    BundleUntrustedError,
    ListChangedError,
    ListMisplacedError,
    ListNotServedError,
    ListOlderError,
    ListRefusedError,
    ListUnknownError,
    ListUntrustedError,
    PairIncompleteError,
    RootDiffersError,
    RootForkError,
    RootGapError,
    ServerUnreachableError,
)
from mobile_scanner.offline import load_lists
from mobile_scanner.roots import load_root
from mobile_scanner.server import parse_server
from mobile_scanner.sources import ServiceSource
from mobile_scanner.sync import sync_store
from tests.mobile_scanner.district import (
    AT,
    HOLDERS,
    NEXT_HOLDERS,
    OTHER_HOLDERS,
    District,
    Holders,
    make_root,
    p256,
    root_file,
    write_bundle,
)
from tests.mobile_scanner.program import run
from tests.mobile_scanner.serving import Service, giving, serve
from tests.mobile_scanner.test_sync import (
    CHAOYANG,
    CODES,
    LATER,
    STATUS,
    TOMORROW,
    TRUST,
    fetch,
    held,
    names,
    stored,
)

FIRST, SECOND, THIRD, FOURTH = (*HOLDERS.keys, NEXT_HOLDERS.keys[2])
ROOT_2, ROOT_3 = "roots/2.cbor", "roots/3.cbor"
UNDER_NEXT = replace(TOMORROW, signing=(THIRD, FOURTH))
THIEF = p256(666)


@pytest.fixture
def service() -> Iterator[Service]:
    with serve(Service(files=CHAOYANG.files())) as running:
        yield running


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return root_file(tmp_path)


@pytest.fixture
def store(tmp_path: Path, service: Service, root: Path) -> Path:
    """A store that has synced once."""
    fetch(tmp_path / "store", service, root)
    return tmp_path / "store"


def refusals(store: Path, service: Service) -> tuple[ListRefusedError, ...]:
    return fetch(store, service).refused


def in_use(store: Path) -> tuple[int, int]:
    trusted = held(store).trusted
    return trusted.root.number, trusted.trust.number


def offer_next(service: Service) -> None:
    service.files = UNDER_NEXT.files(number=2) | {ROOT_2: NEXT_HOLDERS.message}


# ---- the honest way ---------------------------------------------------------------------------------


def test_a_successor_is_taken_with_the_list_under_it(store: Path, service: Service) -> None:
    offer_next(service)
    report = fetch(store, service)
    assert report.refused == ()
    assert {ROOT_2, TRUST} <= set(names(report.brought))
    assert in_use(store) == (2, 2)
    assert held(store).left_out == ()
    again = fetch(store, service)
    assert (again.brought, again.refused) == ((), ())


def test_who_was_away_for_long_walks_from_root_to_root(store: Path, service: Service) -> None:
    third = make_root(THIRD, FOURTH, p256(74), number=3, before=NEXT_HOLDERS)
    service.files = replace(TOMORROW, signing=third.keys[:2]).files(number=9) | {
        "roots/1.cbor": HOLDERS.message,
        ROOT_2: NEXT_HOLDERS.message,
        ROOT_3: third.message,
    }
    assert fetch(store, service).refused == ()
    assert in_use(store) == (3, 9)


def test_an_expired_root_still_opens_its_successor(store: Path, service: Service) -> None:
    """Whose pin has ended, and the next root too, still finds the way; by the clock of that day."""
    ended = [make_root(*NEXT_HOLDERS.keys, number=2, before=HOLDERS, years=(2036, 2037))]
    ended.append(make_root(*NEXT_HOLDERS.keys, number=3, before=ended[0], years=(2038, 2041)))
    today = replace(UNDER_NEXT, at=datetime(2038, 5, 3, tzinfo=UTC))
    service.files = today.files(number=2) | {ROOT_2: ended[0].message, ROOT_3: ended[1].message}
    report = fetch(store, service, at=today.at)
    assert report.refused == ()
    assert in_use(store) == (3, 2)
    assert load_root(store / "root.cbor").expires_at < today.seconds  # the pin is what it was
    verdict = verify(today.text(), trusted=held(store).trusted, at=today.at)
    assert [reason.code for reason in verdict.reasons] == ["permit-lapsed"]  # and no list is old


def test_a_list_for_both_roots_is_taken_under_either(store: Path, service: Service) -> None:
    both = replace(TOMORROW, signing=(FIRST, SECOND, FOURTH))
    service.files = both.files(number=2)
    fetch(store, service)
    assert in_use(store) == (1, 2)
    service.files[ROOT_2] = NEXT_HOLDERS.message
    assert names(fetch(store, service).brought) == [ROOT_2]
    assert in_use(store) == (2, 2)


def test_a_root_is_known_by_what_it_says_and_not_by_who_has_signed_it(
    store: Path, service: Service, tmp_path: Path
) -> None:
    message = read_sign(HOLDERS.message, max_bytes=8192)
    fewer = write_sign(message._replace(signatures=message.signatures[:2]))
    service.files["roots/1.cbor"] = fewer
    assert fetch(store, service).refused == ()
    (tmp_path / "again").mkdir()
    again = root_file(tmp_path / "again")
    again.write_bytes(fewer)
    assert fetch(store, service, again).refused == ()


def test_the_root_given_may_be_one_that_followed_the_pin(
    store: Path, service: Service, tmp_path: Path
) -> None:
    (tmp_path / "next").mkdir()
    given = root_file(tmp_path / "next", NEXT_HOLDERS)
    with pytest.raises(RootDiffersError) as caught:
        fetch(store, service, given)  # which has not followed yet
    assert caught.value.number == 2
    offer_next(service)
    fetch(store, service)
    assert fetch(store, service, given).refused == ()


# ---- TUF's attacks ----------------------------------------------------------------------------------


def test_arbitrary_installation_a_list_of_somebody_elses_root(
    store: Path, service: Service
) -> None:
    service.files[TRUST] = replace(TOMORROW, signing=OTHER_HOLDERS.keys).trust_list(number=9)
    (error,) = refusals(store, service)
    assert isinstance(error, ListUntrustedError)
    assert in_use(store) == (1, 1)


@pytest.mark.parametrize("path", [TRUST, STATUS, ROOT_2])
def test_endless_data(path: str, store: Path, service: Service) -> None:
    offer_next(service)
    service.routes[f"/api/v1/bundle/{path}"] = giving(b"x" * 5_000_000)
    before = in_use(store)
    assert isinstance(refusals(store, service)[0], ListNotServedError)
    assert in_use(store) == (before if path != STATUS else (2, 2))


def test_extraneous_dependencies_something_else_in_the_bundle(
    store: Path, service: Service
) -> None:
    service.files |= {"roots/next.cbor": b"x", "plugins/verify.bin": b"x", "roots/0.cbor": b"x"}
    before = stored(store)
    errors = refusals(store, service)
    assert {type(error) for error in errors} == {ListUnknownError}
    assert len(errors) == 3
    assert stored(store) == before
    assert not [line for line in service.asked if "plugins" in line or "next" in line]


def test_fast_forward_a_number_driven_up_ends_with_the_next_root(
    store: Path, service: Service
) -> None:
    stolen = replace(TOMORROW, signing=(FIRST, SECOND))
    service.files = stolen.files(number=2**53 - 1)
    fetch(store, service)
    assert in_use(store) == (1, 2**53 - 1)
    service.files = replace(TOMORROW.later(hours=1), signing=(SECOND, THIRD)).files(number=2)
    (error,) = [error for error in refusals(store, service) if error.path == TRUST]
    assert isinstance(error, ListOlderError)
    # The next root is without the first holder; what the two signed does not open under it.
    service.files = replace(UNDER_NEXT, at=TOMORROW.later(hours=1).at).files(number=2) | {
        ROOT_2: NEXT_HOLDERS.message
    }
    fetch(store, service)
    assert in_use(store) == (2, 2)


def test_indefinite_freeze_the_same_lists_served_for_ever(store: Path, service: Service) -> None:
    text = CHAOYANG.text()
    outcomes = []
    for days in (0, 2, 4, 31, 91):
        at = AT + timedelta(days=days)
        assert fetch(store, service, at=at).refused == ()
        outcomes.append(verify(text, trusted=held(store).trusted, at=at).outcome)
    assert outcomes == [Outcome.VALID, Outcome.ATTENTION, *[Outcome.INDETERMINATE] * 3]


@pytest.mark.parametrize("path", [TRUST, STATUS, CODES, ROOT_2])
def test_malicious_mirror_a_byte_changed_on_the_way(
    path: str, store: Path, service: Service
) -> None:
    offer_next(service)
    honest = service.files[path]
    altered = bytearray(honest)
    altered[len(altered) // 2] ^= 1
    service.routes[f"/api/v1/bundle/{path}"] = giving(bytes(altered))  # not what was promised
    assert path in {e.path for e in refusals(store, service) if isinstance(e, ListChangedError)}
    del service.routes[f"/api/v1/bundle/{path}"]
    service.files[path] = bytes(altered)  # promised and given
    assert path in {error.path for error in refusals(store, service)}
    assert load_root(store / "root.cbor") == HOLDERS.root


def test_mix_and_match_the_next_root_with_an_old_list(store: Path, service: Service) -> None:
    service.files = TOMORROW.files(number=2) | {ROOT_2: NEXT_HOLDERS.message}
    (error,) = refusals(store, service)
    assert isinstance(error, PairIncompleteError)
    assert (error.path, error.other) == (ROOT_2, TRUST)
    assert in_use(store) == (1, 2)  # the list is good under the root held
    assert not (store / ROOT_2).exists()


def test_mix_and_match_the_next_list_without_its_root(store: Path, service: Service) -> None:
    service.files = UNDER_NEXT.files(number=2)
    assert TRUST in {error.path for error in refusals(store, service)}
    assert in_use(store) == (1, 1)


def test_mix_and_match_a_root_without_the_one_before_it(store: Path, service: Service) -> None:
    third = make_root(THIRD, FOURTH, p256(74), number=3, before=NEXT_HOLDERS)
    service.files = replace(TOMORROW, signing=third.keys[:2]).files(number=9) | {
        ROOT_3: third.message
    }
    gap = [error for error in refusals(store, service) if error.path == ROOT_3]
    assert [(type(error), error.missing) for error in gap if isinstance(error, RootGapError)] == [
        (RootGapError, 2)
    ]
    assert in_use(store) == (1, 1)


def test_rollback_to_an_older_list_or_an_older_root(store: Path, service: Service) -> None:
    old = dict(service.files)
    offer_next(service)
    fetch(store, service)
    service.files = old  # the mirror of last week
    assert {error.path for error in refusals(store, service)} == {TRUST, STATUS, CODES}
    assert in_use(store) == (2, 2)
    revoked = replace(TOMORROW.later(days=1), signing=(FIRST, SECOND))  # a holder who has left
    service.files[TRUST] = revoked.trust_list(number=9)
    assert TRUST in {error.path for error in refusals(store, service)}
    assert in_use(store) == (2, 2)


@pytest.mark.parametrize("why", ["a holder has left", "the root ends sooner", "a listed key"])
def test_rollback_across_a_change_of_root(why: str, store: Path, service: Service) -> None:
    """A list from before the one held is none under the next root either, whyever the one held does
    not open there."""
    roots, held_by = {ROOT_2: NEXT_HOLDERS.message}, (SECOND, THIRD)
    days, issuers = 90, None
    if why == "a holder has left":
        held_by = (FIRST, SECOND)
    elif why == "the root ends sooner":
        short = make_root(SECOND, THIRD, FOURTH, number=2, before=HOLDERS, years=(2026, 2027))
        roots, days = {ROOT_2: short.message}, 400  # the list held ends in 2027
    else:
        issuers = (replace(TOMORROW, key=FOURTH).issuer(),)
    staying = replace(TOMORROW, signing=(SECOND, THIRD))
    service.files[TRUST] = replace(staying, signing=held_by).trust_list(
        number=9, days=days, issuers=issuers
    )
    fetch(store, service)
    assert in_use(store) == (1, 9)
    old = staying.later(hours=-1)
    for number in (8, 9):
        service.files = old.files(number=number) | roots
        refused = {error.path: error for error in refusals(store, service)}
        assert isinstance(refused[ROOT_2], PairIncompleteError)
        assert in_use(store) == (1, 9)
    new = staying.later(hours=1)
    service.files = {TRUST: new.trust_list(number=11)} | roots
    fetch(store, service)
    assert in_use(store) == (2, 11)


def test_slow_retrieval(store: Path, service: Service) -> None:
    """A root that drips in ends the whole sync at its deadline, and nothing was changed."""
    offer_next(service)
    service.routes[f"/api/v1/bundle/{ROOT_2}"] = dripping
    before = stored(store)
    slow = ServiceSource(service=parse_server(service.url), file_seconds=0.4)
    with pytest.raises(ServerUnreachableError):
        sync_store(store, slow, at=LATER)
    assert stored(store) == before


def test_slow_retrieval_of_one_file_after_the_other(store: Path, service: Service) -> None:
    """Each within its time, and all together not."""
    offer_next(service)
    slow = ServiceSource(service=parse_server(service.url), whole_seconds=0)
    before = stored(store)
    with pytest.raises(ServerUnreachableError, match="not done in 0 s"):
        sync_store(store, slow, at=LATER)
    assert stored(store) == before


def test_the_same_list_signed_by_others_of_the_holders_changes_nothing(
    store: Path, service: Service
) -> None:
    service.files[TRUST] = replace(CHAOYANG, signing=(SECOND, THIRD)).trust_list()
    report = fetch(store, service)
    assert (report.refused, report.brought) == ((), ())
    assert TRUST in names(report.unchanged)


def test_what_is_no_root_under_a_number_that_is_held_is_named(
    store: Path, service: Service
) -> None:
    service.files["roots/1.cbor"] = b"no root"
    (error,) = refusals(store, service)
    assert isinstance(error, ListUntrustedError)
    assert error.path == "roots/1.cbor"
    assert in_use(store) == (1, 1)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):  # the scanner hangs up
        for _ in range(400):
            handler.wfile.write(b"x")
            time.sleep(0.05)


@pytest.mark.parametrize("path", [ROOT_2, TRUST, STATUS, CODES])
def test_wrong_software_another_file_in_its_place(path: str, store: Path, service: Service) -> None:
    offer_next(service)
    files = dict(service.files)
    for other, data in files.items():
        if other != path:
            service.files[path] = data
            error = next(error for error in refusals(store, service) if error.path == path)
            assert isinstance(
                error,
                ListUntrustedError | ListMisplacedError | ListOlderError | PairIncompleteError,
            )
    assert held(store).left_out == ()


@pytest.mark.parametrize(
    "thieves",
    [(FIRST,), (FIRST, FIRST), (FIRST, THIEF)],
    ids=["one", "one twice", "one and a thief"],
)
def test_key_compromise_below_the_threshold(
    thieves: tuple[object, ...], store: Path, service: Service
) -> None:
    forged = replace(District(at=TOMORROW.at), signing=thieves).trust_list(number=9)  # type: ignore[arg-type]
    service.files[TRUST] = forged
    assert TRUST in {error.path for error in refusals(store, service)}
    own = make_root(THIEF, p256(667), p256(668), number=2, threshold=1)
    with_first = make_root(
        THIEF, p256(667), number=2, before=Holders(keys=(FIRST,), root=HOLDERS.root, message=b"")
    )
    for next_root in (own, with_first):
        service.files = replace(TOMORROW, signing=(THIEF,)).files(number=9) | {
            ROOT_2: next_root.message
        }
        assert {ROOT_2, TRUST} <= {error.path for error in refusals(store, service)}
    assert in_use(store) == (1, 1)


def test_a_fork_of_the_roots_is_refused_and_nothing_is_taken(store: Path, service: Service) -> None:
    offer_next(service)
    fetch(store, service)
    before = stored(store)
    fork = make_root(SECOND, THIRD, p256(75), number=2, before=HOLDERS)
    service.files = UNDER_NEXT.later(days=1).files(number=9) | {ROOT_2: fork.message}
    with pytest.raises(RootForkError) as caught:
        fetch(store, service)
    assert caught.value.path == ROOT_2
    assert caught.value.offered != caught.value.held
    assert stored(store) == before


def test_a_fork_of_the_pin_itself_is_refused_and_nothing_is_taken(
    store: Path, service: Service
) -> None:
    """What came before the pin is not held: its own holders are those who would have to sign."""
    before = stored(store)
    fork = make_root(FIRST, SECOND, p256(75))
    service.files = TOMORROW.files(number=2) | {"roots/1.cbor": fork.message}
    with pytest.raises(RootForkError) as caught:
        fetch(store, service)
    assert caught.value.path == "roots/1.cbor"
    assert stored(store) == before


STRANGERS = {
    "of the pin's number": make_root(THIEF, p256(667), p256(668)),
    "of the pin's number, with one holder": make_root(FIRST, THIEF, p256(667), threshold=1),
    "of the successor's number": make_root(THIEF, p256(667), p256(668), number=2),
    "of the successor's number, with one holder before": make_root(
        THIEF, p256(667), number=2, before=replace(HOLDERS, keys=(FIRST,))
    ),
    "of the successor's number, with those of the successor alone": make_root(
        THIRD, FOURTH, number=2
    ),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_a_strangers_root_under_a_number_that_is_held_keeps_out_nothing_else(
    stranger: Holders, store: Path, service: Service
) -> None:
    """Whoever writes a stick can make it; it does no more than any damaged file."""
    offer_next(service)
    fetch(store, service)
    path = f"roots/{stranger.root.number}.cbor"
    before = stored(store).get(path)
    service.files = replace(UNDER_NEXT, at=UNDER_NEXT.later(days=1).at).files(number=3) | {
        path: stranger.message
    }
    report = fetch(store, service)
    (error,) = report.refused
    assert isinstance(error, ListUntrustedError)
    assert error.path == path
    assert "not signed by those who would have to" in error.cause
    assert {TRUST, STATUS, CODES} == set(names(report.brought))
    assert in_use(store) == (2, 3)
    assert stored(store).get(path) == before


def test_a_strangers_root_on_a_stick_keeps_no_scan_from_its_lists(tmp_path: Path) -> None:
    stick = write_bundle(
        tmp_path / "stick",
        CHAOYANG.files() | {"roots/1.cbor": make_root(THIEF, p256(667)).message},
    )
    lists = load_lists(stick, HOLDERS.root)
    assert [error.path for error in lists.left_out] == ["roots/1.cbor"]
    assert verify(CHAOYANG.text(), trusted=lists.trusted, at=AT).outcome is Outcome.VALID
    ended = run(tmp_path, "sync", "stick", "--root", str(root_file(tmp_path)), "--store", "store")
    assert ended.status == 1
    assert "roots/1.cbor" in ended.shown
    assert stored(tmp_path / "store")[TRUST] == CHAOYANG.trust_list()


def test_a_root_in_the_place_of_another_is_named_by_where_it_belongs(
    store: Path, service: Service
) -> None:
    service.files["roots/1.cbor"] = make_root(FIRST, SECOND, number=7).message
    (error,) = refusals(store, service)
    assert isinstance(error, ListMisplacedError)
    assert (error.path, error.found) == ("roots/1.cbor", "roots/7.cbor")


def test_a_store_whose_root_was_spoilt_is_mended_by_the_next_sync(
    store: Path, service: Service
) -> None:
    offer_next(service)
    fetch(store, service)
    (store / ROOT_2).write_bytes(b"spoilt")
    with pytest.raises(BundleUntrustedError):
        held(store)
    report = fetch(store, service)
    assert [error.path for error in report.spoilt] == [ROOT_2, TRUST]
    assert in_use(store) == (2, 2)
    assert fetch(store, service).is_whole


def test_signatures_of_two_messages_make_no_third(store: Path, service: Service) -> None:
    """One holder has signed this list, another that one."""
    one = read_sign(replace(TOMORROW, signing=(FIRST,)).trust_list(number=2), max_bytes=1 << 18)
    other = read_sign(
        replace(TOMORROW.later(hours=1), signing=(SECOND,)).trust_list(number=2), max_bytes=1 << 18
    )
    glued = one._replace(
        signatures=assemble(one, [one._replace(signatures=other.signatures)]).signatures
    )
    service.files[TRUST] = write_sign(glued)
    assert TRUST in {error.path for error in refusals(store, service)}
    assert in_use(store) == (1, 1)
