"""What no credential could hold and no sheet could show is refused where it enters, by name."""

import sys
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.text import pack_text, unpack_texts
from tests.clocks import stopped
from tests.verify_service.bureau import CODE, NOON, Bureau, day, department
from tests.verify_service.desk import WRITTEN, make_uscc
from tests.verify_service.opened import bureau, sqlite_bureau
from verify_service.fonts import missing_glyphs
from verify_service.geodesy import Position, PositionAbroadError
from verify_service.identifiers.errors import PermitNumberError
from verify_service.lettering import LONGEST, LetteringError, check_lettering
from verify_service.lifecycle.service import NewPermit
from verify_service.registry.errors import DayOutOfRangeError
from verify_service.registry.holders import add_holder, add_premises
from verify_service.registry.moves import Move
from verify_service.registry.permits import permit_chain
from verify_service.registry.records import PermitTerms

__all__ = ["bureau", "sqlite_bureau"]

WRONG = {
    "empty": ["", " ", "\u3000"],
    "too-long": ["甲" * 151],
    "edge-space": [" 甲", "甲 ", "\u3000甲"],
    "not-nfc": ["e\u0301", "\u1112\u1161\u11ab"],
    "unprintable": [
        *("甲\x00乙", "甲\n乙", "甲\u202e乙", "甲\u2066乙", "甲\u200b乙", "甲\ufeff乙"),
        *("甲\ue000乙", "甲\ud800乙", "甲\U000e0001乙", "😀", "甲\u2028乙", "ประเทศ"),
    ],
}
EVERY = [(reason, text) for reason, texts in WRONG.items() for text in texts]
RIGHT = [
    "北京半月酒馆有限公司",
    "北京市朝阳区团结湖街道半月胡同16号（1层）",
    "京卫公证字〔2026〕第110105-00001号",
    "㛃䶮喆堃嵐",
    "Café Déjà Vu & Söhne №1",
    "甲 乙",
]


@pytest.mark.parametrize(("reason", "text"), EVERY)
@pytest.mark.parametrize("field", sorted(LONGEST))
def test_a_text_that_cannot_be_shown_is_refused_with_its_reason(
    field: str, reason: str, text: str
) -> None:
    with pytest.raises(LetteringError) as caught:
        check_lettering(text, field=field)
    assert (caught.value.field, caught.value.reason) == (field, reason)
    message = caught.value.message()
    assert field in message["en"]
    assert message["zh"].isprintable()
    assert not any(unicodedata.category(character) == "Cf" for character in str(caught.value))


def test_characters_are_named_each_once() -> None:
    with pytest.raises(LetteringError) as caught:
        check_lettering("\u202e甲\x00乙\u202e", field="holder")
    assert caught.value.characters == "U+0000 U+202E"


@pytest.mark.parametrize("text", RIGHT)
def test_names_addresses_and_numbers_as_they_are_written_are_taken(text: str) -> None:
    check_lettering(text, field="permit-number")


def test_every_character_that_is_taken_can_be_sealed_and_printed() -> None:
    """Over all of Unicode: what passes here cannot be refused when a license is sealed."""
    taken = 0
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        with suppress(LetteringError):
            check_lettering(character, field="holder")
            assert unpack_texts(pack_text(character)) == [character]
            assert missing_glyphs(character) == ""
            taken += 1
    assert taken > 25_000  # the ideographs among them


@given(st.text(min_size=1, max_size=60))
def test_every_text_that_is_taken_can_be_sealed_and_printed(text: str) -> None:
    with suppress(LetteringError):
        check_lettering(text, field="permit-number")
        assert unpack_texts(pack_text(text)) == [text]
        assert missing_glyphs(text) == ""


# ---- where texts, places and days enter -------------------------------------------------------------


def enter_holder(bureau: Bureau, text: str) -> None:
    with bureau.service.database.writing() as connection:
        add_holder(connection, uscc=make_uscc(900_001), name=text, written=WRITTEN)


def enter_address(bureau: Bureau, text: str) -> None:
    holder = bureau.shop().holder
    with bureau.service.database.writing() as connection:
        add_premises(connection, holder=holder, division_code=CODE, address=text, written=WRITTEN)


def enter_number(bureau: Bureau, text: str) -> None:
    bureau.permit(bureau.shop(), number=text)


@pytest.mark.parametrize("enter", [enter_holder, enter_address, enter_number])
@pytest.mark.parametrize("text", [" 甲", "甲\u202e乙", "甲😀乙", "e\u0301", "甲" * 151])
def test_nothing_of_a_refused_text_is_kept(
    enter: Callable[[Bureau, str], None], text: str, bureau: Bureau
) -> None:
    with pytest.raises((LetteringError, PermitNumberError)):
        enter(bureau, text)
    with bureau.service.database.reading() as connection:
        for column, table in (("name", "holders"), ("address", "premises"), ("number", "permits")):
            held = connection.exec_driver_sql(f"SELECT {column} FROM {table}")
            assert text not in set(held.scalars())


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(48.85, 2.35), (39.9, 16.4), (-39.9, 116.4), (2.9, 110), (50, 137)]
)
def test_premises_far_from_china_are_refused(
    latitude: float, longitude: float, sqlite_bureau: Bureau
) -> None:
    with pytest.raises(PositionAbroadError) as caught:
        sqlite_bureau.shop(position=Position(latitude=latitude, longitude=longitude))
    assert (caught.value.latitude, caught.value.longitude) == (latitude, longitude)


LAST = date(2109, 9, 18)
DAYS: list[dict[str, Any]] = [
    {"valid_from": day(0), "valid_until": date(9999, 12, 31)},
    {"valid_from": day(0), "valid_until": date(2109, 9, 19)},
    {"valid_from": date(9999, 12, 31), "valid_until": None},
]


@pytest.mark.parametrize("days", DAYS, ids=range(len(DAYS)))
def test_days_that_no_license_can_name_are_refused(
    days: dict[str, Any], sqlite_bureau: Bureau
) -> None:
    shop = sqlite_bureau.shop()
    terms = PermitTerms(**days, document_form="permit")
    new = NewPermit(
        kind="food_business",
        number="JY21105040032944",
        department="scjg",
        holder=shop.holder,
        premises=shop.premises,
        terms=terms,
    )
    who = department("food_business")
    with pytest.raises(DayOutOfRangeError) as caught:
        sqlite_bureau.service.permits.enter(new, principal=who, clock=stopped(NOON))
    assert caught.value.last == LAST.isoformat()
    permit = sqlite_bureau.permit(shop)
    with pytest.raises(DayOutOfRangeError):
        sqlite_bureau.change(permit, Move.AMENDED, terms=terms)
    with sqlite_bureau.service.database.reading() as connection:
        assert len(permit_chain(connection, permit.id)) == 1


def test_the_last_day_that_a_license_can_name_is_taken_and_sealed(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    permit = sqlite_bureau.permit(shop, until=LAST)
    issued = sqlite_bureau.issue(shop)
    assert sqlite_bureau.on_file(issued).expires_on == LAST
    terms = replace(permit.current.terms, valid_until=None)
    assert sqlite_bureau.change(permit, Move.AMENDED, terms=terms).permit.current.version == 2
