"""A token of each test's own."""

from tests.softhsm import token

__all__ = ["token"]
