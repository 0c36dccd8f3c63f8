"""Licenses with names, addresses and permit numbers that no table has seen, class by class.

Each class draws 40 licenses. What is no text (industry, permits, days) is the sample's, in turn,
so that sizes differ by their texts alone. The classes are what a registry of the region holds, the
awkward ones no rarer than the plain ones: a distribution over them is no estimate of a city's.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from credential.claims import License, Permit
from tests.bench.sizes.dice import Dice
from tests.bench.sizes.names import (
    BRANCHES,
    BRANDS,
    GROUPS,
    LATIN_BRANDS,
    MINORITY_NAMES,
    PERSONS,
    RARE_BRANDS,
    TRADES,
)
from tests.bench.sizes.numbers import permit_number
from tests.bench.sizes.places import (
    BEIJING,
    DIVISIONS,
    HEBEI,
    MALLS,
    PARKS,
    RURAL,
    STREETS,
    TIANJIN,
    VILLAGES,
    Division,
)
from verify_service.catalog import builtin_catalog
from verify_service.identifiers.uscc import ALPHABET, organization_check, uscc_check

PER_CLASS: Final = 40

Naming = Callable[[Division, str, Dice], str]
Placing = Callable[[Division, Dice], str]


def unseen_licenses(skeletons: Sequence[License]) -> Mapping[str, tuple[License, ...]]:
    """The generated licenses by class, each in the shape of one of `skeletons`."""
    kinds = {code: entry.kind.id for code, entry in builtin_catalog().permit_codes.items()}
    return {
        label: tuple(
            _license(skeletons[at % len(skeletons)], kinds, rule, Dice(f"{label}/{at}"))
            for at in range(PER_CLASS)
        )
        for label, rule in CLASSES.items()
    }


def _company(at: Division, trade: str, dice: Dice) -> str:
    form = dice.pick(("有限公司", "有限公司", "有限公司", "有限责任公司", "中心（有限合伙）"))
    if dice.below(4) == 0:
        return f"{dice.pick(BRANDS)}（{at.holder}）{trade}{form}"
    return f"{at.holder}{dice.pick(BRANDS)}{trade}{form}"


def _long(at: Division, trade: str, dice: Dice) -> str:
    return f"{dice.pick(GROUPS)}{trade}股份有限公司{at.county}{dice.pick(BRANCHES)}"


def _latin(at: Division, trade: str, dice: Dice) -> str:
    brand, latin = dice.pick(LATIN_BRANDS)
    return f"{at.holder}{brand}{trade}有限公司（{latin}）"


def _rare(at: Division, trade: str, dice: Dice) -> str:
    return f"{at.holder}{dice.pick(RARE_BRANDS)}{trade}有限公司"


def _minority(at: Division, trade: str, dice: Dice) -> str:
    return f"{at.county}{dice.pick(MINORITY_NAMES)}{trade}店（个体工商户）"


def _person(at: Division, trade: str, dice: Dice) -> str:
    return f"{at.address}{dice.pick(at.towns)}{dice.pick(PERSONS)}{trade}经营部（个体工商户）"


def _street(at: Division, dice: Dice) -> str:
    door = dice.pick(
        (
            f"{dice.between(1, 399)}号",
            f"{dice.between(1, 99)}号院{dice.between(1, 28)}号楼{dice.between(1, 6)}单元"
            f"{dice.between(1, 25)}层{dice.between(101, 2512)}室",
            f"甲{dice.between(1, 60)}号{dice.between(1, 12)}幢1至{dice.between(2, 4)}层全部",
            f"{dice.between(1, 120)}号平房第{dice.between(1, 12)}间",
            f"与{dice.pick(STREETS)}交口东南侧底商{dice.between(101, 140)}",
        )
    )
    return f"{at.address}{dice.pick(at.towns)}{dice.pick(STREETS)}{door}"


def _rural(at: Division, dice: Dice) -> str:
    place = dice.pick(
        (
            f"{dice.pick(VILLAGES)}村委会东南{dice.between(1, 20)}00米路北",
            f"{dice.pick(VILLAGES)}{dice.between(1, 5)}区{dice.between(1, 30)}排{dice.between(1, 20)}号",
            f"{dice.pick(VILLAGES)}村西{dice.between(10, 900)}号院内北侧第二排厂房",
            f"{dice.pick(PARKS)}{dice.between(1, 50)}号{dice.between(1, 20)}幢一层{dice.pick('ABCD')}区",
            f"{dice.pick(PARKS)}标准厂房{dice.between(1, 30)}#-{dice.between(1, 4)}F-{dice.digits(3)}",
        )
    )
    return f"{at.address}{dice.pick(at.rural_towns)}{place}"


def _mall(at: Division, dice: Dice) -> str:
    floor = dice.pick(("B1", "B2", "L1", "L2", "L3", "F4", "5F", "LG"))
    shop = dice.pick(
        (
            f"{floor}-{dice.digits(3)}{dice.pick('ABCD')}",
            f"{floor}{dice.digits(2)}、{floor}{dice.digits(2)}-{dice.digits(2)}号铺位",
            f"{floor}层{floor}-{dice.digits(2)}/{dice.digits(2)}号商铺",
            f"地下一层{floor}-K{dice.digits(2)}（中岛）",
        )
    )
    return (
        f"{at.address}{dice.pick(at.towns)}{dice.pick(STREETS)}{dice.between(1, 300)}号"
        f"{dice.pick(MALLS)}购物中心{shop}"
    )


_Rule = tuple[Sequence[Division], Naming, Placing]
CLASSES: Final[Mapping[str, _Rule]] = {
    "other districts of Beijing": (BEIJING, _company, _street),
    "Tianjin": (TIANJIN, _company, _street),
    "Hebei": (HEBEI, _company, _street),
    "villages and industrial parks": (RURAL, _company, _rural),
    "malls, floors and shop codes": (DIVISIONS, _company, _mall),
    "persons' own businesses": (DIVISIONS, _person, _street),
    "minority-language names with ·": (DIVISIONS, _minority, _street),
    "rare hanzi": (DIVISIONS, _rare, _street),
    "foreign brands in Latin letters": (DIVISIONS, _latin, _mall),
    "long legal names of branches": (DIVISIONS, _long, _street),
}


def _license(skeleton: License, kinds: Mapping[int, str], rule: _Rule, dice: Dice) -> License:
    divisions, naming, placing = rule
    division = dice.pick(divisions)
    return skeleton._replace(
        issuer=division.code,
        uscc=_uscc(division, dice),
        holder=naming(division, TRADES[skeleton.industry], dice),
        address=placing(division, dice),
        permits=tuple(
            Permit(permit.code, permit_number(kinds[permit.code], division, dice), permit.last_day)
            for permit in skeleton.permits
        ),
    )


def _uscc(division: Division, dice: Dice) -> str:
    organization = "MA" + "".join(dice.pick(ALPHABET) for _ in range(6))
    body = f"91{division.code}{organization}{organization_check(organization)}"
    return body + uscc_check(body)
