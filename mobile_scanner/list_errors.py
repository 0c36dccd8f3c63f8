"""What can go wrong with the signed lists, their store, the server, and what was asked for.

ToldError
├── ArgumentsError           what was asked for makes no sense
│   ├── InstantError             not an instant with a time zone, nor a date
│   ├── PlaceError               not a latitude and a longitude
│   └── TimeLimitError           not a number of seconds that makes sense
├── RootsError               the pinned keys cannot be had
│   ├── RootsUnreadableError     the file is missing, or holds something else
│   ├── RootsNeededError         none are pinned yet
│   └── RootsDifferError         others than the store's were given
├── BundleError              lists that cannot be used at all
│   ├── BundleMissingError       no folder, or no trust list in it
│   ├── BundleUntrustedError     its trust list is forged, cut, or of other roots
│   └── ManifestError            a table of contents that cannot be used
├── ListRefusedError         one file is left out, by its path; the others are taken
│   ├── ListUnreadableError      the system does not let us read it, or it is too large
│   ├── ListUntrustedError       forged, cut, or by a key that may not sign it
│   ├── ListUncheckedError       signed with a suite that this device cannot compute
│   ├── ListMisplacedError       another list than its path says
│   ├── ListOlderError           older than the one held (rollback)
│   ├── ListAheadError           signed at a time that is yet to come
│   ├── ListChangedError         not the bytes that the manifest promised
│   ├── ListUnknownError         of a kind that this program does not know
│   └── ListNotServedError       promised, and not given
├── StoreError               the store cannot be used
│   ├── StoreEmptyError          never synced
│   ├── StoreBusyError           another sync is writing
│   └── StoreUnwritableError     the system does not let us write
└── ServerError              the service
    ├── ServerAddressError       not an address that is asked
    ├── ServerUnreachableError   no connection, or no answer in time
    └── ServerAnswerError        an answer that cannot be used
"""

from dataclasses import dataclass
from typing import ClassVar

from mobile_scanner.pictures.errors import ScannerError


class ToldError(ScannerError):
    """Data as attributes; `zh` and `en` are made from them by the two templates of the class."""

    told_zh: ClassVar[str]
    told_en: ClassVar[str]

    def __post_init__(self) -> None:
        data = vars(self)
        super().__init__(zh=self.told_zh.format_map(data), en=self.told_en.format_map(data))


@dataclass(eq=False, kw_only=True)
class ArgumentsError(ToldError):
    """`given` is what was written on the command line."""

    given: str


class InstantError(ArgumentsError):
    code = "instant-malformed"
    told_zh = "“{given}”不是带时区的时间，也不是日期。"
    told_en = "{given!r} is no instant with a time zone (2026-03-01T09:30+08:00), and no date."


class PlaceError(ArgumentsError):
    code = "place-malformed"
    told_zh = "“{given}”不是“纬度,经度”（WGS-84，纬度在前）。"
    told_en = "{given!r} is no LATITUDE,LONGITUDE in WGS-84 degrees (39.9042,116.4074)."


class TimeLimitError(ArgumentsError):
    code = "time-limit-malformed"
    told_zh = "“{given}”不是 0.1 到 3600 之间的秒数。"
    told_en = "{given!r} is no number of seconds from 0.1 to 3600."


class RootsError(ToldError):
    """The pinned keys cannot be had."""


@dataclass(eq=False, kw_only=True)
class RootsUnreadableError(RootsError):
    """`cause` is English, for whoever keeps the file."""

    source: str
    cause: str

    code = "roots-unreadable"
    told_zh = "{source}：无法作为根公钥文件使用（{cause}）。"
    told_en = "{source}: not a PEM file of root public keys: {cause}."


@dataclass(eq=False, kw_only=True)
class RootsNeededError(RootsError):
    """`store` has none yet, and none were given."""

    store: str

    code = "roots-needed"
    told_zh = "{store} 中还没有根公钥，须用 --roots 给出其文件（不默认信任任何来源）。"
    told_en = (
        "No root keys are pinned in {store}: give --roots PEM, nothing is trusted on first use."
    )


@dataclass(eq=False, kw_only=True)
class RootsDifferError(RootsError):
    """`store` is bound to other keys than those given."""

    store: str

    code = "roots-differ"
    told_zh = "给出的根公钥与 {store} 中固定的不同，未作改动；确需更换请另用新的 --store。"
    told_en = "These roots are not the ones pinned in {store}; for others use another --store."


@dataclass(eq=False, kw_only=True)
class BundleError(ToldError):
    """`source` is the folder or the server."""

    source: str


class BundleMissingError(BundleError):
    code = "bundle-missing"
    told_zh = "{source}：没有离线数据包（缺少 trust-list.cbor）。"
    told_en = "{source}: there is no bundle here (no trust-list.cbor)."


@dataclass(eq=False, kw_only=True)
class BundleUntrustedError(BundleError):
    """The trust list is not believed, so nothing in the bundle can be."""

    cause: str

    code = "bundle-untrusted"
    told_zh = "{source}：受信任名单不能采信，未予使用（{cause}）。"
    told_en = "{source}: its trust list is not believed: {cause}."


