"""How templates say words, days and instants: in the page's language, escaped."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from verify_service.catalog.bilingual import Bilingual
from verify_service.pages.languages import Language
from verify_service.pages.times import day_text, instant_text


def helpers(words: Mapping[str, Bilingual], language: Language) -> dict[str, Any]:
    """Return what every template is given: its language, and functions that speak it."""
    return {
        "language": language,
        "say": lambda key, *values: _say(words[key], language, values),
        "both": lambda text: _both(words[text] if isinstance(text, str) else text, language),
        "pick": language.pick,
        "day": lambda value: _day(value, language, words["no_end"]),
        "instant": lambda value: _time(value, instant_text(value, language)),
        "clock": lambda value: _time(value, f"{value:%Y-%m-%d %H:%M:%S}"),
    }


def _say(words: Bilingual, language: Language, values: Sequence[object]) -> Markup:
    return escape(language.pick(words)).format(*values)


def _both(words: Bilingual, language: Language) -> Markup:
    """Write words in the page's language, and small behind them in the other."""
    other = language.other
    return Markup('{} <small lang="{}">{}</small>').format(
        language.pick(words), other.tag, other.pick(words)
    )


def _day(value: date | None, language: Language, no_end: Bilingual) -> str:
    return language.pick(no_end) if value is None else day_text(value, language)


def _time(value: datetime, text: str) -> Markup:
    """Write an instant for people, and in its attribute for programs."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), text)
