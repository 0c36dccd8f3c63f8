"""Pictures come in upright, gray and bounded, and what is not a still picture is refused by name."""

import io
import struct
import subprocess
import sys
import zlib
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mobile_scanner.pictures.errors import (
    NotAPictureError,
    PictureAnimatedError,
    PictureDamagedError,
    PictureEmptyError,
    PictureFileTooLargeError,
    PictureFormatUnsupportedError,
    PictureRefusedError,
    PictureSideTooLongError,
    PictureTooLargeError,
)
from mobile_scanner.pictures.picture import Picture, PictureLimits, load_picture

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
ORIENTATION = 0x0112


def steps(width: int = 64, height: int = 48) -> np.ndarray:
    """A gray picture without any symmetry: every quarter has its own level."""
    levels = np.empty((height, width), dtype=np.uint8)
    levels[: height // 2, : width // 2] = 0
    levels[: height // 2, width // 2 :] = 80
    levels[height // 2 :, : width // 2] = 170
    levels[height // 2 :, width // 2 :] = 255
    return levels


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format=format, **options)
    return file.getvalue()


def frames(format: str, **options: object) -> bytes:
    first, second = (Image.fromarray(steps()), Image.fromarray(255 - steps()))
    return saved(first, format, save_all=True, append_images=[second], **options)


def noisy(format: str, mode: str = "RGB") -> bytes:
    """A picture that no format compresses to nothing, so that half of it is really half."""
    levels = np.random.default_rng(7).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    return saved(Image.fromarray(levels).convert(mode), format)


def declaring(width: int, height: int) -> dict[str, bytes]:
    """Small files of each format whose headers claim that size."""
    pixel = Image.fromarray(steps(8, 8))
    png = bytearray(saved(pixel, "PNG"))
    png[16:24] = struct.pack(">II", width, height)
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    jpeg = bytearray(saved(pixel, "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    gif = bytearray(saved(pixel, "GIF"))
    gif[6:10] = struct.pack("<HH", width, height)
    bmp = bytearray(saved(pixel, "BMP"))
    bmp[18:26] = struct.pack("<ii", width, height)
    tiff = bytearray(saved(pixel, "TIFF"))
    for tag, value in ((256, width), (257, height)):
        entry = next(
            at for at in range(10, len(tiff), 12) if tiff[at : at + 2] == struct.pack("<H", tag)
        )
        tiff[entry : entry + 12] = struct.pack("<HHII", tag, 4, 1, value)
    webp = saved(pixel, "WEBP", lossless=True)
    chunk = b"VP8L" + struct.pack("<IBI", 8, 0x2F, (width - 1) | (height - 1) << 14) + b"\0\0\0"
    webp = b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
    return {
        "PNG": bytes(png),
        "JPEG": bytes(jpeg),
        "GIF": bytes(gif),
        "BMP": bytes(bmp),
        "TIFF": bytes(tiff),
        "WEBP": webp,
    }


BOXES = {
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64),
    "AVIF": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(64),
    "MP4": b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + bytes(64),
    "PDF": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "JPEG XL": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(64),
}


def refusal(content: bytes, **limits: int) -> PictureRefusedError:
    with pytest.raises(PictureRefusedError) as caught:
        load_picture(content, name="shop.jpg", limits=PictureLimits(**limits))
    assert caught.value.source == "shop.jpg"
    return caught.value


def test_an_empty_file_is_refused_by_name() -> None:
    assert type(refusal(b"")) is PictureEmptyError


@pytest.mark.parametrize(
    "content", [b"hello", b"\0", bytes(5000), b"RIFF\x24\0\0\0WAVEfmt ", b"<svg/>", b"\x89PNG"]
)
def test_bytes_of_no_known_format_are_no_picture(content: bytes) -> None:
    assert type(refusal(content)) is NotAPictureError


@pytest.mark.parametrize("format", BOXES)
def test_a_format_that_is_not_read_is_named(format: str) -> None:
    error = refusal(BOXES[format])
    assert isinstance(error, PictureFormatUnsupportedError)
    assert error.format == format
    assert format in error.zh
    assert format in error.en


def test_floating_point_samples_are_not_read() -> None:
    error = refusal(saved(Image.new("F", (8, 8), 0.5), "TIFF"))
    assert isinstance(error, PictureFormatUnsupportedError)
    assert error.format == "TIFF (F)"


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF"])
def test_several_frames_or_pages_are_refused(format: str) -> None:
    error = refusal(frames(format))
    assert isinstance(error, PictureAnimatedError)
    assert error.format == format


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(format: str, share: float) -> None:
    whole = noisy(format)
    load_picture(whole)
    error = refusal(whole[: int(len(whole) * share)])
    assert isinstance(error, PictureDamagedError)
    assert error.format == format


@pytest.mark.parametrize("format", FORMATS)
def test_the_limit_on_pixels_is_the_last_size_that_is_read(format: str) -> None:
    content = saved(Image.fromarray(steps(64, 48)), format)
    assert load_picture(content, limits=PictureLimits(pixels=64 * 48)).width == 64
    error = refusal(content, pixels=64 * 48 - 1)
    assert isinstance(error, PictureTooLargeError)
    assert (error.size, error.limit) == ((64, 48), 64 * 48 - 1)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("size", [(8001, 8000), (16_000, 16_000)])
def test_a_small_file_that_claims_a_huge_picture_is_too_large(
    format: str, size: tuple[int, int]
) -> None:
    error = refusal(declaring(*size)[format])
    assert type(error) is PictureTooLargeError
    assert error.size in (size, None)


def test_the_limit_on_bytes_is_the_last_size_that_is_read() -> None:
    content = noisy("PNG")
    load_picture(content, limits=PictureLimits(file_bytes=len(content)))
    error = refusal(content, file_bytes=len(content) - 1)
    assert isinstance(error, PictureFileTooLargeError)
    assert error.limit == len(content) - 1


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("size", [(65, 48), (48, 65)])
def test_the_limit_on_a_side_is_the_last_length_that_is_read(
    format: str, size: tuple[int, int]
) -> None:
    content = saved(Image.new("L", size), format)
    assert load_picture(content, limits=PictureLimits(side=65)).height == size[1]
    error = refusal(content, side=64)
    assert isinstance(error, PictureSideTooLongError)
    assert (error.size, error.limit) == (size, 64)


@pytest.mark.parametrize("size", [(65_536, 100), (100, 65_536), (20_001, 1), (1, 2_000_000)])
def test_a_picture_that_is_a_line_is_refused_by_its_side(size: tuple[int, int]) -> None:
    content = saved(Image.new("L", size, 255), "PNG")
    assert type(refusal(content)) is PictureSideTooLongError


def test_every_refusal_speaks_chinese_first_then_english() -> None:
    for error in (refusal(b""), refusal(b"?"), refusal(frames("GIF")), refusal(BOXES["HEIC"])):
        assert str(error) == f"{error.zh} {error.en}"
        assert any("\u4e00" <= letter <= "\u9fff" for letter in error.zh)
        assert error.en.isascii() or "“" in error.en


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_keeps_its_levels_in_every_format(format: str) -> None:
    options = {"lossless": True} if format == "WEBP" else {}
    picture = load_picture(saved(Image.fromarray(steps()), format, **options))
    assert (picture.width, picture.height) == (64, 48)
    assert np.abs(picture.array().astype(int) - steps()).max() <= 2


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA", "CMYK"])
def test_black_and_white_come_through_in_every_mode(mode: str) -> None:
    bits = np.where(steps() > 100, 255, 0).astype(np.uint8)
    format = "TIFF" if mode == "CMYK" else "PNG"
    picture = load_picture(saved(Image.fromarray(bits).convert(mode), format))
    assert np.array_equal(picture.array(), bits)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode: str) -> None:
    image = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 20, 20))
    content = saved(image.convert(mode) if mode != "P" else image.quantize(4), "PNG")
    assert Image.open(io.BytesIO(content)).mode == mode
    levels = load_picture(content).array()
    assert (levels[:, :20].max(), levels[:, 20:].min()) == (0, 255)


def test_half_transparent_black_is_gray() -> None:
    levels = load_picture(saved(Image.new("RGBA", (4, 4), (0, 0, 0, 128)), "PNG")).array()
    assert set(levels.ravel().tolist()) == {127}


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
@pytest.mark.parametrize(("black", "white"), [(0, 1023), (256, 4095), (0, 65535), (5000, 6000)])
def test_16_bit_samples_use_the_range_that_the_camera_filled(
    format: str, black: int, white: int
) -> None:
    deep = (black + steps().astype(np.uint32) * (white - black) // 255).astype(np.uint16)
    levels = load_picture(saved(Image.fromarray(deep), format)).array()
    assert np.abs(levels.astype(int) - steps()).max() <= 1


def test_a_big_endian_16_bit_picture_reads_the_same() -> None:
    deep = Image.frombytes("I;16B", (64, 48), (steps().astype(">u2") * 257).tobytes())
    levels = load_picture(saved(deep, "TIFF")).array()
    assert np.abs(levels.astype(int) - steps()).max() <= 1


STORED = {
    1: steps(),
    2: steps()[:, ::-1],
    3: steps()[::-1, ::-1],
    4: steps()[::-1],
    5: steps().T,
    6: np.rot90(steps(), 1),
    7: steps()[::-1, ::-1].T,
    8: np.rot90(steps(), -1),
}
"""The rows and columns as Exif 2.32 stores them for an upright scene, by orientation."""


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_exif_orientation_is_respected(format: str, orientation: int) -> None:
    image = Image.fromarray(np.ascontiguousarray(STORED[orientation]))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    picture = load_picture(saved(image, format, exif=exif))
    assert (picture.width, picture.height) == (64, 48)
    assert np.abs(picture.array().astype(int) - steps())[4:-4, 4:-4].max() <= 60


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0garbage",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x07\0\0\0\x01ab\0\0\0\0\0\0",  # of a wrong type
    ],
)
def test_broken_exif_does_not_refuse_a_good_picture(format: str, exif: bytes) -> None:
    picture = load_picture(saved(Image.fromarray(steps()), format, exif=exif))
    assert (picture.width, picture.height) == (64, 48)


