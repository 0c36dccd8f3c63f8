"""Why something cannot be published.

PublishingError
├── NoSignerError        this service holds no private key
├── ListsAgingError      our own status lists were not signed for long
├── BundleAheadError     a folder whose trust list is newer than ours
└── ListRefusedError     a list that is not what it claims to be
    ├── ListAheadError   … or signed at a time that is yet to come
    ├── ListTooManyError … or one more of its issuer than is kept
    ├── ListOlderError   … or signed before the one published, under a root that went
    └── OwnKeyUnfitError … or ours, of a key that the trust list does not let sign
"""

from dataclasses import dataclass

from verify_service.errors import ServiceError


class PublishingError(ServiceError):
    """Nothing was published."""


class NoSignerError(PublishingError):
    zh = "本服务未配置签名密钥，只能核验，不能签发"
    en = "this service holds no signing key: it verifies and cannot issue"


@dataclass(eq=False, kw_only=True)
class ListsAgingError(PublishingError):
    """``number`` is the oldest list's; ``age`` and ``left`` are durations in words."""

    number: str
    age: str
    left: str

    zh = (
        "状态清单 {number} 已 {age} 未重新签发，{left} 后各核验端将不再采信"
        "（docs/runbooks/lists-not-signed.md）"
    )
    en = (
        "status list {number} was not signed for {age}: in {left} no scanner believes it"
        " (docs/runbooks/lists-not-signed.md)"
    )


@dataclass(eq=False, kw_only=True)
class BundleAheadError(PublishingError):
    """``found`` and ``ours`` are trust lists: number, instant of signing, number of the root."""

    folder: str
    found: str
    ours: str

    zh = "{folder} 中的受信任名单（{found}）新于本服务的（{ours}），未作改动；请先启用新名单"
    en = (
        "the trust list in {folder} is {found}, ours is {ours}: nothing was written, take the newer"
        " list into use first"
    )


@dataclass(eq=False, kw_only=True)
class ListRefusedError(PublishingError):
    """``name`` is the path in a bundle, ``detail`` the core's own words."""

    name: str
    detail: str

    zh = "名单 {name} 未被接受：{detail}"
    en = "list {name} was refused: {detail}"


class ListAheadError(ListRefusedError):
    """``detail`` is the instant of signing: what is signed later would be older."""

    zh = "名单 {name} 未被接受：签发于 {detail}，晚于本机时钟"
    en = "list {name} was refused: signed at {detail}, which by this clock is yet to come"


class ListTooManyError(ListRefusedError):
    """``detail`` is how many there are: one more, and scanners would leave out one of them."""

    zh = "名单 {name} 未被接受：该机关的同类名单已有 {detail} 份"
    en = "list {name} was refused: there are {detail} of this issuer and kind already"


class ListOlderError(ListRefusedError):
    """``detail`` are the two instants of signing."""

    zh = "名单 {name} 未被接受：签发时间早于已发布的名单（{detail}），请重新签发"
    en = "list {name} was refused: signed before the one that is published ({detail}): sign it anew"


class OwnKeyUnfitError(ListRefusedError):
    """``detail`` says why: it is not listed, or not on this day."""

    zh = "名单 {name} 未签发：按受信任名单，issuer_key 所设密钥现在不得签名（{detail}）"
    en = (
        "list {name} was not signed: by the trust list, the key of the setting issuer_key may not"
        " sign now ({detail})"
    )
