"""A verdict as an inspector reads it: the outcome, then what to compare, then why and what next.

Pure: from a finding to lines. What is to be held against the sheet on the wall stands apart, one
line each; every permit has its state and its last day; nothing is said without as of when.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from credential.days import SHANGHAI
from credential.reasons import Outcome
from credential.verdict import may_be_shown
from mobile_scanner.combining import outcome_of
from mobile_scanner.findings import Code, Finding
from mobile_scanner.pictures.symbols import Corners
from mobile_scanner.rehearsal import in_rehearsal
from mobile_scanner.terminal import Ink, Line, Span, Terminal, columns, pad, wrap
from mobile_scanner.verdict_form import (
    LicenseForm,
    PendingForm,
    PermitForm,
    ReasonForm,
    VerdictForm,
    seconds_of_text,
)
from mobile_scanner.words import (
    CHECKED,
    CHECKS,
    NOT_CONFIRMED,
    NOT_RECOGNIZED,
    OUTCOMES,
    REMARK,
    STATES,
    Term,
    age,
)

_SHOWN_CHARACTERS: Final = 60
"""Of a code that is no license: enough to see what it is, too little to be used."""
_BLANK: Final[Line] = ()
_LABEL_COLUMNS: Final = 16
_ROWS: Final = (("上", "top"), ("中", "middle"), ("下", "bottom"))
_COLUMNS: Final = (("左", "left"), ("中", "center"), ("右", "right"))
_OUT_OF_SCOPE: Final = frozenset({"recognition-out-of-scope", "recognition-permit-out-of-scope"})


def finding_lines(finding: Finding, terminal: Terminal, *, rehearsal: str | None) -> Iterator[Line]:
    """Show one picture or one typed line; `rehearsal` is the instant when it is not now."""
    if finding.picture is not None:
        yield (Span(f"图像 Picture  {finding.picture}", Ink.STRONG),)
        yield from _unread_lines(finding, terminal)
    for code in finding.codes:
        where = ""
        if finding.size and code.corners and len(finding.codes) > 1:
            where = _where(code.corners, finding.size)
        yield from _code_lines(code, terminal, where=where, rehearsal=rehearsal)


def summary_lines(findings: Sequence[Finding], terminal: Terminal) -> Iterator[Line]:
    """One line a code, for a person who has scanned several."""
    yield (Span("汇总 Summary", Ink.STRONG),)
    for finding in findings:
        name = finding.picture or ""
        if not finding.codes:
            yield (Span(f"  {pad('– 未能识读 nothing read', 46)}{name}"),)
        for code in finding.codes:
            term, license = headline(code.verdict), code.verdict["license"]
            number = license["number"] if license else ""
            label = f"{mark(term, terminal)} {term.zh} {term.en}"
            yield (Span(f"  {pad(label, 46)}", term.ink), Span(f"{pad(number, 22)}  {name}"))


def mark(term: Term, terminal: Terminal) -> str:
    return term.mark if terminal.signs else term.ascii


def headline(verdict: VerdictForm) -> Term:
    """The outcome's words; a license that may be good where it was issued is not called out of force."""
    outcome = verdict["outcome"]
    against = {reason["code"] for reason in verdict["reasons"] if outcome_of(reason) == outcome}
    if outcome == Outcome.NOT_IN_FORCE and against and against <= _OUT_OF_SCOPE:
        return NOT_RECOGNIZED
    return OUTCOMES[outcome]


