"""The history of the schema: Alembic revisions inside the package, run by `migrate` alone.

There is no ``alembic.ini`` and no way down: an installed wheel upgrades its own registry, and a
backup is the way back. Revisions are numbered, so that older and newer can be told apart without
loading Alembic.
"""

from sqlalchemy import Connection

VERSION_TABLE = "alembic_version"
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
HEAD = REVISIONS[-1]


def migrate(connection: Connection) -> None:
    """Bring the schema to `HEAD` within the transaction of ``connection``."""
    # Imported when needed: opening a registry that is up to date does not pay for Alembic.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "verify_service:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
