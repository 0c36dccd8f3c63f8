"""What everybody is to say of every license, written by hand: the demo's answers are held to it.

`names` is what the verdict calls the industry and the permits: the words of the issuer's own catalog.
"""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Who verifies: the scanners of a community, and its services."""

    BEIJING = "北京 Beijing"
    TIANJIN = "天津 Tianjin"


class Moment(StrEnum):
    """When: with a list from before, before and after the districts exchange their lists."""

    FIRST_STICK = "80天前的名单 stick of 80 days ago"
    ANNOUNCED_STICK = "62天前的名单 stick of 62 days ago"
    BEFORE = "交换前 before the exchange"
    AFTER = "交换后 after the exchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """``reasons`` sorted; ``names`` of the industry, then of the permits."""

    license: str
    place: Place
    moment: Moment
    outcome: str
    reasons: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


_FOOD = "食品经营许可证"
_CHAOYANG, _CHAOYANG_BAR = ("咖啡厅", _FOOD), ("酒吧", _FOOD)
_HAIDIAN, _HAIDIAN_BAR = ("咖啡馆", _FOOD, "沿街摆位备案凭证"), ("酒吧", _FOOD)
_BINHAI, _BINHAI_BAR = ("咖啡店", _FOOD), ("酒吧", _FOOD)
_BINHAI_BOOKS = ("咖啡店", _FOOD, "出版物经营许可证")
_TRIAL, _SCOPE, _PERMIT = (
    "recognition-trial",
    "recognition-out-of-scope",
    "recognition-permit-out-of-scope",
)
_VOID = ("license-void", "permit-revoked")


def _at(
    moment: Moment, place: Place, *rows: tuple[str, str, tuple[str, ...], tuple[str, ...]]
) -> tuple[Expected, ...]:
    return tuple(
        Expected(
            license=license,
            place=place,
            moment=moment,
            outcome=outcome,
            reasons=reasons,
            names=names,
        )
        for license, outcome, reasons, names in rows
    )


EXPECTED = (
    *_at(
        Moment.FIRST_STICK,
        Place.BEIJING,
        # Binhai was not on the list of that day: an old list may lack a district, and says so.
        ("b-café", "indeterminate", ("host-unknown-trust-old",), ()),
        ("c-bar", "indeterminate", ("key-unknown-trust-old",), ()),
    ),
    *_at(
        Moment.ANNOUNCED_STICK,
        Place.BEIJING,
        # The next key was announced on that list: what it signed since is opened, and only its
        # place in a status list of that day is not there yet.
        ("c-bar", "indeterminate", ("status-missing", "trust-aging"), _CHAOYANG_BAR),
    ),
    *_at(
        Moment.BEFORE,
        Place.BEIJING,
        ("b-café", "indeterminate", ("recognition-trial", "status-stale"), _BINHAI),
        ("h-bar", "valid", (), _HAIDIAN_BAR),
    ),
    *_at(
        Moment.AFTER,
        Place.BEIJING,
        ("c-café", "valid", (), _CHAOYANG),
        ("c-bar", "valid", (), _CHAOYANG_BAR),
        ("h-café", "valid", (), _HAIDIAN),
        ("h-bar", "not_in_force", _VOID, _HAIDIAN_BAR),
        ("b-café", "attention", (_TRIAL,), _BINHAI),
        ("b-bar", "not_in_force", (_SCOPE,), _BINHAI_BAR),
        ("b-café-books", "not_in_force", (_PERMIT, _TRIAL), _BINHAI_BOOKS),
        # To whoever holds a fresh list, a district that is not on it is nobody.
        ("g-café", "not_a_license", ("look-alike-host",), ()),
        ("c-early", "rejected", ("key-out-of-period",), ()),
    ),
    *_at(
        Moment.AFTER,
        Place.TIANJIN,
        ("c-café", "valid", (), _CHAOYANG),
        ("c-bar", "not_in_force", (_SCOPE,), _CHAOYANG_BAR),
        ("h-café", "not_in_force", (_SCOPE,), _HAIDIAN),
        ("h-bar", "not_in_force", tuple(sorted((*_VOID, _SCOPE))), _HAIDIAN_BAR),
        ("b-café", "valid", (), _BINHAI),
        ("b-bar", "valid", (), _BINHAI_BAR),
        ("b-café-books", "valid", (), _BINHAI_BOOKS),
        ("g-café", "not_a_license", ("look-alike-host",), ()),
        ("c-early", "rejected", ("key-out-of-period",), ()),
    ),
)
