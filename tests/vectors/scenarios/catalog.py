"""Step 15: names for the license's numbers, pending items, permits by promise."""

from collections.abc import Iterator
from dataclasses import replace

from credential.claims import PendingItem
from credential.code_list import seal_code_list
from tests.vectors.district import CAFE, CATALOG, CHAOYANG_KEY, sealed
from tests.vectors.scenario import TEXT, Layer, Scenario

HERE = Layer("catalog")


def without(*codes: int) -> bytes:
    permits = {code: kind for code, kind in CATALOG.permits.items() if code not in codes}
    return seal_code_list(replace(CATALOG, permits=permits), CHAOYANG_KEY)


def scenarios() -> Iterator[Scenario]:
    pending = sealed(CAFE._replace(pending=(PendingItem(3, False),)))
    for name, description, text, code_list in (
        ("no-code-list", "No code list of the issuer is here.", TEXT, None),
        (
            "another-edition",
            "The list here is of another edition.",
            TEXT,
            seal_code_list(replace(CATALOG, edition=2024), CHAOYANG_KEY),
        ),
        ("permit-not-in-the-list", "A permit's code has no name.", TEXT, without(2)),
        (
            "industry-not-in-the-list",
            "The industry has no name.",
            TEXT,
            seal_code_list(
                replace(CATALOG, industries={"06": CATALOG.industries["06"]}), CHAOYANG_KEY
            ),
        ),
    ):
        yield HERE.indeterminate(
            name,
            f"{description} The license is shown with its numbers, never green.",
            text,
            "catalog-unknown",
            code_lists=[] if code_list is None else [code_list],
        )
    yield HERE.indeterminate(
        "pending-item-without-a-code-list",
        "No code list at all: the pending item is called by its code.",
        pending,
        "catalog-unknown",
        "pending-item",
        code_lists=[],
    )
    yield HERE.indeterminate(
        "pending-item-not-in-the-list",
        "A pending item's code has no name.",
        pending,
        "catalog-unknown",
        "pending-item",
        code_lists=[without(3)],
    )
    yield HERE.attention(
        "pending-item",
        "Applied for and not granted yet (R8): the inspector looks for it.",
        pending,
        "pending-item",
    )
    yield HERE.attention(
        "pending-mandatory-first",
        "A mandatory pending item comes first, whatever their order on the license.",
        sealed(CAFE._replace(pending=(PendingItem(2, False), PendingItem(3, True)))),
        "pending-mandatory",
        "pending-item",
    )
    yield HERE.attention(
        "permit-by-promise",
        "Got by promise (告知承诺, R18): its check is still due.",
        sealed(CAFE._replace(permits=(CAFE.permits[0]._replace(by_promise=True), CAFE.permits[1]))),
        "permit-by-promise",
    )
    yield HERE.attention(
        "permit-by-promise-without-an-end",
        "The mark shares two bytes with the last day.",
        sealed(
            CAFE._replace(
                permits=(
                    CAFE.permits[0]._replace(by_promise=True, last_day=None),
                    CAFE.permits[1],
                )
            )
        ),
        "permit-by-promise",
    )
