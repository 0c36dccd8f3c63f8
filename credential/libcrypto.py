"""The system's OpenSSL through ctypes, for what `cryptography` lacks: SM2 with SM3.

Imported when an SM2 key is first used, so that nobody else pays for it. The library is looked for
once in a process; what was found, or why nothing was, holds until its end.
"""

import ctypes
import sys
import threading
import weakref
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_ulong, c_void_p
from typing import Any, Final

from credential.errors import SuiteUnavailableError

# By the names that loaders know. On macOS never `libcrypto.dylib`: the system ends a process that
# loads its own, and Homebrew's lies outside the loader's path.
SONAMES: Final = {
    "darwin": (
        "libcrypto.3.dylib",
        "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib",
        "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib",
    ),
    "win32": ("libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-3.dll"),
}
OTHER_SONAMES: Final = ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.so")
OLDEST: Final = 0x30000000  # OpenSSL 3.0.0, as OPENSSL_VERSION_NUMBER(3) writes it

# GM/T 0009-2012 §10: the identity where none was agreed on. Always set: what OpenSSL takes where none
# is has changed from version to version.
IDENTITY: Final = b"1234567812345678"

# include/openssl/{crypto,err,evp,x509}.h of OpenSSL 3.0: result, then arguments. Pointers to structures
# are void pointers here; a buffer that is read is a char pointer, whose bytes may hold NUL.
_PROTOTYPES: Final[dict[str, tuple[Any, ...]]] = {
    "OpenSSL_version_num": (c_ulong,),
    "ERR_clear_error": (None,),
    "EVP_MD_fetch": (c_void_p, c_void_p, c_char_p, c_char_p),
    "EVP_MD_CTX_new": (c_void_p,),
    "EVP_MD_CTX_free": (None, c_void_p),
    "EVP_PKEY_CTX_set1_id": (c_int, c_void_p, c_char_p, c_int),
    "EVP_DigestVerifyInit": (c_int, c_void_p, POINTER(c_void_p), c_void_p, c_void_p, c_void_p),
    "EVP_DigestVerify": (c_int, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
    "EVP_PKEY_is_a": (c_int, c_void_p, c_char_p),
    "EVP_PKEY_free": (None, c_void_p),
    "d2i_PUBKEY": (c_void_p, c_void_p, POINTER(c_char_p), c_long),
}


def unavailable(cause: str) -> SuiteUnavailableError:
    """The refusal of whatever needs SM2 where it cannot be had."""
    return SuiteUnavailableError(f"SM2 cannot be used on this system: {cause}", "SM2", cause)


class Libcrypto:
    """An OpenSSL that has SM2 and SM3, its functions bound once."""

    __slots__ = ("_library", "digest", "functions", "name")

    def __init__(self, name: str) -> None:
        """Load the library of a name, and bind what verifying needs.

        Raises:
            OSError: there is none.
            SuiteUnavailableError: too old, built without SM2 or SM3, or another library of this name.
        """
        self.name = name
        self._library = ctypes.CDLL(name)
        self.functions: dict[str, Any] = {}
        self.bind({"OpenSSL_version_num": _PROTOTYPES["OpenSSL_version_num"]})
        version = self.functions["OpenSSL_version_num"]()
        if version < OLDEST:
            raise unavailable(f"{name} is older than OpenSSL 3 ({version:#x})")
        self.bind(_PROTOTYPES)
        self.digest = self.functions["EVP_MD_fetch"](None, b"SM3", None)  # kept until the end
        if not self.digest:
            raise self.failure(f"{name} was built without SM3")

    def bind(self, prototypes: dict[str, tuple[Any, ...]]) -> None:
        """Add functions, each with its whole prototype.

        Raises:
            SuiteUnavailableError: the library has no such function.
        """
        for name, (result, *arguments) in prototypes.items():
            try:
                function = getattr(self._library, name)
            except AttributeError:
                raise unavailable(f"{self.name} has no {name}") from None
            function.restype, function.argtypes = result, arguments
            self.functions[name] = function

    def failure(self, cause: str) -> SuiteUnavailableError:
        """An error to raise. OpenSSL's queue is emptied: Python's own TLS may share it."""
        self.functions["ERR_clear_error"]()
        return unavailable(cause)

    def own_key(self, pointer: int, owner: object) -> int:
        """Let a key be freed with the object that holds it."""
        freeing = weakref.finalize(owner, self.functions["EVP_PKEY_free"], pointer)
        freeing.atexit = False  # a thread may still be verifying while the program ends
        return pointer


class PublicKey:
    """An SM2 public key inside OpenSSL; any number of threads may verify with it."""

    __slots__ = (
        "__weakref__",
        "_clear",
        "_digest",
        "_free",
        "_init",
        "_new",
        "_pointer",
        "_set_id",
        "_verify",
    )

    def __init__(self, library: Libcrypto, spki: bytes) -> None:
        """Load a SubjectPublicKeyInfo in DER.

        Raises:
            SuiteUnavailableError: OpenSSL does not take it, or not for SM2.
        """
        functions = library.functions
        data = c_char_p(spki)  # moved by the call, so it lives in a variable
        pointer = functions["d2i_PUBKEY"](None, byref(data), len(spki))
        if not pointer:
            raise library.failure("OpenSSL does not load SM2 keys: built without it")
        self._pointer = library.own_key(pointer, self)
        if functions["EVP_PKEY_is_a"](pointer, b"SM2") != 1:
            raise library.failure("OpenSSL takes an SM2 key for another")
        self._digest = library.digest
        self._new, self._free = functions["EVP_MD_CTX_new"], functions["EVP_MD_CTX_free"]
        self._init, self._verify = functions["EVP_DigestVerifyInit"], functions["EVP_DigestVerify"]
        self._set_id, self._clear = functions["EVP_PKEY_CTX_set1_id"], functions["ERR_clear_error"]

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Tell whether a signature in DER is this key's of a message.

        Raises:
            SuiteUnavailableError: OpenSSL could not look.
        """
        context = self._new()
        if not context:
            raise MemoryError("EVP_MD_CTX_new")
        try:
            inner = c_void_p()  # freed with `context`
            if (
                self._init(context, byref(inner), self._digest, None, self._pointer) != 1
                or self._set_id(inner, IDENTITY, len(IDENTITY)) != 1
            ):
                self._clear()
                raise unavailable("OpenSSL does not begin to verify with SM2 and SM3")
            if self._verify(context, signature, len(signature), message, len(message)) == 1:
                return True
            self._clear()
            return False
        finally:
            self._free(context)


class _Found:
    """What the one search in a process has found."""

    lock: Final = threading.Lock()
    library: Libcrypto | None = None
    cause: str | None = None


def find_libcrypto() -> Libcrypto:
    """Give the system's OpenSSL, looked for and tried once.

    Raises:
        SuiteUnavailableError: there is none with SM2, or it gives wrong answers.
    """
    if _Found.library is None:
        with _Found.lock:
            if _Found.library is None and _Found.cause is None:
                try:
                    _Found.library = _open_first()
                except SuiteUnavailableError as error:
                    _Found.cause = error.cause
    if _Found.library is None:
        raise unavailable(_Found.cause or "")
    return _Found.library


def _open_first() -> Libcrypto:
    """The first library that loads and answers rightly; else the last one's shortcoming."""
    cause = "no OpenSSL 3 library (libcrypto) on this system"
    for name in _names():
        try:
            library = Libcrypto(name)
            _try_known_answers(library)
        except OSError:
            continue
        except SuiteUnavailableError as error:
            cause = error.cause
            continue
        return library
    raise unavailable(cause)


def _names() -> Iterator[str]:
    yield from SONAMES.get(sys.platform, OTHER_SONAMES)
    if sys.platform == "darwin":
        return
    # Last: on Linux it runs ldconfig or a compiler, and its import is as dear as ctypes' own.
    from ctypes.util import find_library  # noqa: PLC0415 - above

    if found := find_library("crypto"):
        yield found


# GB/T 32918.5-2017, Annex A: key, message and signature of its example on the recommended curve.
_KNOWN_KEY: Final = bytes.fromhex(
    "3059301306072a8648ce3d020106082a811ccf5501822d034200"
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
_KNOWN_MESSAGE: Final = b"message digest"
_KNOWN_SIGNATURE: Final = bytes.fromhex(
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


def _try_known_answers(library: Libcrypto) -> None:
    """Ask what is known: the example's signature holds, and neither half may change.

    Raises:
        SuiteUnavailableError: it has no SM2, or says otherwise.
    """
    key = PublicKey(library, _KNOWN_KEY)
    r_altered, s_altered = bytearray(_KNOWN_SIGNATURE), bytearray(_KNOWN_SIGNATURE)
    r_altered[36] ^= 1
    s_altered[-1] ^= 1
    if (
        not key.verify(_KNOWN_SIGNATURE, _KNOWN_MESSAGE)
        or key.verify(bytes(r_altered), _KNOWN_MESSAGE)
        or key.verify(bytes(s_altered), _KNOWN_MESSAGE)
        or key.verify(_KNOWN_SIGNATURE, _KNOWN_MESSAGE + b"\x00")
    ):
        raise unavailable("OpenSSL gives wrong answers to the known examples of SM2")
