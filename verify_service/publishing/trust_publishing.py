"""Taking a new trust list into use, together with the roots that lead to it.

Both or neither: a root without a list that opens under it would leave nothing to believe
(docs/spec/trust-list.md). Older roots stay published, for whoever has been away for long.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from credential.days import instant_text
from credential.errors import CredentialError, RootError
from credential.multisign import read_sign
from credential.roots import MEDIA_TYPE as ROOT_TYPE
from credential.roots import Root, follow_roots, open_root
from credential.trust import TrustList
from credential.trust_list import (
    MAX_BYTES,
    first_that_opens,
    is_rollback,
    open_trust_list,
    read_trust_list,
)
from credential.trust_list import MEDIA_TYPE as TRUST_LIST_TYPE
from verify_service.database import Database
from verify_service.office import Office
from verify_service.publishing.errors import ListOlderError, ListRefusedError
from verify_service.publishing.trusted_lists import (
    TRUST_LIST,
    refuse_ahead,
    root_name,
    roots_among,
)
from verify_service.registry.artifacts import (
    latest_sequence,
    list_artifacts,
    publish_artifact,
    withdraw_artifacts,
)
from verify_service.registry.errors import StaleArtifactError

_log = logging.getLogger(__name__)
_PERMANENT: Final = 1
"""The sequence of a root: another one never takes its place."""


def publish_trust(
    database: Database,
    office: Office,
    pin: Root,
    data: bytes,
    *,
    roots: Mapping[int, bytes],
    at: datetime,
) -> None:
    """Publish a trust list, and the roots (number to message) from the pin to the one that it is under.

    Raises:
        ListRefusedError: it does not verify, a root is not its predecessor's or differs from the one
            published, the pin does not lead to those, or something is dated ahead of the clock.
        ListOlderError: the one published is of a root that was let go or left behind, and was signed
            later.
        StaleArtifactError: a list of the same or a higher number is published.
    """
    with database.writing() as connection:
        published = {artifact.name: artifact.content for artifact in list_artifacts(connection)}
        known = roots_among(published)
        if _is_of_another(pin, known, roots):
            _log.warning("the pinned root is another one: the roots published so far are let go")
            withdraw_artifacts(connection, map(root_name, known), at=at)
            known = {}
        _check_roots(pin, known, roots)
        held = published.get(TRUST_LIST)
        try:
            root = follow_roots(pin, {**roots, **known})
            listed = open_trust_list(data, root)
        except CredentialError as error:
            raise ListRefusedError(name=TRUST_LIST, detail=str(error)) from None
        refuse_ahead(TRUST_LIST, listed.issued_at, at=at)
        for number in sorted(roots.keys() - known.keys()):
            if number <= root.number:
                refuse_ahead(root_name(number), open_root(roots[number]).issued_at, at=at)
                _publish_root(connection, office, number, roots[number], at=at)
        if held == data:
            return
        if held is not None:
            _refuse_older(listed, held, root, ever=(pin, *map(open_root, known.values())))
        publish_artifact(
            connection,
            name=TRUST_LIST,
            uri=f"https://{office.host.lower()}/trust-list",
            media_type=TRUST_LIST_TYPE,
            content=data,
            issued_at=at,
            expires_at=None,
            sequence=latest_sequence(connection, TRUST_LIST) + 1,
        )


def _is_of_another(pin: Root, known: Mapping[int, bytes], offered: Mapping[int, bytes]) -> bool:
    """Whether what is published hangs on another root than the pin: a new one was pinned by hand,
    after a threshold of the old one's keys was stolen.

    Raises:
        ListRefusedError: the pin was made before what is published, and does not lead there. It is
            the old one again, from a backup say, and with it would come an old list.
    """
    there, every = known.get(pin.number), {**offered, **known}
    if there is None:
        after = min((number for number in known if number > pin.number), default=None)
        before = max((number for number in known if number < pin.number), default=None)
        if after is not None and not _leads(pin, after, every):
            first, advice = after, f"add the roots between, or pin root {after} or one after it"
        elif before is not None and not _leads_to(pin, open_root(known[before]), every):
            first, advice = before, "add the roots between, or pin one made after those published"
        else:
            return False
    elif open_root(there).fingerprint == pin.fingerprint:
        return False
    else:
        first, advice = (
            pin.number,
            "pin that one, or one that was made after all that are published",
        )
    if pin.issued_at > max(open_root(message).issued_at for message in known.values()):
        return True
    detail = f"published, and the pinned root {pin.number} does not lead to it: {advice}"
    raise ListRefusedError(name=root_name(first), detail=detail)


def _leads(pin: Root, number: int, roots: Mapping[int, bytes]) -> bool:
    try:
        up_to = {each: message for each, message in roots.items() if each <= number}
        return follow_roots(pin, up_to).number == number
    except RootError:
        return False


def _leads_to(pin: Root, before: Root, roots: Mapping[int, bytes]) -> bool:
    """Whether an earlier root leads to the pin, as far as the pin's own message is at hand."""
    if pin.number not in roots:
        return True
    try:
        up_to = {each: message for each, message in roots.items() if each <= pin.number}
        return follow_roots(before, up_to).fingerprint == pin.fingerprint
    except RootError:
        return False


def _check_roots(pin: Root, known: Mapping[int, bytes], offered: Mapping[int, bytes]) -> None:
    """Each opens under itself, has the number of its name, and is the one that is known already."""
    for number, message in offered.items():
        name = root_name(number)
        try:
            root = open_root(message)
            there = open_root(known[number]) if number in known else None
        except CredentialError as error:
            raise ListRefusedError(name=name, detail=str(error)) from None
        if root.number != number:
            raise ListRefusedError(name=name, detail=f"it is root {root.number}")
        for other in (there, pin if pin.number == number else None):
            if other is not None and other.fingerprint != root.fingerprint:
                raise ListRefusedError(name=name, detail=f"root {number} is another one here")


def _refuse_older(listed: TrustList, held: bytes, root: Root, *, ever: Iterable[Root]) -> None:
    """Hold a list against the one published; `ever` are the roots under which that may have come.

    Raises:
        ListOlderError, StaleArtifactError: as `publish_trust`.
    """
    before = first_that_opens(held, ever)
    if listed == before:  # signed by others of the holders, or for the next root
        return
    if before is None:  # of a root that was let go: its numbers count no more, and its instants do
        before = read_trust_list(read_sign(held, max_bytes=MAX_BYTES).unverified_payload)
        is_older = listed.issued_at < before.issued_at
    else:
        is_older = listed.number == before.number or is_rollback(listed, before, root)
        if is_older and listed.number <= before.number:
            raise StaleArtifactError(
                name=TRUST_LIST, published=before.number, offered=listed.number
            )
    if is_older:
        raise ListOlderError(
            name=TRUST_LIST,
            detail=f"{instant_text(listed.issued_at)} < {instant_text(before.issued_at)}",
        )


def _publish_root(
    connection: Connection, office: Office, number: int, message: bytes, *, at: datetime
) -> None:
    publish_artifact(
        connection,
        name=root_name(number),
        uri=f"https://{office.host.lower()}/roots/{number}",
        media_type=ROOT_TYPE,
        content=message,
        issued_at=at,
        expires_at=None,
        sequence=_PERMANENT,
    )
