"""Says why nothing can be judged as of an instant before the lists that are held (`--at`).

The verdict calls it `clock-implausible`: it knows no other clock. The person who chose the instant
is not to set a clock that is right, but to take the lists of that day.
"""

from collections.abc import Iterator

from credential.rules import Policy
from mobile_scanner.verdict_form import ReasonForm, Sentence, VerdictForm, seconds_of_text

_CODE = "clock-implausible"
_TOLERANCE = Policy().clock_tolerance


def in_rehearsal(reason: ReasonForm, verdict: VerdictForm) -> ReasonForm:
    """The reason as it is to be told where `now` was chosen."""
    if reason["code"] != _CODE:
        return reason
    later = list(_later(verdict))
    zh = "、".join(f"{name_zh}（{when}）" for name_zh, _, when in later)
    en = " and ".join(f"the {name_en} ({when})" for _, name_en, when in later)
    message = Sentence(
        zh=f"--at 的时间早于所用的{zh}，不能按当时判定；与本机时钟无关。",
        en=f"--at lies before {en}: nothing can be judged as of then. It is not the clock.",
    )
    next_step = Sentence(
        zh="请用当时留存的数据包：--bundle 数据包 --root root.cbor --store 空文件夹；或选较晚的时间。",
        en="Use a bundle kept from that day: --bundle DIR --root root.cbor --store EMPTY_DIR;"
        " or choose a later instant.",
    )
    return {**reason, "message": message, "next_step": next_step}


def _later(verdict: VerdictForm) -> Iterator[tuple[str, str, str]]:
    """What that verdict rests on is dated after its `now`; else it is the license itself."""
    as_of = verdict["as_of"]
    now = seconds_of_text(as_of["now"]) or 0.0
    found = False
    for name_zh, name_en, when in (
        ("受信任名单", "trust list", as_of["trust"]),
        ("状态清单", "status list", as_of["status"]),
    ):
        if when is not None and (seconds_of_text(when) or 0.0) > now + _TOLERANCE:
            yield name_zh, name_en, when
            found = True
    if not found:
        license = verdict["license"]
        yield "凭证的签发日", "license's day of issue", (license and license["issued_on"]) or "…"
