"""Other districts' lists are taken in for what they verify as, never for where they lie."""

import logging
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential.reasons import Outcome
from credential.trusted import MAX_LISTS
from keys.files import create_key, public_pem
from mobile_scanner.bundle import ListKind, parse_path
from tests.verify_service.bureau import NOON, Bureau, codes, day, days
from tests.verify_service.publishing.neighbors import CODE, CODES, STATUS, Neighbor, welcome
from verify_service.issuing.service import Issued
from verify_service.publishing.errors import ListAheadError, ListRefusedError, ListTooManyError
from verify_service.publishing.trusted_lists import place_of

OWN = "status/110105/0.cbor"


@pytest.fixture
def neighbor(sqlite_bureau: Bureau) -> Neighbor:
    return welcome(sqlite_bureau)


@pytest.fixture
def issued(sqlite_bureau: Bureau, neighbor: Neighbor) -> Issued:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    return sqlite_bureau.issue(shop)


def published(bureau: Bureau, name: str) -> bytes | None:
    artifact = bureau.service.publisher.artifact(name)
    return None if artifact is None else artifact.content


def test_a_neighbors_license_is_verified_with_the_lists_taken_in(
    sqlite_bureau: Bureau, neighbor: Neighbor, issued: Issued
) -> None:
    bureau, publisher = sqlite_bureau, sqlite_bureau.service.publisher
    text = neighbor.license_like(issued)
    assert codes(bureau.online(text)) == {"status-missing", "catalog-unknown"}
    publisher.take_in(STATUS, neighbor.status_list(NOON), at=NOON)
    publisher.take_in(CODES, neighbor.code_list(NOON), at=NOON)
    for verdict in (bureau.online(text), bureau.offline(text)):
        assert (verdict.outcome, codes(verdict)) == (Outcome.VALID, set())
        assert verdict.genuine is not None
        assert verdict.genuine.number.startswith("海综许")
    # Our registry is not the one that knows it, and is not asked.
    assert bureau.online(text).checked.registry == "not_checked"


def test_a_newer_list_replaces_and_an_older_one_changes_nothing(
    sqlite_bureau: Bureau, neighbor: Neighbor, issued: Issued
) -> None:
    publisher = sqlite_bureau.service.publisher
    old, new = (neighbor.status_list(NOON + timedelta(hours=h)) for h in (0, 1))
    for data, expected in ((old, old), (new, new), (old, new), (new, new)):
        publisher.take_in(STATUS, data, at=days(1))
        assert published(sqlite_bureau, STATUS) == expected


