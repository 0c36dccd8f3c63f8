"""What can go wrong with the signed lists, their store, the server, and what was asked for.

ToldError
├── ArgumentsError           what was asked for makes no sense
│   ├── InstantError             not an instant with a time zone, nor a date
│   ├── PlaceError               not a latitude and a longitude
│   ├── TableThereError          the table's file exists
│   ├── TableUnwritableError     the system does not let us write it
│   └── TimeLimitError           not a number of seconds that makes sense
├── PinError                 the pinned root cannot be had
│   ├── RootUnreadableError      the file is missing, too large, or not to be read
│   ├── RootIsPemError           keys in PEM, where a root is expected
│   ├── PrivateKeyGivenError     a private key, which has no business on this device
│   ├── RootUntrustedError       no root, or signed by fewer than have to
│   ├── RootNeededError          none is pinned yet
│   └── RootDiffersError         another than the store's was given
├── BundleError              lists that cannot be used at all
│   ├── BundleMissingError       no folder, or no trust list in it
│   ├── BundleUntrustedError     its trust list is forged, cut, or of another root
│   ├── RootForkError            holders have signed another root of a number that is held
│   └── ManifestError            a table of contents that cannot be used
├── ListRefusedError         one file is left out, by its path; the others are taken
│   ├── ListUnreadableError      the system does not let us read it, or it is too large
│   ├── ListGoneError            of the store, and no longer there
│   ├── ListUntrustedError       forged, cut, or by a key that may not sign it
│   ├── RootGapError             a root before this one is not there
│   ├── PairIncompleteError      root and trust list are taken together, and the other was not
│   ├── ListUncheckedError       signed with a suite that this device cannot compute
│   ├── ListMisplacedError       another list than its path says
│   ├── ListOlderError           older than the one held (rollback)
│   ├── ListAheadError           signed at a time that is yet to come
│   ├── ListTooManyError         as many of its issuer are there already as are kept
│   ├── ListChangedError         not the bytes that the manifest promised
│   ├── ListUnknownError         of a kind that this program does not know
│   └── ListNotServedError       promised, and not given
├── StoreError               the store cannot be used
│   ├── StoreEmptyError          never synced
│   ├── StoreSpoiltError         less is left in it than it remembers to have held
│   ├── StoreLostError           … and what it remembers is spoilt too
│   ├── StoreBusyError           another sync is writing
│   └── StoreUnwritableError     the system does not let us write
└── ServerError              the service
    ├── ServerAddressError       not an address that is asked
    ├── ServerUnreachableError   no connection, or no answer in time
    └── ServerAnswerError        an answer that cannot be used
"""

from dataclasses import dataclass
from typing import ClassVar, Self

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


class TableThereError(ArgumentsError):
    code = "table-there"
    told_zh = "表格 {given} 已存在，不覆盖，请另取文件名。"
    told_en = "The table {given} is there already and is not written over; name another file."


@dataclass(eq=False, kw_only=True)
class TableUnwritableError(ArgumentsError):
    cause: str

    code = "table-unwritable"
    told_zh = "表格 {given} 无法写入（{cause}）。"
    told_en = "The table {given} cannot be written: {cause}."


class TimeLimitError(ArgumentsError):
    code = "time-limit-malformed"
    told_zh = "“{given}”不是 0.1 到 3600 之间的秒数。"
    told_en = "{given!r} is no number of seconds from 0.1 to 3600."


class PinError(ToldError):
    """The pinned root cannot be had."""


@dataclass(eq=False, kw_only=True)
class RootUnreadableError(PinError):
    """`cause` is the system's own sentence, or the limit."""

    source: str
    cause: str

    code = "root-unreadable"
    told_zh = "{source}：无法读取根文件（{cause}）。--root 须为政务服务局交付的 root.cbor。"
    told_en = "{source}: the root cannot be read: {cause}. Give the root.cbor of the bureau."


@dataclass(eq=False, kw_only=True)
class RootIsPemError(PinError):
    """`label` is that of the PEM block."""

    source: str
    label: str

    code = "root-is-pem"
    told_zh = (
        "{source}：这是 PEM 文件（{label}），不是根文件。"
        "--root 须为政务服务局交付的 root.cbor，即持有人共同签署的根。"
    )
    told_en = (
        "{source}: a PEM file ({label}), and no root: --root takes the root.cbor of the bureau,"
        " the message that its holders have signed."
    )


@dataclass(eq=False, kw_only=True)
class PrivateKeyGivenError(PinError):
    """`label` is that of the PEM block."""

    source: str
    label: str

    code = "private-key-given"
    told_zh = (
        "{source}：这是私钥（{label}），不得存放在本机，请立即移走并报告政务服务局。"
        "--root 须为 root.cbor，即持有人共同签署的根。"
    )
    told_en = (
        "{source}: a private key ({label}), which has no business on this device: take it away and"
        " tell the bureau. --root takes root.cbor, the message that its holders have signed."
    )


