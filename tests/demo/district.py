"""Two districts from nothing: keys, trust lists, registries, and the sample issued day by day.

Everything goes through the service's own functions, at the days of the sample: licenses are
issued on their day, permits end after it, and the lists are signed as they would have been.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import verify_service.catalog.loader as loader
from credential.days import SHANGHAI
from credential.trust_list import open_trust_list
from keys.ceremony import make_trust_list
from keys.files import create_key, public_pem
from tests.ceremonies import Holders, create_root
from tests.clocks import stopped
from tests.demo.premises import District, empty, exchange, open_premises
from tests.demo.sample import SampleBusiness, load_sample
from tests.demo.window import BUREAU, change, issue, noon
from verify_service.issuing.service import Issued
from verify_service.registry.moves import Move
from verify_service.service import Service, read_roots

CHAOYANG = District(
    code="110105",
    name="北京市朝阳区政务服务局",
    name_en="Chaoyang District Government Services Bureau, Beijing",
    host="yz.chaoyang.example",
    number_prefix="朝综许",
)
HAIDIAN = District(
    code="110108",
    name="北京市海淀区政务服务局",
    name_en="Haidian District Government Services Bureau, Beijing",
    host="yz.haidian.example",
    number_prefix="海综许",
)
ES256_ALONE = {CHAOYANG.code: "ES256", HAIDIAN.code: "ES256"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLicense:
    """A sample business and what was issued to it; ``old_text``: its superseded sheet's."""

    business: SampleBusiness
    issued: Issued
    old_text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDistrict:
    """Both services, open, with the sample issued as of ``at``; ``licenses`` in its order."""

    folder: Path
    at: datetime
    chaoyang: Service
    haidian: Service
    licenses: tuple[SampleLicense, ...]

    def service_of(self, business: SampleBusiness) -> Service:
        return self.chaoyang if business.division == CHAOYANG.code else self.haidian

    def close(self) -> None:
        self.chaoyang.close()
        self.haidian.close()


def build_district(
    folder: Path,
    *,
    at: datetime,
    suites: Mapping[str, str] = ES256_ALONE,
    root_suite: str = "ES256",
) -> SampleDistrict:
    """Tell the sample's story up to an instant, in an empty folder (one of ours is emptied).

    `suites` are those of the issuers' keys, by their codes.
    """
    empty(folder)
    businesses = load_sample(at.astimezone(SHANGHAI).date())
    begins = min(business.issued_on for business in businesses) - timedelta(days=30)
    root = create_root(folder, at=noon(begins), suite=root_suite)
    _write_source(folder, begins, suites)
    sign_trust_list(folder, root, at=noon(begins), lifetime=timedelta(days=1200))
    services = {district.code: _open(folder, district) for district in (CHAOYANG, HAIDIAN)}
    for service in services.values():
        service.prepare(at=noon(begins))
    licenses = _tell(businesses, services)
    sign_trust_list(folder, root, at=at)
    for service in services.values():
        service.prepare(at=at)
        service.publisher.publish_status_lists(at=at)
    exchange(services.values(), at=at)
    return SampleDistrict(
        folder=folder,
        at=at,
        chaoyang=services[CHAOYANG.code],
        haidian=services[HAIDIAN.code],
        licenses=licenses,
    )


def open_bare_service(folder: Path, *, at: datetime) -> Service:
    """Chaoyang's service with keys and lists and an empty registry, in an empty folder."""
    empty(folder)
    root = create_root(folder, at=at)
    _write_source(folder, (at - timedelta(days=365)).date())
    sign_trust_list(folder, root, at=at)
    service = _open(folder, CHAOYANG)
    service.publisher.publish_trust_list(
        service.settings.trust_list.read_bytes(), roots=read_roots(service.settings), at=at
    )
    service.publisher.publish_code_list(at=at)
    return service


def sign_trust_list(
    folder: Path, root: Holders, *, at: datetime, lifetime: timedelta = timedelta(days=90)
) -> None:
    """Two holders sign what the folder's source describes, as the list after the one there."""
    path = folder / "trust-list.cbor"
    data = make_trust_list(
        folder / "trust-list.toml",
        root.signers[:2],
        under=[root.root],
        at=at,
        lifetime=lifetime,
        previous=open_trust_list(path.read_bytes(), root.root) if path.exists() else None,
    )
    path.write_bytes(data)


def chaoyang_catalog() -> str:
    """The built-in catalog's file, for other districts' to be made from."""
    return (Path(loader.__file__).parent / "data" / "chaoyang-2023.yaml").read_text("utf-8")


def haidian_catalog() -> str:
    """A stand-in: Chaoyang's catalog with the other district's names. Haidian's own is not here."""
    text = chaoyang_catalog().replace("朝阳", "海淀").replace("Chaoyang", "Haidian")
    return text.replace(CHAOYANG.code, HAIDIAN.code)


def _tell(
    businesses: tuple[SampleBusiness, ...], services: dict[str, Service]
) -> tuple[SampleLicense, ...]:
    """Day by day, so that no clock goes back: issue, and let permits end as the sample says."""
    issued: dict[str, Issued] = {}
    old: dict[str, str] = {}
    events = [(business.issued_on, 0, business) for business in businesses] + [
        (business.issued_on + timedelta(days=5), 1, business) for business in businesses
    ]
    for day, is_end, business in sorted(events, key=lambda event: event[:2]):
        service = services[business.division]
        if not is_end:
            issued[business.id] = issue(service, business)
            continue
        for permit in business.permits:
            if permit.then is None:
                continue
            change(service, business, permit, at=noon(day))
            if permit.then is Move.AMENDED:
                old[business.id] = issued[business.id].text
                issued[business.id] = service.issuing.reissue(
                    issued[business.id].number,
                    principal=BUREAU,
                    request_key=f"demo-{business.id}-2",
                    clock=stopped(noon(day) + timedelta(hours=2)),
                )
    return tuple(
        SampleLicense(business=business, issued=issued[business.id], old_text=old.get(business.id))
        for business in businesses
    )


def _open(folder: Path, district: District) -> Service:
    home, catalog = folder, None
    if district == HAIDIAN:
        home = folder / "haidian"
        home.mkdir()
        catalog = home / "catalog.yaml"
        catalog.write_text(haidian_catalog(), "utf-8")
    key = folder / f"{district.code}.pem"
    return open_premises(home, district, key=key, trust=folder, catalog=catalog)


def _write_source(folder: Path, begins: date, suites: Mapping[str, str] = ES256_ALONE) -> None:
    parts = []
    for district in (CHAOYANG, HAIDIAN):
        code = district.code
        key = create_key(folder / f"{code}.pem", suite=suites[code])
        (folder / f"{code}.pub.pem").write_bytes(public_pem(key.verification_key))
        parts.append(
            f'[[issuers]]\ncode = "{code}"\nname = "{district.name}"\n'
            f'name_en = "{district.name_en}"\n'
            f'host = "{district.host}"\nnumber_prefix = "{district.number_prefix}"\n'
            f'[[issuers.keys]]\npublic = "{code}.pub.pem"\nfrom = {begins}\n'
            f"[[issuers.scopes]]\nfrom = {begins}\n"
        )
    (folder / "trust-list.toml").write_text("\n".join(parts), "utf-8")
