"""Symbols are read by one reader after the other, and no text is believed for being read."""

import io
import subprocess
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from math import dist
from pathlib import Path
from time import sleep

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mobile_scanner.pictures.decoder import READERS, Reading, read_symbols
from mobile_scanner.pictures.errors import ReaderUnavailableError
from mobile_scanner.pictures.picture import Picture
from mobile_scanner.pictures.symbols import Corners, ReadSymbol, Search, SymbolReader, UnreadSymbol

Levels = npt.NDArray[np.uint8]

TEXT = "HTTPS://LICENSE.EXAMPLE.CN/L/" + "0123456789" * 30
OTHER_TEXT = "HTTPS://LICENSE.EXAMPLE.CN/L/" + "9876543210" * 30
MODULE = 8

needs_zbar = pytest.mark.skipif(
    find_library("zbar") is None,
    reason="NOT TESTED: the system's library zbar is missing (Debian: apt-get install libzbar0)",
)
each_reader = pytest.mark.parametrize(
    "reader",
    [
        pytest.param(reader, id=reader.name, marks=needs_zbar if reader.name == "pyzbar" else ())
        for reader in READERS
        if reader.name != "soft"  # it reads what others have located
    ],
)
ALL_READERS = ["zxing-cpp", "soft", "views", "finders", "pyzbar"]


def symbol(content: str | bytes = TEXT, *, border: int = 4, micro: bool = False) -> Levels:
    """The symbol alone, `MODULE` pixels a module, within its quiet zone."""
    made = segno.make(content, error=None if micro else "M", micro=micro, boost_error=False)
    file = io.BytesIO()
    made.save(file, kind="png", scale=MODULE, border=border)
    return np.array(Image.open(file).convert("L"))


def sheet(*placed: tuple[Levels, int, int], size: tuple[int, int] = (1000, 1000)) -> Levels:
    """White, with each drawing's upper left corner at (x, y)."""
    levels = np.full((size[1], size[0]), 255, dtype=np.uint8)
    for drawing, x, y in placed:
        levels[y : y + drawing.shape[0], x : x + drawing.shape[1]] = drawing
    return levels


def picture(levels: Levels) -> Picture:
    height, width = levels.shape
    return Picture(name="drawn", width=width, height=height, pixels=levels.tobytes())


