"""A registry of many licenses, written in bulk; some of them sealed for real, to be verified."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import insert

from credential.claims import License, Permit, Position
from credential.days import SHANGHAI, date_of, day_at, seconds_of
from credential.seal import seal
from credential.status import MAX_ENTRIES
from verify_service.identifiers.uscc import organization_check, uscc_check
from verify_service.registry.books import StatusAllocationRow, StatusBlockRow
from verify_service.registry.models import (
    HolderRow,
    LicensePermitRow,
    LicenseRow,
    LicenseStateRow,
    LicenseVersionRow,
    PermitRow,
    PermitVersionRow,
    PremisesRow,
)
from verify_service.registry.status_pages import replace_pages
from verify_service.service import Service

PERMITS = (
    ("food_business", "scjg", "JY1110508{:07d}"),
    ("tobacco_retail", "tobacco", "110105{:06d}"),
    ("public_hygiene", "health", "京卫公证字〔2025〕第110105-{:06d}号"),
    ("drainage", "water_district", "京朝排水许字第2025{:06d}号"),
)
INDUSTRY = "05"
PER_YEAR = 99_999
_BLOCK = 1 + len(PERMITS)
_PER_LIST = MAX_ENTRIES // _BLOCK
_CHUNK = 2_000


def fill(service: Service, *, licenses: int, sealed: int, at: datetime) -> list[str]:
    """Write so many licenses with four permits each; gives the texts of the sealed ones."""
    texts: list[str] = []
    step = max(licenses // sealed, 1)
    for first in range(0, licenses, _CHUNK):
        count = min(_CHUNK, licenses - first)
        rows = [
            _rows(service, index, index % step == 0, at) for index in range(first, first + count)
        ]
        texts += [text for _, text in rows if text]
        with service.database.writing() as connection:
            if first == 0:
                connection.execute(insert(StatusAllocationRow), _lists(licenses))
            for model in (
                HolderRow,
                PremisesRow,
                PermitRow,
                PermitVersionRow,
                LicenseRow,
                StatusBlockRow,
                LicenseVersionRow,
                LicenseStateRow,
                LicensePermitRow,
            ):
                values = [row for tables, _ in rows for row in tables[model]]
                connection.execute(insert(model), values)
    with service.database.writing() as connection:
        for each in _lists(licenses):  # all are in force
            entries = bytes(-(-int(each["next_index"]) // 2))
            today = at.astimezone(SHANGHAI).date()
            replace_pages(connection, str(each["status_list"]), entries, today=today)
    return texts


def _lists(licenses: int) -> list[dict[str, int | str]]:
    """As many lists as they need, each full but the last one."""
    return [
        {
            "status_list": str(first // _PER_LIST),
            "next_index": min(licenses - first, _PER_LIST) * _BLOCK,
            "capacity": MAX_ENTRIES,
        }
        for first in range(0, licenses, _PER_LIST)
    ]


def _rows(
    service: Service, index: int, is_sealed: bool, at: datetime
) -> tuple[dict[type, list[dict[str, object]]], str | None]:
    """The rows of one license, and its symbol's text if it is to be sealed."""
    license = _license(service, index, at)
    number = license.number(service.office.number_prefix)
    assert service.office.signer is not None
    text, claims_digest, message = "", sha256(number.encode()).digest(), b"-"
    if is_sealed:
        done = seal(license, service.office.signer, host=service.office.host)
        text, claims_digest, message = done.text, sha256(done.claims).digest(), done.message
    recorded = {"effective_at": at, "recorded_at": at, "recorded_by": "bench"}
    permits = list(_permits(index))
    key: dict[str, object] = {"number": number, "version": 1}
    return {
        HolderRow: [{"uscc": license.uscc, "name": license.holder}],
        PremisesRow: [
            {
                "id": index + 1,
                "holder": license.uscc,
                "division_code": "110105",
                "address": license.address,
                "latitude": 39.92,
                "longitude": 116.45,
                "facts": {},
            }
        ],
        PermitRow: [
            {
                "id": identity,
                "kind": kind,
                "number": text_,
                "department": department,
                "holder": license.uscc,
                "premises": index + 1,
            }
            for identity, kind, department, text_ in permits
        ],
        PermitVersionRow: [
            {
                "permit": identity,
                "version": 1,
                "move": "granted",
                "state": "in_force",
                "valid_from": (at - timedelta(days=100)).date(),
                "valid_until": date_of(license.permits[0].last_day or 1),
                "document_form": "permit",
                "by_promise": False,
                "particulars": {},
                "grounds": "granted",
                "document": None,
                "basis": None,
                **recorded,
            }
            for identity, *_ in permits
        ],
        LicenseRow: [
            {
                "number": number,
                "issuer": license.issuer,
                "industry": license.industry,
                "year": license.year,
                "serial": license.serial,
                "holder": license.uscc,
                "premises": index + 1,
            }
        ],
        StatusBlockRow: [
            {
                "status_list": str(license.status_list),
                "start": license.status_index,
                "size": _BLOCK,
                "reserved_at": at,
            }
        ],
        LicenseVersionRow: [
            {
                **key,
                "catalog_version": "2023",
                "issued_on": date_of(license.issued_day),
                "expires_on": date_of(license.expiry_day or 1),
                "status_list": str(license.status_list),
                "status_index": license.status_index,
                "kid": service.office.signer.key_id,
                "credential": message,
                "text": text or "-",
                "claims_digest": claims_digest,
                "told": {},
                "template_version": "2023-1",
                "request_key": None,
                "policy": None,
                **recorded,
            }
        ],
        LicenseStateRow: [
            {
                **key,
                "seq": 1,
                "state": "in_force",
                "reason": "issued",
                "cause_permit": None,
                "cause_version": None,
                "policy": None,
                **recorded,
            }
        ],
        LicensePermitRow: [
            {
                **key,
                "position": position,
                "permit": identity,
                "permit_version": 1,
                "mandatory": False,
            }
            for position, (identity, *_) in enumerate(permits)
        ],
    }, text or None


def _license(service: Service, index: int, at: datetime) -> License:
    today = day_at(seconds_of(at))
    end = today + 1500
    catalog = service.office.catalog
    years, serial = divmod(index, PER_YEAR)
    return License(
        service.office.code,
        1,
        INDUSTRY,
        catalog.version,
        2025 - years,
        serial + 1,
        _uscc(index),
        f"北京第{index}号便利店有限公司",
        f"北京市朝阳区三里屯街道第{index}号楼底商2",
        Position(39.92, 116.45),
        today - 30,
        end,
        index // _PER_LIST,
        index % _PER_LIST * _BLOCK,
        tuple(
            Permit(
                catalog.permit_code(
                    kind, department=department, form=catalog.permit_kind(kind).form
                ),
                number,
                end,
            )
            for _, kind, department, number in _permits(index)
        ),
        (),
    )


def _uscc(index: int) -> str:
    body = f"91110105{index:08d}"
    body += organization_check(body[8:])
    return body + uscc_check(body)


def _permits(index: int) -> Iterator[tuple[int, str, str, str]]:
    for position, (kind, department, form) in enumerate(PERMITS):
        yield index * len(PERMITS) + position + 1, kind, department, form.format(index)


def moment() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
