"""Why a license is not issued.

IssuingError
├── NotIssuableError          the rules forbid it; ``reasons`` says each why
├── PendingNotAllowedError    the policy wants this mandatory item granted first
├── PermitOfAnotherError      a permit of another holder or of other premises
├── PermitsChangedError       permits came or went while the license was being issued
├── LicenseStandsError        a license of this industry stands at these premises: reissue it
├── NothingToReissueError     the license's latest version is void
├── SealRefusedError          our own verifier or decoder refused what was sealed
└── DoubtfulKeyError          licenses of a key in doubt are not reissued (the command line alone)
    ├── KeyUnknownHereError       a key that is none of this issuer's
    ├── NoDoubtfulDayError        nobody has said since when a key is in doubt
    ├── KeyStillSignsError        the service signs with the very key that is in doubt
    └── LicenseSuspendedError     to be reissued once it is resumed, not before
"""

from collections.abc import Sequence
from dataclasses import dataclass

from verify_service.catalog.reasons import Reason
from verify_service.errors import ServiceError


class IssuingError(ServiceError):
    """Nothing was issued."""


@dataclass(eq=False, kw_only=True)
class NotIssuableError(IssuingError):
    """``reasons`` are the catalog's."""

    reasons: Sequence[Reason]

    def message(self) -> dict[str, str]:
        return {
            "zh": "不符合制发条件：" + "；".join(reason.message.zh for reason in self.reasons),
            "en": "may not be issued: " + "; ".join(reason.message.en for reason in self.reasons),
        }


@dataclass(eq=False, kw_only=True)
class PendingNotAllowedError(IssuingError):
    """``item`` and ``kind`` are ids of the catalog, ``policy`` the one that is in force."""

    item: str
    kind: str
    policy: str

    zh = "按政策 {policy}，必须办理事项 {item}（{kind}）须先取得许可，不得作为未许可事项"
    en = "by policy {policy} the mandatory item {item} ({kind}) may not be pending"


@dataclass(eq=False, kw_only=True)
class PermitOfAnotherError(IssuingError):
    kind: str
    number: str

    zh = "证件 {kind} {number} 不属于该主体的该经营场所"
    en = "permit {kind} {number} is not of this holder at these premises"


@dataclass(eq=False, kw_only=True)
class PermitsChangedError(IssuingError):
    """``before`` permits counted when places were reserved, ``found`` when it was to be sealed."""

    before: int
    found: int

    zh = "办理期间可计入的证件由 {before} 项变为 {found} 项，未签发，请重新提交"
    en = "the permits that count went from {before} to {found} meanwhile: ask again"


@dataclass(eq=False, kw_only=True)
class LicenseStandsError(IssuingError):
    """``standing`` is the number of the license that is there, ``state`` its state."""

    standing: str
    state: str

    zh = "该经营场所的该行业已有凭证 {standing}（{state}），请换发该凭证，不另行制发"
    en = "license {standing} for this industry at these premises is {state}: reissue that one"


@dataclass(eq=False, kw_only=True)
class NothingToReissueError(IssuingError):
    number: str
    state: str

    zh = "凭证 {number} 当前为 {state}，不能换发，请重新申请"
    en = "license {number} is {state} and cannot be reissued; apply anew"


@dataclass(eq=False, kw_only=True)
class SealRefusedError(IssuingError):
    """``detail`` says which check refused it."""

    number: str
    detail: str

    zh = "凭证 {number} 自检未通过，未签发：{detail}"
    en = "license {number} failed its own check and was not issued: {detail}"


class DoubtfulKeyError(IssuingError):
    """What is asked for at the command line alone: a key in doubt, and what it has signed."""


@dataclass(eq=False, kw_only=True)
class KeyUnknownHereError(DoubtfulKeyError):
    """``key_id`` in hex, ``issuer`` our code."""

    key_id: str
    issuer: str

    zh = "密钥 {key_id} 不属于 {issuer}：受信任名单中没有，也未签过任何凭证"
    en = (
        "key {key_id} is none of {issuer}'s: it is not in the trust list, and has signed no license"
    )


@dataclass(eq=False, kw_only=True)
class NoDoubtfulDayError(DoubtfulKeyError):
    key_id: str

    zh = "受信任名单未将密钥 {key_id} 列为已泄露；确需换发的，请用 --since 注明自何日起存疑"
    en = "the trust list does not call key {key_id} compromised: name the first day with --since"


@dataclass(eq=False, kw_only=True)
class KeyStillSignsError(DoubtfulKeyError):
    key_id: str

    zh = "本服务仍在用密钥 {key_id} 签发，请先在配置中改用备用密钥（issuer_key）"
    en = "this service still signs with key {key_id}: give it another one (issuer_key) first"


@dataclass(eq=False, kw_only=True)
class LicenseSuspendedError(DoubtfulKeyError):
    number: str

    zh = "凭证 {number} 已暂停，恢复后再换发"
    en = "license {number} is suspended: reissue it once it is resumed"
