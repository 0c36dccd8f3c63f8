"""Photographs sent for verification: what is read in them, and what is refused before decoding."""

import asyncio
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.verify_service.web.browser import Browser, code_of
from tests.verify_service.web.conftest import Counter, Sample
from verify_service.issuing.symbol import make_symbol, to_png
from verify_service.verification.errors import (
    NotAPhotographError,
    PhotographError,
    PhotographQueueError,
)
from verify_service.verification.photographs import (
    MAX_SYMBOLS,
    PhotographReader,
    find_symbols,
    gray_of,
)
from verify_service.verification.schemas import PhotographDocument

LIMIT = 4_000_000


def picture_of(*texts: str, scale: int = 4) -> Image.Image:
    """Put symbols beside each other on white."""
    symbols = [Image.open(io.BytesIO(to_png(make_symbol(text), scale=scale))) for text in texts]
    page = Image.new("L", (sum(s.width for s in symbols), max(s.height for s in symbols)), 255)
    left = 0
    for symbol in symbols:
        page.paste(symbol.convert("L"), (left, 0))
        left += symbol.width
    return page


def written(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    with io.BytesIO() as file:
        picture.save(file, format, **options)
        return file.getvalue()


def png_header_of(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def test_a_photograph_gets_the_verdict_of_the_symbol_in_it(sample: Sample) -> None:
    content = written(picture_of(sample.text("S02")))
    answer = sample.browser.upload(content)
    assert answer.status_code == 200
    PhotographDocument.model_validate(answer.json())
    (code,) = answer.json()["codes"]
    assert code["text"] == sample.text("S02")
    assert code["verdict"] == sample.browser.verify(sample.text("S02"))
    assert len(code["corners"]) == 4


def test_each_symbol_of_a_photograph_gets_its_own_verdict(sample: Sample) -> None:
    texts = (sample.text("S02"), sample.text("S10"), "HTTPS://PAY.EXAMPLE/123")
    codes = sample.browser.upload(written(picture_of(*texts))).json()["codes"]
    found = {code["text"]: code["verdict"]["outcome"] for code in codes}
    assert found == dict(zip(texts, ("valid", "not_in_force", "not_a_license"), strict=True))


def test_the_place_of_a_photograph_counts(sample: Sample) -> None:
    answer = sample.browser.upload(written(picture_of(sample.text("S02"))), near="39.0, 116.0")
    assert answer.json()["codes"][0]["verdict"]["checked"]["place"] == "failed"


def test_a_photograph_without_a_symbol_is_no_error(sample: Sample) -> None:
    answer = sample.browser.upload(written(Image.new("L", (300, 300), 255)))
    assert (answer.status_code, answer.json()) == (200, {"codes": []})


@pytest.mark.parametrize("near", ["here", "39.9", "39.9;116.4", "91,0", "nan,0", "39,116,7"])
def test_a_malformed_place_is_refused(sample: Sample, near: str) -> None:
    answer = sample.browser.upload(written(Image.new("L", (30, 30))), near=near)
    assert answer.status_code == 422
    assert code_of(answer) == "nothing-to-verify"


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("empty", b"", 422, "photograph-refused"),
        ("no picture", b"hello, this is text", 415, "not-a-photograph"),
        ("HEIC", b"\0\0\0\x18ftypheic" + b"\0" * 16, 415, "photograph-format"),
        ("AVIF", b"\0\0\0\x18ftypavif" + b"\0" * 16, 415, "photograph-format"),
        ("PDF", b"%PDF-1.7\n", 415, "photograph-format"),
        (
            "cut",
            written(Image.effect_noise((400, 400), 90), "PNG")[:900],
            422,
            "photograph-refused",
        ),
        ("cut JPEG", written(Image.effect_noise((400, 400), 90), "JPEG")[:900], 422, None),
        ("huge", png_header_of(60_000, 60_000), 413, "photograph-too-large"),
        ("header alone", b"\x89PNG\r\n\x1a\n", 422, "photograph-refused"),
        (
            "animated",
            written(
                Image.new("L", (40, 40)),
                "GIF",
                save_all=True,
                append_images=[Image.new("L", (40, 40), 255)],
            ),
            422,
            "photograph-refused",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else None,
)
def test_what_is_no_still_picture_is_refused_by_name(
    sample: Sample, name: str, content: bytes, status: int, code: str | None
) -> None:
    answer = sample.browser.upload(content)
    assert answer.status_code == status, name
    assert code_of(answer) == (code or "photograph-refused")


def test_a_huge_picture_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(PhotographError, match="60000 × 60000"):
        gray_of(png_header_of(60_000, 60_000), pixels=LIMIT)


def test_a_form_without_a_photograph_is_refused(sample: Sample) -> None:
    answer = sample.browser.post("/api/v1/verify", files={"other": ("a.png", b"x")})
    assert answer.status_code == 422
    assert code_of(answer) == "photograph-refused"


def test_a_form_with_two_files_is_refused(sample: Sample) -> None:
    files = [("photograph", (name, b"x")) for name in ("a.png", "b.png")]
    answer = sample.browser.post("/api/v1/verify", files=files)
    assert answer.status_code == 400
    assert code_of(answer) == "malformed-request"


def test_a_torn_form_is_refused(sample: Sample) -> None:
    answer = sample.browser.post(
        "/api/v1/verify",
        content=b"--b\r\nnothing that is a part",
        headers={"content-type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code in (400, 422)
    assert code_of(answer) in ("malformed-request", "photograph-refused")


def test_a_photograph_over_the_limit_of_bytes_is_refused_unread(counter: Counter) -> None:
    limit = counter.service.settings.photograph_bytes
    answer = counter.browser.post(
        "/api/v1/verify",
        content=b"",
        headers={
            "content-type": "multipart/form-data; boundary=b",
            "content-length": str(limit + 1),
        },
    )
    assert answer.status_code == 413
    assert code_of(answer) == "body-too-large"


@pytest.mark.parametrize(
    ("format", "modes"),
    [
        ("PNG", "1 L LA P RGB RGBA"),
        ("JPEG", "1 L RGB CMYK"),
        ("WEBP", "L RGB RGBA"),
        ("GIF", "1 L P RGB"),
        ("BMP", "1 L P RGB RGBA"),
        ("TIFF", "1 L LA P RGB RGBA CMYK"),
    ],
)
def test_every_format_is_read_in_every_mode_that_it_has(
    sample: Sample, format: str, modes: str
) -> None:
    for mode in modes.split():
        content = written(picture_of(sample.text("S02")).convert(mode), format)
        (found,) = find_symbols(gray_of(content, pixels=LIMIT))
        assert found.text == sample.text("S02"), mode


def test_what_is_transparent_counts_as_white(sample: Sample) -> None:
    symbol = picture_of(sample.text("S02"))
    ink = Image.new("LA", symbol.size, (0, 0))
    ink.putalpha(symbol.point(lambda level: 255 - level))
    (found,) = find_symbols(gray_of(written(ink), pixels=LIMIT))
    assert found.text == sample.text("S02")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_says(orientation: int) -> None:
    picture = Image.new("L", (40, 20), 255)
    exif = Image.Exif()
    exif[0x0112] = orientation
    gray = gray_of(written(picture, "JPEG", exif=exif), pixels=LIMIT)
    assert gray.size == ((40, 20) if orientation < 5 else (20, 40))


def test_a_broken_orientation_is_no_reason_to_refuse(sample: Sample) -> None:
    content = written(picture_of(sample.text("S02")), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    (found,) = find_symbols(gray_of(content, pixels=LIMIT))
    assert found.text == sample.text("S02")


def test_a_picture_made_of_symbols_is_cut_off() -> None:
    row = picture_of(*[f"HTTPS://A.EXAMPLE/L/{number}" for number in range(10, 20)], scale=3)
    page = Image.new("L", (row.width, row.height * 2), 255)
    page.paste(row, (0, 0))
    other = picture_of(*[f"HTTPS://A.EXAMPLE/L/{number}" for number in range(20, 30)], scale=3)
    page.paste(other, (0, row.height))
    assert len(find_symbols(page)) == MAX_SYMBOLS


def test_more_photographs_than_there_is_room_for_are_sent_away() -> None:
    async def crowd() -> list[object]:
        reader = PhotographReader(pixels=LIMIT, workers=1, queue=1)
        content = written(Image.new("L", (800, 800), 255))
        reads = [reader.read(content) for _ in range(5)]
        return await asyncio.gather(*reads, return_exceptions=True)

    outcomes = asyncio.run(crowd())
    assert outcomes.count(()) == 2
    assert sum(isinstance(outcome, PhotographQueueError) for outcome in outcomes) == 3


def test_a_place_is_free_again_when_its_photograph_was_read_or_refused() -> None:
    async def one_after_the_other() -> None:
        reader = PhotographReader(pixels=LIMIT, workers=1, queue=0)
        for _ in range(3):
            assert await reader.read(written(Image.new("L", (80, 80), 255))) == ()
            with pytest.raises(NotAPhotographError):
                await reader.read(b"no picture")

    asyncio.run(one_after_the_other())


def test_a_photograph_leaves_no_file_behind(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    large = written(Image.effect_noise((1600, 1200), 90))
    assert len(large) > 1 << 20
    assert sample.browser.upload(large).json() == {"codes": []}
    assert list(tmp_path.iterdir()) == []


def test_the_form_of_the_home_page_shows_the_verdict(sample: Sample) -> None:
    page = _send(sample.browser, written(picture_of(sample.text("S02"))))
    assert 'class="verdict valid"' in page
    assert sample.license("S02").business.name in page


def test_the_form_shows_several_verdicts_on_one_page(sample: Sample) -> None:
    page = _send(sample.browser, written(picture_of(sample.text("S02"), "HTTPS://PAY.EXAMPLE/1")))
    assert 'class="verdict valid"' in page
    assert 'class="verdict not_a_license"' in page


def test_the_form_says_how_to_take_a_better_photograph(sample: Sample) -> None:
    assert "没有读到二维码" in _send(sample.browser, written(Image.new("L", (300, 300), 255)))


def _send(browser: Browser, content: bytes) -> str:
    answer = browser.post(
        "/verify",
        files={"photograph": ("photo.jpg", content, "image/jpeg")},
        data={"lang": "zh"},
        headers={"accept": "text/html"},
    )
    assert answer.status_code == 200
    return answer.text
