"""Sheets in a PDF are scanned page by page; what is no good PDF is refused by name."""

import io
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from mobile_scanner.pictures.errors import (
    PictureDamagedError,
    PictureFileTooLargeError,
    PictureFormatUnsupportedError,
    PictureLockedError,
    PictureTooManyPagesError,
    PictureTooSlowError,
)
from mobile_scanner.pictures.picture import PictureLimits
from mobile_scanner.pictures.process import PictureProcess
from mobile_scanner.pictures.terms import ReadingTerms
from tests.mobile_scanner.district import symbol
from tests.mobile_scanner.films import sheet_with
from tests.mobile_scanner.program import TEXT, scan

TERMS = ReadingTerms(max_pages=10, seconds=120)
OTHER = "wxp://f2f0HkLq7tXv"


def pdf(pages: Sequence[Image.Image]) -> bytes:
    """Pictures as pages of A4."""
    file = io.BytesIO()
    first, *others = pages
    first.save(file, "PDF", resolution=150, save_all=True, append_images=others)
    return file.getvalue()


def texts_of(process: PictureProcess, content: bytes) -> list[set[str]]:
    opened = process.open(content, name="sheets.pdf")
    return [
        {found.text for reading in opened.page(number).readings for found in reading.symbols}
        for number in range(opened.pages)
    ]


def test_each_page_of_a_document_is_read() -> None:
    pages = [sheet_with(symbol(text)) for text in ("one", "two", "three")]
    with PictureProcess(TERMS) as process:
        assert texts_of(process, pdf(pages)) == [{"one"}, {"two"}, {"three"}]
        assert texts_of(process, pdf(pages[:1])) == [{"one"}]


def test_pages_are_named_and_judged_by_the_program(folder: Path) -> None:
    pages = [sheet_with(symbol(TEXT)), Image.new("L", (1240, 1754), 255), sheet_with(symbol(OTHER))]
    (folder / "sheets.pdf").write_bytes(pdf(pages))
    done = scan(folder, "sheets.pdf", "--json")
    assert [found["picture"] for found in done.found] == [
        *("sheets.pdf#page=1", "sheets.pdf#page=2", "sheets.pdf#page=3"),
    ]
    assert done.outcomes == [["valid"], [], ["not_a_license"]]
    assert done.status == 1


def test_a_document_of_one_page_has_the_files_name_and_folders_give_theirs(folder: Path) -> None:
    (folder / "pictures" / "sheet.pdf").write_bytes(pdf([sheet_with(symbol(TEXT))]))
    done = scan(folder, "pictures", "--json")
    assert [found["picture"] for found in done.found] == [
        "pictures/sheet.pdf",
        "pictures/valid.png",
    ]
    assert done.outcomes == [["valid"], ["valid"]]
    assert done.status == 0


def test_what_is_no_good_document_is_refused_by_name() -> None:
    good = pdf([sheet_with(symbol("one"))])
    many = pdf([Image.new("L", (30, 40), 255)] * 11)
    with PictureProcess(TERMS) as process:
        for content in (good[:400], b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", b"%PDF-"):
            with pytest.raises(PictureDamagedError):
                process.open(content, name="bad.pdf")
        with pytest.raises(PictureTooManyPagesError) as refused:
            process.open(many, name="many.pdf")
        assert (refused.value.source, refused.value.pages, refused.value.limit) == (
            "many.pdf",
            11,
            10,
        )
        assert texts_of(process, good) == [{"one"}]
    with (
        PictureProcess(ReadingTerms(seconds=120)) as process,
        pytest.raises(PictureFormatUnsupportedError),
    ):
        process.read(good, name="sheet.pdf")
    small = ReadingTerms(max_pages=10, limits=PictureLimits(file_bytes=1000))
    with PictureProcess(small) as process, pytest.raises(PictureFileTooLargeError):
        process.open(good, name="sheet.pdf")


def test_a_document_that_wants_a_password_says_so() -> None:
    objects = [
        *(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"),
        b"<</Filter/Standard/V 2/R 3/Length 128/P -4/O<%s>/U<%s>>>" % (b"ab" * 32, b"cd" * 32),
    ]
    content = _assembled(objects, more=b"/Encrypt 3 0 R/ID[<0011><0011>]")
    with PictureProcess(TERMS) as process, pytest.raises(PictureLockedError):
        process.open(content, name="locked.pdf")


def test_a_page_as_large_as_a_house_is_drawn_smaller() -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(14_000, 14_000)
    document.new_page(0.5, 14_000)
    file = io.BytesIO()
    document.save(file)
    document.close()
    with PictureProcess(TERMS) as process:
        opened = process.open(file.getvalue(), name="poster.pdf")
        width, height = opened.page(0).size
        assert 11_900_000 < width * height < 12_100_000
        assert max(opened.page(1).size) <= 20_000


def test_a_page_that_costs_the_process_its_life_costs_the_next_ones_nothing() -> None:
    pages = [sheet_with(symbol(text)) for text in ("one", "two")]
    with PictureProcess(TERMS) as process:
        opened = process.open(pdf(pages), name="sheets.pdf")
        assert process._process is not None
        process._process.kill()
        process._process.wait()
        again = opened.page(1)
        assert {found.text for found in next(again.readings).symbols} == {"two"}


def test_a_document_that_takes_too_long_is_stopped() -> None:
    # A form that draws itself eight times, nested fifteen deep.
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects.append(
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</XObject<</F 5 0 R>>>>>>"
    )
    objects.append(_stream(b"/F Do " * 8, b""))
    for number in range(5, 15):
        inner = b"/Resources<</XObject<</F %d 0 R>>>>" % (number + 1)
        objects.append(
            _stream(b"/F Do " * 8, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]" + inner)
        )
    objects.append(
        _stream(b"0 0 600 800 re f " * 50, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]")
    )
    with PictureProcess(ReadingTerms(max_pages=10, seconds=1)) as process:
        opened = process.open(_assembled(objects), name="bomb.pdf")
        with pytest.raises(PictureTooSlowError):
            opened.page(0)
        assert texts_of(process, pdf([sheet_with(symbol("one"))])) == [{"one"}]


def _stream(content: bytes, more: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(content), content)


def _assembled(objects: Sequence[bytes], *, more: bytes = b"") -> bytes:
    out = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R%s>>" % (len(objects) + 1, more)
    return out + trailer + b"\nstartxref\n%d\n%%%%EOF" % start
