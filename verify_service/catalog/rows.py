"""Reads one industry of a catalog file: its rows, its groups, and whether they fit together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from verify_service.catalog.errors import Fault
from verify_service.catalog.facts import YES_OR_NO, Question
from verify_service.catalog.fields import Entry
from verify_service.catalog.model import (
    Department,
    Form,
    Group,
    Industry,
    Item,
    Jurisdiction,
    Need,
    PermitKind,
    Substitute,
)

INDUSTRY_KEYS: Final = ("code", "name", "name_en", "first_batch", "items")
_ITEM_KEYS: Final = ("id", "permits", "need")
_ITEM_OPTIONS: Final = ("department", "jurisdiction", "when", "substitute", "remark", "remark_en")
_GROUP_KEYS: Final = ("id", "items", "at_least", "remark", "remark_en")
_CODE: Final = re.compile(r"[0-9]{2}")
_ITEM_ID: Final = re.compile(r"[0-9]{2}-[0-9]{2}")
_GROUP_ID: Final = re.compile(r"[0-9]{2}-G[1-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What rows refer to by id."""

    kinds: Mapping[str, PermitKind]
    departments: Mapping[str, Department]
    jurisdictions: Mapping[str, Jurisdiction]
    coded: frozenset[tuple[str, str, Form]]  # the meanings of all permit codes


def industry_code(entry: Entry) -> str:
    return entry.code("code", _CODE)


def read_industry(entry: Entry, tables: Tables) -> Industry:
    code = industry_code(entry)
    items: dict[str, Item] = {}
    homes: set[str] = set()  # of permit kinds: in one item each, so that a permit's item is certain
    needs_group: dict[str, Entry] = {}
    for row in entry.entries("items", required=_ITEM_KEYS, optional=_ITEM_OPTIONS):
        item = _item(row, code, tables)
        if item.id in items:
            raise row.fault(Fault.DUPLICATE, item.id)
        for kind in item.kinds:
            if kind.id in homes:
                raise row.fault(Fault.DUPLICATE, kind.id, at="permits")
            homes.add(kind.id)
        if item.need is Need.GROUP:
            needs_group[item.id] = row
        items[item.id] = item
    groups = _groups(entry, code, items) if "groups" in entry else ()
    for group in groups:
        for member in group.item_ids:
            del needs_group[member]
    for item_id, row in needs_group.items():
        raise row.fault(Fault.UNGROUPED, item_id)
    return Industry(
        code=code,
        name=entry.bilingual("name"),
        first_batch=entry.boolean("first_batch"),
        items=tuple(items.values()),
        groups=groups,
    )


def _item(row: Entry, industry: str, tables: Tables) -> Item:
    item_id = row.code("id", _ITEM_ID)
    if not item_id.startswith(f"{industry}-"):
        raise row.fault(Fault.CONTRADICTION, item_id, at="id")
    need = row.word("need", Need)
    if ("when" in row) != (need is Need.CONDITIONAL):
        raise row.fault(Fault.CONTRADICTION, "when" if "when" in row else "need")
    item = Item(
        id=item_id,
        kinds=row.references("permits", tables.kinds),
        department=_department(row, tables),
        need=need,
        when=_yes_or_no(row) if "when" in row else None,
        substitute=_substitute(row) if "substitute" in row else None,
        remark=row.bilingual("remark") if "remark" in row or "remark_en" in row else None,
    )
    for kind in item.kinds:
        if item.substitute is not None and item.substitute.form is kind.form:
            raise row.fault(Fault.CONTRADICTION, f"{kind.id} · {kind.form}", at="substitute")
        for form in item.forms(kind):
            for department in item.departments:
                if (kind.id, department.id, form) not in tables.coded:
                    raise row.fault(Fault.UNCODED, f"{kind.id} · {department.id} · {form}")
    return item


def _department(row: Entry, tables: Tables) -> Department | Jurisdiction:
    if "department" in row and "jurisdiction" in row:
        raise row.fault(Fault.CONTRADICTION, "jurisdiction", at="jurisdiction")
    if "jurisdiction" in row:
        return row.reference("jurisdiction", tables.jurisdictions)
    if "department" in row:
        return row.reference("department", tables.departments)
    raise row.fault(Fault.MISSING_KEY, "department")


def _substitute(row: Entry) -> Substitute:
    entry = row.entry("substitute", required=("when", "form"))
    return Substitute(when=_yes_or_no(entry), form=entry.word("form", Form))


def _yes_or_no(entry: Entry) -> Question:
    return entry.word("when", (fact for fact in Question if fact in YES_OR_NO))


def _groups(entry: Entry, industry: str, items: Mapping[str, Item]) -> tuple[Group, ...]:
    groups: dict[str, Group] = {}
    grouped: set[str] = set()
    for row in entry.entries("groups", required=_GROUP_KEYS):
        group_id = row.code("id", _GROUP_ID)
        if group_id in groups:
            raise row.fault(Fault.DUPLICATE, group_id)
        if not group_id.startswith(f"{industry}-"):
            raise row.fault(Fault.CONTRADICTION, group_id, at="id")
        members = row.codes("items", _ITEM_ID)
        for member in members:
            if member not in items:
                raise row.fault(Fault.UNKNOWN_REFERENCE, member, at="items")
            if items[member].need is not Need.GROUP:
                raise row.fault(Fault.CONTRADICTION, member, at="items")
            if member in grouped:
                raise row.fault(Fault.DUPLICATE, member, at="items")
            grouped.add(member)
        groups[group_id] = Group(
            id=group_id,
            item_ids=members,
            at_least=row.integer("at_least", within=range(1, len(members) + 1)),
            remark=row.bilingual("remark"),
        )
    return tuple(groups.values())
