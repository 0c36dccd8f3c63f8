"""What can be wrong with a key that was named.

Exception
└── KeyFileError       ``fault`` is a word of `Fault`, ``path`` the file
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
    SUITE_UNAVAILABLE = "suite-unavailable"
    UNKNOWN_SCHEME = "unknown-scheme"
    MALFORMED_OFFER = "malformed-offer"


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
    Fault.SUITE_UNAVAILABLE: (
        "本机没有含国密 SM2 算法的 OpenSSL 3，无法使用此密钥",
        "this system has no OpenSSL 3 with SM2, so the key cannot be used",
    ),
    Fault.UNKNOWN_SCHEME: (
        "密钥地址须以 file: 开头",
        "a key is named by a URI that begins with file:",
    ),
    Fault.MALFORMED_OFFER: ("信任名单来源文件有误", "the trust list's source is malformed"),
}


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
