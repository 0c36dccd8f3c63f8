"""SM2 private keys: made, kept in files that OpenSSL reads, and signing what others verify."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.errors import SignatureError
from credential.signer import SM2, VerificationKey
from keys.errors import Fault, KeyFileError
from keys.files import create_key, load_private, load_publics, public_pem, write_public
from keys.sm2 import Sm2KeyError, generate, open_private
from tests.lacking import without_sm2
from tests.sm2_reference import RECOMMENDED, ReferenceSigner, digest_of, verify_digest

ROOT: Final = Path(__file__).parents[2]
OPENSSL: Final = ROOT / "tests" / "vectors" / "external" / "openssl" / "evppkey-sm2.json"
# `openssl genpkey -algorithm SM2 -aes256 -pass pass:correct`, OpenSSL 3.0.19.
LOCKED_BY_OPENSSL: Final = """\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjSb0JUq2nFOwICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJdTZkNTAvINAADqS1rvRKoEgZCE
olaoQ77o06m6Ll4BZm/d18rQKoQhjHBR8RV0Ip2s282LqzxgiAllaihxgTcyNcYE
udyMF9ORx1394KwwfpssaZhMEJ95oBzX+Dhix4WK+FPvUEOcxXvFdlN44qjFKVUy
7gds3zk0Albeo/w/0b6qZAONLojHmZmZf6tES+S4LZ62IeML6xjQ/nKWEjqLiiQ=
-----END ENCRYPTED PRIVATE KEY-----
"""
LOCKED_POINT: Final = (
    "0464e91a70c80412d24e2c59b757e58bb94b6f144a486ef6db4464ba3b8466fcd7"
    "5ff55570e36239d6f55c03e94dd6e2c9a5691a65ed6707167bc1b7d077f14ef5"
)


def fault_of(call: Callable[..., object], *arguments: object, **named: object) -> Fault:
    with pytest.raises(KeyFileError) as caught:
        call(*arguments, **named)
    return caught.value.fault


def secret(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)
    return path


def pkcs8(private: int, point: tuple[int, int] | None) -> bytes:
    """A key in DER whose two halves need not belong together."""
    body = b"\x02\x01\x01\x04\x20" + private.to_bytes(32, "big")
    if point is not None:
        public = b"\x00\x04" + b"".join(half.to_bytes(32, "big") for half in point)
        body += b"\xa1\x44\x03\x42" + public
    inner = b"\x30%c%b" % (len(body), body)
    head = bytes.fromhex("020100301306072a8648ce3d020106082a811ccf5501822d")
    whole = head + b"\x04%c%b" % (len(inner), inner)
    head = b"\x30\x81%c" if len(whole) > 127 else b"\x30%c"
    return head % len(whole) + whole


# ---- signing ------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.binary(max_size=300))
def test_each_verifies_what_the_other_has_signed(message: bytes) -> None:
    signer = ReferenceSigner.hold(RECOMMENDED.n // 3)
    opened = open_private(pkcs8(signer.private, signer.point), None)
    assert opened.public == signer.public
    assert opened.key_id == signer.key_id
    assert signer.verifies(opened.sign(message), message)
    opened.verification_key.verify(signer.sign(message), message)
    with pytest.raises(SignatureError):
        opened.verification_key.verify(opened.sign(message), message + b"\x00")


@settings(max_examples=25)
@given(st.integers(1, RECOMMENDED.n - 2))
def test_every_private_key_opens_and_has_its_public_half(private: int) -> None:
    signer = ReferenceSigner.hold(private)
    assert open_private(pkcs8(private, None), None).public == signer.public


def test_each_signature_is_another_and_all_verify() -> None:
    signer = generate()
    signatures = {signer.sign(b"message") for _ in range(20)}
    assert len(signatures) == 20
    for signature in signatures:
        assert len(signature) == SM2.signature_bytes
        signer.verification_key.verify(signature, b"message")


def test_the_identity_is_the_default_one_of_gmt_0009() -> None:
    signer = generate()
    x, y = (int.from_bytes(half, "big") for half in (signer.public[1:33], signer.public[33:]))
    signature = signer.sign(b"message")
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    assert verify_digest(digest_of(b"message", (x, y), identity=b"1234567812345678"), r, s, (x, y))


def test_many_threads_sign_with_one_key() -> None:
    signer = generate()
    messages = [str(number).encode() for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        signatures = list(threads.map(signer.sign, messages))
    for signature, message in zip(signatures, messages, strict=True):
        signer.verification_key.verify(signature, message)


# ---- opening ------------------------------------------------------------------------------------


def test_openssls_own_keys_open(tmp_path: Path) -> None:
    example = json.loads(OPENSSL.read_text("utf-8"))
    plain = load_private(secret(tmp_path / "plain.pem", example["private_key"]))
    assert plain.suite is SM2
    locked = secret(tmp_path / "locked.pem", LOCKED_BY_OPENSSL)
    assert load_private(locked, passphrase=b"correct").public.hex() == LOCKED_POINT


def test_a_passphrase_may_hold_any_byte_and_is_wanted_whole(tmp_path: Path) -> None:
    path, passphrase = tmp_path / "key.pem", "正确\0horse".encode()
    made = create_key(path, suite="SM2", passphrase=passphrase)
    assert load_private(path, passphrase=passphrase).public == made.public
    for other in (passphrase[:6], passphrase + b" ", b"", None):
        assert fault_of(load_private, path, passphrase=other) is Fault.PASSPHRASE


@pytest.mark.parametrize("passphrase", [b"", b"x" * 1024])
def test_a_passphrase_of_no_use_is_refused(passphrase: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    assert fault_of(create_key, path, suite="SM2", passphrase=passphrase) is Fault.PASSPHRASE
    assert not path.exists()


@pytest.mark.parametrize("private", [12345, RECOMMENDED.n - 1])
def test_halves_that_do_not_belong_together_are_no_key(private: int) -> None:
    other = ReferenceSigner.hold(54321)
    with pytest.raises(Sm2KeyError) as caught:
        open_private(pkcs8(private, other.point), None)
    assert caught.value.fault is Fault.NOT_A_KEY


@pytest.mark.parametrize(
    "private", [0, RECOMMENDED.n - 1, RECOMMENDED.n, RECOMMENDED.n + 5, 2**256 - 1]
)
def test_a_private_key_out_of_range_is_none_and_nothing_is_signed_with_it(private: int) -> None:
    # OpenSSL 3.0 looks without end for a signature by n - 1.
    with pytest.raises(Sm2KeyError):
        open_private(pkcs8(private, None), None)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30\x00", b"\x00" * 200, os.urandom(80)],
    ids=["empty", "sequence", "zeros", "random"],
)
@pytest.mark.parametrize("passphrase", [None, b"passphrase"])
def test_what_is_no_key_is_refused(data: bytes, passphrase: bytes | None) -> None:
    with pytest.raises(Sm2KeyError):
        open_private(data, passphrase)


def test_a_key_of_another_curve_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    create_key(path, suite="ES256")
    body = b"".join(path.read_bytes().splitlines()[1:-1])
    with pytest.raises(Sm2KeyError) as caught:
        open_private(base64.b64decode(body), None)
    assert caught.value.fault is Fault.UNKNOWN_SUITE


def test_a_public_half_is_written_and_read(tmp_path: Path) -> None:
    key = create_key(tmp_path / "key.pem", suite="SM2").verification_key
    write_public(tmp_path / "key.pub.pem", key)
    (read,) = load_publics(tmp_path / "key.pub.pem")
    assert read == key
    assert isinstance(read, VerificationKey)


def test_a_point_off_the_curve_is_no_public_key(tmp_path: Path) -> None:
    pem = public_pem(create_key(tmp_path / "key.pem", suite="SM2").verification_key)
    der = bytearray(base64.b64decode(b"".join(pem.splitlines()[1:-1])))
    der[-1] ^= 1
    body = base64.b64encode(bytes(der))
    path = tmp_path / "off.pem"
    path.write_bytes(b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n")
    assert fault_of(load_publics, path) is Fault.NOT_A_KEY


# ---- a system without it ------------------------------------------------------------------------


def test_without_sm2_a_key_is_neither_made_nor_opened_and_the_words_say_why(
    tmp_path: Path,
) -> None:
    path = tmp_path / "key.pem"
    create_key(path, suite="SM2")
    with without_sm2():
        other = tmp_path / "other.pem"
        assert fault_of(create_key, other, suite="SM2") is Fault.SUITE_UNAVAILABLE
        assert not other.exists()
        with pytest.raises(KeyFileError) as caught:
            load_private(path)
    assert caught.value.fault is Fault.SUITE_UNAVAILABLE
    assert "OpenSSL 3" in caught.value.message()["zh"]
    assert str(path) in caught.value.message()["en"]


def test_without_sm2_a_public_half_is_read_all_the_same(tmp_path: Path) -> None:
    key = create_key(tmp_path / "key.pem", suite="SM2").verification_key
    write_public(tmp_path / "key.pub.pem", key)
    with without_sm2():
        assert load_publics(tmp_path / "key.pub.pem") == (key,)


WITHOUT: Final = """
import runpy, sys
from tests.lacking import without_sm2
sys.argv = ["keys", *sys.argv[1:]]
with without_sm2():
    runpy.run_module("keys", run_name="__main__")
