"""Forms as they come in: fields read one by one, and what is wrong with each."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from credential.days import SHANGHAI
from verify_service.catalog.bilingual import Bilingual
from verify_service.desk.errors import FormStaleError
from verify_service.desk.words import FAULTS
from verify_service.problems import Problem

MOST_WORDS: Final = 500
_MOST_FIELDS: Final = 100
_TYPE: Final = "application/x-www-form-urlencoded"
_KEY: Final = re.compile(r"[\x21-\x7e]{8,128}")
_FIRST, _LAST = datetime(1970, 1, 2, tzinfo=SHANGHAI), datetime(9998, 1, 1, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a field; an empty field's name for the form as a whole."""

    field: str
    words: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of a form that was sent, in their order."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field as it was typed, empty where there is none."""
        return self.fields.get(name, ("",))[0]

    def every(self, name: str) -> tuple[str, ...]:
        """Return all values of a field, such as boxes that were ticked."""
        return self.fields.get(name, ())

    @property
    def key(self) -> str:
        """Return the form's request key; raises `FormStaleError`."""
        key = self.text("key")
        if not _KEY.fullmatch(key):
            raise FormStaleError
        return key


def new_key() -> str:
    """Make the request key of a form that is being written."""
    return f"desk-{token_urlsafe(18)}"


async def read_form(request: Request) -> Form:
    """Read a form's body; raises HTTPException for what is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        raise HTTPException(415)
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:  # no ASCII, no UTF-8 behind the percent signs, too many fields
        raise HTTPException(400) from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return Form(fields=fields)


class Reading:
    """A form read field by field; what is wrong is collected, to be told at once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.faults: list[Fault] = []

    def complain(self, name: str, fault: str) -> None:
        self.faults.append(Fault(field=name, words=FAULTS[fault]))

    def words(self, name: str, *, is_needed: bool = True) -> str | None:
        """Read what a person writes: blanks and line ends in a row are one blank."""
        text = unicodedata.normalize("NFC", " ".join(self.form.text(name).split()))
        if not text:
            if is_needed:
                self.complain(name, "missing")
            return None
        if len(text) > MOST_WORDS:
            self.complain(name, "too-long")
        elif not text.isprintable():
            self.complain(name, "not-printable")
        return text

    def choice(self, name: str, among: Collection[str]) -> str:
        """Read one of a few words."""
        value = self.form.text(name)
        if value not in among:
            self.complain(name, "choose")
        return value

    def day(self, name: str, *, is_needed: bool = True) -> date | None:
        """Read a civil day."""
        text = self.form.text(name).strip()
        if not text and not is_needed:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.complain(name, "no-day" if text else "missing")
            return None

    def instant(self, name: str) -> datetime | None:
        """Read an instant in Beijing time, None where the field is left empty."""
        text = self.form.text(name).strip()
        if not text:
            return None
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            self.complain(name, "no-instant")
            return None
        value = value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value
        try:
            if _FIRST <= value <= _LAST:
                return value
        except OverflowError:  # its zone leads out of the calendar
            pass
        self.complain(name, "no-instant")
        return None


def fault_of(problem: Problem, *, field: str = "") -> Fault:
    """Say a problem at a field; one that knows no Chinese with its title ahead."""
    zh, en = problem.zh, problem.en
    if zh == en:
        zh, en = f"{problem.kind.zh}：{zh}", f"{problem.kind.en}: {en}"
    return Fault(field=field, words=Bilingual(zh=zh, en=en))
