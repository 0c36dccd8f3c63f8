"""The catalog of industries as values: what the annex of 朝政办发〔2023〕4号 says, row by row.

Everything is already resolved and checked (`verify_service.catalog.loader`): an item holds its
permit kinds and departments themselves, not their ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from verify_service.catalog.bilingual import Bilingual
from verify_service.catalog.errors import NotInCatalogError
from verify_service.catalog.facts import Question


class Need(StrEnum):
    """办理要求, as a row of the annex prints it."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    CONDITIONAL = "conditional"
    GROUP = "group"


class Form(StrEnum):
    """What a department hands out: 许可证, 备案凭证, 意见书, 决定书, 资格证书."""

    PERMIT = "permit"
    FILING = "filing"
    OPINION = "opinion"
    DECISION = "decision"
    CERTIFICATE = "certificate"

    @property
    def text(self) -> Bilingual:
        return _FORMS[self]


class Level(StrEnum):
    """Whose department it is; `UNNAMED` is the annex's 「相关单位」."""

    DISTRICT = "district"
    BRANCH = "branch"
    MUNICIPAL = "municipal"
    UNNAMED = "unnamed"


_FORMS: Final = {
    Form.PERMIT: Bilingual(zh="许可证", en="permit"),
    Form.FILING: Bilingual(zh="备案凭证", en="filing receipt"),
    Form.OPINION: Bilingual(zh="意见书", en="opinion"),
    Form.DECISION: Bilingual(zh="决定书", en="decision"),
    Form.CERTIFICATE: Bilingual(zh="资格证书", en="qualification certificate"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """救济方式 against a department's decisions (R5), as told before a license is issued."""

    id: str
    authority: Bilingual  # whom to ask for 行政复议
    review: Bilingual  # 行政复议, one sentence or two
    lawsuit: Bilingual  # 行政诉讼, likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A body that decides on permits."""

    id: str
    name: Bilingual
    level: Level
    remedy: Remedy

    @property
    def is_named(self) -> bool:
        """False for 「相关单位」: nobody may be named for it but by the permit itself."""
        return self.level is not Level.UNNAMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """Two departments of which one decides, by a fact about the premises."""

    id: str
    fact: Question
    district: Department
    municipal: Department


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitKind:
    """A kind of permit (单项审批证件) and the form in which it is regularly handed out."""

    id: str
    name: Bilingual
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitCode:
    """What one small integer in a credential stands for; never changed, reused or removed."""

    code: int
    kind: PermitKind
    department: Department
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Another document form than a kind's own that is enough when a yes/no fact holds."""

    when: Question
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row of the annex: one permit kind, or alternatives of it, that an industry needs."""

    id: str
    kinds: tuple[PermitKind, ...]  # one or more; any of them will do
    department: Department | Jurisdiction
    need: Need
    when: Question | None  # only with `Need.CONDITIONAL`
    substitute: Substitute | None
    remark: Bilingual | None  # the annex's own words beside the requirement

    def forms(self, kind: PermitKind) -> tuple[Form, ...]:
        """Every form in which a permit of a kind can be accepted, its own first."""
        return (kind.form, self.substitute.form) if self.substitute else (kind.form,)

    @property
    def departments(self) -> tuple[Department, ...]:
        """Every department that can decide on it, municipal first as printed."""
        match self.department:
            case Jurisdiction(district=district, municipal=municipal):
                return (municipal, district)
            case Department() as department:
                return (department,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items of which at least ``at_least`` are mandatory together."""

    id: str
    item_ids: tuple[str, ...]
    at_least: int
    remark: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry:
    """One of the industries, with its rows in the annex's order.

    A permit kind is in at most one item, and an item in at most one group.
    """

    code: str  # two digits, always a string
    name: Bilingual
    first_batch: bool
    items: tuple[Item, ...]
    groups: tuple[Group, ...]

    @property
    def has_mandatory(self) -> bool:
        """False: it issues on any permit in force (R16)."""
        return any(item.need in (Need.MANDATORY, Need.GROUP) for item in self.items)

    def group_of(self, kind: str) -> Group | None:
        """The group that a kind of permit is a member of, by its item; None for most."""
        own = {item.id for item in self.items if any(each.id == kind for each in item.kinds)}
        return next((group for group in self.groups if own & set(group.item_ids)), None)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The facts that its rows depend on."""
        asked = {item.when for item in self.items}
        asked |= {item.substitute.when for item in self.items if item.substitute}
        asked |= {i.department.fact for i in self.items if isinstance(i.department, Jurisdiction)}
        return tuple(question for question in Question if question in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """An administrative division: code of GB/T 2260 and name."""

    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalog:
    """One version of a district's catalog; mappings are read-only and in the file's order."""

    version: int
    name: Bilingual
    source: str
    issued: date
    division: Division
    issuer: Bilingual
    departments: Mapping[str, Department]
    permit_kinds: Mapping[str, PermitKind]
    permit_codes: Mapping[int, PermitCode]
    industries: Mapping[str, Industry]

    def industry(self, code: str) -> Industry:
        """The industry of a two-digit code, or `NotInCatalogError`."""
        if code not in self.industries:
            raise NotInCatalogError(what="industry", key=code)
        return self.industries[code]

    def permit_kind(self, kind: str) -> PermitKind:
        """The permit kind of an id, or `NotInCatalogError`."""
        if kind not in self.permit_kinds:
            raise NotInCatalogError(what="permit kind", key=kind)
        return self.permit_kinds[kind]

    def permit_code(self, kind: str, *, department: str, form: Form) -> int:
        """The code of a combination given by ids, or `NotInCatalogError` where it cannot occur."""
        for entry in self.permit_codes.values():
            if (entry.kind.id, entry.department.id, entry.form) == (kind, department, form):
                return entry.code
        raise NotInCatalogError(what="permit code", key=f"{kind} · {department} · {form}")

    def meaning(self, code: int) -> PermitCode:
        """What a permit code stands for, or `NotInCatalogError`."""
        if code not in self.permit_codes:
            raise NotInCatalogError(what="permit code", key=str(code))
        return self.permit_codes[code]

    def codes_changed_since(self, earlier: "Catalog") -> tuple[int, ...]:
        """Codes of an earlier version that are gone or mean something else here: must be none."""
        return tuple(
            code
            for code, before in earlier.permit_codes.items()
            if (now := self.permit_codes.get(code)) is None
            or (now.kind.id, now.department.id, now.form)
            != (before.kind.id, before.department.id, before.form)
        )
