"""The 25 sample businesses, moved to the present by whole years.

The sample's reference day becomes its latest anniversary, so that whatever is in force in the
sample is in force today, and ran out a while ago what had run out. Years within permit numbers
move along; numbers with a check digit have none in them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from verify_service.catalog import Form
from verify_service.registry.moves import Move

SAMPLE = Path(__file__).with_name("sample-businesses.yaml")
_YEAR = re.compile(r"(?<![0-9])20(?:19|2[0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePermit:
    kind: str
    number: str
    valid_from: date
    valid_until: date | None
    form: Form | None
    then: Move | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBusiness:
    id: str
    scenario: str
    name: str
    uscc: str
    division: str
    address: str
    position: tuple[float, float]
    industry: str
    facts: Mapping[str, object]
    issued_on: date
    applied_for: tuple[str, ...]
    permits: tuple[SamplePermit, ...]
    outcome: str
    reason: str | None


def load_sample(today: date) -> tuple[SampleBusiness, ...]:
    """Read the sample as of a day."""
    document = yaml.safe_load(SAMPLE.read_text("utf-8"))
    reference = date.fromisoformat(document["reference"])
    years = (
        today.year - reference.year - ((today.month, today.day) < (reference.month, reference.day))
    )
    return tuple(_business(entry, years) for entry in document["businesses"])


def _business(entry: Mapping[str, Any], years: int) -> SampleBusiness:
    latitude, longitude = entry["position"]
    return SampleBusiness(
        id=entry["id"],
        scenario=entry["scenario"],
        name=entry["name"],
        uscc=entry["uscc"],
        division=entry["division"],
        address=entry["address"],
        position=(latitude, longitude),
        industry=entry["industry"],
        facts={
            "has_swimming_pool": entry.get("has_swimming_pool", False),
            "in_free_trade_zone": entry.get("in_free_trade_zone", False),
            "water_jurisdiction": "district",
        },
        issued_on=_moved(entry["issued_on"], years),
        applied_for=tuple(entry.get("applied_for", ())),
        permits=tuple(_permit(permit, years) for permit in entry["permits"]),
        outcome=entry["outcome"],
        reason=entry.get("reason"),
    )


def _permit(entry: Mapping[str, Any], years: int) -> SamplePermit:
    until = entry.get("until")
    return SamplePermit(
        kind=entry["kind"],
        number=_YEAR.sub(lambda year: str(int(year[0]) + years), entry["number"]),
        valid_from=_moved(entry["from"], years),
        valid_until=None if until is None else _moved(until, years),
        form=Form(entry["form"]) if "form" in entry else None,
        then=Move(entry["then"]) if "then" in entry else None,
    )


def _moved(text: str, years: int) -> date:
    day = date.fromisoformat(text)
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
