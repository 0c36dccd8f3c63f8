"""Days and instants as pages write them: one form each, by language."""

from datetime import date, datetime

from verify_service.pages.languages import Language


def day_text(value: date, language: Language) -> str:
    if language is Language.ZH:
        return f"{value.year}年{value.month}月{value.day}日"
    return value.isoformat()


def instant_text(value: datetime, language: Language) -> str:
    """To the second, in the time that it has."""
    return f"{day_text(value.date(), language)} {value:%H:%M:%S}"
