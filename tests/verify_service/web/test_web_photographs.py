"""Photographs sent for verification: what is read in them, and what is refused before decoding."""

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from mobile_scanner.pictures.errors import (
    NotAPictureError,
    PictureAnimatedError,
    PictureDamagedError,
    PictureEmptyError,
    PictureFileTooLargeError,
    PictureFormatUnsupportedError,
    PictureLockedError,
    PictureReaderDiedError,
    PictureRefusedError,
    PictureSideTooLongError,
    PictureTooHeavyError,
    PictureTooLargeError,
    PictureTooManyPagesError,
    PictureTooManyScansError,
    PictureTooSlowError,
    PictureUnfinishedError,
)
from mobile_scanner.pictures.terms import ReadingTerms
from tests.hostile_pictures import jpeg_of_scans, line, png_that_claims, saved
from tests.verify_service.web.browser import Browser, code_of
from tests.verify_service.web.conftest import Counter, Sample
from verify_service.issuing.symbol import make_symbol, to_png
from verify_service.settings import load_settings
from verify_service.verification.errors import (
    NotAPhotographError,
    PhotographQueueError,
    PhotographReaderDiedError,
)
from verify_service.verification.photographs import (
    MAX_SYMBOLS,
    READERS,
    PhotographReader,
    ReadPhotograph,
    refusal_of,
    terms_of,
)
from verify_service.verification.schemas import PhotographDocument

NOTHING = {"codes": [], "unread": [], "left_out": 0}
ORIENTATION = 0x0112


def picture_of(*texts: str, scale: int = 4) -> Image.Image:
    """Put symbols beside each other on white."""
    symbols = [Image.open(io.BytesIO(to_png(make_symbol(text), scale=scale))) for text in texts]
    page = Image.new("L", (sum(s.width for s in symbols), max(s.height for s in symbols)), 255)
    left = 0
    for symbol in symbols:
        page.paste(symbol.convert("L"), (left, 0))
        left += symbol.width
    return page


def test_a_photograph_gets_the_verdict_of_the_symbol_in_it(sample: Sample) -> None:
    content = saved(picture_of(sample.text("S02")))
    answer = sample.browser.upload(content)
    assert answer.status_code == 200
    PhotographDocument.model_validate(answer.json())
    (code,) = answer.json()["codes"]
    assert code["text"] == sample.text("S02")
    assert code["verdict"] == sample.browser.verify(sample.text("S02"))
    assert len(code["corners"]) == 4


def test_each_symbol_of_a_photograph_gets_its_own_verdict(sample: Sample) -> None:
    texts = (sample.text("S02"), sample.text("S10"), "HTTPS://PAY.EXAMPLE/123")
    codes = sample.browser.upload(saved(picture_of(*texts))).json()["codes"]
    found = {code["text"]: code["verdict"]["outcome"] for code in codes}
    assert found == dict(zip(texts, ("valid", "not_in_force", "not_a_license"), strict=True))


def test_the_place_of_a_photograph_counts(sample: Sample) -> None:
    answer = sample.browser.upload(saved(picture_of(sample.text("S02"))), near="39.0, 116.0")
    assert answer.json()["codes"][0]["verdict"]["checked"]["place"] == "failed"


def test_a_photograph_without_a_symbol_is_no_error(sample: Sample) -> None:
    answer = sample.browser.upload(saved(Image.new("L", (300, 300), 255)))
    assert (answer.status_code, answer.json()) == (200, NOTHING)


