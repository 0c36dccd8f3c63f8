"""Each test gets a bureau of its own, with a fresh registry."""

from tests.verify_service.opened import bureau, sqlite_bureau

__all__ = ["bureau", "sqlite_bureau"]
