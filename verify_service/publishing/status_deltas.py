"""What is published beside a status list: its base, and a delta that tells what has changed since.

A scanner that holds the base fetches the delta alone. A base lasts until its delta would be large.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from credential.errors import CredentialError
from credential.signer import Signer
from credential.status import MEDIA_TYPE as STATUS_LIST_TYPE
from credential.status import StatusList
from credential.status_delta import MEDIA_TYPE, make_delta, seal_status_delta
from credential.trusted import TrustedSet
from verify_service.office import Office
from verify_service.registry.artifacts import (
    latest_sequence,
    publish_artifact,
    withdraw_artifacts,
)
from verify_service.registry.records import Artifact

_LEAST_BOUND: Final = 1 << 10
_BOUND: Final = 8 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What goes with a list that was just sealed: a delta, or (None) the list as a new base."""

    delta: bytes | None


def beside(
    listed: StatusList,
    base: Artifact | None,
    signer: Signer,
    *,
    trusted: TrustedSet,
    key: tuple[str, int],
) -> Beside:
    """Make the delta of the base that is published, where that is good and the delta is small."""
    if base is None:
        return Beside(delta=None)
    number = key[1]
    alone = trusted.without_lists()
    try:
        held = alone.admit_status_list(base.content, number=number).status[key]
        delta = seal_status_delta(make_delta(held, listed), signer)
        if len(delta) > min(max(len(base.content) // 4, _LEAST_BOUND), _BOUND):
            return Beside(delta=None)
        opened = alone.admit_status_pair(base.content, delta, number=number).status[key]
    except CredentialError:
        # Its key is not to be believed any more, or a clock was wrong: a new base is a good one.
        return Beside(delta=None)
    return Beside(delta=delta if opened == listed else None)


def publish_beside(
    connection: Connection,
    office: Office,
    number: str,
    listed: StatusList,
    content: bytes,
    made: Beside,
    *,
    issued_at: datetime,
) -> None:
    """Publish the delta, or the list itself as a base that has none yet."""
    name, media_type = office.status_delta_name(number), MEDIA_TYPE
    if made.delta is None:
        withdraw_artifacts(connection, [name], at=issued_at)
        name, media_type = office.status_base_name(number), STATUS_LIST_TYPE
    publish_artifact(
        connection,
        name=name,
        uri=listed.uri,
        media_type=media_type,
        content=content if made.delta is None else made.delta,
        issued_at=issued_at,
        expires_at=issued_at + office.list_lifetime,
        sequence=latest_sequence(connection, name) + 1,
    )
