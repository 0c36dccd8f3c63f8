"""Permit numbers as other departments than the sample's write them.

Food, tobacco and drug numbers have a national form. The others are in the manner of published
ones: bureaus of administrative approval (行政审批局) in Tianjin and Hebei number across kinds.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tests.bench.sizes.dice import Dice
from tests.bench.sizes.words import Division

Form = Callable[[Division, Dice], str]


def permit_number(kind: str, division: Division, dice: Dice) -> str:
    """A number for a permit of a kind (a catalog id)."""
    return dice.pick(_FORMS.get(kind, _ANY))(division, dice)


def _year(dice: Dice) -> str:
    return f"20{dice.between(19, 26)}"


_ANY: Final[tuple[Form, ...]] = (
    lambda at, dice: f"{at.letter}{at.short}审批〔{_year(dice)}〕{dice.between(1, 2999)}号",
    lambda at, dice: f"{at.short}行审许决字[{_year(dice)}]第{dice.digits(4)}号",
    lambda at, dice: f"{at.code}{_year(dice)}{dice.digits(6)}",
    lambda at, dice: f"{at.letter}{at.short}许准字（{_year(dice)}）第{dice.digits(5)}号",
)
_FORMS: Final[Mapping[str, tuple[Form, ...]]] = {
    "food_business": (lambda at, dice: f"JY{dice.between(1, 3)}{at.code}{dice.digits(7)}",),
    "tobacco_retail": (lambda at, dice: f"{at.code}{dice.digits(6)}",),
    "drug_business": (
        lambda at, dice: f"{at.letter}{dice.pick(('DA', 'DB', 'CB'))}{dice.digits(7)}",
        lambda at, dice: f"{at.letter}D{dice.pick('AB')}{at.code[2:5]}{dice.digits(5)}",
    ),
    "device_class2_filing": (
        lambda at, dice: f"{at.letter}{at.short}食药监械经营备{_year(dice)}{dice.digits(4)}号",
        lambda at, dice: f"{at.letter}{at.short}药监械经营备{_year(dice)}{dice.digits(6)}号",
    ),
    "device_business": (
        lambda at, dice: f"{at.letter}{at.short}食药监械经营许{_year(dice)}{dice.digits(4)}号",
    ),
    "public_hygiene": (
        lambda at, dice: f"{at.letter}{at.short}卫公证字[{_year(dice)}]第{dice.digits(6)}号",
        lambda at, dice: f"{at.letter}卫公证字（{_year(dice)}）第{at.code}-{dice.digits(6)}号",
    ),
    "drainage": (
        lambda at, dice: f"{at.letter}{at.short}排许字第{_year(dice)}{dice.digits(4)}号",
        lambda at, dice: f"{_year(dice)}字第{dice.digits(5)}号（{at.short}排水）",
    ),
    "fire_inspection": (
        lambda at, dice: f"{at.short}消安检字[{_year(dice)}]第{dice.digits(4)}号",
        lambda at, dice: f"{at.letter}{at.short}消安许字〔{_year(dice)}〕第{dice.digits(5)}号",
    ),
    "publication_business": (
        lambda at, dice: f"新出发{at.letter}零字第{at.short}{dice.digits(5)}号",
        lambda at, dice: f"新出发{at.letter}批字第{at.code}{dice.digits(3)}号",
    ),
    "hr_service": (lambda at, dice: f"{at.letter}人服证字[{_year(dice)}]第{dice.digits(10)}号",),
    "private_school": (lambda at, dice: f"教民1{at.code}{dice.digits(8)}号",),
    "road_transport_vehicle": (
        lambda at, dice: f"{at.letter}交运管货字{at.code}{dice.digits(6)}号",
    ),
    "animal_clinic": (
        lambda at, dice: f"（{at.letter}）动诊证[{_year(dice)}]第{at.code}-{dice.digits(4)}号",
    ),
    "radiation_safety": (
        lambda at, dice: f"{at.letter}环辐证[{dice.pick('BCDEF')}{dice.digits(4)}]",
    ),
}
