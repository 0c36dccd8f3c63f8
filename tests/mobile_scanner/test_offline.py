"""A bundle is believed for its signatures alone; what does not verify is left out by name."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from credential.days import day_of
from credential.reasons import Outcome
from credential.signer import SUITES
from credential.trust import KeyState
from credential.verify import verify
from mobile_scanner.bundle import MAX_BYTES, ListKind, UnsafePathError, parse_path
from mobile_scanner.list_errors import (
    BundleMissingError,
    BundleUntrustedError,
    ListMisplacedError,
    ListUnknownError,
    ListUnreadableError,
    ListUntrustedError,
    RootsUnreadableError,
)
from mobile_scanner.offline import HeldLists, follow_lists, load_lists
from mobile_scanner.roots import load_roots, parse_roots
from tests.mobile_scanner.district import (
    AT,
    HAIDIAN,
    OTHER_ROOT,
    ROOT,
    District,
    p256,
    public_pem,
    roots_file,
    write_bundle,
)

CHAOYANG = District(others=(HAIDIAN,))
STATUS = "status/110105/0.cbor"
CODES = "catalogs/110105/2023.cbor"
OTHER_STATUS = "status/110108/0.cbor"
ROOTS = (ROOT.verification_key,)


def everything() -> dict[str, bytes]:
    return CHAOYANG.files() | {OTHER_STATUS: HAIDIAN.status_list()}


def load(folder: Path, files: dict[str, bytes]) -> HeldLists:
    return load_lists(write_bundle(folder, files), ROOTS)


def outcome(lists: HeldLists) -> Outcome:
    return verify(CHAOYANG.text(), trusted=lists.trusted, at=AT).outcome


def test_a_bundle_gives_all_its_lists(tmp_path: Path) -> None:
    lists = load(tmp_path, everything())
    assert set(lists.trusted.status) == {("110105", 0), ("110108", 0)}
    assert set(lists.trusted.code_lists) == {("110105", 2023)}
    assert lists.left_out == ()
    assert outcome(lists) is Outcome.VALID


def test_without_a_folder_or_a_trust_list_there_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleMissingError):
        load_lists(tmp_path / "nowhere", ROOTS)
    files = everything()
    del files["trust-list.cbor"]
    with pytest.raises(BundleMissingError):
        load(tmp_path, files)


def test_a_trust_list_of_another_root_is_not_believed(tmp_path: Path) -> None:
    forged = District(root=OTHER_ROOT)
    with pytest.raises(BundleUntrustedError):
        load(tmp_path, forged.files())


@given(at=st.integers(0, len(CHAOYANG.trust_list()) - 1), data=st.data())
def test_a_trust_list_cut_or_altered_anywhere_is_not_believed(
    at: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    genuine = CHAOYANG.trust_list()
    flipped = genuine[at] ^ (1 << data.draw(st.integers(0, 7)))
    altered = genuine[:at] + bytes([flipped]) + genuine[at + 1 :]
    for spoilt in (genuine[:at], altered):
        with pytest.raises(BundleUntrustedError):
            load(tmp_path_factory.mktemp("bundle"), {"trust-list.cbor": spoilt})


@pytest.mark.parametrize("path", [STATUS, CODES])
@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-1], lambda data: b"", lambda data: b"\xff" * 99]
)
def test_a_list_that_is_cut_is_named_and_the_others_are_used(
    tmp_path: Path, path: str, spoil: object
) -> None:
    assert callable(spoil)
    files = everything()
    lists = load(tmp_path, files | {path: spoil(files[path])})
    (error,) = lists.left_out
    assert isinstance(error, ListUntrustedError)
    assert error.path == path
    assert ("110108", 0) in lists.trusted.status
    assert outcome(lists) is Outcome.INDETERMINATE


def test_a_status_list_by_a_key_that_nobody_knows_is_left_out(tmp_path: Path) -> None:
    forged = District(key=p256(666)).status_list()
    (error,) = load(tmp_path, everything() | {STATUS: forged}).left_out
    assert isinstance(error, ListUntrustedError)


def test_a_status_list_by_a_compromised_key_is_left_out(tmp_path: Path) -> None:
    issuer = CHAOYANG.issuer(state=KeyState.COMPROMISED, compromised=day_of(AT.date()))
    files = everything() | {"trust-list.cbor": CHAOYANG.trust_list(issuers=(issuer,))}
    lists = load(tmp_path, files)
    assert {error.path for error in lists.left_out} == {STATUS, CODES, OTHER_STATUS}
    assert lists.trusted.status == {}


def test_a_list_that_stands_at_anothers_place_is_left_out(tmp_path: Path) -> None:
    files = everything()
    files[OTHER_STATUS] = files[STATUS]
    lists = load(tmp_path, files)
    (error,) = lists.left_out
    assert isinstance(error, ListMisplacedError)
    assert (error.path, error.found) == (OTHER_STATUS, STATUS)
    assert outcome(lists) is Outcome.VALID


def test_a_catalog_that_stands_at_another_editions_place_is_left_out(tmp_path: Path) -> None:
    files = CHAOYANG.files() | {"catalogs/110105/2031.cbor": CHAOYANG.code_list()}
    (error,) = load(tmp_path, files).left_out
    assert isinstance(error, ListMisplacedError)
    assert error.found == CODES


def test_a_file_larger_than_its_kind_may_be_is_left_out(tmp_path: Path) -> None:
    huge = bytes(MAX_BYTES[ListKind.STATUS] + 1)
    (error,) = load(tmp_path, everything() | {STATUS: huge}).left_out
    assert isinstance(error, ListUnreadableError)
    assert error.path == STATUS


def test_a_trust_list_too_large_to_read_is_no_missing_one(tmp_path: Path) -> None:
    huge = bytes(MAX_BYTES[ListKind.TRUST] + 1)
    with pytest.raises(BundleUntrustedError, match="larger than"):
        load(tmp_path, everything() | {"trust-list.cbor": huge})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_and_a_folder_in_a_lists_place_hold_nobody_up(tmp_path: Path) -> None:
    write_bundle(tmp_path, everything())
    (tmp_path / STATUS).unlink()
    os.mkfifo(tmp_path / STATUS)
    (tmp_path / CODES).unlink()
    (tmp_path / CODES).mkdir()
    left_out = load_lists(tmp_path, ROOTS).left_out
    assert {error.path for error in left_out} == {STATUS, CODES}
    assert all(isinstance(error, ListUnreadableError) for error in left_out)


def test_what_else_lies_in_the_folder_is_passed_over_or_named(tmp_path: Path) -> None:
    write_bundle(tmp_path, everything())
    write_bundle(tmp_path, {"README.txt": b"?", "status/110105/0.cbor.part": b"half"})
    write_bundle(tmp_path, {"status/110105/00.cbor": b"?", "status/110105/9999.cbor": b"?"})
    left_out = load_lists(tmp_path, ROOTS).left_out
    assert {error.path for error in left_out} == {
        "status/110105/00.cbor",
        "status/110105/9999.cbor",
    }
    assert all(isinstance(error, ListUnknownError) for error in left_out)


PATHS = st.one_of(
    st.text(max_size=120),
    st.from_regex(r"(status|catalogs)/[0-9]{5,7}/[0-9]{1,5}\.cbor", fullmatch=True),
    st.lists(st.sampled_from(["..", ".", "status", "110105", "0.cbor", "", "~", "C:", "\\"])).map(
        "/".join
    ),
)


@given(PATHS)
def test_every_path_is_a_place_in_the_folder_or_refused(text: str) -> None:
    try:
        path = parse_path(text)
    except UnsafePathError:
        return
    assert ".." not in text.split("/")
    assert not text.startswith("/")
    assert path is None or str(path) == text


@pytest.mark.parametrize(
    "text",
    [
        "../trust-list.cbor",
        "status/110105/../../../etc/passwd",
        "/etc/passwd",
        "status//0.cbor",
        "status/110105/0.cbor/",
        "status\\110105\\0.cbor",
        "C:/status/110105/0.cbor",
        ".incoming/complete.json",
        "status/110105/0.cbor\n",
        "status/110105/０.cbor",
        "STATUS/110105/0.cbor",
        "",
    ],
)
def test_a_path_that_may_lead_elsewhere_is_unsafe(text: str) -> None:
    with pytest.raises(UnsafePathError):
        parse_path(text)


@pytest.mark.parametrize("text", ["roots.pem", "server.json", "status/110105/0.json", "a/b/c.d"])
def test_a_path_of_another_kind_is_no_list(text: str) -> None:
    assert parse_path(text) is None


def test_roots_are_read_from_pem_in_both_suites_with_comments_between(tmp_path: Path) -> None:
    path = tmp_path / "roots.pem"
    path.write_bytes(b"# valid until 2036\n" + public_pem(ROOT, OTHER_ROOT, ROOT) + b"\nend\n")
    keys = load_roots(path)
    assert [key.suite for key in keys] == [SUITES["Ed25519"], SUITES["ES256"]]
    assert [key.key_id for key in keys] == [ROOT.key_id, OTHER_ROOT.key_id]


def test_any_one_of_several_roots_is_enough(tmp_path: Path) -> None:
    write_bundle(tmp_path, District(root=OTHER_ROOT).files())
    lists = load_lists(tmp_path, load_roots(roots_file(tmp_path, ROOT, OTHER_ROOT)))
    assert outcome(lists) is Outcome.VALID


P384 = ec.derive_private_key(5, ec.SECP384R1()).public_key()


@pytest.mark.parametrize(
    ("pem", "cause"),
    [
        (b"", "no BEGIN PUBLIC KEY"),
        (b"\x00\xff" * 40, "no BEGIN PUBLIC KEY"),
        (
            ROOT.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            "PRIVATE KEY",
        ),
        (b"-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----", "CERTIFICATE"),
        (b"-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----", "malformed"),
        (P384.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "neither"),
        (public_pem(ROOT)[:-30], "no BEGIN PUBLIC KEY"),
        (b" " * (1 << 16) + public_pem(ROOT), "larger"),
    ],
)
def test_a_file_that_is_no_file_of_public_keys_is_refused(
    tmp_path: Path, pem: bytes, cause: str
) -> None:
    path = tmp_path / "roots.pem"
    path.write_bytes(pem)
    with pytest.raises(RootsUnreadableError) as caught:
        load_roots(path)
    assert cause in caught.value.cause
    assert caught.value.source == str(path)


def test_a_missing_file_of_roots_is_named(tmp_path: Path) -> None:
    with pytest.raises(RootsUnreadableError, match="nowhere"):
        load_roots(tmp_path / "nowhere.pem")
    with pytest.raises(RootsUnreadableError):
        load_roots(tmp_path)


def test_roots_in_a_bundle_count_for_nothing(tmp_path: Path) -> None:
    forged = District(root=OTHER_ROOT).files() | {"roots.pem": public_pem(OTHER_ROOT)}
    with pytest.raises(BundleUntrustedError):
        load(tmp_path, forged)


def test_a_scanner_that_runs_for_days_takes_what_a_sync_brings(tmp_path: Path) -> None:
    write_bundle(tmp_path, CHAOYANG.files())
    lists = follow_lists(lambda: load_lists(tmp_path, ROOTS), tmp_path)
    before = lists()
    assert lists() is before
    tomorrow = CHAOYANG.later(days=1)
    write_bundle(tmp_path, {STATUS: tomorrow.status_list({10: 1}), CODES: tomorrow.code_list()})
    assert lists().trusted.status["110105", 0].issued_at == tomorrow.seconds


def test_a_scanner_that_runs_keeps_its_lists_when_the_folder_is_spoilt(tmp_path: Path) -> None:
    write_bundle(tmp_path, CHAOYANG.files())
    lists = follow_lists(lambda: load_lists(tmp_path, ROOTS), tmp_path)
    before = lists()
    (tmp_path / "trust-list.cbor").write_bytes(b"spoilt")
    assert lists() is before


def test_the_same_root_given_twice_is_one() -> None:
    assert len(parse_roots(public_pem(ROOT, ROOT), source="roots.pem")) == 1
