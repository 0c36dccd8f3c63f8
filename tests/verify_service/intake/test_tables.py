"""A table is read as it was meant, or refused as a whole with the line that is to blame."""

import codecs
import json
import re
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify_service.intake.workbooks import with_part, with_shared_texts, workbook
from verify_service.intake import errors, xlsx_elements
from verify_service.intake.cells import Kind, Odd
from verify_service.intake.columns import TITLES, Column, Use
from verify_service.intake.json_lines import MAX_LINE
from verify_service.intake.reading import format_of_name, format_of_type, read_table
from verify_service.intake.table import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Format, Table

HEADER = ["操作", "许可种类", "许可证编号", "理由"]
ROW = ["注销", "食品经营许可证", "JY21105030026657", "申请人申请"]
COLUMNS = (Column.MOVE, Column.KIND, Column.NUMBER, Column.GROUNDS)
SHEET = "xl/worksheets/sheet1.xml"
WHOLE = workbook([HEADER, ROW])  # once: its length goes with the time at which it is made


def _before(inside: bytes, added: bytes, xml: bytes) -> bytes:
    return xml.replace(inside, added + inside)


def csv_of(*rows: list[str], end: str = "\r\n") -> str:
    return "".join(",".join(row) + end for row in rows)


def from_csv(data: str | bytes, use: Use = Use.CHANGES) -> Table:
    return read_table(data.encode() if isinstance(data, str) else data, Format.CSV, use)


def from_json(*lines: Any, end: str = "\n") -> Table:
    texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
    return read_table(("\n".join(texts) + end).encode(), Format.JSON_LINES, Use.CHANGES)


def from_workbook(data: bytes, sheet: str | None = None) -> Table:
    return read_table(data, Format.XLSX, Use.CHANGES, sheet=sheet)


def test_the_three_formats_give_the_same_rows() -> None:
    by_csv = from_csv(csv_of(HEADER, ROW))
    by_workbook = from_workbook(workbook([HEADER, ROW]))
    by_json = from_json(dict(zip(HEADER, ROW, strict=True)))
    assert by_csv.columns == by_workbook.columns == by_json.columns == COLUMNS
    for table in (by_csv, by_workbook, by_json):
        assert [each.cells for each in table.rows] == [tuple(ROW)]
    assert [table.rows[0].line for table in (by_csv, by_workbook, by_json)] == [2, 2, 1]
    assert (by_csv.sheet, by_workbook.sheet) == (None, "Sheet")


@pytest.mark.parametrize("column", Use.CHANGES.columns)
def test_each_name_of_a_column_is_understood_whatever_its_width_and_case(column: Column) -> None:
    others = [each for each in Use.CHANGES.needed if each is not column]
    for title in (*TITLES[column], column.value, column.value.upper(), f"　{column.value} "):
        table = from_csv(csv_of([title, *others], ["x"] * (1 + len(others))))
        assert table.columns[0] is column


def test_gb18030_is_read_where_the_header_is_chinese_and_the_table_says_so() -> None:
    table = from_csv(csv_of(HEADER, ROW).encode("gb18030"))
    assert (table.encoding, table.rows[0].cells) == ("gb18030", tuple(ROW))


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        (csv_of(["move", "kind", "number"], ["注销", "x", "y"]).encode("gb18030"), 2, "unknown"),
        (csv_of(HEADER, ROW).encode() + b"\xe5\x8c\n", 3, "unknown"),
        (csv_of(HEADER, ROW).encode("gb18030") + b"\xff\xff\n", 1, "unknown"),
        (codecs.BOM_UTF16_LE + csv_of(HEADER, ROW).encode("utf-16-le"), 1, "utf-16"),
    ],
    ids=["gbk under english names", "a broken byte", "neither of the two", "utf-16"],
)
def test_an_encoding_that_cannot_be_told_is_refused_with_its_line(
    data: bytes, line: int, found: str
) -> None:
    with pytest.raises(errors.EncodingRefusedError) as caught:
        from_csv(data)
    assert (caught.value.line, caught.value.found) == (line, found)


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert from_csv(codecs.BOM_UTF8 + csv_of(HEADER, ROW).encode()).columns == COLUMNS
    line = json.dumps(dict(zip(HEADER, ROW, strict=True))).encode() + b"\n"
    assert read_table(codecs.BOM_UTF8 + line, Format.JSON_LINES, Use.CHANGES).columns == COLUMNS


