"""Why a change of a permit is refused before the registry is asked.

LifecycleError
├── PreconditionMissingError   neither ``If-Match`` nor ``expected_version``: which permit was seen?
└── PreconditionFailedError    the permit is not the one that was seen any more
"""

from dataclasses import dataclass

from verify_service.errors import ServiceError


class LifecycleError(ServiceError):
    """Nothing was changed."""


class PreconditionMissingError(LifecycleError):
    zh = "请注明所依据的版本（If-Match 或 expected_version），以免覆盖他人的变更"
    en = "say which version you saw (If-Match or expected_version), so that nothing is overwritten"


@dataclass(eq=False, kw_only=True)
class PreconditionFailedError(LifecycleError):
    """``current`` is the entity tag of today."""

    current: str

    zh = "许可已有变更（现为 {current}），请刷新后重试"
    en = "the permit has changed (it is {current} now): read it again"
