"""What the catalog refuses, one class per reason that somebody can act on.

Exception
├── CatalogError        a file that is no catalog: correct it at ``line``
├── FactsMissingError   the rules need answers that nobody gave: ask ``questions``
├── FactMalformedError  a stated fact that answers no question
└── NotInCatalogError   this version knows no such ``what``: ``key``
"""

from enum import StrEnum
from pathlib import Path

from verify_service.catalog.bilingual import Bilingual
from verify_service.catalog.facts import Question


class Fault(StrEnum):
    """What is wrong with a line of a catalog file."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf8"
    TAB = "tab"
    SYNTAX = "syntax"
    EMPTY = "empty"
    ALIAS = "alias"
    TOO_DEEP = "too-deep"
    NOT_A_MAPPING = "not-a-mapping"
    NOT_A_LIST = "not-a-list"
    NOT_TEXT = "not-text"
    NOT_AN_INTEGER = "not-an-integer"
    NOT_A_BOOLEAN = "not-a-boolean"
    NOT_A_DAY = "not-a-day"
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    REPEATED_KEY = "repeated-key"
    UNQUOTED = "unquoted"
    MALFORMED = "malformed"
    NOT_A_CHOICE = "not-a-choice"
    OUT_OF_RANGE = "out-of-range"
    DUPLICATE = "duplicate"
    UNKNOWN_REFERENCE = "unknown-reference"
    CONTRADICTION = "contradiction"
    UNGROUPED = "ungrouped"
    UNCODED = "uncoded"


_FAULTS: dict[Fault, tuple[str, str]] = {
    Fault.UNREADABLE: ("无法读取（{}）", "cannot be read ({})"),
    Fault.TOO_LARGE: ("文件超过 {} 字节", "larger than {} bytes"),
    Fault.NOT_UTF8: ("不是 UTF-8", "not UTF-8"),
    Fault.TAB: ("含有制表符，请用空格", "contains a tab; use spaces"),
    Fault.SYNTAX: ("YAML 语法错误：{}", "YAML syntax: {}"),
    Fault.EMPTY: ("{} 不能为空", "{} must not be empty"),
    Fault.ALIAS: ("不允许锚点和别名（{}）", "anchors and aliases are not allowed ({})"),
    Fault.TOO_DEEP: ("嵌套超过 {} 层", "nested deeper than {} levels"),
    Fault.NOT_A_MAPPING: ("{} 应为键值对", "{} must be a mapping"),
    Fault.NOT_A_LIST: ("{} 应为列表", "{} must be a list"),
    Fault.NOT_TEXT: ("{} 应为文本", "{} must be text"),
    Fault.NOT_AN_INTEGER: ("{} 应为整数", "{} must be an integer"),
    Fault.NOT_A_BOOLEAN: ("{} 应为 true 或 false", "{} must be true or false"),
    Fault.NOT_A_DAY: ("{} 应为带引号的 YYYY-MM-DD", "{} must be a quoted YYYY-MM-DD"),
    Fault.UNKNOWN_KEY: ("不认识的键 {}", "unknown key {}"),
    Fault.MISSING_KEY: ("缺少键 {}", "missing key {}"),
    Fault.REPEATED_KEY: ("键 {} 重复", "key {} is repeated"),
    Fault.UNQUOTED: ("{} 必须加引号", "{} must be quoted"),
    Fault.MALFORMED: ("{} 格式不对", "{} is malformed"),
    Fault.NOT_A_CHOICE: ("{} 不在允许的取值内", "{} is not one of the allowed words"),
    Fault.OUT_OF_RANGE: ("{} 超出范围", "{} is out of range"),
    Fault.DUPLICATE: ("{} 已经出现过", "{} is already taken"),
    Fault.UNKNOWN_REFERENCE: ("{} 没有定义", "{} is not defined"),
    Fault.CONTRADICTION: ("{} 与本行其他内容不符", "{} does not go with the rest of the entry"),
    Fault.UNGROUPED: ("{} 要求成组，但不在任何组内", "{} needs a group and is in none"),
    Fault.UNCODED: ("{} 没有证件代码", "{} has no permit code"),
}


class CatalogError(Exception):
    """A catalog file is refused; ``line`` counts from 1 and is 0 for the file as a whole."""

    def __init__(self, *, path: Path, line: int, fault: Fault, subject: str = "") -> None:
        self.path = path
        self.line = line
        self.fault = fault
        self.subject = subject
        zh, en = _FAULTS[fault]
        self.message = Bilingual(zh=zh.format(subject), en=en.format(subject))
        super().__init__(f"{path}:{line}: {self.message.zh} · {self.message.en}")


class FactsMissingError(Exception):
    """The rules depend on facts that are unknown; ``questions`` in the order of `Question`."""

    def __init__(self, *, questions: tuple[Question, ...]) -> None:
        self.questions = questions
        asked = "; ".join(f"{question.text.zh} · {question.text.en}" for question in questions)
        super().__init__(asked)


class FactMalformedError(ValueError):
    """A stated fact that answers no question, or with a word that is no answer to it."""

    def __init__(self, *, name: str, value: object) -> None:
        self.name = name
        self.value = value
        super().__init__(
            f"场所情况填写有误：{name} · not a fact about premises: {name} = {value!r}"
        )


class NotInCatalogError(LookupError):
    """A key that this version of the catalog does not have."""

    def __init__(self, *, what: str, key: str) -> None:
        self.what = what
        self.key = key
        super().__init__(f"{what} {key}")
