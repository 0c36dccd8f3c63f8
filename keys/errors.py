"""What can be wrong with a key that was named, and with a step of the ceremony.

Exception
├── KeyFileError       ``fault`` is a word of `Fault`, ``path`` the file, or a token's key's URI
└── CeremonyError      ``trouble`` is a word of `Trouble`, ``detail`` the keys and days
"""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    MISSING = "missing"
    UNREADABLE = "unreadable"
    EXISTS = "exists"
    READABLE_BY_OTHERS = "readable-by-others"
    SECRET_READABLE_BY_OTHERS = "secret-readable-by-others"  # noqa: S105 - a fault
    NOT_A_KEY = "not-a-key"
    NOT_ONE_KEY = "not-one-key"
    PASSPHRASE = "passphrase"  # noqa: S105 - a fault
    UNKNOWN_SUITE = "unknown-suite"
    SUITE_UNAVAILABLE = "suite-unavailable"
    UNKNOWN_SCHEME = "unknown-scheme"
    MALFORMED_SOURCE = "malformed-source"
    # keys in tokens
    MALFORMED_URI = "malformed-uri"
    PIN_IN_URI = "pin-in-uri"
    PIN_MISSING = "pin-missing"
    PIN_REFUSED = "pin-refused"
    PIN_LAST_TRY = "pin-last-try"
    NO_BINDING = "no-binding"
    NO_MODULE = "no-module"
    TOKEN_MISSING = "token-missing"  # noqa: S105 - a fault
    TOKEN_FAILED = "token-failed"  # noqa: S105 - a fault
    SEVERAL_TOKENS = "several-tokens"
    KEY_NOT_IN_TOKEN = "key-not-in-token"  # noqa: S105 - a fault
    SEVERAL_KEYS = "several-keys"
    KEY_EXISTS = "key-exists"
    PUBLIC_FILE = "public-file"
    EXTRACTABLE = "extractable"
    NO_MECHANISM = "no-mechanism"
    NO_PUBLIC_HALF = "no-public-half"
    ANOTHER_KEY = "another-key"


GONE = frozenset({Fault.TOKEN_MISSING, Fault.TOKEN_FAILED})
"""What a token that was taken away looks like: it may come back, and nobody has to change anything."""