@dataclass(eq=False, kw_only=True)
class RootUntrustedError(PinError):
    """`cause` is the core's detail."""

    source: str
    cause: str

    code = "root-untrusted"
    told_zh = "{source}：不是可用的根文件（{cause}）。--root 须为政务服务局交付的 root.cbor。"
    told_en = "{source}: no root that can be used: {cause}. Give the root.cbor of the bureau."


@dataclass(eq=False, kw_only=True)
class RootNeededError(PinError):
    """`store` has none yet, and none was given."""

    store: str

    code = "root-needed"
    told_zh = "{store} 中还没有固定的根，须用 --root 给出 root.cbor（不默认信任任何来源）。"
    told_en = (
        "No root is pinned in {store}: give --root root.cbor, nothing is trusted on first use."
    )


@dataclass(eq=False, kw_only=True)
class RootDiffersError(PinError):
    """`store` is bound to another root than the one given, of number `number`."""

    store: str
    number: int

    code = "root-differs"
    told_zh = (
        "给出的根（第 {number} 号）既不是 {store} 中固定的，也不是其后继，未作改动；"
        "确需更换请另用新的 --store。"
    )
    told_en = (
        "The root given (no. {number}) is not the one pinned in {store}, and none that followed it;"
        " for another use another --store."
    )


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
class RootForkError(BundleError):
    """`offered` and `held` are fingerprints of two roots of one number; `path` is the offered's."""

    path: str
    offered: str
    held: str

    code = "root-fork"
    told_zh = (
        "{source}：{path} 与已有的同号根内容不同（提供 {offered}，已有 {held}），且经持有人签署，"
        "未取任何文件。请报告政务服务局。"
    )
    told_en = (
        "{source}: {path} is another root than the one held under its number ({offered}, held"
        " {held}), and its holders have signed it: nothing was taken. Tell the bureau."
    )


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

    def as_data(self) -> Self:
        """The same, to be kept: its traceback holds the bytes of the file that was refused."""
        self.__context__ = None
        return self.with_traceback(None)


@dataclass(eq=False, kw_only=True)
class ListUnreadableError(ListRefusedError):
    """`cause` is the system's own sentence, or the limit."""

    cause: str

    code = "list-unreadable"
    told_zh = "{path}：无法读取（{cause}）。"
    told_en = "{path}: cannot be read: {cause}."


class ListGoneError(ListRefusedError):
    code = "list-gone"
    told_zh = "{path}：文件已丢失。"
    told_en = "{path}: is gone."


@dataclass(eq=False, kw_only=True)
class ListUntrustedError(ListRefusedError):
    """`cause` is the core's detail."""

    cause: str

    code = "list-untrusted"
    told_zh = "{path}：不能采信（{cause}）。"
    told_en = "{path}: not believed: {cause}."


@dataclass(eq=False, kw_only=True)
class RootGapError(ListRefusedError):
    """`missing` is the number of the root that would have to come first."""

    missing: int

    code = "root-gap"
    told_zh = "{path}：缺少其前的第 {missing} 号根，无从核验，未采用。"
    told_en = "{path}: root {missing} before it is not there, so nobody can say whether it is ours."


@dataclass(eq=False, kw_only=True)
class PairIncompleteError(ListRefusedError):
    """`other` is the path without which it is not taken."""

    other: str

    code = "pair-incomplete"
    told_zh = "{path}：须与 {other} 一并采用，而后者未能采用，故保留原有的根和名单。"
    told_en = (
        "{path}: taken together with {other} or not at all, and that was not: root and trust list"
        " stay as they were."
    )


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


@dataclass(eq=False, kw_only=True)
class ListTooManyError(ListRefusedError):
    """`most` are kept of one issuer and kind."""

    most: int

    code = "list-too-many"
    told_zh = "{path}：该机关的同类名单已有 {most} 份，超出部分不用。"
    told_en = "{path}: left out, there are {most} of this issuer and kind already."


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
    told_zh = "{store} 中还没有离线数据，请先运行 mobile-scanner sync 网址 --root root.cbor。"
    told_en = (
        "Nothing is stored in {store} yet: run mobile-scanner sync URL --root root.cbor first."
    )


@dataclass(eq=False, kw_only=True)
class StoreSpoiltError(StoreError):
    """`held` is what was there, `left` what would be gone on with: root, list and instant."""

    held: str
    left: str

    code = "store-spoilt"
    told_zh = (
        "{store} 中的根或受信任名单已损坏或丢失（原有 {held}，现有 {left}），不予使用。"
        "请从服务或最新的数据包重新同步。"
    )
    told_en = (
        "Root or trust list in {store} are spoilt or gone (held {held}, left {left}): nothing is"
        " verified with them. Sync again, with the service or a bundle of today."
    )


class StoreLostError(StoreError):
    code = "store-lost"
    told_zh = (
        "{store} 中的名单和 memory.json 均已损坏，无从判断何者较新，未作改动。"
        "请另用新的 --store 并以 --root 重新同步。"
    )
    told_en = (
        "Lists and memory.json in {store} are both spoilt, so that nobody can say what would be"
        " older: nothing was changed. Sync into another --store, with --root."
    )


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
