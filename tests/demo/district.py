"""Two districts from nothing: keys, trust lists, registries, and the sample issued day by day.

Everything goes through the service's own functions, at the days of the sample: licenses are
issued on their day, permits end after it, and the lists are signed as they would have been.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from credential.days import SHANGHAI
from credential.roots import Root, open_root
from credential.signer import Signer
from credential.trust_list import open_trust_list
from keys.ceremony import make_root, make_trust_list
from keys.files import create_key, public_pem
from tests.clocks import stopped
from tests.demo.sample import SampleBusiness, SamplePermit, load_sample
from verify_service.access import Principal
from verify_service.catalog import Catalog, Item, Jurisdiction
from verify_service.database import create_database
from verify_service.geodesy import Position
from verify_service.issuing.application import Application
from verify_service.issuing.service import Issued
from verify_service.lifecycle.service import Change, NewPermit
from verify_service.registry.holders import add_holder, add_premises
from verify_service.registry.moves import Move
from verify_service.registry.records import PermitTerms, Role
from verify_service.service import Service, open_service, read_roots
from verify_service.settings import Settings, load_settings

CHAOYANG, HAIDIAN = "110105", "110108"
ES256_ALONE = {CHAOYANG: "ES256", HAIDIAN: "ES256"}
HOSTS = {CHAOYANG: "yz.chaoyang.example", HAIDIAN: "yz.haidian.example"}
_NAMES = {
    CHAOYANG: (
        "北京市朝阳区政务服务局",
        "Chaoyang District Government Services Bureau, Beijing",
        "朝综许",
    ),
    HAIDIAN: (
        "北京市海淀区政务服务局",
        "Haidian District Government Services Bureau, Beijing",
        "海综许",
    ),
}
_MARK = "demo-district"
_BUREAU = Principal(token_id="demo", role=Role.BUREAU, department=None, kinds=frozenset())


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
        return self.chaoyang if business.division == CHAOYANG else self.haidian

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
    _empty(folder)
    businesses = load_sample(at.astimezone(SHANGHAI).date())
    begins = min(business.issued_on for business in businesses) - timedelta(days=30)
    root = _create_root(folder, at=_noon(begins), suite=root_suite)
    _write_offer(folder, begins, suites)
    _sign_trust_list(folder, root, at=_noon(begins), lifetime=timedelta(days=1200))
    services = {code: _open(folder, code) for code in (CHAOYANG, HAIDIAN)}
    for service in services.values():
        service.prepare(at=_noon(begins))
    licenses = _tell(businesses, services)
    _sign_trust_list(folder, root, at=at, lifetime=timedelta(days=90))
    for service in services.values():
        service.prepare(at=at)
        service.publisher.publish_status_lists(at=at)
    _exchange(folder, services, at)
    return SampleDistrict(
        folder=folder,
        at=at,
        chaoyang=services[CHAOYANG],
        haidian=services[HAIDIAN],
        licenses=licenses,
    )


def open_bare_service(folder: Path, *, at: datetime) -> Service:
    """Chaoyang's service with keys and lists and an empty registry, in an empty folder."""
    _empty(folder)
    root = _create_root(folder, at=at)
    _write_offer(folder, (at - timedelta(days=365)).date())
    _sign_trust_list(folder, root, at=at, lifetime=timedelta(days=90))
    service = _open(folder, CHAOYANG)
    service.publisher.publish_trust_list(
        service.settings.trust_list.read_bytes(), roots=read_roots(service.settings), at=at
    )
    service.publisher.publish_code_list(at=at)
    return service


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
            issued[business.id] = _issue(service, business)
            continue
        for permit in business.permits:
            if permit.then is None:
                continue
            _change(service, business, permit, _noon(day))
            if permit.then is Move.AMENDED:
                old[business.id] = issued[business.id].text
                issued[business.id] = service.issuing.reissue(
                    issued[business.id].number,
                    principal=_BUREAU,
                    request_key=f"demo-{business.id}-2",
                    clock=stopped(_noon(day) + timedelta(hours=2)),
                )
    return tuple(
        SampleLicense(business=business, issued=issued[business.id], old_text=old.get(business.id))
        for business in businesses
    )


def _issue(service: Service, business: SampleBusiness) -> Issued:
    noon = _noon(business.issued_on)
    with service.database.writing() as connection:
        add_holder(connection, uscc=business.uscc, name=business.name)
        latitude, longitude = business.position
        premises = add_premises(
            connection,
            holder=business.uscc,
            division_code=business.division,
            address=business.address,
            position=Position(latitude=latitude, longitude=longitude),
            facts=business.facts,
        )
    catalog = service.office.catalog
    for permit in business.permits:
        kind = catalog.permit_kind(permit.kind)
        department = _department(catalog, business.industry, permit.kind)
        service.permits.enter(
            NewPermit(
                kind=permit.kind,
                number=permit.number,
                department=department,
                holder=business.uscc,
                premises=premises.id,
                terms=PermitTerms(
                    valid_from=permit.valid_from,
                    valid_until=permit.valid_until,
                    document_form=(permit.form or kind.form).value,
                ),
            ),
            principal=_department_principal(department, permit.kind),
            clock=stopped(noon - timedelta(hours=3)),
        )
    return service.issuing.issue(
        Application(
            holder=business.uscc,
            premises=premises.id,
            industry=business.industry,
            applied_for=business.applied_for,
        ),
        principal=_BUREAU,
        request_key=f"demo-{business.id}",
        clock=stopped(noon),
    )


