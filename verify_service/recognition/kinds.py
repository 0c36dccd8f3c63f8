"""Every kind of finding about a candidate, in both languages, with what is to be done about it.

A fault keeps the holders from signing; a warning is for them to know. Codes are stable words
(docs/runbooks/recognition.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from verify_service.catalog.bilingual import Bilingual


class Severity(StrEnum):
    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of finding; its words are format strings over the data."""

    severity: Severity
    message: Bilingual
    next_step: Bilingual


def _step(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


_ANEW: Final = _step(
    "请对方更正后重新签署申请。", "Have the district correct it, and sign its offer anew."
)
_DOUBT: Final = _step(
    "勿签署；先以其他途径向对方核实申请的来历。",
    "Do not sign; ask the district by another way where this offer comes from.",
)
_LISTED: Final = _step(
    "不是新加入：增换密钥请用 keys announce 等命令修改来源文件。",
    "It is no newcomer: edit the source with keys announce and its like.",
)
_RETIRED: Final = _step(
    "请对方说明该密钥；停用或泄露的密钥不必列入。",
    "Ask about this key; one that is retired or compromised is not to be listed.",
)
_OLD_LISTS: Final = _step(
    "请对方重新发布并提供当日的名单。", "Have the district publish, and hand over today's lists."
)
_SCOPE: Final = _step(
    "确认互认范围不依赖这些词；按证件种类限定时不能写入。",
    "See that no scope depends on these words: one by kinds or industries cannot name them.",
)


def _kinds(severity: Severity, *rows: tuple[str, str, str, Bilingual]) -> dict[str, Kind]:
    return {
        code: Kind(severity=severity, message=Bilingual(zh=zh, en=en), next_step=next_step)
        for code, zh, en, next_step in rows
    }


KINDS: Final[Mapping[str, Kind]] = {
    **_kinds(
        Severity.FAULT,
        ("offer-malformed", "不是加入申请：{detail}", "it is no offer: {detail}", _ANEW),
        (
            "offer-dated-ahead",
            "申请的时间 {at} 晚于本机时钟",
            "the offer is dated {at}, yet to come",
            _ANEW,
        ),
        (
            "scopes-claimed",
            "申请自定互认范围",
            "the offer claims what it is to be recognized for",
            _ANEW,
        ),
        (
            "key-not-signed",
            "密钥 {key_id} 未在申请上签名",
            "key {key_id} has not signed the offer",
            _ANEW,
        ),
        (
            "key-signature-wrong",
            "密钥 {key_id} 的签名无效",
            "the signature by key {key_id} does not hold",
            _DOUBT,
        ),
        (
            "key-suite-unavailable",
            "本机没有密钥 {key_id} 的算法（{suite}）",
            "key {key_id} is of a suite that is not to be had here ({suite})",
            _step(
                "在有该算法的机器上重新检查；各区的扫码器也须具备。",
                "Check again where there is one; every scanner will need it.",
            ),
        ),
        (
            "key-unusable",
            "密钥 {key_id} 不是可用的公钥",
            "key {key_id} is no public key to verify with",
            _DOUBT,
        ),
        (
            "key-id-wrong",
            "编号 {key_id} 不是该密钥的编号",
            "id {key_id} is not the key's own",
            _ANEW,
        ),
        ("key-named-twice", "密钥 {key_id} 列了两次", "key {key_id} is named twice", _ANEW),
        (
            "key-compromised",
            "申请列入了已泄露的密钥 {key_id}",
            "the offer names key {key_id} as compromised",
            _RETIRED,
        ),
        (
            "key-day-out-of-range",
            "密钥 {key_id} 的日期 {day} 不在 2020-01-02 至 2109-09-18 之内",
            "key {key_id} names a day, {day}, that is not from 2020-01-02 to 2109-09-18",
            _ANEW,
        ),
        (
            "key-too-soon",
            "密钥 {key_id} 自 {first} 起用，早于最早可用日 {earliest}",
            "key {key_id} is to sign from {first}, sooner than {earliest}",
            _step(
                "请对方改为 {earliest} 或以后：各扫码器须先取得新名单。",
                "Have its first day moved to {earliest} or later: scanners have to hear of it before.",
            ),
        ),
        (
            "key-past",
            "密钥 {key_id} 已于 {last} 停用",
            "key {key_id} has had its last day, {last}",
            _RETIRED,
        ),
        (
            "key-ends-before-it-begins",
            "密钥 {key_id} 的末日 {last} 早于首日 {first}",
            "key {key_id} ends on {last}, before it begins on {first}",
            _ANEW,
        ),
        (
            "no-key-within-a-year",
            "一年之内没有可用的密钥",
            "none of its keys is in use within a year",
            _ANEW,
        ),
        (
            "key-id-taken",
            "编号 {key_id} 与 {other} 的另一密钥相同",
            "id {key_id} is that of another key, of {other}",
            _step("请对方另做一把密钥。", "Have the district make another key."),
        ),
        (
            "key-listed-for-another",
            "密钥 {key_id} 已列在 {other} 名下",
            "key {key_id} is on our list already, for {other}",
            _DOUBT,
        ),
        (
            "key-of-the-root",
            "密钥 {key_id} 的编号与根的密钥相同",
            "id {key_id} is that of a key of the root's",
            _DOUBT,
        ),
        (
            "division-code-unknown",
            "区划代码 {division} 不合 GB/T 2260（六位数字，前两位为省）",
            "{division} is no division code of GB/T 2260 (six digits, the first two a province)",
            _ANEW,
        ),
        ("code-listed", "{division} 已在名单上", "{division} is on our list already", _LISTED),
        (
            "code-listed-with-other-keys",
            "{division} 已在名单上，而申请的密钥均不相识",
            "{division} is on our list already, and none of the offer's keys is known for it",
            _DOUBT,
        ),
        (
            "name-malformed",
            "名称为空或含不可打印字符：{name}",
            "a name is empty or not printable: {name}",
            _ANEW,
        ),
        (
            "name-taken",
            "名称 {name} 已属 {other}",
            "the name {name} is that of {other} already",
            _DOUBT,
        ),
        (
            "prefix-malformed",
            "编号字头 {prefix} 应为一至八个字",
            "the number prefix {prefix} is not one to eight letters",
            _ANEW,
        ),
        (
            "prefix-taken",
            "编号字头 {prefix} 已属 {other}",
            "the number prefix {prefix} is that of {other} already",
            _ANEW,
        ),
        (
            "host-malformed",
            "主机 {host} 不是大写的域名",
            "the host {host} is no DNS name in upper case",
            _ANEW,
        ),
        (
            "host-taken",
            "主机 {host} 已属 {other}",
            "the host {host} is that of {other} already",
            _DOUBT,
        ),
        (
            "host-looks-alike",
            "主机 {host} 与 {other} 的 {theirs} 易混淆",
            "the host {host} can be taken for {theirs}, of {other}",
            _DOUBT,
        ),
        (
            "status-uri-not-https",
            "状态清单网址不是 https：{uri}",
            "the address of status lists is not https: {uri}",
            _ANEW,
        ),
        (
            "status-uri-malformed",
            "状态清单网址含空白、非 ASCII 或多余的花括号：{uri}",
            "the address of status lists has blanks, braces or what is not ASCII: {uri}",
            _ANEW,
        ),
        (
            "status-uri-without-list",
            "状态清单网址中没有 {{list}}：{uri}",
            "the address of status lists is without {{list}}: {uri}",
            _ANEW,
        ),
        (
            "lists-missing",
            "{folder} 中没有 {division} 的{what}",
            "there is no {what_en} of {division} in {folder}",
            _OLD_LISTS,
        ),
        (
            "list-refused",
            "名单 {path} 不能采信：{detail}",
            "list {path} is not to be believed: {detail}",
            _OLD_LISTS,
        ),
        (
            "list-dated-ahead",
            "名单 {path} 签发于 {at}，晚于本机时钟",
            "list {path} is dated {at}, yet to come",
            _OLD_LISTS,
        ),
        (
            "list-expired",
            "状态清单 {path} 已于 {at} 过期",
            "status list {path} expired at {at}",
            _OLD_LISTS,
        ),
        (
            "list-lives-too-long",
            "状态清单 {path} 有效 {days} 天，多于 366 天",
            "status list {path} is good for {days} days, more than 366",
            _OLD_LISTS,
        ),
        (
            "symbol-not-valid",
            "第 {line} 个码核验为 {outcome}（{reasons}）",
            "symbol {line} is {outcome} ({reasons})",
            _step(
                "按原因更正；签署前每个样码都须有效。",
                "Mend what the reasons say: every sample has to be valid before anybody signs.",
            ),
        ),
    ),
    **_kinds(
        Severity.WARNING,
        (
            "offer-old",
            "申请签于 {at}，已超过九十天",
            "the offer was signed at {at}, more than ninety days ago",
            _step("向对方确认仍然有效。", "Ask the district whether it still stands."),
        ),
        (
            "status-uri-elsewhere",
            "状态清单在另一主机：{uri}",
            "status lists are at another host: {uri}",
            _step("向对方确认该主机由其管理。", "Ask the district whether the host is its own."),
        ),
        (
            "list-old",
            "状态清单 {path} 签发于 {at}，已超过三天",
            "status list {path} was signed at {at}, more than three days ago",
            _OLD_LISTS,
        ),
        (
            "kinds-unknown",
            "本区目录没有这些证件种类：{words}",
            "our catalog has none of these kinds of permits: {words}",
            _SCOPE,
        ),
        (
            "industries-unknown",
            "本区目录没有这些行业：{words}",
            "our catalog has none of these industries: {words}",
            _SCOPE,
        ),
        (
            "lists-before-first-day",
            "名单签于密钥首日 {first} 之前，此后须重新签发才会被采信：{paths}",
            "lists are of before their key's first day {first}, and not taken until signed anew: {paths}",
            _step(
                "请对方自首日起用申请中的密钥签发名单；已在用的区应以新密钥申请。",
                "Have lists signed with this key from that day on; a district at work offers a new key.",
            ),
        ),
        (
            "symbol-asks-for-attention",
            "第 {line} 个码有效，但有提示（{reasons}）",
            "symbol {line} is in force, with remarks ({reasons})",
            _step("核对提示是否与证面一致。", "See whether the remarks agree with the sheet."),
        ),
        (
            "symbol-before-first-day",
            "第 {line} 个码签发于 {issued}，早于密钥首日 {first}，列入后仍不予认可",
            "symbol {line} is of {issued}, before its key's first day {first}: not believed here",
            _step(
                "告知对方：此前的凭证须以新密钥换发。",
                "Tell the district: what was issued before has to be reissued.",
            ),
        ),
    ),
}
