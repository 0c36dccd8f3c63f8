"""What the bureau's issuing endpoints take and give, over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from credential.claims import MAX_NUMBER, MAX_PENDING, MAX_PERMITS
from verify_service.issuing.application import PermitName
from verify_service.issuing.service import ReissueReason
from verify_service.registry.moves import PermitState
from verify_service.registry.schemas import Exact, Id, Uscc

_Number = Annotated[str, Field(min_length=1, max_length=MAX_NUMBER)]


class PermitNameDocument(Exact):
    """A permit on file, by kind (of the catalog) and number."""

    kind: Annotated[str, Field(examples=["food_business"])]
    number: Annotated[_Number, Field(examples=["JY21105030026657"])]


class Contents(Exact):
    """What a license is to gather."""

    permits: Annotated[
        Sequence[PermitNameDocument] | None,
        Field(
            max_length=MAX_PERMITS,
            description="None: every permit in force at the premises that is of the industry.",
        ),
    ] = None
    applied_for: Annotated[
        Sequence[str],
        Field(
            max_length=MAX_PENDING,
            description="Items applied for and not granted yet, by their ids in the catalog.",
            examples=[["06-03"]],
        ),
    ] = ()

    def permit_names(self) -> tuple[PermitName, ...] | None:
        """Return the permits as the desk takes them."""
        if self.permits is None:
            return None
        return tuple(PermitName(kind=each.kind, number=each.number) for each in self.permits)


class ReissueDocument(Contents):
    """A lost sheet reads as superseded from then on."""

    reason: ReissueReason = ReissueReason.ON_APPLICATION


class NewLicense(Contents):
    holder: Uscc
    premises: Id
    industry: Annotated[str, Field(pattern=r"^\d\d$", examples=["25"])]


class LeftOutDocument(Exact):
    """A permit that the version before gathers and this one does not, as it stands."""

    kind: str
    number: str
    state: PermitState


class IssuedDocument(Exact):
    """A license that is in force, and its symbol's text.

    ``left_out`` is empty for a license's first version.
    """

    number: str
    version: int
    text: str
    issued_on: date
    left_out: Sequence[LeftOutDocument]
