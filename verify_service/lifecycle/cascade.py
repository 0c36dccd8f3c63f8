"""The cascade: in the transaction in which a permit changes, its licenses follow (R7, R8).

What follows is planned by `following`, which is pure; here it is read for and written.
"""

from sqlalchemy import Connection

from verify_service.lifecycle.following import Followed, Following, civil_day
from verify_service.lifecycle.policy import LicensePolicy
from verify_service.office import Office
from verify_service.registry.ledger import Written
from verify_service.registry.plan import Plan
from verify_service.registry.plan_writing import write_plan
from verify_service.registry.policies import remember_policy
from verify_service.registry.records import Permit
from verify_service.registry.sight import Sight


class Cascade:
    """Writes what follows permits' changes, within the transaction of the changes."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def follow(self, connection: Connection, permit: Permit, *, written: Written) -> Followed:
        """Let every license follow that gathers ``permit``, which is read after its change.

        Raises:
            NoPolicyError: no policy is in force; nothing may be written.
        """
        sight, plan = Sight(), Plan()
        sight.see_as_read(connection, (permit,))
        following = self.following(sight, plan, written=written)
        self._remember(connection, following.policy, written)
        followed = following.follow(permit)
        self.write(connection, plan, written=written)
        return followed

    def entered(self, connection: Connection, permit: Permit, *, written: Written) -> None:
        """Ask for the reissue of licenses on which a permit that was just entered is pending.

        Raises:
            NoPolicyError
        """
        sight, plan = Sight(), Plan()
        sight.see_pending(connection, [permit.premises])
        self.following(sight, plan, written=written).entered(permit)
        self.write(connection, plan, written=written)

    def following(self, sight: Sight, plan: Plan, *, written: Written) -> Following:
        """Return what plans under the policy of the day."""
        return Following(self._office, sight, plan, written)

    def write(self, connection: Connection, plan: Plan, *, written: Written) -> None:
        """Write a plan, and which policy decided in it."""
        if plan.is_by_policy:
            policy = self._office.policies.on(civil_day(written.at))
            self._remember(connection, policy, written)
        write_plan(connection, plan, written=written)

    def _remember(self, connection: Connection, policy: LicensePolicy, written: Written) -> None:
        remember_policy(connection, policy.id, digest=policy.digest, written=written)