def test_lines_count_as_an_editor_counts_them_over_blank_rows_and_cells_of_two_lines() -> None:
    text = "\n" + csv_of(HEADER, end="\n") + ",,,\n" + '注销,a,b,"一\n二"\n\n注销,c,d,三\n'
    assert [row.line for row in from_csv(text).rows] == [4, 7]
    rows: list[list[Any]] = [[], HEADER, [None] * 4, ROW]
    assert [row.line for row in from_workbook(workbook(rows)).rows] == [4]
    document = dict(zip(HEADER, ROW, strict=True))
    assert [row.line for row in from_json("", document, "", document).rows] == [2, 4]


@pytest.mark.parametrize("separator", ["\u2028", "\x0b", "\x0c", "\x85", "\x1c"])
def test_only_a_line_end_ends_a_row(separator: str) -> None:
    (row,) = from_csv(csv_of(HEADER, [*ROW[:3], f"一{separator}二"])).rows
    assert row.cells[3] == f"一{separator}二"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (csv_of(HEADER, ROW)[:-2], 2, "no-line-end"),
        (csv_of(HEADER, ROW) + '注销,x,y,"没有完\n注销,x,z,理由\n', 3, "quote-open"),
    ],
)
def test_a_csv_that_was_cut_is_refused(text: str, line: int, reason: str) -> None:
    with pytest.raises(errors.TableCutError) as caught:
        from_csv(text)
    assert (caught.value.line, caught.value.reason) == (line, reason)


@given(st.data())
def test_a_csv_cut_anywhere_but_behind_a_line_never_gives_a_row_that_was_not_there(
    data: st.DataObject,
) -> None:
    whole = csv_of(HEADER, ROW, [*ROW[:3], '"两,\r\n行"'], ROW).encode()
    rows = [row.cells for row in from_csv(whole).rows]
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    try:
        found = [row.cells for row in from_csv(cut).rows]
    except errors.TableError:
        return
    assert found == rows[: len(found)]


@given(st.data())
def test_a_workbook_cut_anywhere_is_refused(data: st.DataObject) -> None:
    cut = WHOLE[: data.draw(st.integers(0, len(WHOLE) - 2))]
    with pytest.raises(errors.TableError):
        from_workbook(cut)


def test_json_lines_that_were_cut_are_refused() -> None:
    document = dict(zip(HEADER, ROW, strict=True))
    with pytest.raises(errors.TableCutError) as caught:
        from_json(document, '{"操作": "注', end="\n")
    assert (caught.value.line, caught.value.reason) == (2, "object-open")
    with pytest.raises(errors.TableCutError) as caught:
        from_json(document, document, end="")
    assert (caught.value.line, caught.value.reason) == (2, "no-line-end")


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("[1]", "no-object"),
        ('{"move": "a", "move": "b"}', "key-twice"),
        ('{"move": NaN}', "NaN"),
        ('{"move": }', "Expecting value"),
        ('{"move": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
    ],
)
def test_a_line_that_is_no_object_is_refused_by_its_number(line: str, detail: str) -> None:
    document = dict(zip(HEADER, ROW, strict=True))
    with pytest.raises(errors.JsonMalformedError) as caught:
        from_json(document, line, document)
    assert (caught.value.line, caught.value.detail) == (2, detail)


