"""Every reason that a verdict can give: its stable code, what it means for the outcome, and words.

Other programs read the codes; people read the messages, Chinese first. The table is the source of
docs/spec/verdict.md, and each code is reached by at least one vector.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """What a verdict comes to; of several reasons the first outcome in this order wins."""

    NOT_A_LICENSE = "not_a_license"
    REJECTED = "rejected"
    NOT_IN_FORCE = "not_in_force"
    INDETERMINATE = "indeterminate"
    ATTENTION = "attention"
    VALID = "valid"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    FATAL = "fatal"


_SEVERITY: Final = {Outcome.ATTENTION: Severity.WARNING, Outcome.VALID: Severity.INFO}


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in Chinese and in English; ``{…}`` names the reason's data."""

    zh: str
    en: str

    def fill(self, data: Mapping[str, object]) -> dict[str, str]:
        return {"zh": self.zh.format_map(data), "en": self.en.format_map(data)}


@dataclass(frozen=True, slots=True)
class ReasonKind:
    """One entry of the table."""

    code: str
    outcome: Outcome
    message: Words
    next_step: Words

    @property
    def severity(self) -> Severity:
        return _SEVERITY.get(self.outcome, Severity.FATAL)


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as it was found, with its data."""

    code: str
    data: tuple[tuple[str, object], ...] = ()

    @property
    def kind(self) -> ReasonKind:
        return KINDS[self.code]

    def as_dict(self) -> dict[str, object]:
        data = dict(self.data)
        return {
            "code": self.code,
            "severity": self.kind.severity.value,
            "message": self.kind.message.fill(data),
            "next_step": self.kind.next_step.fill(data),
            **data,
        }


_RESCAN: Final = Words(
    "请对准证面二维码重新扫描；仍不行时按证书编号在线查询。",
    "Scan the symbol on the sheet again; if that fails, look the number up online.",
)
_REPORT: Final = Words(
    "视为伪造线索：不得认可，拍照留证，报区政务服务局核实。",
    "Treat as a suspected forgery: do not accept it, photograph it, report it to the bureau.",
)
_SYNC: Final = Words(
    "请在有网络处同步后再扫；或在线核验。当前不得认定为有效。",
    "Sync where there is a network and scan again, or verify online. Do not take it as valid now.",
)
_RECALL: Final = Words(
    "告知经营者凭证已不能使用，按规定配合区政务服务局收回。",
    "Tell the holder that the sheet may no longer be used, and help the bureau to recall it.",
)
_OPEN_NOTHING: Final = Words(
    "不要打开其中的链接或付款；请扫描综合许可凭证上的二维码。",
    "Open no link in it and pay nothing; scan the symbol on the composite license.",
)
_UPDATE: Final = Words("请更新核验程序后再扫。", "Update the scanner and scan again.")


def _kinds(outcome: Outcome, *rows: tuple[str, str, str, Words]) -> dict[str, ReasonKind]:
    return {
        code: ReasonKind(code, outcome, Words(zh, en), next_step)
        for code, zh, en, next_step in rows
    }


_NOT_A_LICENSE: Final = _kinds(
    Outcome.NOT_A_LICENSE,
    (
        "payment-code",
        "这是收付款码，不是综合许可凭证。",
        "This is a payment code, not a composite license.",
        _OPEN_NOTHING,
    ),
    (
        "business-registration-code",
        "这是营业执照等登记信息码，不是综合许可凭证。",
        "This is a business-registration code, not a composite license.",
        _OPEN_NOTHING,
    ),
    (
        "look-alike-host",
        "网址样式相似，但主机 {host} 不属于任何受信任的发证机关，疑为仿冒。",
        "The address looks alike, but its host {host} belongs to no trusted issuer: a likely fake.",
        _REPORT,
    ),
    (
        "retyped-text",
        "这是网页地址或转抄的文字，不是证面二维码的原文。",
        "This is a page's address or retyped text, not the symbol's own text.",
        _RESCAN,
    ),
    ("other-url", "这是其他网址。", "This is some other web address.", _OPEN_NOTHING),
    ("other-text", "这是其他内容的码。", "This code holds something else.", _OPEN_NOTHING),
    ("empty-text", "码中没有内容。", "The code is empty.", _RESCAN),
)
_REJECTED: Final = _kinds(
    Outcome.REJECTED,
    (
        "text-malformed",
        "码的内容不符合综合许可凭证格式，可能残缺或被改动。",
        "The text breaks the format of a license: it is cut or altered.",
        _RESCAN,
    ),
    (
        "envelope-malformed",
        "签名封装不符合格式，可能残缺或被改动。",
        "The signed envelope breaks the format: it is cut or altered.",
        _REPORT,
    ),
    (
        "key-unknown",
        "签名所用密钥（{key_id}）不在受信任名单中。",
        "It is signed with a key ({key_id}) that is not on the trust list.",
        _REPORT,
    ),
    (
        "key-compromised",
        "签名密钥（{key_id}）已泄露，此凭证不属其泄露之前所签，不予认可。",
        "Its key ({key_id}) is compromised, and this is not of the time before: it is not believed.",
        _REPORT,
    ),
    (
        "key-out-of-period",
        "签名密钥（{key_id}）在签发日不得使用。",
        "Its key ({key_id}) was not to be used on the day of issue.",
        _REPORT,
    ),
    (
        "suite-mismatch",
        "签名算法与密钥不符。",
        "The algorithm that it names is not the one of its key.",
        _REPORT,
    ),
    (
        "signature-invalid",
        "签名无效：内容被改动或系伪造。",
        "The signature is invalid: altered or forged.",
        _REPORT,
    ),
    (
        "issuer-mismatch",
        "凭证所写发证机关、网址与签名密钥不属于同一机关。",
        "Its issuer, its address and its key do not belong together.",
        _REPORT,
    ),
    (
        "claims-malformed",
        "签名有效，但内容不符合规定。",
        "The signature is good, but the content breaks the rules.",
        _REPORT,
    ),
    (
        "details-mismatch",
        "取得的详细内容与码中摘要不符。",
        "The details fetched do not match the digest in the code.",
        _REPORT,
    ),
    (
        "status-out-of-range",
        "凭证的状态编号超出状态清单范围。",
        "Its status index lies outside the status list.",
        _REPORT,
    ),
    (
        "registry-unknown",
        "签名有效，但证照库中没有该凭证：疑为库外签发，已记录告警。",
        "The signature is good, but the registry does not know it: issued off the books. Recorded.",
        _REPORT,
    ),
    (
        "registry-differs",
        "签名有效，但与证照库中的内容不一致，已记录告警。",
        "The signature is good, but the registry holds other content. Recorded.",
        _REPORT,
    ),
)
_NOT_IN_FORCE: Final = _kinds(
    Outcome.NOT_IN_FORCE,
    ("license-void", "该综合许可凭证已作废。", "This license is void.", _RECALL),
    (
        "license-superseded",
        "该凭证已换发，此为旧证。",
        "This license was reissued; this sheet is the old one.",
        _RECALL,
    ),
    ("license-suspended", "该凭证已暂停使用。", "This license is suspended.", _RECALL),
    (
        "license-ended",
        "该凭证已终止（{state}）。",
        "This license has ended ({state}).",
        _RECALL,
    ),
    (
        "license-lapsed",
        "该凭证已于 {valid_until} 到期。",
        "This license ran out on {valid_until}.",
        _RECALL,
    ),
    *(
        (
            f"permit-{state}",
            f"《{{name}}》（{{number}}）已{zh}。",
            f"Permit {{name_en}} ({{number}}) {en}.",
            _RECALL,
        )
        for state, zh, en in (
            ("lapsed", "失效", "has lapsed"),
            ("suspended", "暂停", "is suspended"),
            ("cancelled", "注销", "was cancelled"),
            ("annulled", "被撤销", "was annulled"),
            ("revoked", "被吊销", "was revoked"),
            ("withdrawn", "被撤回", "was withdrawn"),
        )
    ),
    (
        "recognition-out-of-scope",
        "{issuer} 签发的此类凭证在本区不在互认范围内。",
        "Licenses of this kind issued by {issuer_en} are not recognized here.",
        Words(
            "请查验各单项许可证件原件。",
            "Check the single permits themselves.",
        ),
    ),
    (
        "recognition-permit-out-of-scope",
        "{issuer} 签发的此类凭证中，《{name}》（{number}）在本区不在互认范围内。",
        "Of licenses issued by {issuer_en}, permit {name_en} ({number}) is not recognized here.",
        Words(
            "请查验该单项许可证件原件。",
            "Check that single permit itself.",
        ),
    ),
)
_INDETERMINATE: Final = _kinds(
    Outcome.INDETERMINATE,
    (
        "clock-implausible",
        "本机时间不可信：早于已取得的签名数据或签发日期。",
        "This device's clock cannot be right: it is before signed data that it holds.",
        Words("请校准时间后再扫。", "Set the clock right and scan again."),
    ),
    (
        "key-unknown-trust-old",
        "密钥（{key_id}）未知，而受信任名单已过旧，无法判断。",
        "The key ({key_id}) is unknown and the trust list is old: nothing can be said.",
        _SYNC,
    ),
    (
        "key-out-of-period-trust-old",
        "受信任名单已过旧，其中密钥（{key_id}）在签发日不得使用，无法判断。",
        "The trust list, which is old, has not this day for its key ({key_id}): nothing can be said.",
        _SYNC,
    ),
    (
        "suite-unavailable",
        "本机不能计算该凭证的签名算法（{suite}），无法判断。",
        "This device cannot compute its signature's algorithm ({suite}): nothing can be said.",
        Words(
            "请在具备该算法的设备上核验，或在线核验。当前不得认定为有效。",
            "Verify on a device that has the algorithm, or online. Do not take it as valid now.",
        ),
    ),
    (
        "host-unknown-trust-old",
        "网址 {host} 不在受信任名单中，而名单已过旧，无法判断。",
        "The host {host} is not on the trust list, which is old: nothing can be said.",
        _SYNC,
    ),
    ("trust-expired", "受信任名单已过期。", "The trust list has expired.", _SYNC),
    ("status-missing", "没有该凭证的状态清单。", "There is no status list for it here.", _SYNC),
    (
        "status-stale",
        "状态清单过旧（{status_as_of}），不能据此认定有效。",
        "The status list is too old ({status_as_of}) to take it as valid.",
        _SYNC,
    ),
    (
        "status-unknown-value",
        "状态清单中的状态值无法识别。",
        "The status list holds a value that this program does not know.",
        _UPDATE,
    ),
    (
        "catalog-unknown",
        "缺少该凭证所用目录，或目录中没有其事项代码。",
        "The catalog that it was issued under is missing here, or lacks one of its codes.",
        _SYNC,
    ),
    (
        "details-missing",
        "码中只有摘要，详细内容需联网获取。",
        "The code holds a digest only; its details have to be fetched.",
        _SYNC,
    ),
    (
        "version-unsupported",
        "签名有效，但内容的格式版本本程序不支持。",
        "The signature is good, but the content is of a version that this program does not know.",
        _UPDATE,
    ),
)
_ATTENTION: Final = _kinds(
    Outcome.ATTENTION,
    (
        "pending-mandatory",
        "必须办理事项《{name}》尚未许可，不得开展该项经营活动。",
        "The mandatory permit {name_en} is not granted yet: that activity is not allowed.",
        Words("检查是否已擅自经营该项。", "Check that the activity has not begun without it."),
    ),
    (
        "pending-item",
        "《{name}》尚未许可。",
        "Permit {name_en} is not granted yet.",
        Words("检查是否已擅自经营该项。", "Check that the activity has not begun without it."),
    ),
    (
        "permit-given-up",
        "《{name}》（{number}）已应申请注销，该凭证其余许可继续有效。",
        "Permit {name_en} ({number}) was given up by its holder; the license stands without it.",
        Words("检查是否仍在经营该项。", "Check that this activity has ended."),
    ),
    (
        "permit-expiring",
        "《{name}》（{number}）将于 {valid_until} 到期。",
        "Permit {name_en} ({number}) runs out on {valid_until}.",
        Words("提醒经营者及时办理延续。", "Remind the holder to renew it."),
    ),
    (
        "permit-by-promise",
        "《{name}》（{number}）以告知承诺方式取得，尚待核查。",
        "Permit {name_en} ({number}) was got by promise; its check is still due.",
        Words("核查是否履行承诺。", "Check whether the promise is kept."),
    ),
    (
        "place-mismatch",
        "扫描位置距登记地址约 {distance_m} 米。",
        "The scan is about {distance_m} m from the registered premises.",
        Words(
            "核对店名、地址与证面是否一致，警惕复制冒用。",
            "Hold shop name and address against the sheet: it may be a copy.",
        ),
    ),
    (
        "recognition-trial",
        "{issuer} 签发，互认试行中。",
        "Issued by {issuer_en}; its recognition here is on trial.",
        Words("按试行规定处理。", "Proceed by the rules of the trial."),
    ),
    (
        "status-aging",
        "状态清单已超过一天（{status_as_of}）。",
        "The status list is more than a day old ({status_as_of}).",
        Words("有网络时请尽快同步。", "Sync as soon as there is a network."),
    ),
    (
        "trust-aging",
        "受信任名单较旧（{trust_as_of}）。",
        "The trust list is getting old ({trust_as_of}).",
        Words("有网络时请尽快同步。", "Sync as soon as there is a network."),
    ),
)
_VALID: Final = _kinds(
    Outcome.VALID,
    (
        "position-unknown",
        "凭证未登记位置，无法核对扫描地点。",
        "The license holds no position to compare the place of the scan with.",
        Words("请人工核对地址。", "Compare the address yourself."),
    ),
)

KINDS: Final[Mapping[str, ReasonKind]] = {
    **_NOT_A_LICENSE,
    **_REJECTED,
    **_NOT_IN_FORCE,
    **_INDETERMINATE,
    **_ATTENTION,
    **_VALID,
}
OUTCOME_ORDER: Final = {outcome: rank for rank, outcome in enumerate(Outcome)}
_WITHOUT_REASONS: Final = Outcome.VALID


def outcome_of(reasons: tuple[Reason, ...]) -> Outcome:
    """The outcome that reasons come to; without any, `valid`."""
    if not reasons:
        return _WITHOUT_REASONS
    return min((reason.kind.outcome for reason in reasons), key=OUTCOME_ORDER.__getitem__)
