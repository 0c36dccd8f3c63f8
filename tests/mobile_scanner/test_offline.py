"""A bundle is believed for its signatures alone; what does not verify is left out by name."""

import os
import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from credential.days import day_of
from credential.multisign import read_sign, write_sign
from credential.reasons import Outcome
from credential.trusted import MAX_LISTS
from credential.verify import verify
from mobile_scanner.bundle import (
    MAX_BYTES,
    MAX_FILES,
    MAX_FOLDER_BYTES,
    ListKind,
    UnsafePathError,
    parse_path,
    read_files,
)
from mobile_scanner.list_errors import (
    BundleMissingError,
    BundleUntrustedError,
    ListMisplacedError,
    ListTooManyError,
    ListUnknownError,
    ListUnreadableError,
    ListUntrustedError,
    PinError,
    PrivateKeyGivenError,
    RootForkError,
    RootGapError,
    RootIsPemError,
    RootUnreadableError,
    RootUntrustedError,
)
from mobile_scanner.offline import HeldLists, follow_lists, load_lists, open_lists
from mobile_scanner.roots import load_root, show_fingerprint
from tests.mobile_scanner.district import (
    AT,
    HAIDIAN,
    HOLDERS,
    NEXT_HOLDERS,
    OTHER_HOLDERS,
    ROOT,
    District,
    make_root,
    p256,
    public_pem,
    root_file,
    write_bundle,
)

CHAOYANG = District(others=(HAIDIAN,))
STATUS = "status/110105/0.cbor"
CODES = "catalogs/110105/2023.cbor"
OTHER_STATUS = "status/110108/0.cbor"


def everything() -> dict[str, bytes]:
    return CHAOYANG.files() | {OTHER_STATUS: HAIDIAN.status_list()}


def load(folder: Path, files: dict[str, bytes]) -> HeldLists:
    return load_lists(write_bundle(folder, files), ROOT)


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
        load_lists(tmp_path / "nowhere", ROOT)
    files = everything()
    del files["trust-list.cbor"]
    with pytest.raises(BundleMissingError):
        load(tmp_path, files)


def test_a_trust_list_of_another_root_is_not_believed(tmp_path: Path) -> None:
    forged = District(signing=OTHER_HOLDERS.keys)
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
    issuer = CHAOYANG.issuer(compromised=day_of(AT.date()))
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


def fill(folder: Path, divisions: Iterable[int]) -> set[str]:
    """Files of a megabyte each, which take no place on the disk: as many of a division as are kept."""
    names = {
        f"status/{division:06}/{number}.cbor"
        for division in divisions
        for number in range(MAX_LISTS)
    }
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("wb") as file:
            file.truncate(MAX_BYTES[ListKind.STATUS])
    return names


