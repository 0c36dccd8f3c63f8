"""A bundle holds everything published, each file whole or not at all."""

import threading
from pathlib import Path

from credential.reasons import Outcome
from tests.verify_service.bureau import NOON, Bureau, read_bundle
from tests.verify_service.publishing.neighbors import CODES, STATUS, welcome


def test_a_bundle_holds_what_is_published_byte_for_byte(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    neighbor = welcome(bureau)
    bureau.service.publisher.take_in(STATUS, neighbor.status_list(NOON), at=NOON)
    bureau.service.publisher.take_in(CODES, neighbor.code_list(NOON), at=NOON)
    folder = bureau.folder / "bundle"
    bundle = bureau.service.publisher.write_bundle(folder, at=NOON)
    paths = bundle.written
    assert bundle.kept == ()
    assert sorted(path.relative_to(folder).as_posix() for path in paths) == [
        "catalogs/110105/2023.cbor",
        "catalogs/110108/2023.cbor",
        "roots/1.cbor",
        "status/110105/0.base.cbor",
        "status/110105/0.cbor",
        "status/110108/0.cbor",
        "trust-list.cbor",
    ]
    for artifact in bureau.service.publisher.manifest():
        assert (folder / artifact.name).read_bytes() == artifact.content
    assert {path for path in folder.rglob("*") if path.is_file()} == set(paths)
    trusted = read_bundle(folder, bureau.folder / "root.cbor")
    assert set(trusted.status) == {("110105", 0), ("110108", 0)}


def test_a_bundle_written_again_is_the_newer_one(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    first = bureau.bundle()
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop)
    second = bureau.bundle()
    assert second.status["110105", 0].issued_at > first.status["110105", 0].issued_at
    assert bureau.offline(issued.text).outcome is Outcome.VALID


def test_a_reader_never_sees_half_a_file(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    folder = bureau.folder / "bundle"
    bureau.bundle()
    broken: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                read_bundle(folder, bureau.folder / "root.cbor")
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is the finding
                broken.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(40):
        bureau.service.publisher.publish_status_lists(at=NOON)
        bureau.service.publisher.write_bundle(folder, at=NOON)
    done.set()
    reader.join()
    assert broken == []


def test_what_is_left_of_a_killed_writer_is_in_nobodys_way(sqlite_bureau: Bureau) -> None:
    folder = sqlite_bureau.folder / "bundle"
    (folder / "status" / "110105").mkdir(parents=True)
    (folder / "status" / "110105" / "0.cbor.999.part").write_bytes(b"half")
    sqlite_bureau.service.publisher.write_bundle(folder, at=NOON)
    assert _cbor(folder) == {"0.cbor", "0.base.cbor", "1.cbor", "2023.cbor", "trust-list.cbor"}


def _cbor(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.cbor")}
