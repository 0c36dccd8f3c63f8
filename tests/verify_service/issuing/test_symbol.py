"""A symbol reads back as exactly its text, in every form that it leaves in."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from verify_service.issuing.outline import trace
from verify_service.issuing.symbol import (
    ALPHABET,
    LARGEST_VERSION,
    QUIET_ZONE,
    EmptyText,
    Symbol,
    SymbolMismatch,
    TextTooLong,
    UnencodableText,
    make_symbol,
    read_back,
    to_png,
    to_svg,
)

PREFIX = "HTTPS://YZ.CHAOYANG.EXAMPLE/L/"
DIGITS = "0314159265358979323846264338327950288419716939937510" * 9
SVG = "{http://www.w3.org/2000/svg}"

few_examples = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def symbol() -> Symbol:
    return make_symbol(PREFIX + DIGITS)


def read(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def flip(symbol: Symbol, *modules: tuple[int, int]) -> Symbol:
    rows = [bytearray(row) for row in symbol.matrix]
    for x, y in modules:
        rows[y][x] ^= 1
    return replace(symbol, matrix=tuple(bytes(row) for row in rows))


# ---- encoding -------------------------------------------------------------------------------


@few_examples
@given(st.text("0123456789", min_size=1, max_size=900))
def test_any_digits_after_the_prefix_read_back(digits: str) -> None:
    symbol = make_symbol(PREFIX + digits)
    read_back(symbol)
    assert symbol.text == PREFIX + digits


@few_examples
@given(st.text(sorted(ALPHABET), min_size=1, max_size=200))
def test_any_text_in_the_alphanumeric_set_reads_back(text: str) -> None:
    read_back(make_symbol(text))


@pytest.mark.parametrize("text", ["7", "0123456789", "A", "A1", "A123456789", "A1234567890"])
def test_short_texts_read_back_however_they_are_cut_into_segments(text: str) -> None:
    read_back(make_symbol(text))


def test_digits_are_numeric_and_not_alphanumeric() -> None:
    # 30 characters and 480 digits are 225 bytes, between 10-M and 11-M (216 and 254); in
    # alphanumeric mode alone the 510 characters would need 14-M.
    symbol = make_symbol(PREFIX + "0" * 480)
    assert (symbol.version, symbol.error) == (11, "M")


def test_the_error_level_rises_where_the_size_allows_it() -> None:
    symbol = make_symbol(PREFIX, error="L")  # version 2 holds 47 characters at L, 38 at M
    assert (symbol.version, symbol.error) == (2, "M")


def test_the_level_asked_for_is_the_least() -> None:
    assert make_symbol(PREFIX + DIGITS, error="H").error == "H"


def test_the_same_text_gives_the_same_symbol(symbol: Symbol) -> None:
    assert make_symbol(PREFIX + DIGITS) == symbol


def test_the_matrix_is_square_and_as_large_as_its_version_says(symbol: Symbol) -> None:
    assert symbol.side == 17 + 4 * symbol.version
    assert {len(row) for row in symbol.matrix} == {symbol.side}
    assert set(b"".join(symbol.matrix)) == {0, 1}


# ---- refusals -------------------------------------------------------------------------------


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(EmptyText):
        make_symbol("")


def test_characters_outside_the_set_are_refused_and_named() -> None:
    with pytest.raises(UnencodableText) as refusal:
        make_symbol("HTTPS://yz/L/1#")
    assert refusal.value.characters == "#yz"


def test_digits_of_other_scripts_are_refused() -> None:
    with pytest.raises(UnencodableText):
        make_symbol(PREFIX + "\N{FULLWIDTH DIGIT ONE}" * 20)


@pytest.mark.parametrize("length", [2_400, 9_000])
def test_a_text_too_long_for_a_readable_symbol_is_refused(length: int) -> None:
    with pytest.raises(TextTooLong) as refusal:
        make_symbol("1" * length)
    assert refusal.value.length == length


def test_the_longest_text_that_is_accepted_reads_back() -> None:
    symbol = make_symbol("1" * 2_395)  # capacity of 25-M (ISO/IEC 18004, table 7)
    assert symbol.version == LARGEST_VERSION
    read_back(symbol)


# ---- reading back ---------------------------------------------------------------------------


def test_a_symbol_of_another_text_is_a_mismatch(symbol: Symbol) -> None:
    other = make_symbol(PREFIX + DIGITS[::-1])
    with pytest.raises(SymbolMismatch) as mismatch:
        read_back(replace(symbol, matrix=other.matrix))
    assert mismatch.value.expected == symbol.text
    assert mismatch.value.got == (other.text,)


def test_one_wrong_module_is_a_mismatch_though_it_could_be_corrected(symbol: Symbol) -> None:
    with pytest.raises(SymbolMismatch) as mismatch:
        read_back(flip(symbol, (symbol.side - 1, symbol.side - 1)))
    assert mismatch.value.got == (symbol.text,)
    assert mismatch.value.corrected == 1


def test_an_unreadable_symbol_is_a_mismatch(symbol: Symbol) -> None:
    hole = [(x, y) for x in range(12, 40) for y in range(12, 40)]
    with pytest.raises(SymbolMismatch) as mismatch:
        read_back(flip(symbol, *hole))
    assert mismatch.value.got == ()


def test_a_blank_symbol_is_a_mismatch(symbol: Symbol) -> None:
    blank = tuple(bytes(symbol.side) for _ in range(symbol.side))
    with pytest.raises(SymbolMismatch):
        read_back(replace(symbol, matrix=blank))


# ---- pictures -------------------------------------------------------------------------------


def test_the_png_has_one_bit_a_pixel_and_decodes(symbol: Symbol) -> None:
    with Image.open(io.BytesIO(to_png(symbol, scale=4))) as picture:
        assert picture.mode == "1"
        assert picture.size == ((symbol.side + 2 * QUIET_ZONE) * 4,) * 2
        assert read(picture.convert("L")) == [symbol.text]


def test_the_quiet_zone_is_four_light_modules_on_every_side(symbol: Symbol) -> None:
    with Image.open(io.BytesIO(to_png(symbol, scale=1))) as picture:
        dark = picture.convert("L").point([255] + [0] * 255).getbbox()
    assert dark == (4, 4, 4 + symbol.side, 4 + symbol.side)


def test_the_svg_decodes_as_a_renderer_draws_it(symbol: Symbol) -> None:
    page = b"#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg))"
    png = typst.compile(
        page, format="png", ppi=220, sys_inputs={"svg": to_svg(symbol, title="x", side_mm=60)}
    )
    assert isinstance(png, bytes)
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.width == pytest.approx(60 / 25.4 * 220, abs=2)
        assert read(picture.convert("L")) == [symbol.text]


def test_the_svg_says_what_it_is_and_has_one_path(symbol: Symbol) -> None:
    title, description = '综合许可凭证 <1> & "2"', "扫码核验"
    root = ET.fromstring(to_svg(symbol, title=title, description=description))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == title
    assert root.findtext(f"{SVG}desc") == description
    assert len(root.findall(f".//{SVG}path")) == 1


def test_pictures_of_the_same_symbol_are_the_same_bytes(symbol: Symbol) -> None:
    again = make_symbol(symbol.text)
    assert to_png(again, scale=3) == to_png(symbol, scale=3)
    assert to_svg(again, title="x") == to_svg(symbol, title="x")


def fill(path: str, *, side: int) -> tuple[bytes, ...]:
    """Fill a path of `trace` slowly: the winding number of each module's center."""
    winding = [[0] * side for _ in range(side)]
    for loop in path.split("z")[:-1]:
        numbers = loop[1:].replace("h", " h").replace("v", " v").split()
        (x0, y0), strokes = map(int, numbers[:2]), numbers[2:]
        x, y = x0, y0
        corners = [(x, y)]
        for stroke in strokes:
            x, y = (x + int(stroke[1:]), y) if stroke[0] == "h" else (x, y + int(stroke[1:]))
            corners.append((x, y))
        for (xa, ya), (_, yb) in zip(corners, [*corners[1:], corners[0]], strict=True):
            for row in range(min(ya, yb), max(ya, yb)):
                for column in range(xa, side):
                    winding[row][column] += 1 if yb < ya else -1
    assert {turns for row in winding for turns in row} <= {0, 1}  # both fill rules agree
    return tuple(bytes(row) for row in winding)


@few_examples
@given(
    st.integers(1, 9).flatmap(
        lambda n: st.lists(
            st.lists(st.sampled_from((0, 1)), min_size=n, max_size=n).map(bytes),
            min_size=n,
            max_size=n,
        )
    )
)
def test_an_outline_encloses_exactly_the_dark_modules(matrix: list[bytes]) -> None:
    assert fill(trace(matrix), side=len(matrix)) == tuple(matrix)
