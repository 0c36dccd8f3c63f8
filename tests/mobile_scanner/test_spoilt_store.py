"""A file of the store that was spoilt or is gone is told, and is no way back to what is older."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mobile_scanner.district import HOLDERS, NEXT_HOLDERS, write_bundle
from tests.mobile_scanner.program import CHAOYANG, Run, run

TRUST, ROOT_2, MEMORY = "trust-list.cbor", "roots/2.cbor", "memory.json"
FIRST, SECOND, THIRD = HOLDERS.keys
UNDER_BOTH = replace(CHAOYANG, signing=(FIRST, SECOND, THIRD))
"""Its lists open under root 1 and under root 2, so that signatures alone tell nobody what is older."""
OLD = UNDER_BOTH.later(hours=-5).files()
NEW = UNDER_BOTH.files(number=2) | {ROOT_2: NEXT_HOLDERS.message}


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.fixture
def store(folder: Path) -> Path:
    """A store that has come from the old lists to the new ones."""
    for name, files in (("old", OLD), ("new", NEW)):
        write_bundle(folder / name, files)
    assert synced(folder, "old", "--root", "root.cbor").status == 0
    assert synced(folder, "new").status == 0
    return folder / "store"


def synced(folder: Path, source: str, *more: str) -> Run:
    return run(folder, "sync", source, "--store", "store", *more)


def scanned(folder: Path, *more: str) -> Run:
    return run(folder, "scan", "pictures", "--offline", "--store", "store", "--json", *more)


def contents(store: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}


@pytest.mark.parametrize("harm", [spoil, Path.unlink])
@pytest.mark.parametrize("names", [[TRUST], [ROOT_2], [TRUST, ROOT_2]])
def test_what_was_spoilt_is_no_way_back_and_comes_again_with_what_is_new(
    harm: Callable[[Path], None], names: list[str], folder: Path, store: Path
) -> None:
    assert scanned(folder).outcomes == [["valid"]]
    for name in names:
        harm(store / name)
    before = contents(store)
    for ended in (scanned(folder), scanned(folder, "--bundle", "old")):
        assert (ended.status, ended.shown) == (3, "")
        assert ended.told
    ended = synced(folder, "old")
    assert (ended.status, ended.shown) == (2, "")
    assert "are spoilt or gone (held root 2, list 2 of " in ended.told
    assert contents(store) == before
    ended = synced(folder, "new")
    assert ended.status == 1
    for name in names:
        assert f"was spoilt in the store: {name}" in ended.shown
    assert scanned(folder).outcomes == [["valid"]]
    assert (store / ROOT_2).read_bytes() == NEXT_HOLDERS.message
    assert synced(folder, "new").status == 0


def test_a_store_of_before_remembers_what_it_holds(folder: Path, store: Path) -> None:
    (store / MEMORY).unlink()
    assert scanned(folder).outcomes == [["valid"]]
    assert synced(folder, "new").status == 0
    assert json.loads((store / MEMORY).read_bytes()) == {
        "root": 2,
        "list": 2,
        "issued": UNDER_BOTH.seconds,
    }


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"7", b"[]", b"{}", b'{"root": true, "list": 2, "issued": 3}', b"[" * 999],
)
def test_a_memory_that_makes_no_sense_is_written_anew(
    content: bytes, folder: Path, store: Path
) -> None:
    good = (store / MEMORY).read_bytes()
    (store / MEMORY).write_bytes(content)
    assert scanned(folder).outcomes == [["valid"]]
    assert synced(folder, "new").status == 0
    assert (store / MEMORY).read_bytes() == good


def test_a_memory_of_far_more_than_a_store_can_hold_is_told_at_once(
    folder: Path, store: Path
) -> None:
    (store / MEMORY).write_bytes(b'{"root": 9000000000000000, "list": 2, "issued": 3}')
    assert (scanned(folder).status, synced(folder, "new").status) == (3, 2)


def test_a_pin_in_the_folder_of_roots_that_was_spoilt_is_told_and_cleared_away(
    folder: Path, store: Path
) -> None:
    (store / "roots" / "1.cbor").write_bytes(b"spoilt")
    ended = synced(folder, "new")
    assert ended.status == 1
    assert "was spoilt in the store: " in ended.shown
    assert not (store / "roots" / "1.cbor").exists()
    assert synced(folder, "new").status == 0


def test_what_is_no_list_at_all_is_named(folder: Path, store: Path) -> None:
    (store / "status" / "110105" / "3.cbor").mkdir()
    ended = synced(folder, "new")
    assert ended.status == 1
    assert "status/110105/3.cbor: cannot be read" in ended.shown