"""


@pytest.mark.parametrize(
    "command", [("create", "new.pem", "--suite", "SM2"), ("public", "file:key.pem")]
)
def test_the_program_ends_with_an_error_in_both_languages(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    create_key(tmp_path / "key.pem", suite="SM2")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *command],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "本机没有含国密 SM2 算法的 OpenSSL 3" in done.stderr
    assert "this system has no OpenSSL 3 with SM2" in done.stderr
    assert "Traceback" not in done.stderr


# ---- memory -------------------------------------------------------------------------------------

# OpenSSL is handed an allocator that counts, before it has allocated anything: hashlib would be first.
COUNTED: Final = """
import ctypes, gc, os, sys
from ctypes import CFUNCTYPE, c_char_p, c_int, c_size_t, c_void_p
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = c_void_p, [c_size_t]
libc.realloc.restype, libc.realloc.argtypes = c_void_p, [c_void_p, c_size_t]
libc.free.restype, libc.free.argtypes = None, [c_void_p]
held = 0

def malloc(size, file, line):
    global held
    held += 1
    return libc.malloc(size or 1)

def realloc(old, size, file, line):
    global held
    if not old:
        held += 1
    return libc.realloc(old, size or 1)

def free(old, file, line):
    global held
    if old:
        held -= 1
        libc.free(old)

