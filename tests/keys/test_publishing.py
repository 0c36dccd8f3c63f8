"""What is published over another list is held against it; of the roots there, only those that follow."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credential.days import day_at
from credential.roots import Root, open_root, succeed_root
from credential.signer import PrivateKeySigner
from credential.trust import Issuer, TrustList
from credential.trust_list import seal_trust_list
from keys.ceremony import make_root
from keys.errors import CeremonyError, Trouble
from keys.publishing import publish
from tests.vectors.district import CHAOYANG, CHAOYANG_KEY, HAIDIAN_KEY, es256_key, key

AT = datetime(2031, 5, 20, 4, tzinfo=UTC)
A, B, C, D = (es256_key(f"holder {place}") for place in range(4))
STRANGERS = (es256_key("stranger 0"), es256_key("stranger 1"))
ENTRY = CHAOYANG._replace(keys=(key(CHAOYANG_KEY),))
TODAY = day_at(int(AT.timestamp()))
STOLEN = ENTRY._replace(keys=(ENTRY.keys[0]._replace(compromised_day=ENTRY.keys[0].from_day),))


def root(
    *holders: PrivateKeySigner,
    previous: Root | None = None,
    by: tuple[PrivateKeySigner, ...] = (),
    threshold: int = 2,
) -> bytes:
    return make_root(
        [(each.key_id.hex(), each, each.verification_key) for each in holders],
        threshold=threshold,
        at=AT,
        lifetime=timedelta(days=2000),
        previous=previous,
        previous_holders=by,
    )


def listed(
    number: int, *signers: PrivateKeySigner, days: float = 0, issuer: Issuer = ENTRY
) -> bytes:
    """List `number` of an issuer, signed some days after."""
    issued = int((AT + timedelta(days=days)).timestamp())
    expires = issued + 90 * 86_400
    of_one = TrustList(number=number, issued_at=issued, expires_at=expires, issuers=(issuer,))
    return seal_trust_list(of_one, signers)


ONE = root(A, B, C)
TWO = root(B, C, D, previous=open_root(ONE), by=(B, C))
THREE = root(A, C, D, previous=succeed_root(open_root(ONE), TWO), by=(C, D))


def lay(folder: Path, data: bytes, **roots: bytes) -> Path:
    """What is in a folder before: a list, and roots by the names `r1` and so on."""
    (folder / "roots").mkdir(parents=True)
    (folder / "trust-list.cbor").write_bytes(data)
    for name, message in roots.items():
        (folder / "roots" / f"{name[1:]}.cbor").write_bytes(message)
    return folder


def refused(folder: Path, data: bytes, roots: dict[int, bytes], **words: str) -> CeremonyError:
    """Why it is not published; nothing in the folder is another."""
    before = {path: path.read_bytes() for path in folder.rglob("*.cbor")}
    with pytest.raises(CeremonyError) as caught:
        publish(folder, data, roots, **words)
    assert {path: path.read_bytes() for path in folder.rglob("*.cbor")} == before
    return caught.value


# ---- held against the list there --------------------------------------------------------------------


@pytest.mark.parametrize("roots", [{1: ONE, 2: TWO}, {2: TWO}], ids=["both", "the last one"])
def test_a_compromise_is_not_taken_back_at_a_change_of_root(
    roots: dict[int, bytes], tmp_path: Path
) -> None:
    """Drafted as number 1, with no list before it."""
    folder = lay(tmp_path, listed(7, A, B, issuer=STOLEN), r1=ONE)
    new = listed(1, C, D, days=1)
    error = refused(folder, new, roots)
    assert error.trouble is Trouble.BELIEVED_AGAIN
    assert "7 → 1; publish --emergency WHY" in error.detail
    done = publish(folder, new, roots, emergency="it was never stolen")
    assert [trouble for trouble, _ in done.let_through] == [Trouble.BELIEVED_AGAIN]
    assert (folder / "trust-list.cbor").read_bytes() == new


def test_an_emergency_lets_no_older_list_through(tmp_path: Path) -> None:
    folder = lay(tmp_path, listed(7, A, B), r1=ONE)
    for old in (listed(6, A, B, days=1), listed(7, A, B, days=1)):
        error = refused(folder, old, {1: ONE}, emergency="there is a reason")
        assert error.trouble is Trouble.NOT_NEWER


def test_a_key_is_announced_to_those_who_hold_the_list_there(tmp_path: Path) -> None:
    """List 4 announced it in good time, and nobody was given list 4."""
    new_key = key(HAIDIAN_KEY)._replace(from_day=TODAY + 31)
    announced = ENTRY._replace(keys=(*ENTRY.keys, new_key))
    fourth = listed(4, A, B, issuer=announced)
    fifth = listed(5, A, B, days=31, issuer=announced)
    skipped = lay(tmp_path / "skipped", listed(3, A, B, days=-1), r1=ONE)
    error = refused(skipped, fifth, {1: ONE})
    assert error.trouble is Trouble.NOT_ANNOUNCED
    in_turn = lay(tmp_path / "in turn", listed(3, A, B, days=-1), r1=ONE)
    for data in (fourth, fifth):
        assert publish(in_turn, data, {1: ONE}).let_through == ()


def test_what_is_published_once_more_needs_no_reason(tmp_path: Path) -> None:
    folder = lay(tmp_path, listed(1, A, B, issuer=STOLEN), r1=ONE)
    new = listed(2, A, B, days=1)
    publish(folder, new, {1: ONE}, emergency="it was never stolen")
    assert publish(folder, new, {1: ONE}).let_through == ()


def test_a_list_that_no_root_opens_is_compared_with_nothing_and_it_is_said(tmp_path: Path) -> None:
    folder = lay(tmp_path, listed(9, *STRANGERS, issuer=STOLEN))
    assert not publish(folder, listed(1, A, B), {1: ONE}).is_compared
    assert publish(folder, listed(2, A, B, days=1), {1: ONE}).is_compared
    assert publish(tmp_path / "empty", listed(1, A, B), {1: ONE}).is_compared


# ---- roots that are there ---------------------------------------------------------------------------


@pytest.mark.parametrize("there", [{"r2": TWO}, {"r2": TWO, "r3": THREE}], ids=["one", "two"])
def test_a_list_that_the_last_root_there_does_not_open_is_refused(
    there: dict[str, bytes], tmp_path: Path
) -> None:
    folder = lay(tmp_path, listed(4, B, C), r1=ONE, **there)
    error = refused(folder, listed(5, A, B, days=1), {1: ONE}, emergency="there is a reason")
    assert error.trouble is Trouble.ROOT_SUCCEEDED
    assert f"roots/{1 + len(there)}.cbor" in error.detail


def test_a_list_that_the_last_root_there_opens_is_published(tmp_path: Path) -> None:
    folder = lay(tmp_path, listed(4, B, C), r1=ONE, r2=TWO)
    done = publish(folder, listed(5, B, C, days=1), {1: ONE})
    assert (done.root.number, done.passed_over) == (2, ())


def test_a_stranger_s_root_and_list_keep_nobody_out(tmp_path: Path) -> None:
    late = listed(1 << 52, *STRANGERS, days=2000)
    theirs = make_strangers_root(number=5)
    folder = lay(tmp_path, late, r1=ONE, r2=root(*STRANGERS), r5=theirs, r6=b"garbage")
    (folder / "roots/README.cbor").write_bytes(b"")
    (folder / "roots/7.cbor").mkdir()
    new = listed(2, A, B)
    done = publish(folder, new, {1: ONE})
    assert done.root == open_root(ONE)
    assert [path.name for path in done.passed_over] == ["2.cbor", "5.cbor", "6.cbor", "7.cbor"]
    assert not done.is_compared
    assert (folder / "trust-list.cbor").read_bytes() == new


def make_strangers_root(*, number: int) -> bytes:
    data = root(*STRANGERS)
    for _ in range(1, number):
        data = root(*STRANGERS, previous=open_root(data), by=STRANGERS)
    return data


def test_garbage_in_the_place_of_a_root_that_is_given_is_named(tmp_path: Path) -> None:
    folder = lay(tmp_path, listed(1, A, B), r1=ONE, r2=b"garbage")
    new = listed(2, B, C, days=1)
    error = refused(folder, new, {1: ONE, 2: TWO})
    assert (error.trouble, error.detail) == (Trouble.NOT_NEWER, str(folder / "roots/2.cbor"))
    (folder / "roots/1.cbor").unlink()  # nor is the other root written first
    refused(folder, new, {1: ONE, 2: TWO})
