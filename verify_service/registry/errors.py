"""Why the registry refuses.

RegistryError
├── NotRegisteredError           there is no such row (``entity``, ``key``)
├── NotIssuedYetError            at that instant of the past there was no such license
├── AlreadyRegisteredError       there is one already (``entity``, ``key``)
├── VersionConflictError         somebody was faster, or the caller's copy is old
├── MoveRefusedError             the state does not allow this move
├── BasisRefusedError            a legal basis of another move
├── RecordedBackwardsError       recorded before the version that it follows
├── EffectiveInFutureError       would take effect after it is recorded
├── DatesReversedError           the last day before the first
├── DayOutOfRangeError           a day that no license can name
├── BelongsElsewhereError        it is of another holder, or for other premises
├── StatusListFullError          no block of this size is left
├── StatusListsExhaustedError    as many status lists as are kept of an issuer
├── StatusPagesError             places are kept otherwise than the chains have them
├── BlockError                   a status block of another size, not reserved, or used already
├── SerialsExhaustedError        five digits are used up for this industry and year
├── RequestMismatchError         the same request key with another body
├── StaleArtifactError           an older publication would replace a newer one
├── UnstorableError              a value that the two databases would not keep alike
├── AlreadySettledError          a difference that something was made of already
└── ConstraintError              what only the database noticed (``constraint``)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from verify_service.errors import ServiceError
from verify_service.registry.chinese import BASES, ENTITIES, MOVES, STATES

_CHINESE: Final[Mapping[str, Mapping[str, str]]] = {
    "entity": ENTITIES,
    "owner": ENTITIES,
    "move": MOVES,
    "state": STATES,
    "outcome": {"settled": "已更改登记", "dismissed": "登记无误"},
}


class RegistryError(ServiceError):
    """The registry refuses; nothing was written."""

    def message(self) -> dict[str, str]:
        """Return the message; in Chinese the registry's words are Chinese, too."""
        chinese = {
            name: _CHINESE[name].get(value, value) if name in _CHINESE else value
            for name, value in vars(self).items()
        }
        return {"zh": self.zh.format_map(chinese), "en": self.en.format_map(vars(self))}


@dataclass(eq=False, kw_only=True)
class NotRegisteredError(RegistryError):
    """``entity`` is a table's word in the singular (``permit``), ``key`` its key as text."""

    entity: str
    key: str

    zh = "登记库中没有此记录：{entity} {key}"
    en = "not in the registry: {entity} {key}"


@dataclass(eq=False, kw_only=True)
class NotIssuedYetError(RegistryError):
    """Instants are ISO 8601; ``issued_at`` is None for a version that nobody has issued."""

    number: str
    version: int
    at: str
    issued_at: str | None

    zh = "{number} 第 {version} 版在 {at} 尚未签发（签发于 {issued}）"
    en = "{number} version {version} was not issued yet at {at}: it was at {issued}"

    def message(self) -> dict[str, str]:
        issued = {"zh": self.issued_at or "无记录", "en": self.issued_at or "no time on record"}
        return {
            language: words.format(
                number=self.number, version=self.version, at=self.at, issued=issued[language]
            )
            for language, words in (("zh", self.zh), ("en", self.en))
        }


@dataclass(eq=False, kw_only=True)
class AlreadyRegisteredError(RegistryError):
    entity: str
    key: str

    zh = "登记库中已有此记录：{entity} {key}"
    en = "already in the registry: {entity} {key}"


@dataclass(eq=False, kw_only=True)
class VersionConflictError(RegistryError):
    """The chain of ``key`` is at version ``found``, and the caller believed ``expected``."""

    entity: str
    key: str
    expected: int
    found: int

    zh = "{entity} {key} 已是第 {found} 版（请求基于第 {expected} 版），请刷新后重试"
    en = "{entity} {key} is at version {found}, not {expected}: read it again"


@dataclass(eq=False, kw_only=True)
class MoveRefusedError(RegistryError):
    """``state`` is the present one, ``none`` for what does not exist yet."""

    entity: str
    move: str
    state: str

    zh = "{entity}当前状态为“{state}”，不能办理“{move}”"
    en = "a {entity} that is {state} cannot be {move}"


@dataclass(eq=False, kw_only=True)
class BasisRefusedError(RegistryError):
    """``allowed`` are the bases that ``move`` may rest on."""

    move: str
    basis: str
    allowed: tuple[str, ...]

    def message(self) -> dict[str, str]:
        listed = ", ".join(self.allowed)
        move, basis = MOVES.get(self.move, self.move), BASES.get(self.basis, self.basis)
        chosen = "、".join(f"{BASES.get(each, each)}（{each}）" for each in self.allowed)
        return {
            "zh": f"“{move}”不能以“{basis}”为依据；可用：{chosen}",
            "en": f"{self.move} cannot rest on {self.basis}; it may on: {listed}",
        }


