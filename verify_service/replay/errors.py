"""Why the past cannot be told.

ServiceError
└── ReplayError
    ├── InstantMalformedError   what was given is no instant of the years that are kept
    │   ├── ZoneMissingError        … it has no zone
    │   ├── LeapSecondError         … its second is 60, which no clock here has shown
    │   └── YearOutOfRangeError     … of a year before 1970 or after 9998
    ├── InstantInFutureError    it is yet to come
    ├── KnownBeforeAtError      what was known is asked of an instant before the one it is about
    ├── NoListsThenError        no trust list is on record from then
    ├── NotOursError            a license that another district has issued
    ├── NothingToHoldError      a verdict that names no license, and came without a text
    └── NoVerdictError          what was handed in is no verdict of the fixed form
"""

from dataclasses import dataclass

from verify_service.errors import ServiceError


class ReplayError(ServiceError):
    """Nothing of the past is told."""


@dataclass(eq=False, kw_only=True)
class InstantMalformedError(ReplayError):
    """``name`` is the parameter's, ``text`` what was given, cut short."""

    name: str
    text: str

    zh = "{name}：{text} 不是时刻，应写作 2031-05-20T14:03:00+08:00"
    en = "{name}: {text} is no instant, such as 2031-05-20T14:03:00+08:00"


class ZoneMissingError(InstantMalformedError):
    zh = "{name}：时刻 {text} 没有时区，北京时间请加 +08:00"
    en = "{name}: the instant {text} has no zone; add +08:00 for Beijing"


class LeapSecondError(InstantMalformedError):
    zh = "{name}：时刻 {text} 的秒为 60，本系统没有闰秒，请用前一秒或后一秒"
    en = "{name}: {text} is a leap second, which is kept nowhere here: use the one before or after"


class YearOutOfRangeError(InstantMalformedError):
    zh = "{name}：时刻 {text} 不在 1970 至 9998 年之间"
    en = "{name}: {text} is not of the years 1970 to 9998"


@dataclass(eq=False, kw_only=True)
class InstantInFutureError(ReplayError):
    """``instant`` and ``now`` are ISO 8601."""

    name: str
    instant: str
    now: str

    zh = "{name}：{instant} 尚未到来（现在是 {now}），将来的情况不能查询"
    en = "{name}: {instant} is yet to come (it is {now}): nobody is told what will be"


@dataclass(eq=False, kw_only=True)
class KnownBeforeAtError(ReplayError):
    """``at`` is None where only ``known`` was given."""

    at: str | None
    known: str

    zh = "known {known} 早于 at：登记库不预先记录将来的事，当时无从知道"
    en = "known {known} lies before at, or came without it: nothing is recorded ahead of its time"


@dataclass(eq=False, kw_only=True)
class NoListsThenError(ReplayError):
    """``at`` is ISO 8601."""

    at: str

    zh = "没有 {at} 时的受信任名单，无法按当时情况判断二维码"
    en = "no trust list is on record from {at}: a text cannot be judged as of then"


@dataclass(eq=False, kw_only=True)
class NotOursError(ReplayError):
    """``issuer`` is a district's code."""

    issuer: str

    zh = "该凭证由 {issuer} 签发，其历史请向签发地查询"
    en = "the license is {issuer}'s: its past is on that district's books"


class NothingToHoldError(ReplayError):
    zh = "该核验结论没有凭证编号，也未附二维码文字，无从比对"
    en = "the verdict names no license and came without a text: there is nothing to hold it against"


@dataclass(eq=False, kw_only=True)
class NoVerdictError(ReplayError):
    """``where`` is the path of the member, ``detail`` what is wrong with it."""

    where: str
    detail: str

    zh = "提交的不是核验结论：{where}（{detail}）"
    en = "this is no verdict: {where} ({detail})"