@pytest.mark.parametrize("near", ["here", "39.9", "39.9;116.4", "91,0", "nan,0", "39,116,7"])
def test_a_malformed_place_is_refused(sample: Sample, near: str) -> None:
    answer = sample.browser.upload(saved(Image.new("L", (30, 30))), near=near)
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
            saved(Image.effect_noise((400, 400), 90), "PNG")[:900],
            422,
            "photograph-refused",
        ),
        ("cut JPEG", saved(Image.effect_noise((400, 400), 90), "JPEG")[:900], 422, None),
        ("huge", png_that_claims(60_000, 60_000), 413, "photograph-too-large"),
        ("wide", line(65_536, 100), 413, "photograph-too-large"),
        ("high", line(100, 65_536), 413, "photograph-too-large"),
        ("longer than any side", line(20_001, 1), 413, "photograph-too-large"),
        ("many scans", jpeg_of_scans(400), 422, "photograph-refused"),
        ("header alone", b"\x89PNG\r\n\x1a\n", 422, "photograph-refused"),
        (
            "animated",
            saved(
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


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_format_is_read(sample: Sample, format: str) -> None:
    codes = sample.browser.upload(saved(picture_of(sample.text("S02")), format)).json()["codes"]
    assert [code["text"] for code in codes] == [sample.text("S02")]


def test_codes_come_from_top_to_bottom_of_the_upright_photograph(sample: Sample) -> None:
    texts = [f"HTTPS://A.EXAMPLE/{number}" for number in range(4)]
    lying = picture_of(*texts).transpose(Image.Transpose.ROTATE_270)
    codes = sample.browser.upload(saved(lying)).json()["codes"]
    assert [code["text"] for code in codes] == texts
    exif = Image.Exif()
    exif[ORIENTATION] = 3  # upside down
    codes = sample.browser.upload(saved(lying, "JPEG", quality=95, exif=exif)).json()["codes"]
    assert [code["text"] for code in codes] == texts[::-1]


def wall_of(symbols: int) -> Image.Image:
    """So many symbols in rows of ten."""
    texts = [f"HTTPS://A.EXAMPLE/L/{number}" for number in range(10, 10 + symbols)]
    rows = [picture_of(*texts[at : at + 10], scale=3) for at in range(0, symbols, 10)]
    page = Image.new("L", (max(r.width for r in rows), sum(r.height for r in rows)), 255)
    for number, row in enumerate(rows):
        page.paste(row, (0, number * row.height))
    return page


@pytest.mark.parametrize(("symbols", "left_out"), [(16, 0), (17, 1), (30, 14)])
def test_a_picture_made_of_symbols_is_cut_off_and_says_so(
    sample: Sample, symbols: int, left_out: int
) -> None:
    answer = sample.browser.upload(saved(wall_of(symbols))).json()
    PhotographDocument.model_validate(answer)
    assert (len(answer["codes"]), answer["left_out"]) == (MAX_SYMBOLS, left_out)
    assert len({code["text"] for code in answer["codes"]}) == MAX_SYMBOLS


def smeared(text: str) -> Image.Image:
    """A symbol whose finder patterns are whole, and little else."""
    symbol = picture_of(text, scale=8)
    width, height = symbol.size
    symbol.paste(255, (width // 4, height // 3, width * 3 // 4, height * 2 // 3))
    return symbol


def test_a_symbol_that_is_located_and_not_read_is_told_with_its_place(sample: Sample) -> None:
    good, bad = picture_of(sample.text("S02")), smeared(sample.text("S10"))
    page = Image.new("L", (good.width + bad.width, max(good.height, bad.height)), 255)
    page.paste(good, (0, 0))
    page.paste(bad, (good.width, 0))
    answer = sample.browser.upload(saved(page)).json()
    PhotographDocument.model_validate(answer)
    assert [code["text"] for code in answer["codes"]] == [sample.text("S02")]
    (corners,) = answer["unread"]
    assert all(good.width <= x <= page.width and 0 <= y <= bad.height for x, y in corners)
    assert answer["left_out"] == 0


def crowd(reader: PhotographReader, content: bytes, *, size: int) -> list[object]:
    """Send so many photographs at once."""

    async def send() -> list[object]:
        reads = [reader.read(content) for _ in range(size)]
        return await asyncio.gather(*reads, return_exceptions=True)

    return asyncio.run(send())


@pytest.fixture
def one_worker() -> Iterator[PhotographReader]:
    reader = PhotographReader(ReadingTerms(readers=READERS), workers=1, queue=1)
    yield reader
    reader.close()


def test_more_photographs_than_there_is_room_for_are_sent_away(
    one_worker: PhotographReader,
) -> None:
    outcomes = crowd(one_worker, saved(Image.new("L", (800, 800), 255)), size=5)
    assert outcomes.count(ReadPhotograph()) == 2
    assert sum(isinstance(outcome, PhotographQueueError) for outcome in outcomes) == 3


def test_a_place_is_free_again_when_its_photograph_was_read_or_refused(
    one_worker: PhotographReader,
) -> None:
    async def one_after_the_other() -> None:
        for _ in range(3):
            assert await one_worker.read(saved(Image.new("L", (80, 80)))) == ReadPhotograph()
            with pytest.raises(NotAPhotographError):
                await one_worker.read(b"no picture")

    asyncio.run(one_after_the_other())


def test_the_service_reads_without_the_scanners_other_libraries() -> None:
    """Neither here nor in its processes: the extra `service` does not install them."""
    program = """
import asyncio, io
from PIL import Image
from verify_service.settings import load_settings
from verify_service.verification.photographs import PhotographReader, ReadPhotograph, terms_of
blank = io.BytesIO()
Image.new("L", (300, 300), 255).save(blank, "PNG")
reader = PhotographReader(terms_of(load_settings()), workers=1, queue=0)
assert asyncio.run(reader.read(blank.getvalue())) == ReadPhotograph()
reader.close()
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPROFILEIMPORTTIME": "1"},
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    imported = {line.rsplit("|", 1)[1].strip() for line in ended.stderr.splitlines() if "|" in line}
    assert {"PIL.Image", "zxingcpp", "mobile_scanner.pictures.worker"} <= imported
    assert imported & {"numpy", "cv2", "pyzbar", "mobile_scanner.cli"} == set()


def test_a_closed_reader_reads_nothing_and_starts_no_process(one_worker: PhotographReader) -> None:
    one_worker.close()
    (outcome,) = crowd(one_worker, saved(Image.new("L", (80, 80))), size=1)
    assert isinstance(outcome, PhotographReaderDiedError)


def test_every_refusal_of_the_reader_has_its_words_here() -> None:
    def below(kind: type[PictureRefusedError]) -> set[type[PictureRefusedError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    said = {
        type(error)
        for error in (
            NotAPictureError(source="a"),
            PictureAnimatedError(source="a", format="GIF"),
            PictureDamagedError(source="a", format="PNG"),
            PictureEmptyError(source="a"),
            PictureFormatUnsupportedError(source="a", format="HEIC"),
            PictureReaderDiedError(source="a", cause="SIGSEGV"),
            PictureSideTooLongError(source="a", size=(70_000, 2), limit=20_000),
            PictureTooHeavyError(source="a", mebibytes=1024),
            PictureTooLargeError(source="a", size=(9, 9), limit=80),
            PictureTooLargeError(source="a", size=None, limit=80),
            PictureTooManyScansError(source="a", limit=100),
            PictureTooSlowError(source="a", seconds=8.0),
        )
        if all(refusal_of(error).message().values())
    }
    bases = {PictureRefusedError, PictureUnfinishedError}
    of_documents = {PictureLockedError, PictureTooManyPagesError}
    assert below(PictureRefusedError) - said - bases == {PictureFileTooLargeError, *of_documents}
    # A form may hold no more bytes than a picture may have, and documents are no photographs.
    settings = load_settings()
    assert terms_of(settings).limits.file_bytes == settings.photograph_bytes
    assert terms_of(settings).max_pages == 0


def test_a_photograph_leaves_no_file_behind(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    large = saved(Image.effect_noise((1600, 1200), 90))
    assert len(large) > 1 << 20
    assert sample.browser.upload(large).json() == NOTHING
    assert list(tmp_path.iterdir()) == []


def test_the_form_of_the_home_page_shows_the_verdict(sample: Sample) -> None:
    page = _send(sample.browser, saved(picture_of(sample.text("S02"))))
    assert 'class="verdict valid"' in page
    assert sample.license("S02").business.name in page


def test_the_form_shows_several_verdicts_on_one_page(sample: Sample) -> None:
    page = _send(sample.browser, saved(picture_of(sample.text("S02"), "HTTPS://PAY.EXAMPLE/1")))
    assert 'class="verdict valid"' in page
    assert 'class="verdict not_a_license"' in page


def test_the_page_tells_what_was_not_read_beside_a_verdict(sample: Sample) -> None:
    good, bad = picture_of(sample.text("S02")), smeared(sample.text("S10"))
    page = Image.new("L", (good.width + bad.width, max(good.height, bad.height)), 255)
    page.paste(good, (0, 0))
    page.paste(bad, (good.width, 0))
    shown = _send(sample.browser, saved(page))
    assert 'class="verdict valid"' in shown
    assert "另有 1 处像二维码而未能识读" in shown
    assert "未核验" not in shown


def test_the_page_tells_how_many_symbols_were_not_verified(sample: Sample) -> None:
    shown = _send(sample.browser, saved(wall_of(19)))
    assert "二维码太多，另有 3 个未核验" in shown
    assert "照片中读到 16 个二维码" in shown


def test_the_page_tells_of_a_symbol_that_was_located_where_none_was_read(sample: Sample) -> None:
    shown = _send(sample.browser, saved(smeared(sample.text("S10"))))
    assert "没有读到二维码" in shown
    assert "另有 1 处像二维码而未能识读" in shown


def form(content: bytes, *, boundary: str = "b") -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="photograph"; filename="a.png"'
    return f"{head}\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()


CHARSETS = (
    *("undefined", "idna", "punycode", "rot13", "hex", "utf-16", "unicode_escape"),
    *("utf-8", '"utf-8"', "", "x" * 9000, "nothing\\", "a\0b", "\xff"),
)
BOUNDARIES = (
    *("", "; boundary=", '; boundary=""', '; boundary="b', "; boundary=" + "b" * 71),
    *("; boundary=é", "; boundary=a@b", "; boundary=b; boundary=c d e "),
)


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", ["/api/v1/verify", "/verify"])
def test_the_charset_of_a_form_is_not_looked_at(sample: Sample, path: str, charset: str) -> None:
    kind = b"multipart/form-data; charset=" + charset.encode("latin-1") + b"; boundary=b"
    answer = sample.browser.post(
        path, content=form(saved(Image.new("L", (90, 90)))), headers={b"content-type": kind}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_form_whose_boundary_is_none_is_refused(sample: Sample, boundary: str) -> None:
    kind = f"multipart/form-data{boundary}".encode("latin-1")
    answer = sample.browser.post(
        "/api/v1/verify", content=form(b"x"), headers={b"content-type": kind}
    )
    assert (answer.status_code, code_of(answer)) == (400, "malformed-request")


def test_a_boundary_of_every_character_that_it_may_have_is_one(sample: Sample) -> None:
    boundary = "09azAZ'()+_,-./:=? x"
    answer = sample.browser.post(
        "/api/v1/verify",
        content=form(saved(Image.new("L", (90, 90))), boundary=boundary),
        headers={"content-type": f'multipart/form-data; boundary="{boundary}"'},
    )
    assert (answer.status_code, answer.json()) == (200, NOTHING)


def test_the_form_says_how_to_take_a_better_photograph(sample: Sample) -> None:
    assert "没有读到二维码" in _send(sample.browser, saved(Image.new("L", (300, 300), 255)))


def _send(browser: Browser, content: bytes) -> str:
    answer = browser.post(
        "/verify",
        files={"photograph": ("photo.jpg", content, "image/jpeg")},
        data={"lang": "zh"},
        headers={"accept": "text/html"},
    )
    assert answer.status_code == 200
    return answer.text
