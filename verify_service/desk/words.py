"""Every word of the desk's pages, Chinese first and English; templates hold none."""

from collections.abc import Mapping
from typing import Final

from verify_service.catalog.bilingual import Bilingual
from verify_service.issuing.service import ReissueReason
from verify_service.lifecycle.consequences import NoticeKind
from verify_service.lifecycle.wording import OwnReason
from verify_service.registry import chinese
from verify_service.registry.account_records import AccountRole
from verify_service.registry.moves import Basis, LicenseState, Move
from verify_service.registry.records import AnnouncementOutcome, RecallOutcome, ReissueOutcome


def _both(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


ROLES: Final[Mapping[AccountRole, Bilingual]] = {
    AccountRole.CLERK: _both("经办", "clerk"),
    AccountRole.SUPERVISOR: _both("主管", "supervisor"),
    AccountRole.DEPARTMENT: _both("审批部门", "department"),
}

MOVES: Final[Mapping[Move, Bilingual]] = {
    Move.GRANTED: _both(chinese.MOVES[Move.GRANTED], "Granted"),
    Move.AMENDED: _both(chinese.MOVES[Move.AMENDED], "Amended"),
    Move.RENEWING: _both(chinese.MOVES[Move.RENEWING], "Renewal applied for"),
    Move.RENEWED: _both(chinese.MOVES[Move.RENEWED], "Renewed"),
    Move.SUSPENDED: _both(chinese.MOVES[Move.SUSPENDED], "Suspended"),
    Move.RESUMED: _both(chinese.MOVES[Move.RESUMED], "Resumed"),
    Move.CANCELLED: _both(chinese.MOVES[Move.CANCELLED], "Cancelled"),
    Move.ANNULLED: _both(chinese.MOVES[Move.ANNULLED], "Annulled"),
    Move.REVOKED: _both(chinese.MOVES[Move.REVOKED], "Revoked"),
    Move.LAPSED: _both(chinese.MOVES[Move.LAPSED], "Lapsed"),
    Move.WITHDRAWN: _both(chinese.MOVES[Move.WITHDRAWN], "Withdrawn"),
}

# What is done, as a button says it, and when it is the right one.
MOVE_DEEDS: Final[Mapping[Move, tuple[Bilingual, Bilingual]]] = {
    Move.AMENDED: (
        _both("变更", "Amend"),
        _both("许可继续有效，登记内容有变化。", "It goes on, with other particulars."),
    ),
    Move.RENEWING: (
        _both("受理延续申请", "Record an application to renew"),
        _both("已按时收到延续申请，尚未决定。", "It came in time and is not decided yet."),
    ),
    Move.RENEWED: (
        _both("延续", "Renew"),
        _both("许可继续有效，有效期延长。", "It goes on for a further term."),
    ),
    Move.SUSPENDED: (
        _both("暂停", "Suspend"),
        _both("暂时不得从事该项活动。", "The activity is not allowed for the time being."),
    ),
    Move.RESUMED: (_both("恢复", "Resume"), _both("暂停结束。", "The suspension is over.")),
    Move.CANCELLED: (
        _both("注销", "Cancel"),
        _both("持证人不再经营或主体终止。", "Given up, or its holder is no more."),
    ),
    Move.ANNULLED: (
        _both("撤销", "Annul"),
        _both("当初准予许可违法，予以撤销。", "It was granted unlawfully and is undone."),
    ),
    Move.REVOKED: (
        _both("吊销", "Revoke"),
        _both("作为行政处罚，收回许可。", "Taken away as a penalty."),
    ),
    Move.LAPSED: (
        _both("记为失效", "Record as lapsed"),
        _both("有效期届满未延续等。", "Its term ran out, or the like."),
    ),
    Move.WITHDRAWN: (
        _both("撤回", "Withdraw"),
        _both("法律或客观情况变化，予以撤回。", "Law or facts have changed."),
    ),
}

STATES_OF_VERSION: Final[Mapping[LicenseState, Bilingual]] = {
    LicenseState.IN_FORCE: _both("生效", "in force"),
    LicenseState.SUSPENDED: _both("暂停", "suspended"),
    LicenseState.VOID: _both("作废", "void"),
    LicenseState.SUPERSEDED: _both("被换发", "superseded"),
    LicenseState.RECALLED: _both("证面已收回", "sheet taken back"),
}

REASONS: Final[Mapping[str, Bilingual]] = {
    "issued": _both("制发", "issued"),
    "reissued": _both("换发新版", "reissued"),
    "resumed": _both("许可恢复", "the permit was resumed"),
    "permit-suspended": _both("所列许可暂停", "a permit was suspended"),
    "permit-cancelled": _both("所列许可注销", "a permit was cancelled"),
    "permit-annulled": _both("所列许可撤销", "a permit was annulled"),
    "permit-revoked": _both("所列许可吊销", "a permit was revoked"),
    "permit-lapsed": _both("所列许可失效", "a permit lapsed"),
    "permit-withdrawn": _both("所列许可撤回", "a permit was withdrawn"),
    "permit-lapsed-renewing": _both(
        "许可到期，延续办理中", "a permit ran out, its renewal is under way"
    ),
    "permit-amended": _both("所列许可变更", "a permit was amended"),
    "permit-renewed": _both("所列许可延续", "a permit was renewed"),
    "permit-given-up": _both("所列许可依申请注销", "a permit was given up"),
    "pending-granted": _both("未许可事项已获许可", "what was pending is granted"),
    "permit-changed": _both("许可有变化", "permits have changed"),
    "sheet-lost": _both("证面遗失", "the sheet was lost"),
    "sheet-damaged": _both("证面损坏", "the sheet was damaged"),
    "taken-back": _both("证面已收回", "the sheet was taken back"),
    "surrendered": _both("持证人交回", "given back by its holder"),
    "issued-in-error": _both("制发有误", "issued in error"),
}

BASES: Final[Mapping[Basis, Bilingual]] = {
    Basis.BY_DECISION: _both(chinese.BASES[Basis.BY_DECISION], "by decision"),
    Basis.BY_PROMISE: _both(chinese.BASES[Basis.BY_PROMISE], "by promise"),
    Basis.ON_APPLICATION: _both(chinese.BASES[Basis.ON_APPLICATION], "on application"),
    Basis.EX_OFFICIO: _both(chinese.BASES[Basis.EX_OFFICIO], "ex officio"),
    Basis.DEEMED: _both(chinese.BASES[Basis.DEEMED], "deemed granted, not decided in time"),
    Basis.PENALTY: _both(chinese.BASES[Basis.PENALTY], "as a penalty"),
    Basis.PRECAUTION: _both(chinese.BASES[Basis.PRECAUTION], "as a precaution"),
    Basis.CAUSE_GONE: _both(chinese.BASES[Basis.CAUSE_GONE], "its cause is gone"),
    Basis.TERM_OVER: _both(chinese.BASES[Basis.TERM_OVER], "its term is over"),
    Basis.OVERTURNED: _both(chinese.BASES[Basis.OVERTURNED], "the decision was overturned"),
    Basis.CONDITIONS_GONE: _both(
        chinese.BASES[Basis.CONDITIONS_GONE], "conditions of the law are gone"
    ),
    Basis.OTHER_LAW: _both(chinese.BASES[Basis.OTHER_LAW], "other cases of the law"),
    Basis.HOLDER_GONE: _both(chinese.BASES[Basis.HOLDER_GONE], "its holder died or is dissolved"),
    Basis.ENDED_OTHERWISE: _both(chinese.BASES[Basis.ENDED_OTHERWISE], "it was ended otherwise"),
    Basis.FORCE_MAJEURE: _both(chinese.BASES[Basis.FORCE_MAJEURE], "force majeure"),
    Basis.DECEIT: _both(chinese.BASES[Basis.DECEIT], "got by deceit or bribery"),
    Basis.ABUSE_OF_OFFICE: _both(
        chinese.BASES[Basis.ABUSE_OF_OFFICE], "abuse or neglect of office"
    ),
    Basis.BEYOND_POWERS: _both(
        chinese.BASES[Basis.BEYOND_POWERS], "beyond the powers of whoever granted it"
    ),
    Basis.PROCEDURE: _both(chinese.BASES[Basis.PROCEDURE], "against procedure"),
    Basis.UNQUALIFIED: _both(chinese.BASES[Basis.UNQUALIFIED], "its holder does not qualify"),
    Basis.CIRCUMSTANCES_CHANGED: _both(
        chinese.BASES[Basis.CIRCUMSTANCES_CHANGED], "circumstances have changed"
    ),
    Basis.LAW_CHANGED: _both(chinese.BASES[Basis.LAW_CHANGED], "the law has changed"),
}

RECALL_OUTCOMES: Final[Mapping[RecallOutcome, Bilingual]] = {
    RecallOutcome.TAKEN_BACK: _both("已收回证面", "Taken back"),
    RecallOutcome.LOST: _both("证面遗失", "Lost"),
    RecallOutcome.NOT_FOUND: _both("未能找到", "Not found"),
}

REISSUE_OUTCOMES: Final[Mapping[ReissueOutcome, Bilingual]] = {
    ReissueOutcome.REISSUED: _both("已换发", "Reissued"),
    ReissueOutcome.LICENSE_ENDED: _both("凭证已终止", "The license has ended"),
    ReissueOutcome.NOT_NEEDED: _both("无需换发", "Not needed"),
}

REISSUE_REASONS: Final[Mapping[ReissueReason, Bilingual]] = {
    ReissueReason.ON_APPLICATION: _both("依持证人申请", "The holder has asked for it"),
    ReissueReason.PERMIT_CHANGED: _both(
        "许可变更、延续，或未许可事项已获许可",
        "A permit was amended or renewed, or what was pending is granted",
    ),
    ReissueReason.SHEET_LOST: _both("证面遗失", "The sheet was lost"),
    ReissueReason.SHEET_DAMAGED: _both("证面损坏", "The sheet was damaged"),
}

NOTICES: Final[Mapping[str, Bilingual]] = {
    NoticeKind.LICENSE_VOID: _both("凭证已作废，请交回", "The license is void: hand it back"),
    NoticeKind.LICENSE_SUSPENDED: _both("凭证暂停使用", "The license is suspended"),
    NoticeKind.LICENSE_RESUMED: _both("凭证恢复使用", "The license is in force again"),
    NoticeKind.LICENSE_TO_REISSUE: _both("凭证需要换发", "The license is to be reissued"),
    NoticeKind.PERMIT_GIVEN_UP: _both(
        "许可已注销，凭证续用", "A permit was given up, the license stands"
    ),
}

OWN_REASONS: Final[Mapping[OwnReason, Bilingual]] = {
    OwnReason.SURRENDERED: _both("持证人交回", "Its holder has given it back"),
    OwnReason.ISSUED_IN_ERROR: _both("制发有误", "It was issued in error"),
}

ANNOUNCEMENTS: Final[Mapping[AnnouncementOutcome, Bilingual]] = {
    AnnouncementOutcome.APPLIED: _both("已生效", "took effect"),
    AnnouncementOutcome.REFUSED: _both("当日状态不允许，未生效", "refused by the state of its day"),
    AnnouncementOutcome.TAKEN_BACK: _both("已撤销预告", "taken back"),
}

FAULTS: Final[Mapping[str, Bilingual]] = {
    "missing": _both("请填写此项", "fill this in"),
    "too-long": _both("最多 500 字", "at most 500 characters"),
    "not-printable": _both("含有不可见的字符", "it has characters that do not show"),
    "choose": _both("请选择一项", "choose one"),
    "no-day": _both("应为日期，如 2031-05-20", "a day, such as 2031-05-20"),
    "no-instant": _both(
        "应为日期和时间，如 2031-05-20 09:30", "a day and a time, such as 2031-05-20 09:30"
    ),
    "no-such-form": _both(
        "目录中没有由本部门发放的这种形式",
        "the catalog knows of no such document of this department",
    ),
    "no-file": _both("请选择文件", "choose a file"),
    "rows-unreadable": _both(
        "有些行不能读取，未作核对。请更正下列各行后重新上传。",
        "some rows cannot be read, so nothing was compared: correct them and bring it again",
    ),
    "different": _both("两次输入的新密码不同", "the two are different"),
}

DONE: Final[Mapping[str, Bilingual]] = {
    "reissued": _both(
        "已换发。新证面可下载打印，旧证面请收回。",
        "Reissued. Print the new sheet, and take the old one back.",
    ),
    "issued": _both("已制发。证面可下载打印。", "Issued. The sheet can be printed."),
    "changed": _both(
        "已记录，凭证与状态清单已同步。", "Recorded; licenses and lists have followed."
    ),
    "imported": _both("已办理，凭证与状态清单已同步。", "Done; licenses and lists have followed."),
    "compared": _both("已核对。", "Compared."),
    "settled": _both(
        "已更改登记，差异已处理。", "The registry was changed, the difference is settled."
    ),
    "dismissed": _both("已关闭，登记未作更改。", "Dismissed; the registry stays as it is."),
    "recall-closed": _both("收回任务已办结。", "The recall is closed."),
    "announced": _both(
        "已预告，到生效时间自动生效；此前可以撤销。",
        "Announced. It takes effect at its time, and can be taken back until then.",
    ),
    "taken-back": _both("已撤销预告。", "What was announced is taken back."),
    "reissue-closed": _both("已记录：无需换发。", "Recorded: no reissue is needed."),
    "notice-given": _both("已记录告知。", "Recorded: the holder was told."),
    "voided": _both("凭证已作废，收回任务已开立。", "The license is void; recalls are open."),
    "password": _both(
        "密码已修改，其他设备上的登录已结束。",
        "The password is changed; logins on other devices have ended.",
    ),
    "logged-out": _both("已退出登录。", "You are logged out."),
}

WORDS: Final[Mapping[str, Bilingual]] = {
    "desk": _both("综合许可凭证办理台", "License desk"),
    "switch": _both("English", "中文"),
    "skip": _both("跳到正文", "Skip to the content"),
    "nav": _both("主导航", "Main"),
    "tasks": _both("待办", "Tasks"),
    "search": _both("查询", "Search"),
    "permits_nav": _both("本部门许可", "Our permits"),
    "alarms": _both("警报", "Alarms"),
    "my_password": _both("修改密码", "Password"),
    "log_out": _both("退出", "Log out"),
    "log_in": _both("登录", "Log in"),
    "log_in_lead": _both(
        "区政务服务局与各审批部门工作人员使用。账户由管理员开立。",
        "For the people of the bureau and of the departments. Accounts are made by the operator.",
    ),
    "login_name": _both("登录名", "Name"),
    "password": _both("密码", "Password"),
    "go_on": _both("已经登录？继续", "Logged in already? Go on"),
    "old_password": _both("当前密码", "Present password"),
    "new_password": _both("新密码", "New password"),
    "new_password_hint": _both(
        "至少 12 个字符。几个不相干的词连在一起，好记又难猜。",
        "At least 12 characters. A few words that have nothing to do with each other are easy to"
        " remember and hard to guess.",
    ),
    "repeat_password": _both("再输一次新密码", "New password once more"),
    "change_password": _both("修改密码", "Change the password"),
    "error_title": _both("出错：", "Error: "),
    "errors": _both("未能办理，请更正", "This was not done. Please correct"),
    "done": _both("办理结果", "Done"),
    "problem": _both("未能完成", "This was not done"),
    "request_number": _both("请求编号", "Request"),
    "back_home": _both("回到待办", "Back to the tasks"),
    "nothing_changed": _both("未作任何改动。", "Nothing was changed."),
    "recalls": _both("待收回的证面", "Sheets to be taken back"),
    "no_recalls": _both("没有待收回的证面。", "There are none."),
    "overdue": _both("已逾期", "Overdue"),
    "overdue_count": _both("其中 {} 件已逾期", "{} of them overdue"),
    "count_of": _both("共 {} 件", "{} in all"),
    "first_of": _both("仅列出最急的 {} 件", "the {} most urgent are listed"),
    "due_on": _both("期限", "Due"),
    "department": _both("审批部门", "Department"),
    "reason": _both("原因", "Reason"),
    "opened": _both("开立", "Opened"),
    "close_recall": _both("办结", "Close"),
    "close_recall_title": _both("办结收回任务", "Close a recall"),
    "outcome": _both("收回结果", "What came of it"),
    "note": _both("说明", "Note"),
    "note_hint": _both(
        "已收回的可不填。遗失、未找到的，请写明经过。",
        "May be left empty for a sheet that was taken back; for one that is lost or not found, say"
        " what is known.",
    ),
    "optional_field": _both("可不填", "may be left empty"),
    "search_label": _both(
        "凭证编号、许可证件编号、统一社会信用代码或主体名称",
        "Number of a license or a permit, USCC, or a part of the holder’s name",
    ),
    "search_submit": _both("查询", "Search"),
    "search_results": _both("查询结果", "Results"),
    "search_none": _both("没有查到。", "Nothing was found."),
    "search_more": _both(
        "结果超过 {} 条，请写得更具体。", "There are more than {}: be more specific."
    ),
    "license": _both("凭证", "License"),
    "number": _both("编号", "Number"),
    "version_nth": _both("第 {} 版", "version {}"),
    "version_col": _both("版本", "Version"),
    "holder": _both("持证主体", "Holder"),
    "uscc": _both("统一社会信用代码", "Unified social credit code"),
    "premises": _both("经营场所", "Premises"),
    "industry": _both("行业", "Industry"),
    "issued_on": _both("签发日期", "Issued on"),
    "expires_on": _both("有效期至", "Valid until"),
    "valid_from": _both("有效期自", "Valid from"),
    "no_end": _both("长期", "no end"),
    "state": _both("状态", "State"),
    "state_since": _both("自", "since"),
    "permits": _both("单项许可", "Permits"),
    "permit_number": _both("证件编号", "Number"),
    "permit": _both("单项许可", "Permit"),
    "by_promise": _both("告知承诺", "by promise"),
    "pending": _both("未许可事项", "Pending items"),
    "mandatory": _both("必须办理", "mandatory"),
    "optional": _both("按需办理", "optional"),
    "versions": _both("版本", "Versions"),
    "story": _both("办理经过", "Story"),
    "story_lead": _both(
        "按记录先后排列，均为北京时间。", "In the order of recording; Beijing time."
    ),
    "line_announced": _both("预告", "Announced:"),
    "line_recall_opened": _both("开立收回任务", "Recall opened"),
    "line_recall_closed": _both("收回任务办结", "Recall closed"),
    "line_reissue_opened": _both("开立换发任务", "Reissue task opened"),
    "line_reissue_closed": _both("换发任务关闭", "Reissue task closed"),
    "line_notice_made": _both("拟告知持证人", "Notice to the holder"),
    "line_notice_given": _both("已告知持证人", "The holder was told"),
    "ledger_nth": _both("台账第 {} 号", "ledger no. {}"),
    "took_effect": _both("生效于", "took effect"),
    "grounds": _both("依据与事由", "Grounds"),
    "document": _both("文书编号", "Decision"),
    "who": _both("办理人", "By"),
    "basis": _both("法律依据", "Legal basis"),
    "actions": _both("办理", "Actions"),
    "sheet": _both("下载证面 PDF", "Sheet (PDF)"),
    "sheet_of": _both("第 {} 版证面 PDF", "Sheet of version {} (PDF)"),
    "public_page": _both("公众看到的登记内容", "What the public sees on file"),
    "reissue": _both("换发", "Reissue"),
    "reissue_title": _both("换发凭证", "Reissue a license"),
    "reissue_lead": _both(
        "换发后编号不变，版本加一；当前版本随即失去效力，其证面不再有效。",
        "The number stays, the version goes up by one. The present version is superseded at once,"
        " and its sheet is good no more.",
    ),
    "reissue_reason": _both("换发原因", "Reason"),
    "issue": _both("制发凭证", "Issue a license"),
    "issue_lead": _both(
        "依据各审批部门已录入的许可制发；各部门及救济途径将告知持证人并印在证面上。",
        "It is issued from permits that their departments have entered. The departments and remedies"
        " are told to the holder and printed on the sheet.",
    ),
    "go_on_step": _both("下一步", "Next"),
    "other_industry": _both("换一个行业", "Another industry"),
    "holders": _both("主体", "Holders"),
    "licenses": _both("凭证", "Licenses"),
    "no_permits_here": _both("没有录入许可。", "No permit is entered."),
    "choose_industry": _both("请选择行业", "Choose an industry"),
    "will_gather": _both("将列入的许可", "Permits that it will gather"),
    "will_gather_none": _both(
        "该场所没有本行业现行有效的许可。",
        "There is no permit of this industry in force at these premises.",
    ),
    "will_drop": _both("当前版本所列、将不再列入", "On the present version, and no more"),
    "applied_for": _both(
        "已申请、尚未许可的事项（将注明为未许可）",
        "Items applied for and not granted yet (noted as pending)",
    ),
    "confirm": _both("确认{}", "{}"),
    "cancel": _both("返回，不办理", "Back, without doing it"),
    "void": _both("作废凭证", "Void the license"),
    "void_lead": _both(
        "作废不可恢复。凭证立即失去效力，并开立收回任务。",
        "This cannot be taken back. The license is void at once, and recalls are opened.",
    ),
    "not_here": _both("此凭证当前状态不能换发。", "In its present state it cannot be reissued."),
    "alarms_lead": _both(
        "签名真实、但证照库中查无此证或内容不符的凭证：密钥可能被盗用，或登记库被改动。",
        "Codes with a good signature that the registry disowns: a key may be stolen, or the"
        " registry was changed.",
    ),
    "no_alarms": _both("近 30 天没有警报。", "There were none in the last 30 days."),
    "last_days": _both("近 30 天", "The last 30 days"),
    "every_permit": _both("全部许可", "All permits"),
    "times": _both("次数", "Times"),
    "first_at": _both("首次", "First"),
    "last_at": _both("最近", "Last"),
    "digest": _both("所示内容摘要", "Digest of what was shown"),
    "kind": _both("种类", "Kind"),
    "department_permits": _both("本部门许可", "Permits of this department"),
    "permits_search_label": _both(
        "证件编号、统一社会信用代码或主体名称", "Number, USCC, or a part of the holder’s name"
    ),
    "no_permits": _both("没有符合的许可。", "There are none."),
    "next_page": _both("下一页", "Next page"),
    "moves_title": _both("可办理", "What can be done now"),
    "no_moves": _both("当前状态没有可办理的事项。", "In its present state nothing can be done."),
    "moves_bureau": _both(
        "许可只能由其审批部门办理。", "A permit is written by its department alone."
    ),
    "chain": _both("登记经过", "Chain"),
    "licenses_of": _both("列有此许可的凭证", "Licenses that gather it"),
    "consequences": _both("对凭证的影响", "What becomes of licenses"),
    "follows_void": _both(
        "办理后，下列凭证随即作废，并须收回证面：",
        "These licenses will be void at once, and their sheets taken back:",
    ),
    "follows_suspended": _both(
        "办理后，下列凭证随即暂停：", "These licenses will be suspended at once:"
    ),
    "follows_none": _both("没有凭证受影响。", "No license is affected."),
    "follows_reissue": _both(
        "下列凭证所载内容不再一致，需要换发：",
        "These licenses will say something else than the permit, and need a reissue:",
    ),
    "follows_resumed": _both(
        "下列凭证如无其他许可暂停，随即恢复：",
        "These licenses are resumed at once, unless another permit is suspended:",
    ),
    "effective_at": _both("生效时间（北京时间）", "Took effect at (Beijing time)"),
    "effective_hint": _both(
        "留空即为现在。可早于现在；晚于现在的（一年内）先预告，到时自动生效。",
        "Empty for now. It may lie in the past; what lies ahead, by a year at most, is announced and"
        " takes effect by itself.",
    ),
    "follows_void_or_noted": _both(
        "依申请注销的可选许可，下列凭证只作注记；其他情形，下列凭证随即作废：",
        "An optional permit that is cancelled on application is noted on these licenses; in any"
        " other case they will be void at once:",
    ),
    "announced": _both("已预告的变更", "Announced changes"),
    "announced_at": _both("预告于", "announced"),
    "will_take_effect": _both("将生效于", "takes effect"),
    "take_back": _both("撤销预告", "Take back"),
    "reissues": _both("待换发的凭证", "Licenses to be reissued"),
    "no_reissues": _both("没有待换发的凭证。", "There are none."),
    "not_needed": _both("无需换发", "Not needed"),
    "not_needed_title": _both("不换发，关闭任务", "Close without reissuing"),
    "notices": _both("待告知持证人", "Holders to be told"),
    "no_notices": _both("没有待告知的事项。", "There are none."),
    "give_notice": _both("记录已告知", "Record that it was given"),
    "notice_title": _both("告知持证人", "Tell the holder"),
    "means": _both("告知方式", "How it was given"),
    "means_hint": _both("例如 挂号信 XA12345678911、当面送达", "A registered letter’s number, say"),
    "given": _both("已告知", "given"),
    "not_given": _both("尚未告知", "not given yet"),
    "closed": _both("办结", "closed"),
    "tasks_of": _both("任务与告知", "Tasks and notices"),
    "recall_word": _both("收回证面", "Recall"),
    "reissue_word": _both("换发", "Reissue"),
    "notice_word": _both("告知", "Notice"),
    "noted": _both("注记：所列许可已依申请注销", "Noted: a permit was given up"),
    "policy": _both("政策", "policy"),
    "void_reason": _both("作废原因", "Reason"),
    "until_hint": _both("长期有效的请留空。", "Empty where there is no end."),
    "form": _both("证件形式", "Document form"),
    "signed_as": _both("将以您的名义记录：{}", "It is recorded in your name: {}"),
    "bureau_name": _both("区政务服务局", "the bureau"),
    "token": _both("接口令牌", "access token"),
    "the_system": _both("系统", "the system"),
    "example_number": _both("例如 {}", "such as {}"),
}
