"""The past of a license, and of a symbol's text: nothing is written, and no alarm is raised."""

from dataclasses import replace
from datetime import datetime

from credential.claims import License, Position, Reference
from credential.days import SHANGHAI, seconds_of
from credential.question import RegistryAnswer
from credential.rules import Policy
from credential.verdict import Verdict
from credential.verify import verify
from verify_service.database import Database
from verify_service.office import Office
from verify_service.publishing.trusted_lists import TrustedLists
from verify_service.registry.as_of import LicenseThen, Viewpoint, license_then, read_license_then
from verify_service.registry.errors import NotIssuedYetError, NotRegisteredError
from verify_service.registry.filing import file_license
from verify_service.registry.schemas import PastLicense
from verify_service.registry.timeline import Entry, license_timeline
from verify_service.replay.errors import NoListsThenError
from verify_service.replay.instants import told
from verify_service.replay.reviewing import Review, review
from verify_service.replay.shown import Shown
from verify_service.verification.service import Verifier, answer_of


class Replay:
    """Tells what was true and what was known; safe to share among threads."""

    def __init__(
        self,
        database: Database,
        office: Office,
        lists: TrustedLists,
        policy: Policy,
        verifier: Verifier,
    ) -> None:
        self._database = database
        self._office = office
        self._lists = lists
        self._policy = policy
        self._verifier = verifier

    def license(
        self, number: str, *, seen_from: Viewpoint, version: int | None = None
    ) -> PastLicense:
        """Return what was on file under a number then (None: its latest version of then).

        Raises:
            NotRegisteredError, NotIssuedYetError: there was none.
        """
        found = read_license_then(
            self._database, number=number, seen_from=seen_from, version=version
        )
        return past_license(found, office=self._office, seen_from=seen_from)

    def timeline(self, number: str) -> tuple[Entry, ...]:
        """Return all that was recorded of a license; raises `NotRegisteredError`."""
        with self._database.reading() as connection:
            return license_timeline(connection, number)

    def judge(self, text: str, *, seen_from: Viewpoint, near: Position | None = None) -> Verdict:
        """Judge a symbol's text as of then, by the lists of then and the registry's chains.

        Raises:
            NoListsThenError: no trust list is on record from then.
        """
        at = seen_from.at
        trusted = self._lists.as_of(at)
        if trusted is None:
            raise NoListsThenError(at=told(at))

        def ask(content: License | Reference, claims: bytes) -> RegistryAnswer | None:
            if content.issuer != self._office.code:
                return None
            number = content.number(self._office.number_prefix)
            found = self._find(number, content.version, seen_from)
            if found is None:
                return answer_of(None, content, claims, seconds_of(at))
            return answer_of(
                found.as_standing(), content, claims, seconds_of(at), noted=found.noted
            )

        return verify(
            text,
            trusted=trusted,
            at=at,
            policy=self._policy,
            near=near,
            registry=ask,
            details=self._verifier.details,
        )

    def review(self, shown: Shown, *, now: datetime) -> Review:
        """Hold a verdict of the past against the books.

        Raises:
            ReplayError, NotRegisteredError: it cannot be held against anything.
        """
        with self._database.reading() as connection:
            reviewed = review(connection, shown, issuer=self._office.code, now=now)
        if shown.text is None:
            return reviewed
        seen_from = Viewpoint(at=shown.now, known=now)
        try:
            return replace(reviewed, judged=self.judge(shown.text, seen_from=seen_from))
        except NoListsThenError as error:
            return replace(reviewed, not_judged=error)

    def _find(self, number: str, version: int, seen_from: Viewpoint) -> LicenseThen | None:
        with self._database.reading() as connection:
            try:
                return license_then(connection, number, seen_from=seen_from, version=version)
            except (NotRegisteredError, NotIssuedYetError):
                return None


def past_license(found: LicenseThen, *, office: Office, seen_from: Viewpoint) -> PastLicense:
    """Lay out a license as everybody is shown it, with the two instants."""
    filed = file_license(found.on_file(), office=office, at=seen_from.at)
    return PastLicense(**dict(filed), at=filed.as_of, known=seen_from.known.astimezone(SHANGHAI))
