"""Why the desk does not let somebody in, or does not take a form.

DeskError
├── LoginRefusedError        name or password is wrong; which, nobody is told
├── LoginTooOftenError       too many attempts; ``seconds`` to wait
├── DeskBusyError            too many passwords are being looked at
├── SessionMissingError      there is no session, or not any more
├── CrossSiteError           the form was not sent by a page of ours
├── FormStaleError           the form is of another session
├── FileNotWaitingError      the file to be done is not the one that waits
├── PasswordRefusedError     a new password that is too easily guessed (``reason``)
└── AccountMalformedError    a login name, role or department that cannot be (``what``)

SupervisorRequiredError is an `AccessError`: a matter of who may do what.
"""

from dataclasses import dataclass
from typing import ClassVar

from verify_service.access import AccessError
from verify_service.errors import ServiceError


class DeskError(ServiceError):
    """Nothing was done."""


class LoginRefusedError(DeskError):
    zh = "登录名或密码不正确"
    en = "name or password is wrong"


@dataclass(eq=False, kw_only=True)
class LoginTooOftenError(DeskError):
    seconds: int

    zh = "尝试次数过多，请在 {seconds} 秒后再试"
    en = "too many attempts: try again in {seconds} s"


class DeskBusyError(DeskError):
    zh = "登录的人过多，请稍后再试"
    en = "too many are logging in just now: try again"


class SessionMissingError(DeskError):
    zh = "请先登录"
    en = "log in first"


class CrossSiteError(DeskError):
    zh = "此表单不是由本站页面提交的，未作任何改动"
    en = "the form was not sent by a page of this site; nothing was changed"


class FormStaleError(DeskError):
    zh = "页面已过期（登录状态已变化），未作任何改动，请重新打开页面"
    en = "the page is of another login; nothing was changed, open it again"


class FileNotWaitingError(DeskError):
    zh = "等候办理的已不是这份文件，未作任何改动，请重新上传"
    en = "this is not the file that waits any more; nothing was changed, bring it again"


@dataclass(eq=False, kw_only=True)
class PasswordRefusedError(DeskError):
    """``reason`` is one of `WORDS`."""

    reason: str

    WORDS: ClassVar[dict[str, tuple[str, str]]] = {
        "too-short": ("至少 12 个字符", "at least 12 characters"),
        "too-long": ("最多 256 个字符", "at most 256 characters"),
        "not-text": ("含有不可见或损坏的字符", "it has characters that do not show"),
        "login-name": ("不得包含登录名", "it contains the login name"),
        "too-plain": ("不同的字符太少", "too few different characters"),
        "repeated": ("是较短内容的重复", "it is a shorter text repeated"),
        "common": ("过于常见", "it is a common one"),
        "the-old-one": ("与原密码相同", "it is the old one"),
    }

    def message(self) -> dict[str, str]:
        zh, en = self.WORDS[self.reason]
        return {"zh": f"密码不合要求：{zh}", "en": f"this cannot be a password: {en}"}


@dataclass(eq=False, kw_only=True)
class AccountMalformedError(DeskError):
    what: str

    zh = "账户填写有误：{what}"
    en = "no such account can be: {what}"


@dataclass(eq=False, kw_only=True)
class SupervisorRequiredError(AccessError):
    login: str

    zh = "此操作只能由区政务服务局的主管办理，当前为 {login}"
    en = "only a supervisor of the bureau may do this, not {login}"
