"""The 25 sample businesses as licenses, put together as the service would issue them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

from credential.claims import License, PendingItem, Permit, Position
from credential.days import day_of
from tests.demo.district import CHAOYANG, HAIDIAN
from tests.demo.premises import District
from tests.demo.sample import SampleBusiness, load_sample
from verify_service.catalog import (
    Assessment,
    Catalog,
    Facts,
    HeldPermit,
    Item,
    Jurisdiction,
    State,
    assess,
    builtin_catalog,
)

AS_OF: Final = date(2026, 6, 15)
_DISTRICTS: Final[Mapping[str, District]] = {each.code: each for each in (CHAOYANG, HAIDIAN)}
_OTHER_HOST: Final = "YZ.DISTRICT.EXAMPLE"  # as long as Chaoyang's
_OTHER_PREFIX: Final = "某综许"


def host_of(license: License) -> str:
    """The host of the issuer's service, in upper case."""
    district = _DISTRICTS.get(license.issuer)
    return district.host.upper() if district else _OTHER_HOST


def number_of(license: License) -> str:
    """The license number as people write it."""
    district = _DISTRICTS.get(license.issuer)
    return license.number(district.number_prefix if district else _OTHER_PREFIX)


def sample_licenses() -> tuple[License, ...]:
    """The sample's licenses at their issue, in the sample's order, in one status list."""
    catalog = builtin_catalog()
    serials: Counter[tuple[str, str, int]] = Counter()
    status_index = 0
    licenses = []
    for business in load_sample(AS_OF):
        key = business.division, business.industry, business.issued_on.year
        serials[key] += 1
        license = _license_of(business, catalog, serial=serials[key], status_index=status_index)
        status_index += 1 + len(license.permits)
        licenses.append(license)
    return tuple(licenses)


def _license_of(
    business: SampleBusiness, catalog: Catalog, *, serial: int, status_index: int
) -> License:
    industry = catalog.industry(business.industry)
    held = [
        HeldPermit(
            kind=permit.kind,
            form=permit.form or catalog.permit_kind(permit.kind).form,
            in_force=True,
        )
        for permit in business.permits
    ]
    assessment = assess(
        industry,
        facts=Facts(**dict(business.facts)),  # type: ignore[arg-type]  # the sample's facts are plain data
        held=held,
        applied_for=business.applied_for,
    )
    departments = {kind.id: _deciding(item) for item in industry.items for kind in item.kinds}
    permits = []
    for index in assessment.permits:
        permit = business.permits[index]
        code = catalog.permit_code(
            permit.kind, department=departments[permit.kind], form=held[index].form
        )
        last_day = None if permit.valid_until is None else day_of(permit.valid_until)
        permits.append(Permit(code, permit.number, last_day))
    return License(
        business.division,
        1,
        business.industry,
        catalog.version,
        business.issued_on.year,
        serial,
        business.uscc,
        business.name,
        business.address,
        Position(*business.position),
        day_of(business.issued_on),
        min((permit.last_day for permit in permits if permit.last_day), default=None),
        0,
        status_index,
        tuple(permits),
        _pending(assessment, catalog),
    )


def _pending(assessment: Assessment, catalog: Catalog) -> tuple[PendingItem, ...]:
    pending = []
    for result in assessment.in_state(State.PENDING):
        assert result.department is not None  # `assess` names it for every pending item
        kind = result.item.kinds[0]
        code = catalog.permit_code(kind.id, department=result.department.id, form=kind.form)
        pending.append(PendingItem(code, result.is_mandatory))
    return tuple(pending)


def _deciding(item: Item) -> str:
    if isinstance(item.department, Jurisdiction):
        return item.department.district.id
    return item.department.id
