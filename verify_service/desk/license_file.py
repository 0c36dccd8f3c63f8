"""All that the registry holds of one license, for its page."""

from dataclasses import dataclass

from sqlalchemy import Connection

from verify_service.registry.holders import get_holder, get_premises
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import get_license, latest_license_version
from verify_service.registry.notices import notices_of
from verify_service.registry.permits import get_permit
from verify_service.registry.recalls import recalls_of
from verify_service.registry.records import (
    Holder,
    License,
    LicenseStanding,
    LicenseVersion,
    Notice,
    Permit,
    Premises,
    RecallTask,
    ReissueTask,
)
from verify_service.registry.reissues import reissues_of
from verify_service.registry.states import license_states


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseFile:
    """A license, its versions each with its states, every permit that one of them gathers, and what
    was to be done about it."""

    license: License
    holder: Holder
    premises: Premises
    versions: tuple[tuple[LicenseVersion, tuple[LicenseStanding, ...]], ...]
    permits: tuple[Permit, ...]
    recalls: tuple[RecallTask, ...]
    reissues: tuple[ReissueTask, ...]
    notices: tuple[Notice, ...]

    @property
    def latest(self) -> LicenseVersion:
        return self.versions[-1][0]

    @property
    def standing(self) -> LicenseStanding:
        return self.versions[-1][1][-1]


def read_license_file(connection: Connection, number: str) -> LicenseFile:
    """Read it in one transaction; raises `NotRegisteredError`."""
    license = get_license(connection, number)
    versions = tuple(
        (
            get_license_version(connection, number, version),
            license_states(connection, number, version),
        )
        for version in range(1, latest_license_version(connection, number) + 1)
    )
    gathered = dict.fromkeys(
        included.permit for version, _ in versions for included in version.permits
    )
    return LicenseFile(
        license=license,
        holder=get_holder(connection, license.holder),
        premises=get_premises(connection, license.premises),
        versions=versions,
        permits=tuple(get_permit(connection, permit) for permit in gathered),
        recalls=recalls_of(connection, number),
        reissues=reissues_of(connection, number),
        notices=notices_of(connection, number),
    )
