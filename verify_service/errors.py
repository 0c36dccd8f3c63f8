"""The root of every refusal that the service explains to people, and the database's own.

ServiceError
├── DatabaseError                 the registry's database cannot be used
│   ├── UnsupportedDatabaseError  neither a SQLite file nor PostgreSQL
│   ├── DatabaseMissingError      no such file
│   ├── DatabaseExistsError       asked to create what is there
│   ├── NotARegistryError         a file or database of something else
│   ├── DatabaseDamagedError      its pages contradict each other
│   ├── DatabaseLockedError       somebody else is writing; try again
│   ├── DatabaseReplacedError     its file was replaced or moved away while it was open
│   ├── DatabaseFullError         no space is left
│   ├── DatabaseUnreachableError  cannot be connected to or read
│   ├── SchemaOlderError          run the upgrade
│   └── SchemaNewerError          run a newer program
├── AddressUnusableError          cannot serve there
├── SignerUnavailableError  its key is in a token that is away       (`signing`)
├── IdentifierError     an identifier that is not what it claims to be   (`identifiers.errors`)
├── PositionError       a position that is nowhere on earth, or abroad   (`geodesy`)
├── LetteringError      a text that no license could show                (`lettering`)
├── RegistryError       the registry refuses what was asked of it        (`registry.errors`)
└── AccessError         a token, or what its holder wants, is refused    (`access`)

Not frozen, unlike other values: Python itself writes ``__traceback__`` into an exception that
leaves a ``with`` block, and a frozen one fails there.
"""

from dataclasses import dataclass
from typing import ClassVar


class ServiceError(Exception):
    """Data as attributes; the two messages are made from them.

    ``zh`` and ``en`` are format strings over the attributes of the instance.
    """

    zh: ClassVar[str] = "请求被拒绝"
    en: ClassVar[str] = "refused"

    def message(self) -> dict[str, str]:
        """Return the message for people, by language (``zh``, ``en``)."""
        return {
            "zh": self.zh.format_map(vars(self)),
            "en": self.en.format_map(vars(self)),
        }

    def __str__(self) -> str:
        message = self.message()
        return f"{message['zh']} / {message['en']}"


@dataclass(eq=False, kw_only=True)
class DatabaseError(ServiceError):
    """``database`` is its path, or its URL without the password."""

    database: str

    zh = "登记库不可用：{database}"
    en = "the registry cannot be used: {database}"


class UnsupportedDatabaseError(DatabaseError):
    zh = "不支持的登记库地址：{database}（只支持 sqlite:///文件 与 postgresql://…）"
    en = "not a database that is supported: {database} (sqlite:///FILE or postgresql://…)"


class DatabaseMissingError(DatabaseError):
    zh = "登记库文件不存在：{database}（请先创建）"
    en = "no such registry file: {database} (create it first)"


class DatabaseExistsError(DatabaseError):
    zh = "登记库已存在，未作改动：{database}"
    en = "there is a registry already, left as it is: {database}"


@dataclass(eq=False, kw_only=True)
class NotARegistryError(DatabaseError):
    """``detail`` says what was found instead."""

    detail: str

    zh = "不是登记库：{database}（{detail}）"
    en = "not a registry: {database} ({detail})"


@dataclass(eq=False, kw_only=True)
class DatabaseDamagedError(DatabaseError):
    detail: str

    zh = "登记库已损坏，请从备份恢复：{database}（{detail}）"
    en = "the registry is damaged, restore it from the backup: {database} ({detail})"


class DatabaseReplacedError(DatabaseError):
    zh = "登记库文件在使用中被替换或移走，请重新启动服务：{database}"
    en = "the registry's file was replaced or moved away while it was open, restart: {database}"


class DatabaseLockedError(DatabaseError):
    zh = "登记库正被占用，请稍后重试：{database}"
    en = "the registry is locked by somebody else, try again: {database}"


class DatabaseFullError(DatabaseError):
    zh = "磁盘空间已满，登记库无法写入，未作改动：{database}"
    en = "no space is left for the registry, nothing was changed: {database}"


@dataclass(eq=False, kw_only=True)
class DatabaseUnreachableError(DatabaseError):
    detail: str

    zh = "无法连接或读写登记库：{database}（{detail}）"
    en = "the registry cannot be reached: {database} ({detail})"


@dataclass(eq=False, kw_only=True)
class SchemaOlderError(DatabaseError):
    """``found`` is ``none`` for an empty database."""

    found: str
    wanted: str

    zh = "登记库结构版本 {found} 旧于程序所需的 {wanted}，请先执行升级：{database}"
    en = "the registry's schema {found} is older than the program's {wanted}: upgrade {database}"


@dataclass(eq=False, kw_only=True)
class SchemaNewerError(DatabaseError):
    found: str
    wanted: str

    zh = "登记库结构版本 {found} 新于程序的 {wanted}，请使用新版程序：{database}"
    en = "the registry's schema {found} is newer than the program's {wanted}: {database}"


@dataclass(eq=False, kw_only=True)
class AddressUnusableError(ServiceError):
    """``address`` is host and port, ``cause`` the system's own sentence."""

    address: str
    cause: str

    zh = "无法在 {address} 提供服务：{cause}"
    en = "cannot serve at {address}: {cause}"
