"""The verifier: the core's steps, with this registry asked for its own licenses.

Reads only, but for one thing: a genuine signature that the registry disowns is an alarm, and is
kept for the bureau (`alarms`).
"""

from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Final

from credential.claims import License, Position, Reference, decode_claims
from credential.days import date_of, day_at, seconds_of
from credential.envelope import digest, read_sign1
from credential.opening import read_text
from credential.question import RegistryAnswer
from credential.rules import Policy
from credential.verdict import Verdict
from credential.verify import verify
from verify_service.database import Database
from verify_service.lifecycle.announcing import Announcements
from verify_service.office import Office
from verify_service.publishing.trusted_lists import TrustedLists
from verify_service.registry.license_rows import find_credential
from verify_service.registry.moves import PermitState
from verify_service.registry.notes import noted_positions
from verify_service.registry.places import license_place, permit_place
from verify_service.registry.standing import Standing, read_standing
from verify_service.verification.alarms import AlarmBook, Sighting

# Signed with a good key, and not what the registry holds.
ALARMS: Final = frozenset({"registry-unknown", "registry-differs", "details-mismatch"})


class Verifier:
    """Verifies symbols' texts at the present; safe to share among threads."""

    def __init__(
        self,
        database: Database,
        office: Office,
        lists: TrustedLists,
        policy: Policy,
        announcements: Announcements,
    ) -> None:
        self._database = database
        self._office = office
        self._lists = lists
        self._policy = policy
        self.announcements = announcements
        self.alarms = AlarmBook(database)

    def verify(self, text: str, *, at: datetime, near: Position | None = None) -> Verdict:
        """Say what is to be thought of a symbol's text, and keep the alarm if it is one.

        Raises:
            ListRefusedError, DatabaseError: as `judge`.
        """
        verdict = self.judge(text, at=at, near=near)
        seen = self.sighting(verdict, text, at=at)
        if seen is not None:
            self.alarms.note(seen)
            self.alarms.write()
        return verdict

    def judge(self, text: str, *, at: datetime, near: Position | None = None) -> Verdict:
        """Say what is to be thought of a symbol's text; the alarm is for the caller to keep.

        Raises:
            ListRefusedError: no trust list is published.
            DatabaseError: the registry cannot be asked, so nothing is said.
        """
        self.announcements.catch_up(at=at)
        now = seconds_of(at)

        def ask(content: License | Reference, claims: bytes) -> RegistryAnswer | None:
            return self._ask(content, claims, now)

        return verify(
            text,
            trusted=self._lists.current(),
            at=at,
            policy=self._policy,
            near=near,
            registry=ask,
            details=self.details,
        )

    def sighting(self, verdict: Verdict, text: str, *, at: datetime) -> Sighting | None:
        """Return what a verdict is an alarm about, None for one that is none."""
        if not verdict.reasons or verdict.reasons[0].code not in ALARMS:
            return None
        claims = read_text(text).message.unverified_payload  # a key of the trust list signed it
        return Sighting(
            code=verdict.reasons[0].code,
            shown=claims,
            number=decode_claims(claims).number(self._office.number_prefix),
            text=text,
            first_at=at,
            last_at=at,
        )

    def claims_by_digest(self, wanted: bytes) -> bytes | None:
        """Return the claims set that a reference names by its digest, None if there is none."""
        with self._database.reading() as connection:
            credential = find_credential(connection, digest_prefix=wanted)
        return None if credential is None else _claims_of(credential)

    def _ask(self, content: License | Reference, claims: bytes, now: int) -> RegistryAnswer | None:
        if content.issuer != self._office.code:
            return None
        number = content.number(self._office.number_prefix)
        found = read_standing(self._database, number=number, version=content.version)
        noted = frozenset() if found is None else self._noted(found, number, content.version)
        return answer_of(found, content, claims, now, noted=noted)

    def _noted(self, found: Standing, number: str, version: int) -> frozenset[int]:
        """Which permits the license stands without; asked where one is cancelled alone."""
        if all(permit.state is not PermitState.CANCELLED for permit in found.permits):
            return frozenset()
        with self._database.reading() as connection:
            return noted_positions(connection, number, version)

    def details(self, reference: Reference) -> bytes | None:
        """Return the claims set behind a city code of ours, None for any other's."""
        if reference.issuer != self._office.code:
            return None
        return self.claims_by_digest(reference.digest)


def answer_of(
    found: Standing | None,
    content: License | Reference,
    claims: bytes,
    now: int,
    *,
    noted: AbstractSet[int] = frozenset(),
) -> RegistryAnswer:
    """What the registry answers to a verification, by what it has found (None: nothing)."""
    if found is None:
        return RegistryAnswer(known=False, agrees=False, values=(), as_of=now)
    agrees = (
        found.claims_digest == digest(claims)
        if isinstance(content, License)
        else found.claims_digest.startswith(content.digest)
    )
    return RegistryAnswer(
        known=True,
        agrees=agrees,
        values=status_values(found, today=date_of(day_at(now)), noted=noted),
        as_of=now,
    )


def status_values(
    found: Standing, *, today: date, noted: AbstractSet[int] = frozenset()
) -> tuple[int, ...]:
    """The status entries of a license as the registry stands: its own, then its permits'."""
    return (
        license_place(found.state),
        *[
            permit_place(*permit, today=today, noted=position in noted)
            for position, permit in enumerate(found.permits)
        ],
    )


def _claims_of(credential: bytes) -> bytes:
    return read_sign1(credential, max_bytes=len(credential)).unverified_payload