def _change(service: Service, business: SampleBusiness, permit: SamplePermit, at: datetime) -> None:
    assert permit.then is not None
    department = _department(service.office.catalog, business.industry, permit.kind)
    service.permits.change(
        permit.kind,
        permit.number,
        Change(move=permit.then, grounds=business.scenario),
        principal=_department_principal(department, permit.kind),
        clock=stopped(at),
    )


def _department(catalog: Catalog, industry: str, kind: str) -> str:
    for item in catalog.industry(industry).items:
        if kind in {each.id for each in item.kinds}:
            return _deciding(item)
    raise LookupError(f"industry {industry} has no item for {kind}")


def _deciding(item: Item) -> str:
    if isinstance(item.department, Jurisdiction):
        return item.department.district.id
    return item.department.id


def _department_principal(department: str, kind: str) -> Principal:
    return Principal(
        token_id="demo", role=Role.DEPARTMENT, department=department, kinds=frozenset({kind})
    )


def _open(folder: Path, code: str) -> Service:
    home = folder if code == CHAOYANG else folder / "haidian"
    home.mkdir(exist_ok=True)
    catalog = ""
    if code == HAIDIAN:
        (home / "catalog.yaml").write_text(_haidian_catalog(), "utf-8")
        catalog = f'catalog_file = "{home / "catalog.yaml"}"\n'
    settings = home / "settings.toml"
    settings.write_text(
        f'database = "sqlite:///{(home / "registry.sqlite3").absolute()}"\n'
        f'issuer = "{code}"\n'
        f'public_host = "{HOSTS[code]}"\n'
        f'number_prefix = "{_NAMES[code][2]}"\n'
        f'issuer_key = "file:{(folder / f"{code}.pem").absolute()}"\n'
        f'trust_list = "{(folder / "trust-list.cbor").absolute()}"\n'
        f'root = "{(folder / "root.cbor").absolute()}"\n'
        f'roots = "{(folder / "roots").absolute()}"\n'
        f'peers = "{(home / "peers").absolute()}"\n'
        f'sheet_use = "specimen"\n{catalog}',
        "utf-8",
    )
    loaded: Settings = load_settings(settings)
    create_database(loaded.database).close()
    return open_service(loaded)


def _haidian_catalog() -> str:
    """A stand-in: Chaoyang's catalog with the other district's names. Haidian's own is not here."""
    import verify_service.catalog.loader as loader

    text = (Path(loader.__file__).parent / "data" / "chaoyang-2023.yaml").read_text("utf-8")
    return text.replace("朝阳", "海淀").replace("Chaoyang", "Haidian").replace("110105", "110108")


def _write_offer(folder: Path, begins: date, suites: Mapping[str, str] = ES256_ALONE) -> None:
    parts = []
    for code, (name, name_en, prefix) in _NAMES.items():
        key = create_key(folder / f"{code}.pem", suite=suites[code])
        (folder / f"{code}.pub.pem").write_bytes(public_pem(key.verification_key))
        parts.append(
            f'[[issuers]]\ncode = "{code}"\nname = "{name}"\nname_en = "{name_en}"\n'
            f'host = "{HOSTS[code]}"\nnumber_prefix = "{prefix}"\n'
            f'[[issuers.keys]]\npublic = "{code}.pub.pem"\nfrom = {begins}\n'
            f"[[issuers.scopes]]\nfrom = {begins}\n"
        )
    (folder / "trust-list.toml").write_text("\n".join(parts), "utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class _RootKeys:
    """Three holders' keys, two of which have to sign, and the root that names them."""

    signers: tuple[Signer, ...]
    root: Root


def _create_root(folder: Path, *, at: datetime, suite: str = "ES256") -> _RootKeys:
    keys = [create_key(folder / f"root-{place}.pem", suite=suite) for place in (1, 2, 3)]
    message = make_root(
        [
            (f"持有人 holder {place}", key, key.verification_key)
            for place, key in enumerate(keys, 1)
        ],
        threshold=2,
        at=at,
        lifetime=timedelta(days=3660),
    )
    (folder / "root.cbor").write_bytes(message)
    return _RootKeys(signers=tuple(keys), root=open_root(message))


def _sign_trust_list(folder: Path, root: _RootKeys, *, at: datetime, lifetime: timedelta) -> None:
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


def _exchange(folder: Path, services: dict[str, Service], at: datetime) -> None:
    """Each district takes in what the other publishes."""
    for code, service in services.items():
        for other, peer in services.items():
            if other == code:
                continue
            for artifact in peer.publisher.manifest():
                if f"/{other}/" in artifact.name:
                    service.publisher.take_in(artifact.name, artifact.content, at=at)


def _empty(folder: Path) -> None:
    """Take away an earlier run; never a folder that something else has put there."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise SystemExit(f"{folder} is not empty and not ours: choose another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)
