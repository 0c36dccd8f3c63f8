"""SM2 private keys (GB/T 32918-2016): made, opened from PKCS #8 and used inside the system's OpenSSL.

`cryptography` has no SM2, so OpenSSL is called through `credential.libcrypto`. Signatures are
randomized: OpenSSL draws a nonce for each.
"""

import ctypes
import secrets
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_void_p
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from credential.errors import SignatureError, TrustListError
from credential.libcrypto import IDENTITY, Libcrypto, find_libcrypto
from credential.signer import SM2, Suite, VerificationKey, key_id
from keys.errors import Fault

_SIGNATURE_ROOM: Final = 80  # bytes; in DER at most 72
_SALT_BYTES: Final = 16
_ITERATIONS: Final = 600_000  # of PBKDF2 with HMAC-SHA-256: OWASP's least, 2023
_PBES2_PRF: Final = -1  # "whichever is the default": hmacWithSHA256 since OpenSSL 1.1.0

# include/openssl/{evp,x509,asn1}.h of OpenSSL 3.0: result, then arguments.
_OUT: Final = POINTER(c_void_p)
_PROTOTYPES: Final[dict[str, tuple[Any, ...]]] = {
    "CRYPTO_free": (None, c_void_p, c_char_p, c_int),
    "EVP_CIPHER_fetch": (c_void_p, c_void_p, c_char_p, c_char_p),
    "EVP_CIPHER_free": (None, c_void_p),
    "EVP_DigestSignInit": (c_int, c_void_p, _OUT, c_void_p, c_void_p, c_void_p),
    "EVP_DigestSign": (c_int, c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, c_void_p, c_char_p, c_char_p),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, c_void_p, c_void_p, c_char_p),
    "EVP_PKEY_CTX_free": (None, c_void_p),
    "EVP_PKEY_check": (c_int, c_void_p),
    "EVP_PKEY_keygen_init": (c_int, c_void_p),
    "EVP_PKEY_generate": (c_int, c_void_p, _OUT),
    "EVP_PKEY_get_octet_string_param": (
        *(c_int, c_void_p, c_char_p),
        *(c_char_p, c_size_t, POINTER(c_size_t)),
    ),
    "EVP_PKEY2PKCS8": (c_void_p, c_void_p),
    "EVP_PKCS82PKEY": (c_void_p, c_void_p),
    "PKCS8_PRIV_KEY_INFO_free": (None, c_void_p),
    "d2i_PKCS8_PRIV_KEY_INFO": (c_void_p, c_void_p, POINTER(c_char_p), c_long),
    "i2d_PKCS8_PRIV_KEY_INFO": (c_int, c_void_p, _OUT),
    "PKCS8_encrypt": (
        *(c_void_p, c_int, c_void_p, c_char_p, c_int),
        *(c_char_p, c_int, c_int, c_void_p),
    ),
    "PKCS8_decrypt": (c_void_p, c_void_p, c_char_p, c_int),
    "X509_SIG_free": (None, c_void_p),
    "d2i_X509_SIG": (c_void_p, c_void_p, POINTER(c_char_p), c_long),
    "i2d_X509_SIG": (c_int, c_void_p, _OUT),
}