def test_the_first_frame_of_a_phones_mpo_is_a_still() -> None:
    content = frames("MPO")
    assert Image.open(io.BytesIO(content)).format == "MPO"
    assert np.abs(load_picture(content).array().astype(int) - steps()).max() <= 2


def test_a_color_jpeg_gives_its_luma() -> None:
    image = Image.new("RGB", (32, 32), (200, 30, 90))
    for options in ({}, {"progressive": True}, {"keep_rgb": True}):
        levels = load_picture(saved(image, "JPEG", **options)).array()
        assert abs(int(levels.mean()) - (299 * 200 + 587 * 30 + 114 * 90) // 1000) <= 2


def test_a_picture_is_named_as_told() -> None:
    assert load_picture(noisy("PNG"), name="店.png").name == "店.png"


def test_the_rows_and_the_array_show_the_same_pixels_without_a_copy() -> None:
    picture = load_picture(saved(Image.fromarray(steps()), "PNG"))
    assert picture.rows.shape == (48, 64)
    assert bytes(picture.rows) == picture.array().tobytes() == picture.pixels
    with pytest.raises(ValueError, match="read-only"):
        picture.array()[0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        picture.width = 1  # type: ignore[misc]


@pytest.mark.parametrize(("width", "height"), [(0, 0), (2, 3), (-2, -2), (4, 0)])
def test_a_picture_cannot_have_another_size_than_its_pixels(width: int, height: int) -> None:
    with pytest.raises(ValueError):
        Picture(name="", width=width, height=height, pixels=bytes(4))


SEEDS = {format: noisy(format) for format in FORMATS} | {
    "palette": noisy("PNG", "P"),
    "two frames": frames("GIF"),
    "exif": saved(Image.fromarray(steps()), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
}


@settings(max_examples=150, deadline=None)
@given(data=st.data(), seed=st.sampled_from(sorted(SEEDS)))
def test_damaged_bytes_give_a_picture_or_a_refusal_and_nothing_else(
    data: st.DataObject, seed: str
) -> None:
    content = bytearray(SEEDS[seed])
    places = st.integers(0, min(len(content), 600) - 1)  # the headers, where most fields are
    for place, level in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=4)):
        content[place] = level
    length = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    try:
        picture = load_picture(bytes(content[:length]), limits=PictureLimits(pixels=1_000_000))
    except PictureRefusedError:
        return
    assert picture.width * picture.height == len(picture.pixels) <= 1_000_000


def in_a_fresh_process(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")

# Not getrusage: what it says of a new process includes the one that started it.
PEAK = """
import re, sys
from pathlib import Path
def peak(process):
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) // 1024
"""
LOADED_AND_READ_ONCE = (
    PEAK
    + """
from mobile_scanner.pictures.decoder import read_symbols
from mobile_scanner.pictures.errors import PictureTooLargeError
from mobile_scanner.pictures.picture import load_picture
try:
    next(read_symbols(load_picture(Path(sys.argv[1]).read_bytes())))
except PictureTooLargeError:
    print("refused", end=" ")
print(peak("self"))
"""
)
READ_APART = (
    PEAK
    + """
from mobile_scanner.pictures.process import PictureProcess
from mobile_scanner.pictures.terms import ReadingTerms
with PictureProcess(ReadingTerms(seconds=600, patience=600)) as process:
    picture = process.read(Path(sys.argv[1]).read_bytes(), name="large")
    readers = [reading.reader for reading in picture.readings]
    assert readers == ["zxing-cpp", "soft", "views", "finders", "pyzbar"], readers
    print(peak("self") + peak(process._process.pid))
"""
)


@on_linux
@pytest.mark.parametrize("kind", ["JPEG", "progressive JPEG", "PNG with alpha"])
def test_a_picture_of_12_megapixels_takes_at_most_400_mib_through_all_readers(
    tmp_path: Path, kind: str
) -> None:
    random = np.random.default_rng(3)
    coarse = random.integers(0, 256, (300, 400, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((4000, 3000), Image.Resampling.BICUBIC)
    path = tmp_path / "large"
    match kind:
        case "JPEG":
            image.save(path, format="JPEG", quality=90)
        case "progressive JPEG":
            image.save(path, format="JPEG", quality=90, progressive=True, subsampling=0)
        case _:
            image.putalpha(200)
            image.save(path, format="PNG", compress_level=1)
    both_processes = int(in_a_fresh_process(READ_APART, str(path)))
    assert both_processes <= 400


@on_linux
def test_a_jpeg_of_12_megapixels_is_read_in_little_more_than_its_gray_pixels(
    tmp_path: Path,
) -> None:
    path = tmp_path / "large.jpg"
    Image.new("RGB", (4000, 3000), (90, 140, 40)).save(path, quality=90)
    peak = int(in_a_fresh_process(LOADED_AND_READ_ONCE, str(path)))
    assert peak <= 85  # 100 when decoded in color


@on_linux
def test_a_decompression_bomb_is_refused_before_its_pixels_take_memory(tmp_path: Path) -> None:
    width = height = 25_000  # 625 megapixels in 100 kB, well formed
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(1 + width // 8)) for _ in range(height)) + rows.flush()

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
    assert path.stat().st_size < 200_000
    refused, peak = in_a_fresh_process(LOADED_AND_READ_ONCE, str(path)).split()
    assert refused == "refused"
    assert int(peak) <= 64
