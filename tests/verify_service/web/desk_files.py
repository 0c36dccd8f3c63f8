"""Files that tests bring to the desk."""

import csv
import io
from collections.abc import Sequence

from tests.verify_service.web.desks import FOOD, TERMS, USCC

EXTRACT = ("kind", "number", "holder", "valid_from", "valid_until", "state")
LAST = "2033-04-21"


def table(*rows: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def changes(*rows: Sequence[object]) -> bytes:
    return table(("操作", "许可种类", "许可证编号", "理由"), *rows)


def extract(*rows: Sequence[object]) -> bytes:
    return table(EXTRACT, *rows)


def filed(state: str = "有效", *, number: str = FOOD, last: str = LAST) -> tuple[str, ...]:
    return ("food_business", number, USCC, TERMS["valid_from"], last, state)
