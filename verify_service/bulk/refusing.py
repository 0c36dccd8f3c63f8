"""Why a row was refused, as it is kept and told: a stable word, and a sentence in each language."""

from collections.abc import Mapping
from typing import Final

from verify_service.access import KindNotAllowedError, NotOwnPermitError
from verify_service.catalog import NotInCatalogError
from verify_service.errors import ServiceError
from verify_service.identifiers.errors import PermitNumberError
from verify_service.intake.cells import CellError, code_of
from verify_service.intake.changes import Fault
from verify_service.intake.columns import Column
from verify_service.lettering import LetteringError
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    BasisRefusedError,
    BelongsElsewhereError,
    DatesReversedError,
    DayOutOfRangeError,
    EffectiveInFutureError,
    MoveRefusedError,
    NotRegisteredError,
    VersionConflictError,
)
from verify_service.registry.intake_records import Refusal

RowError = ServiceError | NotInCatalogError
"""What refuses one row and lets the others go on."""

_COLUMNS: Final[Mapping[type[Exception], Column]] = {
    KindNotAllowedError: Column.KIND,
    NotOwnPermitError: Column.NUMBER,
    NotInCatalogError: Column.FORM,
    PermitNumberError: Column.NUMBER,
    LetteringError: Column.NUMBER,
    AlreadyRegisteredError: Column.NUMBER,
    BasisRefusedError: Column.BASIS,
    BelongsElsewhereError: Column.PREMISES,
    DatesReversedError: Column.VALID_UNTIL,
    DayOutOfRangeError: Column.VALID_UNTIL,
    EffectiveInFutureError: Column.EFFECTIVE_AT,
    MoveRefusedError: Column.MOVE,
    VersionConflictError: Column.EXPECTED_VERSION,
}


def refusal_of_cell(fault: Fault) -> Refusal:
    """Return what is kept of a cell's fault."""
    return _refusal(fault.line, fault.column, fault.error)


def refusal_of_row(line: int, error: RowError) -> Refusal:
    """Return what is kept of what the entrance refused, with the column that it is about."""
    column: str | None = _COLUMNS.get(type(error))
    if isinstance(error, CellError):
        column = error.column
    if isinstance(error, NotRegisteredError):
        column = Column.PREMISES if error.entity == "premises" else Column.NUMBER
    return _refusal(line, column, error)


def _refusal(line: int, column: str | None, error: RowError) -> Refusal:
    if isinstance(error, ServiceError):
        message = error.message()
    else:
        message = {"zh": f"目录中没有：{error}", "en": f"not in the catalog: {error}"}
    return Refusal(line=line, cell=column, code=code_of(error), zh=message["zh"], en=message["en"])
