"""A key of each suite with a license and a city's lists under it, and its bare primitive beside it."""

import ctypes
from collections.abc import Callable
from ctypes import byref, c_size_t, c_void_p
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credential import libcrypto
from credential.envelope import sig_structure
from credential.opening import read_text
from credential.seal import seal
from credential.signer import PrivateKeySigner, VerificationKey
from credential.trusted import TrustedSet
from keys import sm2
from keys.files import FileSigner
from tests.bench.verify.world import HOST, LICENSE, SIGNER, trusted_set

Call = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """What is timed of a suite; the bare calls are one primitive each, its key loaded."""

    text: str
    trusted: TrustedSet
    key: VerificationKey
    signature: bytes
    signed: bytes
    signer: FileSigner
    bare_sign: Call
    bare_verify: Call


def contenders() -> dict[str, Contender]:
    """One of each suite, under its name."""
    ed = PrivateKeySigner.hold(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    return {
        signer.suite.name: _contender(signer, bare)
        for signer, bare in (
            (SIGNER, _bare_es256),
            (ed, _bare_ed25519),
            (sm2.generate(), _bare_sm2),
        )
    }


def _contender(
    signer: FileSigner, bare: Callable[[FileSigner, bytes, bytes], tuple[Call, Call]]
) -> Contender:
    text = seal(LICENSE, signer, host=HOST).text
    message = read_text(text).message
    signed = sig_structure(message.protected, b"", message.unverified_payload)
    bare_sign, bare_verify = bare(signer, message.signature, signed)
    return Contender(
        text=text,
        trusted=trusted_set(signer),
        key=signer.verification_key,
        signature=message.signature,
        signed=signed,
        signer=signer,
        bare_sign=bare_sign,
        bare_verify=bare_verify,
    )


def _bare_es256(signer: FileSigner, signature: bytes, signed: bytes) -> tuple[Call, Call]:
    assert isinstance(signer, PrivateKeySigner)
    private = signer.private
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    public, plain = private.public_key(), ec.ECDSA(hashes.SHA256())
    deterministic = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    der = encode_dss_signature(*(int.from_bytes(half) for half in (signature[:32], signature[32:])))
    return (
        lambda: private.sign(signed, deterministic),
        lambda: public.verify(der, signed, plain),
    )


def _bare_ed25519(signer: FileSigner, signature: bytes, signed: bytes) -> tuple[Call, Call]:
    assert isinstance(signer, PrivateKeySigner)
    private = signer.private
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    public = private.public_key()
    return lambda: private.sign(signed), lambda: public.verify(signature, signed)


def _bare_sm2(signer: FileSigner, signature: bytes, signed: bytes) -> tuple[Call, Call]:
    """EVP through ctypes and nothing else: context, digest, identity, the one call."""
    assert isinstance(signer, sm2.Sm2Signer)
    library, pointer = libcrypto.find_libcrypto(), signer._pointer
    functions, digest, identity = library.functions, library.digest, libcrypto.IDENTITY
    new, free = functions["EVP_MD_CTX_new"], functions["EVP_MD_CTX_free"]
    set_id = functions["EVP_PKEY_CTX_set1_id"]
    begin_sign, sign_once = functions["EVP_DigestSignInit"], functions["EVP_DigestSign"]
    begin_verify, verify_once = functions["EVP_DigestVerifyInit"], functions["EVP_DigestVerify"]
    der = encode_dss_signature(*(int.from_bytes(half) for half in (signature[:32], signature[32:])))
    room = ctypes.create_string_buffer(80)

    def sign() -> None:
        context, inner, size = new(), c_void_p(), c_size_t(80)
        begin_sign(context, byref(inner), digest, None, pointer)
        set_id(inner, identity, 16)
        done = sign_once(context, room, byref(size), signed, len(signed))
        free(context)
        assert done == 1

    def verify() -> None:
        context, inner = new(), c_void_p()
        begin_verify(context, byref(inner), digest, None, pointer)
        set_id(inner, identity, 16)
        good = verify_once(context, der, len(der), signed, len(signed))
        free(context)
        assert good == 1

    return sign, verify
