"""The printed sheet of a license: A4, PDF/A-2a and PDF/UA-1, the same bytes for the same content.

SheetError
├── UnknownTemplate      a template version that was never published
├── NoPermits            a license that gathers nothing
├── SymbolWithoutHost    a symbol that no phone's camera opens as a page
└── MissingGlyph         characters that the sheet's fonts cannot draw
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from urllib.parse import urlsplit

from verify_service.fonts import missing_glyphs
from verify_service.issuing.press import TEMPLATES, open_press
from verify_service.issuing.symbol import Symbol, to_svg

TEMPLATE = "2023-1"
"""The newest template. Older ones stay in `templates/`: a license is reprinted as it was."""

_BEIJING = timezone(timedelta(hours=8))
_NAME = "综合许可凭证"


class SheetError(Exception):
    """A sheet that must not be printed."""


class UnknownTemplate(SheetError):
    """No template of this version was ever published."""

    def __init__(self, template: str) -> None:
        super().__init__(f"no template {template!r}")
        self.template = template


class NoPermits(SheetError):
    """The license gathers no permit, so it says nothing."""


class SymbolWithoutHost(SheetError):
    """The symbol's text is no https URL, so a person could not check it with a phone."""

    def __init__(self, text: str) -> None:
        super().__init__(f"no https URL: {text!r}")
        self.text = text


class MissingGlyph(SheetError):
    """Characters that the fonts lack, control and invisible characters among them."""

    def __init__(self, characters: str) -> None:
        names = " ".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(f"the sheet's fonts lack {names}")
        self.characters = characters


class Use(StrEnum):
    """What a sheet is printed for."""

    OFFICIAL = "official"
    SPECIMEN = "specimen"


class Need(StrEnum):
    """Whether the industry requires an item (必须办理) or the holder chose it (按需办理)."""

    MANDATORY = "必须办理"
    OPTIONAL = "按需办理"


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitLine:
    """A permit in force; `valid_until` is its last day, or None for 长期."""

    name: str
    number: str
    department: str
    valid_until: date | None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLine:
    """An item applied for and not granted yet (未许可事项)."""

    name: str
    department: str
    need: Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """How to contest what a department decided (救济方式), in its own words."""

    department: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetContent:
    """Everything that is printed. Days are civil days in Beijing; None in `expires_on` is 长期.

    Nothing here is checked against the registry, nor is the symbol read back: issuing does both.
    """

    number: str
    version: int
    e_license: str
    issuer: str
    holder: str
    uscc: str
    premises: str
    industry_code: str
    industry_name: str
    issued_on: date
    expires_on: date | None
    permits: tuple[PermitLine, ...]
    pending: tuple[PendingLine, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    told_on: date | None
    symbol: Symbol
    template: str = TEMPLATE
    use: Use = Use.OFFICIAL


def render_sheet(content: SheetContent) -> bytes:
    """Print `content` as PDF.

    Raises an error of the tree above. Text is never read as markup, and nothing is cut off: what
    does not fit the first page goes on to the next.
    """
    if content.template not in published_templates():
        raise UnknownTemplate(content.template)
    if not content.permits:
        raise NoPermits("a license gathers at least one permit")
    facts = _facts(content)
    if missing := missing_glyphs("".join(_strings(facts))):
        raise MissingGlyph(missing)
    drawing = to_svg(content.symbol, title=_NAME)
    at = datetime.combine(content.issued_on, datetime.min.time(), _BEIJING)
    return open_press(content.template).print({**facts, "symbol_svg": drawing}, at=at)


def published_templates() -> frozenset[str]:
    """Return the versions that a sheet can be printed with."""
    return frozenset(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir())


def _facts(content: SheetContent) -> dict[str, object]:
    """Write everything out as the strings that are printed."""
    host = _host(content.symbol)
    return {
        "name": _NAME,
        "title": f"{_NAME} {content.number}",
        "number": content.number,
        "version": f"第 {content.version} 版",
        "e_license": content.e_license,
        "issuer": content.issuer,
        "holder": content.holder,
        "uscc": content.uscc,
        "premises": content.premises,
        "industry": f"{content.industry_code}　{content.industry_name}",
        "issued_on": _day(content.issued_on),
        "expires_on": _day(content.expires_on),
        "permits": [_permit(line) for line in content.permits],
        "pending": [_pending(line) for line in _by_need(content.pending)],
        "remedies": [_remedy(*item) for item in _by_text(content.remedies).items()],
        "told_on": None if content.told_on is None else f"已于{_day(content.told_on)}告知持证主体",
        "host": host,
        "symbol_alt": f"二维码：用手机扫描，打开 {host} 上的核验页面",
        "template": content.template,
        "specimen": "样张 SPECIMEN" if content.use is Use.SPECIMEN else None,
    }


def _permit(line: PermitLine) -> dict[str, object]:
    return {
        "name": line.name,
        "number": line.number,
        "department": line.department,
        "valid_until": _day(line.valid_until),
        "marks": list(line.marks),
    }


def _pending(line: PendingLine) -> dict[str, object]:
    return {
        "name": line.name,
        "department": line.department,
        "need": line.need.value,
        "mandatory": line.need is Need.MANDATORY,
    }


def _remedy(text: str, departments: Sequence[str]) -> dict[str, object]:
    return {"department": "、".join(departments), "text": text}


def _by_need(pending: Sequence[PendingLine]) -> list[PendingLine]:
    """Put mandatory items first, otherwise in their order."""
    return sorted(pending, key=lambda line: line.need is not Need.MANDATORY)


def _by_text(remedies: Sequence[Remedy]) -> dict[str, list[str]]:
    """Say once what several departments say."""
    departments: dict[str, list[str]] = {}
    for remedy in remedies:
        departments.setdefault(remedy.text, []).append(remedy.department)
    return departments


def _host(symbol: Symbol) -> str:
    """Return the host that a scan opens, as a browser shows it."""
    url = urlsplit(symbol.text)
    if url.scheme != "https" or not url.hostname:
        raise SymbolWithoutHost(symbol.text)
    return url.netloc.lower()


def _day(day: date | None) -> str:
    return "长期" if day is None else f"{day.year}年{day.month}月{day.day}日"


def _strings(value: object) -> Iterator[str]:
    """Yield every string inside nested lists and mappings."""
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _strings(item)
        case list():
            for item in value:
                yield from _strings(item)
