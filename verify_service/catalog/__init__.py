"""The catalog: what each industry needs, who decides on it, and whether a set of permits is enough.

`loader` reads a version of it, `rules` and `assessing` are pure functions over it (no I/O).
"""

from verify_service.catalog.assessing import assess
from verify_service.catalog.assessment import Assessment, HeldPermit, ItemResult, State
from verify_service.catalog.bilingual import Bilingual
from verify_service.catalog.errors import (
    CatalogError,
    FactsMissingError,
    Fault,
    NotInCatalogError,
)
from verify_service.catalog.facts import Facts, Question
from verify_service.catalog.loader import builtin_catalog, load_catalog
from verify_service.catalog.model import (
    Catalog,
    Department,
    Division,
    Form,
    Group,
    Industry,
    Item,
    Jurisdiction,
    Level,
    Need,
    PermitCode,
    PermitKind,
    Remedy,
    Substitute,
)
from verify_service.catalog.reasons import Reason, ReasonCode, Severity
from verify_service.catalog.rules import Accepted, Duty, Notice, Requirement, notices, requirements

__all__ = [
    "Accepted",
    "Assessment",
    "Bilingual",
    "Catalog",
    "CatalogError",
    "Department",
    "Division",
    "Duty",
    "Facts",
    "FactsMissingError",
    "Fault",
    "Form",
    "Group",
    "HeldPermit",
    "Industry",
    "Item",
    "ItemResult",
    "Jurisdiction",
    "Level",
    "Need",
    "NotInCatalogError",
    "Notice",
    "PermitCode",
    "PermitKind",
    "Question",
    "Reason",
    "ReasonCode",
    "Remedy",
    "Requirement",
    "Severity",
    "State",
    "Substitute",
    "assess",
    "builtin_catalog",
    "load_catalog",
    "notices",
    "requirements",
]
