"""Every word of the pages, Chinese first and English; templates hold none."""

from collections.abc import Mapping
from typing import Final

from credential.reasons import Outcome
from credential.verdict import Check, PermitState
from verify_service.catalog.bilingual import Bilingual


def _both(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


OUTCOMES: Final[Mapping[Outcome, tuple[Bilingual, Bilingual]]] = {
    Outcome.VALID: (
        _both("有效", "Valid"),
        _both(
            "凭证真实，所列许可均现行有效。",
            "The license is genuine, and every permit on it is in force.",
        ),
    ),
    Outcome.ATTENTION: (
        _both("请注意", "Attention"),
        _both(
            "凭证真实、现行有效，但有下列事项须留意。",
            "The license is genuine and in force, but look at what is listed below.",
        ),
    ),
    Outcome.NOT_IN_FORCE: (
        _both("不能使用", "Not in force"),
        _both(
            "凭证确由发证机关签发，但现在不具效力。",
            "The license was issued by its authority, and is not in force now.",
        ),
    ),
    Outcome.REJECTED: (
        _both("不予认可", "Rejected"),
        _both(
            "此码自称综合许可凭证，但核验未通过。其内容不可信，因此不予显示。",
            "This code claims to be a composite license and is not to be accepted."
            " What it says cannot be believed and is not shown.",
        ),
    ),
    Outcome.INDETERMINATE: (
        _both("现在无法判断", "Cannot be told now"),
        _both(
            "现有数据不足以判断，不得据此认定有效。",
            "There is not enough to judge by: do not take the license as valid.",
        ),
    ),
    Outcome.NOT_A_LICENSE: (
        _both("不是综合许可凭证", "Not a composite license"),
        _both(
            "这个码是别的东西，本页没有打开它。",
            "This code is something else. It was not opened.",
        ),
    ),
}

# In the place of "not in force" where that is so here alone.
NOT_RECOGNIZED: Final = (
    _both("不予互认", "Not recognized here"),
    _both(
        "凭证确由发证机关签发，但此地对其或其中的许可不予互认；在签发地是否有效，以当地为准。",
        "The license was issued by its authority. It, or a permit on it, is not recognized here;"
        " whether it is in force where it was issued is for that place to say.",
    ),
)

STATES: Final[Mapping[PermitState, Bilingual]] = {
    PermitState.IN_FORCE: _both("有效", "In force"),
    PermitState.EXPIRING: _both("即将到期", "Expiring soon"),
    PermitState.LAPSED: _both("失效", "Lapsed"),
    PermitState.SUSPENDED: _both("暂停", "Suspended"),
    PermitState.CANCELLED: _both("注销", "Cancelled"),
    PermitState.ANNULLED: _both("撤销", "Annulled"),
    PermitState.REVOKED: _both("吊销", "Revoked"),
    PermitState.WITHDRAWN: _both("撤回", "Withdrawn"),
    PermitState.UNKNOWN: _both("状态未知", "State unknown"),
}

# In the place of a state that old lists, or a wrong clock, do not bear out.
NOT_CONFIRMED: Final = _both("未能核实", "Not confirmed")

LICENSE_STATES: Final[Mapping[str, Bilingual]] = {
    "in_force": _both("在册有效", "In force on file"),
    "suspended": _both("已暂停", "Suspended"),
    "void": _both("已作废", "Void"),
    "recalled": _both("已作废并收回", "Void, and taken back"),
    "superseded": _both("已换发", "Superseded"),
    "lapsed": _both("已到期", "Lapsed"),
}

CHECKS: Final[Mapping[Check, Bilingual]] = {
    Check.PASSED: _both("通过", "passed"),
    Check.FAILED: _both("未通过", "failed"),
    Check.NOT_CHECKED: _both("未核查", "not checked"),
}

WORDS: Final[Mapping[str, Bilingual]] = {
    "service": _both("综合许可凭证核验", "License verification"),
    "switch": _both("English", "中文"),
    "skip": _both("跳到核验结果", "Skip to the result"),
    "result": _both("核验结果", "Result"),
    "reasons": _both("原因与下一步", "Why, and what next"),
    "next_step": _both("下一步", "Next"),
    "license": _both("凭证", "License"),
    "number": _both("编号", "Number"),
    "version_nth": _both("第 {} 版", "version {}"),
    "holder": _both("持证主体", "Holder"),
    "uscc": _both("统一社会信用代码", "Unified social credit code"),
    "premises": _both("经营场所", "Premises"),
    "industry": _both("行业", "Industry"),
    "issuer": _both("发证机关", "Issuer"),
    "issued_on": _both("签发日期", "Issued on"),
    "expires_on": _both("有效期至", "Valid until"),
    "no_end": _both("长期", "no end"),
    "permits": _both("单项许可", "Permits"),
    "permit_number": _both("证件编号", "Number"),
    "department": _both("审批部门", "Department"),
    "state": _both("状态", "State"),
    "by_promise": _both("告知承诺", "by promise"),
    "on_trial": _both("互认试行", "recognition on trial"),
    "not_recognized": _both("此地不予互认", "not recognized here"),
    "pending": _both("未许可事项", "Pending items"),
    "pending_note": _both(
        "下列事项尚未取得许可，不得开展相应经营活动。",
        "These are applied for and not granted yet: the activity is not allowed.",
    ),
    "mandatory": _both("必须办理", "mandatory"),
    "optional": _both("按需办理", "optional"),
    "compare": _both("请当面核对", "Compare with what you see"),
    "compare_number": _both(
        "墙上证面的编号与本页一致", "The number on the sheet is the one on this page"
    ),
    "compare_holder": _both(
        "店招、营业执照上的名称与持证主体一致",
        "The shop's sign and business registration name the holder",
    ),
    "compare_premises": _both(
        "您所在的地方就是上列经营场所", "The place where you stand is the premises above"
    ),
    "compare_permits": _both(
        "店内正在经营的项目都在所列单项许可之内",
        "What is done here is covered by the permits listed",
    ),
    "compare_own": _both(
        "结果是您自己扫码得到的：不要相信他人手机上的页面或截图",
        "You scanned it yourself: believe no page or screenshot on somebody else’s phone",
    ),
    "basis": _both("核验依据", "What this stands on"),
    "check_signature": _both("数字签名", "Signature"),
    "check_issuer": _both("发证机关与密钥", "Issuer and key"),
    "check_status": _both("凭证与许可状态", "Status"),
    "check_registry": _both("证照库比对", "Registry"),
    "check_place": _both("扫码地点", "Place of the scan"),
    "as_of_now": _both("核验时间", "Checked at"),
    "looked_up_at": _both("查询时间", "Looked up at"),
    "as_of_registry": _both("证照库数据截至", "Registry as of"),
    "as_of_status": _both("状态数据截至", "Status as of"),
    "as_of_trust": _both("受信任名单签发于", "Trust list of"),
    "zone": _both("以下时间均为北京时间。", "All times are Beijing time (UTC+8)."),
    "receipt": _both("查询编号", "Query number"),
    "beijing": _both("北京时间", "Beijing time"),
    "effect": _both("效力", "Effect"),
    "effect_none": _both(
        "本凭证不替代相关单项审批证件。",
        "This license does not replace the permits that it gathers.",
    ),
    "effect_equal": _both(
        "本页展示的相关单项审批证件电子信息，系北京时间 {} 自证照库查得，"
        "与各单项许可纸质版具有同等证明效力。",
        "What this page shows of the permits was read from the registry at {} (Beijing time), and"
        " proves as much as the permits on paper.",
    ),
    "effect_not_equal": _both(
        "以上信息未经证照库实时比对，不具有与单项许可纸质版同等的证明效力；请查验单项许可证件原件。",
        "This was not compared with the registry just now and does not prove as much as the permits"
        " on paper: look at the permits themselves.",
    ),
    "host": _both("认准网址", "Check the address"),
    "host_label": _both("地址栏应为", "Your address bar should say"),
    "host_line": _both(
        "浏览器地址栏中的主机名应当正是", "The host in your browser’s address bar has to be exactly"
    ),
    "host_warning": _both(
        "仿冒网站会把任何码都显示为“有效”。主机名多一个或少一个字符，都不要相信。",
        "Look-alike sites call any code “valid”."
        " With one character more or less, do not believe it.",
    ),
    "home": _both("核验另一张凭证", "Verify another license"),
    "home_title": _both("扫一扫，辨真伪", "Is this license genuine?"),
    "home_lead": _both(
        "综合许可凭证把一个行业所需的多项许可集中在一张证上。证面二维码带有数字签名，"
        "真伪与现状，一扫便知。",
        "A composite license gathers the permits of a business on one sheet."
        " Its symbol is digitally signed: scan it to know whether it is genuine and in force.",
    ),
    "step_scan": _both("扫描证面二维码", "Scan the symbol on the sheet"),
    "step_scan_more": _both(
        "用手机自带相机即可，不需要安装程序。", "Your phone’s camera is enough, no app is needed."
    ),
    "step_host": _both("核对网址", "Check the address"),
    "step_host_more": _both("打开的网页主机名应当正是", "The page that opens is on the host"),
    "step_compare": _both("核对店铺", "Compare with the shop"),
    "step_compare_more": _both(
        "名称、地址、许可项目，逐项与眼前的店铺对照。",
        "Name, address and permits, each against what is in front of you.",
    ),
    "upload": _both("上传照片核验", "Verify a photograph"),
    "upload_more": _both(
        "拍下整个二维码，尽量端正、清晰。照片只用于本次识读，不保存。",
        "Take the whole symbol, straight and sharp. The photograph is read once and not kept.",
    ),
    "upload_label": _both("选择或拍摄照片", "Choose or take a photograph"),
    "upload_limit": _both("JPEG、PNG 等，不超过 {} MB", "JPEG, PNG and others, up to {} MB"),
    "typed": _both("或粘贴二维码中的文字", "Or paste the symbol’s text"),
    "typed_label": _both("二维码中的文字", "The symbol’s text"),
    "lookup": _both("按编号查询", "Look a number up"),
    "lookup_more": _both(
        "二维码实在读不出时，可查证照库的登记内容，与证面逐项核对。",
        "Where the symbol cannot be read, compare the sheet with what is on file.",
    ),
    "lookup_label": _both("凭证编号", "License number"),
    "lookup_submit": _both("查询", "Look up"),
    "filed": _both("登记内容", "On file"),
    "filed_lead": _both(
        "以下是证照库中该编号的登记内容。它不能证明您眼前的证面是真的：请扫描证面二维码。",
        "This is what the registry holds under the number. It does not prove that the sheet before"
        " you is genuine: scan the symbol on it.",
    ),
    "past": _both("历史查询", "As of an instant of the past"),
    "past_plain": _both("历史查询，非现状", "The past, not now"),
    "past_known": _both("依据截至 {} 的登记。", "By what was recorded until {}."),
    "past_not_now": _both(
        "这不是现在的状态。不能据此认定凭证现在有效。",
        "This is not how it stands now. Do not take the license as valid for it.",
    ),
    "past_present": _both("查看现在的情况", "See the present"),
    "then": _both("当时", "then:"),
    "filed_then": _both("当时登记内容", "On file then"),
    "ended_then": _both(
        "其中有单项许可当时已经终止、暂停或尚未生效。",
        "A permit on it had ended, was suspended, or had not begun then.",
    ),
    "not_yet": _both("当时尚未签发", "Not issued yet"),
    "not_yet_more": _both(
        "该凭证第 {} 版在 {} 尚不存在，签发于 {}。",
        "Version {} of this license was not there at {}: it was issued at {}.",
    ),
    "never": _both(
        "该凭证第 {} 版在 {} 尚不存在，登记库中也没有它的签发记录。",
        "Version {} of this license was not there at {}, and there is none on record.",
    ),
    "effect_past": _both(
        "本页系北京时间 {} 就 {} 所作的查询，说明当时登记的情况，不证明现在。",
        "This page was asked for at {} (Beijing time) about {}: it says what was on file then, and"
        " proves nothing of now.",
    ),
    "submit": _both("核验", "Verify"),
    "legend": _both("六种结果", "Six results"),
    "legend_more": _both(
        "只有“有效”用绿色。每种结果都有自己的颜色、形状和文字。",
        "Green means valid and nothing else. Each result has its own color, shape and word.",
    ),
    "found": _both("照片中读到 {} 个二维码", "{} symbols were read in the photograph"),
    "nth": _both("第 {} 个", "No. {}"),
    "located": _both(
        "另有 {} 处像二维码而未能识读：请擦净、靠近或换角度再拍。",
        "{} more looked like a symbol and could not be read: clean it, go closer, try another"
        " angle.",
    ),
    "left_out": _both(
        "二维码太多，另有 {} 个未核验：请分开拍摄。",
        "There are too many symbols, and {} more were not verified: take them apart.",
    ),
    "unread": _both("没有读到二维码", "No symbol was read"),
    "unread_more": _both(
        "请靠近些重拍：二维码占画面一半以上，避开反光，等对焦清晰后再按快门。",
        "Take it again from closer by: let the symbol fill half of the picture, without glare,"
        " and wait until it is in focus.",
    ),
    "problem": _both("未能完成", "This was not done"),
    "request_number": _both("请求编号", "Request"),
}
