"""A sync brings what is signed and newer, names what it refuses, and changes a store at once."""

import json
import os
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.days import day_of, instant_text
from credential.reasons import Outcome
from credential.status import StatusList, seal_status_list
from credential.verify import verify
from mobile_scanner.bringing import SyncReport
from mobile_scanner.bundle import MAX_BYTES, ListKind
from mobile_scanner.list_errors import (
    BundleMissingError,
    BundleUntrustedError,
    ListAheadError,
    ListChangedError,
    ListNotServedError,
    ListOlderError,
    ListTooManyError,
    ListUnknownError,
    ListUnreadableError,
    ListUntrustedError,
    ManifestError,
    RootDiffersError,
    RootNeededError,
    RootUnreadableError,
    ServerAddressError,
    ServerAnswerError,
    ServerUnreachableError,
    StoreBusyError,
    StoreUnwritableError,
)
from mobile_scanner.manifest import Entry, Manifest, parse_manifest
from mobile_scanner.memory import Memory, write_memory
from mobile_scanner.offline import HeldLists, load_lists
from mobile_scanner.roots import load_root
from mobile_scanner.server import ask, parse_server
from mobile_scanner.sources import FolderSource, ServiceSource
from mobile_scanner.store import default_store, finish_interrupted, lock_store, read_server
from mobile_scanner.sync import sync_store
from tests.mobile_scanner.district import (
    AT,
    HAIDIAN,
    LICENSE_ENTRY,
    OTHER_HOLDERS,
    District,
    p256,
    root_file,
    write_bundle,
)
from tests.mobile_scanner.serving import Service, give, giving, manifest, serve

CHAOYANG = District()
TOMORROW = CHAOYANG.later(days=1)
YESTERDAY = CHAOYANG.later(days=-1)
LATER = CHAOYANG.later(days=50).at  # after everything that is signed here
TRUST = "trust-list.cbor"
STATUS = "status/110105/0.cbor"
CODES = "catalogs/110105/2023.cbor"


