"""A JPEG's scans are counted as its decoder will meet them, before it meets any."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mobile_scanner.pictures.errors import PictureTooManyScansError
from mobile_scanner.pictures.formats import count_scans
from mobile_scanner.pictures.picture import load_picture
from tests.hostile_pictures import END_OF_IMAGE, START_OF_SCAN, jpeg_of_scans, saved

MANY = 1000
GRADIENT = Image.linear_gradient("L").convert("RGB")


def test_a_camera_s_jpeg_has_one_scan_and_a_progressive_one_about_ten() -> None:
    assert count_scans(saved(GRADIENT, "JPEG"), limit=MANY) == 1
    assert count_scans(saved(GRADIENT, "JPEG", progressive=True), limit=MANY) == 10


@pytest.mark.parametrize("scans", [6, 50, 100, 400])
def test_repeated_scans_are_all_counted(scans: int) -> None:
    content = jpeg_of_scans(scans)
    Image.open(io.BytesIO(content)).load()  # a decoder takes it
    assert count_scans(content, limit=MANY) == scans


def test_a_jpeg_of_a_hundred_scans_is_read_and_one_more_is_refused() -> None:
    assert load_picture(jpeg_of_scans(100)).width == 64
    with pytest.raises(PictureTooManyScansError) as caught:
        load_picture(jpeg_of_scans(101), name="shop.jpg")
    assert (caught.value.source, caught.value.limit) == ("shop.jpg", 100)
    assert "100" in caught.value.zh


def test_fill_bytes_before_a_marker_hide_no_scan() -> None:
    content = jpeg_of_scans(300).replace(START_OF_SCAN, b"\xff\xff\xff" + START_OF_SCAN)
    Image.open(io.BytesIO(content)).load()
    assert count_scans(content, limit=MANY) == 300


def test_segments_between_scans_hide_none() -> None:
    comment = b"\xff\xfe\x00\x06\xff\xd9\xff\xda"  # whose content looks like an end, and a scan
    content = jpeg_of_scans(300).replace(START_OF_SCAN, comment + START_OF_SCAN)
    Image.open(io.BytesIO(content)).load()
    assert count_scans(content, limit=MANY) == 300


def test_the_scans_of_a_thumbnail_are_none_of_the_picture() -> None:
    exif = b"Exif\0\0" + jpeg_of_scans(400)
    assert count_scans(saved(GRADIENT, "JPEG", exif=exif), limit=MANY) == 1


def test_the_scans_of_later_frames_are_none_of_the_first() -> None:
    phone = saved(GRADIENT, "MPO", save_all=True, append_images=[GRADIENT])
    assert phone.count(END_OF_IMAGE) > 1
    assert count_scans(phone, limit=MANY) == 1


def test_counting_ends_one_beyond_the_limit() -> None:
    assert count_scans(jpeg_of_scans(400), limit=100) == 101


@given(
    st.lists(st.sampled_from([b"\xff", b"\xda", b"\xd9", b"\xfe", b"\x00", b"\x02", b"\xc4"]))
    | st.lists(st.binary(max_size=8)),
    st.integers(0, 5),
)
def test_any_bytes_are_counted_to_an_end(parts: list[bytes], limit: int) -> None:
    content = b"\xff\xd8" + b"".join(parts)
    assert 0 <= count_scans(content, limit=limit) <= min(limit + 1, content.count(START_OF_SCAN))
