"""What a holder is told of a license, in Chinese and in English, with the remedy (R5); pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from verify_service.catalog import Catalog
from verify_service.lifecycle.consequences import NoticeKind
from verify_service.registry.moves import Move
from verify_service.registry.records import Permit, PermitVersion

MOVE_WORDS: Final[Mapping[Move, tuple[str, str]]] = MappingProxyType(
    {
        Move.GRANTED: ("准予许可", "granted"),
        Move.AMENDED: ("变更", "amended"),
        Move.RENEWING: ("受理延续申请", "under renewal"),
        Move.RENEWED: ("延续", "renewed"),
        Move.SUSPENDED: ("暂停", "suspended"),
        Move.RESUMED: ("恢复", "resumed"),
        Move.LAPSED: ("失效", "lapsed"),
        Move.CANCELLED: ("注销", "cancelled"),
        Move.ANNULLED: ("撤销", "annulled"),
        Move.REVOKED: ("吊销", "revoked"),
        Move.WITHDRAWN: ("撤回", "withdrawn"),
    }
)
_SENTENCES: Final[Mapping[NoticeKind, tuple[str, str]]] = MappingProxyType(
    {
        NoticeKind.LICENSE_VOID: (
            "综合许可凭证 {number}（第 {version} 版）因{cause}已作废。请停止使用并交回凭证。",
            (
                "Composite license {number} (version {version}) is void, because {cause_en}. Stop using "
                "it and hand the sheet back."
            ),
        ),
        NoticeKind.LICENSE_SUSPENDED: (
            "综合许可凭证 {number}（第 {version} 版）因{cause}暂停使用，恢复前不得出示。",
            (
                "Composite license {number} (version {version}) is suspended, because {cause_en}. It may "
                "not be shown until it is resumed."
            ),
        ),
        NoticeKind.LICENSE_RESUMED: (
            "综合许可凭证 {number}（第 {version} 版）因{cause}恢复使用。",
            "Composite license {number} (version {version}) is in force again, because {cause_en}.",
        ),
        NoticeKind.LICENSE_TO_REISSUE: (
            "综合许可凭证 {number}（第 {version} 版）因{cause}需要换发，请到“一业一证”窗口办理。",
            (
                "Composite license {number} (version {version}) is to be reissued, because {cause_en}. "
                "Please come to the bureau's window."
            ),
        ),
        NoticeKind.PERMIT_GIVEN_UP: (
            "综合许可凭证 {number}（第 {version} 版）继续有效，但{cause}，该项经营应停止；请办理换发。",
            (
                "Composite license {number} (version {version}) stays in force, but {cause_en}, and that "
                "business may not go on. Please have the license reissued at the bureau's window."
            ),
        ),
    }
)


class OwnReason(StrEnum):
    """Why the bureau voids a license itself; no permit changes by it."""

    SURRENDERED = "surrendered"
    ISSUED_IN_ERROR = "issued-in-error"


_OWN_REASONS: Final[Mapping[OwnReason, tuple[str, str]]] = MappingProxyType(
    {
        OwnReason.SURRENDERED: ("持证人交回", "its holder has given it back"),
        OwnReason.ISSUED_IN_ERROR: ("制发有误", "it was issued in error"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The version of a license that a notice is about."""

    number: str
    version: int


def permit_notice(
    kind: NoticeKind,
    about: Addressed,
    *,
    permit: Permit,
    cause: PermitVersion,
    catalog: Catalog,
) -> Mapping[str, str]:
    """Say what a permit's change means for a license, who decided it, and what can be done."""
    move, move_en = MOVE_WORDS[cause.move]
    named = catalog.permit_kinds.get(permit.kind)
    name, name_en = (permit.kind, permit.kind) if named is None else (named.name.zh, named.name.en)
    body = catalog.departments.get(permit.department)
    on_record = f"（文号：{cause.document}）" if cause.document else ""
    on_record_en = f" (document {cause.document})" if cause.document else ""
    sentences = _sentences(
        kind,
        about,
        f"《{name}》（{permit.number}）{move}{on_record}",
        f"permit {name_en} ({permit.number}) was {move_en}{on_record_en}",
    )
    if body is None:
        return sentences
    remedy = body.remedy
    return {
        "zh": f"{sentences['zh']}决定部门：{body.name.zh}。{remedy.review.zh}{remedy.lawsuit.zh}",
        "en": f"{sentences['en']} Decided by: {body.name.en}. {remedy.review.en} "
        f"{remedy.lawsuit.en}",
    }


def own_notice(reason: OwnReason, about: Addressed) -> Mapping[str, str]:
    """Say that the bureau itself has voided a license."""
    cause, cause_en = _OWN_REASONS[reason]
    return _sentences(NoticeKind.LICENSE_VOID, about, cause, cause_en)


def _sentences(kind: NoticeKind, about: Addressed, cause: str, cause_en: str) -> Mapping[str, str]:
    chinese, english = _SENTENCES[kind]
    data = {"number": about.number, "version": about.version}
    return {
        "zh": chinese.format(**data, cause=cause),
        "en": english.format(**data, cause_en=cause_en),
    }