def test_a_rolled_back_status_list_from_another_process_changes_nothing(
    sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    other = sqlite_bureau.reopened()
    other.service.lists.current()  # what it has seen is older than both
    ended = bytes([0x11] * 8)
    sqlite_bureau.service.publisher.take_in(
        STATUS, neighbor.status_list(days(1), entries=ended), at=days(1)
    )
    other.service.publisher.take_in(STATUS, neighbor.status_list(NOON), at=days(1))
    other.service.close()
    assert sqlite_bureau.bundle().status[CODE, 0].entries == ended


@pytest.mark.parametrize("name", [STATUS, CODES])
def test_a_neighbors_list_that_is_dated_ahead_is_refused_until_then(
    name: str, sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    """It would be newer than whatever the neighbor signs till then."""
    publisher = sqlite_bureau.service.publisher
    sign = neighbor.status_list if name == STATUS else neighbor.code_list
    ahead = sign(NOON + timedelta(seconds=301))
    with pytest.raises(ListAheadError) as caught:
        publisher.take_in(name, ahead, at=NOON)
    assert (caught.value.name, published(sqlite_bureau, name)) == (name, None)
    publisher.take_in(name, sign(NOON), at=NOON)
    assert published(sqlite_bureau, name) == sign(NOON)
    publisher.take_in(name, ahead, at=NOON + timedelta(seconds=1))
    assert published(sqlite_bureau, name) == ahead


def test_a_list_signed_by_nobody_on_the_trust_list_is_refused(
    sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    forger = Neighbor(
        signer=sqlite_bureau.root.signers[0]
    )  # a root signs trust lists, and nothing else
    for name, data in (
        (STATUS, forger.status_list(NOON)),
        (CODES, forger.code_list(NOON)),
    ):
        with pytest.raises(ListRefusedError) as caught:
            sqlite_bureau.service.publisher.take_in(name, data, at=NOON)
        assert caught.value.name == name
        assert published(sqlite_bureau, name) is None


def test_our_own_key_does_not_sign_for_the_neighbor(
    sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    insider = Neighbor(signer=sqlite_bureau.signer)
    with pytest.raises(ListRefusedError):
        sqlite_bureau.service.publisher.take_in(STATUS, insider.status_list(NOON), at=NOON)
    with pytest.raises(ListRefusedError):
        sqlite_bureau.service.publisher.take_in(CODES, insider.code_list(NOON), at=NOON)


def test_a_neighbors_list_never_takes_the_place_of_ours(
    sqlite_bureau: Bureau, neighbor: Neighbor, issued: Issued
) -> None:
    before = published(sqlite_bureau, OWN)
    sqlite_bureau.service.publisher.take_in(OWN, neighbor.status_list(days(1)), at=NOON)
    assert published(sqlite_bureau, OWN) == before
    assert sqlite_bureau.offline(issued.text).outcome is Outcome.VALID


@pytest.mark.parametrize(
    "name",
    [
        "status/110106/0.cbor",
        f"status/{CODE}/1.cbor",
        f"status/{CODE}/00.cbor",
        f"status/{CODE}/4096.cbor",
        f"status/{CODE}/٠.cbor",
        f"status/{CODE}/0",
        f"status/{CODE}/0.cbor.cbor",
        "status/../0.cbor",
        f"status/../status/{CODE}/0.cbor",
        f"/status/{CODE}/0.cbor",
        f"catalogs/{CODE}/0.cbor",
        "trust-list.cbor",
        "",
    ],
)
def test_a_list_is_taken_in_at_its_own_place_alone(
    name: str, sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    before = [each.name for each in sqlite_bureau.service.publisher.manifest()]
    with pytest.raises(ListRefusedError) as caught:
        sqlite_bureau.service.publisher.take_in(name, neighbor.status_list(NOON), at=NOON)
    assert caught.value.name == name
    assert [each.name for each in sqlite_bureau.service.publisher.manifest()] == before


def test_of_a_neighbors_many_lists_no_more_are_taken_in_than_are_kept(
    sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    publisher = sqlite_bureau.service.publisher
    for number in range(MAX_LISTS):
        publisher.take_in(
            f"status/{CODE}/{number}.cbor", neighbor.status_list(NOON, number=number), at=NOON
        )
        edition = 2000 + number
        publisher.take_in(
            f"catalogs/{CODE}/{edition}.cbor", neighbor.code_list(NOON, edition=edition), at=NOON
        )
    before = [each.name for each in publisher.manifest()]
    for name, data in (
        (f"status/{CODE}/99.cbor", neighbor.status_list(NOON, number=99)),
        (CODES, neighbor.code_list(NOON)),
    ):
        with pytest.raises(ListTooManyError) as caught:
            publisher.take_in(name, data, at=NOON)
        assert caught.value.name == name
    assert [each.name for each in publisher.manifest()] == before
    newer = neighbor.status_list(days(1))
    assert publisher.take_in(STATUS, newer, at=days(1))
    assert published(sqlite_bureau, STATUS) == newer


def test_the_lists_of_a_neighbors_stolen_key_leave_room_for_those_of_the_next(
    sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    bureau, publisher = sqlite_bureau, sqlite_bureau.service.publisher
    for number in range(100, 100 + MAX_LISTS):
        publisher.take_in(
            f"status/{CODE}/{number}.cbor", neighbor.status_list(NOON, number=number), at=NOON
        )
    successor = Neighbor(signer=create_key(bureau.folder / "next.pem", suite="Ed25519"))
    (bureau.folder / "next.pub.pem").write_bytes(public_pem(successor.signer.verification_key))
    source = bureau.folder / "trust-list.toml"
    public = 'public = "neighbor.pub.pem"\n'
    added = f'compromised = {day(-700)}\nfrom = {day(-700)}\n[[issuers.keys]]\npublic = "next.pub.pem"\n'
    text = source.read_text("utf-8")
    source.write_text(text.replace(public, public + added), "utf-8")
    publisher.publish_trust_list(bureau.sign_trust_list(3, at=NOON), at=NOON)
    assert publisher.take_in(STATUS, successor.status_list(NOON), at=NOON)
    assert [each.name for each in publisher.manifest() if CODE in each.name] == [STATUS]


@given(st.from_regex(r"(status|catalogs)/[0-9]{5,7}/[0-9]{1,7}\.cbor", fullmatch=True))
@example(f"status/{CODE}/4095.cbor")
@example(f"status/{CODE}/4096.cbor")
@example(f"status/{CODE}/9999999.cbor")
@example(f"catalogs/{CODE}/0.cbor")
@example(f"catalogs/{CODE}/12345.cbor")
def test_service_and_scanner_read_the_same_paths(name: str) -> None:
    place, path = place_of(name), parse_path(name)
    assert (place is None) == (path is None)
    if place is not None and path is not None:
        assert (place.key, place.is_status) == (
            (path.issuer, path.number),
            path.kind is ListKind.STATUS,
        )


def test_a_code_list_of_another_edition_than_its_path_says_is_refused(
    sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    data = neighbor.code_list(NOON, edition=2022)
    with pytest.raises(ListRefusedError, match="2022"):
        sqlite_bureau.service.publisher.take_in(CODES, data, at=NOON)


@pytest.mark.parametrize("data", [b"", b"garbage", bytes(2_000_000)], ids=["empty", "text", "huge"])
def test_garbage_is_refused_by_its_name(
    data: bytes, sqlite_bureau: Bureau, neighbor: Neighbor
) -> None:
    with pytest.raises(ListRefusedError) as caught:
        sqlite_bureau.service.publisher.take_in(STATUS, data, at=NOON)
    assert STATUS in caught.value.message()["zh"]
    assert STATUS in caught.value.message()["en"]


def test_garbage_in_the_peers_folder_is_named_and_keeps_nobody_from_the_rest(
    sqlite_bureau: Bureau,
    neighbor: Neighbor,
    issued: Issued,
    caplog: pytest.LogCaptureFixture,
) -> None:
    peers = sqlite_bureau.service.settings.peers
    for name, data in (
        (CODES, b"garbage"),
        (STATUS, neighbor.status_list(NOON)),
        ("status/110106/0.cbor", neighbor.status_list(days(1))),
    ):
        (peers / name).parent.mkdir(parents=True, exist_ok=True)
        (peers / name).write_bytes(data)
    (peers / "status" / "110107" / "0.cbor").mkdir(parents=True)
    with caplog.at_level(logging.ERROR):
        sqlite_bureau.service.prepare(at=NOON)
    named = "\n".join(record.getMessage() for record in caplog.records)
    for name in (CODES, "110106/0.cbor", "110107/0.cbor"):
        assert name in named
    assert published(sqlite_bureau, STATUS) == neighbor.status_list(NOON)
    assert codes(sqlite_bureau.online(neighbor.license_like(issued))) == {"catalog-unknown"}


def test_a_compromised_neighbors_lists_are_let_go_with_the_next_trust_list(
    sqlite_bureau: Bureau, neighbor: Neighbor, issued: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    bureau = sqlite_bureau
    bureau.service.publisher.take_in(STATUS, neighbor.status_list(NOON), at=NOON)
    source = bureau.folder / "trust-list.toml"
    text = source.read_text("utf-8")
    public = 'public = "neighbor.pub.pem"\n'
    assert public in text
    marked = text.replace(public, f"{public}compromised = {NOON.date()}\n")
    source.write_text(marked, "utf-8")
    with caplog.at_level(logging.ERROR):
        bureau.service.publisher.publish_trust_list(bureau.sign_trust_list(3, at=NOON), at=NOON)
    assert STATUS in "\n".join(record.getMessage() for record in caplog.records)
    assert (CODE, 0) not in bureau.service.lists.current().status
    assert codes(bureau.online(neighbor.license_like(issued))) == {"key-compromised"}
    assert bureau.online(issued.text).outcome is Outcome.VALID  # ours go on