def test_numbers_of_json_are_kept_as_they_are_written() -> None:
    lines = '{"move": "注销", "kind": "x", "number": 1.10105E+15, "by_promise": true}'
    (row,) = from_json(lines).rows
    assert row.cells[2:] == (Odd(Kind.NUMBER, "1.10105E+15"), Odd(Kind.FLAG, "true"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["操作", "许可种类", "许可证编号", "备注"], errors.ColumnUnknownError),
        (["操作", "许可种类", "许可证编号", "状态"], errors.ColumnUnknownError),
        (["操作", "许可种类", "许可证编号", "number"], errors.ColumnTwiceError),
        (["操作", "许可种类", "理由", "文号"], errors.ColumnMissingError),
    ],
    ids=["unknown", "of an extract", "twice", "missing"],
)
def test_a_header_that_is_not_understood_is_refused_with_its_column(
    header: list[str], expected: type[errors.TableError]
) -> None:
    for data, format in (
        (("\n" + csv_of(header, ROW)).encode(), Format.CSV),
        (workbook([[], header, ROW]), Format.XLSX),
    ):
        with pytest.raises(expected) as caught:
            read_table(data, format, Use.CHANGES)
        assert caught.value.line == 2
        assert getattr(caught.value, "column", "D") == "D"
    with pytest.raises(expected):
        from_json(dict(zip(header, ROW, strict=True)))


def test_a_row_of_another_width_is_told_by_its_row_alone() -> None:
    short, wide = from_csv(csv_of(HEADER, ROW[:3], [*ROW, "多"])).rows
    assert (type(short.fault).__name__, type(wide.fault).__name__) == ("RowUnevenError",) * 2
    (stray,) = from_workbook(workbook([HEADER, [*ROW, None, "多"]])).rows
    assert stray.fault is not None
    assert (type(stray.fault).__name__, stray.fault.column) == ("CellSuperfluousError", "F")
    # a spreadsheet keeps no empty cells at a row's end
    (brief,) = from_workbook(workbook([HEADER, ROW[:3]])).rows
    assert (brief.fault, brief.cells) == (None, (*ROW[:3], None))


@pytest.mark.parametrize("text", ["", " \n \n", csv_of(HEADER), ",,\n"])
def test_a_table_without_rows_is_refused(text: str) -> None:
    with pytest.raises(errors.TableEmptyError):
        from_csv(text)


def test_quotes_in_the_middle_of_a_cell_are_refused() -> None:
    with pytest.raises(errors.CsvMalformedError) as caught:
        from_csv(csv_of(HEADER, ROW) + '注销,"a"b,c,d\n')
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (bytes(MAX_BYTES + 1), "bytes"),
        (csv_of(HEADER).encode() + b"a,b,c,d\n" * (MAX_ROWS + 1), "rows"),
        (csv_of([*HEADER, *[""] * MAX_COLUMNS], ROW).encode(), "columns"),
    ],
    ids=["bytes", "rows", "columns"],
)
def test_a_table_beyond_its_limits_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(errors.TableTooLargeError) as caught:
        from_csv(data)
    assert caught.value.what == what


def test_a_formula_is_one_whatever_value_is_kept_beside_it() -> None:
    data = workbook([HEADER, [*ROW[:2], '="00123"', ROW[3]], [*ROW[:3], "=A2"]])
    data = with_part(data, SHEET, lambda xml: xml.replace(b"<v />", b"<v>00123</v>"))
    first, second = from_workbook(data).rows
    for cell in (first.cells[2], second.cells[3]):
        assert isinstance(cell, Odd)
        assert cell.kind is Kind.FORMULA
    (row,) = from_csv(csv_of(HEADER, [*ROW[:2], '"=""00123"""', ROW[3]])).rows
    assert row.cells[2] == Odd(Kind.FORMULA, '="00123"')


def test_what_a_spreadsheet_made_of_a_cell_is_seen() -> None:
    moments = [date(2031, 5, 20), datetime(2031, 5, 20, 14, 30), 110105100064, True]
    (row,) = from_workbook(workbook([HEADER, moments])).rows
    assert row.cells == (
        Odd(Kind.DATE, "2031-05-20"),
        Odd(Kind.DATE, "2031-05-20T14:30:00"),
        Odd(Kind.NUMBER, "110105100064"),
        Odd(Kind.FLAG, "true"),
    )


@pytest.mark.parametrize("number", [31, 57, 14, 22])
def test_the_date_formats_that_a_chinese_spreadsheet_has_built_in_are_dates(number: int) -> None:
    data = workbook([HEADER, [date(2031, 5, 20), *ROW[1:]]])
    data = with_part(
        data, "xl/styles.xml", lambda xml: xml.replace(b'numFmtId="14"', b'numFmtId="%d"' % number)
    )
    (row,) = from_workbook(data).rows
    assert row.cells[0] == Odd(Kind.DATE, "2031-05-20")