_MESSAGES = {
    Fault.MISSING: ("文件不存在", "there is no such file"),
    Fault.UNREADABLE: ("文件无法读写", "the file cannot be read or written"),
    Fault.EXISTS: ("文件已存在，未作改动", "the file exists and was left as it is"),
    Fault.READABLE_BY_OTHERS: (
        "私钥文件可被他人读取，须为 0600",
        "the private key can be read by others; its mode has to be 0600",
    ),
    Fault.SECRET_READABLE_BY_OTHERS: (
        "口令或 PIN 文件可被他人读取，须为 0600",
        "the file of a passphrase or PIN can be read by others; its mode has to be 0600",
    ),
    Fault.NOT_A_KEY: ("不是 PEM 格式的密钥", "not a key in PEM form"),
    Fault.NOT_ONE_KEY: (
        "文件中须只有一个公钥",
        "the file has to hold one public key and no more",
    ),
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
        "密钥地址须以 file: 或 pkcs11: 开头",
        "a key is named by a URI that begins with file: or pkcs11:",
    ),
    Fault.MALFORMED_SOURCE: ("受信任名单来源文件有误", "the trust list's source is malformed"),
    Fault.MALFORMED_URI: ("pkcs11: 地址有误（RFC 7512）", "a malformed pkcs11: URI (RFC 7512)"),
    Fault.PIN_IN_URI: (
        "地址中不得写 PIN（进程列表和日志会显示），请用 pin-source=file:…",
        "a PIN may not stand in a URI, which process lists and logs show: use pin-source=file:PATH",
    ),
    Fault.PIN_MISSING: (
        "没有 PIN：请用 pin-source=file:… 指明文件（0600），或在终端输入",
        "no PIN: name its file (mode 0600) with pin-source=file:PATH, or type it at a terminal",
    ),
    Fault.PIN_REFUSED: (
        "PIN 被设备拒绝，更改之前不再尝试",
        "the token refused the PIN; it is not tried again until it is another",
    ),
    Fault.PIN_LAST_TRY: (
        "密码设备只剩一次 PIN 尝试机会，不自动尝试，请人工登录一次",
        "the token has one try of its PIN left, which is a person's: log in once by hand",
    ),
    Fault.NO_BINDING: (
        "未安装 python-pkcs11（安装选项 keys）",
        "python-pkcs11 is not installed (extra: keys)",
    ),
    Fault.NO_MODULE: (
        "无法加载 PKCS#11 模块（module-path、module-name 或 PKCS11_MODULE_PATH）",
        "no PKCS#11 module can be loaded (module-path, module-name or PKCS11_MODULE_PATH)",
    ),
    Fault.TOKEN_MISSING: ("密码设备不在", "the token is not there"),
    Fault.TOKEN_FAILED: ("密码设备不应答或出错", "the token does not answer, or fails"),
    Fault.SEVERAL_TOKENS: ("不止一个密码设备与地址相符", "more than one token is meant"),
    Fault.KEY_NOT_IN_TOKEN: ("密码设备中没有此私钥", "the token has no such private key"),
    Fault.SEVERAL_KEYS: ("不止一个私钥与地址相符", "more than one private key is meant"),
    Fault.KEY_EXISTS: (
        "密码设备中已有同名密钥，未作改动",
        "the token has a key of this name and was left as it is",
    ),
    Fault.PUBLIC_FILE: (
        "在密码设备中生成密钥须用 --public 指明公钥文件，且没有口令文件",
        "a key in a token needs a file for its public half, and has no passphrase",
    ),
    Fault.EXTRACTABLE: (
        "私钥可以从密码设备读出，不予使用",
        "the private key can be read out of the token, and is not used",
    ),
    Fault.NO_MECHANISM: (
        "密码设备不支持此签名算法",
        "the token cannot sign in this suite",
    ),
    Fault.NO_PUBLIC_HALF: (
        "密码设备中没有与私钥相配的公钥或证书",
        "the token holds no public key or certificate that fits the private key",
    ),
    Fault.ANOTHER_KEY: (
        "密码设备中换成了另一把密钥，请重新启动",
        "another key than before is in the token: restart",
    ),
}


class Trouble(StrEnum):
    NO_ROOT_GIVEN = "no-root-given"
    UNKNOWN_DRAFT = "unknown-draft"
    # what a new list does to those who hold the last one
    NOT_ANNOUNCED = "not-announced"
    WIDENED = "widened"
    BEGUN_LATER = "begun-later"
    ENDED_BACK = "ended-back"
    BELIEVED_AGAIN = "believed-again"
    DROPPED = "dropped"
    MOVED = "moved"
    ANOTHER_KEY = "another-key"
    PRINTED = "printed"
    STATUS_MOVED = "status-moved"
    NARROWED = "narrowed"
    ISSUER_LEFT = "issuer-left"
    # what cannot be drafted or edited
    NO_SUCH_KEY = "no-such-key"
    NO_SUCH_ISSUER = "no-such-issuer"
    LISTED_ALREADY = "listed-already"
    NOT_NEWER = "not-newer"
    ROOT_SUCCEEDED = "root-succeeded"
    CLOCK_BEHIND = "clock-behind"
    SCOPE_FOR_NOTHING = "scope-for-nothing"
    UNFIT_WORDS = "unfit-words"
    UNSHOWN = "unshown"
    DAY_OUT_OF_RANGE = "day-out-of-range"
    LIFETIME = "lifetime"
    OTHER_FILE = "other-file"


