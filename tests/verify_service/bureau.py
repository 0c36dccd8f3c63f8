"""A bureau at work for tests: keys, a signed trust list, a service, and the clerks' steps.

Nothing looks at a clock: `NOON` is the day on which most things happen, `days` goes on from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Any

from sqlalchemy import func, select

from credential.claims import License, Reference, decode_claims
from credential.days import SHANGHAI
from credential.opening import read_text
from credential.roots import follow_roots, open_root
from credential.seal import Sealed, seal, seal_city_code
from credential.signer import Signer
from credential.trusted import TrustedSet
from credential.verdict import Verdict
from credential.verify import verify
from tests.ceremonies import Holders, sign_source
from tests.clocks import stopped
from tests.verify_service.desk import make_uscc
from verify_service.access import Principal
from verify_service.geodesy import Position
from verify_service.issuing.application import Application, PermitName
from verify_service.issuing.service import Issued
from verify_service.lifecycle.service import Change, Changed, NewPermit
from verify_service.registry.books import StatusBlockRow
from verify_service.registry.holders import add_holder, add_premises
from verify_service.registry.ledger import Written
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.models import LicenseRow, LicenseStateRow, LicenseVersionRow
from verify_service.registry.moves import Move
from verify_service.registry.records import (
    LicenseStanding,
    LicenseVersion,
    Permit,
    PermitTerms,
    Role,
)
from verify_service.registry.states import license_standing
from verify_service.service import Service, open_service

NOON = datetime(2031, 5, 20, 12, tzinfo=SHANGHAI)
CODE, HOST, PREFIX = "110105", "yz.chaoyang.example", "朝综许"
BUREAU = Principal(token_id="b1", role=Role.BUREAU, department=None, kinds=frozenset())
# Kinds of permit that the tests use, each with a department that decides on it.
DEPARTMENTS = {
    "food_business": "scjg",
    "bj_small_food": "scjg",
    "tobacco_retail": "tobacco",
    "drainage": "water_district",
    "entertainment": "culture_tourism",
    "public_hygiene": "health",
    "high_risk_sport": "sport",
    "publication_business": "unnamed",
    "device_class2_filing": "scjg",
    "device_business": "scjg",
    "radiation_safety": "eco",
}
BAR = "26"  # needs food_business; tobacco_retail, drainage and entertainment are optional
FACTS = {
    "has_swimming_pool": False,
    "in_free_trade_zone": False,
    "water_jurisdiction": "district",
}
PLACE = Position(latitude=39.9104, longitude=116.4886)
WRITTEN = Written(at=NOON, by=BUREAU.recorded_by)
_NUMBERS = count(1)


def days(number: float) -> datetime:
    """Return the instant so many days after `NOON`."""
    return NOON + timedelta(days=number)


def day(number: int) -> date:
    """Return the civil day so many days after the one of `NOON`."""
    return days(number).date()


def department(kind: str, *more: str) -> Principal:
    """Return the department that decides on a kind, with a token for it (and for more kinds)."""
    return Principal(
        token_id="d1",
        role=Role.DEPARTMENT,
        department=DEPARTMENTS[kind],
        kinds=frozenset((kind, *more)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A business at its premises."""

    holder: str
    premises: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How many there are of what issuing writes."""

    licenses: int
    versions: int
    states: int
    blocks: int


@dataclass
class Bureau:
    """The service of a district, and one method for each step that people take."""

    folder: Path
    service: Service
    root: Holders
    signer: Signer
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def shop(
        self,
        *,
        name: str = "北京半月酒馆有限公司",
        facts: dict[str, object] | None = None,
        position: Position | None = PLACE,
    ) -> Shop:
        """Register a new holder with premises."""
        holder = make_uscc(next(_NUMBERS))
        with self.service.database.writing() as connection:
            add_holder(connection, uscc=holder, name=name, written=WRITTEN)
        return self.premises(holder, facts=facts, position=position)

    def premises(
        self,
        holder: str,
        *,
        facts: dict[str, object] | None = None,
        position: Position | None = None,
    ) -> Shop:
        """Register premises of a holder."""
        with self.service.database.writing() as connection:
            place = add_premises(
                connection,
                holder=holder,
                division_code=CODE,
                address="北京市朝阳区团结湖街道半月胡同16号",
                position=position,
                facts=FACTS if facts is None else facts,
                written=WRITTEN,
            )
        return Shop(holder=holder, premises=place.id)

    def permit(
        self,
        shop: Shop,
        kind: str = "food_business",
        *,
        number: str | None = None,
        valid_from: date | None = None,
        until: date | None = None,
        form: str | None = None,
        by_promise: bool = False,
        at: datetime = NOON,
    ) -> Permit:
        """Enter a permit that its department has granted; ``until`` None: without an end."""
        regular = self.service.office.catalog.permit_kind(kind).form.value
        return self.service.permits.enter(
            NewPermit(
                kind=kind,
                number=number or f"许{next(_NUMBERS):06}",
                department=DEPARTMENTS[kind],
                holder=shop.holder,
                premises=shop.premises,
                terms=PermitTerms(
                    valid_from=valid_from or day(-30),
                    valid_until=until,
                    document_form=form or regular,
                    by_promise=by_promise,
                ),
            ),
            principal=department(kind),
            clock=stopped(at),
        )

    def change(
        self,
        permit: Permit,
        move: Move,
        *,
        at: datetime = NOON,
        terms: PermitTerms | None = None,
        effective_at: datetime | None = None,
        expected_version: int | None = None,
        principal: Principal | None = None,
        basis: str | None = None,
    ) -> Changed:
        """Do to a permit what its department does."""
        change = Change(
            move=move,
            basis=basis,
            grounds="依法办理",
            terms=terms,
            effective_at=effective_at,
            expected_version=expected_version,
        )
        who = principal or department(permit.kind)
        return self.service.permits.change(
            permit.kind, permit.number, change, principal=who, clock=stopped(at)
        )

    def issue(
        self,
        shop: Shop,
        *permits: Permit,
        industry: str = BAR,
        applied_for: tuple[str, ...] = (),
        key: str | None = None,
        at: datetime = NOON,
        principal: Principal = BUREAU,
    ) -> Issued:
        """Issue a license; without permits named, from all that are in force."""
        return self.service.issuing.issue(
            Application(
                holder=shop.holder,
                premises=shop.premises,
                industry=industry,
                permits=tuple(map(name_of, permits)) or None,
                applied_for=applied_for,
            ),
            principal=principal,
            request_key=key or f"request-{next(self._keys)}",
            clock=stopped(at),
        )

    def reissue(
        self, issued: Issued, *, key: str | None = None, at: datetime = NOON, **content: Any
    ) -> Issued:
        return self.service.issuing.reissue(
            issued.number,
            principal=BUREAU,
            request_key=key or f"request-{next(self._keys)}",
            clock=stopped(at),
            **content,
        )

    def online(self, text: str, *, at: datetime = NOON) -> Verdict:
        """Verify as the service does, the registry asked."""
        return self.service.verifier.verify(text, at=at)

    def offline(self, text: str, *, at: datetime = NOON) -> Verdict:
        """Verify as a scanner does that has just synced the published bundle."""
        return verify(text, trusted=self.bundle(), at=at)

    def bundle(self) -> TrustedSet:
        """Return what a scanner trusts that opens the published bundle."""
        folder = self.folder / "bundle"
        rmtree(folder, ignore_errors=True)
        self.service.publisher.write_bundle(folder, at=NOON)
        trusted = read_bundle(folder, self.folder / "root.cbor")
        check_deltas(folder, trusted)
        return trusted

    def on_file(self, issued: Issued) -> LicenseVersion:
        with self.service.database.reading() as connection:
            return get_license_version(connection, issued.number, issued.version)

    def standing(self, issued: Issued) -> LicenseStanding:
        with self.service.database.reading() as connection:
            return license_standing(connection, issued.number, issued.version)

    def rows(self) -> Rows:
        def number_of(table: type) -> int:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

        with self.service.database.reading() as connection:
            return Rows(
                licenses=number_of(LicenseRow),
                versions=number_of(LicenseVersionRow),
                states=number_of(LicenseStateRow),
                blocks=number_of(StatusBlockRow),
            )

    def forge(self, issued: Issued, **changed: Any) -> Sealed:
        """Seal what an insider would: the content of a license, altered, under the real key."""
        license = content_of(issued.text)._replace(**changed)
        return seal(license, self.signer, host=HOST.upper())

    def city_code(self, issued: Issued, **changed: Any) -> Sealed:
        """The same in profile city-code."""
        license = content_of(issued.text)._replace(**changed)
        seconds = int(NOON.timestamp())
        return seal_city_code(license, self.signer, host=HOST.upper(), generated_at=seconds)

    def sign_trust_list(
        self, number: int, *, at: datetime, lifetime: timedelta = timedelta(days=90)
    ) -> bytes:
        """Sign what the source file offers, and put it where the settings have it."""
        source = self.folder / "trust-list.toml"
        signers = self.root.signers[:2]
        data = sign_source(source, *signers, number=number, at=at, lifetime=lifetime)
        (self.folder / "trust-list.cbor").write_bytes(data)
        return data

    def reopened(self, **changed: Any) -> "Bureau":
        """The same bureau with settings changed; the caller closes its service."""
        settings = self.service.settings.model_copy(update=changed)
        return replace(self, service=open_service(settings))


def name_of(permit: Permit) -> PermitName:
    return PermitName(kind=permit.kind, number=permit.number)


def content_of(text: str) -> License:
    content: License | Reference = decode_claims(read_text(text).message.unverified_payload)
    assert isinstance(content, License)
    return content


def read_bundle(folder: Path, pin: Path) -> TrustedSet:
    """Open a bundle as a scanner would: everything in it has to verify."""
    roots = {int(path.stem): path.read_bytes() for path in folder.glob("roots/*.cbor")}
    root = follow_roots(open_root(pin.read_bytes()), roots)
    trusted = TrustedSet.start(root, (folder / "trust-list.cbor").read_bytes())
    for path in sorted(folder.glob("status/*/*.cbor")):
        number, *kind = path.stem.split(".")
        if not kind:
            trusted = trusted.admit_status_list(path.read_bytes(), number=int(number))
    for path in sorted(folder.glob("catalogs/*/*.cbor")):
        trusted = trusted.admit_code_list(path.read_bytes())
    return trusted


def check_deltas(folder: Path, trusted: TrustedSet) -> int:
    """See that base and delta are the list beside them, entry for entry and in its times.

    Says how many deltas there were.
    """
    found = sorted(folder.glob("status/*/*.delta.cbor"))
    for delta in found:
        base = delta.with_name(delta.name.replace("delta", "base")).read_bytes()
        place = delta.parent.name, int(delta.name.partition(".")[0])
        alone = trusted.without_lists()
        pair = alone.admit_status_pair(base, delta.read_bytes(), number=place[1])
        assert pair.status[place] == trusted.status[place]
    return len(found)


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}