@pytest.mark.parametrize("cells", ["A2:A3", "F1:H1", "B8:C9"])
def test_merged_cells_are_refused_by_their_range(cells: str) -> None:
    def merge(book: Any) -> None:
        book.active.merge_cells(cells)

    with pytest.raises(errors.MergedCellsError) as caught:
        from_workbook(workbook([HEADER, ROW, ROW], spoil=merge))
    assert caught.value.cells == cells


def add_sheet(title: str, *, hide_first: bool = False) -> Any:
    def add(book: Any) -> None:
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append(["吊销", *ROW[1:]])
        if hide_first:
            book.worksheets[0].sheet_state = "hidden"
            book.active = 1

    return add


def test_the_first_sheet_that_shows_is_read_or_the_one_that_is_named() -> None:
    both = workbook([HEADER, ROW], spoil=add_sheet("二"))
    hidden = workbook([HEADER, ROW], spoil=add_sheet("二", hide_first=True))
    assert from_workbook(both).sheet == "Sheet"
    assert from_workbook(hidden).sheet == "二"
    named = from_workbook(both, "二")
    assert (named.sheet, named.rows[0].cells[0]) == ("二", "吊销")
    assert from_workbook(hidden, "Sheet").rows[0].cells[0] == "注销"
    with pytest.raises(errors.SheetMissingError) as caught:
        from_workbook(both, "三")
    assert caught.value.found == ("Sheet", "二")


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(workbook([HEADER, ROW]), SHEET, lambda xml: xml + b" " * (257 << 20))
    assert len(bomb) < 1 << 20
    with pytest.raises(errors.TableTooLargeError) as caught:
        from_workbook(bomb)
    assert caught.value.what == "unpacked-bytes"


def test_elements_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_elements, "MAX_ELEMENTS", 500)
    whole = with_shared_texts(workbook([HEADER, ROW]))
    assert from_workbook(whole).rows
    for part, inside in ((SHEET, b"</sheetData>"), ("xl/sharedStrings.xml", b"</sst>")):
        many = partial(_before, inside, b"<c/>" * 500)
        data = with_part(whole, part, many)
        with pytest.raises(errors.TableTooLargeError) as caught:
            from_workbook(data)
        assert caught.value.what == "elements"


