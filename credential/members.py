"""The members of a question in JSON, each held to its type and range (docs/spec/conformance.md).

What comes from here neither overflows nor stands for something else: `true` is no 1, and `{}` is not
"none".
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar

from credential.claims import Position
from credential.days import LAST_INSTANT, seconds_of
from credential.question import RegistryAnswer
from credential.rules import Policy

Document: TypeAlias = Mapping[str, Any]
Read = TypeVar("Read")

MAX_UINT: Final = (1 << 53) - 1  # the last that every JSON program counts (RFC 8259 §6)
_MAX_ENTRY: Final = 15  # of four bits


def or_none(read: Callable[[object], Read], value: object) -> Read | None:
    return None if value is None else read(value)


def an_object(value: object) -> Document:
    if not isinstance(value, Mapping):
        raise _malformed("an object", value)
    return value


def an_array(value: object) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise _malformed("an array", value)
    return value


def a_text(value: object) -> str:
    if not isinstance(value, str):
        raise _malformed("a text", value)
    return value


def a_truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _malformed("true or false", value)
    return value


def a_uint(value: object, *, most: int = MAX_UINT) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _malformed(f"an integer from 0 to {most}", value)
    return value


def some_bytes(value: object) -> bytes:
    """Of hex."""
    return bytes.fromhex(a_text(value))


def an_instant(value: object) -> datetime:
    """An aware one, which Beijing's calendar has a day for."""
    at = datetime.fromisoformat(a_text(value))
    if not 0 <= seconds_of(at) <= LAST_INSTANT:
        raise _malformed("an instant of the years 1970 to 9999", value)
    return at


def a_position(value: object) -> Position:
    document = an_object(value)
    return Position(_degrees(document["latitude"], 90), _degrees(document["longitude"], 180))


def a_policy(value: object) -> Policy:
    return Policy(**{name: a_uint(setting) for name, setting in an_object(value).items()})


def a_registry_answer(value: object) -> RegistryAnswer:
    document = an_object(value)
    return RegistryAnswer(
        known=a_truth(document["known"]),
        agrees=a_truth(document["agrees"]),
        values=tuple(a_uint(each, most=_MAX_ENTRY) for each in an_array(document["values"])),
        as_of=seconds_of(an_instant(document["as_of"])),
    )


def _degrees(value: object, most: int) -> float:
    # Compared as it stands: to make a float of 10^400 would overflow.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not -most <= value <= most:  # type: ignore[operator]
        raise _malformed(f"a number from -{most} to {most}", value)
    return float(value)  # type: ignore[arg-type]


def _malformed(what: str, value: object) -> ValueError:
    return ValueError(f"{what} is expected, not a JSON value read as {type(value).__name__}")
