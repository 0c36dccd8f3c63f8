"""What a verdict said otherwise than the books, each with its words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from verify_service.registry.records import Record
from verify_service.replay.instants import told
from verify_service.replay.shown import ShownLicense

NOT_ISSUED: Final = "not_issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """``code`` is stable. The instants are those of the entry that made it so, where one did;
    ``late``: it was recorded after the verdict."""

    code: str
    permit: str | None = None
    said: str | None
    was: str | None
    effective_at: datetime | None = None
    recorded_at: datetime | None = None
    late: bool | None = None
    zh: str
    en: str


def not_issued(license: ShownLicense) -> Difference:
    return Difference(
        code="not-issued",
        said=f"v{license.version}",
        was=None,
        zh=f"核验称凭证 {license.number} 第 {license.version} 版，当时登记库中没有此版",
        en=f"the verdict is on version {license.version} of {license.number}, which was not there",
    )


def holder_differs(said: str, was: str) -> Difference:
    return Difference(
        code="holder-differs",
        said=said,
        was=was,
        zh=f"核验称持证主体为 {said}，登记的是 {was}",
        en=f"the verdict said that {said} is the holder: {was} is",
    )


def license_differs(said: str, was: str, record: Record | None, now: datetime) -> Difference:
    return _differs("license-differs", None, "凭证", "the license", said, was, record, now)


def permit_differs(
    number: str, said: str, was: str | None, record: Record | None, now: datetime
) -> Difference:
    if was is None:
        return Difference(
            code="permit-unknown",
            permit=number,
            said=said,
            was=None,
            zh=f"核验所列许可 {number} 不在该凭证上",
            en=f"permit {number}, which the verdict lists, is not on this license",
        )
    what_zh, what_en = f"许可 {number}", f"permit {number}"
    return _differs("permit-differs", number, what_zh, what_en, said, was, record, now)


def _differs(
    code: str,
    permit: str | None,
    zh: str,
    en: str,
    said: str,
    was: str,
    record: Record | None,
    now: datetime,
) -> Difference:
    since_zh = since_en = ""
    late = None
    if record is not None:
        late = record.recorded_at > now
        effective, recorded = told(record.effective_at), told(record.recorded_at)
        since_zh = f"（{effective} 生效，{recorded} 记录{'，晚于该次核验' if late else ''}）"
        since_en = f", with effect from {effective}, recorded {recorded}"
        since_en += ", after the verdict" if late else ""
    return Difference(
        code=code,
        permit=permit,
        said=said,
        was=was,
        effective_at=None if record is None else record.effective_at,
        recorded_at=None if record is None else record.recorded_at,
        late=late,
        zh=f"核验称{zh}为 {said}，实为 {was}{since_zh}",
        en=f"the verdict said {said} of {en}: it was {was}{since_en}",
    )
