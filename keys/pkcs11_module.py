"""The vendor's PKCS#11 module: loaded once a process, begun again when its token was away.

A module is one for a whole process: C_Initialize and C_Finalize end the sessions of everybody in
it. So each beginning has a number, and who holds a session of an earlier one opens another. All
calls are made under one lock, since a module need not be safe for threads (PKCS#11 v2.40 §5.4).
"""

import ctypes
import os
import sysconfig
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pkcs11
from pkcs11.exceptions import PKCS11Error

from keys.errors import Fault, KeyFileError
from keys.pkcs11_uri import TokenUri

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as Library  # noqa: N812 - the binding's own spelling

PATH_VARIABLE: Final = "PKCS11_MODULE_PATH"
"""Names the module where a URI does not; OpenSSL's provider for PKCS#11 reads it, too."""


class Module:
    """A loaded module. ``lock`` is to be held around every call into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.beginning = 0  # the number of the last C_Initialize; 0: none yet
        self._library: Library | None = None
        self._ours = True  # begun in this process, and not before it was forked

    def begin(self, *, after: int) -> "Library":
        """Give the module, begun later than the beginning of that number.

        Raises:
            PKCS11Error: it cannot be begun now, because its device is away.
        """
        if (
            self._library is not None
            and self._library.initialized
            and self._ours
            and self.beginning > after
        ):
            return self._library
        if self._library is None:
            self._library = pkcs11.lib(str(self.path))
        else:
            self._end()
            self._library.initialize()
        self.beginning += 1
        self._ours = True
        return self._library

    def forget(self) -> None:
        """In a child process: sessions and locks are its parent's, and it begins by itself.

        Not before it signs: of most children nobody wants a signature, and a module that has not
        noticed the fork might end its parent's connection.
        """
        self.lock = threading.RLock()
        self.beginning += 1
        self._ours = False

    def _end(self) -> None:
        assert self._library is not None
        if self._library.initialized:
            try:
                self._library.finalize()
            except PKCS11Error:  # its device is lost, or it has noticed a fork: begun anew anyway
                return


_MODULES: Final[dict[Path, Module]] = {}
_MODULES_LOCK: Final = threading.Lock()


def module_of(uri: TokenUri) -> Module:
    """Find and load the module that a URI or the environment names.

    Raises:
        KeyFileError: none is named, it cannot be loaded, or it is no PKCS#11 module.
    """
    path = _path_of(uri)
    with _MODULES_LOCK:
        if path not in _MODULES:
            try:  # the binding would tell a broken file and an absent device alike
                loaded = ctypes.CDLL(str(path))
            except OSError as error:
                raise KeyFileError(uri.text, Fault.NO_MODULE, str(error)) from None
            if not hasattr(loaded, "C_GetFunctionList"):
                detail = f"{path}: C_GetFunctionList"
                raise KeyFileError(uri.text, Fault.NO_MODULE, detail)
            _MODULES[path] = Module(path)
        return _MODULES[path]


def _path_of(uri: TokenUri) -> Path:
    if uri.module_path is not None:
        path = uri.module_path
    elif uri.module_name is not None:
        path = _named(uri, uri.module_name)
    elif found := os.environ.get(PATH_VARIABLE):
        path = Path(found)
    else:
        raise KeyFileError(uri.text, Fault.NO_MODULE)
    if not path.is_file():  # what is no path would be looked for in the system's folders
        raise KeyFileError(uri.text, Fault.NO_MODULE, str(path))
    return path.resolve()


def _named(uri: TokenUri, name: str) -> Path:
    """Find a module by its name without ``lib`` and ``.so``: softhsm2 in softhsm/ or pkcs11/."""
    for folder in _folders():
        for file in (f"lib{name}.so", f"{name}.so", name):
            for place in (folder / "pkcs11" / file, folder / name.rstrip("0123456789") / file):
                if place.is_file():
                    return place
            if (folder / file).is_file():
                return folder / file
    raise KeyFileError(uri.text, Fault.NO_MODULE, name)


def _folders() -> tuple[Path, ...]:
    architecture = sysconfig.get_config_var("MULTIARCH")
    own = (Path("/usr/lib", architecture),) if architecture else ()
    return (Path("/usr/local/lib"), *own, Path("/usr/lib64"), Path("/usr/lib"))


def _forget_all() -> None:
    for module in _MODULES.values():
        module.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
