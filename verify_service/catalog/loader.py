"""Loads a catalog file (docs/spec/catalog.md), and refuses a bad one by line.

What is checked is what the rules rely on: every reference resolves, a permit kind is in at most one
item of an industry, groups and items name each other, and every combination of kind, department and
form that a row can lead to has a permit code.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from verify_service.catalog.errors import Fault, NotInCatalogError
from verify_service.catalog.facts import YES_OR_NO, Question
from verify_service.catalog.fields import Entry
from verify_service.catalog.model import (
    Catalog,
    Department,
    Division,
    Form,
    Jurisdiction,
    Level,
    PermitCode,
    PermitKind,
    Remedy,
)
from verify_service.catalog.rows import INDUSTRY_KEYS, Tables, industry_code, read_industry
from verify_service.catalog.source import compose

_DATA: Final = Path(__file__).with_name("data")
_BUILT_IN: Final = {2023: "chaoyang-2023.yaml"}

_NAMES: Final = ("name", "name_en")
_TOP_KEYS: Final = (
    *("version", *_NAMES, "source", "issued", "division", "issuer"),
    *("remedies", "lawsuit", "lawsuit_en", "departments", "jurisdictions"),
    *("permit_kinds", "permit_codes", "industries"),
)
_REMEDY_KEYS: Final = ("id", "authority", "authority_en", "review", "review_en")
_DEPARTMENT_KEYS: Final = ("id", *_NAMES, "level", "remedy")
_JURISDICTION_KEYS: Final = ("id", "fact", "district", "municipal")
_KIND_KEYS: Final = ("id", *_NAMES, "form")
_CODE_KEYS: Final = ("code", "kind", "department", "form")
_DIVISION: Final = re.compile(r"[0-9]{6}")  # GB/T 2260
_YEARS: Final = range(2000, 2200)
_CODES: Final = range(1, 65_536)

Value = TypeVar("Value")


@cache
def builtin_catalog(version: int = 2023) -> Catalog:
    """A catalog that comes with the package, loaded once, or `NotInCatalogError`."""
    if version not in _BUILT_IN:
        raise NotInCatalogError(what="catalog version", key=str(version))
    return load_catalog(_DATA / _BUILT_IN[version])


def load_catalog(path: Path) -> Catalog:
    """The catalog in a file, or `CatalogError` naming a line that is wrong."""
    top = Entry(compose(path), path=path, subject=path.name, required=_TOP_KEYS)
    remedies = _remedies(top)
    departments = _departments(top, remedies)
    kinds = _kinds(top)
    codes = _permit_codes(top, kinds, departments)
    tables = Tables(
        kinds=kinds,
        departments=departments,
        jurisdictions=_jurisdictions(top, departments),
        coded=frozenset((code.kind.id, code.department.id, code.form) for code in codes.values()),
    )
    industries = _table(
        top.entries("industries", required=INDUSTRY_KEYS, optional=("groups",)),
        key=industry_code,
        value=lambda entry: read_industry(entry, tables),
    )
    division = top.entry("division", required=("code", *_NAMES))
    return Catalog(
        version=top.integer("version", within=_YEARS),
        name=top.bilingual("name"),
        source=top.text("source"),
        issued=top.day("issued"),
        division=Division(code=division.code("code", _DIVISION), name=division.bilingual("name")),
        issuer=top.entry("issuer", required=_NAMES).bilingual("name"),
        departments=MappingProxyType(departments),
        permit_kinds=MappingProxyType(kinds),
        permit_codes=MappingProxyType(codes),
        industries=MappingProxyType(industries),
    )


def _table(
    entries: Iterable[Entry], *, key: Callable[[Entry], str], value: Callable[[Entry], Value]
) -> dict[str, Value]:
    """Values by key, in the file's order; neither key nor name occurs twice."""
    table: dict[str, Value] = {}
    names: set[str] = set()
    for entry in entries:
        found = key(entry)
        if found in table:
            raise entry.fault(Fault.DUPLICATE, found)
        if "name" in entry:
            if (name := entry.text("name")) in names:
                raise entry.fault(Fault.DUPLICATE, name, at="name")
            names.add(name)
        table[found] = value(entry)
    return table


def _id(entry: Entry) -> str:
    return entry.identifier("id")


def _remedies(top: Entry) -> dict[str, Remedy]:
    lawsuit = top.bilingual("lawsuit")
    return _table(
        top.entries("remedies", required=_REMEDY_KEYS),
        key=_id,
        value=lambda entry: Remedy(
            id=_id(entry),
            authority=entry.bilingual("authority"),
            review=entry.bilingual("review"),
            lawsuit=lawsuit,
        ),
    )


def _departments(top: Entry, remedies: dict[str, Remedy]) -> dict[str, Department]:
    return _table(
        top.entries("departments", required=_DEPARTMENT_KEYS),
        key=_id,
        value=lambda entry: Department(
            id=_id(entry),
            name=entry.bilingual("name"),
            level=entry.word("level", Level),
            remedy=entry.reference("remedy", remedies),
        ),
    )


def _jurisdictions(top: Entry, departments: dict[str, Department]) -> dict[str, Jurisdiction]:
    return _table(
        top.entries("jurisdictions", required=_JURISDICTION_KEYS),
        key=_id,
        value=lambda entry: Jurisdiction(
            id=_id(entry),
            fact=entry.word("fact", (fact for fact in Question if fact not in YES_OR_NO)),
            district=entry.reference("district", departments),
            municipal=entry.reference("municipal", departments),
        ),
    )


def _kinds(top: Entry) -> dict[str, PermitKind]:
    return _table(
        top.entries("permit_kinds", required=_KIND_KEYS),
        key=_id,
        value=lambda entry: PermitKind(
            id=_id(entry), name=entry.bilingual("name"), form=entry.word("form", Form)
        ),
    )


def _permit_codes(
    top: Entry, kinds: dict[str, PermitKind], departments: dict[str, Department]
) -> dict[int, PermitCode]:
    codes: dict[int, PermitCode] = {}
    meanings: set[tuple[str, str, Form]] = set()
    for entry in top.entries("permit_codes", required=_CODE_KEYS):
        code = PermitCode(
            code=entry.integer("code", within=_CODES),
            kind=entry.reference("kind", kinds),
            department=entry.reference("department", departments),
            form=entry.word("form", Form),
        )
        meaning = (code.kind.id, code.department.id, code.form)
        if code.code in codes:
            raise entry.fault(Fault.DUPLICATE, str(code.code))
        if meaning in meanings:
            raise entry.fault(Fault.DUPLICATE, " · ".join(meaning))
        codes[code.code] = code
        meanings.add(meaning)
    return codes