def test_a_cell_of_many_pieces_is_held_to_the_length_of_any() -> None:
    whole = with_shared_texts(workbook([HEADER, ROW]))
    pieces = b"<r><t>" + b"a" * (MAX_CELL // 2) + b"</t></r>"
    beside = with_part(
        whole, "xl/sharedStrings.xml", lambda xml: xml.replace(b"</si>", pieces * 3 + b"</si>", 1)
    )
    inline = with_part(
        workbook([HEADER, ROW]), SHEET, lambda xml: xml.replace(b"</is>", pieces * 3 + b"</is>", 1)
    )
    for data in (beside, inline):
        with pytest.raises(errors.WorkbookRefusedError) as caught:
            from_workbook(data)
        assert caught.value.detail == "a text without end"


@pytest.mark.parametrize(
    ("format", "refused"), [(b"[" * 256, True), (b"yyyy" + b"\\ " * 100, False)]
)
def test_a_number_format_longer_than_any_is_refused_unlooked_at(
    format: bytes, refused: bool
) -> None:
    """The expression that looks for dates takes the square of its length."""
    custom = b'<numFmts><numFmt numFmtId="200" formatCode="%s"/></numFmts>' % format
    data = with_part(
        workbook([HEADER, ROW]),
        "xl/styles.xml",
        lambda xml: re.sub(
            rb"<numFmts[^>]*/>", custom, xml.replace(b'<xf numFmtId="0"', b'<xf numFmtId="200"')
        ),
    )
    if refused:
        with pytest.raises(errors.WorkbookRefusedError):
            from_workbook(data)
    else:
        assert from_workbook(data).rows


def test_a_number_of_a_format_that_is_none_is_no_date() -> None:
    data = with_part(
        workbook([HEADER, ROW]),
        "xl/styles.xml",
        lambda xml: xml.replace(b'<xf numFmtId="0"', b'<xf numFmtId="%s"' % (b"9" * 5000)),
    )
    assert from_workbook(data).rows


def test_what_is_of_a_foreign_namespace_is_not_read() -> None:
    """No spreadsheet would show it: what was signed for is what was seen."""
    data = with_part(
        workbook([HEADER, ROW]),
        SHEET,
        lambda xml: xml.replace(b"</is>", b'<x:t xmlns:x="urn:x">!</x:t></is>').replace(
            b'<row r="2"', b'<row xmlns:x="urn:x" x:r="9" r="2"'
        ),
    )
    table = from_workbook(data)
    assert [(row.line, row.cells) for row in table.rows] == [(2, tuple(ROW))]


def test_a_line_of_json_longer_than_any_is_refused_before_it_is_read() -> None:
    line = b'{"move":[' + b"1," * MAX_LINE + b"1]}\n"
    with pytest.raises(errors.TableTooLargeError) as caught:
        read_table(line, Format.JSON_LINES, Use.CHANGES)
    assert (caught.value.what, caught.value.line) == ("line-bytes", 1)


def test_a_document_type_in_a_workbook_is_refused() -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    whole = with_shared_texts(workbook([HEADER, ROW]))
    for part in (SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"):
        data = with_part(whole, part, lambda xml: entities + re.sub(rb"^<[?][^>]*>", b"", xml))
        with pytest.raises(errors.WorkbookRefusedError) as caught:
            from_workbook(data)
        assert caught.value.detail == "doctype"


def test_texts_that_are_kept_beside_the_sheet_are_read_whole_and_without_their_reading() -> None:
    whole = with_shared_texts(workbook([HEADER, ROW]))
    assert from_workbook(whole).rows[0].cells == tuple(ROW)
    lost = with_part(whole, "xl/sharedStrings.xml", lambda _: b"<sst/>")
    with pytest.raises(errors.WorkbookRefusedError):
        from_workbook(lost)


def test_rows_out_of_order_in_a_workbook_are_refused() -> None:
    data = with_part(
        workbook([HEADER, ROW]), SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="1"')
    )
    with pytest.raises(errors.WorkbookRefusedError):
        from_workbook(data)


def test_a_row_far_down_costs_nothing() -> None:
    data = with_part(
        workbook([HEADER, ROW]), SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="999999"')
    )
    assert [row.line for row in from_workbook(data).rows] == [999999]


@pytest.mark.parametrize(
    ("data", "format", "expected"),
    [
        (workbook([HEADER, ROW]), Format.CSV, errors.FormatUnknownError),
        (csv_of(HEADER, ROW).encode(), Format.XLSX, errors.FormatUnknownError),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), Format.XLSX, errors.WorkbookRefusedError),
    ],
    ids=["a workbook called csv", "csv called a workbook", "an old workbook"],
)
def test_what_is_not_what_its_name_says_is_refused(
    data: bytes, format: Format, expected: type[errors.TableError]
) -> None:
    with pytest.raises(expected):
        read_table(data, format, Use.CHANGES)


def test_formats_are_told_by_name_and_by_content_type() -> None:
    assert format_of_name("变更.XLSX") is Format.XLSX
    assert format_of_type("Text/CSV; charset=utf-8") is Format.CSV
    for unknown in ("变更.xls", "变更"):
        with pytest.raises(errors.FormatUnknownError):
            format_of_name(unknown)
    with pytest.raises(errors.FormatUnknownError):
        format_of_type("application/json")


@given(st.binary(max_size=400), st.sampled_from(Format))
def test_any_bytes_are_a_table_or_a_refusal(data: bytes, format: Format) -> None:
    for given_data in (data, b"move,kind,number\n" + data + b"\n", b"PK\x03\x04" + data):
        try:
            read_table(given_data, format, Use.CHANGES)
        except errors.TableError:
            pass