@pytest.fixture
def service() -> Iterator[Service]:
    with serve(Service(files=CHAOYANG.files())) as running:
        yield running


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return root_file(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def fetch(
    store: Path, service: Service, root: Path | None = None, *, at: datetime = LATER
) -> SyncReport:
    source = ServiceSource(service=parse_server(service.url))
    return sync_store(store, source, at=at, root=root)


def carry(
    store: Path, folder: Path, root: Path | None = None, *, at: datetime = LATER
) -> SyncReport:
    return sync_store(store, FolderSource.read(folder), at=at, root=root)


def stored(store: Path) -> dict[str, bytes]:
    return {
        path.relative_to(store).as_posix(): path.read_bytes()
        for path in store.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def held(store: Path) -> HeldLists:
    return load_lists(store, load_root(store / "root.cbor"))


def names(paths: object) -> list[str]:
    assert isinstance(paths, tuple)
    return sorted(map(str, paths))


def test_the_first_sync_fills_the_store_and_binds_it_to_its_root(
    store: Path, service: Service, root: Path
) -> None:
    report = fetch(store, service, root)
    assert names(report.brought) == sorted(service.files)
    assert (report.refused, report.dropped, report.unchanged) == ((), (), ())
    assert stored(store) == service.files | {
        "root.cbor": root.read_bytes(),
        "memory.json": write_memory(Memory(1, 1, CHAOYANG.seconds)),
        "server.json": json.dumps({"url": service.url}).encode() + b"\n",
    }
    assert verify(CHAOYANG.text(), trusted=held(store).trusted, at=AT).outcome is Outcome.VALID


def test_nothing_is_trusted_on_first_use(store: Path, service: Service) -> None:
    with pytest.raises(RootNeededError):
        fetch(store, service)
    assert service.asked == []
    assert not store.exists()


def test_only_files_that_differ_are_fetched(store: Path, service: Service, root: Path) -> None:
    fetch(store, service, root)
    service.files |= {STATUS: TOMORROW.status_list({10: 1})}
    service.asked.clear()
    report = fetch(store, service)
    assert service.asked == ["GET /api/v1/bundle", f"GET /api/v1/bundle/{STATUS}"]
    assert names(report.brought) == [STATUS]
    assert names(report.unchanged) == [CODES, TRUST]
    assert verify(CHAOYANG.text(), trusted=held(store).trusted, at=TOMORROW.at).outcome is (
        Outcome.NOT_IN_FORCE
    )


@pytest.mark.parametrize(
    ("path", "older"),
    [
        (STATUS, YESTERDAY.status_list()),
        (CODES, YESTERDAY.code_list()),
        (TRUST, TOMORROW.trust_list(number=1)),
        (TRUST, YESTERDAY.trust_list(number=2)),
    ],
    ids=["status list", "code list", "trust list by number", "trust list by its time"],
)
def test_a_list_older_than_the_one_held_is_refused_by_name(
    store: Path, service: Service, root: Path, path: str, older: bytes
) -> None:
    service.files[TRUST] = CHAOYANG.trust_list(number=2)
    fetch(store, service, root)
    before = stored(store)
    service.files |= {path: older}
    report = fetch(store, service)
    (error,) = report.refused
    assert isinstance(error, ListOlderError)
    assert error.path == path
    assert error.offered != error.held
    assert stored(store) == before


def test_another_trust_list_of_the_same_number_and_time_does_not_replace_the_first(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    service.files[TRUST] = CHAOYANG.trust_list(days=91)
    (error,) = fetch(store, service).refused
    assert error.path == TRUST
    assert held(store).trusted.trust.expires_at == CHAOYANG.seconds + 90 * 86_400


def test_a_status_list_that_has_become_shorter_is_refused(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    short = StatusList(
        "https://license.example.cn/status/0", TOMORROW.seconds, TOMORROW.seconds + 9, 60, b"\0"
    )
    service.files[STATUS] = seal_status_list(short, CHAOYANG.key)
    (error,) = fetch(store, service).refused
    assert isinstance(error, ListUntrustedError)


def test_a_list_signed_anew_at_the_same_instant_changes_nothing(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    service.files[STATUS] = CHAOYANG.status_list(days=8)
    before = stored(store)
    report = fetch(store, service)
    assert STATUS in names(report.unchanged)
    assert (report.brought, report.refused) == ((), ())
    assert stored(store) == before


def test_what_is_forged_is_refused_by_name_and_the_rest_is_brought(
    store: Path, service: Service, root: Path
) -> None:
    service.files[STATUS] = replace(CHAOYANG, key=p256(666)).status_list()
    report = fetch(store, service, root)
    assert names(report.brought) == [CODES, TRUST]
    (error,) = report.refused
    assert isinstance(error, ListUntrustedError)
    assert error.path == STATUS


def test_a_forged_trust_list_brings_nothing_the_first_time(
    store: Path, service: Service, root: Path
) -> None:
    service.files = replace(CHAOYANG, signing=OTHER_HOLDERS.keys).files()
    with pytest.raises(BundleUntrustedError):
        fetch(store, service, root)
    assert stored(store) == {}


def test_a_forged_trust_list_leaves_the_one_held_and_its_server_unremembered(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    rogue = Service(files=replace(TOMORROW, signing=OTHER_HOLDERS.keys).files(number=9))
    with serve(rogue):
        report = fetch(store, rogue)
    assert TRUST in [error.path for error in report.refused]
    assert held(store).trusted.trust.number == 1
    assert read_server(store) == service.url
    # Its status list is genuine all the same, and newer.
    assert names(report.brought) == [CODES, STATUS]


def test_lists_of_a_key_that_is_compromised_by_now_are_let_go(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    successor = replace(TOMORROW, key=p256(1002))
    old = CHAOYANG.issuer(compromised=day_of(AT.date()))
    issuer = old._replace(keys=(*old.keys, *successor.issuer().keys))
    service.files[TRUST] = TOMORROW.trust_list(number=2, issuers=(issuer,))
    service.files[STATUS] = successor.status_list({10: 1})
    report = fetch(store, service)
    assert names(report.brought) == [STATUS, TRUST]
    assert [error.path for error in report.dropped] == [CODES]
    assert not (store / CODES).exists()
    assert held(store).left_out == ()
    assert set(held(store).trusted.status) == {("110105", 0)}


def test_what_another_server_brought_stays(
    store: Path, service: Service, root: Path, tmp_path: Path
) -> None:
    both = replace(CHAOYANG, others=(HAIDIAN,))
    service.files = both.files()
    fetch(store, service, root)
    stick = write_bundle(
        tmp_path / "stick",
        {TRUST: both.trust_list(), "status/110108/0.cbor": HAIDIAN.status_list()},
    )
    report = carry(store, stick)
    assert names(report.brought) == ["status/110108/0.cbor"]
    assert set(held(store).trusted.status) == {("110105", 0), ("110108", 0)}
    assert read_server(store) == service.url


def test_a_bundle_carried_on_a_stick_is_as_good(store: Path, root: Path, tmp_path: Path) -> None:
    stick = write_bundle(tmp_path / "stick", CHAOYANG.files())
    report = carry(store, stick, root)
    assert names(report.brought) == sorted(CHAOYANG.files())
    assert read_server(store) is None
    assert carry(store, stick).brought == ()


def test_a_store_can_be_carried_too(store: Path, root: Path, tmp_path: Path) -> None:
    carry(store, write_bundle(tmp_path / "stick", CHAOYANG.files()), root)
    assert names(carry(tmp_path / "second", store, root).brought) == sorted(CHAOYANG.files())


AHEAD = CHAOYANG.later(seconds=301)
ON_TIME = CHAOYANG.later(seconds=300)


@pytest.mark.parametrize("path", [TRUST, STATUS, CODES])
def test_a_list_of_tomorrow_is_refused_by_name_and_keeps_nothing_out(
    store: Path, service: Service, root: Path, path: str
) -> None:
    """Whatever is signed till then would be older, and refused as a rollback."""
    fetch(store, service, root, at=AT)
    before = stored(store)
    service.files |= {path: AHEAD.files({LICENSE_ENTRY: 1}, number=2)[path]}
    report = fetch(store, service, at=AT)
    (error,) = report.refused
    assert isinstance(error, ListAheadError)
    assert (error.path, error.offered) == (path, instant_text(AHEAD.seconds))
    assert error.now == instant_text(CHAOYANG.seconds)
    assert (report.brought, stored(store)) == ((), before)
    # What is signed in the meantime comes, and so does the refused one when its time has come.
    service.files |= {path: ON_TIME.files(number=2)[path]}
    assert names(fetch(store, service, at=AT).brought) == [path]
    service.files |= {path: AHEAD.files({LICENSE_ENTRY: 1}, number=3)[path]}
    assert names(fetch(store, service, at=ON_TIME.at).brought) == [path]


def test_a_first_sync_by_a_clock_that_is_behind_fills_no_store(
    store: Path, service: Service, root: Path
) -> None:
    with pytest.raises(BundleUntrustedError, match="Set the clock"):
        fetch(store, service, root, at=YESTERDAY.at)
    assert stored(store) == {}


def test_a_newer_list_that_is_held_is_not_given_up_by_a_clock_that_is_behind(
    store: Path, service: Service, root: Path, tmp_path: Path
) -> None:
    """Else a clock that was set back would let an older list in."""
    service.files |= {STATUS: TOMORROW.status_list({LICENSE_ENTRY: 1})}
    fetch(store, service, root, at=TOMORROW.at)
    service.files |= {STATUS: CHAOYANG.status_list()}
    (error,) = fetch(store, service, at=AT).refused
    assert isinstance(error, ListOlderError)
    verdict = verify(CHAOYANG.text(), trusted=held(store).trusted, at=AT)
    assert {reason.code for reason in verdict.reasons} == {"license-void", "clock-implausible"}


def test_a_folder_that_is_no_bundle_changes_nothing(
    store: Path, root: Path, tmp_path: Path
) -> None:
    with pytest.raises(BundleMissingError):
        carry(store, tmp_path / "nowhere", root)


def test_a_store_whose_files_were_spoilt_is_mended(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    (store / TRUST).write_bytes(b"spoilt")
    (store / STATUS).write_bytes(b"")
    (store / CODES).unlink()
    report = fetch(store, service)
    assert names(report.brought) == sorted(service.files)
    assert [error.path for error in report.spoilt] == [TRUST]
    assert not report.is_whole
    assert held(store).left_out == ()
    assert fetch(store, service).is_whole


def test_another_root_than_the_stores_is_refused(
    store: Path, service: Service, root: Path, tmp_path: Path
) -> None:
    fetch(store, service, root)
    assert fetch(store, service, root).refused == ()
    (tmp_path / "other").mkdir()
    with pytest.raises(RootDiffersError):
        fetch(store, service, root_file(tmp_path / "other", OTHER_HOLDERS))
    with pytest.raises(RootUnreadableError):
        fetch(store, service, tmp_path / "nowhere.pem")


@pytest.mark.parametrize(
    "path",
    ["../root.cbor", "/etc/passwd", "status/../../x.cbor", "status\\110105\\0.cbor", "", ".lock"],
)
def test_a_manifest_with_a_path_out_of_the_store_is_refused_as_a_whole(
    store: Path, service: Service, root: Path, path: str
) -> None:
    fetch(store, service, root)
    before = stored(store)
    spoilt = manifest(TOMORROW.files(number=2) | {path: b"evil"})
    service.routes["/api/v1/bundle"] = giving(spoilt)
    service.asked.clear()
    with pytest.raises(ManifestError, match="unsafe path"):
        fetch(store, service)
    assert service.asked == ["GET /api/v1/bundle"]
    assert stored(store) == before


ENTRY = {"path": STATUS, "sha256": "0" * 64, "size": 9}


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"files": {}}',
        b'{"files": [7]}',
        b"[" * 100_000,
        json.dumps({"files": [ENTRY, ENTRY]}).encode(),
        json.dumps({"files": [ENTRY | {"size": -1}]}).encode(),
        json.dumps({"files": [ENTRY | {"size": "9"}]}).encode(),
        json.dumps({"files": [ENTRY | {"sha256": "0" * 63}]}).encode(),
        json.dumps({"files": [ENTRY] * 3000}).encode(),
    ],
)
def test_a_manifest_that_is_none_is_refused(
    store: Path, service: Service, root: Path, document: bytes
) -> None:
    service.routes["/api/v1/bundle"] = giving(document)
    with pytest.raises(ManifestError):
        fetch(store, service, root)


def test_the_table_of_contents_in_the_spec_is_one() -> None:
    spec = Path(__file__).parents[2] / "docs" / "spec" / "bundle.md"
    _, rest = spec.read_text("utf-8").split("```json\n")
    example, _ = rest.split("```", 1)
    found = parse_manifest(example.encode(), source="docs/spec/bundle.md")
    assert sorted(str(entry.path) for entry in found.entries) == [CODES, STATUS, TRUST]
    assert found.refused == ()


def many(district: District, numbers: Iterable[int]) -> dict[str, bytes]:
    return {
        f"status/{district.code}/{number}.cbor": district.status_list(number=number)
        for number in numbers
    }


def test_of_an_issuers_many_lists_no_more_come_than_are_kept(
    store: Path, service: Service, root: Path
) -> None:
    """From two sources, none of which has too many; what is held is brought up to date as before."""
    neighbor = replace(HAIDIAN, code="110101")
    district = District(others=(neighbor,))
    service.files = district.files() | many(neighbor, range(100, 110))
    assert fetch(store, service, root).is_whole
    tomorrow, ours = neighbor.later(days=1), district.later(days=1)
    service.files = {
        "trust-list.cbor": district.trust_list(),
        **many(tomorrow, range(105, 118)),
        **many(ours, [0, 1]),
    }
    report = fetch(store, service)
    assert {str(error.path) for error in report.refused} == {
        "status/110101/116.cbor",
        "status/110101/117.cbor",
    }
    assert all(isinstance(error, ListTooManyError) for error in report.refused)
    assert "GET /api/v1/bundle/status/110101/117.cbor" not in service.asked
    status = held(store).trusted.status
    assert {number for issuer, number in status if issuer == "110101"} == {*range(100, 116)}
    assert status["110101", 105].issued_at == tomorrow.seconds
    assert {number for issuer, number in status if issuer == "110105"} == {0, 1}


def test_what_a_store_holds_too_many_of_is_let_go_by_name(
    store: Path, service: Service, root: Path
) -> None:
    district = District(others=(HAIDIAN,))
    service.files = district.files() | many(HAIDIAN, range(16))
    fetch(store, service, root)
    write_bundle(store, many(HAIDIAN, range(100, 104)))
    report = fetch(store, service)
    assert names(tuple(error.path for error in report.dropped)) == sorted(
        many(HAIDIAN, range(100, 104))
    )
    assert (report.refused, report.spoilt) == ((), ())
    assert fetch(store, service).is_whole


def test_a_kind_of_file_that_is_not_known_is_named_and_not_fetched(
    store: Path, service: Service, root: Path
) -> None:
    service.files["revocations/110105.cbor"] = b"from the future"
    report = fetch(store, service, root)
    (error,) = report.refused
    assert isinstance(error, ListUnknownError)
    assert len(report.brought) == 3
    assert "GET /api/v1/bundle/revocations/110105.cbor" not in service.asked


def test_a_file_that_is_promised_too_large_is_not_fetched(
    store: Path, service: Service, root: Path
) -> None:
    entries = json.loads(manifest(service.files))
    entries["files"][1]["size"] = 1 << 40
    service.routes["/api/v1/bundle"] = giving(json.dumps(entries).encode())
    (error,) = fetch(store, service, root).refused
    assert isinstance(error, ListUnreadableError)
    assert f"GET /api/v1/bundle/{STATUS}" not in service.asked


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (giving(TOMORROW.status_list()), ListChangedError),
        (giving(CHAOYANG.status_list() + b"x"), ListNotServedError),
        (giving(b"", status=404), ListNotServedError),
        (
            giving(b"", status=302, headers={"Location": f"/api/v1/bundle/{CODES}"}),
            ListNotServedError,
        ),
        (giving(b"x" * 5_000_000), ListNotServedError),
    ],
    ids=["replaced meanwhile", "longer than promised", "gone", "elsewhere", "endless"],
)
def test_a_file_that_is_not_what_was_promised_is_named_and_the_rest_is_brought(
    store: Path,
    service: Service,
    root: Path,
    answer: Callable[[BaseHTTPRequestHandler], None],
    kind: type[Exception],
) -> None:
    service.routes[f"/api/v1/bundle/{STATUS}"] = answer
    report = fetch(store, service, root)
    (error,) = report.refused
    assert isinstance(error, kind)
    assert names(report.brought) == [CODES, TRUST]


def test_a_server_that_goes_away_in_the_middle_changes_nothing(
    store: Path, service: Service, root: Path
) -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    fetch(store, service, root)
    before = stored(store)
    service.files = TOMORROW.files(number=2)
    service.routes[f"/api/v1/bundle/{CODES}"] = hang_up
    with pytest.raises(ServerUnreachableError):
        fetch(store, service)
    assert stored(store) == before


def test_a_server_that_is_not_there_changes_nothing(store: Path, root: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = Service(url=f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(ServerUnreachableError):
            fetch(store, gone, root)
    assert stored(store) == {}


def test_an_answer_that_drips_is_given_up_at_its_deadline(service: Service) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            pass

    service.routes["/slow"] = drip
    started = time.monotonic()
    with pytest.raises(ServerUnreachableError):
        ask(parse_server(service.url), "/slow", limit=1000, seconds=0.4)
    assert time.monotonic() - started < 2


def test_a_name_that_is_looked_up_for_ever_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = threading.Event()

    def look_up(*arguments: object, **options: object) -> list[object]:
        found.wait(5)  # a resolver without a network
        raise OSError("name not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    started = time.monotonic()
    with pytest.raises(ServerUnreachableError, match=r"no answer in 0\.2 s"):
        ask(parse_server("https://license.example.cn"), "/", limit=10, seconds=0.2)
    assert time.monotonic() - started < 2
    found.set()


def test_a_reader_waits_for_a_sync_that_is_just_changing_the_store(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    waited = threading.Event()

    def read() -> None:
        finish_interrupted(store)
        waited.set()

    reader = threading.Thread(target=read)
    with lock_store(store):
        write_bundle(store / ".incoming", {"complete.json": b'{"remove": []}'})
        reader.start()
        assert not waited.wait(0.1)
    reader.join()
    assert not (store / ".incoming").exists()


def test_an_answer_that_is_cut_is_none(service: Service) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        give(handler, b"half", headers={"Content-Length": "8"})
        handler.close_connection = True

    service.routes["/cut"] = cut
    with pytest.raises(ServerUnreachableError):
        ask(parse_server(service.url), "/cut", limit=1000, seconds=5)


def test_a_redirect_is_followed_nowhere(service: Service) -> None:
    other = Service(files={"x": b"stolen"})
    with serve(other):
        target = f"{other.url}/api/v1/bundle/x"
        service.routes["/away"] = giving(b"", status=307, headers={"Location": target})
        with pytest.raises(ServerAnswerError, match="307"):
            ask(parse_server(service.url), "/away", limit=1000, seconds=5)
    assert other.asked == []


def test_something_else_than_http_is_no_answer(service: Service) -> None:
    def other(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        handler.close_connection = True

    service.routes["/ssh"] = other
    with pytest.raises(ServerAnswerError):
        ask(parse_server(service.url), "/ssh", limit=1000, seconds=5)


@pytest.mark.parametrize(
    "url",
    [
        "http://license.example.cn",
        "http://127.0.0.1.example.cn",
        "http://localhost.example.cn",
        "ftp://license.example.cn",
        "https://user:secret@license.example.cn",
        "https://license.example.cn/?a=b",
        "https://license.example.cn/#x",
        "https://",
        "https://license.example.cn:99999",
        "https://license.example.cn:0",
        "https://license example.cn",
        "https://license.example.cn/a/../b",
        "https://许可.cn",
        "https://[::1",
        "license.example.cn",
    ],
)
def test_an_address_that_others_could_listen_to_or_be_misled_by_is_refused(url: str) -> None:
    with pytest.raises(ServerAddressError):
        parse_server(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://license.example.cn/", "https://license.example.cn"),
        ("HTTPS://LICENSE.EXAMPLE.CN:8443/a/b/", "https://license.example.cn:8443/a/b"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_address_is_read_as_it_is_written(url: str, told: str) -> None:
    server = parse_server(url)
    assert server.url == told
    assert parse_server(server.url) == server


def test_a_server_below_a_path_is_asked_there(store: Path, service: Service, root: Path) -> None:
    service.routes["/license/api/v1/bundle"] = giving(manifest({}))
    with pytest.raises(BundleMissingError):
        fetch(store, Service(url=f"{service.url}/license/"), root)
    assert service.asked == ["GET /license/api/v1/bundle"]


KILLED = 9


def killed_after(steps: int, action: Callable[[], object]) -> bool:
    """Run something in a process of its own, gone once it has changed the disk that often."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            nonlocal steps
            if steps == 0:
                os._exit(KILLED)  # no cleaning up, as with SIGKILL
            steps -= 1
            return real(*arguments, **options)

        return call

    try:
        for name in ("fsync", "replace", "mkdir", "unlink", "rmdir"):
            setattr(os, name, dying(getattr(os, name)))
        action()
    finally:
        os._exit(0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_sync_killed_at_any_step_leaves_the_old_store_or_the_new_one(
    store: Path, root: Path, tmp_path: Path
) -> None:
    carry(store, write_bundle(tmp_path / "stick", CHAOYANG.files()), root)
    old = stored(store)
    stick = write_bundle(tmp_path / "stick", TOMORROW.files({10: 1}, number=2))
    remembered = write_memory(Memory(1, 2, TOMORROW.seconds))
    new = old | TOMORROW.files({10: 1}, number=2) | {"memory.json": remembered}
    is_new = []
    for step in range(200):
        write_bundle(store, old)
        if not killed_after(step, lambda: carry(store, stick)):
            break
        finish_interrupted(store)
        assert held(store).left_out == ()
        now = {name: data for name, data in stored(store).items() if name[0] != "."}
        assert now in (old, new)
        is_new.append(now == new)
        assert carry(store, stick).refused == ()
        assert stored(store) == new
    assert stored(store) == new
    assert len(is_new) < 200
    assert is_new == sorted(is_new)  # old up to one moment, new from then on
    assert set(is_new) == {False, True}


def test_of_two_syncs_at_once_the_second_is_told_to_wait(
    store: Path, service: Service, root: Path
) -> None:
    fetch(store, service, root)
    with lock_store(store), pytest.raises(StoreBusyError):
        fetch(store, service)
    assert fetch(store, service).refused == ()


def test_a_store_that_cannot_be_written_is_named(service: Service, root: Path) -> None:
    with pytest.raises(StoreUnwritableError):
        fetch(root / "store", service, root)  # below a file


def test_the_store_is_where_the_platform_keeps_a_persons_data(tmp_path: Path) -> None:
    home = {"HOME": "/home/wang"}
    assert default_store(home, "linux") == Path("/home/wang/.local/share/mobile-scanner")
    named = home | {"XDG_DATA_HOME": str(tmp_path)}
    assert default_store(named, "linux") == tmp_path / "mobile-scanner"
    relative = home | {"XDG_DATA_HOME": "data"}
    assert default_store(relative, "linux") == default_store(home, "linux")
    assert default_store(home, "darwin").parts[-2:] == ("Application Support", "mobile-scanner")
    windows = {"LOCALAPPDATA": "/c/AppData/Local"}
    assert default_store(windows, "win32") == Path("/c/AppData/Local/mobile-scanner")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"url": 7}', b"\xff", b"[" * 100_000])
def test_a_spoilt_note_of_the_server_is_no_server(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "server.json").write_bytes(content)
    assert read_server(tmp_path) is None


VERSIONS = [CHAOYANG.later(hours=hours) for hours in range(4)]
SIGNED = [
    {"trust": d.trust_list(number=1 + at), "status": d.status_list(), "codes": d.code_list()}
    for at, d in enumerate(VERSIONS)
]


@settings(max_examples=15)
@given(offers=st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=5))
def test_whatever_is_offered_a_store_never_grows_older(
    offers: list[tuple[int, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sync")
    store, root = folder / "store", root_file(folder)
    newest = (0, 0, 0)
    for trust, status, codes in offers:
        stick = write_bundle(
            folder / "stick",
            {
                TRUST: SIGNED[trust]["trust"],
                STATUS: SIGNED[status]["status"],
                CODES: SIGNED[codes]["codes"],
            },
        )
        report = carry(store, stick, root)
        newest = tuple(map(max, newest, (trust, status, codes)))  # type: ignore[assignment]
        trusted = held(store).trusted
        assert trusted.trust.number == 1 + newest[0]
        assert trusted.status["110105", 0].issued_at == VERSIONS[newest[1]].seconds
        assert trusted.code_lists["110105", 2023].issued_at == VERSIONS[newest[2]].seconds
        offered = dict(zip((TRUST, STATUS, CODES), (trust, status, codes), strict=True))
        kept = dict(zip((TRUST, STATUS, CODES), newest, strict=True))
        assert {error.path for error in report.refused} == {
            path for path in offered if offered[path] < kept[path]
        }


@dataclass(frozen=True)
class Flood:
    """A server that gives a megabyte of nothing under each of many names, and what is signed."""

    files: dict[str, bytes]
    name: str = "flood"
    server: str | None = None

    def contents(self) -> Manifest:
        data = self.fetch_any("")
        junk = {f"status/110105/{number}.cbor": data for number in range(1, 200)}
        told = [
            {"path": path, "sha256": sha256(data).hexdigest(), "size": len(data)}
            for path, data in (junk | self.files).items()
        ]
        return parse_manifest(json.dumps({"files": told}).encode(), source=self.name)

    def fetch(self, entry: Entry) -> bytes:
        return self.fetch_any(str(entry.path))

    def fetch_any(self, path: str) -> bytes:
        return self.files.get(path) or bytes(MAX_BYTES[ListKind.STATUS])


def test_what_is_refused_is_not_kept(store: Path, root: Path) -> None:
    """An error is kept to be told; the bytes that it is about are not, nor what they were read into."""
    tracemalloc.start()
    try:
        report = sync_store(store, Flood(CHAOYANG.files()), at=LATER, root=root)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert names(report.brought) == sorted(CHAOYANG.files())
    assert len(report.refused) == 199
    assert peak < 16 << 20
