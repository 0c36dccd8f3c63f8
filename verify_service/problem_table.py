"""The rows: which error is told with which status, under which name, in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from credential.errors import CredentialError
from keys.errors import CeremonyError, KeyFileError
from keys.plain_files import PlainFileError
from verify_service import access
from verify_service import errors as service_errors
from verify_service.bulk.errors import FileReadOtherwiseError, RowsRefusedError
from verify_service.catalog.errors import (
    CatalogError,
    FactMalformedError,
    FactsMissingError,
    NotInCatalogError,
)
from verify_service.desk import errors as desk
from verify_service.geodesy import PositionError
from verify_service.identifiers.errors import IdentifierError
from verify_service.intake import errors as intake
from verify_service.intake.cells import CellError
from verify_service.issuing import errors as issuing
from verify_service.issuing.sheet import SheetError
from verify_service.issuing.symbol import SymbolError
from verify_service.lettering import LetteringError
from verify_service.lifecycle import errors as lifecycle
from verify_service.lifecycle.policy import PolicyError
from verify_service.publishing import errors as publishing
from verify_service.reconciliation import errors as reconciliation
from verify_service.registry import errors as registry
from verify_service.replay import errors as replay
from verify_service.service import KeyRefusedError, RootRefusedError
from verify_service.settings import SettingsError
from verify_service.signing import SignerUnavailableError
from verify_service.verification import errors as verification
from verify_service.web_access import TokenMissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """A row. ``code`` ends the type's URI and never changes.

    With an ``advice``, the error's own message and attributes stay inside and the advice is told.
    ``challenge`` is added to ``WWW-Authenticate`` (RFC 6750 §3).
    """

    status: int
    code: str
    zh: str
    en: str
    advice: tuple[str, str] | None = None
    retry_after: int | None = None
    challenge: str | None = None


def _row(status: int, code: str, zh: str, en: str) -> ProblemKind:
    """A row whose errors speak for themselves."""
    return ProblemKind(status=status, code=code, zh=zh, en=en)


FAULT: Final = ProblemKind(
    status=500,
    code="internal-error",
    zh="服务内部错误",
    en="Internal error",
    advice=(
        "本次请求未能完成，请凭请求编号联系管理员。",
        "the request was not completed; give its number to the operator.",
    ),
)
_CLOSED: Final = ProblemKind(
    status=503,
    code="registry-unavailable",
    zh="证照库暂不可用",
    en="The registry is not available",
    advice=(
        "暂时无法查询证照库，未作任何改动，请稍后重试。",
        "the registry cannot be asked just now; nothing was changed, try again later.",
    ),
    retry_after=30,
)
_BUSY: Final = ProblemKind(
    status=503,
    code="registry-busy",
    zh="证照库繁忙",
    en="The registry is busy",
    advice=(
        "证照库正在处理其他写入，未作任何改动，请稍后重试。",
        "others are writing just now; nothing was changed, try again.",
    ),
    retry_after=2,
)
_LISTS: Final = ProblemKind(
    status=503,
    code="lists-unavailable",
    zh="受信任名单或状态清单暂不可用",
    en="The lists are not available",
    advice=(
        "本服务暂时无法发布或使用受信任名单、状态清单，请稍后重试。",
        "this service can neither publish nor use its lists just now; try again later.",
    ),
    retry_after=30,
)
_SIGNER: Final = ProblemKind(
    status=503,
    code="signer-unavailable",
    zh="暂时不能签发",
    en="Signing is not available",
    advice=(
        "签名设备暂不可用，未作任何改动，核验不受影响；请稍后以同一请求标识重试。",
        "signing is not available now; nothing was changed: send the same request again later.",
    ),
    retry_after=30,
)
_FULL: Final = ProblemKind(
    status=503,
    code="status-list-full",
    zh="状态清单已满",
    en="Status lists full",
    advice=("状态清单已满，请联系管理员。", "the status lists are full: tell the operator."),
)
_SCOPE: Final = ', error="insufficient_scope"'

TABLE: Final[Mapping[type[Exception], ProblemKind]] = {
    # access
    TokenMissingError: ProblemKind(
        status=401, code="token-missing", zh="需要访问令牌", en="Token needed", challenge=""
    ),
    access.TokenRefusedError: ProblemKind(
        status=401,
        code="token-refused",
        zh="访问令牌无效",
        en="Token refused",
        advice=("访问令牌无效或已失效。", "the access token is not valid, or not any more."),
        challenge=', error="invalid_token"',
    ),
    access.AccessError: ProblemKind(
        status=403, code="not-allowed", zh="无权办理", en="Not allowed", challenge=_SCOPE
    ),
    # the desk
    desk.DeskError: FAULT,
    desk.LoginRefusedError: _row(403, "login-refused", "登录未成功", "Login refused"),
    desk.LoginTooOftenError: ProblemKind(
        status=429,
        code="login-too-often",
        zh="尝试次数过多",
        en="Too many attempts",
        retry_after=60,
    ),
    desk.DeskBusyError: ProblemKind(
        status=503, code="desk-busy", zh="登录繁忙", en="Logins are busy", retry_after=2
    ),
    desk.SessionMissingError: _row(403, "login-needed", "需要登录", "Login needed"),
    desk.CrossSiteError: _row(403, "cross-site", "来自其他网站", "From another site"),
    desk.FormStaleError: _row(403, "form-stale", "页面已过期", "Page out of date"),
    desk.FileNotWaitingError: _row(409, "file-not-waiting", "文件未在等候", "File is not waiting"),
    desk.PasswordRefusedError: _row(422, "password-refused", "密码不合要求", "Password refused"),
    desk.AccountMalformedError: _row(422, "account-malformed", "账户填写有误", "Account malformed"),
    # identifiers, places, the catalog
    IdentifierError: _row(422, "identifier-malformed", "编号不正确", "Identifier malformed"),
    LetteringError: _row(422, "not-printable", "无法印制", "Cannot be printed"),
    PositionError: _row(422, "position-impossible", "坐标不存在", "No such position"),
    NotInCatalogError: _row(422, "not-in-catalog", "目录中没有", "Not in the catalog"),
    FactsMissingError: _row(422, "facts-missing", "缺少场所事实", "Facts missing"),
    FactMalformedError: _row(422, "facts-malformed", "场所事实填写有误", "Facts malformed"),
    # the registry
    registry.NotRegisteredError: _row(404, "not-registered", "登记库中没有", "Not registered"),
    registry.NotIssuedYetError: _row(404, "not-issued-yet", "当时尚未签发", "Not issued yet"),
    registry.AlreadyRegisteredError: _row(
        409, "already-registered", "登记库中已有", "Already registered"
    ),
    registry.AlreadySettledError: _row(409, "already-settled", "差异已处理", "Already settled"),
    registry.VersionConflictError: _row(409, "version-conflict", "版本冲突", "Version conflict"),
    registry.MoveRefusedError: _row(
        409, "move-refused", "当前状态不允许", "Not possible in this state"
    ),
    registry.BasisRefusedError: _row(422, "basis-refused", "依据不适用", "Not a basis of this"),
    lifecycle.PreconditionMissingError: _row(
        428, "precondition-missing", "未注明版本", "Version not named"
    ),
    lifecycle.PreconditionFailedError: _row(412, "precondition-failed", "已有变更", "Changed"),
    registry.RecordedBackwardsError: _row(
        409, "recorded-backwards", "记录时间倒退", "Recorded backwards"
    ),
    registry.EffectiveInFutureError: _row(
        422, "effective-in-future", "生效时间未到", "Effective in the future"
    ),
    registry.DayOutOfRangeError: _row(422, "day-out-of-range", "日期超出范围", "Day out of range"),
    registry.DatesReversedError: _row(422, "dates-reversed", "日期颠倒", "Dates reversed"),
    registry.BelongsElsewhereError: _row(
        422, "belongs-elsewhere", "属于其他主体或场所", "Belongs elsewhere"
    ),
    registry.RequestMismatchError: _row(
        422, "request-key-reused", "请求标识已用于其他请求", "Request key used before"
    ),
    registry.SerialsExhaustedError: _row(
        409, "serials-exhausted", "流水号已用完", "Serials exhausted"
    ),
    registry.StatusListFullError: _FULL,
    registry.StatusListsExhaustedError: _FULL,
    registry.UnstorableError: _row(422, "unstorable", "数据无法保存", "Cannot be stored"),
    registry.ConstraintError: ProblemKind(
        status=409,
        code="registry-constraint",
        zh="与证照库已有记录冲突",
        en="In conflict with the registry",
        advice=(
            "与证照库已有记录冲突，未作任何改动。",
            "in conflict with what is registered; nothing was changed.",
        ),
    ),
    registry.StaleArtifactError: _BUSY,  # another worker published first
    registry.BlockError: FAULT,
    registry.RegistryError: FAULT,
    service_errors.DatabaseError: _CLOSED,
    service_errors.DatabaseLockedError: _BUSY,
    # departments' tables
    intake.TableError: _row(422, "table-refused", "文件被拒绝", "Table refused"),
    intake.TableTooLargeError: _row(413, "table-too-large", "文件过大", "Table too large"),
    intake.FormatUnknownError: _row(415, "format-unknown", "文件格式不支持", "Format unknown"),
    FileReadOtherwiseError: _row(409, "file-read-otherwise", "文件读法已变", "File read otherwise"),
    RowsRefusedError: FAULT,  # said on the command line alone
    reconciliation.SettlementUnclearError: _row(
        422, "settlement-unclear", "处理方式不明", "Settlement unclear"
    ),
    reconciliation.AsOfRefusedError: _row(
        422, "as-of-refused", "截至时间不可用", "Instant of the extract refused"
    ),
    reconciliation.ReconciliationError: FAULT,
    CellError: FAULT,  # told in a report, row by row
    # issuing and publishing
    issuing.NotIssuableError: _row(422, "not-issuable", "不符合制发条件", "May not be issued"),
    issuing.PermitOfAnotherError: _row(
        422, "permit-of-another", "证件属于其他主体或场所", "A permit of another"
    ),
    issuing.PermitsChangedError: _row(
        409, "permits-changed", "证件已有变化", "Permits have changed"
    ),
    issuing.LicenseStandsError: _row(409, "license-stands", "已有凭证", "A license stands already"),
    issuing.PendingNotAllowedError: _row(
        422, "pending-not-allowed", "不得为未许可事项", "May not be pending"
    ),
    issuing.NothingToReissueError: _row(
        409, "nothing-to-reissue", "不能换发", "Nothing to reissue"
    ),
    issuing.SealRefusedError: _row(422, "seal-refused", "自检未通过", "Failed its own check"),
    issuing.IssuingError: FAULT,
    lifecycle.LifecycleError: FAULT,
    PolicyError: FAULT,
    SheetError: _row(422, "sheet-not-printable", "证面无法打印", "Sheet not printable"),
    publishing.NoSignerError: _row(
        503, "no-signing-key", "本服务只能核验", "This service only verifies"
    ),
    publishing.ListsAgingError: _row(
        503, "lists-aging", "状态清单未及时签发", "Status lists were not signed"
    ),
    publishing.PublishingError: _LISTS,
    SignerUnavailableError: _SIGNER,
    # verifying
    verification.PhotographQueueError: ProblemKind(
        status=503, code="photographs-busy", zh="照片过多", en="Too many photographs", retry_after=5
    ),
    verification.PhotographError: _row(
        422, "photograph-refused", "照片无法识读", "Photograph refused"
    ),
    verification.PhotographUnfinishedError: _row(
        422, "photograph-unfinished", "照片未能读完", "Photograph not read to its end"
    ),
    verification.PhotographAreaError: _row(
        413, "photograph-too-large", "照片过大", "Photograph too large"
    ),
    verification.PhotographFormatError: _row(
        415, "photograph-format", "不支持的照片格式", "Photograph of another format"
    ),
    verification.NotAPhotographError: _row(415, "not-a-photograph", "不是照片", "Not a photograph"),
    verification.UnverifiableError: _row(422, "nothing-to-verify", "无可核验", "Nothing to verify"),
    # the past
    replay.InstantMalformedError: _row(422, "instant-malformed", "时刻有误", "No instant"),
    replay.InstantInFutureError: _row(422, "instant-in-future", "时刻尚未到来", "Yet to come"),
    replay.KnownBeforeAtError: _row(422, "known-before-at", "当时无从知道", "Known ahead of time"),
    replay.NoListsThenError: _row(404, "no-lists-then", "没有当时的名单", "No lists from then"),
    replay.NotOursError: _row(404, "not-ours", "由其他机关签发", "Issued elsewhere"),
    replay.NoVerdictError: _row(422, "no-verdict", "不是核验结论", "No verdict"),
    replay.NothingToHoldError: _row(422, "nothing-to-hold", "无从比对", "Nothing to hold"),
    replay.ReplayError: FAULT,
    # start-up, and what a caller can do nothing about; nobody outside ever sees their words
    service_errors.AddressUnusableError: FAULT,
    SettingsError: FAULT,
    KeyRefusedError: FAULT,
    RootRefusedError: FAULT,
    CeremonyError: FAULT,
    KeyFileError: FAULT,
    PlainFileError: FAULT,
    CatalogError: FAULT,
    CredentialError: FAULT,
    SymbolError: FAULT,
}


def _general(
    status: int, code: str, title: tuple[str, str], advice: tuple[str, str]
) -> ProblemKind:
    zh, en = title
    return ProblemKind(status=status, code=code, zh=zh, en=en, advice=advice)


_GENERAL: Final = (
    _general(
        400,
        "malformed-request",
        ("请求格式有误", "Malformed request"),
        (
            "请求内容无法读取（不是正确的 JSON 或表单）。",
            "the body is no JSON or form that can be read.",
        ),
    ),
    _general(
        404,
        "no-such-page",
        ("没有此页面", "No such page"),
        ("此地址没有内容，请核对网址。", "there is nothing at this address."),
    ),
    _general(
        405,
        "method-not-allowed",
        ("不支持此请求方法", "Method not allowed"),
        ("此地址不接受该请求方法。", "this address does not take that method."),
    ),
    _general(
        408,
        "body-too-slow",
        ("上传过慢", "Body too slow"),
        ("上传未在时限内完成，请换较快的网络再试。", "the body did not come in time: try again."),
    ),
    _general(
        413,
        "body-too-large",
        ("内容过大", "Body too large"),
        ("上传内容超过上限，请缩小后再试。", "what was sent is over the limit: make it smaller."),
    ),
    _general(
        415,
        "media-type-unsupported",
        ("不支持的内容类型", "Media type not supported"),
        (
            "请使用 application/json，上传照片请使用 multipart/form-data。",
            "use application/json, or multipart/form-data for a photograph.",
        ),
    ),
    _general(
        422,
        "fields-invalid",
        ("填写内容不符合要求", "Fields not as required"),
        ("请按 errors 所列逐项更正。", "correct what `errors` lists."),
    ),
)
BY_STATUS: Final[Mapping[int, ProblemKind]] = {kind.status: kind for kind in _GENERAL}
"""What the framework itself refuses, by the status that it uses."""

FIELDS: Final[Mapping[str, str]] = {
    "missing": "缺少此项",
    "extra_forbidden": "没有此项",
    "string_type": "应为文本",
    "string_too_short": "过短",
    "string_too_long": "过长",
    "string_pattern_mismatch": "格式不正确",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "float_type": "应为数字",
    "finite_number": "应为有限的数字",
    "list_type": "应为列表",
    "too_long": "项目过多",
    "enum": "不在允许的取值内",
    "literal_error": "不在允许的取值内",
    "date_from_datetime_parsing": "应为日期 YYYY-MM-DD",
    "date_parsing": "应为日期 YYYY-MM-DD",
    "date_type": "应为日期 YYYY-MM-DD",
    "datetime_parsing": "应为带时区的时间（ISO 8601）",
    "datetime_from_date_parsing": "应为带时区的时间（ISO 8601）",
    "timezone_aware": "时间须带时区",
    "instant_out_of_range": "时间超出 1970 至 9998 年",
    "greater_than_equal": "过小",
    "greater_than": "过小",
    "less_than_equal": "过大",
    "less_than": "过大",
    "int_parsing_size": "过大",
    "model_attributes_type": "应为对象",
    "dict_type": "应为对象",
}
"""Pydantic's words for what is wrong with a field, in Chinese."""
