"""What the reading process says is read member by member, and anything else is no message."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_scanner.pictures.decoder import Reading
from mobile_scanner.pictures.errors import (
    CameraLostError,
    CameraMissingError,
    CameraRefusedError,
    FilmUnreadableError,
    NotAPictureError,
    PictureAnimatedError,
    PictureDamagedError,
    PictureEmptyError,
    PictureFileTooLargeError,
    PictureFormatUnsupportedError,
    PictureLockedError,
    PictureRefusedError,
    PictureSideTooLongError,
    PictureTooHeavyError,
    PictureTooLargeError,
    PictureTooManyPagesError,
    PictureTooManyScansError,
    PictureUnfinishedError,
    ReaderUnavailableError,
    SourceError,
)
from mobile_scanner.pictures.frames import FRAMES, Frame
from mobile_scanner.pictures.messages import (
    MAX_LINE_BYTES,
    MessageError,
    read_frame,
    read_line,
    read_opened,
    read_reading,
    read_size,
    write_frame,
    write_line,
    write_reading,
    write_refusal,
)
from mobile_scanner.pictures.symbols import ReadSymbol
from mobile_scanner.pictures.terms import ReadingTerms

REFUSALS = (
    NotAPictureError(source=""),
    PictureAnimatedError(source="", format="GIF"),
    PictureDamagedError(source="", format="PNG"),
    PictureEmptyError(source=""),
    PictureFileTooLargeError(source="", limit=9),
    PictureFormatUnsupportedError(source="", format="HEIC"),
    PictureLockedError(source=""),
    PictureSideTooLongError(source="", size=(70_000, 2), limit=20_000),
    PictureTooHeavyError(source="", mebibytes=1024),
    PictureTooLargeError(source="", size=(9, 9), limit=80),
    PictureTooLargeError(source="", size=None, limit=80),
    PictureTooManyPagesError(source="", pages=300, limit=200),
    PictureTooManyScansError(source="", limit=100),
)

MOST = 1000
numbers = st.integers(-(2**31), 2**31)
corners = st.tuples(*[st.tuples(numbers, numbers)] * 4)
symbols = st.builds(
    ReadSymbol, text=st.text(), exact=st.booleans(), corners=corners, reader=st.just("one")
)
readings = st.builds(
    Reading,
    reader=st.just("one"),
    symbols=st.lists(symbols).map(tuple),
    unread=st.lists(corners).map(tuple),
    left_out=st.integers(0, 10**6),
)


@given(readings)
def test_a_reading_comes_through_as_it_was(reading: Reading) -> None:
    line = write_line(write_reading(reading))
    assert line.count(b"\n") == 1
    assert read_reading(read_line(line), source="a", most=MOST) == reading


@given(
    st.builds(
        Frame,
        number=st.integers(1, 10**9),
        size=st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)),
        symbols=st.lists(
            st.builds(
                ReadSymbol,
                text=st.text(),
                exact=st.booleans(),
                corners=corners,
                reader=st.just(FRAMES),
            )
        ).map(tuple),
        unread=st.lists(corners).map(tuple),
        shown=st.none() | st.binary(),
    )
)
def test_a_frame_comes_through_as_it_was(frame: Frame) -> None:
    assert read_frame(read_line(write_line(write_frame(frame))), source="0") == frame


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"end": True},
        {"end": True, "missing": -1},
        {"frame": 0, "size": [1, 1], "symbols": [], "unread": [], "shown": None},
        {"frame": 1, "size": [1, 0], "symbols": [], "unread": [], "shown": None},
        {"frame": 1, "size": [1, 1], "symbols": [{}], "unread": [], "shown": None},
        {"frame": 1, "size": [1, 1], "symbols": [], "unread": [[1, 2]], "shown": None},
        {"frame": 1, "size": [1, 1], "symbols": [], "unread": [], "shown": "no base64"},
        {"refused": "no-such-code", "data": {}},
    ],
)
def test_what_is_no_frame_is_not_taken_for_one(form: dict[str, object]) -> None:
    with pytest.raises(MessageError):
        read_frame(form, source="0")


@pytest.mark.parametrize(
    "error",
    [
        CameraLostError(source="0"),
        CameraMissingError(source="0"),
        CameraRefusedError(source="0"),
        FilmUnreadableError(source="0"),
    ],
)
def test_why_there_is_no_frame_comes_through(error: SourceError) -> None:
    with pytest.raises(type(error)) as told:
        read_frame(read_line(write_line(write_refusal(error))), source="0")
    assert str(told.value) == str(error)


@pytest.mark.parametrize("form", [{"pages": 0}, {"pages": "2"}, {"pages": 10**9}, {"size": [0, 1]}])
def test_what_is_no_open_file_is_not_taken_for_one(form: dict[str, object]) -> None:
    with pytest.raises(MessageError):
        read_opened(form, source="a")


def test_a_missing_reader_comes_through_with_its_cause() -> None:
    missing = ReaderUnavailableError(reader="one", cause="no such library")
    line = write_line(write_reading(Reading(reader="one", unavailable=missing)))
    reading = read_reading(read_line(line), source="a", most=MOST)
    assert reading is not None
    assert reading.unavailable is not None
    assert vars(reading.unavailable) == vars(missing)


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.code)
def test_a_refusal_comes_through_under_the_name_that_was_asked(error: PictureRefusedError) -> None:
    form = read_line(write_line(write_refusal(error)))
    with pytest.raises(PictureRefusedError) as caught:
        read_size(form, source="店.jpg")
    assert type(caught.value) is type(error)
    assert caught.value.source == "店.jpg"
    assert caught.value.zh == f"店.jpg{error.zh}"


def test_every_refusal_has_its_message() -> None:
    def below(kind: type[PictureRefusedError]) -> set[type[PictureRefusedError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    said_here = below(PictureUnfinishedError) - {PictureTooHeavyError}
    sent = below(PictureRefusedError) - said_here - {PictureRefusedError}
    assert {type(error) for error in REFUSALS} == sent


def test_as_many_symbols_as_there_may_be_fit_into_a_line() -> None:
    place = ((12_345, 12_345),) * 4
    symbol = ReadSymbol(text="\xff" * 2953, exact=False, corners=place, reader="one")
    count = ReadingTerms().max_symbols
    full = Reading(reader="one", symbols=(symbol,) * count, unread=(place,) * count)
    assert len(write_line(write_reading(full))) < MAX_LINE_BYTES


MEMBERS = ("size", "refused", "data", "end", *write_reading(Reading(reader="one")))
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("picture-damaged"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "size",
                    "refused",
                    "data",
                    "reader",
                    "symbols",
                    "unread",
                    "left_out",
                    "unavailable",
                    "end",
                    "limit",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_what_is_no_message_is_refused_as_that_and_nothing_else(value: Any) -> None:
    for read in (read_size, partial(read_reading, most=MOST)):
        try:
            read(read_line(write_line(value)), source="a")
        except (MessageError, PictureRefusedError):
            continue


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"[]\n", b"{\n", b"\xff\n", b"[" * 100_000, b'{"size": [1]}\n', b'{"size": "ab"}'],
)
def test_a_line_that_holds_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(MessageError):
        read_size(read_line(line), source="a")


@pytest.mark.parametrize(
    "data",
    ["{}", '{"format": 1, "limit": 2}', '{"source": "b", "format": "PNG"}', "[]"],
)
def test_a_refusal_with_other_data_than_its_own_is_no_message(data: str) -> None:
    line = f'{{"refused": "picture-damaged", "data": {data}}}\n'.encode()
    with pytest.raises(MessageError):
        read_size(read_line(line), source="a")


PLACE = "[[0,0],[9,0],[9,9],[0,9]]"
SYMBOL = f'{{"text":"","exact":true,"corners":{PLACE}}}'


@pytest.mark.parametrize(
    ("symbols", "unread", "left_out"),
    [
        (",".join([SYMBOL] * 4), "", "0"),
        ("", ",".join([PLACE] * 4), "0"),
        ("", "", "-1"),
        ("", PLACE.replace("9", "9" * 400), "0"),
        (SYMBOL.replace("9", "1e5"), "", "0"),
        (SYMBOL.replace("true", "1"), "", "0"),
        (PLACE, "", "0"),
    ],
)
def test_a_process_run_wild_is_not_believed(symbols: str, unread: str, left_out: str) -> None:
    line = (
        f'{{"reader":"one","symbols":[{symbols}],"unread":[{unread}],"left_out":{left_out},'
        '"unavailable":null}'
    )
    with pytest.raises(MessageError):
        read_reading(read_line(line.encode()), source="a", most=3)


def test_a_word_without_end_is_not_shown() -> None:
    line = write_line({"refused": "picture-damaged", "data": {"format": "x" * 501}})
    with pytest.raises(MessageError):
        read_size(read_line(line), source="a")


@pytest.mark.parametrize("size", ["[0, 5]", "[5, -1]", "[5]", "[5, 5.5]", "5"])
def test_a_size_that_is_none_is_no_message(size: str) -> None:
    with pytest.raises(MessageError):
        read_size(read_line(f'{{"size": {size}}}'.encode()), source="a")


def test_the_terms_come_through_as_they_are() -> None:
    terms = ReadingTerms(readers=("zxing-cpp",), seconds=2.5)
    assert ReadingTerms.of_json(terms.as_json()) == terms
