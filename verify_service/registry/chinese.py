"""The Chinese of the registry's own words: what messages say in the place of a code.

The codes themselves are English, and what an English message says.
"""

from collections.abc import Mapping
from typing import Final

MOVES: Final[Mapping[str, str]] = {
    "granted": "准予许可",
    "amended": "变更",
    "renewing": "受理延续申请",
    "renewed": "延续",
    "suspended": "暂停",
    "resumed": "恢复",
    "cancelled": "注销",
    "annulled": "撤销",
    "revoked": "吊销",
    "lapsed": "失效",
    "withdrawn": "撤回",
}

BASES: Final[Mapping[str, str]] = {
    "by-decision": "准予决定",
    "by-promise": "告知承诺",
    "on-application": "依申请",
    "ex-officio": "依职权",
    "deemed": "逾期未决定，视为准予",
    "penalty": "行政处罚",
    "precaution": "行政强制措施",
    "cause-gone": "原因消除",
    "term-over": "期限届满",
    "overturned": "原决定被撤销",
    "conditions-gone": "法定失效条件成就",
    "other-law": "其他法定情形",
    "holder-gone": "持证人死亡或终止",
    "ended-otherwise": "已被撤销、撤回或吊销",
    "force-majeure": "不可抗力",
    "deceit": "以欺骗、贿赂取得",
    "abuse-of-office": "滥用职权、玩忽职守",
    "beyond-powers": "超越法定职权",
    "procedure": "违反法定程序",
    "unqualified": "申请人不具备条件",
    "circumstances-changed": "客观情况重大变化",
    "law-changed": "依据修改或废止",
}

STATES: Final[Mapping[str, str]] = {
    "in_force": "有效",
    "suspended": "暂停",
    "cancelled": "注销",
    "annulled": "撤销",
    "revoked": "吊销",
    "lapsed": "失效",
    "withdrawn": "撤回",
    "void": "作废",
    "superseded": "被换发",
    "recalled": "证面已收回",
    "none": "无",
}

ENTITIES: Final[Mapping[str, str]] = {
    "account": "账户",
    "announced change": "预告的变更",
    "bulk run": "批次",
    "claims": "凭证内容",
    "difference": "差异",
    "holder": "主体",
    "issuer": "签发机关",
    "license": "凭证",
    "license state": "凭证状态",
    "license version": "凭证版本",
    "list": "清单",
    "move": "办理事项",
    "notice": "告知",
    "permit": "许可",
    "premises": "经营场所",
    "recall task": "收回任务",
    "reconciliation": "核对",
    "reissue task": "换发任务",
    "request": "请求",
    "status list": "状态清单",
    "token": "令牌",
    "webhook": "推送地址",
}
