"""Each way in which a line of a catalog file can be wrong, and that it is refused by that line."""

from pathlib import Path
from typing import NamedTuple

import pytest

from verify_service.catalog import CatalogError, Fault, load_catalog

SMALL = Path(__file__).with_name("small-2031.yaml").read_text(encoding="utf-8")


class Bad(NamedTuple):
    """One change that spoils `SMALL`; the fault is on the line where ``at`` first stands."""

    name: str
    old: str
    new: str
    at: str
    fault: Fault
    subject: str = ""


BAD = [
    Bad(
        "a key that nobody reads",
        "first_batch: true",
        "first_batch: true\n  colour: red",
        "colour",
        Fault.UNKNOWN_KEY,
        "colour",
    ),
    Bad(
        "a merge key",
        "first_batch: true",
        "first_batch: true\n  <<: {a: b}",
        "<<",
        Fault.UNKNOWN_KEY,
    ),
    Bad(
        "a key that is a list",
        "first_batch: true",
        "first_batch: true\n  [a]: b",
        "[a]",
        Fault.UNKNOWN_KEY,
    ),
    Bad("no source", "source: 测试文件\n", "", "version", Fault.MISSING_KEY, "source"),
    Bad(
        "no English name",
        "name: 市水局, name_en: City Water",
        "name: 市水局",
        "id: water_b",
        Fault.MISSING_KEY,
        "name_en",
    ),
    Bad(
        "an item that nobody decides on",
        "permits: [meal], department: food, need: group",
        "permits: [meal], need: group",
        "'08-01'",
        Fault.MISSING_KEY,
        "department",
    ),
    Bad(
        "a remark in Chinese alone",
        "need: optional}",
        "need: optional, remark: 说明}",
        "'08-03'",
        Fault.MISSING_KEY,
        "remark_en",
    ),
    Bad(
        "a repeated key",
        "lawsuit: 六个月",
        "lawsuit: 六个月\nlawsuit: 三个月",
        "lawsuit: 三个月",
        Fault.REPEATED_KEY,
        "lawsuit",
    ),
    Bad(
        "an industry code without quotes, a string to YAML 1.1 and a number to 1.2",
        "code: '08'",
        "code: 08",
        "code: 08",
        Fault.UNQUOTED,
    ),
    Bad(
        "an industry code without quotes and with an explicit tag",
        "code: '08'",
        "code: !!str 08",
        "code: !!str",
        Fault.UNQUOTED,
    ),
    Bad("an item id without quotes", "'08-03'", "08-03", "id: 08-03", Fault.UNQUOTED),
    Bad(
        "a group member without quotes",
        "['08-01', '08-02']",
        "['08-01', 08-02]",
        "'08-G1'",
        Fault.UNQUOTED,
    ),
    Bad("a division code without quotes", "'110199'", "110199", "110199", Fault.UNQUOTED),
    Bad("an industry code of one digit", "code: '08'", "code: '8'", "code: '8'", Fault.MALFORMED),
    Bad(
        "an industry code in full-width digits",
        "code: '08'",
        "code: '０８'",
        "'０８'",
        Fault.MALFORMED,
    ),
    Bad("an id with a capital", "{id: food,", "{id: Food,", "Food", Fault.MALFORMED),
    Bad("a name over two lines", "name: 集市", 'name: "集\\n市"', "集\\n市", Fault.MALFORMED),
    Bad(
        "a name with an invisible character",
        "name: 集市",
        'name: "集\\u202E市"',
        "u202E",
        Fault.MALFORMED,
    ),
    Bad("a name beyond all length", "name: 集市", f"name: {'集' * 1001}", "集集", Fault.MALFORMED),
    Bad(
        "an industry twice",
        "code: '09'",
        "code: '08'",
        "- code: '08'\n  name: 泳馆",
        Fault.DUPLICATE,
        "08",
    ),
    Bad(
        "an industry's name twice",
        "name: 泳馆",
        "name: 集市",
        "name: 集市\n  name_en: Pool",
        Fault.DUPLICATE,
        "集市",
    ),
    Bad(
        "a department twice",
        "{id: water_b, name",
        "{id: water_a, name",
        "name: 市水局",
        Fault.DUPLICATE,
        "water_a",
    ),
    Bad(
        "an item id twice",
        "'08-02', permits",
        "'08-01', permits",
        "permits: [snack]",
        Fault.DUPLICATE,
        "08-01",
    ),
    Bad(
        "a permit kind in two items of an industry",
        "'08-02', permits: [snack]",
        "'08-02', permits: [snack, meal]",
        "[snack, meal]",
        Fault.DUPLICATE,
        "meal",
    ),
    Bad(
        "an alternative to itself",
        "'08-02', permits: [snack]",
        "'08-02', permits: [snack, snack]",
        "[snack, snack]",
        Fault.DUPLICATE,
        "snack",
    ),
    Bad(
        "a permit code twice",
        "code: 5,",
        "code: 4,",
        "department: water_b, form",
        Fault.DUPLICATE,
        "4",
    ),
    Bad(
        "two permit codes for one thing",
        "{code: 5, kind: drain, department: water_b",
        "{code: 5, kind: drain, department: water_a",
        "code: 5",
        Fault.DUPLICATE,
    ),
    Bad(
        "a group twice",
        "  groups:\n",
        "  groups:\n  - {id: '08-G1', items: ['08-02'], at_least: 1, remark: 一, remark_en: One}\n",
        "['08-01', '08-02']",
        Fault.DUPLICATE,
        "08-G1",
    ),
    Bad(
        "an item in two groups",
        "  groups:\n",
        "  groups:\n  - {id: '08-G2', items: ['08-02'], at_least: 1, remark: 一, remark_en: One}\n",
        "['08-01', '08-02']",
        Fault.DUPLICATE,
        "08-02",
    ),
    Bad(
        "an unknown permit kind",
        "'08-01', permits: [meal]",
        "'08-01', permits: [feast]",
        "feast",
        Fault.UNKNOWN_REFERENCE,
    ),
    Bad(
        "an unknown department",
        "permits: [snack], department: food, need: group",
        "permits: [snack], department: feed, need: group",
        "feed",
        Fault.UNKNOWN_REFERENCE,
    ),
    Bad(
        "an unknown remedy",
        "level: municipal, remedy: here",
        "level: municipal, remedy: there",
        "there",
        Fault.UNKNOWN_REFERENCE,
    ),
    Bad(
        "an unknown jurisdiction",
        "jurisdiction: water,",
        "jurisdiction: fire,",
        "fire",
        Fault.UNKNOWN_REFERENCE,
    ),
    Bad(
        "a group of an absent item",
        "['08-01', '08-02']",
        "['08-01', '08-04']",
        "'08-04'",
        Fault.UNKNOWN_REFERENCE,
        "08-04",
    ),
    Bad(
        "a group of an item that is optional by itself",
        "['08-01', '08-02']",
        "['08-01', '08-03']",
        "'08-G1'",
        Fault.CONTRADICTION,
        "08-03",
    ),
    Bad(
        "a group that asks for more items than it has",
        "at_least: 1",
        "at_least: 3",
        "at_least: 3",
        Fault.OUT_OF_RANGE,
    ),
    Bad(
        "an item that needs a group and is in none",
        "['08-01', '08-02']",
        "['08-01']",
        "'08-02'",
        Fault.UNGROUPED,
        "08-02",
    ),
    Bad(
        "an industry whose group is gone",
        "  groups:\n  -",
        "  # groups:\n  # -",
        "'08-01'",
        Fault.UNGROUPED,
        "08-01",
    ),
    Bad("another industry's item", "'09-02'", "'08-04'", "'08-04'", Fault.CONTRADICTION, "08-04"),
    Bad("another industry's group", "'08-G1'", "'09-G1'", "'09-G1'", Fault.CONTRADICTION, "09-G1"),
    Bad(
        "a condition on an item that is always mandatory",
        "need: conditional",
        "need: mandatory",
        "'09-01'",
        Fault.CONTRADICTION,
        "when",
    ),
    Bad(
        "a conditional item without its condition",
        ", when: has_swimming_pool",
        "",
        "'09-01'",
        Fault.CONTRADICTION,
        "need",
    ),
    Bad(
        "an item with a department and a jurisdiction",
        "jurisdiction: water,",
        "jurisdiction: water, department: water_a,",
        "'08-03'",
        Fault.CONTRADICTION,
        "jurisdiction",
    ),
    Bad(
        "a condition that is no yes/no question",
        "when: has_swimming_pool",
        "when: water_jurisdiction",
        "when: water",
        Fault.NOT_A_CHOICE,
    ),
    Bad(
        "a jurisdiction by a yes/no question",
        "fact: water_jurisdiction",
        "fact: has_swimming_pool",
        "fact: has",
        Fault.NOT_A_CHOICE,
    ),
    Bad(
        "a need that is no such word", "need: optional", "need: maybe", "maybe", Fault.NOT_A_CHOICE
    ),
    Bad(
        "a form of a row that has no permit code",
        "- {code: 3, kind: snack, department: food, form: filing}\n",
        "",
        "'09-02'",
        Fault.UNCODED,
    ),
    Bad(
        "the other water authority's permit without a code",
        "- {code: 5, kind: drain, department: water_b, form: permit}\n",
        "",
        "'08-03'",
        Fault.UNCODED,
    ),
    Bad(
        "one water authority's permit without a code",
        "- {code: 4, kind: drain, department: water_a, form: permit}\n",
        "",
        "'08-03'",
        Fault.UNCODED,
        "water_a",
    ),
    Bad(
        "a substitute in the form that the permit has anyway",
        "form: filing}}",
        "form: permit}}",
        "substitute",
        Fault.CONTRADICTION,
        "snack",
    ),
    Bad(
        "a list where a mapping belongs",
        "issuer: {name: 测试局, name_en: Test Bureau}",
        "issuer: [测试局]",
        "issuer",
        Fault.NOT_A_MAPPING,
        "issuer",
    ),
    Bad(
        "a set where a mapping belongs",
        "issuer: {name",
        "issuer: !!set {name",
        "issuer",
        Fault.NOT_A_MAPPING,
        "issuer",
    ),
    Bad(
        "text where a list belongs",
        "'08-01', permits: [meal]",
        "'08-01', permits: meal",
        "permits: meal",
        Fault.NOT_A_LIST,
        "permits",
    ),
    Bad(
        "an empty list",
        "'08-01', permits: [meal]",
        "'08-01', permits: []",
        "permits: []",
        Fault.EMPTY,
        "permits",
    ),
    Bad("an empty name", "name: 集市", "name: ''", "name: ''", Fault.EMPTY, "name"),
    Bad(
        "a name that YAML takes for true",
        "name: 集市",
        "name: on",
        "name: on",
        Fault.NOT_TEXT,
        "name",
    ),
    Bad("a name that is null", "name: 集市", "name:", "name:\n", Fault.NOT_TEXT, "name"),
    Bad(
        "an object's tag",
        "name: 集市",
        "name: !!python/name:os.system 集市",
        "!!python",
        Fault.NOT_TEXT,
    ),
    Bad(
        "a yes that YAML 1.2 takes for text",
        "first_batch: true",
        "first_batch: yes",
        "yes",
        Fault.NOT_A_BOOLEAN,
    ),
    Bad(
        "a boolean in quotes",
        "first_batch: true",
        "first_batch: 'true'",
        "'true'",
        Fault.NOT_A_BOOLEAN,
    ),
    Bad("an octal permit code", "code: 5,", "code: 010,", "010", Fault.NOT_AN_INTEGER),
    Bad("a sexagesimal permit code", "code: 5,", "code: 1:30,", "1:30", Fault.NOT_AN_INTEGER),
    Bad("a permit code of 0", "code: 5,", "code: 0,", "code: 0", Fault.OUT_OF_RANGE),
    Bad("a version that is no year", "version: 2031", "version: 31", "version", Fault.OUT_OF_RANGE),
    Bad("a day without quotes", "'2031-02-03'", "2031-02-03", "issued", Fault.NOT_A_DAY),
    Bad("a day that no calendar has", "'2031-02-03'", "'2031-02-30'", "issued", Fault.NOT_A_DAY),
    Bad("a day in another notation", "'2031-02-03'", "'20310203'", "issued", Fault.NOT_A_DAY),
    Bad(
        "a list that is not closed",
        "'08-01', permits: [meal]",
        "'08-01', permits: [meal",
        "need: group",
        Fault.SYNTAX,
    ),
    Bad("two documents", "industries:", "---\nindustries:", "---", Fault.SYNTAX),
    Bad("a control character", "name: 集市", "name: 集\x07市", "\x07", Fault.SYNTAX),
    Bad("a tab for indentation", "  first_batch: true", "\tfirst_batch: true", "\t", Fault.TAB),
    Bad(
        "a tab that YAML would allow",
        "first_batch: true",
        "first_batch: true\t# a comment",
        "\t",
        Fault.TAB,
    ),
    Bad("an anchor", "name: 集市", "name: &market 集市", "&market", Fault.ALIAS, "market"),
    Bad("an alias of nothing", "name: 集市", "name: *market", "*market", Fault.ALIAS, "market"),
    Bad("nesting without end", "name: 集市", f"name: {'[' * 50_000}", "[[[", Fault.TOO_DEEP),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_line_is_refused_by_its_number(bad: Bad, tmp_path: Path) -> None:
    assert bad.old in SMALL
    text = SMALL.replace(bad.old, bad.new, 1)
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(CatalogError) as refused:
        load_catalog(path)
    error = refused.value
    line = text[: text.index(bad.at)].count("\n") + 1
    assert (error.fault, error.line) == (bad.fault, line)
    assert bad.subject in error.subject
    assert str(error).startswith(f"{path}:{line}: ")
    assert error.message.zh in str(error)


def test_every_fault_of_a_line_has_a_case() -> None:
    of_the_whole_file = {Fault.UNREADABLE, Fault.TOO_LARGE, Fault.NOT_UTF8}
    assert {bad.fault for bad in BAD} == set(Fault) - of_the_whole_file
