"""The words of the pages about files: what changes many permits at once, and what is compared."""

from collections.abc import Mapping
from typing import Final

from verify_service.catalog.bilingual import Bilingual
from verify_service.intake.columns import TITLES
from verify_service.registry.intake_records import DifferenceOutcome, DifferenceWhat


def _both(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


COLUMNS: Final[Mapping[str, Bilingual]] = {
    column.value: _both(titles[0], column.value) for column, titles in TITLES.items()
}

DIFFERENCES: Final[Mapping[DifferenceWhat, Bilingual]] = {
    DifferenceWhat.MISSING: _both("登记库中没有", "Not in the registry"),
    DifferenceWhat.EXTRA: _both("部门数据中没有", "Not in the extract"),
    DifferenceWhat.DATES: _both("有效期不同", "Other dates"),
    DifferenceWhat.STATE: _both("状态不同", "Another state"),
    DifferenceWhat.HOLDER: _both("持证主体不同", "Another holder"),
    DifferenceWhat.PREMISES: _both("经营场所不同", "Other premises"),
}

OUTCOMES: Final[Mapping[DifferenceOutcome, Bilingual]] = {
    DifferenceOutcome.SETTLED: _both("已更改登记", "Settled"),
    DifferenceOutcome.DISMISSED: _both("登记无误", "Dismissed"),
}

WORDS: Final[Mapping[str, Bilingual]] = {
    "imports_nav": _both("批量办理", "Files"),
    "imports": _both("批量办理", "Files of changes"),
    "imports_lead": _both(
        "一次录入、变更、终止多项许可。先试算，看过结果再办理；不符合规则的行逐一列出，不影响其他行。",
        "Enter, change and end many permits at once. First it is only worked out; look at what would"
        " come of it, then do it. Rows that the rules refuse are listed and stop no other.",
    ),
    "imports_bureau": _both(
        "许可由其审批部门报送；这里可以查看各批次。",
        "Permits are written by their departments alone; here is what they have handed in.",
    ),
    "file": _both("文件（CSV、XLSX 或 JSON Lines）", "File (CSV, XLSX or JSON lines)"),
    "changes_hint": _both(
        "首行为列名：操作、许可种类、许可证编号必有；其余按需：统一社会信用代码、场所编号、有效期起、有效期止、"
        "依据类型、理由、文号、生效时间等。",
        "The first row names the columns: move, kind and number always; holder, premises, valid_from,"
        " valid_until, basis, grounds, document, effective_at and others as needed.",
    ),
    "table_sheet": _both("工作表", "Sheet"),
    "sheet_hint": _both(
        "仅 XLSX。留空即为第一张可见的工作表。", "Of a workbook; empty for the first that shows."
    ),
    "rehearse": _both("上传并试算", "Bring it and work it out"),
    "waiting": _both("有一份文件等候办理", "A file is waiting"),
    "brought_at": _both("上传于", "brought"),
    "look_at_it": _both("查看试算结果", "See what would come of it"),
    "latest_runs": _both("近期批次", "The latest files"),
    "no_runs": _both("还没有批次。", "There are none."),
    "run_nth": _both("第 {} 号批次", "File no. {}"),
    "unfinished": _both("未完成：已办理 {} / {} 行", "Not finished: {} of {} rows"),
    "unfinished_hint": _both(
        "办理仍在进行，或曾中断。若已中断，再次上传同一文件即从中断处继续，不会重复办理。",
        "It is still being done, or was broken off. If it was, bring the same file again: it goes on"
        " where it stopped, and nothing is done twice.",
    ),
    "finished": _both("已完成", "Finished"),
    "dry_run": _both("试算结果", "What would come of it"),
    "dry_run_lead": _both(
        "以下为按当前登记试算的结果，尚未作任何改动。",
        "Worked out against the registry as it is now. Nothing was changed yet.",
    ),
    "done_before": _both(
        "这份文件已经办理完毕，不会重复办理。", "This file was done already; nothing is done twice."
    ),
    "see_run": _both("查看该批次", "See what came of it"),
    "rows": _both("行数", "Rows"),
    "rows_accepted": _both("可办理", "Accepted"),
    "rows_done": _both("已办理", "Done"),
    "rows_refused": _both("不予办理", "Refused"),
    "licenses_follow": _both("随之变动的凭证", "Licenses that follow"),
    "encoding": _both("编码", "Encoding"),
    "refused_rows": _both("不予办理的行", "Refused rows"),
    "unreadable_rows": _both("不能读取的行", "Rows that cannot be read"),
    "refused_left_out": _both("另有 {} 行未列出。", "{} more are not listed here."),
    "no_refused": _both("没有。", "None."),
    "line_nth": _both("第 {} 行", "line {}"),
    "doubts": _both("请核对的编号", "Numbers to look at"),
    "doubts_lead": _both(
        "下列新证编号看起来有疑问，但不妨碍办理。",
        "These numbers of new permits look odd. Nothing is refused for it.",
    ),
    "do_rows": _both("办理 {} 行", "Do {} rows"),
    "go_on_rows": _both("继续办理余下的 {} 行", "Go on with the other {} rows"),
    "do_hint": _both(
        "全部办完后显示结果，5 万行约需半分钟。连接中断也不要紧：再次提交即从中断处继续。",
        "The answer comes when all is done, for 50,000 rows in about half a minute. If the connection"
        " breaks, send it again: it goes on where it stopped.",
    ),
    "nothing_to_do": _both("没有可以办理的行。", "There is no row that could be done."),
    "other_file": _both("换一份文件", "Another file"),
    "back_to_imports": _both("返回批量办理", "Back to the files"),
    "reconciliations_nav": _both("数据核对", "Reconciliation"),
    "reconciliations": _both("数据核对", "Reconciliation"),
    "reconcile_lead": _both(
        "以本部门数据全量核对登记库，列出差异，逐条处理；核对本身不改动登记。",
        "Hold your own books against the registry: differences are listed, and each is settled by"
        " hand. Comparing changes nothing.",
    ),
    "reconcile_bureau": _both(
        "差异由审批部门自行处理；这里可以查看进度。",
        "Differences are settled by their departments; here is how far they are.",
    ),
    "extract_hint": _both(
        "首行为列名：许可种类、许可证编号、统一社会信用代码、有效期起、有效期止、状态必有；场所编号、截至时间可有。",
        "The first row names the columns: kind, number, holder, valid_from, valid_until and state;"
        " premises and as_of if you like.",
    ),
    "full_kinds": _both(
        "文件包含以下种类的全部有效许可（只对勾选的种类查找多出的许可）",
        "The file has every permit in force of these kinds (only of those, what it lacks is found)",
    ),
    "as_of": _both("数据截至（北京时间）", "As of (Beijing time)"),
    "as_of_hint": _both("留空即以文件所载为准，否则为现在。", "Empty: what the file says, or now."),
    "compare": _both("核对", "Compare"),
    "latest_reconciliations": _both("近期核对", "The latest ones"),
    "no_reconciliations": _both("还没有核对过。", "There are none."),
    "reconciliation_nth": _both("第 {} 号核对", "Reconciliation no. {}"),
    "open_differences": _both("待处理的差异", "Open differences"),
    "open_count": _both("待处理 {} 条", "{} open"),
    "all_settled": _both("全部处理完毕", "All settled"),
    "agreed": _both("一致", "Agreed"),
    "full_for": _both("全量种类", "Full for"),
    "differences": _both("差异", "Differences"),
    "no_differences": _both("没有差异。", "There are none."),
    "difference_nth": _both("第 {} 号差异", "Difference no. {}"),
    "aspect": _both("项目", "Of"),
    "in_registry": _both("登记库", "Registry"),
    "in_extract": _both("部门数据", "Extract"),
    "none_there": _both("无", "none"),
    "settle": _both("处理", "Settle"),
    "ways": _both("处理方式", "Ways to settle it"),
    "way_granted": _both("按部门数据录入许可", "Enter it as the extract has it"),
    "way_granted_why": _both("登记库漏录了这项许可。", "It was never entered."),
    "way_amended_why": _both(
        "把登记库的有效期改为部门数据所载。", "The registry takes over the extract’s days."
    ),
    "way_dismissed": _both("登记无误，不作更改", "Dismiss"),
    "way_dismissed_why": _both(
        "部门数据有误或已过时；写明理由后关闭此条。",
        "It was the extract that was wrong. Say why; the registry stays as it is.",
    ),
    "no_ways": _both(
        "登记的当前状态不允许改成部门数据所载；只能写明理由后关闭，或另行录入新许可。",
        "The registry’s present state cannot become what the extract says. Dismiss it with a reason,"
        " or enter a new permit.",
    ),
    "ways_bureau": _both("差异只能由其审批部门处理。", "It is settled by its department alone."),
    "which_premises": _both("经营场所", "Premises"),
    "no_premises": _both(
        "该主体没有登记经营场所。请先请区政务服务局登记主体和场所。",
        "No premises of this holder are registered. Ask the bureau to register them first.",
    ),
    "back_to_list": _both("返回差异列表", "Back to the list"),
    "see_permit": _both("查看许可", "The permit"),
    "settle_grounds_hint": _both("写明依据与事由，长期留存。", "It is kept for good."),
}
