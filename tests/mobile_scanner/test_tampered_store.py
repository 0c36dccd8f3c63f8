"""A store that others have written to: nothing in it reaches a file outside."""

import json
from pathlib import Path

import pytest

from mobile_scanner.list_errors import StoreUnwritableError
from mobile_scanner.store import commit, finish_interrupted
from tests.mobile_scanner.district import write_bundle
from tests.mobile_scanner.program import CHAOYANG, run

STATUS = "status/110105/0.cbor"
FILES = CHAOYANG.files()


@pytest.fixture
def store(folder: Path) -> Path:
    ended = run(folder, "sync", "bundle", "--root", "root.cbor", "--store", "store")
    assert ended.status == 0
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "victim.cbor").write_bytes(b"mine")
    return folder / "store"


def unfinished(store: Path, files: dict[str, bytes], remove: object = ()) -> None:
    write_bundle(store / ".incoming" / "files", files)
    (store / ".incoming").mkdir(exist_ok=True)
    (store / ".incoming" / "complete.json").write_text(json.dumps({"remove": remove}))


def is_unharmed(folder: Path) -> bool:
    elsewhere = folder / "elsewhere"
    return {path.name: path.read_bytes() for path in elsewhere.iterdir()} == {
        "victim.cbor": b"mine"
    }


@pytest.mark.parametrize(
    "name",
    ["../elsewhere/victim.cbor", "status/../../elsewhere/victim.cbor", "ABSOLUTE", "", ".", "\0"],
)
def test_an_unfinished_change_removes_and_writes_nothing_outside_the_store(
    folder: Path, store: Path, name: str
) -> None:
    victim = folder / "elsewhere" / "victim.cbor"
    unfinished(store, {"notes.txt": b"of nobody"}, [name.replace("ABSOLUTE", str(victim)), STATUS])
    ended = run(folder, "scan", "pictures", "--offline", "--store", "store", "--json")
    assert is_unharmed(folder)
    assert ended.outcomes == [["indeterminate"]]  # for what it may remove is removed
    assert not (store / STATUS).exists()
    assert not (store / "notes.txt").exists()
    assert not (store / ".incoming").exists()


@pytest.mark.parametrize("remove", [7, None, {"a": 1}, [7, None, [STATUS]], "status"])
def test_an_unfinished_change_that_names_no_names_removes_nothing(
    store: Path, remove: object
) -> None:
    unfinished(store, {STATUS: b"new"}, remove)
    finish_interrupted(store)
    assert not (store / ".incoming").exists()
    assert (store / STATUS).read_bytes() == b"new"
    assert (store / "trust-list.cbor").read_bytes() == FILES["trust-list.cbor"]


@pytest.mark.parametrize("command", ["sync", "scan"])
def test_a_link_in_a_store_empties_no_folder_that_it_points_to(
    folder: Path, store: Path, command: str
) -> None:
    (store / ".incoming").symlink_to(folder / "elsewhere", target_is_directory=True)
    if command == "sync":
        ended = run(folder, "sync", "bundle", "--store", "store")
        assert (ended.status, ended.shown) == (2, "")
        assert ".incoming in it is a link" in ended.told
    else:
        ended = run(folder, "scan", "pictures", "--offline", "--store", "store", "--json")
        assert ended.outcomes == [["valid"]]
    assert is_unharmed(folder)


@pytest.mark.parametrize("name", ["status", "status/110105"])
@pytest.mark.parametrize("remove", [True, False])
def test_a_change_goes_through_no_link_to_a_folder_elsewhere(
    folder: Path, store: Path, name: str, remove: bool
) -> None:
    (store / STATUS).unlink()
    (store / "status" / "110105").rmdir()
    if name == "status":
        (store / "status").rmdir()
    elsewhere = folder / "elsewhere"
    (store / name).symlink_to(elsewhere, target_is_directory=True)
    unfinished(store, {} if remove else {STATUS: b"new"}, [STATUS] if remove else [])
    ended = run(folder, "sync", "bundle", "--store", "store")
    assert ended.status == 2
    assert f"{name} in it is a link" in ended.told
    assert is_unharmed(folder)


def test_links_within_an_unfinished_change_are_cleared_away_and_not_followed(
    folder: Path, store: Path
) -> None:
    unfinished(store, {})
    inside = store / ".incoming" / "files" / "status"
    inside.mkdir(parents=True)
    (inside / "110105").symlink_to(folder / "elsewhere", target_is_directory=True)
    (inside.parent / "root.cbor").symlink_to(folder / "elsewhere" / "victim.cbor")
    finish_interrupted(store)
    assert not (store / ".incoming").exists()
    assert not (store / "root.cbor").is_symlink()
    assert is_unharmed(folder)


def test_a_lock_that_is_a_link_makes_no_file_elsewhere(folder: Path, store: Path) -> None:
    (store / ".lock").unlink()
    (store / ".lock").symlink_to(folder / "elsewhere" / "made")
    assert run(folder, "sync", "bundle", "--store", "store").status == 2
    assert is_unharmed(folder)


@pytest.mark.parametrize("name", ["complete.part", f"files/{STATUS}"])
def test_a_link_that_is_put_into_a_change_meanwhile_is_not_written_through(
    name: str, folder: Path, store: Path
) -> None:
    path = store / ".incoming" / name
    path.parent.mkdir(parents=True)
    path.symlink_to(folder / "elsewhere" / "victim.cbor")
    with pytest.raises(StoreUnwritableError):
        commit(store, {STATUS: b"new"})
    assert is_unharmed(folder)
    assert (store / STATUS).read_bytes() == FILES[STATUS]
