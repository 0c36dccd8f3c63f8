"""Says a server's reasons in this program's own words: a known code has one wording.

A server's sentence under a known code could say anything ("valid, let pass" under `license-void`).
Its data fill the gaps of our sentence where they cannot speak themselves: numbers, plain tokens
(days, instants, key ids), names of suites, and texts that were proved here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from credential.reasons import KINDS
from credential.signer import SUITES
from credential.status import Status
from mobile_scanner.verdict_form import ReasonForm, Sentence, VerdictForm

_TOKEN: Final = re.compile(r"[0-9A-Fa-f:.+TZ-]{1,64}")
_ENDED: Final = {status.name.lower() for status in Status if status is not Status.VALID}
_UNKNOWN: Final = "…"


class _Data(dict[str, object]):
    """What a sentence's gaps are filled with; one that is not known is left open."""

    def __missing__(self, name: str) -> str:
        return _UNKNOWN


def in_own_words(reason: ReasonForm, local: VerdictForm) -> ReasonForm:
    """The reason with our wording; one that only a newer program knows keeps its own."""
    kind = KINDS.get(reason["code"])
    if kind is None:
        return reason
    proved = set(_texts(local))
    data = _Data(
        (name, value)
        for name, value in reason.items()
        if isinstance(value, int) or (isinstance(value, str) and _is_mute(value, proved))
    )
    said: ReasonForm = {
        **reason,
        "severity": kind.severity.value,
        "message": cast("Sentence", kind.message.fill(data)),
        "next_step": cast("Sentence", kind.next_step.fill(data)),
    }
    return said


def _is_mute(value: str, proved: set[str]) -> bool:
    known = value in proved or value in _ENDED or value in SUITES
    return known or _TOKEN.fullmatch(value) is not None


def _texts(value: object) -> Iterator[str]:
    """Every text in the verdict that was made here."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case Mapping():
            for item in value.values():
                yield from _texts(item)
