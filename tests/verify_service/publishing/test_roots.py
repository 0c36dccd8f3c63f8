"""Roots are published with the list under them, both or neither, and the pin is the operator's."""

import logging
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credential.roots import open_root
from keys.ceremony import make_root
from tests.ceremonies import LONG, create_root, sign_source
from tests.verify_service.bureau import NOON, Bureau, days, read_bundle
from tests.verify_service.publishing.succession import Succession
from verify_service.publishing.errors import ListOlderError, ListRefusedError
from verify_service.publishing.trusted_lists import TRUST_LIST
from verify_service.registry.errors import StaleArtifactError

ROOT_2 = "roots/2.cbor"


@pytest.fixture
def next_root(sqlite_bureau: Bureau) -> Succession:
    return Succession(sqlite_bureau)


def names(bureau: Bureau) -> set[str]:
    return {artifact.name for artifact in bureau.service.publisher.manifest()}


def in_use(bureau: Bureau) -> tuple[int, int]:
    trusted = bureau.service.lists.refresh()
    return trusted.root.number, trusted.trust.number


def test_a_successor_comes_with_the_list_under_it(next_root: Succession) -> None:
    bureau = next_root.bureau
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop)
    held = bureau.bundle()
    next_root.publish(next_root.list_by(bureau.root.signers[2], next_root.fourth))
    assert in_use(bureau) == (2, 2)
    assert {"roots/1.cbor", ROOT_2} <= names(bureau)
    # A scanner that has the first root walks from it to the second.
    bundle = bureau.folder / "bundle"
    assert read_bundle(bundle, bureau.folder / "root.cbor").root == held.root
    assert bureau.bundle().root == next_root.root
    assert bureau.offline(issued.text).outcome == bureau.online(issued.text).outcome == "valid"


def test_an_expired_root_still_opens_its_successor(sqlite_bureau: Bureau) -> None:
    """Its own end bounds the lists under it, and not the way to the next root."""
    bureau = sqlite_bureau
    ended = bureau.root.root.expires_at
    late = Succession(bureau, at=datetime.fromtimestamp(ended, UTC) + timedelta(days=30))
    assert late.root.issued_at > ended
    late.publish(late.list_by(bureau.root.signers[2], late.fourth))
    assert in_use(bureau) == (2, 2)
    assert bureau.bundle().root == late.root  # a scanner that has the first root walks to it, too


def test_a_list_of_both_roots_leaves_nobody_behind(next_root: Succession) -> None:
    bureau = next_root.bureau
    first, second, _ = bureau.root.signers
    data = next_root.list_by(first, second, next_root.fourth)
    bureau.service.publisher.publish_trust_list(data, at=NOON)
    assert in_use(bureau) == (1, 2)
    next_root.publish(data)
    assert in_use(bureau) == (2, 2)


def test_the_same_list_signed_for_the_next_root_is_taken_with_it(next_root: Succession) -> None:
    bureau = next_root.bureau
    first, second, third = bureau.root.signers
    bureau.service.publisher.publish_trust_list(next_root.list_by(first, second), at=NOON)
    signed_again = next_root.list_by(third, next_root.fourth)
    next_root.publish(signed_again)
    assert in_use(bureau) == (2, 2)
    published = bureau.service.publisher.artifact(TRUST_LIST)
    assert published is not None
    assert published.content == signed_again


def test_a_successor_without_its_list_is_not_taken(next_root: Succession) -> None:
    bureau = next_root.bureau
    with pytest.raises(ListRefusedError):
        next_root.publish(next_root.list_by(*bureau.root.signers[:2]))  # of root 1 alone
    assert in_use(bureau) == (1, 1)
    assert ROOT_2 not in names(bureau)


def test_what_the_holder_who_left_signs_is_not_taken(next_root: Succession) -> None:
    """A revoked root key: with another old one it is a threshold of root 1, and of nothing else."""
    bureau = next_root.bureau
    first, second, third = bureau.root.signers
    next_root.publish(next_root.list_by(third, next_root.fourth))
    with pytest.raises(ListRefusedError):
        next_root.publish(next_root.list_by(first, second, number=3))
    with pytest.raises(ListRefusedError):
        bureau.service.publisher.publish_trust_list(
            next_root.list_by(first, third, number=3), at=NOON
        )
    assert in_use(bureau) == (2, 2)


def test_a_fork_of_the_roots_is_refused(next_root: Succession) -> None:
    bureau = next_root.bureau
    first, second, third = bureau.root.signers
    next_root.publish(next_root.list_by(third, next_root.fourth))
    other = make_root(
        [
            (each.holder, key, each.key)
            for each, key in zip(bureau.root.root.keys, bureau.root.signers, strict=True)
        ],
        threshold=1,
        at=NOON,
        lifetime=LONG,
        previous=bureau.root.root,
    )
    with pytest.raises(ListRefusedError) as caught:
        next_root.publish(next_root.list_by(first, second, third, number=3), n2=other)
    assert caught.value.name == ROOT_2
    assert in_use(bureau) == (2, 2)


