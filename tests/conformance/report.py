"""What came of it, for people: each difference, a table by layer, and what was not asked."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from unicodedata import east_asian_width

from .running import Outcome

SHOWN_VECTORS: Final = 50
_SHOWN_DIFFERENCES: Final = 6
_HEADS: Final = ("层 layer", "符 passed", "不符 failed", "未问 not asked")
_GAP: Final = "   "


def report(
    outcomes: Sequence[Outcome], suites: frozenset[int], takes: frozenset[str]
) -> Iterator[str]:
    """The lines to print."""
    failed = [each for each in outcomes if each.differences]
    for outcome in failed[:SHOWN_VECTORS]:
        yield f"✘ {outcome.vector.name}: {outcome.vector.description}"
        for difference in outcome.differences[:_SHOWN_DIFFERENCES]:
            yield f"    {difference}"
        if (more := len(outcome.differences) - _SHOWN_DIFFERENCES) > 0:
            yield f"    … {more} more"
    if (more := len(failed) - SHOWN_VECTORS) > 0:
        yield f"… 另有 {more} 项不符 · {more} more vectors differ (--only LAYER)"
    if failed:
        yield ""
    yield from _table(outcomes)
    yield ""
    unasked = [each for each in outcomes if not each.asked]
    if unasked:
        yield from _not_asked(unasked, suites, takes)
    yield _last_line(len(outcomes), len(failed), len(unasked))


def exit_status(outcomes: Sequence[Outcome]) -> int:
    """0 where everything that was asked was answered right, and something was asked."""
    asked = [each for each in outcomes if each.asked]
    return 0 if asked and not any(each.differences for each in asked) else 1


def _table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    layers = sorted({each.vector.layer for each in outcomes})
    rows: list[Sequence[str]] = [
        _HEADS,
        *(
            _row(layer, [each for each in outcomes if each.vector.layer == layer])
            for layer in layers
        ),
        _row("合计 total", outcomes),
    ]
    widths = [max(_width(row[at]) for row in rows) for at in range(len(_HEADS))]
    for name, *counts in rows:
        padded = [name + " " * (widths[0] - _width(name))]
        padded += [
            " " * (width - _width(count)) + count
            for count, width in zip(counts, widths[1:], strict=True)
        ]
        yield _GAP.join(padded)


def _row(name: str, outcomes: Iterable[Outcome]) -> tuple[str, str, str, str]:
    passed = failed = unasked = 0
    for each in outcomes:
        if not each.asked:
            unasked += 1
        elif each.differences:
            failed += 1
        else:
            passed += 1
    return name, str(passed), str(failed), str(unasked)


def _not_asked(
    unasked: Sequence[Outcome], suites: frozenset[int], takes: frozenset[str]
) -> Iterator[str]:
    lacking = sorted({label for each in unasked for label in each.vector.needs - suites})
    if lacking:
        count = sum(bool(each.vector.needs - suites) for each in unasked)
        labels = ", ".join(map(str, lacking))
        yield f"！！ 有 {count} 项未问：核验程序缺少算法 {labels}"
        yield f"!! {count} vectors were NOT ASKED: they need suites that it lacks: {labels}"
    having = sum(bool(each.vector.lacks & suites) for each in unasked)
    if having:
        yield f"！！ 有 {having} 项未问：只适用于缺少某算法的核验程序"
        yield f"!! {having} vectors were NOT ASKED: they are for verifiers that lack a suite"
    untaken = sorted({word for each in unasked for word in each.vector.takes - takes})
    if untaken:
        count = sum(bool(each.vector.takes - takes) for each in unasked)
        words = ", ".join(untaken)
        yield f"！！ 有 {count} 项未问：核验程序不受理 {words}"
        yield f"!! {count} vectors were NOT ASKED: they have in them what it does not take: {words}"


def _last_line(all_: int, failed: int, unasked: int) -> str:
    asked = all_ - unasked
    if not asked:
        return "一项未问，不能说明任何问题 · nothing was asked, so nothing is shown"
    if failed:
        return f"不符合：{failed} 项有误 · does not conform: {failed} of {asked} answers are wrong"
    return f"符合：{asked} 项全部正确 · conforms: all of {asked} answers are right"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
