"""A service is pinned anew: the root may lie before those that are published, or have begun anew."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from credential.roots import open_root
from keys.ceremony import make_root
from tests.ceremonies import LONG, Holders, create_root, sign_source
from tests.verify_service.bureau import NOON, Bureau, days
from tests.verify_service.publishing.succession import Succession
from verify_service.publishing.errors import ListAheadError, ListOlderError, ListRefusedError
from verify_service.publishing.trusted_lists import TRUST_LIST
from verify_service.registry.artifacts import withdraw_artifacts
from verify_service.service import Service

LATER = days(1)


class Pinned:
    """A bureau whose service was pinned at one of its roots, and has published those after it."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self.second = Succession(bureau)
        third, fourth = bureau.root.signers[2], self.second.fourth
        self.third = make_root(
            [
                (each.holder, key, each.key)
                for each, key in zip(self.second.root.keys[1:], (third, fourth), strict=True)
            ],
            threshold=2,
            at=NOON,
            lifetime=LONG,
            previous=self.second.root,
        )
        self.messages = {1: bureau.root.message, 2: self.second.message, 3: self.third}

    def begin_at(self, number: int) -> None:
        """Publish all roots and the list under the last, and forget those before the one pinned."""
        data = self.second.list_by(self.bureau.root.signers[2], self.second.fourth, number=7)
        self.bureau.service.publisher.publish_trust_list(data, roots=self.messages, at=NOON)
        (self.bureau.folder / TRUST_LIST).write_bytes(data)
        with self.bureau.service.database.writing() as connection:
            withdraw_artifacts(
                connection, [f"roots/{before}.cbor" for before in range(1, number)], at=NOON
            )

    @contextmanager
    def service(self, pin: bytes, roots: Mapping[int, bytes] | None = None) -> Iterator[Service]:
        """The service opened again under another pin, with roots in its folder."""
        folder = self.bureau.folder / "again"
        (folder / "roots").mkdir(parents=True)
        (folder / "root.cbor").write_bytes(pin)
        for number, message in (roots or {}).items():
            (folder / "roots" / f"{number}.cbor").write_bytes(message)
        again = self.bureau.reopened(root=folder / "root.cbor", roots=folder / "roots")
        with closing(again.service) as service:
            yield service


@pytest.fixture
def pinned(sqlite_bureau: Bureau) -> Pinned:
    return Pinned(sqlite_bureau)


def published(bureau: Bureau) -> dict[str, bytes]:
    return {each.name: each.content for each in bureau.service.publisher.manifest()}


def roots_of(bureau: Bureau) -> set[str]:
    return {name for name in published(bureau) if name.startswith("roots/")}


def in_use(service: Service) -> tuple[int, int]:
    trusted = service.lists.refresh()
    return trusted.root.number, trusted.trust.number


def begin_anew(bureau: Bureau, folder: Path, *, at: datetime) -> Holders:
    """The runbook of a stolen threshold: a first root once more, and the list under it."""
    folder.mkdir()
    holders = create_root(folder, at=at)
    source = bureau.folder / "trust-list.toml"
    data = sign_source(source, *holders.signers[:2], number=1, at=at)
    (bureau.folder / TRUST_LIST).write_bytes(data)
    return holders


def test_an_older_root_that_leads_to_those_published_is_published_with_them(
    pinned: Pinned,
) -> None:
    pinned.begin_at(2)
    with pinned.service(pinned.messages[1]) as service:
        service.prepare(at=NOON)
        assert in_use(service) == (3, 7)
    assert roots_of(pinned.bureau) == {"roots/1.cbor", "roots/2.cbor", "roots/3.cbor"}


def test_an_older_root_leads_to_those_published_by_way_of_the_folder(pinned: Pinned) -> None:
    pinned.begin_at(3)
    with pinned.service(pinned.messages[1], {2: pinned.messages[2]}) as service:
        service.prepare(at=NOON)
        assert in_use(service) == (3, 7)
    assert roots_of(pinned.bureau) == {"roots/1.cbor", "roots/2.cbor", "roots/3.cbor"}


@pytest.mark.parametrize("number", [1, 7, 9])
def test_an_older_root_that_leads_nowhere_brings_no_old_list_back(
    number: int, pinned: Pinned
) -> None:
    """Root 2 is missing: what a backup had, say, with the list of those days beside it."""
    pinned.begin_at(3)
    old = pinned.second.list_by(*pinned.bureau.root.signers[:2], number=number)
    (pinned.bureau.folder / TRUST_LIST).write_bytes(old)
    before = published(pinned.bureau)
    with (
        pinned.service(pinned.messages[1]) as service,
        pytest.raises(ListRefusedError, match=r"root 1 does not lead to it.* pin root 3") as caught,
    ):
        service.prepare(at=LATER)
    assert caught.value.name == "roots/3.cbor"
    assert published(pinned.bureau) == before