def faint(levels: Levels, *, contrast: int) -> Levels:
    """Levels between 100 and 100 + contrast: a symbol behind a dirty window at night."""
    return (100 + levels.astype(np.uint16) * contrast // 255).astype(np.uint8)


def read_by(reader: SymbolReader, levels: Levels) -> Reading:
    (reading,) = read_symbols(picture(levels), readers=[reader])
    assert reading.unavailable is None
    return reading


def square(x: int, y: int, side: int) -> Corners:
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def farthest(found: Corners, expected: npt.ArrayLike) -> float:
    return max(dist(a, b) for a, b in zip(found, np.asarray(expected), strict=True))


@each_reader
def test_a_symbol_gives_its_text_and_its_four_corners(reader: SymbolReader) -> None:
    drawn = symbol()
    (found,) = read_by(reader, sheet((drawn, 200, 300))).symbols
    assert (found.text, found.exact, found.reader) == (TEXT, True, reader.name)
    edge = 4 * MODULE
    side = drawn.shape[0] - 2 * edge
    assert farthest(found.corners, square(200 + edge, 300 + edge, side)) <= 3


@each_reader
@pytest.mark.parametrize("degrees", [*range(0, 360, 90), 20, 110, 200, 290, 335])
def test_the_first_corner_is_the_symbols_own_upper_left_however_it_is_turned(
    reader: SymbolReader, degrees: int
) -> None:
    drawn = symbol("HTTPS://LICENSE.EXAMPLE.CN/L/12345678901234567890")
    side = drawn.shape[0] - 8 * MODULE
    turn = cv2.getRotationMatrix2D((500.0, 500.0), -degrees, 1.0)  # clockwise
    upright = sheet((drawn, 500 - drawn.shape[0] // 2, 500 - drawn.shape[0] // 2))
    levels = cv2.warpAffine(upright, turn, (1000, 1000), borderValue=255.0)
    (found,) = read_by(reader, np.asarray(levels, dtype=np.uint8)).symbols
    corners = np.array(square(500 - side // 2, 500 - side // 2, side))
    expected = corners @ turn[:, :2].T + turn[:, 2]
    assert farthest(found.corners, expected) <= 1.5 * MODULE


def test_the_clean_path_reads_a_symbol_in_a_mirror_and_a_light_one_on_dark() -> None:
    levels = sheet((symbol(), 200, 200))
    for seen in (levels[:, ::-1], 255 - levels):
        first = next(read_symbols(picture(np.ascontiguousarray(seen))))
        assert [found.text for found in first.symbols] == [TEXT]


@each_reader
def test_all_symbols_in_a_picture_are_given(reader: SymbolReader) -> None:
    levels = sheet((symbol(), 50, 50), (symbol(OTHER_TEXT), 900, 700), size=(1600, 1400))
    found = {one.text: one.corners[0] for one in read_by(reader, levels).symbols}
    assert found.keys() == {TEXT, OTHER_TEXT}
    assert dist(found[TEXT], (82, 82)) < MODULE > dist(found[OTHER_TEXT], (932, 732))


def test_the_same_text_at_two_places_is_two_symbols() -> None:
    levels = sheet((symbol(), 50, 50), (symbol(), 900, 700), size=(1600, 1400))
    first = next(read_symbols(picture(levels)))
    assert [found.text for found in first.symbols] == [TEXT, TEXT]


@needs_zbar
def test_what_one_reader_has_given_the_next_do_not_give_again() -> None:
    levels = sheet((symbol(), 50, 50), (symbol(), 900, 700), size=(1600, 1400))
    given = {reading.reader: len(reading.symbols) for reading in read_symbols(picture(levels))}
    assert given == {"zxing-cpp": 2, "soft": 0, "views": 0, "finders": 0, "pyzbar": 0}


@needs_zbar
def test_the_readers_come_in_the_order_of_their_cost() -> None:
    readings = read_symbols(picture(sheet()))
    assert [reading.reader for reading in readings] == ALL_READERS


def read_on(levels: Levels) -> list[tuple[str, str]]:
    """Who has read what, all readers asked."""
    return [
        (found.reader, found.text)
        for reading in read_symbols(picture(levels), patience=60)
        for found in reading.symbols
    ]


def test_going_on_asks_the_next_reader_and_it_reads_what_the_first_did_not() -> None:
    levels = sheet((faint(symbol(), contrast=12), 0, 0), size=(552, 552))
    assert read_on(levels)[0] == ("views", TEXT)


def test_a_located_symbol_that_is_half_covered_is_read_softly() -> None:
    drawn = symbol()
    drawn[170:370, 190:420] = 255
    assert read_on(sheet((drawn, 100, 100)))[0] == ("soft", TEXT)


def test_a_symbol_that_no_library_locates_is_found_by_its_finder_patterns() -> None:
    drawn = symbol(TEXT[:90])
    for at in range(40, 170, 14):  # hairs across all of it, finder patterns too
        cv2.line(drawn, (at, 0), (at + 160, drawn.shape[0]), 0, 3)
    levels = sheet((drawn, 100, 100))
    read = read_on(levels)
    assert read[0] == ("finders", TEXT[:90]), read


def test_of_many_symbols_all_are_given() -> None:
    drawn = [symbol(f"HTTPS://EXAMPLE.CN/{number}", border=2) for number in range(30)]
    placed = [(one, 240 * (i % 6), 240 * (i // 6)) for i, one in enumerate(drawn)]
    first = next(read_symbols(picture(sheet(*placed, size=(1500, 1250)))))
    assert len({found.text for found in first.symbols}) == 30


def test_no_further_reader_is_asked_when_patience_is_over() -> None:
    asked = []

    def slow(search: Search) -> Iterator[ReadSymbol | UnreadSymbol]:
        asked.append(search.is_over)
        sleep(0.05)
        asked.append(search.is_over)
        yield from ()

    one, two = (SymbolReader(name=name, read=slow) for name in ("one", "two"))
    readings = list(read_symbols(picture(sheet()), readers=[one, two], patience=0.02))
    assert [reading.reader for reading in readings] == ["one"]
    assert asked == [False, True]


def test_a_text_that_differs_is_given_although_its_place_was_read() -> None:
    """The one read first may be the wrong one: only its signature can tell."""
    place = square(10, 10, 200)

    def says(text: str, name: str) -> SymbolReader:
        def read(_: Search) -> Iterator[ReadSymbol | UnreadSymbol]:
            yield ReadSymbol(text=text, exact=True, corners=place, reader=name)

        return SymbolReader(name=name, read=read)

    readings = read_symbols(
        picture(sheet()), readers=[says("A", "one"), says("B", "two"), says("A", "three")]
    )
    assert [[found.text for found in reading.symbols] for reading in readings] == [["A"], ["B"], []]


@each_reader
@pytest.mark.parametrize("content", ["12345", "AB-12", "a code"])
def test_a_micro_qr_is_not_read(reader: SymbolReader, content: str) -> None:
    levels = sheet((symbol(content, micro=True), 100, 100), size=(500, 500))
    assert read_by(reader, levels).symbols == ()


@each_reader
@pytest.mark.parametrize("content", [b"\x80\xff\x01\x02", "北京市朝阳区".encode("gb18030")])
def test_bytes_that_are_not_utf_8_are_told_apart(reader: SymbolReader, content: bytes) -> None:
    (found,) = read_by(reader, sheet((symbol(content), 100, 100))).symbols
    assert found.text
    assert not found.exact


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("食品经营许可证".encode("gb18030"), "食品经营许可证"),
        (b"caf\xe9 noir", "café noir"),
        (bytes(range(128, 256)), bytes(range(128, 256)).decode("latin-1")),
    ],
)
def test_the_first_reader_shows_other_encodings_as_a_guess(content: bytes, text: str) -> None:
    (found,) = next(read_symbols(picture(sheet((symbol(content), 100, 100))))).symbols
    assert (found.text, found.exact) == (text, False)


def test_a_text_in_utf_8_is_exact() -> None:
    (found,) = next(read_symbols(picture(sheet((symbol("营业执照".encode()), 100, 100))))).symbols
    assert (found.text, found.exact) == ("营业执照", True)


def test_symbols_beyond_the_limit_are_counted_and_not_given() -> None:
    drawn = [symbol(f"HTTPS://EXAMPLE.CN/{number}") for number in range(9)]
    levels = sheet(*((one, 320 * (i % 3), 320 * (i // 3)) for i, one in enumerate(drawn)))
    first = next(read_symbols(picture(levels), limit=4))
    assert (len(first.symbols), first.left_out) == (4, 5)
    assert len(next(read_symbols(picture(levels), limit=9)).symbols) == 9


class Wall:
    """Readers that each find so many symbols, and so many that they cannot read."""

    def __init__(self, *finds: tuple[int, int]) -> None:
        self.asked: list[int] = []
        self.readers = [self._reader(at, read, located) for at, (read, located) in enumerate(finds)]

    def _reader(self, at: int, read: int, located: int) -> SymbolReader:
        def find(_: Search) -> Iterator[ReadSymbol | UnreadSymbol]:
            self.asked.append(at)
            for number in range(read):
                place = square(number * 100, 0, 40)
                yield ReadSymbol(text=str(number), exact=True, corners=place, reader=str(at))
            for number in range(located):
                yield UnreadSymbol(corners=square(number * 100, 500, 40))

        return SymbolReader(name=str(at), read=find)


def test_what_one_reader_left_out_no_other_counts_once_more() -> None:
    wall = Wall((9, 0), (9, 0), (9, 0))
    (reading,) = read_symbols(picture(sheet()), readers=wall.readers, limit=4)
    assert (len(reading.symbols), reading.left_out) == (4, 5)
    assert wall.asked == [0]


def test_located_symbols_beyond_the_limit_are_left_out_too() -> None:
    wall = Wall((2, 300), (1, 0))
    (reading,) = read_symbols(picture(sheet()), readers=wall.readers, limit=64)
    assert (len(reading.symbols), len(reading.unread), reading.left_out) == (2, 64, 236)
    within = Wall((64, 64), (1, 0))
    assert [r.left_out for r in read_symbols(picture(sheet()), readers=within.readers)] == [0, 0]


def test_a_symbol_that_is_located_and_not_read_is_told() -> None:
    drawn = symbol()
    drawn[200:400, 100:450] = 255  # far more than level M restores; the finder patterns are whole
    levels = sheet((symbol(OTHER_TEXT), 100, 700), (drawn, 700, 100), size=(1400, 1400))
    first = next(read_symbols(picture(levels)))
    assert [found.text for found in first.symbols] == [OTHER_TEXT]
    (corners,) = first.unread
    assert farthest(corners, square(732, 132, drawn.shape[0] - 8 * MODULE)) <= MODULE


def test_a_symbol_that_an_earlier_reader_has_read_is_not_told_as_unread() -> None:
    place = square(10, 10, 200)
    nearby = square(14, 8, 198)

    def reads(_: Search) -> Iterator[ReadSymbol | UnreadSymbol]:
        yield ReadSymbol(text=TEXT, exact=True, corners=place, reader="one")

    def locates(_: Search) -> Iterator[ReadSymbol | UnreadSymbol]:
        yield UnreadSymbol(corners=nearby)
        yield UnreadSymbol(corners=square(500, 500, 200))

    one, two = SymbolReader(name="one", read=reads), SymbolReader(name="two", read=locates)
    *_, last = read_symbols(picture(sheet()), readers=[one, two])
    assert last.unread == (square(500, 500, 200),)


@each_reader
@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (2, 3), (21, 21)])
def test_a_picture_too_small_for_a_symbol_gives_none(
    reader: SymbolReader, size: tuple[int, int]
) -> None:
    assert read_by(reader, sheet(size=size)).symbols == ()


@each_reader
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), block=st.integers(1, 12))
def test_noise_is_never_a_symbol(reader: SymbolReader, seed: int, block: int) -> None:
    bits = np.random.default_rng(seed).integers(0, 2, (40, 60), dtype=np.uint8) * 255
    levels = np.repeat(np.repeat(bits, block, axis=0), block, axis=1)
    assert read_by(reader, np.ascontiguousarray(levels)).symbols == ()


IN_A_FRESH_PROCESS = """
import sys
from pathlib import Path
{before}
from mobile_scanner.pictures.decoder import read_symbols
from mobile_scanner.pictures.picture import load_picture
for reading in read_symbols(load_picture(Path(sys.argv[1]).read_bytes())):
    print(reading.reader, len(reading.symbols), reading.unavailable and reading.unavailable.en)
    if reading.symbols:
        break
print("loaded", *(name for name in ("numpy", "pyzbar", "cv2") if name in sys.modules))
"""


def run_fresh(tmp_path: Path, levels: Levels, *, before: str = "") -> list[str]:
    path = tmp_path / "seen.png"
    Image.fromarray(levels).save(path)
    done = subprocess.run(
        [sys.executable, "-c", IN_A_FRESH_PROCESS.format(before=before), str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_clean_symbol_is_read_without_numpy_or_a_second_reader(tmp_path: Path) -> None:
    assert run_fresh(tmp_path, sheet((symbol(), 100, 100))) == ["zxing-cpp 1 None", "loaded"]


def test_without_the_systems_zbar_it_is_said(tmp_path: Path) -> None:
    hidden = "import ctypes.util; ctypes.util.find_library = lambda name: None"
    *before, last, loaded = run_fresh(tmp_path, sheet(size=(200, 200)), before=hidden)
    assert before == ["zxing-cpp 0 None", "soft 0 None", "views 0 None", "finders 0 None"]
    assert last.startswith("pyzbar 0 The symbol reader pyzbar is not installed here")
    assert "zbar shared library" in last
    assert "cv2" in loaded


def test_without_opencv_the_others_read_on_and_it_is_said(tmp_path: Path) -> None:
    levels = sheet((faint(symbol(), contrast=12), 0, 0), size=(552, 552))
    hidden = "sys.modules['cv2'] = None"
    first, second, third, fourth, *_ = run_fresh(tmp_path, levels, before=hidden)
    assert (first, second) == ("zxing-cpp 0 None", "soft 0 None")
    for line in (third, fourth):
        assert "is not installed here" in line
        assert "cv2" in line


def test_a_reader_that_is_not_installed_is_a_reading_that_says_so() -> None:
    def missing(_: Search) -> Iterator[ReadSymbol | UnreadSymbol]:
        raise ReaderUnavailableError(reader="absent", cause="no such library")
        yield

    absent = SymbolReader(name="absent", read=missing)
    first, second = read_symbols(picture(sheet((symbol(), 9, 9))), readers=[absent, READERS[0]])
    assert first.symbols == ()
    assert first.unavailable is not None
    assert (first.unavailable.reader, first.unavailable.cause) == ("absent", "no such library")
    assert [found.text for found in second.symbols] == [TEXT]
