"""A scanner that holds a list's base fetches the delta alone, and believes it no more than a list."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from credential.reasons import Outcome
from credential.status import StatusList, open_status_list
from credential.status_delta import make_delta, seal_status_delta
from credential.verify import verify
from mobile_scanner.bringing import SyncReport
from mobile_scanner.list_errors import (
    ListAheadError,
    ListOlderError,
    ListUnreadableError,
    ListUntrustedError,
)
from mobile_scanner.offline import HeldLists, load_lists
from mobile_scanner.roots import load_root
from mobile_scanner.server import parse_server
from mobile_scanner.sources import FolderSource, ServiceSource
from mobile_scanner.sync import sync_store
from tests.mobile_scanner.district import (
    FOOD_ENTRY,
    LICENSE_ENTRY,
    District,
    p256,
    root_file,
    write_bundle,
)
from tests.mobile_scanner.serving import Service, serve

CHAOYANG = District()
HERE = ("110105", 0)
FULL, BASE, DELTA = (f"status/110105/0{each}.cbor" for each in ("", ".base", ".delta"))
ENDED = {LICENSE_ENTRY: 1, FOOD_ENTRY: 14}
NOON = CHAOYANG.later(hours=10).at


def listed(message: bytes, district: District = CHAOYANG) -> StatusList:
    uri = district.status_uri.replace("{list}", "0")
    return open_status_list(message, district.key.verification_key, uri=uri)


def delta_of(base: bytes, full: bytes, district: District = CHAOYANG) -> bytes:
    return seal_status_delta(make_delta(listed(base), listed(full, district)), district.key)


FIRST = CHAOYANG.files()
BASE_MESSAGE = FIRST[BASE] = FIRST[FULL]


@pytest.fixture
def service() -> Iterator[Service]:
    with serve(Service(files=dict(FIRST))) as running:
        yield running


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return root_file(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def fetch(
    store: Path, service: Service, root: Path | None = None, *, now: datetime = NOON
) -> SyncReport:
    service.asked.clear()
    source = ServiceSource(service=parse_server(service.url))
    return sync_store(store, source, at=now, root=root)


def asked(service: Service) -> set[str]:
    prefix = "/api/v1/bundle/"
    return {line.split(prefix)[1].split()[0] for line in service.asked if prefix in line}


def held(store: Path) -> HeldLists:
    return load_lists(store, load_root(store / "root.cbor"))


def judged(store: Path) -> Outcome:
    return verify(CHAOYANG.text(), trusted=held(store).trusted, at=NOON).outcome


def values_of(service: Service) -> bytes:
    return sha256(listed(service.files[FULL]).entries).digest()


def entries_of(store: Path) -> bytes:
    return sha256(held(store).trusted.status[HERE].entries).digest()


def published(hours: float, values: Mapping[int, int] | None = None) -> dict[str, bytes]:
    full = CHAOYANG.later(hours=hours).status_list(values)
    return FIRST | {FULL: full, BASE: BASE_MESSAGE, DELTA: delta_of(BASE_MESSAGE, full)}


def test_who_holds_the_base_fetches_the_delta_alone(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    assert judged(store) is Outcome.VALID
    for hours in (1, 2, 3):
        service.files.update(published(hours, ENDED))
        report = fetch(store, service)
        assert asked(service) == {DELTA}
        assert (report.refused, report.dropped, report.spoilt) == ((), (), ())
        assert list(map(str, report.brought)) == [DELTA]
        assert entries_of(store) == values_of(service)
        assert held(store).trusted.status[HERE].issued_at == listed(service.files[FULL]).issued_at
        assert held(store).left_out == ()
        assert judged(store) is Outcome.NOT_IN_FORCE
        assert (store / FULL).read_bytes() == BASE_MESSAGE
    report = fetch(store, service)
    assert asked(service) == set()
    assert report.brought == ()
    assert DELTA in map(str, report.unchanged)


def test_a_first_sync_brings_both_and_the_next_one_the_delta(
    store: Path, service: Service, root: Path
) -> None:
    service.files.update(published(1))
    fetch(store, service, root)
    assert {BASE, DELTA} <= asked(service)
    assert FULL not in asked(service)
    assert not (store / BASE).exists()
    service.files.update(published(2, ENDED))
    fetch(store, service)
    assert asked(service) == {DELTA}
    assert judged(store) is Outcome.NOT_IN_FORCE


def test_who_holds_some_other_list_comes_to_the_base_by_it(
    store: Path, service: Service, root: Path
) -> None:
    service.files = {k: v for k, v in published(1).items() if k not in (BASE, DELTA)}
    fetch(store, service, root)  # of a service that makes no deltas
    service.files = published(2, ENDED)
    report = fetch(store, service)
    assert asked(service) == {BASE, DELTA}
    assert report.refused == ()
    assert judged(store) is Outcome.NOT_IN_FORCE


def test_a_new_base_takes_the_old_delta_with_it(store: Path, service: Service, root: Path) -> None:
    service.files.update(published(1, ENDED))
    fetch(store, service, root)
    assert (store / DELTA).exists()
    new = CHAOYANG.later(hours=2).status_list(ENDED)
    service.files = FIRST | {FULL: new, BASE: new}
    report = fetch(store, service)
    assert report.refused == ()
    assert (store / FULL).read_bytes() == new
    assert not (store / DELTA).exists()
    assert judged(store) is Outcome.NOT_IN_FORCE
    full = CHAOYANG.later(hours=3).status_list({})
    service.files |= {FULL: full, DELTA: delta_of(new, full)}
    fetch(store, service)
    assert asked(service) == {DELTA}
    assert judged(store) is Outcome.VALID


# ---- attacks --------------------------------------------------------------------------------------


def test_a_rolled_back_delta_is_named_and_changes_nothing(
    store: Path, service: Service, root: Path
) -> None:
    """By the right key, from before the permit was revoked."""
    service.files.update(published(2, ENDED))
    fetch(store, service, root)
    service.files.update(published(1))
    report = fetch(store, service)
    named = {error.path: type(error) for error in report.refused}
    assert named == {DELTA: ListOlderError, FULL: ListOlderError}
    assert judged(store) is Outcome.NOT_IN_FORCE


@pytest.mark.parametrize("how", ["thief", "spliced", "cut", "a list"])
def test_a_bad_delta_is_named_and_the_list_fetched_as_it_is(
    store: Path, service: Service, root: Path, how: str
) -> None:
    fetch(store, service, root)
    good = published(1, ENDED)
    revived = CHAOYANG.later(hours=1).status_list()
    service.files.update(good)
    thief = District(key=p256(4711))
    service.files[DELTA] = {
        "thief": seal_status_delta(make_delta(listed(BASE_MESSAGE), listed(revived)), thief.key),
        "spliced": delta_of(CHAOYANG.later(hours=-1).status_list({1: 1}), revived),
        "cut": good[DELTA][:-1],
        "a list": good[FULL],
    }[how]
    report = fetch(store, service)
    (error,) = report.refused
    assert isinstance(error, ListUntrustedError)
    assert error.path == DELTA
    assert (store / FULL).read_bytes() == good[FULL]
    assert not (store / DELTA).exists()
    assert judged(store) is Outcome.NOT_IN_FORCE


def test_a_bad_delta_with_nothing_else_leaves_the_base_in_use(
    store: Path, service: Service, root: Path
) -> None:
    """The list beside it is withheld, or as bad."""
    fetch(store, service, root)
    service.files.update(published(1, ENDED))
    service.files[DELTA] = service.files[FULL] = b"nothing of ours"
    report = fetch(store, service)
    assert {error.path for error in report.refused} == {DELTA, FULL}
    assert (store / FULL).read_bytes() == BASE_MESSAGE
    assert judged(store) is Outcome.VALID


def test_a_delta_from_the_future_is_refused(store: Path, service: Service, root: Path) -> None:
    fetch(store, service, root)
    service.files.update(published(100))
    report = fetch(store, service)
    named = {error.path: type(error) for error in report.refused}
    assert named == {DELTA: ListAheadError, FULL: ListAheadError}
    assert held(store).trusted.status[HERE].issued_at == CHAOYANG.seconds


def test_a_delta_larger_than_its_bound_is_not_fetched(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    service.files.update(published(1, ENDED))
    service.files[DELTA] = bytes(17 << 10)
    report = fetch(store, service)
    (error,) = report.refused
    assert isinstance(error, ListUnreadableError)
    assert DELTA not in asked(service)
    assert judged(store) is Outcome.NOT_IN_FORCE


# ---- sticks, and stores that came to harm ---------------------------------------------------------


def test_a_stick_is_read_with_its_bases_and_deltas(store: Path, root: Path, tmp_path: Path) -> None:
    stick = write_bundle(tmp_path / "stick", published(1, ENDED))
    lists = load_lists(stick, load_root(root))
    assert lists.left_out == ()
    assert verify(CHAOYANG.text(), trusted=lists.trusted, at=NOON).outcome is Outcome.NOT_IN_FORCE
    report = sync_store(store, FolderSource.read(stick), at=NOON, root=root)
    assert report.refused == ()
    assert judged(store) is Outcome.NOT_IN_FORCE


def test_a_delta_that_was_spoilt_in_the_store_leaves_the_base_and_is_named(
    store: Path, service: Service, root: Path
) -> None:
    service.files.update(published(1, ENDED))
    fetch(store, service, root)
    (store / DELTA).write_bytes(b"spoilt")
    (error,) = held(store).left_out
    assert error.path == DELTA
    assert judged(store) is Outcome.VALID  # as of the base, whose age a verdict tells
    report = fetch(store, service)
    assert asked(service) == {DELTA}
    assert report.dropped == ()
    assert judged(store) is Outcome.NOT_IN_FORCE


def test_a_base_that_was_spoilt_in_the_store_is_fetched_again(
    store: Path, service: Service, root: Path
) -> None:
    service.files.update(published(1, ENDED))
    fetch(store, service, root)
    (store / FULL).write_bytes(b"spoilt")
    fetch(store, service)
    assert {BASE, DELTA} <= asked(service)
    assert held(store).left_out == ()
    assert judged(store) is Outcome.NOT_IN_FORCE
