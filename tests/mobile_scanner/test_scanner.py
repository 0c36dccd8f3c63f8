"""Readers propose and the signature decides; each code in a picture gets its own verdict."""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from credential.reasons import Outcome
from credential.trusted import TrustedSet
from credential.verdict import Verdict
from credential.verify import verify
from mobile_scanner.exit_status import ExitStatus
from mobile_scanner.findings import Code, Finding, Tally
from mobile_scanner.inspector import form_of
from mobile_scanner.pictures.decoder import Reading, read_symbols
from mobile_scanner.pictures.errors import PictureTooSlowError, ReaderUnavailableError
from mobile_scanner.pictures.picture import Picture, load_picture
from mobile_scanner.pictures.symbols import Corners, ReadSymbol, Search, SymbolReader, UnreadSymbol
from mobile_scanner.scanner import Seen, scan_picture
from mobile_scanner.typed import MAX_LINE_BYTES, read_texts
from tests.mobile_scanner.district import (
    AT,
    LICENSE,
    PENDING,
    ROOT,
    District,
    p256,
    png,
    side_by_side,
    symbol,
)
from tests.photographs import DIM, SHEET_MM, STRAIGHT, TILTED, Shot, photograph

CHAOYANG = District()
SUPERSEDED_AT = 20
PAYMENT = "wxp://f2f0HkLq7tXv"


def trusted() -> TrustedSet:
    held = TrustedSet.start(ROOT, CHAOYANG.trust_list())
    held = held.admit_status_list(CHAOYANG.status_list(), number=0)
    return held.admit_code_list(CHAOYANG.code_list())


TRUSTED = trusted()
TEXT = CHAOYANG.text()
FORGED = TEXT[:-1] + str((int(TEXT[-1]) + 1) % 10)
BLANK = Picture(name="blank", width=1000, height=600, pixels=bytes([255]) * 600_000)
LEFT: Corners = ((100, 100), (300, 100), (300, 300), (100, 300))
RIGHT: Corners = ((600, 100), (800, 100), (800, 300), (600, 300))


def judge(text: str) -> Verdict:
    return verify(text, trusted=TRUSTED, at=AT)


def scan(image: Image.Image | bytes) -> Seen:
    content = image if isinstance(image, bytes) else png(image)
    return scan_picture(read_symbols(load_picture(content)), judge)


def outcomes(seen: Seen) -> list[str]:
    return [code.verdict.outcome.value for code in seen.codes]


class Readers:
    """Readers that find given things, each of which notes that it was asked."""

    def __init__(self, *finds: list[tuple[str | None, Corners]]) -> None:
        self.asked: list[int] = []
        self.readers = [self._reader(at, found) for at, found in enumerate(finds)]

    def scan(self) -> Seen:
        return scan_picture(read_symbols(BLANK, readers=self.readers), judge)

    def _reader(self, at: int, finds: list[tuple[str | None, Corners]]) -> SymbolReader:
        def read(_: Search) -> Iterator[ReadSymbol | UnreadSymbol]:
            self.asked.append(at)
            for text, corners in finds:
                if text is None:
                    yield UnreadSymbol(corners=corners)
                else:
                    yield ReadSymbol(text=text, exact=True, corners=corners, reader=str(at))

        return SymbolReader(name=str(at), read=read)


def test_a_symbol_is_read_and_verified() -> None:
    seen = scan(symbol(TEXT))
    assert outcomes(seen) == ["valid"]
    (code,) = seen.codes
    assert code.text == TEXT
    assert dist(code.corners[0], (16, 16)) <= 2


def test_each_code_in_a_picture_has_its_verdict() -> None:
    other = CHAOYANG.text(PENDING)
    seen = scan(side_by_side(TEXT, PAYMENT, other, FORGED))
    found = {code.text: code.verdict.outcome.value for code in seen.codes}
    assert found == {
        TEXT: "valid",
        PAYMENT: "not_a_license",
        other: "attention",
        FORGED: "rejected",
    }


def test_one_license_hung_twice_is_two_codes() -> None:
    assert outcomes(scan(side_by_side(TEXT, TEXT))) == ["valid", "valid"]


