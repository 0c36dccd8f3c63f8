"""The sheet says every fact, keeps its shape at the extremes, and reads nothing as markup."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from verify_service.fonts import missing_glyphs
from verify_service.issuing.sheet import (
    MissingGlyph,
    Need,
    NoPermits,
    PendingLine,
    PermitLine,
    Remedy,
    SheetContent,
    SymbolWithoutHost,
    UnknownTemplate,
    Use,
    render_sheet,
)
from verify_service.issuing.symbol import make_symbol

MM = 72 / 25.4
TEXT = "HTTPS://YZ.CHAOYANG.EXAMPLE/L/" + "0314159265358979" * 30
REMEDY = (
    "不服该部门作出的许可决定的，可以自知道该决定之日起六十日内向朝阳区人民政府申请行政复议，"
    "或者自知道之日起六个月内向朝阳区人民法院提起行政诉讼。"
)
LONG_NAME = (
    "北京市朝阳区繁花似锦国际文化艺术体育健身娱乐餐饮综合服务管理发展（集团）有限责任公司"
    "三里屯太古里南区第一百二十八分公司"
)
LONG_ADDRESS = LONG_NAME + "地下一层至地上十二层" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 2

TYPICAL = SheetContent(
    number="朝综许06-2023-00001",
    version=3,
    e_license="1.2.156.3005.2.11110105MAXX90014Q001.11110105MAXX90014Q.202306000001.001.5",
    issuer="北京市朝阳区政务服务管理局",
    holder="北京拾光纸页书店有限公司",
    uscc="91110105MAXX00015X",
    premises="北京市朝阳区三里屯街道拾光里2号楼1层103",
    industry_code="06",
    industry_name="书店",
    issued_on=date(2023, 4, 20),
    expires_on=date(2028, 3, 30),
    permits=(
        PermitLine(
            name="出版物经营许可证",
            number="新出发京零字第朝230028号",
            department="相关单位",
            valid_until=date(2028, 3, 30),
        ),
        PermitLine(
            name="食品经营许可证",
            number="JY21105030026657",
            department="区市场监管局",
            valid_until=date(2028, 4, 10),
        ),
        PermitLine(
            name="公共场所卫生许可证",
            number="朝卫公证字〔2023〕第01234号",
            department="区卫生健康委",
            valid_until=None,
            marks=("备案凭证", "告知承诺"),
        ),
    ),
    remedies=(
        Remedy(department="区市场监管局", text=REMEDY),
        Remedy(department="区卫生健康委", text=REMEDY),
    ),
    told_on=date(2023, 4, 18),
    symbol=make_symbol(TEXT),
)
PENDING = (
    PendingLine(name="娱乐经营许可证", department="区文化和旅游局", need=Need.OPTIONAL),
    PendingLine(name="卫生许可证", department="区卫生健康委", need=Need.MANDATORY),
)
LONG = replace(
    TYPICAL,
    holder=LONG_NAME,
    premises=LONG_ADDRESS,
    permits=tuple(
        PermitLine(
            name=f"第{i}种公众聚集场所投入使用、营业前消防安全检查合格证（含附属设施）",
            number=f"JY2110503002{i:04}-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            department="区市场监管局、三里屯街道办事处",
            valid_until=date(2028, 1, 1 + i),
            marks=("备案凭证", "告知承诺"),
        )
        for i in range(12)
    ),
    pending=tuple(
        PendingLine(
            name=f"第{i}项未办结的许可证（名称很长很长很长很长很长很长很长）",
            department="区文化和旅游局",
            need=Need.MANDATORY if i == 4 else Need.OPTIONAL,
        )
        for i in range(5)
    ),
    remedies=tuple(Remedy(department=f"第{i}部门", text=f"{REMEDY * 4}{i}") for i in range(6)),
    symbol=make_symbol("HTTPS://YZ.CHAOYANG.EXAMPLE/L/" + "7" * 1100),
)


@contextmanager
def opened(sheet: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(sheet)
    try:
        yield document
    finally:
        document.close()


def pages_of(sheet: bytes) -> list[str]:
    """The text of each page, without any white space."""
    with opened(sheet) as document:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def text_of(content: SheetContent) -> str:
    return "".join(pages_of(render_sheet(content)))


def picture_of(content: SheetContent, *, dpi: int, page: int = 0) -> Image.Image:
    with opened(render_sheet(content)) as document:
        picture: Image.Image = document[page].render(scale=dpi / 72).to_pil()
        return picture


# ---- what is said ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fact",
    [
        "综合许可凭证",
        "编号朝综许06-2023-00001",
        "第3版",
        "北京拾光纸页书店有限公司",
        "91110105MAXX00015X",
        "北京市朝阳区三里屯街道拾光里2号楼1层103",
        "06书店",
        "2023年4月20日",
        "2028年3月30日",
        "1出版物经营许可证新出发京零字第朝230028号相关单位2028年3月30日",
        "2食品经营许可证JY21105030026657区市场监管局2028年4月10日",
        "备案凭证",
        "告知承诺",
        "朝卫公证字〔2023〕第01234号区卫生健康委长期",
        "未许可事项Pendingitems无",
        "本凭证不替代相关单项审批证件",
        "区市场监管局、区卫生健康委：" + REMEDY,
        "已于2023年4月18日告知持证主体",
        "https://yz.chaoyang.example/",
        "北京市朝阳区政务服务管理局",
        "（发证机关盖章处）",
        TYPICAL.e_license,
        "模板2023-1",
        "第1页共1页",
        "（以下空白）",
    ],
)
def test_a_sheet_says(fact: str) -> None:
    assert fact in text_of(TYPICAL)


def test_a_license_without_an_end_is_good_for_a_long_term() -> None:
    assert "Validuntil长期" in text_of(replace(TYPICAL, expires_on=None))


def test_a_remedy_that_several_departments_share_is_said_once() -> None:
    assert text_of(TYPICAL).count(REMEDY) == 1


def test_a_mandatory_pending_item_comes_first_in_red_and_before_the_permits() -> None:
    content = replace(TYPICAL, pending=PENDING)
    text = text_of(content)
    assert text.index("必须办理卫生许可证") < text.index("按需办理娱乐经营许可证")
    assert text.index("未许可事项") < text.index("单项审批证件Permits")
    assert is_red(content, "卫生许可证")
    assert not is_red(content, "娱乐经营许可证")


def test_optional_pending_items_follow_the_permits_in_ink() -> None:
    content = replace(TYPICAL, pending=PENDING[:1])
    text = text_of(content)
    assert text.index("单项审批证件Permits") < text.index("未许可事项")
    assert not is_red(content, "未许可事项")
    assert not is_red(content, "娱乐经营许可证")


def is_red(content: SheetContent, words: str) -> bool:
    """Whether the ink of the first place on the first page with these words is red."""
    scale = 300 / 72
    with opened(render_sheet(content)) as document:
        text = document[0].get_textpage()
        found = text.search(words).get_next()
        assert found is not None
        left, bottom, right, top = text.get_charbox(found[0])
        picture = document[0].render(scale=scale).to_pil()
    box = picture.crop(
        (
            int(left * scale),
            int((297 * MM - top) * scale),
            int(right * scale),
            int((297 * MM - bottom) * scale),
        )
    )
    red, green, _ = min(pixel for _, pixel in box.getcolors(1 << 16))
    return bool(red > 2 * green + 50)


def test_a_specimen_says_so_on_every_page_and_an_official_sheet_never_does() -> None:
    pages = pages_of(render_sheet(replace(LONG, use=Use.SPECIMEN)))
    assert len(pages) > 1
    assert all("样张SPECIMEN" in page for page in pages)
    assert "仅供演示，不具有任何效力" in pages[0]
    assert not any("样张" in page or "SPECIMEN" in page for page in pages_of(render_sheet(LONG)))


# ---- the symbol -----------------------------------------------------------------------------


@pytest.mark.parametrize("content", [TYPICAL, LONG, replace(TYPICAL, use=Use.SPECIMEN)])
def test_the_symbol_decodes_from_the_page_and_is_at_least_60_mm(content: SheetContent) -> None:
    picture = picture_of(content, dpi=150).convert("L")
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == content.symbol.text
    corners = code.position
    width = (corners.top_right.x - corners.top_left.x) / 150 * 25.4
    height = (corners.bottom_left.y - corners.top_left.y) / 150 * 25.4
    assert 60 <= width <= 80
    assert height == pytest.approx(width, abs=0.5)


def test_the_quiet_zone_is_white_also_where_the_specimen_mark_would_be() -> None:
    content = replace(TYPICAL, use=Use.SPECIMEN)
    picture = picture_of(content, dpi=200).convert("L")
    (code,) = zxingcpp.read_barcodes(picture)
    corners, side = code.position, content.symbol.side
    module = (corners.top_right.x - corners.top_left.x) / side
    margin = 3.9 * module
    left, top = corners.top_left.x, corners.top_left.y
    right, bottom = corners.bottom_right.x, corners.bottom_right.y
    around = picture.crop(
        (int(left - margin), int(top - margin), int(right + margin), int(bottom + margin))
    )
    around.paste(
        255,
        (
            int(margin) - 2,
            int(margin) - 2,
            int(right - left + margin) + 3,
            int(bottom - top + margin) + 3,
        ),
    )
    assert around.getextrema() == (255, 255)


@pytest.mark.parametrize("content", [TYPICAL, LONG])
def test_no_text_runs_into_the_quiet_zone(content: SheetContent) -> None:
    (code,) = zxingcpp.read_barcodes(picture_of(content, dpi=150).convert("L"))
    to_points = 72 / 150
    near, far = code.position.top_left, code.position.bottom_right
    margin = 4 * (far.x - near.x) / content.symbol.side * to_points
    zone = (
        near.x * to_points - margin,
        297 * MM - far.y * to_points - margin,
        far.x * to_points + margin,
        297 * MM - near.y * to_points + margin,
    )
    with opened(render_sheet(content)) as document:
        assert not [box for box in character_boxes(document[0]) if has_center_in(box, zone)]


# ---- shape ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_usual_license_fits_one_page(count: int) -> None:
    permits = (TYPICAL.permits * 2)[:count]
    assert len(pages_of(render_sheet(replace(TYPICAL, permits=permits)))) == 1


def test_a_long_license_goes_on_without_losing_a_row() -> None:
    pages = pages_of(render_sheet(LONG))
    text = "".join(pages)
    assert len(pages) >= 2
    assert LONG_NAME in text
    assert LONG_ADDRESS in text
    for line in LONG.permits:
        assert text.count(line.number) == 1
    for item in LONG.pending:
        assert text.count(item.name) == 1
    for remedy in LONG.remedies:
        assert text.count(f"{remedy.department}：") == 1


def test_every_later_page_is_numbered_and_says_which_license_it_belongs_to() -> None:
    pages = pages_of(render_sheet(LONG))
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页共{len(pages)}页" in page
        assert ("综合许可凭证（续页）编号朝综许06-2023-00001" in page) is (number > 1)


def test_the_heads_of_a_table_are_repeated_where_it_goes_on() -> None:
    permits = tuple(replace(TYPICAL.permits[0], number=f"第{i}号") for i in range(12))
    pages = pages_of(render_sheet(replace(TYPICAL, permits=permits)))
    assert [page.count("序号证件名称证件编号审批部门有效期至") for page in pages] == [1, 1]


def test_the_seal_and_the_issuer_are_on_the_first_page_alone() -> None:
    first, *rest = pages_of(render_sheet(LONG))
    assert "（发证机关盖章处）" in first
    assert not any("（发证机关盖章处）" in page for page in rest)


@pytest.mark.parametrize(
    "content",
    [TYPICAL, LONG, replace(LONG, pending=()), replace(TYPICAL, pending=PENDING, holder=LONG_NAME)],
)
def test_no_text_leaves_the_frame_or_lies_over_other_text(content: SheetContent) -> None:
    with opened(render_sheet(content)) as document:
        for page in document:
            boxes = character_boxes(page)
            assert len(boxes) > 30
            assert min(left for left, _, _, _ in boxes) >= 20.9 * MM
            assert max(right for _, _, right, _ in boxes) <= (210 - 20.9) * MM
            assert min(bottom for _, bottom, _, _ in boxes) >= 15.5 * MM
            assert max(top for _, _, _, top in boxes) <= (297 - 15.5) * MM
            assert not list(overlaps(boxes))


Box = tuple[float, float, float, float]


def character_boxes(page: pypdfium2.PdfPage) -> list[Box]:
    """Left, bottom, right and top of the ink of each visible character, in points."""
    text = page.get_textpage()
    boxes = (text.get_charbox(i) for i in range(text.count_chars()))
    return [box for box in boxes if box[2] > box[0] and box[3] > box[1]]


def overlaps(boxes: list[Box]) -> Iterator[tuple[Box, Box]]:
    """Pairs of which one has its center inside the other."""
    boxes = sorted(boxes, key=lambda box: box[1])
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            if b[1] >= a[3]:
                break
            if has_center_in(a, b) or has_center_in(b, a):
                yield a, b


def has_center_in(a: Box, b: Box) -> bool:
    x, y = (a[0] + a[2]) / 2, (a[1] + a[3]) / 2
    return b[0] < x < b[2] and b[1] < y < b[3]


# ---- the file -------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes_from_any_thread() -> None:
    with ThreadPoolExecutor(4) as threads:
        sheets = set(threads.map(render_sheet, [TYPICAL, LONG, TYPICAL, LONG, TYPICAL]))
    assert sheets == {render_sheet(TYPICAL), render_sheet(LONG)}


def test_the_file_is_tagged_and_claims_pdf_a_and_pdf_ua() -> None:
    sheet = render_sheet(TYPICAL)
    for marker in (
        b"/MarkInfo<</Marked true",
        b"/StructTreeRoot",
        b"/OutputIntents",
        b"<pdfaid:part>2<",
        b"<pdfaid:conformance>A<",
        b"<pdfuaid:part>1<",
    ):
        assert marker in sheet
    with opened(sheet) as document:
        assert document.is_tagged()


def test_the_file_names_its_language_its_title_its_issuer_and_its_day() -> None:
    sheet = render_sheet(TYPICAL)
    assert b"/Lang(zh-CN)" in sheet
    with opened(sheet) as document:
        facts = document.get_metadata_dict()
    assert facts["Title"] == "综合许可凭证 朝综许06-2023-00001"
    assert facts["Author"] == TYPICAL.issuer
    assert facts["CreationDate"] == "D:20230419160000Z"  # midnight of the day in Beijing


def test_the_symbol_is_drawn_as_vectors_and_no_bitmap_is_on_the_sheet() -> None:
    assert b"/Subtype/Image" not in render_sheet(TYPICAL).replace(b" ", b"")


# ---- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ['#panic("x")', "#import", "*粗*", "_斜_", "$x^2$", "\\", '"引号"', "'", "<label>", "@ref",
     "// 注释", "/* x */", "= 标题", "- 一", "`code`", "[内容]", "#{1+1}", "~", "--", "https://x.y",
     "\\u{41}", "</svg>", "{{x}}"],
)  # fmt: skip
def test_text_is_never_read_as_markup(text: str) -> None:
    printed = text_of(
        replace(
            TYPICAL,
            holder=f"甲{text}乙",
            permits=(replace(TYPICAL.permits[0], number=f"丙{text}丁"),),
            remedies=(Remedy(department="戊", text=f"己{text}庚"),),
        )
    )
    bare = "".join(text.split())
    for expected in (f"甲{bare}乙", f"丙{bare}丁", f"己{bare}庚"):
        assert expected in printed


@pytest.mark.parametrize(
    "character",
    ["\N{GRINNING FACE}", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH SPACE}", "\n", "\x00"],
)
def test_characters_without_a_glyph_are_refused_and_named(character: str) -> None:
    with pytest.raises(MissingGlyph) as refusal:
        render_sheet(replace(TYPICAL, premises=f"一号{character}楼"))
    assert refusal.value.characters == character


def test_rare_hanzi_of_names_are_printed() -> None:
    rare = "㛃䶮喆堃\N{CJK UNIFIED IDEOGRAPH-2CC56}\N{CJK UNIFIED IDEOGRAPH-9FF0}嵐"
    assert missing_glyphs(rare) == ""
    assert rare in text_of(replace(TYPICAL, holder=rare))


def test_a_license_that_gathers_nothing_is_refused() -> None:
    with pytest.raises(NoPermits):
        render_sheet(replace(TYPICAL, permits=()))


@pytest.mark.parametrize("template", ["2022-9", "", ".", "../issuing", "2023-1/"])
def test_a_template_that_was_never_published_is_refused(template: str) -> None:
    with pytest.raises(UnknownTemplate):
        render_sheet(replace(TYPICAL, template=template))


@pytest.mark.parametrize("text", ["123456", "HTTP://YZ.CHAOYANG.EXAMPLE/L/1", "HTTPS:///L/1"])
def test_a_symbol_that_no_camera_opens_is_refused(text: str) -> None:
    with pytest.raises(SymbolWithoutHost):
        render_sheet(replace(TYPICAL, symbol=make_symbol(text)))


def test_a_picture_of_the_sheet_is_portrait_a4() -> None:
    with opened(render_sheet(TYPICAL)) as document:
        assert document[0].get_size() == pytest.approx((210 * MM, 297 * MM), abs=0.1)