def test_a_stick_full_of_files_takes_no_more_memory_than_it_may(tmp_path: Path) -> None:
    """Two gigabytes, of which nothing is signed; what the district has signed comes all the same."""
    write_bundle(tmp_path, everything())
    names = fill(tmp_path, range(200_000, 200_000 + MAX_FILES // MAX_LISTS - 1))
    tracemalloc.start()
    try:
        bundle = read_files(tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(map(len, bundle.files.values())) <= MAX_FOLDER_BYTES
    assert peak < MAX_FOLDER_BYTES + (8 << 20)
    assert outcome(open_lists(bundle, ROOT, source="stick")) is Outcome.VALID
    assert names <= {error.path for error in open_lists(bundle, ROOT, source="stick").left_out}
    over = [error for error in bundle.refused if isinstance(error, ListUnreadableError)]
    assert len(over) > len(names) - 64
    assert {error.cause for error in over} == {f"more than {MAX_FOLDER_BYTES} bytes in the folder"}


def test_a_list_that_a_stick_has_no_room_for_is_named_and_nothing_is_green(tmp_path: Path) -> None:
    write_bundle(tmp_path, everything())
    fill(tmp_path, range(63))  # the first of each is read before ours
    for place in range(20):  # to the last byte
        write_bundle(tmp_path, {f"status/{100 + place:06}/0.cbor": bytes(1 << 19 >> place)})
    lists = load_lists(tmp_path, ROOT)
    (error,) = [error for error in lists.left_out if error.path == STATUS]
    assert isinstance(error, ListUnreadableError)
    assert "in the folder" in error.cause
    assert outcome(lists) is Outcome.INDETERMINATE


def test_of_many_lists_of_an_issuer_no_more_are_read_than_are_kept(tmp_path: Path) -> None:
    """The neighbor's are read before ours, by their paths."""
    neighbor = replace(HAIDIAN, code="110101")
    district = District(others=(neighbor,))
    status = {
        f"status/110101/{number}.cbor": neighbor.status_list(number=number) for number in range(20)
    }
    editions = {
        f"catalogs/110101/{2000 + n}.cbor": neighbor.code_list(edition=2000 + n) for n in range(20)
    }
    lists = load(tmp_path, district.files() | status | editions)
    over = [error for error in lists.left_out if isinstance(error, ListTooManyError)]
    assert {error.path for error in over} == {
        *(f"status/110101/{number}.cbor" for number in range(16, 20)),
        *(f"catalogs/110101/{number}.cbor" for number in range(2016, 2020)),
    }
    assert len(lists.left_out) == len(over)
    assert lists.trusted.status.keys() == {
        ("110105", 0),
        *(("110101", number) for number in range(MAX_LISTS)),
    }
    assert outcome(lists) is Outcome.VALID


def test_a_neighbors_many_lists_leave_room_for_ours(tmp_path: Path) -> None:
    """More files, and more bytes, than are read of a folder in all; they come before ours by name."""
    write_bundle(tmp_path, everything())
    for number in range(MAX_FILES):
        write_bundle(tmp_path, {f"status/110101/{number}.cbor": b"?"})
    fill(tmp_path, (110_102, 110_103, 110_104, 110_100))
    lists = load_lists(tmp_path, ROOT)
    assert not {STATUS, CODES, OTHER_STATUS} & {error.path for error in lists.left_out}
    assert outcome(lists) is Outcome.VALID


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
    left_out = load_lists(tmp_path, ROOT).left_out
    assert {error.path for error in left_out} == {STATUS, CODES}
    assert all(isinstance(error, ListUnreadableError) for error in left_out)


def test_what_else_lies_in_the_folder_is_passed_over_or_named(tmp_path: Path) -> None:
    write_bundle(tmp_path, everything())
    write_bundle(tmp_path, {"README.txt": b"?", "status/110105/0.cbor.part": b"half"})
    write_bundle(tmp_path, {"status/110105/00.cbor": b"?", "status/110105/9999.cbor": b"?"})
    left_out = load_lists(tmp_path, ROOT).left_out
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


@pytest.mark.parametrize("text", ["root.cbor", "server.json", "status/110105/0.json", "a/b/c.d"])
def test_a_path_of_another_kind_is_no_list(text: str) -> None:
    assert parse_path(text) is None


def test_a_root_is_read_from_its_message(tmp_path: Path) -> None:
    assert load_root(root_file(tmp_path)) == ROOT
    shown = show_fingerprint(ROOT)
    assert shown.replace(" ", "") == ROOT.fingerprint[:32]
    assert shown.count(" ") == 7


PEM_KEY = public_pem(HOLDERS.keys[0])


@pytest.mark.parametrize(
    ("data", "kind", "told"),
    [
        (b"", RootUntrustedError, "COSE_Sign"),
        (b"\x00\xff" * 40, RootUntrustedError, "COSE_Sign"),
        (HOLDERS.message[:-1], RootUntrustedError, "outside the message"),
        (District().trust_list(), RootUntrustedError, "no root"),
        (
            HOLDERS.keys[1].private.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ),
            PrivateKeyGivenError,
            "PRIVATE KEY",
        ),
        (PEM_KEY, RootIsPemError, "PUBLIC KEY"),
        (
            PEM_KEY + b"-----BEGIN EC PRIVATE KEY-----\nMA==\n-----END EC PRIVATE KEY-----",
            PrivateKeyGivenError,
            "PRIVATE KEY",
        ),
        (b"-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----", RootIsPemError, "CERT"),
        (PEM_KEY + b" " * (1 << 16), RootIsPemError, "root.cbor"),
        (b" " * (1 << 16), RootUnreadableError, "larger"),
    ],
)
def test_a_file_that_is_no_root_is_refused_by_what_it_is(
    tmp_path: Path, data: bytes, kind: type[PinError], told: str
) -> None:
    path = tmp_path / "root.cbor"
    path.write_bytes(data)
    with pytest.raises(kind) as caught:
        load_root(path)
    assert str(path) in caught.value.en
    assert told in caught.value.en


def test_a_root_that_too_few_have_signed_is_refused(tmp_path: Path) -> None:
    message = read_sign(HOLDERS.message, max_bytes=8192)
    few = write_sign(message._replace(signatures=message.signatures[:1]))
    (tmp_path / "root.cbor").write_bytes(few)
    with pytest.raises(RootUntrustedError, match="signed by 1"):
        load_root(tmp_path / "root.cbor")


def test_a_missing_root_is_named(tmp_path: Path) -> None:
    with pytest.raises(RootUnreadableError, match="nowhere"):
        load_root(tmp_path / "nowhere.cbor")
    with pytest.raises(RootUnreadableError):
        load_root(tmp_path)


def test_a_pin_in_a_bundle_counts_for_nothing(tmp_path: Path) -> None:
    forged = District(signing=OTHER_HOLDERS.keys).files() | {"root.cbor": OTHER_HOLDERS.message}
    with pytest.raises(BundleUntrustedError):
        load(tmp_path, forged)


def test_a_bundle_leads_from_the_pin_to_the_root_of_its_list(tmp_path: Path) -> None:
    later = District(signing=NEXT_HOLDERS.keys[1:]).files()
    roots = {"roots/1.cbor": HOLDERS.message, "roots/2.cbor": NEXT_HOLDERS.message}
    lists = load(tmp_path, later | roots)
    assert (lists.trusted.root, lists.left_out) == (NEXT_HOLDERS.root, ())
    assert outcome(lists) is Outcome.VALID


@pytest.mark.parametrize(
    "roots",
    [
        {},
        {"roots/2.cbor": NEXT_HOLDERS.message[:-1]},
        {"roots/3.cbor": NEXT_HOLDERS.message},
    ],
    ids=["missing", "cut", "a gap"],
)
def test_without_the_root_that_leads_to_it_a_list_is_not_believed(
    tmp_path: Path, roots: dict[str, bytes]
) -> None:
    with pytest.raises(BundleUntrustedError):
        load(tmp_path, District(signing=NEXT_HOLDERS.keys[1:]).files() | roots)


def test_a_root_that_leads_nowhere_is_left_out_by_name(tmp_path: Path) -> None:
    lists = load(tmp_path, CHAOYANG.files() | {"roots/3.cbor": NEXT_HOLDERS.message})
    (error,) = lists.left_out
    assert isinstance(error, RootGapError)
    assert (error.path, error.missing) == ("roots/3.cbor", 2)
    assert outcome(lists) is Outcome.VALID


def test_a_bundle_with_another_root_by_the_pins_holders_is_refused(tmp_path: Path) -> None:
    fork = make_root(*HOLDERS.keys[:2])
    with pytest.raises(RootForkError):
        load(tmp_path, CHAOYANG.files() | {"roots/1.cbor": fork.message})


def test_a_strangers_root_of_the_pins_number_is_left_out_by_name(tmp_path: Path) -> None:
    lists = load(tmp_path, CHAOYANG.files() | {"roots/1.cbor": OTHER_HOLDERS.message})
    (error,) = lists.left_out
    assert isinstance(error, ListUntrustedError)
    assert error.path == "roots/1.cbor"
    assert outcome(lists) is Outcome.VALID


def test_a_scanner_that_runs_for_days_takes_what_a_sync_brings(tmp_path: Path) -> None:
    write_bundle(tmp_path, CHAOYANG.files())
    lists = follow_lists(lambda: load_lists(tmp_path, ROOT), tmp_path)
    before = lists()
    assert lists() is before
    tomorrow = CHAOYANG.later(days=1)
    write_bundle(tmp_path, {STATUS: tomorrow.status_list({10: 1}), CODES: tomorrow.code_list()})
    assert lists().trusted.status["110105", 0].issued_at == tomorrow.seconds


def test_a_scanner_that_runs_keeps_its_lists_when_the_folder_is_spoilt(tmp_path: Path) -> None:
    write_bundle(tmp_path, CHAOYANG.files())
    lists = follow_lists(lambda: load_lists(tmp_path, ROOT), tmp_path)
    before = lists()
    (tmp_path / "trust-list.cbor").write_bytes(b"spoilt")
    assert lists() is before
