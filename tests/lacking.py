"""A system without SM2: the loader refuses every libcrypto, as where none is installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from credential import libcrypto
from credential.trust import load_key

_HOOKED = Lock()  # taken once: a hook cannot be taken away
_refusing = False


@contextmanager
def without_sm2() -> Iterator[None]:
    """Let nothing in this process find OpenSSL until the end of the block, and look again after it.

    Keys that have verified before go on: load them inside.
    """
    global _refusing
    if _HOOKED.acquire(blocking=False):
        sys.addaudithook(_refuse)
    _refusing = True
    _forget()
    try:
        yield
    finally:
        _refusing = False
        _forget()


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if _refusing and event == "ctypes.dlopen" and "crypto" in str(arguments[0]):
        raise OSError(f"{arguments[0]}: cannot open shared object file")


def _forget() -> None:
    load_key.cache_clear()
    with libcrypto._Found.lock:
        libcrypto._Found.library = libcrypto._Found.cause = None
