"""A file of the store that was spoilt or is gone is told, and is no way back to what is older."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_scanner.memory import Memory, read_memory, write_memory
from tests.mobile_scanner.district import HOLDERS, NEXT_HOLDERS, make_root, write_bundle
from tests.mobile_scanner.program import CHAOYANG, Run, run

TRUST, ROOT_2, ROOT_3, MEMORY = "trust-list.cbor", "roots/2.cbor", "roots/3.cbor", "memory.json"
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
    assert read_memory(store) == Memory(2, 2, UNDER_BOTH.seconds)


def flipped(data: bytes) -> bytes:
    """One bit of a digit: an instant long after."""
    return data.replace(b'"issued": 1', b'"issued": 3')


SENSELESS = {
    "empty": b"",
    "no text": b"\xff",
    "a number": b"7",
    "a list": b"[]",
    "without members": b"{}",
    "deep": b"[" * 999,
    "true for a number": b'{"root": true, "list": 2, "issued": 3, "check": 1}',
    "without its check": b'{"root": 2, "list": 2, "issued": 3}',
    "beyond the calendar": write_memory(Memory(2, 2, 10**17)),
    "of no list": write_memory(Memory(2, 0, 3)),
    "a bit turned over": None,
}


@pytest.mark.parametrize("content", SENSELESS.values(), ids=SENSELESS)
def test_a_memory_that_makes_no_sense_is_told_and_written_anew(
    content: bytes | None, folder: Path, store: Path
) -> None:
    good = (store / MEMORY).read_bytes()
    (store / MEMORY).write_bytes(flipped(good) if content is None else content)
    ended = scanned(folder)
    assert ended.outcomes == [["valid"]]  # root and list are as they were
    assert "memory.json: cannot be read" in ended.told
    ended = synced(folder, "new")
    assert ended.status == 1
    assert "was spoilt in the store: memory.json" in ended.shown
    assert (store / MEMORY).read_bytes() == good
    assert synced(folder, "new").status == 0


@pytest.mark.parametrize("harm", [spoil, Path.unlink])
@pytest.mark.parametrize("lose", [spoil, Path.unlink])
@pytest.mark.parametrize("source", ["old", "new"])
def test_a_store_that_lost_its_memory_too_is_given_up(
    source: str,
    lose: Callable[[Path], None],
    harm: Callable[[Path], None],
    folder: Path,
    store: Path,
) -> None:
    lose(store / MEMORY)
    harm(store / TRUST)
    before = contents(store)
    ended = synced(folder, source)
    assert (ended.status, ended.shown) == (2, "")
    assert "both spoilt" in ended.told
    assert contents(store) == before
    for ended in (scanned(folder), scanned(folder, "--bundle", source)):
        assert (ended.status, ended.shown) == (3, "")


@pytest.mark.parametrize("name", [TRUST, MEMORY, "status/110105/0.cbor"])
def test_a_folder_in_the_place_of_a_file_is_named_and_leaves_nothing_half_done(
    name: str, folder: Path, store: Path
) -> None:
    good = (store / name).read_bytes()
    (store / name).unlink()
    (store / name).mkdir()
    newer = UNDER_BOTH.later(seconds=30).files(number=3) | {ROOT_2: NEXT_HOLDERS.message}
    write_bundle(folder / "newer", newer)
    for _ in range(2):
        ended = synced(folder, "newer")
        assert ended.status == 2
        assert f"{name} in it is a folder" in ended.told
    assert not (store / ".incoming").exists()
    (store / name).rmdir()
    (store / name).write_bytes(good)
    assert synced(folder, "newer").status == 0


def test_a_stray_file_beside_a_spoilt_memory_gives_nothing_up(folder: Path, store: Path) -> None:
    (store / MEMORY).write_bytes(b"")
    (store / "status" / "110105" / "3.cbor").mkdir()
    ended = synced(folder, "new")
    assert ended.status == 1
    assert "was spoilt in the store: memory.json" in ended.shown


def test_a_memory_of_far_more_than_a_store_can_hold_is_told_at_once(
    folder: Path, store: Path
) -> None:
    (store / MEMORY).write_bytes(write_memory(Memory(9 * 10**15, 2, 3)))
    assert (scanned(folder).status, synced(folder, "new").status) == (3, 2)


def test_a_list_signed_by_a_clock_that_was_behind_is_no_damage(folder: Path, store: Path) -> None:
    """The one held opens under the new root, so that numbers count; what is intact is the measure."""
    third = make_root(*NEXT_HOLDERS.keys, number=3, before=NEXT_HOLDERS)
    newest = UNDER_BOTH.later(hours=-2).files(number=3)
    files = {path: data for path, data in NEW.items() if path != TRUST}
    write_bundle(folder / "newest", files | {TRUST: newest[TRUST], ROOT_3: third.message})
    ended = synced(folder, "newest")
    assert ended.status == 0, ended.shown + ended.told
    assert read_memory(store) == Memory(3, 3, UNDER_BOTH.later(hours=-2).seconds)
    assert scanned(folder).outcomes == [["valid"]]


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
