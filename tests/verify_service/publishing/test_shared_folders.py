"""Two districts publish into one folder: nobody's lists are overwritten by an older or a false one.

Nor is anything outside it, through a link that one of them has put there.
"""

import os
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from keys.plain_files import PlainFileError
from tests.ceremonies import sign_source
from tests.verify_service.bureau import NOON, Bureau, days, read_bundle
from tests.verify_service.publishing.neighbors import CODE, CODES, STATUS, Neighbor, welcome
from tests.verify_service.publishing.succession import Succession
from verify_service.publishing.bundle_folder import MAX_LIST_BYTES, WrittenBundle
from verify_service.publishing.errors import BundleAheadError, ListRefusedError
from verify_service.publishing.trusted_lists import TRUST_LIST

OWN = "status/110105/0.cbor"


@pytest.fixture
def neighbor(sqlite_bureau: Bureau) -> Neighbor:
    return welcome(sqlite_bureau)


@pytest.fixture
def folder(sqlite_bureau: Bureau) -> Path:
    return sqlite_bureau.folder / "shared"


def put(folder: Path, name: str, data: bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def publish(bureau: Bureau, folder: Path, *, at: datetime = NOON) -> WrittenBundle:
    return bureau.service.publisher.write_bundle(folder, at=at)


def names(paths: tuple[Path, ...], folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in paths}


# ---- what lies there already ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [STATUS, CODES])
def test_a_neighbors_newer_list_is_not_written_over_by_our_copy_of_it(
    name: str, sqlite_bureau: Bureau, neighbor: Neighbor, folder: Path
) -> None:
    sign = neighbor.status_list if name == STATUS else neighbor.code_list
    sqlite_bureau.service.publisher.take_in(name, sign(days(-1)), at=NOON)
    put(folder, name, sign(NOON))
    bundle = publish(sqlite_bureau, folder)
    assert names(bundle.kept, folder) == {name}
    assert (folder / name).read_bytes() == sign(NOON)
    assert {OWN, TRUST_LIST} <= names(bundle.written, folder)
    assert (CODE, 0) in read_bundle(folder, sqlite_bureau.folder / "root.cbor").status or (
        name == CODES
    )


def test_a_neighbors_older_list_is_brought_up_to_date(
    sqlite_bureau: Bureau, neighbor: Neighbor, folder: Path
) -> None:
    sqlite_bureau.service.publisher.take_in(STATUS, neighbor.status_list(NOON), at=NOON)
    put(folder, STATUS, neighbor.status_list(days(-1)))
    assert publish(sqlite_bureau, folder).kept == ()
    assert (folder / STATUS).read_bytes() == neighbor.status_list(NOON)


def test_what_verifies_as_nothing_is_in_nobodys_way(
    sqlite_bureau: Bureau, neighbor: Neighbor, folder: Path
) -> None:
    """Garbage, a forgery, and a list from the future that would keep its place for ever."""
    ours = neighbor.status_list(NOON)
    sqlite_bureau.service.publisher.take_in(STATUS, ours, at=NOON)
    forged = Neighbor(signer=sqlite_bureau.root.signers[0]).status_list(days(0.001))
    for there in (b"garbage", forged, neighbor.status_list(days(9_000))):
        put(folder, STATUS, there)
        put(folder, TRUST_LIST, b"garbage")
        assert publish(sqlite_bureau, folder).kept == ()
        assert (folder / STATUS).read_bytes() == ours


def test_a_folder_under_a_newer_trust_list_is_left_alone(
    sqlite_bureau: Bureau, neighbor: Neighbor, folder: Path
) -> None:
    newer = sqlite_bureau.sign_trust_list(7, at=NOON)
    put(folder, TRUST_LIST, newer)
    with pytest.raises(BundleAheadError) as caught:
        publish(sqlite_bureau, folder)
    assert caught.value.found.startswith("No. 7, ")
    assert caught.value.ours.startswith("No. 2, ")
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / TRUST_LIST]
    sqlite_bureau.service.publisher.publish_trust_list(newer, at=NOON)
    assert OWN in names(publish(sqlite_bureau, folder).written, folder)


