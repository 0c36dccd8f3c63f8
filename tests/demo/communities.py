"""Two communities that recognize some of each other: Beijing's districts and Tianjin's, each under a
root of its own, with lists signed as the districts joined.

What each says of the others is what `build_neighborhood` writes into its source, and nothing else:
Beijing takes Binhai's cafés on trial, for their food permits; Tianjin takes Chaoyang's cafés, and
knows Haidian's licenses without recognizing any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from credential.days import SHANGHAI, day_of, seconds_of
from credential.offer import Offer, open_offer, seal_offer
from credential.signer import Signer
from credential.trust import Issuer, TrustedKey
from keys import editing
from keys.files import create_key, write_public
from tests.ceremonies import Holders, create_root
from tests.demo.catalogs import binhai_catalog, haidian_catalog_2025
from tests.demo.district import CHAOYANG, HAIDIAN, sign_trust_list
from tests.demo.neighbors import Neighbor, businesses_of, off_the_lists
from tests.demo.premises import District, empty, exchange, open_premises
from tests.demo.window import issue, noon
from verify_service.service import Service

BINHAI = District(
    code="120116",
    name="天津市滨海新区政务服务办公室",
    name_en="Binhai New Area Government Services Office, Tianjin",
    host="yz.binhai.example",
    number_prefix="滨综许",
)
CAFES = "25"

# Days before the present on which something happens.
BEGINS, FIRST_LIST, BINHAI_JOINS, BINHAI_BEGINS, LAST_EXCHANGE = 400, 80, 62, 30, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A root with its holders, and the folder of its ceremony."""

    folder: Path
    root: Holders

    @property
    def source(self) -> Path:
        return self.folder / "trust-list.toml"

    def sign(self, *, at: datetime) -> None:
        sign_trust_list(self.folder, self.root, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighborhood:
    """Three districts at work, and every text that is shown to somebody, by its name."""

    folder: Path
    beijing: Community
    tianjin: Community
    services: Mapping[str, Service]
    texts: Mapping[str, str]
    neighbors: Mapping[str, Neighbor]

    def close(self) -> None:
        for service in self.services.values():
            service.close()


def build_neighborhood(folder: Path, *, at: datetime) -> Neighborhood:
    """Tell the story up to an instant, in an empty folder (one of ours is emptied)."""
    empty(folder)

    def before(days: int) -> datetime:
        return noon((at.astimezone(SHANGHAI) - timedelta(days=days)).date())

    beijing, tianjin = (
        _community(folder / name, at=before(BEGINS)) for name in ("beijing", "tianjin")
    )
    homes = {district.code: folder / district.code for district in (CHAOYANG, HAIDIAN, BINHAI)}
    for home in homes.values():
        home.mkdir()
    offers = {
        CHAOYANG.code: _offer(homes["110105"], CHAOYANG, first=before(BEGINS), at=before(BEGINS)),
        HAIDIAN.code: _offer(homes["110108"], HAIDIAN, first=before(BEGINS), at=before(BEGINS)),
        BINHAI.code: _offer(
            homes["120116"], BINHAI, first=before(BINHAI_BEGINS), at=before(BINHAI_JOINS)
        ),
    }
    long_ago = before(BEGINS).date()
    for code in (CHAOYANG.code, HAIDIAN.code):
        editing.admit(beijing.source, offers[code], first=long_ago)
    beijing.sign(at=before(FIRST_LIST))
    (homes["110108"] / "catalog.yaml").write_text(haidian_catalog_2025(), "utf-8")
    (homes["120116"] / "catalog.yaml").write_text(binhai_catalog(), "utf-8")

    services = {
        CHAOYANG.code: _open(homes, CHAOYANG, beijing, key="issuer.pem"),
        HAIDIAN.code: _open(homes, HAIDIAN, beijing, key="issuer.pem"),
    }
    for service in services.values():
        service.prepare(at=before(FIRST_LIST))
    services[CHAOYANG.code].publisher.write_bundle(
        folder / "sticks" / "first-list", at=before(FIRST_LIST)
    )

    joined = before(BINHAI_JOINS)
    editing.admit(
        beijing.source,
        offers[BINHAI.code],
        first=before(BINHAI_BEGINS).date(),
        industries=[CAFES],
        kinds=["food_business"],
        trial=True,
    )
    editing.admit(tianjin.source, offers[BINHAI.code], first=before(BINHAI_BEGINS).date())
    editing.admit(tianjin.source, offers[CHAOYANG.code], first=long_ago, industries=[CAFES])
    editing.admit(tianjin.source, offers[HAIDIAN.code], first=None)
    next_key = homes["110105"] / "next.pem"
    write_public(
        next_key.with_suffix(".pub.pem"), create_key(next_key, suite="Ed25519").verification_key
    )
    for community in (beijing, tianjin):
        editing.announce(
            community.source,
            issuer=CHAOYANG.code,
            public=next_key.with_suffix(".pub.pem"),
            first=before(BINHAI_BEGINS).date(),
        )
        community.sign(at=joined)
    for service in services.values():
        service.prepare(at=joined)
    services[CHAOYANG.code].publisher.write_bundle(folder / "sticks" / "announced", at=joined)
    services[BINHAI.code] = _open(homes, BINHAI, tianjin, key="issuer.pem")
    services[BINHAI.code].prepare(at=before(BINHAI_BEGINS))

    neighbors = {each.name: each for each in businesses_of(at.astimezone(SHANGHAI).date())}
    texts = {}
    for each in sorted(neighbors.values(), key=lambda each: each.business.issued_on):
        division = each.business.division
        if each.key == "next.pem":
            services[division].close()
            services[division] = _open(homes, CHAOYANG, beijing, key="next.pem")
        texts[each.name] = issue(services[division], each.business).text
    texts |= off_the_lists(folder, texts["c-café"], before=before)

    for service in services.values():
        service.prepare(at=before(LAST_EXCHANGE))
    exchange(services.values(), at=before(LAST_EXCHANGE))
    for community in (beijing, tianjin):
        community.sign(at=at)
    return Neighborhood(
        folder=folder,
        beijing=beijing,
        tianjin=tianjin,
        services=services,
        texts=texts,
        neighbors=neighbors,
    )


def offer_of(district: District, *signers: Signer, first: datetime, at: datetime) -> Offer:
    """What a district offers: its names and its keys, from a day on."""
    issuer = Issuer(
        code=district.code,
        name=district.name,
        name_en=district.name_en,
        host=district.host.upper(),
        number_prefix=district.number_prefix,
        status_uri=None,
        keys=tuple(
            TrustedKey.of(each.verification_key, from_day=day_of(first.date())) for each in signers
        ),
        scopes=(),
    )
    return Offer(issued_at=seconds_of(at), issuer=issuer)


def _offer(home: Path, district: District, *, first: datetime, at: datetime) -> Offer:
    """The district makes its key, and signs its offer with it."""
    key = create_key(home / "issuer.pem", suite="ES256")
    data = seal_offer(offer_of(district, key, first=first, at=at), [key])
    (home / "offer.cbor").write_bytes(data)
    return open_offer(data)


def _community(folder: Path, *, at: datetime) -> Community:
    folder.mkdir()
    return Community(folder=folder, root=create_root(folder, at=at))


def _open(
    homes: Mapping[str, Path], district: District, community: Community, *, key: str
) -> Service:
    home = homes[district.code]
    catalog = home / "catalog.yaml"
    return open_premises(
        home,
        district,
        key=home / key,
        trust=community.folder,
        catalog=catalog if catalog.exists() else None,
    )
