"""The same text for people twice: Chinese first, and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """One text in both languages."""

    zh: str
    en: str
