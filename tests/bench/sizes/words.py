"""The words that generated licenses are made of (unseen-words.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

WORDS: Final = Path(__file__).with_name("unseen-words.yaml")

_PROVINCES: Final = {
    "beijing": ("北京市", "京"),
    "tianjin": ("天津市", "津"),
    "hebei": ("河北省", "冀"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A county-level division: how addresses, holders' names and permit numbers write it."""

    code: str
    province: str
    county: str
    holder: str
    letter: str
    short: str
    towns: tuple[str, ...]

    @property
    def address(self) -> str:
        return self.province + self.county

    @property
    def rural_towns(self) -> tuple[str, ...]:
        return tuple(town for town in self.towns if town.endswith("镇"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Everything that the generator draws from."""

    brands: tuple[str, ...]
    rare_brands: tuple[str, ...]
    latin_brands: tuple[tuple[str, str], ...]
    minority_names: tuple[str, ...]
    persons: tuple[str, ...]
    groups: tuple[str, ...]
    branches: tuple[str, ...]
    trades: Mapping[str, str]
    streets: tuple[str, ...]
    villages: tuple[str, ...]
    parks: tuple[str, ...]
    malls: tuple[str, ...]
    divisions: Mapping[str, tuple[Division, ...]]

    @property
    def region(self) -> tuple[Division, ...]:
        """Every division, province by province."""
        return tuple(division for group in self.divisions.values() for division in group)

    @property
    def rural(self) -> tuple[Division, ...]:
        """The divisions that have a 镇 among their towns."""
        return tuple(division for division in self.region if division.rural_towns)


@cache
def load_words() -> Words:
    """Read the words."""
    document: dict[str, Any] = yaml.safe_load(WORDS.read_text("utf-8"))
    divisions = {
        label: tuple(_division(label, entry) for entry in entries)
        for label, entries in document.pop("divisions").items()
    }
    trades = document.pop("trades")
    latin_brands = tuple((name, latin) for name, latin in document.pop("latin_brands"))
    plain = {key: tuple(words) for key, words in document.items()}
    return Words(divisions=divisions, trades=trades, latin_brands=latin_brands, **plain)


def _division(label: str, entry: Mapping[str, Any]) -> Division:
    province, letter = _PROVINCES[label]
    return Division(
        code=entry["code"],
        province=province,
        county=entry["county"],
        holder=entry["holder"],
        letter=letter,
        short=entry["short"],
        towns=tuple(entry["towns"]),
    )