_TROUBLES = {
    Trouble.NO_ROOT_GIVEN: (
        "须给出据以核验的根（--root）",
        "a root to prove it under has to be given (--root)",
    ),
    Trouble.UNKNOWN_DRAFT: (
        "不是根、受信任名单或加入申请的草稿",
        "no draft of a root, a trust list or an offer",
    ),
    Trouble.NOT_ANNOUNCED: (
        "密钥须在名单中公布满 30 天后方可签发，最早启用日如下（确属紧急用 --emergency 说明理由）",
        (
            "a key has to stand in the list for 30 days before it signs (in an emergency say why:"
            " --emergency); its earliest day is"
        ),
    ),
    Trouble.WIDENED: (
        "密钥的可用日期不得放宽：旧名单会拒绝这些日期的凭证（应公布新密钥；确需放宽用 --emergency）",
        (
            "a key's days may not become more: whoever holds the last list would reject what is of them"
            " (announce another key, or say why: --emergency)"
        ),
    ),
    Trouble.BEGUN_LATER: (
        "密钥已启用，启用日不得推后，其间所签凭证将被拒；原启用日如后（若已泄露，应标记 compromise）",
        (
            "a key that may sign already may not begin later: what it signed since would be rejected (was"
            " it stolen? compromise it); it began on"
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
    Trouble.ANOTHER_KEY: (
        "该编号在上一名单中是另一把密钥，其所签凭证将被拒（应公布新编号的密钥）",
        "the last list has another key of this id, and what it signed would be rejected",
    ),
    Trouble.PRINTED: (
        "主机和编号字头印在每张凭证上，不得更改（确需更改用 --emergency），上一名单为",
        (
            "host and number prefix are printed on every license, and do not change (or say why:"
            " --emergency); the last list has"
        ),
    ),
    Trouble.STATUS_MOVED: (
        "状态清单网址变更：手持旧名单者不再采用新的状态清单（确需变更用 --emergency），上一名单为",
        (
            "status lists are moved: whoever holds the last list takes no new ones in (say why:"
            " --emergency); the last list has"
        ),
    ),
    Trouble.NARROWED: (
        "已予互认的凭证将不再互认（应写明今后的末日 until；确需追溯用 --emergency），首先失去的是",
        (
            "what was recognized would be no more (end a scope on a day that is to come, or say why:"
            " --emergency); the first that is lost:"
        ),
    ),
    Trouble.ISSUER_LEFT: (
        "上一名单中的发证机关不得删除，其凭证将被称为仿冒（应删去其互认范围；确需删除用 --emergency）",
        (
            "an issuer of the last list may not leave it: all of its licenses would be called fakes (take"
            " out its scopes instead, or say why: --emergency)"
        ),
    ),
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
    Trouble.SCOPE_FOR_NOTHING: (
        "--for-nothing 表示不予互认，不能再给出互认范围",
        "recognized for nothing, and yet for something",
    ),
    Trouble.UNFIT_WORDS: (
        "名称为空、含不可见字符或多余空格，主机不是大写，或网址、字头、行业、证件不合规定，不得签署",
        (
            "not to be signed: a name that is blank or has what nobody can see or blanks too many, a"
            " host that is not in upper case, a prefix, address, industry or kind of another form"
        ),
    ),
    Trouble.UNSHOWN: (
        "屏幕编码无法显示草稿中的文字，未签署（请改用 UTF-8，如 PYTHONIOENCODING=utf-8）",
        (
            "not signed: this screen's encoding lacks characters of the draft (use UTF-8, as by"
            " PYTHONIOENCODING=utf-8)"
        ),
    ),
    Trouble.DAY_OUT_OF_RANGE: (
        "日期不在 2020-01-02 至 2109-09-18 之内",
        "a day that is not from 2020-01-02 to 2109-09-18",
    ),
    Trouble.LIFETIME: ("有效期天数（--days）过长", "--days is too long a lifetime"),
    Trouble.OTHER_FILE: (
        "该公钥文件已存在，且是另一把密钥，未作改动",
        "the file of this public key is there with another key, and was left as it is",
    ),
    Trouble.NOT_NEWER: (
        "该处已有同号或更新的文件，未作改动",
        "what is there is as new or newer, and was left as it is",
    ),
    Trouble.ROOT_SUCCEEDED: (
        "该处已有后继根，此名单据其不能采信，未作改动（须由该根的持有人签署）",
        (
            "a later root is there, and whoever follows it cannot open this list; nothing was changed"
            " (have that root's holders sign)"
        ),
    ),
    Trouble.CLOCK_BEHIND: (
        "本机时间早于上一名单的签发时刻，请校准时钟，二者依次为",
        "this machine's clock is behind the instant of the last list: set the clock; the two are",
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