@pytest.mark.parametrize("number", [2, 3])
def test_a_root_that_is_begun_anew_lets_go_of_those_published(
    number: int, pinned: Pinned, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After the theft of a threshold: first roots have the number 1, wherever the old pin was."""
    pinned.begin_at(number)
    holders = begin_anew(pinned.bureau, tmp_path / "new", at=LATER)
    with pinned.service(holders.message) as service:
        with caplog.at_level(logging.WARNING):
            service.prepare(at=LATER)
        assert "another one" in caplog.text
        assert in_use(service) == (1, 1)
        assert service.lists.refresh().root == holders.root
    assert roots_of(pinned.bureau) == {"roots/1.cbor"}
    assert open_root(published(pinned.bureau)["roots/1.cbor"]) == holders.root


def test_a_strange_root_from_before_those_published_is_no_new_beginning(
    pinned: Pinned, tmp_path: Path
) -> None:
    """Another region's, say, by mistake: its file has the same name everywhere."""
    pinned.begin_at(2)
    holders = begin_anew(pinned.bureau, tmp_path / "other", at=days(-100))
    before = published(pinned.bureau)
    with pinned.service(holders.message) as service, pytest.raises(ListRefusedError) as caught:
        service.prepare(at=NOON)
    assert caught.value.name == "roots/2.cbor"
    assert published(pinned.bureau) == before


def test_a_new_root_without_a_list_under_it_lets_go_of_nothing(
    pinned: Pinned, tmp_path: Path
) -> None:
    pinned.begin_at(2)
    (tmp_path / "new").mkdir()
    holders = create_root(tmp_path / "new", at=LATER)
    before = published(pinned.bureau)
    with pinned.service(holders.message) as service, pytest.raises(ListRefusedError):
        service.prepare(at=LATER)
    assert published(pinned.bureau) == before


def test_a_list_that_does_not_open_is_told_with_the_root_that_was_reached(pinned: Pinned) -> None:
    pinned.begin_at(3)
    (pinned.bureau.folder / TRUST_LIST).unlink()
    with (
        pinned.service(pinned.messages[1]) as service,
        pytest.raises(ListRefusedError, match="under root 1: "),
    ):
        service.prepare(at=NOON)


@pytest.mark.parametrize("number", [1, 9])
def test_the_pin_from_before_a_new_beginning_brings_nothing_back(
    number: int, sqlite_bureau: Bureau, tmp_path: Path
) -> None:
    """Root and list from a backup, over a first root that was made after the theft."""
    bureau = sqlite_bureau
    old = sign_source(
        bureau.folder / "trust-list.toml", *bureau.root.signers[:2], number=number, at=NOON
    )
    pinned = Pinned(bureau)
    holders = begin_anew(bureau, tmp_path / "new", at=LATER)
    with pinned.service(holders.message) as service:
        service.prepare(at=LATER)
        assert service.lists.refresh().root == holders.root
    (bureau.folder / TRUST_LIST).write_bytes(old)
    before = published(bureau)
    with pytest.raises(ListRefusedError, match="made after all that are published") as caught:
        bureau.service.prepare(at=days(2))
    assert caught.value.name == "roots/1.cbor"
    assert published(bureau) == before


def test_a_new_beginning_has_a_list_of_its_own_time(sqlite_bureau: Bureau, tmp_path: Path) -> None:
    pinned = Pinned(sqlite_bureau)
    begin_anew(sqlite_bureau, tmp_path / "new", at=LATER)
    holders = create_root(tmp_path, at=LATER)
    source = sqlite_bureau.folder / "trust-list.toml"
    first_two = holders.signers[:2]
    old = sign_source(source, *first_two, number=99, at=days(-200))
    (sqlite_bureau.folder / TRUST_LIST).write_bytes(old)
    with pinned.service(holders.message) as service, pytest.raises(ListOlderError):
        service.prepare(at=LATER)


def test_a_root_that_is_dated_ahead_is_refused_until_then(pinned: Pinned) -> None:
    """It would keep out whatever root is pinned by hand after a theft."""
    ahead = Succession(pinned.bureau, at=days(400), name="ahead")
    data = ahead.list_by(pinned.bureau.root.signers[2], ahead.fourth, at=NOON)
    with pytest.raises(ListAheadError) as caught:
        pinned.bureau.service.publisher.publish_trust_list(data, roots={2: ahead.message}, at=NOON)
    assert caught.value.name == "roots/2.cbor"


@pytest.mark.parametrize("beside", [True, False])
def test_a_pin_that_followed_a_new_beginning_lets_go_of_the_old_roots(
    beside: bool, sqlite_bureau: Bureau, tmp_path: Path
) -> None:
    """The service was not started between the theft and the next change of holders."""
    pinned = Pinned(sqlite_bureau)
    holders = begin_anew(sqlite_bureau, tmp_path / "new", at=LATER)
    second = make_root(
        [
            (each.holder, key, each.key)
            for each, key in zip(holders.root.keys, holders.signers, strict=True)
        ],
        threshold=2,
        at=days(2),
        lifetime=LONG,
        previous=holders.root,
    )
    source = sqlite_bureau.folder / "trust-list.toml"
    data = sign_source(source, *holders.signers[:2], number=2, at=days(2))
    (sqlite_bureau.folder / TRUST_LIST).write_bytes(data)
    with pinned.service(second, {1: holders.message} if beside else {}) as service:
        service.prepare(at=days(2))
        assert in_use(service) == (2, 2)
    expected = {"roots/1.cbor", "roots/2.cbor"} if beside else {"roots/2.cbor"}
    assert roots_of(sqlite_bureau) == expected
    if beside:
        assert open_root(published(sqlite_bureau)["roots/1.cbor"]) == holders.root
