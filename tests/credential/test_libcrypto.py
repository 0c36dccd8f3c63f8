"""Finding OpenSSL: which library will do, what it is asked first, and what is said where none is."""

import ctypes
import ctypes.util
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from credential import libcrypto
from credential.code_list import open_code_list, seal_code_list
from credential.errors import RootError, SignatureError, SuiteUnavailableError
from credential.roots import open_root
from credential.signer import SM2, VerificationKey
from credential.sm2 import ORDER
from credential.status import open_status_list
from credential.trusted import TrustedSet
from tests.lacking import without_sm2
from tests.vectors.district import (
    CATALOG,
    CHAOYANG,
    CHAOYANG_KEY,
    CHAOYANG_SM2_KEY,
    ROOT,
    ROOT_HOLDERS,
    key,
    make_root,
    seal_root,
    sm2_key,
    status_list,
    with_keys,
)

SIGNATURE = CHAOYANG_SM2_KEY.sign(b"message")


@pytest.fixture
def unsearched(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As if this process had not looked yet; afterwards it has what it had."""
    with monkeypatch.context() as patch:
        patch.setattr(libcrypto._Found, "library", None)
        patch.setattr(libcrypto._Found, "cause", None)
        yield patch


def new_key() -> VerificationKey:
    return VerificationKey.load(SM2, CHAOYANG_SM2_KEY.public)


def refusal() -> SuiteUnavailableError:
    with pytest.raises(SuiteUnavailableError) as caught:
        new_key().verify(SIGNATURE, b"message")
    assert caught.value.suite == "SM2"
    assert caught.value.cause in str(caught.value)
    return caught.value


# ---- which library ------------------------------------------------------------------------------


def test_it_is_looked_for_once_even_by_many_threads(
    unsearched: pytest.MonkeyPatch,
) -> None:
    opened = []
    load = ctypes.CDLL

    def counting(name: str) -> ctypes.CDLL:
        opened.append(name)
        return load(name)

    unsearched.setattr(ctypes, "CDLL", counting)
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: libcrypto.find_libcrypto(), range(32)))
    assert len(found) == 1
    assert len(opened) == len(set(opened))
    new_key().verify(SIGNATURE, b"message")


def test_it_is_found_by_the_systems_own_search_where_no_known_name_loads(
    unsearched: pytest.MonkeyPatch,
) -> None:
    unsearched.setattr(libcrypto, "OTHER_SONAMES", ("libcrypto-of-no-system.so",))
    unsearched.setattr(libcrypto, "SONAMES", {})
    new_key().verify(SIGNATURE, b"message")


def test_an_openssl_older_than_the_oldest_is_refused(unsearched: pytest.MonkeyPatch) -> None:
    unsearched.setattr(libcrypto, "OLDEST", 0x70000000)
    assert "older than OpenSSL 3" in refusal().cause


def test_another_library_of_that_name_is_refused(unsearched: pytest.MonkeyPatch) -> None:
    unsearched.setattr(libcrypto, "_names", lambda: iter([ctypes.util.find_library("c")]))
    assert "OpenSSL_version_num" in refusal().cause


def test_a_library_without_a_function_is_refused(unsearched: pytest.MonkeyPatch) -> None:
    lacking = {**libcrypto._PROTOTYPES, "EVP_of_no_openssl": (None,)}
    unsearched.setattr(libcrypto, "_PROTOTYPES", lacking)
    assert "EVP_of_no_openssl" in refusal().cause


def test_one_that_will_not_do_is_passed_over(unsearched: pytest.MonkeyPatch) -> None:
    names = [ctypes.util.find_library("c"), "libcrypto-of-no-system.so", *libcrypto._names()]
    unsearched.setattr(libcrypto, "_names", lambda: iter(names))
    new_key().verify(SIGNATURE, b"message")


@pytest.mark.parametrize("platform", ["darwin", "win32", "linux", "freebsd14"])
def test_each_system_has_its_names_and_macos_never_its_own_library(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: "/usr/lib/libcrypto.dylib")
    names = list(libcrypto._names())
    assert len(names) >= 3
    assert ("/usr/lib/libcrypto.dylib" in names) == (platform != "darwin")


# ---- known answers ------------------------------------------------------------------------------


def altered(data: bytes) -> bytes:
    return data[:-1] + bytes((data[-1] ^ 1,))


def test_a_library_that_refuses_the_known_signature_is_refused(
    unsearched: pytest.MonkeyPatch,
) -> None:
    unsearched.setattr(libcrypto, "_KNOWN_SIGNATURE", altered(libcrypto._KNOWN_SIGNATURE))
    assert "known examples" in refusal().cause


def test_a_library_that_takes_everything_is_refused(unsearched: pytest.MonkeyPatch) -> None:
    unsearched.setattr(libcrypto.PublicKey, "verify", lambda *_: True)
    assert "known examples" in refusal().cause


@pytest.mark.parametrize("taken", ["r altered", "s altered", "another message"])
def test_a_library_that_takes_one_thing_too_many_is_refused(
    taken: str, unsearched: pytest.MonkeyPatch
) -> None:
    genuine = libcrypto.PublicKey.verify
    known, message = libcrypto._KNOWN_SIGNATURE, libcrypto._KNOWN_MESSAGE

    def careless(key: libcrypto.PublicKey, signature: bytes, signed: bytes) -> bool:
        same_r, same_s = signature[:37] == known[:37], signature[37:] == known[37:]
        return (
            genuine(key, signature, signed)
            or {
                "r altered": same_s and not same_r,
                "s altered": same_r and not same_s,
                "another message": signed != message,
            }[taken]
        )

    unsearched.setattr(libcrypto.PublicKey, "verify", careless)
    assert "known examples" in refusal().cause


def test_a_library_that_does_not_load_the_known_key_is_refused(
    unsearched: pytest.MonkeyPatch,
) -> None:
    unsearched.setattr(libcrypto, "_KNOWN_KEY", altered(libcrypto._KNOWN_KEY))
    assert "built without" in refusal().cause


def test_a_key_of_another_kind_is_not_taken_for_sm2() -> None:
    from cryptography.hazmat.primitives import serialization

    p256 = CHAOYANG_KEY.private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with pytest.raises(SuiteUnavailableError):
        libcrypto.PublicKey(libcrypto.find_libcrypto(), p256)


def test_a_refused_signature_leaves_no_error_behind() -> None:
    library = libcrypto.find_libcrypto()
    library.bind({"ERR_peek_error": (ctypes.c_ulong,)})
    library.functions["ERR_clear_error"]()
    loaded = libcrypto.PublicKey(library, libcrypto._KNOWN_KEY)
    for signature in (b"", b"no DER at all", altered(libcrypto._KNOWN_SIGNATURE)):
        assert not loaded.verify(signature, libcrypto._KNOWN_MESSAGE)
        assert library.functions["ERR_peek_error"]() == 0


# ---- a system without it ------------------------------------------------------------------------


def test_without_it_a_signature_is_neither_taken_nor_refused() -> None:
    with without_sm2():
        first, second = refusal(), refusal()
    assert first.cause == second.cause == "no OpenSSL 3 library (libcrypto) on this system"
    new_key().verify(SIGNATURE, b"message")


@pytest.mark.parametrize("r", [0, 1, ORDER - 1, ORDER, 2**256 - 1])
@pytest.mark.parametrize("s", [0, 1, ORDER - 1, ORDER, 2**256 - 1])
def test_without_it_numbers_out_of_range_are_refused_all_the_same(r: int, s: int) -> None:
    expected = SuiteUnavailableError if {r, s} <= {1, ORDER - 1} else SignatureError
    with without_sm2(), pytest.raises(expected):
        new_key().verify(r.to_bytes(32, "big") + s.to_bytes(32, "big"), b"message")


def test_without_it_a_list_by_an_sm2_key_is_not_called_forged() -> None:
    trusted = TrustedSet.start(ROOT, with_keys(key(CHAOYANG_KEY), key(CHAOYANG_SM2_KEY)))
    listed, codes = status_list(signer=CHAOYANG_SM2_KEY), seal_code_list(CATALOG, CHAOYANG_SM2_KEY)
    uri = CHAOYANG.status_list_uri(0)
    with without_sm2():
        for admit in (
            lambda: trusted.admit_status_list(listed, number=0),
            lambda: trusted.admit_code_list(codes),
            lambda: open_status_list(listed, new_key(), uri=uri),
            lambda: open_code_list(codes, new_key(), issuer=CHAOYANG.code),
        ):
            with pytest.raises(SuiteUnavailableError):
                admit()
        assert trusted.admit_status_list(status_list(), number=0).status
    fresh = TrustedSet.start(ROOT, with_keys(key(CHAOYANG_SM2_KEY)))
    admitted = fresh.admit_status_list(listed, number=0).admit_code_list(codes)
    assert len(admitted.status) == len(admitted.code_lists) == 1


def test_a_holder_of_the_root_with_sm2_counts_where_it_can_be_checked() -> None:
    """Two of three: without SM2 the other two are enough, and one of them is not."""
    first, second, third = ROOT_HOLDERS[0], ROOT_HOLDERS[1], sm2_key("root of SM2")
    root = make_root(first, second, third)
    by_all = seal_root(root, first, second, third)
    by_two = seal_root(root, first, third)
    assert open_root(by_all) == open_root(by_two) == root
    with without_sm2():
        assert open_root(by_all).number == 1
        with pytest.raises(RootError, match="no OpenSSL 3"):
            open_root(by_two)
