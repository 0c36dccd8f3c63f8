"""Others write into the same folder: nothing is read without end, or written through their links."""

import errno
import os
import secrets
import stat
from pathlib import Path

import pytest

from keys.plain_files import (
    FileTooLargeError,
    PlainFileError,
    read_plain,
    refuse_links,
    write_plain,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and pipes are POSIX's")
OPEN = Path("/dev/fd")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    (tmp_path / "shared").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "victim").write_bytes(b"mine")
    return tmp_path / "shared"


def elsewhere(shared: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (shared.parent / "elsewhere").iterdir()}


UNHARMED = {"victim": b"mine"}


# ---- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_plain_file_is_named_and_nothing_stays_open(make: object, shared: Path) -> None:
    make(shared / "list")  # type: ignore[operator]
    before = len(list(OPEN.iterdir()))
    for _ in range(9):
        with pytest.raises(PlainFileError, match="not a plain file") as caught:
            read_plain(shared / "list", most=9)
        assert caught.value.filename == str(shared / "list")
    assert len(list(OPEN.iterdir())) == before


def test_a_file_is_read_to_its_limit_and_one_byte_more_is_refused(shared: Path) -> None:
    (shared / "list").write_bytes(b"123456789")
    assert read_plain(shared / "list", most=9) == b"123456789"
    with pytest.raises(FileTooLargeError):
        read_plain(shared / "list", most=8)


# ---- writing --------------------------------------------------------------------------------------


def test_a_file_is_made_with_the_folders_on_its_way_and_nothing_beside_it(shared: Path) -> None:
    within = shared / "new"
    write_plain(within / "status/110105/0.cbor", b"1", within=within)
    write_plain(within / "status/110105/0.cbor", b"2", within=within, mode=0o600)
    assert [path for path in shared.rglob("*") if not path.is_dir()] == [
        within / "status/110105/0.cbor"
    ]
    assert (within / "status/110105/0.cbor").read_bytes() == b"2"
    assert stat.S_IMODE((within / "status/110105/0.cbor").stat().st_mode) == 0o600


def test_no_two_files_are_written_under_one_name(shared: Path) -> None:
    """Whoever foresees it has put a link there."""
    parts: list[Path] = []
    for _ in range(2):
        write_plain(shared / "list", b"", prove=parts.append)
    assert parts[0] != parts[1]


@pytest.mark.parametrize("target", ["../elsewhere/victim", "../elsewhere/made", "list"])
def test_a_link_under_the_very_name_is_not_written_through(
    target: str, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shared / "list").write_bytes(b"old")
    monkeypatch.setattr(secrets, "token_hex", lambda size: "0" * 16)
    (shared / ".list.0000000000000000.part").symlink_to(target)
    with pytest.raises(FileExistsError) as caught:
        write_plain(shared / "list", b"new")
    assert caught.value.filename == str(shared / "list")
    assert (shared / "list").read_bytes() == b"old"
    assert elsewhere(shared) == UNHARMED


@pytest.mark.parametrize("target", ["../elsewhere/victim", "../elsewhere", "../nowhere"])
def test_a_link_in_the_files_own_place_is_replaced(target: str, shared: Path) -> None:
    (shared / "list").symlink_to(target)
    write_plain(shared / "list", b"new")
    assert not (shared / "list").is_symlink()
    assert (shared / "list").read_bytes() == b"new"
    assert elsewhere(shared) == UNHARMED


@pytest.mark.parametrize("link", ["status", "status/110105"])
@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_a_link_in_the_place_of_a_folder_is_named_and_not_followed(
    link: str, target: str, shared: Path
) -> None:
    (shared / link).parent.mkdir(exist_ok=True)
    (shared / link).symlink_to(shared.parent / target, target_is_directory=True)
    for refuse in (write, refuse_links):
        with pytest.raises(PlainFileError, match="a link to elsewhere") as caught:
            refuse(shared / "status/110105/0.cbor", within=shared)
        assert caught.value.filename == str(shared / link)
    assert elsewhere(shared) == UNHARMED
    assert not (shared.parent / "nowhere").exists()


def write(path: Path, *, within: Path) -> None:
    write_plain(path, b"new", within=within)


def test_a_file_in_the_place_of_a_folder_is_named(shared: Path) -> None:
    (shared / "status").write_bytes(b"old")
    with pytest.raises(PlainFileError, match="no folder") as caught:
        write(shared / "status/110105/0.cbor", within=shared)
    assert caught.value.filename == str(shared / "status")


def test_the_folder_that_is_named_to_us_may_be_a_link(shared: Path) -> None:
    (shared.parent / "link").symlink_to(shared, target_is_directory=True)
    write(shared.parent / "link" / "roots/1.cbor", within=shared.parent / "link")
    assert (shared / "roots/1.cbor").read_bytes() == b"new"


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_folder_in_the_files_place_is_named_and_leaves_nothing(
    is_empty: bool, shared: Path
) -> None:
    (shared / "list").mkdir()
    if not is_empty:
        (shared / "list" / "more").mkdir()
    with pytest.raises(PlainFileError, match="not a plain file") as caught:
        write_plain(shared / "list", b"new")
    assert caught.value.filename == str(shared / "list")
    assert os.listdir(shared) == ["list"]


def test_what_is_not_proved_is_not_put_in_place(shared: Path) -> None:
    (shared / "list").write_bytes(b"old")

    def prove(part: Path) -> None:
        assert part.read_bytes() == b"new"
        raise ValueError

    before = len(list(OPEN.iterdir()))
    with pytest.raises(ValueError):
        write_plain(shared / "list", b"new", prove=prove)
    assert os.listdir(shared) == ["list"]
    assert (shared / "list").read_bytes() == b"old"
    assert len(list(OPEN.iterdir())) == before


def test_a_full_disk_is_told_with_the_files_name_and_leaves_nothing(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="list") as caught:
        write_plain(shared / "list", b"new")
    assert caught.value.errno == errno.ENOSPC
    assert os.listdir(shared) == []


def test_the_file_is_on_the_disk_before_it_is_in_place_and_its_folder_after(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A battery that dies leaves the old file, or the new one, and no empty one."""
    seen: list[tuple[bool, list[str]]] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        seen.append((is_folder, sorted(os.listdir(shared))))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write_plain(shared / "list", b"new")
    assert [is_folder for is_folder, _ in seen] == [False, True]
    assert "list" not in seen[0][1]
    assert seen[1][1] == ["list"]
