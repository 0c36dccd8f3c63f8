"""What is published beside a status list: small while little has changed, and never something else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from credential.reasons import Outcome
from credential.status import Status, StatusList, pack_entries, seal_status_list
from credential.status_delta import MEDIA_TYPE, read_status_delta
from credential.verify import verify
from tests.verify_service.bureau import HOST, NOON, Bureau, check_deltas, days, read_bundle
from verify_service.publishing.bundle_folder import write_bundle
from verify_service.publishing.status_deltas import beside
from verify_service.registry.artifacts import list_artifacts, withdraw_artifacts
from verify_service.registry.moves import Move
from verify_service.registry.records import Artifact
from verify_service.registry.status import give_up_places

FULL, BASE, DELTA = (f"status/110105/0{each}.cbor" for each in ("", ".base", ".delta"))


def published(bureau: Bureau) -> dict[str, Artifact]:
    with bureau.service.database.reading() as connection:
        found = list_artifacts(connection)
    return {each.name: each for each in found if each.name.startswith("status/110105")}


def test_the_first_list_is_a_base_and_the_next_ones_are_told_by_deltas(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    first = published(bureau)
    assert set(first) == {FULL, BASE}
    assert first[FULL].content == first[BASE].content
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    second = published(bureau)
    assert second[BASE] == first[BASE]
    assert second[DELTA].media_type == MEDIA_TYPE
    assert second[DELTA].expires_at == second[FULL].expires_at
    bureau.change(food, Move.REVOKED)
    third = published(bureau)
    assert third[BASE] == first[BASE]
    assert third[DELTA].content != second[DELTA].content
    trusted = bureau.bundle()  # which holds base and delta against the list
    base = trusted.without_lists().admit_status_list(third[BASE].content, number=0)
    after = base.admit_status_delta(third[DELTA].content, number=0)
    assert after.status == trusted.status
    assert verify(issued.text, trusted=after, at=NOON).outcome is Outcome.NOT_IN_FORCE


def test_one_change_is_a_delta_of_less_than_a_kilobyte(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    food = bureau.permit(shop)
    bureau.issue(shop)
    give_up_places(bureau.service.database, count=100_000, capacity=1 << 17, at=days(-1))
    bureau.service.publisher.publish_status_lists(at=NOON)
    bureau.change(food, Move.REVOKED)
    assert len(published(bureau)[DELTA].content) <= 1024


def test_a_delta_that_would_be_large_makes_a_new_base(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    assert bureau.service.office.signer is not None
    trusted = bureau.service.lists.current()
    key = ("110105", 0)

    def sealed(values: dict[int, int], at: int) -> StatusList:
        uri = f"https://{HOST}/status/0"
        return StatusList(uri, at, at + 1000, 10, pack_entries(values, size=20_000))

    at = int(NOON.timestamp())
    base = replace(
        published(bureau)[BASE],
        content=seal_status_list(sealed({}, at), bureau.service.office.signer),
    )
    for changes, fits in ((1, True), (200, True), (500, False), (9_000, False)):
        listed = sealed({2 * index: Status.REVOKED for index in range(changes)}, at + 1)
        made = beside(listed, base, bureau.service.office.signer, trusted=trusted, key=key)
        assert (made.delta is not None) is fits
        if made.delta is not None:
            assert len(made.delta) <= 1024
            assert read_status_delta(made.delta).header.type == MEDIA_TYPE


def test_after_a_new_base_the_old_delta_is_gone_also_in_a_folder(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    folder = bureau.folder / "bundle"
    shop = bureau.shop()
    bureau.permit(shop)
    bureau.issue(shop)
    bureau.service.publisher.write_bundle(folder, at=NOON)
    assert (folder / DELTA).is_file()
    # A clock that is a year ahead for a minute, when the base is made: no delta is of the future.
    with bureau.service.database.writing() as connection:
        withdraw_artifacts(connection, [BASE], at=NOON)
    bureau.service.publisher.publish_status_lists(at=days(400))
    bureau.service.publisher.publish_status_lists(at=days(1))
    found = published(bureau)
    assert set(found) == {FULL, BASE}
    assert found[BASE].content == found[FULL].content
    bureau.service.publisher.write_bundle(folder, at=days(1))
    assert not (folder / DELTA).exists()
    trusted = read_bundle(folder, bureau.folder / "root.cbor")
    assert check_deltas(folder, trusted) == 0


def test_beside_a_list_in_a_folder_that_is_newer_nothing_older_is_put(
    sqlite_bureau: Bureau,
) -> None:
    """Two processes of one district publish into a folder; the slower one leaves it as it is."""
    bureau = sqlite_bureau
    folder = bureau.folder / "bundle"
    shop = bureau.shop()
    food = bureau.permit(shop)
    bureau.issue(shop)
    slow = bureau.service.publisher.manifest()
    bureau.change(food, Move.REVOKED)
    bureau.service.publisher.write_bundle(folder, at=NOON)
    before = contents(folder)
    written = write_bundle(folder, slow, trusted=bureau.service.lists.current(), at=NOON)
    assert {path.relative_to(folder).as_posix() for path in written.kept} == {FULL, BASE, DELTA}
    assert contents(folder) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.cbor")
    }


def test_a_neighbors_bases_and_deltas_are_passed_over(
    sqlite_bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    """Its lists say all that they do; and a service has no use for less."""
    bureau = sqlite_bureau
    peers = bureau.folder / "peers" / "status" / "110108"
    peers.mkdir(parents=True)
    for name in ("0.base.cbor", "0.delta.cbor"):
        (peers / name).write_bytes(b"a neighbor's")
    before = bureau.service.publisher.manifest()
    bureau.service.take_in_peers(at=NOON + timedelta(minutes=1))
    assert bureau.service.publisher.manifest() == before
    assert not caplog.records