def sheet(text: str) -> Image.Image:
    """An A4 page at 150 dpi with a symbol of 62 mm and nothing else."""
    width, height = (round(side * 150 / 25.4) for side in SHEET_MM)
    page = Image.new("RGB", (width, height), "white")
    side = round(62 * 150 / 25.4)
    page.paste(symbol(text).resize((side, side)), (width // 2, height // 2))
    return page


@pytest.mark.parametrize("shot", [STRAIGHT, TILTED, DIM], ids=["straight", "tilted", "dim"])
@pytest.mark.parametrize("text", [TEXT, FORGED], ids=["genuine", "altered"])
def test_a_photographed_sheet_gives_what_its_text_gives(shot: Shot, text: str) -> None:
    seen = scan(photograph(sheet(text), shot=replace(shot, size=(1080, 1440))))
    assert outcomes(seen) == [judge(text).outcome.value]


def test_a_picture_without_a_code_gives_none() -> None:
    seen = scan(Image.new("L", (300, 200), 200))
    assert (seen.codes, seen.unread, seen.left_out) == ((), (), 0)


def test_a_candidate_that_verifies_ends_the_search() -> None:
    readers = Readers([(TEXT, LEFT)], [(FORGED, LEFT)])
    assert outcomes(readers.scan()) == ["valid"]
    assert readers.asked == [0]


def test_a_misreading_is_replaced_by_the_reading_that_verifies() -> None:
    readers = Readers([(FORGED, LEFT)], [(TEXT, LEFT)], [(PAYMENT, LEFT)])
    seen = readers.scan()
    assert [code.text for code in seen.codes] == [TEXT]
    assert readers.asked == [0, 1]


def test_what_nobody_reads_better_stays_as_it_was_read_first() -> None:
    readers = Readers([(FORGED, LEFT)], [(PAYMENT, LEFT)], [])
    seen = readers.scan()
    assert [(code.text, code.verdict.outcome) for code in seen.codes] == [
        (FORGED, Outcome.REJECTED)
    ]
    assert readers.asked == [0, 1, 2]


@pytest.mark.parametrize("misread", [FORGED, PAYMENT])
def test_a_verified_place_is_not_taken_by_a_later_misreading(misread: str) -> None:
    readers = Readers([(TEXT, LEFT), (None, RIGHT)], [(misread, LEFT), (PAYMENT, RIGHT)], [])
    assert {code.text for code in readers.scan().codes} == {TEXT, PAYMENT}


def test_a_second_license_in_a_place_stands_beside_the_first() -> None:
    other = CHAOYANG.text(PENDING)
    readers = Readers([(TEXT, LEFT), (None, RIGHT)], [(other, LEFT), (TEXT, RIGHT)], [])
    seen = readers.scan()
    assert [code.text for code in seen.codes] == [TEXT, other, TEXT]


@pytest.mark.parametrize("first", [True, False])
def test_a_forgery_that_one_reader_sees_in_a_licenses_place_is_no_misreading(first: bool) -> None:
    """One reader reads a symbol once: there are two, one in the other."""
    texts = [FORGED, TEXT] if first else [TEXT, FORGED]
    seen = Readers([(text, LEFT) for text in texts], []).scan()
    assert [code.text for code in seen.codes] == texts


@pytest.mark.parametrize("first", [True, False])
def test_another_code_in_a_licenses_place_is_not_told(first: bool) -> None:
    texts = [PAYMENT, TEXT] if first else [TEXT, PAYMENT]
    seen = Readers([(text, LEFT) for text in texts], []).scan()
    assert [code.text for code in seen.codes] == [TEXT]


def pasted(inner: str) -> Image.Image:
    """A valid license's symbol, large, and another in its very center, small."""
    outer, small = symbol(TEXT), symbol(inner, scale=1, border=2)
    at = ((outer.width - small.width) // 2, (outer.height - small.height) // 2)
    outer.paste(small, at)
    return outer


def test_a_superseded_license_pasted_into_a_valid_one_counts_too() -> None:
    superseded = CHAOYANG.text(LICENSE._replace(status_index=SUPERSEDED_AT))
    held = TrustedSet.start(ROOT, CHAOYANG.trust_list())
    held = held.admit_status_list(CHAOYANG.status_list({SUPERSEDED_AT: 1}), number=0)
    held = held.admit_code_list(CHAOYANG.code_list())
    image = load_picture(png(pasted(superseded)))
    seen = scan_picture(read_symbols(image), lambda text: verify(text, trusted=held, at=AT))
    assert sorted(outcomes(seen)) == ["not_in_force", "valid"]
    tally = Tally()
    codes = (
        Code(text=code.text, corners=code.corners, verdict=form_of(code.verdict))
        for code in seen.codes
    )
    tally.add(Finding(picture="shop.jpg", codes=tuple(codes)))
    assert tally.status() is ExitStatus.OTHER


def test_a_license_of_a_compromised_key_in_the_place_of_a_valid_one_counts_too() -> None:
    stolen = District(key=p256(1003))
    old = stolen.issuer(compromised=2)
    issuer = old._replace(keys=(*old.keys, *CHAOYANG.issuer().keys))
    held = TrustedSet.start(ROOT, CHAOYANG.trust_list(issuers=(issuer,)))
    held = held.admit_status_list(CHAOYANG.status_list(), number=0)
    held = held.admit_code_list(CHAOYANG.code_list())
    readers = Readers([(TEXT, LEFT), (None, RIGHT)], [(stolen.text(), LEFT)], [])
    readings = read_symbols(BLANK, readers=readers.readers)
    seen = scan_picture(readings, lambda text: verify(text, trusted=held, at=AT))
    assert outcomes(seen) == ["valid", "rejected"]


def test_a_symbol_that_was_located_and_not_read_is_looked_for_on() -> None:
    readers = Readers([(TEXT, LEFT), (None, RIGHT)], [(CHAOYANG.text(PENDING), RIGHT)], [])
    seen = readers.scan()
    assert outcomes(seen) == ["valid", "attention"]
    assert seen.unread == ()
    assert readers.asked == [0, 1]


def test_a_symbol_that_nobody_reads_is_told_once() -> None:
    near_right: Corners = ((605, 102), (803, 101), (801, 304), (602, 299))
    seen = Readers([(TEXT, LEFT), (None, RIGHT)], [(None, near_right)], []).scan()
    assert outcomes(seen) == ["valid"]
    assert seen.unread == (RIGHT,)


def test_a_reader_that_is_missing_is_named_and_the_next_is_asked() -> None:
    def read(_: Search) -> Iterator[ReadSymbol | UnreadSymbol]:
        raise ReaderUnavailableError(reader="first", cause="not installed")

    readers = Readers([(TEXT, LEFT)])
    first = SymbolReader(name="first", read=read)
    seen = scan_picture(read_symbols(BLANK, readers=[first, *readers.readers]), judge)
    assert outcomes(seen) == ["valid"]
    assert [error.reader for error in seen.unavailable] == ["first"]


def test_what_was_found_before_the_time_was_over_stands() -> None:
    def readings() -> Iterator[Reading]:
        yield from islice(read_symbols(BLANK, readers=readers.readers), 1)
        raise PictureTooSlowError(source="shop.jpg", seconds=10)

    readers = Readers([(TEXT, LEFT), (None, RIGHT)])
    seen = scan_picture(readings(), judge)
    assert outcomes(seen) == ["valid"]
    assert seen.unread == (RIGHT,)
    assert isinstance(seen.stopped, PictureTooSlowError)


def test_a_search_that_came_to_its_end_was_not_stopped() -> None:
    assert Readers([(TEXT, LEFT)]).scan().stopped is None


def test_a_valid_code_in_a_picture_whose_search_was_stopped_is_not_all_valid() -> None:
    code = Code(text=TEXT, corners=LEFT, verdict=form_of(judge(TEXT)))
    stopped = PictureTooSlowError(source="shop.jpg", seconds=10)
    tally = Tally()
    tally.add(Finding(picture="shop.jpg", codes=(code,)))
    assert tally.status() is ExitStatus.VALID
    found = Finding(picture="shop.jpg", codes=(code,), error=stopped)
    tally.add(found)
    assert tally.status() is ExitStatus.OTHER
    assert found.as_dict()["error"] == {
        "code": "picture-too-slow",
        "message": {"zh": stopped.zh, "en": stopped.en},
    }


class Slices(io.BytesIO):
    """A stream that gives its bytes in pieces of given sizes, as a terminal or a pipe does."""

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        super().__init__(content)
        self._sizes = iter(sizes)

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(next(self._sizes, 1 << 16))


LINES = st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=20))
ENDS = st.sampled_from(["\n", "\r", "\r\n", "\n\n", "\r\r\n"])


@given(lines=LINES, end=ENDS, sizes=st.lists(st.integers(1, 7)), last=st.booleans())
def test_typed_lines_come_whole_however_they_arrive(
    lines: list[str], end: str, sizes: list[int], last: bool
) -> None:
    content = end.join(lines) + (end if last else "")
    given_texts = list(read_texts(Slices(content.encode(), sizes)))
    without_mark = content.removeprefix("\N{BYTE ORDER MARK}")
    expected = without_mark.replace("\r", "\n").split("\n")
    assert given_texts == [line for line in expected if line.strip()]


def test_a_line_is_given_before_the_next_one_is_read() -> None:
    class Endless(Slices):
        def read1(self, size: int | None = -1, /) -> bytes:
            content = super().read1(size)
            assert content, "more was asked for than one line needs"
            return content

    assert next(read_texts(Endless(b"one\rtwo", [4]))) == "one"


def test_bytes_that_are_no_text_and_lines_without_end_are_survived() -> None:
    assert list(read_texts(io.BytesIO(b"\xff\xfe\x00\n"))) == ["��\0"]
    (text,) = read_texts(io.BytesIO(b"7" * 10_000_000))
    assert text == "7" * MAX_LINE_BYTES
    assert judge(text).outcome is Outcome.NOT_A_LICENSE


def test_a_license_on_a_hand_scanners_line_verifies() -> None:
    (text,) = read_texts(io.BytesIO(f"{CHAOYANG.text(LICENSE)}\r".encode()))
    assert judge(text).outcome is Outcome.VALID