def _code_lines(
    code: Code, terminal: Terminal, *, where: str, rehearsal: str | None
) -> Iterator[Line]:
    verdict = code.verdict
    term = headline(verdict)
    rule = (Span(("━" if terminal.signs else "=") * terminal.width, term.ink),)
    yield rule
    yield (Span(f"  {mark(term, terminal)}  {term.zh}  {term.en}", term.ink), Span(f"   {where}"))
    yield rule
    if rehearsal:
        told = f"演练或复核：按 {rehearsal} 判定，不是现在。 Judged as of then, which is not now."
        yield from _paragraph(told, terminal, first="  ! ", ink=Ink.YELLOW)
    license = verdict["license"]
    if license:
        yield from _license_lines(license, terminal)
        if verdict["permits"]:
            told = "各单项许可，本凭证不替代其证件 Permits; the license replaces none of them:"
            yield from _paragraph(told, terminal, first="  ")
        codes = [reason["code"] for reason in verdict["reasons"]]
        for permit in verdict["permits"]:
            is_shown = may_be_shown(permit["state"], codes)
            state = STATES[permit["state"]] if is_shown else NOT_CONFIRMED
            yield from _permit_lines(permit, state, terminal)
        for item in verdict["pending"]:
            yield from _pending_lines(item, terminal)
        yield _BLANK
    else:
        shown = code.text[:_SHOWN_CHARACTERS] + ("…" if len(code.text) > _SHOWN_CHARACTERS else "")
        yield from _paragraph(f"码的内容 Content  「{shown}」", terminal, first="  ")
        yield _BLANK
    for reason in verdict["reasons"]:
        told_reason = in_rehearsal(reason, verdict) if rehearsal else reason
        yield from _reason_lines(told_reason, terminal)
    yield from _basis_lines(verdict, terminal)
    yield _BLANK


def _license_lines(license: LicenseForm, terminal: Terminal) -> Iterator[Line]:
    """What a person compares is strong and alone on its line; the rest follows small."""
    holder, premises, industry = license["holder"], license["premises"], license["industry"]
    bar = "┃" if terminal.signs else "|"
    told = "请与证面、门牌逐字核对 Compare with the sheet and with the shop:"
    yield from _paragraph(told, terminal, first="  ")
    compared = (
        ("名称 Name", holder and holder["name"]),
        ("地址 Address", premises and premises["address"]),
        ("编号 Number", license["number"]),
    )
    for label, value in compared:
        yield (Span(f"  {bar}"),)
        first = f"  {bar} {pad(label, _LABEL_COLUMNS)}"
        yield from _paragraph(
            value or "码中未含 not in the code", terminal, first=first, ink=Ink.STRONG
        )
    yield (Span(f"  {bar}"),)
    name = " ".join(filter(None, (industry["code"], industry["name"], industry["name_en"])))
    issued = license["issued_on"] and f"{license['issued_on']} 起 from  "
    span = f"{issued or ''}{license['expires_on'] or '长期 no end'}"
    facts = (
        ("版本 Version", str(license["version"])),
        ("信用代码 USCC", holder and holder["uscc"]),
        ("行业 Industry", name),
        ("发证 Issuer", f"{license['issuer']['name']} {license['issuer']['name_en']}"),
        ("期限 Term", span),
    )
    for label, value in facts:
        if value:
            yield from _paragraph(value, terminal, first=f"    {pad(label, _LABEL_COLUMNS)}")
    yield _BLANK


def _permit_lines(permit: PermitForm, term: Term, terminal: Terminal) -> Iterator[Line]:
    until = permit["valid_until"]
    state = pad(f"  {mark(term, terminal)} {term.zh} {term.en} ", 24)
    last_day = pad(f"至 until {until}" if until else "长期 no end", 22)
    row = f"{last_day}{permit['number']}"
    yield from _paragraph(row, terminal, first=state, first_ink=term.ink)
    promise = "（告知承诺 by promise）" if permit["by_promise"] else ""
    name = _named(permit["name"], permit["name_en"]) + promise
    department = _named(permit["department"], permit["department_en"])
    yield from _paragraph(f"{name} · {department}", terminal, first=" " * 6)


def _pending_lines(item: PendingForm, terminal: Terminal) -> Iterator[Line]:
    kind = "必须办理 mandatory" if item["mandatory"] else "按需办理 optional"
    sign = "▲" if terminal.signs else "[!]"
    yield (Span(f"  {sign} 未许可 pending", Ink.YELLOW), Span(f"  {kind}"))
    name = _named(item["name"], item["name_en"])
    department = _named(item["department"], item["department_en"])
    yield from _paragraph(f"{name} · {department}", terminal, first=" " * 6)


