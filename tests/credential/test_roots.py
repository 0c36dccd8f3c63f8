"""Roots and messages that several sign: what is written comes back, and nobody counts twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import CredentialError, EnvelopeError, RootError
from credential.multisign import assemble, cosign, draft, read_draft, read_sign, write_sign
from credential.roots import follow_roots, open_root, read_root, succeed_root
from tests.vectors.district import (
    ROOT,
    ROOT_HOLDERS,
    ROOT_MESSAGE,
    es256_key,
    make_root,
    seal_root,
)
from tests.vectors.scenarios.roots import FOURTH, NEXT, NEXT_MESSAGE

FIRST, SECOND, THIRD = ROOT_HOLDERS


@given(
    st.integers(1, 16).flatmap(lambda count: st.tuples(st.just(count), st.integers(1, count))),
    st.integers(1, 2**53 - 1),
)
def test_any_root_comes_back(sizes: tuple[int, int], number: int) -> None:
    count, threshold = sizes
    holders = [es256_key(f"holder {place}") for place in range(count)]
    root = make_root(*holders, number=number, threshold=threshold)
    opened = open_root(seal_root(root, *holders[:threshold]))
    assert opened == root
    assert opened.fingerprint == root.fingerprint


def test_a_fingerprint_does_not_hang_on_who_has_signed() -> None:
    others = open_root(seal_root(ROOT, SECOND, THIRD))
    assert others.fingerprint == open_root(ROOT_MESSAGE).fingerprint
    assert make_root(threshold=3).fingerprint != ROOT.fingerprint


@given(st.sets(st.sampled_from([*ROOT_HOLDERS, FOURTH]), min_size=1))
def test_a_successor_needs_both_thresholds(signers: set[object]) -> None:
    message = seal_root(NEXT, *signers)  # type: ignore[arg-type]
    old = len(signers & {FIRST, SECOND, THIRD})
    new = len(signers & {SECOND, THIRD, FOURTH})
    if old >= 2 and new >= 2:
        assert succeed_root(ROOT, message) == NEXT
    else:
        with pytest.raises(RootError):
            succeed_root(ROOT, message)


def test_roots_are_followed_as_far_as_they_lead() -> None:
    third = make_root(SECOND, FOURTH, number=3)
    published = {1: ROOT_MESSAGE, 2: NEXT_MESSAGE, 3: seal_root(third, SECOND, THIRD, FOURTH)}
    assert follow_roots(ROOT, published) == third
    assert follow_roots(NEXT, published) == third
    assert follow_roots(ROOT, {1: ROOT_MESSAGE, 3: published[3]}) == ROOT
    assert follow_roots(third, published) == third


def test_an_expired_root_still_opens_its_successor() -> None:
    """Signed after its end: that bounds the lists under it, and not the way to the next root."""
    late = make_root(
        SECOND, FOURTH, number=2, issued="2031-01-01T09:00:00", expires="2034-01-01T09:00:00"
    )
    assert late.issued_at > ROOT.expires_at
    assert succeed_root(ROOT, seal_root(late, SECOND, THIRD, FOURTH)) == late
    with pytest.raises(RootError):
        succeed_root(ROOT, seal_root(late, SECOND, FOURTH))  # by its threshold as ever


@given(st.data())
def test_no_changed_byte_of_a_root_is_taken(draw: st.DataObject) -> None:
    data = bytearray(
        seal_root(NEXT, SECOND, THIRD)
    )  # just enough: a stranger's would be passed over
    data[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(RootError):
        succeed_root(ROOT, bytes(data))


@given(st.binary(max_size=80))
def test_any_bytes_are_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(RootError):
        open_root(data)
    with pytest.raises(RootError):
        read_root(data)
    with pytest.raises(EnvelopeError):
        read_sign(data, max_bytes=80)


@given(st.binary(max_size=60), st.text(max_size=20), st.sets(st.sampled_from(ROOT_HOLDERS)))
def test_any_message_comes_back(payload: bytes, type: str, signers: set[object]) -> None:
    message = draft(payload, type=type)
    for signer in signers:
        message = cosign(message, signer)  # type: ignore[arg-type]
    assert read_draft(write_sign(message), max_bytes=4096) == message
    if not signers:
        with pytest.raises(EnvelopeError):
            read_sign(write_sign(message), max_bytes=4096)


def test_signatures_made_apart_are_put_together() -> None:
    blank = draft(b"claims", type="type")
    apart = [cosign(blank, holder) for holder in ROOT_HOLDERS]
    together = assemble(blank, apart)
    in_turn = cosign(cosign(cosign(blank, THIRD), FIRST), SECOND)
    assert together == in_turn
    assert together.open(ROOT.by_key_id, threshold=3) == b"claims"
    assert assemble(together, apart) == together


def test_signatures_of_another_payload_are_not_put_in() -> None:
    one, other = draft(b"claims", type="type"), draft(b"other", type="type")
    for stranger in (other, draft(b"claims", type="other type")):
        with pytest.raises(EnvelopeError):
            assemble(one, [cosign(stranger, FIRST)])


def test_a_signature_is_for_its_type_alone() -> None:
    signed = cosign(draft(b"claims", type="type"), FIRST)
    moved = draft(b"claims", type="other type")._replace(signatures=signed.signatures)
    with pytest.raises(CredentialError):
        moved.open(ROOT.by_key_id, threshold=1)
