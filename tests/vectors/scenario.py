"""One scenario: a text, the circumstances in which it is scanned, and what must come of it.

Outcome and reasons are written by hand beside each scenario; `make` refuses to write a vector
whose verdict has others.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, TypedDict, Unpack

from credential.claims import Position
from credential.days import instant_text
from credential.question import RegistryAnswer
from credential.reasons import Outcome
from credential.rules import Policy
from tests.vectors.district import (
    CATALOG_LIST,
    HAIDIAN_CATALOG_LIST,
    NOW,
    ROOT_MESSAGE,
    sealed,
    status_list,
    trust_list,
)

TRUST_LIST: Final = trust_list()
STATUS_LISTS: Final = ((0, status_list()),)
CODE_LISTS: Final = (CATALOG_LIST, HAIDIAN_CATALOG_LIST)
TEXT: Final = sealed()


class Circumstances(TypedDict, total=False):
    """What a scenario may set; all else is as on an ordinary day."""

    at: datetime
    trust_list: bytes
    status_lists: Sequence[tuple[int, bytes]]
    status_deltas: Sequence[tuple[int, bytes]]
    code_lists: Sequence[bytes]
    near: Position
    policy: Policy
    registry: RegistryAnswer
    details: bytes
    lacks: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A vector before its verdict."""

    layer: str
    name: str
    description: str
    outcome: Outcome
    codes: tuple[str, ...]
    text: str
    circumstances: Circumstances

    def document(self) -> dict[str, object]:
        """The vector's JSON form, still without `expected`."""
        given = self.circumstances
        policy, near, registry = given.get("policy"), given.get("near"), given.get("registry")
        details = given.get("details")
        document: dict[str, object] = {
            "name": self.name,
            "description": self.description,
            "layer": self.layer,
            "text": self.text,
            "at": given.get("at", NOW).isoformat(),
            "trust_list": given.get("trust_list", TRUST_LIST).hex(),
            "root": ROOT_MESSAGE.hex(),
            "status_lists": [
                {"number": number, "hex": data.hex()}
                for number, data in given.get("status_lists", STATUS_LISTS)
            ],
            **_status_deltas(given.get("status_deltas", ())),
            "code_lists": [data.hex() for data in given.get("code_lists", CODE_LISTS)],
            "near": near and {"latitude": near.latitude, "longitude": near.longitude},
        }
        if policy is not None:
            document["policy"] = asdict(policy)
        document["registry"] = registry and {
            "known": registry.known,
            "agrees": registry.agrees,
            "values": list(registry.values),
            "as_of": instant_text(registry.as_of),
        }
        if "lacks" in given:
            document["lacks"] = list(given["lacks"])
        document["details"] = None if details is None else details.hex()
        return document


def _status_deltas(deltas: Sequence[tuple[int, bytes]]) -> dict[str, object]:
    """The member that is absent where there are none."""
    listed = [{"number": number, "hex": data.hex()} for number, data in deltas]
    return {"status_deltas": listed} if listed else {}


@dataclass(frozen=True, slots=True)
class Layer:
    """Makes the scenarios of one layer; each method names the outcome that must come."""

    name: str

    def valid(
        self,
        name: str,
        description: str,
        text: str = TEXT,
        *codes: str,
        **given: Unpack[Circumstances],
    ) -> Scenario:
        return self._scenario(Outcome.VALID, name, description, text, codes, given)

    def attention(
        self,
        name: str,
        description: str,
        text: str,
        *codes: str,
        **given: Unpack[Circumstances],
    ) -> Scenario:
        return self._scenario(Outcome.ATTENTION, name, description, text, codes, given)

    def not_in_force(
        self,
        name: str,
        description: str,
        text: str,
        *codes: str,
        **given: Unpack[Circumstances],
    ) -> Scenario:
        return self._scenario(Outcome.NOT_IN_FORCE, name, description, text, codes, given)

    def rejected(
        self,
        name: str,
        description: str,
        text: str,
        *codes: str,
        **given: Unpack[Circumstances],
    ) -> Scenario:
        return self._scenario(Outcome.REJECTED, name, description, text, codes, given)

    def indeterminate(
        self,
        name: str,
        description: str,
        text: str,
        *codes: str,
        **given: Unpack[Circumstances],
    ) -> Scenario:
        return self._scenario(Outcome.INDETERMINATE, name, description, text, codes, given)

    def not_a_license(
        self,
        name: str,
        description: str,
        text: str,
        *codes: str,
        **given: Unpack[Circumstances],
    ) -> Scenario:
        return self._scenario(Outcome.NOT_A_LICENSE, name, description, text, codes, given)

    def _scenario(
        self,
        outcome: Outcome,
        name: str,
        description: str,
        text: str,
        codes: tuple[str, ...],
        given: Circumstances,
    ) -> Scenario:
        return Scenario(
            layer=self.name,
            name=name,
            description=description,
            outcome=outcome,
            codes=codes,
            text=text,
            circumstances=given,
        )
