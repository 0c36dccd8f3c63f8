"""Tables of changes for tests, and what a registry says of what came of them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.clocks import stopped
from tests.verify_service.bureau import NOON, Bureau, Shop, department
from verify_service.bulk import service as bulk
from verify_service.bulk.report import Report
from verify_service.intake.columns import Use
from verify_service.intake.reading import read_table
from verify_service.intake.table import Format, Table
from verify_service.registry.moves import Move
from verify_service.registry.records import Permit

FOOD, TOBACCO = department("food_business", "bj_small_food"), department("tobacco_retail")


def lines_of(*rows: Mapping[str, Any]) -> bytes:
    """A file of JSON lines."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def table_of(*rows: Mapping[str, Any]) -> Table:
    return read_table(lines_of(*rows), Format.JSON_LINES, Use.CHANGES)


def change_row(permit: Permit, move: Move, **more: Any) -> dict[str, Any]:
    return {
        "move": move.value,
        "kind": permit.kind,
        "number": permit.number,
        "grounds": "依法办理",
    } | more


def grant_row(shop: Shop, number: str, **more: Any) -> dict[str, Any]:
    return {
        "move": "granted",
        "kind": "food_business",
        "number": number,
        "holder": shop.holder,
        "premises": shop.premises,
        "valid_from": "2031-05-01",
        "valid_until": "2036-04-30",
    } | more


def run(bureau: Bureau, table: Table, *, at: datetime = NOON, **more: Any) -> Report:
    principal = more.pop("principal", FOOD)
    return bureau.service.bulk.run(table, principal=principal, clock=stopped(at), **more)


def rehearse(bureau: Bureau, table: Table, *, at: datetime = NOON, **more: Any) -> Report:
    principal = more.pop("principal", FOOD)
    return bureau.service.bulk.rehearse(table, principal=principal, at=at, **more)


def refused(report: Report) -> list[tuple[int, str | None, str]]:
    return [(each.line, each.cell, each.code) for each in report.refusals]


CHUNK = bulk.CHUNK