kinds = (
    CFUNCTYPE(c_void_p, c_size_t, c_char_p, c_int)(malloc),
    CFUNCTYPE(c_void_p, c_void_p, c_size_t, c_char_p, c_int)(realloc),
    CFUNCTYPE(None, c_void_p, c_char_p, c_int)(free),
)
for name in ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.so"):
    try:
        library = ctypes.CDLL(name)
        break
    except OSError:
        continue
assert library.CRYPTO_set_mem_functions(*kinds) == 1, "OpenSSL has allocated already"

sys.path.insert(0, sys.argv[1])
from pathlib import Path
from credential import libcrypto
from credential.errors import SignatureError
from credential.signer import SM2, VerificationKey
from keys.sm2 import Sm2KeyError, generate, open_private
from tests.keys.test_sm2_keys import pkcs8

libcrypto._open_first()
locked = generate().private_der(b"passphrase")
import keys.sm2
keys.sm2._ITERATIONS = 1000

def everything():
    signer = generate()
    signature = signer.sign(b"message")
    key = VerificationKey.load(SM2, signer.public)
    key.verify(signature, b"message")
    for other in (signature[:-1] + bytes([signature[-1] ^ 1]), signature[32:] + signature[:32]):
        try:
            key.verify(other, b"message")
        except SignatureError:
            pass
    loaded = libcrypto.PublicKey(libcrypto.find_libcrypto(), libcrypto._KNOWN_KEY)
    loaded.verify(b"no DER", b"")
    try:
        libcrypto.PublicKey(libcrypto.find_libcrypto(), b"no DER")
    except Exception:
        pass
    plain = signer.private_der(None)
    open_private(plain, None)
    open_private(signer.private_der(b"passphrase"), b"passphrase")
    for data, passphrase in (
        (plain[:-1], None), (plain, b"needless"), (locked[:-1], b"passphrase"), (b"", None),
        (pkcs8(5, (1, 1)), None), (pkcs8(0, None), None), (signer.private_der(b"a"), b"b"),
    ):
        try:
            open_private(data, passphrase)
        except Sm2KeyError:
            pass
        else:
            raise AssertionError((data, passphrase))

counts = []
for _ in range(8):
    everything()
    gc.collect()
    counts.append(held)
print(counts, flush=True)
os._exit(0)  # OpenSSL tidies up at the very end, when no Python is left to be called
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the library's name, and who has loaded it")
def test_openssl_is_given_back_all_memory_on_good_and_bad_paths() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts[0] > 100  # it is this OpenSSL that was counted
    assert len(set(counts[-4:])) == 1, counts
