"""What the registry's endpoints take and give, over HTTP."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from credential.claims import MAX_ADDRESS, MAX_NAME
from verify_service.geodesy import Gcj02Position, Position, to_wgs84
from verify_service.registry.moves import LicenseState, PermitState


class Exact(BaseModel):
    """A document without members that nobody knows; text keeps no blanks around it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _of_this_age(at: datetime) -> datetime:
    """Refuse what a clock never showed, and what cannot be written with another zone's offset."""
    if not at >= _FIRST or at.year == 9999:
        raise PydanticCustomError("instant_out_of_range", "an instant from 1970 to 9998")
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_of_this_age)]
"""An instant in UTC, whatever zone it was written in."""
Id = Annotated[int, Field(ge=1, lt=2**63)]
"""A row's number, as the databases have them."""
Revision = Annotated[int, Field(ge=1, lt=2**31)]
"""The number of a link in a chain."""
Uscc = Annotated[str, Field(min_length=18, max_length=18, examples=["91110105MAXX00023Q"])]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["北京雾屿咖啡有限公司"])]


class HolderDocument(Exact):
    uscc: Uscc
    name: Name


class PositionDocument(Exact):
    """Phones report WGS-84; Chinese map services give GCJ-02, which is converted here."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[39.9587])]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[116.5314])]
    datum: Literal["WGS-84", "GCJ-02"] = "WGS-84"

    def position(self) -> Position:
        """Return the position in WGS-84."""
        if self.datum == "GCJ-02":
            return to_wgs84(Gcj02Position(latitude=self.latitude, longitude=self.longitude))
        return Position(latitude=self.latitude, longitude=self.longitude)


class FactsDocument(Exact):
    """What the catalog's rules ask about the place; None: nobody has answered yet."""

    has_swimming_pool: bool | None = None
    in_free_trade_zone: bool | None = None
    water_jurisdiction: Literal["district", "municipal"] | None = None


class NewPremises(Exact):
    holder: Uscc
    division_code: Annotated[str, Field(examples=["110105"])]
    address: Annotated[
        str,
        Field(
            min_length=1, max_length=MAX_ADDRESS, examples=["北京市朝阳区朝外街道雾屿路8号底商2"]
        ),
    ]
    position: PositionDocument | None = None
    facts: FactsDocument = FactsDocument()


class PremisesDocument(Exact):
    id: int
    holder: str
    division_code: str
    address: str
    position: PositionDocument | None
    facts: dict[str, Any]


class NamedDocument(Exact):
    code: str
    name: str | None
    name_en: str | None


class FiledPermit(Exact):
    """``state`` as it is today: in force beyond its last day is ``lapsed``."""

    kind: str
    name: str | None
    name_en: str | None
    number: str
    department: str | None
    department_en: str | None
    valid_from: date
    valid_until: date | None
    state: PermitState
    by_promise: bool


class FiledPending(Exact):
    item: str
    kind: str
    name: str | None
    name_en: str | None
    department: str | None
    department_en: str | None
    mandatory: bool


class FiledLicense(Exact):
    """What is on file under a number, for everybody. It proves no sheet: verify its symbol."""

    number: str
    version: int
    state: LicenseState | Literal["lapsed"]
    state_reason: str
    state_since: datetime
    industry: NamedDocument
    holder: HolderDocument
    address: str
    issuer: NamedDocument
    issued_on: date
    expires_on: date | None
    permits: Sequence[FiledPermit]
    pending: Sequence[FiledPending]
    as_of: datetime


class PastLicense(FiledLicense):
    """What was on file at ``at``, as far as was recorded at ``known``; ``as_of`` is ``at``, and not
    now (docs/spec/replay.md)."""

    at: datetime
    known: datetime


class AlarmDocument(Exact):
    """Something genuine by its signature that the registry disowns, and how often it was shown."""

    id: int
    code: str
    number: str | None
    detail: dict[str, Any]
    shown_sha256: str
    times: int
    first_at: AwareDatetime
    last_at: AwareDatetime


class AlarmsDocument(Exact):
    alarms: Sequence[AlarmDocument]
