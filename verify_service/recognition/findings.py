"""What was found about a candidate: a kind of finding, and its data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from verify_service.catalog.bilingual import Bilingual
from verify_service.recognition.kinds import KINDS, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``code`` is a word of `KINDS`."""

    code: str
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return KINDS[self.code].severity

    @property
    def message(self) -> Bilingual:
        return _filled(KINDS[self.code].message, self.data)

    @property
    def next_step(self) -> Bilingual:
        return _filled(KINDS[self.code].next_step, self.data)

    def as_dict(self) -> dict[str, object]:
        """As the verdict writes its reasons."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": {"zh": self.message.zh, "en": self.message.en},
            "next_step": {"zh": self.next_step.zh, "en": self.next_step.en},
            **self.data,
        }


def found(code: str, **data: object) -> Finding:
    """A finding of a code of `KINDS`, with its data."""
    return Finding(code=code, data=data)


def _filled(text: Bilingual, data: Mapping[str, object]) -> Bilingual:
    return Bilingual(zh=text.zh.format_map(data), en=text.en.format_map(data))
