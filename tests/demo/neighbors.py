"""The businesses of three districts, and two texts that no list vouches for. All are invented."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from credential.claims import License, decode_claims
from credential.days import day_of
from credential.opening import read_text
from credential.seal import seal
from keys.files import create_key, load_private
from tests.demo.sample import SampleBusiness, SamplePermit
from tests.verify_service.desk import make_uscc
from verify_service.registry.moves import Move

_FACTS = {
    "has_swimming_pool": False,
    "in_free_trade_zone": False,
    "water_jurisdiction": "district",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbor:
    """A business, and the file of the key that its license is signed with."""

    name: str
    business: SampleBusiness
    key: str = "issuer.pem"


def businesses_of(today: date) -> tuple[Neighbor, ...]:
    """All of them; `days` are before today."""

    def business(
        division: str,
        place: int,
        name: str,
        address: str,
        *,
        industry: str,
        days: int,
        permits: tuple[tuple[str, str], ...],
        then: Move | None = None,
    ) -> SampleBusiness:
        issued_on = today - timedelta(days=days)
        return SampleBusiness(
            id=f"{division}-{place}",
            scenario="演练：吊销",
            name=name,
            uscc=make_uscc(9000 + place, division=division),
            division=division,
            address=address,
            position=(39.9 + place / 100, 116.4)
            if division < "12"
            else (39.0 + place / 100, 117.7),
            industry=industry,
            facts=_FACTS,
            issued_on=issued_on,
            applied_for=(),
            permits=tuple(
                SamplePermit(
                    kind=kind,
                    number=number,
                    valid_from=issued_on - timedelta(days=10),
                    valid_until=issued_on + timedelta(days=1800),
                    form=None,
                    then=then,
                )
                for kind, number in permits
            ),
            outcome="",
            reason=None,
        )

    food = "food_business"
    return (
        Neighbor(
            name="c-café",
            business=business(
                *("110105", 1, "北京汀芷咖啡有限公司", "北京市朝阳区建外街道汀芷路3号"),
                industry="25",
                days=50,
                permits=((food, "JY21105090010011"),),
            ),
        ),
        Neighbor(
            name="c-bar",
            business=business(
                *("110105", 2, "北京檐下酒吧有限公司", "北京市朝阳区麦子店街道檐下巷8号"),
                industry="26",
                days=10,
                permits=((food, "JY21105090010012"),),
            ),
            key="next.pem",
        ),
        Neighbor(
            name="h-café",
            business=business(
                *("110108", 3, "北京砚台咖啡有限公司", "北京市海淀区北下关街道砚台路5号"),
                industry="25",
                days=40,
                permits=(
                    (food, "JY21108090010013"),
                    ("street_seating_filing", "海摆备〔25〕0007号"),
                ),
            ),
        ),
        Neighbor(
            name="h-bar",
            business=business(
                *("110108", 4, "北京苔痕酒吧有限公司", "北京市海淀区上地街道苔痕街2号"),
                industry="26",
                days=35,
                permits=((food, "JY21108090010014"),),
                then=Move.REVOKED,
            ),
        ),
        Neighbor(
            name="b-café",
            business=business(
                *("120116", 5, "天津潮汐咖啡有限公司", "天津市滨海新区塘沽街道潮汐道6号"),
                industry="25",
                days=28,
                permits=((food, "JY21201160010015"),),
            ),
        ),
        Neighbor(
            name="b-bar",
            business=business(
                *("120116", 6, "天津灯塔酒吧有限公司", "天津市滨海新区大沽街道灯塔道1号"),
                industry="26",
                days=27,
                permits=((food, "JY21201160010016"),),
            ),
        ),
        Neighbor(
            name="b-café-books",
            business=business(
                *("120116", 7, "天津缆桩书咖有限公司", "天津市滨海新区新港街道缆桩路9号"),
                industry="25",
                days=26,
                permits=(
                    (food, "JY21201160010017"),
                    ("publication_business", "新出发津零字第滨0017号"),
                ),
            ),
        ),
    )


def off_the_lists(
    folder: Path, genuine: str, *, before: Callable[[int], datetime]
) -> dict[str, str]:
    """A license of a district on no list; and one by Chaoyang's next key, of before its first day."""
    content = decode_claims(read_text(genuine).message.unverified_payload)
    assert isinstance(content, License)
    stranger = create_key(folder / "guangyang.pem", suite="ES256")
    next_key = load_private(folder / "110105" / "next.pem")
    early = content._replace(issued_day=day_of(before(40).date()))
    return {
        "g-café": seal(
            content._replace(issuer="131003"), stranger, host="YZ.GUANGYANG.EXAMPLE"
        ).text,
        "c-early": seal(early, next_key, host="YZ.CHAOYANG.EXAMPLE").text,
    }