def test_a_root_under_another_number_is_refused(next_root: Succession) -> None:
    data = next_root.list_by(next_root.bureau.root.signers[2], next_root.fourth)
    with pytest.raises(ListRefusedError, match="it is root 2"):
        next_root.publish(data, n3=next_root.message)


def test_a_number_driven_up_by_thieves_ends_with_the_next_root(next_root: Succession) -> None:
    bureau = next_root.bureau
    _, _, third = bureau.root.signers
    first_two = bureau.root.signers[:2]
    driven_up = next_root.list_by(*first_two, number=2**53 - 1)
    bureau.service.publisher.publish_trust_list(driven_up, at=NOON)
    next_root.publish(next_root.list_by(third, next_root.fourth, number=2))
    assert in_use(bureau) == (2, 2)


def test_a_list_from_before_the_one_published_is_refused_under_a_root_that_this_does_not_open(
    next_root: Succession,
) -> None:
    """Rollback across a change of root: the one published is signed by a holder who has left."""
    bureau = next_root.bureau
    first, second, third = bureau.root.signers
    published = next_root.list_by(first, second, number=5)
    bureau.service.publisher.publish_trust_list(published, at=NOON)
    for number, error in ((4, StaleArtifactError), (5, StaleArtifactError), (6, ListOlderError)):
        with pytest.raises(error) as caught:
            next_root.publish(next_root.list_by(second, third, number=number, at=days(-1)))
        assert TRUST_LIST in str(caught.value)
    assert in_use(bureau) == (1, 5)
    assert ROOT_2 not in names(bureau)
    next_root.publish(next_root.list_by(second, third, number=6))
    assert in_use(bureau) == (2, 6)


def test_a_service_takes_roots_from_its_folder_when_it_prepares(next_root: Succession) -> None:
    bureau = next_root.bureau
    roots = bureau.folder / "roots"
    roots.mkdir()
    (roots / "2.cbor").write_bytes(next_root.message)
    data = next_root.list_by(bureau.root.signers[2], next_root.fourth)
    (bureau.folder / TRUST_LIST).write_bytes(data)
    bureau.service.prepare(at=NOON)
    assert in_use(bureau) == (2, 2)
    with closing(bureau.reopened().service) as again:
        assert again.lists.refresh().root == next_root.root


@pytest.mark.parametrize(
    "name", ["README", "x.cbor", "02.cbor", "0.cbor", "2.CBOR", ".2.cbor.0123456789abcdef.part"]
)
def test_a_file_of_another_name_among_the_roots_is_told_and_in_nobodys_way(
    name: str, next_root: Succession, caplog: pytest.LogCaptureFixture
) -> None:
    bureau = next_root.bureau
    roots = bureau.folder / "roots"
    (roots / "old").mkdir(parents=True)
    (roots / name).write_bytes(b"what this folder is for")
    (roots / "2.cbor").write_bytes(next_root.message)
    data = next_root.list_by(bureau.root.signers[2], next_root.fourth)
    (bureau.folder / TRUST_LIST).write_bytes(data)
    with caplog.at_level(logging.WARNING):
        bureau.service.prepare(at=NOON)
    assert in_use(bureau) == (2, 2)
    assert f"passed over {roots / name}: a root is called NUMBER.cbor" in caplog.messages
    assert f"passed over {roots / 'old'}: a root is called NUMBER.cbor" in caplog.messages


def test_another_pin_begins_anew(
    sqlite_bureau: Bureau, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After a threshold of the old root's keys was stolen: by hand, everywhere."""
    bureau = sqlite_bureau
    bureau.service.publisher.publish_trust_list(bureau.sign_trust_list(7, at=NOON), at=NOON)
    new = tmp_path / "new"
    new.mkdir()
    holders = create_root(new, at=NOON)
    source = bureau.folder / "trust-list.toml"
    data = sign_source(source, *holders.signers[:2], number=1, at=NOON)
    (bureau.folder / TRUST_LIST).write_bytes(data)
    with closing(bureau.reopened(root=new / "root.cbor").service) as service:
        with caplog.at_level(logging.WARNING):
            service.prepare(at=days(0.1))
        assert "another one" in caplog.text
        assert service.lists.refresh().root == holders.root
        published = service.publisher.artifact("roots/1.cbor")
        assert published is not None
        assert open_root(published.content) == holders.root
        assert service.publisher.write_bundle(tmp_path / "bundle", at=days(0.1)).kept == ()
