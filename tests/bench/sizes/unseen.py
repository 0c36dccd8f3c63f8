"""Licenses with names, addresses and permit numbers that no table has seen, class by class.

Each class draws 40 licenses. What is no text (industry, permits, days) is the sample's, in turn,
so that sizes differ by their texts alone. The classes are what registries of the region hold, the
awkward ones as many as the plain ones: their mixture is no estimate of a city's.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from credential.claims import License, Permit
from tests.bench.sizes.dice import Dice
from tests.bench.sizes.numbers import permit_number
from tests.bench.sizes.words import Division, Words, load_words
from verify_service.catalog import builtin_catalog
from verify_service.identifiers.uscc import ALPHABET, organization_check, uscc_check

PER_CLASS: Final = 40

Writing: TypeAlias = Callable[[Division, Words, Dice], str]
Rule: TypeAlias = tuple[Sequence[Division], Writing, Writing]
"""Where a class is, and how it writes a holder's name (`{trade}` stands in it) and an address."""


def unseen_licenses(
    skeletons: Sequence[License], *, seed: int = 0
) -> Mapping[str, tuple[License, ...]]:
    """The generated licenses by class, each in the shape of one of `skeletons`."""
    words = load_words()
    kinds = {code: entry.kind.id for code, entry in builtin_catalog().permit_codes.items()}
    return {
        label: tuple(
            _license(
                skeletons[at % len(skeletons)], kinds, rule, words, Dice(f"{seed}/{label}/{at}")
            )
            for at in range(PER_CLASS)
        )
        for label, rule in _rules(words).items()
    }


def _rules(words: Words) -> Mapping[str, Rule]:
    region = words.region
    return {
        "other districts of Beijing": (words.divisions["beijing"], _company, _street),
        "Tianjin": (words.divisions["tianjin"], _company, _street),
        "Hebei": (words.divisions["hebei"], _company, _street),
        "villages and industrial parks": (words.rural, _company, _rural),
        "malls, floors and shop codes": (region, _company, _mall),
        "persons' own businesses": (region, _person, _street),
        "minority-language names with ·": (region, _minority, _street),
        "rare hanzi": (region, _rare, _street),
        "foreign brands in Latin letters": (region, _latin, _mall),
        "long legal names of branches": (region, _branch, _street),
    }


def _license(
    skeleton: License, kinds: Mapping[int, str], rule: Rule, words: Words, dice: Dice
) -> License:
    divisions, naming, placing = rule
    division = dice.pick(divisions)
    name = naming(division, words, dice).format(trade=words.trades[skeleton.industry])
    return skeleton._replace(
        issuer=division.code,
        uscc=_uscc(division, dice),
        holder=name,
        address=placing(division, words, dice),
        permits=tuple(
            Permit(permit.code, permit_number(kinds[permit.code], division, dice), permit.last_day)
            for permit in skeleton.permits
        ),
    )


def _uscc(division: Division, dice: Dice) -> str:
    organization = "MA" + "".join(dice.pick(ALPHABET) for _ in range(6))
    body = f"91{division.code}{organization}{organization_check(organization)}"
    return body + uscc_check(body)


def _company(at: Division, words: Words, dice: Dice) -> str:
    form = dice.pick(("有限公司", "有限公司", "有限公司", "有限责任公司", "中心（有限合伙）"))
    brand = dice.pick(words.brands)
    if dice.below(4) == 0:
        return f"{brand}（{at.holder}）{{trade}}{form}"
    return f"{at.holder}{brand}{{trade}}{form}"


def _branch(at: Division, words: Words, dice: Dice) -> str:
    group, branch = dice.pick(words.groups), dice.pick(words.branches)
    return f"{group}{{trade}}股份有限公司{at.county}{branch}"


def _latin(at: Division, words: Words, dice: Dice) -> str:
    brand, latin = dice.pick(words.latin_brands)
    return f"{at.holder}{brand}{{trade}}有限公司（{latin}）"


def _rare(at: Division, words: Words, dice: Dice) -> str:
    return f"{at.holder}{dice.pick(words.rare_brands)}{{trade}}有限公司"


def _minority(at: Division, words: Words, dice: Dice) -> str:
    return f"{at.county}{dice.pick(words.minority_names)}{{trade}}店（个体工商户）"


def _person(at: Division, words: Words, dice: Dice) -> str:
    town, person = dice.pick(at.towns), dice.pick(words.persons)
    return f"{at.address}{town}{person}{{trade}}经营部（个体工商户）"


def _street(at: Division, words: Words, dice: Dice) -> str:
    house = f"{dice.between(1, 99)}号院{dice.between(1, 28)}号楼{dice.between(1, 6)}单元"
    door = dice.pick(
        (
            f"{dice.between(1, 399)}号",
            f"{house}{dice.between(1, 25)}层{dice.between(101, 2512)}室",
            f"甲{dice.between(1, 60)}号{dice.between(1, 12)}幢1至{dice.between(2, 4)}层全部",
            f"{dice.between(1, 120)}号平房第{dice.between(1, 12)}间",
            f"与{dice.pick(words.streets)}交口东南侧底商{dice.between(101, 140)}",
        )
    )
    return f"{at.address}{dice.pick(at.towns)}{dice.pick(words.streets)}{door}"


def _rural(at: Division, words: Words, dice: Dice) -> str:
    village, park = dice.pick(words.villages), dice.pick(words.parks)
    unit = dice.between(1, 30)
    place = dice.pick(
        (
            f"{village}村委会东南{dice.between(1, 20)}00米路北",
            f"{village}{dice.between(1, 5)}区{unit}排{dice.between(1, 20)}号",
            f"{village}村西{dice.between(10, 900)}号院内北侧第二排厂房",
            f"{park}{dice.between(1, 50)}号{unit}幢一层{dice.pick('ABCD')}区",
            f"{park}标准厂房{unit}#-{dice.between(1, 4)}F-{dice.digits(3)}",
        )
    )
    return f"{at.address}{dice.pick(at.rural_towns)}{place}"


def _mall(at: Division, words: Words, dice: Dice) -> str:
    floor = dice.pick(("B1", "B2", "L1", "L2", "L3", "F4", "5F", "LG"))
    shop = dice.pick(
        (
            f"{floor}-{dice.digits(3)}{dice.pick('ABCD')}",
            f"{floor}{dice.digits(2)}、{floor}{dice.digits(2)}-{dice.digits(2)}号铺位",
            f"{floor}层{floor}-{dice.digits(2)}/{dice.digits(2)}号商铺",
            f"地下一层{floor}-K{dice.digits(2)}（中岛）",
        )
    )
    street = f"{dice.pick(words.streets)}{dice.between(1, 300)}号"
    return f"{at.address}{dice.pick(at.towns)}{street}{dice.pick(words.malls)}购物中心{shop}"
