"""Takes typed values out of YAML nodes, refusing by line whatever is not of its type.

A value's type is what YAML's core schema makes of it, so `name: on` is no text and `code: 08` no
code; nothing is converted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import yaml

from verify_service.catalog.bilingual import Bilingual
from verify_service.catalog.errors import CatalogError, Fault

_TAG: Final = "tag:yaml.org,2002:"
_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_INTEGER: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_TEXT: Final = 1000  # the longest remedy has some 300 characters
_QUOTES: Final = ("'", '"')

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")


class Entry:
    """A mapping of the file whose keys are known, complete and unrepeated."""

    def __init__(
        self,
        node: yaml.Node,
        *,
        path: Path,
        subject: str,
        required: Sequence[str],
        optional: Sequence[str] = (),
    ) -> None:
        self.path = path
        self.node = node
        if not isinstance(node, yaml.MappingNode) or node.tag != f"{_TAG}map":
            raise self.fault(Fault.NOT_A_MAPPING, subject, at=node)
        self._values: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key_node.tag != f"{_TAG}str" or key not in (*required, *optional):
                raise self.fault(Fault.UNKNOWN_KEY, key, at=key_node)
            if key in self._values:
                raise self.fault(Fault.REPEATED_KEY, key, at=key_node)
            self._values[key] = value
        for key in required:
            if key not in self._values:
                raise self.fault(Fault.MISSING_KEY, key)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def fault(
        self, fault: Fault, subject: str, *, at: yaml.Node | str | None = None
    ) -> CatalogError:
        """The error to raise, at a node, at a key's value, or at the start of the entry."""
        node = self._values[at] if isinstance(at, str) else at or self.node
        line = node.start_mark.line + 1
        return CatalogError(path=self.path, line=line, fault=fault, subject=subject)

    def text(self, key: str) -> str:
        return self._text(self._values[key], key)

    def bilingual(self, key: str) -> Bilingual:
        """The text under ``key`` and its English under ``key_en``."""
        for needed in (key, f"{key}_en"):
            if needed not in self:
                raise self.fault(Fault.MISSING_KEY, needed)
        return Bilingual(zh=self.text(key), en=self.text(f"{key}_en"))

    def identifier(self, key: str) -> str:
        return self._matching(self._values[key], key, _IDENTIFIER)

    def reference(self, key: str, table: Mapping[str, Value]) -> Value:
        """What an id under ``key`` refers to."""
        return self._referred(self._values[key], key, table)

    def references(self, key: str, table: Mapping[str, Value]) -> tuple[Value, ...]:
        """What a list of ids refers to."""
        return tuple(self._referred(node, key, table) for node in self.nodes(key))

    def code(self, key: str, pattern: re.Pattern[str]) -> str:
        """A quoted string of the pattern."""
        return self._quoted(self._values[key], key, pattern)

    def codes(self, key: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
        return tuple(self._quoted(node, key, pattern) for node in self.nodes(key))

    def integer(self, key: str, *, within: range) -> int:
        node = self._values[key]
        text = self._scalar(node, "int", Fault.NOT_AN_INTEGER, key)
        if not _INTEGER.fullmatch(text):  # YAML 1.1 would read 010 as 8 and 1:30 as 90
            raise self.fault(Fault.NOT_AN_INTEGER, key, at=node)
        if int(text) not in within:
            raise self.fault(Fault.OUT_OF_RANGE, f"{key} {text}", at=node)
        return int(text)

    def boolean(self, key: str) -> bool:
        node = self._values[key]
        text = self._scalar(node, "bool", Fault.NOT_A_BOOLEAN, key)
        if text not in ("true", "false"):  # YAML 1.1 has yes, no, on and off besides
            raise self.fault(Fault.NOT_A_BOOLEAN, key, at=node)
        return text == "true"

    def day(self, key: str) -> date:
        text = self._scalar(self._values[key], "str", Fault.NOT_A_DAY, key)
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass  # such as 2023-02-30: refused like any other text
        raise self.fault(Fault.NOT_A_DAY, key, at=key)

    def word(self, key: str, words: Iterable[Word]) -> Word:
        """One of the words of an enumeration."""
        text = self.text(key)
        for word in words:
            if word.value == text:
                return word
        raise self.fault(Fault.NOT_A_CHOICE, f"{key} {text}", at=key)

    def nodes(self, key: str) -> tuple[yaml.Node, ...]:
        """The members of a list that is not empty."""
        node = self._values[key]
        if not isinstance(node, yaml.SequenceNode) or node.tag != f"{_TAG}seq":
            raise self.fault(Fault.NOT_A_LIST, key, at=node)
        if not node.value:
            raise self.fault(Fault.EMPTY, key, at=node)
        return tuple(node.value)

    def entries(
        self, key: str, *, required: Sequence[str], optional: Sequence[str] = ()
    ) -> tuple["Entry", ...]:
        """The members of a list of mappings."""
        return tuple(
            Entry(node, path=self.path, subject=key, required=required, optional=optional)
            for node in self.nodes(key)
        )

    def entry(self, key: str, *, required: Sequence[str]) -> "Entry":
        return Entry(self._values[key], path=self.path, subject=key, required=required)

    def _scalar(self, node: yaml.Node, tag: str, fault: Fault, subject: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.tag != f"{_TAG}{tag}":
            raise self.fault(fault, subject, at=node)
        return str(node.value)

    def _text(self, node: yaml.Node, subject: str) -> str:
        text = self._scalar(node, "str", Fault.NOT_TEXT, subject)
        if not text.strip():
            raise self.fault(Fault.EMPTY, subject, at=node)
        # it is printed on sheets: one line, no invisible characters
        if text != text.strip() or not text.isprintable() or len(text) > _MAX_TEXT:
            raise self.fault(Fault.MALFORMED, subject, at=node)
        return text

    def _referred(self, node: yaml.Node, subject: str, table: Mapping[str, Value]) -> Value:
        key = self._matching(node, subject, _IDENTIFIER)
        if key not in table:
            raise self.fault(Fault.UNKNOWN_REFERENCE, f"{subject} {key}", at=node)
        return table[key]

    def _matching(self, node: yaml.Node, subject: str, pattern: re.Pattern[str]) -> str:
        text = self._text(node, subject)
        if not pattern.fullmatch(text):
            raise self.fault(Fault.MALFORMED, f"{subject} {text}", at=node)
        return text

    def _quoted(self, node: yaml.Node, subject: str, pattern: re.Pattern[str]) -> str:
        if isinstance(node, yaml.ScalarNode) and node.style not in _QUOTES:
            raise self.fault(Fault.UNQUOTED, f"{subject} {node.value}", at=node)
        return self._matching(node, subject, pattern)