class Sm2KeyError(ValueError):
    """The bytes hold no SM2 key that can be used; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Sm2Signer:
    """Signs with an SM2 key held inside OpenSSL; any number of threads may."""

    __slots__ = ("__weakref__", "_functions", "_library", "_pointer", "key_id", "public")

    suite: Suite = SM2

    def __init__(self, library: Libcrypto, pointer: int) -> None:
        """Own an EVP_PKEY, and see that its two halves belong together.

        Raises:
            Sm2KeyError: it is of another kind, or they do not.
        """
        self._library, self._functions = library, library.functions
        self._pointer = library.own_key(pointer, self)
        if self._functions["EVP_PKEY_is_a"](pointer, b"SM2") != 1:
            raise Sm2KeyError(Fault.UNKNOWN_SUITE)
        self._check_pair()
        self.public = self._read_public()
        self.key_id = key_id(SM2, self.public)
        try:
            self.verification_key.verify(self.sign(b"pairwise"), b"pairwise")
        except (SignatureError, TrustListError):
            raise Sm2KeyError(Fault.NOT_A_KEY) from None

    @property
    def verification_key(self) -> VerificationKey:
        return VerificationKey.load(SM2, self.public)

    def sign(self, message: bytes) -> bytes:
        """Return r‖s.

        Raises:
            SuiteUnavailableError: OpenSSL fails, for want of randomness or memory.
        """
        functions = self._functions
        context = functions["EVP_MD_CTX_new"]()
        if not context:
            raise MemoryError("EVP_MD_CTX_new")
        try:
            inner, size = c_void_p(), c_size_t(_SIGNATURE_ROOM)
            room = ctypes.create_string_buffer(_SIGNATURE_ROOM)
            begin, identify = functions["EVP_DigestSignInit"], functions["EVP_PKEY_CTX_set1_id"]
            sign, digest = functions["EVP_DigestSign"], self._library.digest
            if (
                begin(context, byref(inner), digest, None, self._pointer) != 1
                or identify(inner, IDENTITY, len(IDENTITY)) != 1
                or sign(context, room, byref(size), message, len(message)) != 1
            ):
                raise self._library.failure("OpenSSL does not sign")
        finally:
            functions["EVP_MD_CTX_free"](context)
        r, s = decode_dss_signature(room.raw[: size.value])
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def private_der(self, passphrase: bytes | None) -> bytes:
        """The key as PKCS #8 (RFC 5958) in DER; with a passphrase, encrypted by PBES2 (RFC 8018)."""
        functions = self._functions
        info = functions["EVP_PKEY2PKCS8"](self._pointer)
        if not info:
            raise self._library.failure("OpenSSL does not write SM2 keys")
        try:
            if passphrase is None:
                return self._written("i2d_PKCS8_PRIV_KEY_INFO", info)
            sealed = self._encrypted(info, passphrase)
            try:
                return self._written("i2d_X509_SIG", sealed)
            finally:
                functions["X509_SIG_free"](sealed)
        finally:
            functions["PKCS8_PRIV_KEY_INFO_free"](info)

    def _check_pair(self) -> None:
        """Look at range and halves before anything is signed: with n − 1 OpenSSL never ends."""
        functions = self._functions
        context = functions["EVP_PKEY_CTX_new_from_pkey"](None, self._pointer, None)
        try:
            if not context or functions["EVP_PKEY_check"](context) != 1:
                functions["ERR_clear_error"]()
                raise Sm2KeyError(Fault.NOT_A_KEY)
        finally:
            functions["EVP_PKEY_CTX_free"](context)

    def _encrypted(self, info: int, passphrase: bytes) -> int:
        functions, salt = self._functions, secrets.token_bytes(_SALT_BYTES)
        cipher = functions["EVP_CIPHER_fetch"](None, b"AES-256-CBC", None)
        if not cipher:
            raise self._library.failure("OpenSSL has no AES-256-CBC")
        try:
            sealed: int | None = functions["PKCS8_encrypt"](
                *(_PBES2_PRF, cipher, passphrase, len(passphrase)),
                *(salt, len(salt), _ITERATIONS, info),
            )
        finally:
            functions["EVP_CIPHER_free"](cipher)
        if not sealed:
            raise self._library.failure("OpenSSL does not encrypt keys")
        return sealed

    def _written(self, writer: str, structure: int) -> bytes:
        data = c_void_p()
        size = self._functions[writer](structure, byref(data))
        if size <= 0 or data.value is None:
            raise self._library.failure("OpenSSL does not write SM2 keys")
        try:
            return ctypes.string_at(data.value, size)
        finally:
            ctypes.memset(data.value, 0, size)  # a private key
            self._functions["CRYPTO_free"](data, None, 0)

    def _read_public(self) -> bytes:
        room, size = ctypes.create_string_buffer(SM2.public_bytes), c_size_t()
        read = self._functions["EVP_PKEY_get_octet_string_param"]
        if read(self._pointer, b"pub", room, len(room), byref(size)) != 1:
            raise self._library.failure("OpenSSL does not give a key's public half")
        if size.value != SM2.public_bytes:
            raise Sm2KeyError(Fault.NOT_A_KEY)
        return room.raw


def generate() -> Sm2Signer:
    """Make a key.

    Raises:
        SuiteUnavailableError: this system has no OpenSSL with SM2.
    """
    library = _signing_library()
    functions, pointer = library.functions, c_void_p()
    context = functions["EVP_PKEY_CTX_new_from_name"](None, b"SM2", None)
    try:
        if (
            not context
            or functions["EVP_PKEY_keygen_init"](context) != 1
            or functions["EVP_PKEY_generate"](context, byref(pointer)) != 1
            or pointer.value is None
        ):
            raise library.failure("OpenSSL does not make SM2 keys")
    finally:
        functions["EVP_PKEY_CTX_free"](context)
    return Sm2Signer(library, pointer.value)


def open_private(data: bytes, passphrase: bytes | None) -> Sm2Signer:
    """Open a key in DER: PKCS #8, or encrypted PKCS #8 where there is a passphrase.

    Raises:
        Sm2KeyError: another passphrase, another kind of key, or no key.
        SuiteUnavailableError: this system has no OpenSSL with SM2.
    """
    library = _signing_library()
    functions = library.functions
    info = _read(library, data) if passphrase is None else _decrypt(library, data, passphrase)
    try:
        pointer = functions["EVP_PKCS82PKEY"](info)
    finally:
        functions["PKCS8_PRIV_KEY_INFO_free"](info)
    if not pointer:
        functions["ERR_clear_error"]()
        raise Sm2KeyError(Fault.NOT_A_KEY)
    return Sm2Signer(library, pointer)


def _signing_library() -> Libcrypto:
    library = find_libcrypto()
    library.bind(_PROTOTYPES)
    return library


def _read(library: Libcrypto, data: bytes) -> int:
    start = c_char_p(data)
    info: int | None = library.functions["d2i_PKCS8_PRIV_KEY_INFO"](None, byref(start), len(data))
    if not info:
        library.functions["ERR_clear_error"]()
        raise Sm2KeyError(Fault.NOT_A_KEY)
    return info


def _decrypt(library: Libcrypto, data: bytes, passphrase: bytes) -> int:
    functions, start = library.functions, c_char_p(data)
    sealed = functions["d2i_X509_SIG"](None, byref(start), len(data))
    if not sealed:
        functions["ERR_clear_error"]()
        raise Sm2KeyError(Fault.NOT_A_KEY)
    try:
        info: int | None = functions["PKCS8_decrypt"](sealed, passphrase, len(passphrase))
    finally:
        functions["X509_SIG_free"](sealed)
    if not info:
        functions["ERR_clear_error"]()
        raise Sm2KeyError(Fault.PASSPHRASE)
    return info