@dataclass(eq=False, kw_only=True)
class RecordedBackwardsError(RegistryError):
    entity: str
    key: str

    zh = "{entity} {key} 的记录时间早于上一版本"
    en = "{entity} {key} would be recorded before the version that it follows"


@dataclass(eq=False, kw_only=True)
class EffectiveInFutureError(RegistryError):
    entity: str
    key: str

    zh = "{entity} {key} 的生效时间晚于记录时间，请在生效时办理"
    en = "{entity} {key} would take effect after it is recorded: record it when it does"


@dataclass(eq=False, kw_only=True)
class DatesReversedError(RegistryError):
    """Days as ``YYYY-MM-DD``."""

    first: str
    last: str

    zh = "日期颠倒：起始日 {first} 晚于截止日 {last}"
    en = "dates the wrong way round: the first day {first} is after the last, {last}"


@dataclass(eq=False, kw_only=True)
class DayOutOfRangeError(RegistryError):
    """Days as ``YYYY-MM-DD``; ``last`` is the last that a credential holds."""

    day: str
    last: str

    zh = "日期 {day} 超出凭证可表示的最后一日 {last}；长期有效的，截止日请留空"
    en = "{day} is after {last}, the last day that a license can name: leave out an end there is none of"


@dataclass(eq=False, kw_only=True)
class BelongsElsewhereError(RegistryError):
    """``owner`` is ``holder`` (then the two others are USCCs) or ``premises`` (their ids)."""

    entity: str
    key: str
    owner: str
    expected: str
    found: str

    zh = "{entity} {key} 属于{owner} {found}，不属于 {expected}"
    en = "{entity} {key} belongs to the {owner} {found}, not to {expected}"


@dataclass(eq=False, kw_only=True)
class StatusListFullError(RegistryError):
    status_list: str
    size: int

    zh = "状态列表 {status_list} 剩余位置不足 {size} 个"
    en = "status list {status_list} has no {size} places left"


@dataclass(eq=False, kw_only=True)
class StatusListsExhaustedError(RegistryError):
    """``most`` is how many scanners keep of an issuer."""

    status_list: str
    most: int

    zh = "状态清单 {status_list} 不能开设：已有 {most} 份，核验端不再接受更多；请用容量更大的清单"
    en = (
        "status list {status_list} is not opened: there are {most}, and scanners keep no more of an"
        " issuer; have larger ones (status_list_capacity)"
    )


@dataclass(eq=False, kw_only=True)
class StatusPagesError(RegistryError):
    """``lists`` names each list and how many of its places differ."""

    lists: str

    zh = "状态清单中所存的状态与证照记录不一致：{lists}；请执行 verify-service status rebuild"
    en = (
        "places of the status lists are kept otherwise than the chains have them: {lists};"
        " run verify-service status rebuild"
    )


@dataclass(eq=False, kw_only=True)
class BlockError(RegistryError):
    """``reason`` is ``wrong-size``, ``not-reserved`` or ``used``."""

    status_list: str
    index: int
    reason: str

    zh = "状态列表 {status_list} 中起始于 {index} 的区段不可用：{reason}"
    en = "the block at {index} of status list {status_list} cannot be used: {reason}"


@dataclass(eq=False, kw_only=True)
class SerialsExhaustedError(RegistryError):
    issuer: str
    industry: str
    year: int

    zh = "{issuer} 行业 {industry} {year} 年的五位流水号已用完"
    en = "{issuer} has no serial left for industry {industry} in {year}"


@dataclass(eq=False, kw_only=True)
class RequestMismatchError(RegistryError):
    request_key: str

    zh = "请求标识 {request_key} 已用于内容不同的请求"
    en = "request key {request_key} was used with another body"


@dataclass(eq=False, kw_only=True)
class StaleArtifactError(RegistryError):
    name: str
    published: int
    offered: int

    zh = "{name} 已发布第 {published} 号，不能以第 {offered} 号替换"
    en = "{name} is published as number {published}: {offered} cannot replace it"


@dataclass(eq=False, kw_only=True)
class UnstorableError(RegistryError):
    """``reason`` is ``nul``, ``surrogate``, ``number-too-large``, ``naive-instant``, ``not-a-day``
    or ``not-json``."""

    reason: str

    zh = "数据无法保存：{reason}"
    en = "a value cannot be stored: {reason}"


@dataclass(eq=False, kw_only=True)
class AlreadySettledError(RegistryError):
    """``outcome`` is ``settled`` or ``dismissed``."""

    difference: int
    outcome: str

    zh = "差异 {difference} 已处理（{outcome}）"
    en = "difference {difference} has been {outcome} already"


@dataclass(eq=False, kw_only=True)
class ConstraintError(RegistryError):
    """``kind``: ``unique``, ``reference``, ``check``, ``missing``, ``append-only``, ``other``."""

    kind: str
    constraint: str

    zh = "违反登记库约束（{kind}）：{constraint}"
    en = "the registry's {kind} constraint is violated: {constraint}"
