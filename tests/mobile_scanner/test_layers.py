"""A stick that is scanned with goes on top of the store: nothing older on it counts."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from credential.days import day_of
from tests.mobile_scanner.district import FOOD_ENTRY, OTHER_HOLDERS, District, p256, write_bundle
from tests.mobile_scanner.program import CHAOYANG, NOW, Run, run

STATUS = "status/110105/0.cbor"
EARLIER, RECENT = CHAOYANG.later(hours=-5), CHAOYANG.later(hours=-2)


def synced(folder: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """A store, and what is in it."""
    carried = str(write_bundle(folder / "carried", files))
    assert run(folder, "sync", carried, "--root", "root.cbor", "--store", "store").status == 0
    return stored(folder)


def stored(folder: Path) -> dict[str, bytes]:
    files = (path for path in (folder / "store").rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}


def scanned(folder: Path, *arguments: str) -> Run:
    return run(folder, "scan", "--offline", "--store", "store", "--json", *arguments)


def reasons(ended: Run) -> list[str]:
    return [reason["code"] for reason in ended.found[0]["codes"][0]["verdict"]["reasons"]]


def successors_trust_list(district: District) -> tuple[District, bytes]:
    """Trust list no. 2: the bureau's key is compromised, and it has another one."""
    successor = replace(district, key=p256(1002))
    old = district.issuer(compromised=day_of(NOW.date()) - 400)
    issuer = old._replace(keys=(*old.keys, *successor.issuer().keys))
    return successor, district.trust_list(number=2, issuers=(issuer,))


@pytest.mark.parametrize("source", [["pictures"], ["--text", "texts"]])
@pytest.mark.parametrize("root", [[], ["--root", "root.cbor"]])
def test_a_stick_with_an_older_trust_list_does_not_bring_a_compromised_key_back(
    folder: Path, source: list[str], root: list[str]
) -> None:
    (folder / "texts").write_text(CHAOYANG.text() + "\n")
    successor, trust = successors_trust_list(RECENT)
    before = synced(folder, successor.files() | {"trust-list.cbor": trust})
    stick = write_bundle(folder / "stick", EARLIER.files() | {STATUS: CHAOYANG.status_list()})
    assert reasons(scanned(folder, *source)) == ["key-compromised"]
    ended = scanned(folder, *source, "--bundle", str(stick), *root)
    assert (ended.status, ended.outcomes) == (1, [["rejected"]])
    assert reasons(ended) == ["key-compromised"]
    assert "trust-list.cbor: older than the one held (No. 1" in ended.told
    assert stored(folder) == before


def test_what_is_older_on_a_stick_is_refused_and_what_is_newer_is_used(folder: Path) -> None:
    synced(folder, EARLIER.files() | {STATUS: RECENT.status_list({FOOD_ENTRY: 14})})
    stick = folder / "stick"
    write_bundle(stick, EARLIER.files() | {STATUS: EARLIER.status_list()})
    ended = scanned(folder, "pictures", "--bundle", "stick")
    assert ended.outcomes == [["not_in_force"]]
    assert f"{STATUS}: older than the one held" in ended.told
    write_bundle(stick, {STATUS: CHAOYANG.status_list()})
    ended = scanned(folder, "pictures", "--bundle", "stick")
    assert (ended.status, ended.told, ended.outcomes) == (0, "", [["valid"]])
    assert scanned(folder, "pictures").outcomes == [["not_in_force"]]


def test_a_newer_trust_list_on_a_stick_ends_the_lists_of_a_compromised_key(folder: Path) -> None:
    synced(folder, EARLIER.files())
    successor, trust = successors_trust_list(RECENT)
    fresh = {"trust-list.cbor": trust, STATUS: successor.status_list()}
    write_bundle(folder / "stick", EARLIER.files() | fresh)
    assert scanned(folder, "pictures").outcomes == [["valid"]]
    ended = scanned(folder, "pictures", "--bundle", "stick")
    assert reasons(ended) == ["key-compromised"]
    assert "catalogs/110105/2023.cbor: not believed" in ended.told


def test_another_root_than_the_stores_does_not_open_a_stick_either(folder: Path) -> None:
    synced(folder, CHAOYANG.files())
    other = replace(CHAOYANG, signing=OTHER_HOLDERS.keys)
    write_bundle(folder / "stick", other.files())
    (folder / "other.cbor").write_bytes(OTHER_HOLDERS.message)
    ended = scanned(folder, "pictures", "--bundle", "stick", "--root", "other.cbor")
    assert (ended.status, ended.shown) == (3, "")
    assert "is not the one pinned" in ended.told


def test_a_stick_is_not_believed_where_the_stores_memory_is_spoilt(folder: Path) -> None:
    synced(folder, CHAOYANG.files())
    (folder / "store" / "trust-list.cbor").write_bytes(b"\xd2spoilt")
    ended = scanned(folder, "pictures", "--bundle", "bundle")
    assert (ended.status, ended.shown) == (3, "")
    assert "store: its trust list is not believed" in ended.told


def test_a_stick_dated_ahead_of_the_clock_is_not_green_on_top_of_a_store(folder: Path) -> None:
    synced(folder, CHAOYANG.files())
    write_bundle(folder / "stick", CHAOYANG.later(days=1).files())
    ended = scanned(folder, "pictures", "--bundle", "stick")
    assert ended.outcomes == [["indeterminate"]]
    assert reasons(ended) == ["clock-implausible"]


def test_another_root_than_the_stores_is_refused_without_a_stick_too(folder: Path) -> None:
    synced(folder, CHAOYANG.files())
    (folder / "other.cbor").write_bytes(OTHER_HOLDERS.message)
    ended = scanned(folder, "pictures", "--root", "other.cbor")
    assert (ended.status, ended.shown) == (3, "")
    assert "is not the one pinned" in ended.told
    assert scanned(folder, "pictures", "--root", "root.cbor").status == 0
