"""Verdicts made by hand, of kinds that the sample district has none of."""

from datetime import UTC, datetime

from credential.claims import License, PendingItem, Permit, Reference
from credential.code_list import CodeList, Name, PermitCode
from credential.days import day_of, seconds_of
from credential.reasons import Outcome, Reason, outcome_of
from credential.trust import Issuer
from credential.verdict import AsOf, Check, Checked, Genuine, PermitState, Verdict
from verify_service.pages.languages import Language
from verify_service.pages.writing import Pages

AT = datetime(2031, 5, 20, 6, 3, 22, tzinfo=UTC)
TODAY = day_of(AT.date())
INSTANT = "2031-05-09T06:00:05+08:00"
EVIL = "<script>alert('a')</script>\"'&<b>"

ISSUER = Issuer(
    code="110105",
    name="北京市朝阳区政务服务局",
    name_en="Chaoyang District Government Services Bureau",
    host="YZ.CHAOYANG.EXAMPLE",
    number_prefix="朝综许",
    status_uri="https://yz.chaoyang.example/status/{list}",
    keys=(),
    scopes=(),
)
CODES = CodeList(
    "110105",
    2023,
    seconds_of(AT),
    {"26": Name("酒馆", "Tavern")},
    {
        code: PermitCode(kind, Name(zh, en), Name("区市场监管局", "District Administration"))
        for code, kind, zh, en in (
            (1, "food_business", "食品经营许可证", "Food business permit"),
            (2, "tobacco_retail", "烟草专卖零售许可证", "Tobacco retail permit"),
            (3, "public_hygiene", "卫生许可证", "Public hygiene permit"),
        )
    },
)


def license_of(
    *,
    holder: str = "北京市朝阳区半月酒馆（个体工商户）",
    permits: tuple[Permit, ...] = (Permit(1, "JY21105030026657", TODAY + 400),),
    pending: tuple[PendingItem, ...] = (),
    expiry_day: int | None = TODAY + 400,
) -> License:
    return License(
        issuer="110105",
        version=1,
        industry="26",
        catalog=2023,
        year=2031,
        serial=7,
        uscc="92110105MAXX00031G",
        holder=holder,
        address="北京市朝阳区团结湖街道半月胡同16号",
        position=None,
        issued_day=TODAY - 30,
        expiry_day=expiry_day,
        status_list=0,
        status_index=0,
        permits=permits,
        pending=pending,
    )


def reference_of() -> Reference:
    return Reference(
        issuer="110105",
        version=1,
        industry="26",
        year=2031,
        serial=7,
        status_list=0,
        status_index=0,
        expiry_day=TODAY + 400,
        digest=bytes(24),
    )


def verdict_of(
    *reasons: Reason,
    content: License | Reference | None = None,
    states: tuple[PermitState, ...] | None = None,
    code_list: CodeList | None = CODES,
    checked: Checked | None = None,
    as_of: AsOf | None = None,
) -> Verdict:
    """A verdict with these reasons; genuine where there is content."""
    outcome = outcome_of(reasons)
    shown = content is not None and outcome not in (Outcome.REJECTED, Outcome.NOT_A_LICENSE)
    if states is None:
        count = len(content.permits) if isinstance(content, License) else 0
        states = (PermitState.IN_FORCE,) * count
    passed, now = Check.PASSED, seconds_of(AT)
    return Verdict(
        outcome,
        reasons,
        Genuine(ISSUER, content, code_list, states) if shown and content is not None else None,
        checked or Checked(passed, passed, passed, passed, Check.NOT_CHECKED),
        as_of or AsOf(now, now, now - 3600, now),
    )


def verdict_for(code: str) -> Verdict:
    """A verdict with one reason, its data filled with words."""
    words = dict.fromkeys(
        (
            "host",
            "key_id",
            "suite",
            "state",
            "name",
            "name_en",
            "number",
            "issuer",
            "issuer_en",
            "distance_m",
            "catalog",
        ),
        "字",
    ) | {"status_as_of": INSTANT, "trust_as_of": INSTANT, "valid_until": INSTANT[:10]}
    return verdict_of(Reason(code, tuple(words.items())), content=license_of())


def write(pages: Pages, verdict: Verdict, language: str = "zh") -> str:
    return pages.verdict(verdict, Language(language), path="/L/1", request_id="r")