@dataclass(eq=False, kw_only=True)
class ManifestError(BundleError):
    """No honest server writes such a table of contents."""

    cause: str

    code = "manifest-refused"
    told_zh = "{source}：文件目录不能采用，未取任何文件（{cause}）。"
    told_en = "{source}: its table of contents is refused, and nothing was taken: {cause}."


@dataclass(eq=False, kw_only=True)
class ListRefusedError(ToldError):
    """`path` is the file's in the bundle."""

    path: str


@dataclass(eq=False, kw_only=True)
class ListUnreadableError(ListRefusedError):
    """`cause` is the system's own sentence, or the limit."""

    cause: str

    code = "list-unreadable"
    told_zh = "{path}：无法读取（{cause}）。"
    told_en = "{path}: cannot be read: {cause}."


@dataclass(eq=False, kw_only=True)
class ListUntrustedError(ListRefusedError):
    """`cause` is the core's detail."""

    cause: str

    code = "list-untrusted"
    told_zh = "{path}：不能采信（{cause}）。"
    told_en = "{path}: not believed: {cause}."


@dataclass(eq=False, kw_only=True)
class ListUncheckedError(ListRefusedError):
    """`suite` is its key's, `cause` why it cannot be computed, in English."""

    suite: str
    cause: str

    code = "list-unchecked"
    told_zh = "{path}：本机不能计算其签名算法 {suite}（{cause}），未采用。"
    told_en = "{path}: this device cannot compute its signature's algorithm {suite}: {cause}."


@dataclass(eq=False, kw_only=True)
class ListMisplacedError(ListRefusedError):
    """`found` is the path where it belongs."""

    found: str

    code = "list-misplaced"
    told_zh = "{path}：内容实为 {found}。"
    told_en = "{path}: this is really {found}."


@dataclass(eq=False, kw_only=True)
class ListOlderError(ListRefusedError):
    """`offered` and `held` are instants, or numbers of trust lists."""

    offered: str
    held: str

    code = "list-older"
    told_zh = "{path}：比已有的旧（提供 {offered}，已有 {held}），已拒绝。"
    told_en = "{path}: older than the one held ({offered}, held {held}), refused."


@dataclass(eq=False, kw_only=True)
class ListAheadError(ListRefusedError):
    """`offered` and `now` are instants: one of the two clocks is wrong."""

    offered: str
    now: str

    code = "list-ahead"
    told_zh = "{path}：签发于 {offered}，晚于本机时钟（{now}），未采用。请先校准本机时钟再同步。"
    told_en = (
        "{path}: signed at {offered}, which by this clock ({now}) is yet to come; not taken."
        " Set the clock, then sync again."
    )


class ListChangedError(ListRefusedError):
    code = "list-changed"
    told_zh = "{path}：与目录所列的摘要或大小不符（可能正在更新，请再同步一次）。"
    told_en = "{path}: not the bytes that the manifest names (just being replaced? sync again)."


class ListUnknownError(ListRefusedError):
    code = "list-unknown"
    told_zh = "{path}：本程序不认识这类文件，未取。"
    told_en = "{path}: a kind of file that this program does not know, not taken."


@dataclass(eq=False, kw_only=True)
class ListNotServedError(ListRefusedError):
    """`cause` is the server's status."""

    cause: str

    code = "list-not-served"
    told_zh = "{path}：服务器未提供（{cause}）。"
    told_en = "{path}: the server does not give it: {cause}."


@dataclass(eq=False, kw_only=True)
class StoreError(ToldError):
    """`store` is its folder."""

    store: str


class StoreEmptyError(StoreError):
    code = "store-empty"
    told_zh = "{store} 中还没有离线数据，请先运行 mobile-scanner sync 网址 --roots PEM。"
    told_en = "Nothing is stored in {store} yet: run mobile-scanner sync URL --roots PEM first."


class StoreBusyError(StoreError):
    code = "store-busy"
    told_zh = "另一个同步正在写入 {store}，请稍后再试。"
    told_en = "Another sync is writing to {store}: try again later."


@dataclass(eq=False, kw_only=True)
class StoreUnwritableError(StoreError):
    """`cause` is the system's own sentence."""

    cause: str

    code = "store-unwritable"
    told_zh = "无法写入 {store}（{cause}），原有数据仍可使用。"
    told_en = "{store} cannot be written: {cause}. What it held can still be used."


@dataclass(eq=False, kw_only=True)
class ServerError(ToldError):
    """`server` is its address, `cause` what happened, in English."""

    server: str
    cause: str


class ServerAddressError(ServerError):
    code = "server-address"
    told_zh = "不能使用网址 {server}：须为 https，仅本机可用 http（{cause}）。"
    told_en = "{server} is no address to ask: https, or http on this machine itself ({cause})."


class ServerUnreachableError(ServerError):
    code = "server-unreachable"
    told_zh = "无法连接 {server}（{cause}）。"
    told_en = "{server} cannot be reached: {cause}."


class ServerAnswerError(ServerError):
    code = "server-answer"
    told_zh = "{server} 的答复不能采用（{cause}）。"
    told_en = "{server} gave an answer that cannot be used: {cause}."
