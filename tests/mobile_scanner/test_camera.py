"""Files, folders and standard input become pictures, one after the other, and none is lost."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from mobile_scanner.camera import find_pictures, take_pictures
from mobile_scanner.errors import (
    PictureDamagedError,
    PictureEmptyError,
    PictureFileTooLargeError,
    PictureFormatUnsupportedError,
    SourceError,
    SourceMissingError,
    SourceUnreadableError,
)
from mobile_scanner.picture import Picture, PictureLimits


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


def test_one_refused_picture_does_not_stop_the_others(folder: Path) -> None:
    (folder / "a-cut.png").write_bytes(png()[:44])
    (folder / "a-empty.png").touch()
    taken = list(take_pictures(find_pictures([str(folder)]).pictures))
    assert [type(one) for one in taken] == [
        Picture,
        PictureDamagedError,
        PictureEmptyError,
        Picture,
        PictureFormatUnsupportedError,
    ]
    names = [one.source if isinstance(one, SourceError) else one.name for one in taken]
    assert [Path(name).name for name in names] == [
        "A.JPG",
        "a-cut.png",
        "a-empty.png",
        "b.png",
        "live.heic",
    ]


def test_a_file_that_has_gone_since_it_was_found_is_told_and_the_rest_follow(folder: Path) -> None:
    found = find_pictures([str(folder / "A.JPG"), str(folder / "b.png")])
    (folder / "A.JPG").unlink()
    first, second = take_pictures(found.pictures)
    assert isinstance(first, SourceMissingError)
    assert isinstance(second, Picture)


def test_standard_input_is_one_picture_named_by_its_dash() -> None:
    (picture,) = take_pictures(["-"], standard_input=io.BytesIO(png(200)))
    assert isinstance(picture, Picture)
    assert (picture.name, picture.width, picture.height) == ("-", 8, 6)
    assert set(picture.pixels) == {200}


def test_standard_input_without_a_picture_is_refused_by_its_name() -> None:
    (refused,) = take_pictures(["-"], standard_input=io.BytesIO())
    assert isinstance(refused, PictureEmptyError)
    assert refused.source == "-"


def test_standard_input_is_not_read_beyond_the_limit() -> None:
    stream = io.BytesIO(png() + bytes(10_000))
    (refused,) = take_pictures(["-"], standard_input=stream, limits=PictureLimits(file_bytes=100))
    assert isinstance(refused, PictureFileTooLargeError)
    assert stream.tell() == 101


def test_pictures_are_opened_one_at_a_time(folder: Path) -> None:
    taken = take_pictures([str(folder / "A.JPG"), str(folder / "b.png")])
    next(taken)
    (folder / "b.png").write_bytes(b"")
    assert isinstance(next(taken), PictureEmptyError)
