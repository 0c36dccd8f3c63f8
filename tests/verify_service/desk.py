"""A clerk for tests: enters holders, permits and licenses that are right in all but what is told.

Every instant is explicit; `NOON` of the first day, and hours after it (`hour`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count

from verify_service.database import Database
from verify_service.geodesy import Position
from verify_service.identifiers import LicenseNumber, organization_check, uscc_check
from verify_service.registry import holders, licenses, permits, states, status
from verify_service.registry.ledger import Written
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.records import (
    GatheredPermit,
    License,
    LicenseStanding,
    LicenseVersion,
    PendingItem,
    Permit,
    PermitChange,
    PermitTerms,
    PermitVersion,
    Record,
    StateChange,
    StatusBlock,
)

NOON = datetime(2023, 4, 20, 4, tzinfo=UTC)
WRITTEN = Written(at=NOON, by="bureau/test")
TERMS = PermitTerms(
    valid_from=date(2023, 4, 20),
    valid_until=date(2028, 4, 19),
    document_form="许可证",
    particulars={"经营项目": "热食类食品制售"},
)


def hour(number: float) -> datetime:
    """Return the instant so many hours after `NOON`."""
    return NOON + timedelta(hours=number)


def record(at: datetime = NOON, *, effective: datetime | None = None) -> Record:
    return Record(effective_at=effective or at, recorded_at=at, recorded_by="department:scjg/test")


def granted(at: datetime = NOON, terms: PermitTerms = TERMS) -> PermitChange:
    return PermitChange(move=Move.GRANTED, terms=terms, grounds="准予许可", record=record(at))


def change(move: Move, at: datetime, *, effective: datetime | None = None) -> PermitChange:
    return PermitChange(move=move, grounds="依法办理", record=record(at, effective=effective))


def make_uscc(number: int, *, division: str = "110105") -> str:
    """Return a fictitious code with valid checks."""
    organization = f"MA{number:06}"
    body = f"91{division}{organization}{organization_check(organization)}"
    return body + uscc_check(body)


class Undone(Exception):
    """Raised at the end of a transaction that a test wants rolled back."""


@dataclass
class Desk:
    """Each method is a transaction of its own."""

    database: Database
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def premises(self, *, holder: str | None = None) -> int:
        """Register premises, and a new holder for them where none is named."""
        with self.database.writing() as connection:
            if holder is None:
                holder = make_uscc(next(self._numbers))
                holders.add_holder(
                    connection, uscc=holder, name="北京拾光纸页书店有限公司", written=WRITTEN
                )
            place = holders.add_premises(
                connection,
                holder=holder,
                division_code="110105",
                address="北京市朝阳区三里屯街道拾光里2号楼1层103",
                position=Position(latitude=39.9337, longitude=116.4546),
                facts={"has_swimming_pool": False},
                written=WRITTEN,
            )
        return place.id

    def permit(
        self,
        *,
        premises: int | None = None,
        kind: str = "food_business",
        granted_as: PermitChange | None = None,
    ) -> Permit:
        place = self.premises() if premises is None else premises
        with self.database.writing() as connection:
            return permits.add_permit(
                connection,
                kind=kind,
                number=f"京许{next(self._numbers):06}",
                department="scjg",
                holder=holders.get_premises(connection, place).holder,
                premises=place,
                granted=granted_as or granted(),
            )

    def move(self, permit: int, move: Move, at: datetime) -> PermitVersion:
        with self.database.writing() as connection:
            current = permits.get_permit(connection, permit).current
            return permits.append_permit_version(
                connection, permit, change(move, at), expected_version=current.version
            )

    def status_list(self, name: str = "1", *, capacity: int = 1 << 20) -> str:
        with self.database.writing() as connection:
            if name not in {known.status_list for known in status.status_lists(connection)}:
                status.add_status_list(connection, status_list=name, capacity=capacity)
        return name

    def block(self, size: int, *, at: datetime = NOON) -> StatusBlock:
        self.status_list()
        return status.reserve_status_block(self.database, size=size, capacity=1 << 20, at=at)

    def license(self, *included: Permit, pending: tuple[PendingItem, ...] = ()) -> LicenseVersion:
        """Issue the first version of a new license from these permits."""
        place = included[0].premises
        with self.database.writing() as connection:
            serial = licenses.next_serial(connection, issuer="朝阳", industry="06", year=2023)
            number = str(LicenseNumber(prefix="朝综许", industry="06", year=2023, serial=serial))
            new = License(
                number=number,
                issuer="朝阳",
                industry="06",
                year=2023,
                serial=serial,
                holder=included[0].holder,
                premises=place,
            )
            licenses.add_license(connection, new, written=WRITTEN)
        return self.issue(number, 1, *included, pending=pending)

    def issue(
        self,
        number: str,
        version: int,
        *included: Permit,
        pending: tuple[PendingItem, ...] = (),
        at: datetime = NOON,
    ) -> LicenseVersion:
        new = draft(number, version, *included, block=self.block(1 + len(included)), at=at)
        new = replace(new, pending=pending)
        with self.database.writing() as connection:
            licenses.append_license_version(connection, new)
        return new

    def put(
        self, issued: LicenseVersion, state: LicenseState, at: datetime, *, reason: str = "test"
    ) -> LicenseStanding:
        with self.database.writing() as connection:
            current = states.license_standing(connection, issued.number, issued.version)
            return states.append_license_state(
                connection,
                issued.number,
                issued.version,
                StateChange(state=state, reason=reason, record=record(at)),
                expected_seq=current.seq,
            )


def draft(
    number: str, version: int, *included: Permit, block: StatusBlock, at: datetime = NOON
) -> LicenseVersion:
    """Return a version that is ready to be appended."""
    text = f"HTTPS://LICENSE.EXAMPLE/L/{number}/{version}"
    return LicenseVersion(
        number=number,
        version=version,
        catalog_version="2023",
        issued_on=date(2023, 4, 20),
        expires_on=date(2028, 4, 19),
        block=block,
        kid=b"\x01",
        credential=text.encode(),
        text=text,
        claims_digest=sha256(text.encode()).digest(),
        told={"at": NOON.isoformat(), "departments": ["scjg"]},
        template_version="2023-1",
        permits=tuple(
            GatheredPermit(permit=permit.id, version=permit.current.version, mandatory=True)
            for permit in included
        ),
        pending=(),
        record=Record(effective_at=at, recorded_at=at, recorded_by="bureau/test"),
        request_key=f"{number}/{version}",
    )