def test_a_list_of_days_to_come_is_in_nobodys_way(sqlite_bureau: Bureau, folder: Path) -> None:
    """By a clock that was wrong: no verifier takes it in, and no service."""
    put(folder, TRUST_LIST, sqlite_bureau.sign_trust_list(9, at=days(400)))
    assert TRUST_LIST in names(publish(sqlite_bureau, folder).written, folder)


@pytest.mark.parametrize("after", [None, b"", b"half a file"])
def test_a_folder_under_a_root_that_follows_ours_is_left_alone(
    after: bytes | None, sqlite_bureau: Bureau, folder: Path
) -> None:
    """Whatever the number of its list: over it, ours would not open under the root there. What lies
    there as the root after that one is in nobody's way."""
    if after is not None:
        put(folder, "roots/3.cbor", after)
    succession = Succession(sqlite_bureau)
    _, _, third = sqlite_bureau.root.signers
    put(folder, "roots/2.cbor", succession.message)
    put(folder, TRUST_LIST, succession.list_by(third, succession.fourth, number=1))
    with pytest.raises(BundleAheadError) as caught:
        publish(sqlite_bureau, folder)
    assert caught.value.found.endswith(", root 2")
    assert caught.value.ours.endswith(", root 1")


def test_what_strangers_call_roots_in_the_folder_holds_nobody_up(
    sqlite_bureau: Bureau, folder: Path
) -> None:
    """Pipes, folders, and files of a megabyte each, which take no place on the disk."""
    succession = Succession(sqlite_bureau)
    _, _, third = sqlite_bureau.root.signers
    put(folder, "roots/2.cbor", succession.message)
    os.mkfifo(folder / "roots/3.cbor")
    (folder / "roots/4.cbor").mkdir()
    for number in range(5, 100):
        with (folder / f"roots/{number}.cbor").open("wb") as file:
            file.truncate(MAX_LIST_BYTES)
    put(folder, TRUST_LIST, succession.list_by(third, succession.fourth, number=1))
    tracemalloc.start()
    try:
        with pytest.raises(BundleAheadError) as caught:
            publish(sqlite_bureau, folder)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.found.endswith(", root 2")
    assert peak < 16 << 20


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_list_of_the_root_before_ours_is_written_over_unless_it_was_signed_later(
    hours: int, sqlite_bureau: Bureau, folder: Path
) -> None:
    """We never saw it, and whoever did would take ours for an older one."""
    succession = Succession(sqlite_bureau)
    first, second, third = sqlite_bureau.root.signers
    succession.publish(succession.list_by(third, succession.fourth))
    there = sign_source(
        sqlite_bureau.folder / "trust-list.toml",
        first,
        second,
        number=9,
        at=NOON + timedelta(hours=hours),
    )
    put(folder, TRUST_LIST, there)
    if hours < 0:
        assert TRUST_LIST in names(publish(sqlite_bureau, folder, at=days(0.1)).written, folder)
        return
    with pytest.raises(BundleAheadError) as caught:
        publish(sqlite_bureau, folder, at=days(0.1))
    assert caught.value.found.endswith(", root 1")
    assert (folder / TRUST_LIST).read_bytes() == there


# ---- what others have put in the way --------------------------------------------------------------


@pytest.fixture
def victim(folder: Path) -> Path:
    put(folder.parent, "elsewhere/victim.cbor", b"mine")
    return folder.parent / "elsewhere" / "victim.cbor"


def is_unharmed(victim: Path) -> bool:
    return os.listdir(victim.parent) == [victim.name] and victim.read_bytes() == b"mine"


