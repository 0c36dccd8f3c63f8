"""Files, folders and standard input become pictures, one after the other, and none is lost."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from mobile_scanner.files import PictureFile, find_pictures, take_pictures
from mobile_scanner.pictures.errors import (
    SourceError,
    SourceMissingError,
    SourceUnreadableError,
)

LIMIT = 100_000


def png(level: int = 0) -> bytes:
    file = io.BytesIO()
    Image.new("L", (8, 6), level).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, one in a format that is not read, and what does not belong to them."""
    (tmp_path / "b.png").write_bytes(png())
    (tmp_path / "A.JPG").write_bytes(png())
    (tmp_path / "live.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "older").mkdir()
    (tmp_path / "older" / "c.png").write_bytes(png())
    return tmp_path


def test_a_folder_gives_its_own_pictures_by_name_and_says_what_it_skips(folder: Path) -> None:
    found = find_pictures([str(folder)])
    assert [Path(name).name for name in found.pictures] == ["A.JPG", "b.png", "live.heic"]
    assert [Path(name).name for name in found.skipped] == [".DS_Store", "notes.txt", "older"]
    assert all(Path(name).parent == folder for name in found.pictures + found.skipped)


def test_files_folders_and_standard_input_keep_the_order_asked_for(folder: Path) -> None:
    late = str(folder / "older" / "c.png")
    found = find_pictures([late, "-", str(folder / "older"), "-", late])
    assert found.pictures == (late, "-", late, late)
    assert found.skipped == ()


def test_a_file_that_is_named_is_taken_whatever_its_suffix(folder: Path) -> None:
    name = str(folder / "notes.txt")
    assert find_pictures([name]).pictures == (name,)


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert find_pictures([str(tmp_path)]).pictures == ()


@pytest.mark.parametrize("name", ["gone.jpg", "gone/", "notes.txt/under"])
def test_a_missing_path_is_named_before_anything_is_read(folder: Path, name: str) -> None:
    missing = f"{folder}/{name}"
    with pytest.raises(SourceMissingError) as caught:
        find_pictures([str(folder), missing])
    assert caught.value.source == missing
    assert missing in caught.value.zh
    assert missing in caught.value.en


@pytest.mark.parametrize("name", ["a\0b", "n" * 5000])
def test_a_name_that_the_system_cannot_look_up_is_unreadable(name: str) -> None:
    with pytest.raises(SourceUnreadableError) as caught:
        find_pictures([name])
    assert caught.value.source == name
    assert caught.value.cause


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_unreadable(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    with pytest.raises(SourceUnreadableError):
        find_pictures([str(closed)])


def test_one_picture_that_cannot_be_had_does_not_stop_the_others(folder: Path) -> None:
    names = [str(folder / name) for name in ("A.JPG", "older", "gone.png", "b.png")]
    taken = list(take_pictures(names, file_bytes=LIMIT))
    assert [type(one) for one in taken] == [
        PictureFile,
        SourceUnreadableError,
        SourceMissingError,
        PictureFile,
    ]
    assert [one.source if isinstance(one, SourceError) else one.name for one in taken] == names


def test_a_file_comes_as_its_bytes_whatever_they_are(folder: Path) -> None:
    (folder / "a.png").write_bytes(b"no picture")
    (taken,) = take_pictures([str(folder / "a.png")], file_bytes=LIMIT)
    assert isinstance(taken, PictureFile)
    assert taken.content == b"no picture"


def test_a_file_that_has_gone_since_it_was_found_is_told_and_the_rest_follow(folder: Path) -> None:
    found = find_pictures([str(folder / "A.JPG"), str(folder / "b.png")])
    (folder / "A.JPG").unlink()
    first, second = take_pictures(found.pictures, file_bytes=LIMIT)
    assert isinstance(first, SourceMissingError)
    assert isinstance(second, PictureFile)


def test_a_file_is_read_to_one_byte_beyond_the_limit_and_no_further(folder: Path) -> None:
    path = folder / "b.png"
    size = path.stat().st_size
    for limit in (size, size - 1, size - 2):
        (taken,) = take_pictures([str(path)], file_bytes=limit)
        assert isinstance(taken, PictureFile)
        assert taken.content == path.read_bytes()[: limit + 1]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless device on this system")
def test_an_endless_device_is_not_read() -> None:
    (taken,) = take_pictures(["/dev/zero"], file_bytes=1000)
    assert isinstance(taken, SourceUnreadableError)
    assert taken.cause == "not a plain file"


def test_standard_input_is_one_picture_named_by_its_dash() -> None:
    (picture,) = take_pictures(["-"], file_bytes=LIMIT, standard_input=io.BytesIO(png(200)))
    assert picture == PictureFile(name="-", content=png(200))


def test_standard_input_is_not_read_beyond_the_limit() -> None:
    stream = io.BytesIO(png() + bytes(10_000))
    (taken,) = take_pictures(["-"], file_bytes=100, standard_input=stream)
    assert isinstance(taken, PictureFile)
    assert len(taken.content) == stream.tell() == 101


def test_pictures_are_opened_one_at_a_time(folder: Path) -> None:
    taken = take_pictures([str(folder / "A.JPG"), str(folder / "b.png")], file_bytes=LIMIT)
    next(taken)
    (folder / "b.png").write_bytes(b"")
    assert next(taken) == PictureFile(name=str(folder / "b.png"), content=b"")
