"""What can be wrong with a key that was named, and with a step of the ceremony.

Exception
├── KeyFileError       ``fault`` is a word of `Fault`, ``path`` the file
└── CeremonyError      ``trouble`` is a word of `Trouble`, ``detail`` the keys and days
"""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    MISSING = "missing"
    UNREADABLE = "unreadable"
    EXISTS = "exists"
    READABLE_BY_OTHERS = "readable-by-others"
    NOT_A_KEY = "not-a-key"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a fault
    UNKNOWN_SUITE = "unknown-suite"
    UNKNOWN_SCHEME = "unknown-scheme"
    MALFORMED_SOURCE = "malformed-source"


_MESSAGES = {
    Fault.MISSING: ("密钥文件不存在", "there is no such key file"),
    Fault.UNREADABLE: ("文件无法读写", "the file cannot be read or written"),
    Fault.EXISTS: ("文件已存在，未作改动", "the file exists and was left as it is"),
    Fault.READABLE_BY_OTHERS: (
        "私钥文件可被他人读取，须为 0600",
        "the private key can be read by others; its mode has to be 0600",
    ),
    Fault.NOT_A_KEY: ("不是 PEM 格式的密钥", "not a key in PEM form"),
    Fault.PASSPHRASE: (
        "口令缺失或不符",
        "the passphrase is missing, or is not the one of this key",
    ),
    Fault.UNKNOWN_SUITE: ("不支持的密钥种类", "a kind of key that is not supported"),
    Fault.UNKNOWN_SCHEME: (
        "密钥地址须以 file: 开头",
        "a key is named by a URI that begins with file:",
    ),
    Fault.MALFORMED_SOURCE: ("信任名单来源文件有误", "the trust list's source is malformed"),
}


class Trouble(StrEnum):
    NO_ROOT_GIVEN = "no-root-given"
    UNKNOWN_DRAFT = "unknown-draft"
    NOT_ANNOUNCED = "not-announced"
    DROPPED = "dropped"
    MOVED = "moved"
    BELIEVED_AGAIN = "believed-again"
    ENDED_BACK = "ended-back"
    NO_SUCH_KEY = "no-such-key"
    NO_SUCH_ISSUER = "no-such-issuer"
    LISTED_ALREADY = "listed-already"
    NOT_NEWER = "not-newer"


_TROUBLES = {
    Trouble.NO_ROOT_GIVEN: (
        "须给出据以核验的根（--root）",
        "a root to prove it under has to be given (--root)",
    ),
    Trouble.UNKNOWN_DRAFT: (
        "不是根、信任名单或加入申请的草稿",
        "no draft of a root, a trust list or an offer",
    ),
    Trouble.NOT_ANNOUNCED: (
        "密钥须在名单中公布满 30 天后方可签发，最早启用日如后（确属紧急用 --emergency 说明理由）",
        (
            "a key has to stand in the list for 30 days before it signs (in an emergency say why:"
            " --emergency); its earliest day is"
        ),
    ),
    Trouble.DROPPED: (
        "上一名单中的密钥不得删除，其所签凭证将全部被拒（应改为停用 retire；确需删除用 --emergency）",
        (
            "a key of the last list may not leave it: all that it signed would be rejected (retire it"
            " instead, or say why: --emergency)"
        ),
    ),
    Trouble.MOVED: ("密钥原属另一发证机关", "the key was another issuer's"),
    Trouble.BELIEVED_AGAIN: (
        "已泄露的密钥不得恢复信任，泄露日不得推后",
        "a compromised key may not be believed again, nor its day be moved to a later one",
    ),
    Trouble.ENDED_BACK: (
        "停用日不得早于名单签发日，其后所签凭证将被拒（若已泄露，应标记 compromise）",
        "a key's last day may not lie before the list: what it signed since would be rejected",
    ),
    Trouble.NO_SUCH_KEY: ("来源文件中没有此密钥", "the source has no such key"),
    Trouble.NO_SUCH_ISSUER: ("来源文件中没有此发证机关", "the source has no such issuer"),
    Trouble.LISTED_ALREADY: ("来源文件中已有", "the source has it already"),
    Trouble.NOT_NEWER: (
        "该处已有同号或更新的文件，未作改动",
        "what is there is as new or newer, and was left as it is",
    ),
}


@dataclass(eq=False)
class CeremonyError(Exception):
    """A step of the ceremony that would not come out right."""

    trouble: Trouble
    detail: str = ""

    def message(self) -> dict[str, str]:
        zh, en = _TROUBLES[self.trouble]
        return {
            "zh": f"{zh}：{self.detail}" if self.detail else zh,
            "en": f"{en}: {self.detail}" if self.detail else en,
        }

    def __str__(self) -> str:
        message = self.message()
        return f"{message['zh']} / {message['en']}"


@dataclass(eq=False)
class KeyFileError(Exception):
    """A key, or a file of the ceremony, that cannot be used."""

    path: str
    fault: Fault
    detail: str = ""

    def message(self) -> dict[str, str]:
        zh, en = _MESSAGES[self.fault]
        more = f" ({self.detail})" if self.detail else ""
        return {"zh": f"{zh}：{self.path}{more}", "en": f"{en}: {self.path}{more}"}

    def __str__(self) -> str:
        message = self.message()
        return f"{message['zh']} / {message['en']}"