def _reason_lines(reason: ReasonForm, terminal: Terminal) -> Iterator[Line]:
    outcome = outcome_of(reason)
    term = REMARK if outcome is Outcome.VALID else OUTCOMES[outcome]
    sign = mark(term, terminal)
    for language in (reason["message"]["zh"], reason["message"]["en"]):
        yield from _paragraph(language, terminal, first=f"  {pad(sign, 5)}", ink=term.ink)
        sign = ""
    sign = "→" if terminal.signs else "->"
    for language in (reason["next_step"]["zh"], reason["next_step"]["en"]):
        yield from _paragraph(language, terminal, first=f"       {pad(sign, 3)}")
        sign = ""


def _basis_lines(verdict: VerdictForm, terminal: Terminal) -> Iterator[Line]:
    """What was really looked at, and as of when."""
    checked = verdict["checked"]
    zh, en = [], []
    for name, state in (
        ("signature", checked["signature"]),
        ("issuer", checked["issuer"]),
        ("status", checked["status"]),
        ("registry", checked["registry"]),
        ("place", checked["place"]),
    ):
        called, term = CHECKED[name], CHECKS[state]
        zh.append(f"{called.zh}{mark(term, terminal)}{term.zh}")
        en.append(f"{called.en} {term.en}")
    yield from _paragraph("  ".join(zh), terminal, first=f"  {pad('核验 Checked', _LABEL_COLUMNS)}")
    yield from _paragraph(", ".join(en), terminal, first=" " * (2 + _LABEL_COLUMNS))
    as_of = verdict["as_of"]
    now = seconds_of_text(as_of["now"]) or 0.0
    first = pad("截至 As of", _LABEL_COLUMNS)
    for label, text in (
        ("判定 judged", as_of["now"]),
        ("状态 status", as_of["status"]),
        ("证照库 registry", as_of["registry"]),
        ("受信任名单 trust", as_of["trust"]),
    ):
        if text:
            label = f"  {first}{pad(label, 18)}"
            yield from _paragraph(_instant(text, now), terminal, first=label)
            first = " " * _LABEL_COLUMNS


def _unread_lines(finding: Finding, terminal: Terminal) -> Iterator[Line]:
    if finding.error:
        yield from _paragraph(str(finding.error), terminal, first="  – ")
    elif not finding.codes and not finding.unread:
        told = "未发现二维码，请靠近、对正再拍。 No code was found: closer, and straight."
        yield from _paragraph(told, terminal, first="  – ")
    if count := len(finding.unread):
        told = (
            f"另有 {count} 处像二维码而未能识读，请擦净、靠近或换角度再拍。"
            f" {count} more looked like a code: clean it, go closer, try another angle."
        )
        yield from _paragraph(told, terminal, first="  – ")
    if finding.left_out:
        told = f"码太多，{finding.left_out} 个未处理。 Too many codes: {finding.left_out} left out."
        yield from _paragraph(told, terminal, first="  – ")


def _paragraph(
    text: str,
    terminal: Terminal,
    *,
    first: str,
    first_ink: Ink = Ink.PLAIN,
    ink: Ink = Ink.PLAIN,
) -> Iterator[Line]:
    """Text with a hanging indent; `first` stands before its first line."""
    indent = columns(first)
    for line in wrap(text, max(20, terminal.width - indent)):
        yield Span(first, first_ink), Span(line, ink)
        first = " " * indent


def _named(zh: str | None, en: str | None) -> str:
    return " ".join(filter(None, (zh, en))) or "名称未知 name unknown"


def _instant(text: str, now: float) -> str:
    seconds = seconds_of_text(text) or 0.0
    shown = datetime.fromtimestamp(seconds, SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return shown if seconds == now else f"{shown}  {age(now - seconds)}"


def _where(corners: Corners, size: tuple[int, int]) -> str:
    """Which of nine fields of the picture a code is in."""
    x, y = (sum(point[axis] for point in corners) / 4 for axis in (0, 1))
    row = _ROWS[min(2, max(0, int(3 * y / size[1])))]
    column = _COLUMNS[min(2, max(0, int(3 * x / size[0])))]
    return f"（画面{row[0]}{column[0]} {row[1]} {column[1]}）"