@pytest.mark.parametrize("name", [OWN, TRUST_LIST, "roots/1.cbor"])
def test_links_under_the_names_of_files_lead_to_no_file_elsewhere(
    name: str, sqlite_bureau: Bureau, folder: Path, victim: Path
) -> None:
    for planted in (name, f"{name}.part", f"{name}.{os.getpid()}.part"):
        (folder / planted).parent.mkdir(parents=True, exist_ok=True)
        (folder / planted).symlink_to(victim)
    publish(sqlite_bureau, folder)
    assert is_unharmed(victim)
    assert not (folder / name).is_symlink()
    assert read_bundle(folder, sqlite_bureau.folder / "root.cbor").root.number == 1


@pytest.mark.parametrize("name", ["roots", "status", "status/110105"])
def test_a_link_in_the_place_of_a_folder_is_named_and_nothing_is_written(
    name: str, sqlite_bureau: Bureau, folder: Path, victim: Path
) -> None:
    (folder / name).parent.mkdir(parents=True)
    (folder / name).symlink_to(victim.parent, target_is_directory=True)
    with pytest.raises(PlainFileError, match="a link to elsewhere") as caught:
        publish(sqlite_bureau, folder)
    assert caught.value.filename == str(folder / name)
    assert is_unharmed(victim)
    assert not [path for path in folder.rglob("*.cbor") if path != victim]


@pytest.mark.parametrize("name", [OWN, TRUST_LIST, "roots/1.cbor", "catalogs/110105/2023.cbor"])
def test_a_folder_in_a_lists_place_is_named_and_nothing_is_written(
    name: str, sqlite_bureau: Bureau, folder: Path
) -> None:
    (folder / name).mkdir(parents=True)
    with pytest.raises(PlainFileError, match="not a plain file") as caught:
        publish(sqlite_bureau, folder)
    assert caught.value.filename == str(folder / name)
    assert [path for path in folder.rglob("*") if not path.is_dir()] == []


# ---- whose key it is --------------------------------------------------------------------------------


@pytest.fixture
def mistaken(sqlite_bureau: Bureau, neighbor: Neighbor) -> Iterator[Bureau]:
    """The bureau of one district with the key of another in its settings."""
    key = f"file:{sqlite_bureau.folder / 'neighbor.pem'}"
    other = sqlite_bureau.reopened(issuer_key=key)
    with closing(other.service):
        yield other


def test_a_list_of_ours_is_not_published_under_anothers_key(
    sqlite_bureau: Bureau, mistaken: Bureau, folder: Path
) -> None:
    before = sqlite_bureau.service.publisher.manifest()
    with pytest.raises(ListRefusedError, match=CODE) as caught:
        mistaken.service.publisher.publish_status_lists(at=days(0.1))
    assert caught.value.name == OWN
    with pytest.raises(ListRefusedError, match=CODE):
        mistaken.service.prepare(at=days(1))  # so that it does not open its doors either
    assert sqlite_bureau.service.publisher.manifest() == before
    publish(mistaken, folder)
    assert read_bundle(folder, sqlite_bureau.folder / "root.cbor").status.keys() == {("110105", 0)}


def test_a_neighbors_list_is_not_published_under_our_key(
    sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    """The other half of the mistake: its code in our settings."""
    publisher = sqlite_bureau.service.publisher
    publisher.take_in(STATUS, neighbor.status_list(NOON), at=NOON)
    imposter = sqlite_bureau.reopened(issuer=CODE)
    with closing(imposter.service), pytest.raises(ListRefusedError, match="110105"):
        imposter.service.prepare(at=NOON + timedelta(hours=13))
    published = publisher.artifact(STATUS)
    assert published is not None
    assert published.content == neighbor.status_list(NOON)


def test_a_key_that_the_trust_list_does_not_know_signs_no_list(
    sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    stray = sqlite_bureau.reopened(issuer_key=f"file:{sqlite_bureau.folder / 'root-1.pem'}")
    with closing(stray.service), pytest.raises(ListRefusedError):
        stray.service.publisher.publish_status_lists(at=days(0.1))
