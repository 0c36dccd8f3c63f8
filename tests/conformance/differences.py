"""Where an answer differs from the right one, path by path."""

import json
import re
from collections.abc import Iterator
from typing import Final

_WORD: Final = re.compile(r"[a-z][a-z_-]*")
_LITERALS: Final = frozenset({"null", "true", "false"})
_SHOWN: Final = 120  # characters of a value


def differences(found: object, expected: object, path: str = "") -> Iterator[str]:
    """Each difference in words: `reasons[0].code: signature-invalid, not envelope-malformed`.

    Members of objects are in no order, those of arrays are. `true` is no number; 40 and 40.0 are
    one.
    """
    if isinstance(found, dict) and isinstance(expected, dict):
        for name, value in expected.items():
            inner = f"{path}.{name}" if path else name
            if name in found:
                yield from differences(found[name], value, inner)
            else:
                yield f"{inner}: missing, not {shown(value)}"
        for name in found.keys() - expected.keys():
            inner = f"{path}.{printable(name)}" if path else printable(name)
            yield f"{inner}: {shown(found[name])}, which should not be there"
    elif isinstance(found, list) and isinstance(expected, list):
        for at, value in enumerate(expected):
            if at < len(found):
                yield from differences(found[at], value, f"{path}[{at}]")
            else:
                yield f"{path}[{at}]: missing, not {shown(value)}"
        for at in range(len(expected), len(found)):
            yield f"{path}[{at}]: {shown(found[at])}, which should not be there"
    elif isinstance(found, bool) is not isinstance(expected, bool) or found != expected:
        yield f"{path}: {shown(found)}, not {shown(expected)}"


def shown(value: object) -> str:
    """A value as people read it, cut to a line."""
    if isinstance(value, str) and _WORD.fullmatch(value) and value not in _LITERALS:
        text = value
    else:
        text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def printable(text: str) -> str:
    """A foreign text without what would drive a terminal."""
    return "".join(
        each if each.isprintable() else ascii(each)[1:-1]
        for each in text  # ascii: \x1b
    )
