"""What holders sign apart comes together, and nothing leaves that a verifier would refuse."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credential.errors import CredentialError, EnvelopeError, RootError, TrustListError
from credential.multisign import draft, read_sign
from credential.offer import Offer, draft_offer, open_offer, seal_offer
from credential.roots import open_root, succeed_root
from credential.signer import PrivateKeySigner
from credential.trust import TrustedKey
from credential.trust_list import open_trust_list
from keys.ceremony import (
    make_root,
    make_trust_list,
    propose_root,
    propose_trust_list,
    put_together,
    read_draft_of,
    sign_draft,
)
from keys.errors import CeremonyError, Trouble
from keys.files import create_key, write_public
from tests.ceremonies import create_root
from tests.vectors.district import CHAOYANG, CHAOYANG_KEY, STRANGER_KEY, es256_key

AT = datetime(2031, 5, 20, 4, tzinfo=UTC)
DAYS = timedelta(days=90)
SOURCE = """
[[issuers]]
code = "110105"
name = "北京市朝阳区政务服务局"
name_en = "Chaoyang District Government Services Bureau"
host = "yz.chaoyang.example"
number_prefix = "朝综许"
[[issuers.keys]]
public = "issuer.pub.pem"
from = 2030-01-01
[[issuers.scopes]]
from = 2030-01-01
"""
HOLDERS = [es256_key(f"holder {place}") for place in range(4)]
NAMED = [(f"holder {place}", key.verification_key) for place, key in enumerate(HOLDERS)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    key = create_key(tmp_path / "issuer.pem", suite="ES256")
    write_public(tmp_path / "issuer.pub.pem", key.verification_key)
    path = tmp_path / "trust-list.toml"
    path.write_text(SOURCE, "utf-8")
    return path


def first_root(*holders: PrivateKeySigner, threshold: int = 2) -> bytes:
    return make_root(
        [(f"holder {place}", key, key.verification_key) for place, key in enumerate(holders)],
        threshold=threshold,
        at=AT,
        lifetime=timedelta(days=1096),
    )


def test_a_root_is_signed_apart_and_put_together() -> None:
    message = propose_root(NAMED[:3], threshold=2, at=AT, lifetime=DAYS)
    signed = [sign_draft(message, holder) for holder in HOLDERS[1:3]]
    root = open_root(put_together(message, signed))
    assert (root.number, root.threshold) == (1, 2)
    assert [each.holder for each in root.keys] == ["holder 0", "holder 1", "holder 2"]


@pytest.mark.parametrize("signers", [[], HOLDERS[:1], HOLDERS[3:], [HOLDERS[0], HOLDERS[0]]])
def test_too_few_holders_make_no_root(signers: list[PrivateKeySigner]) -> None:
    message = propose_root(NAMED[:3], threshold=2, at=AT, lifetime=DAYS)
    with pytest.raises(RootError):
        put_together(message, [sign_draft(message, holder) for holder in signers])


def test_a_successor_is_proved_under_its_predecessor() -> None:
    first = open_root(first_root(*HOLDERS[:3]))
    message = propose_root(NAMED[1:], threshold=2, at=AT, lifetime=DAYS, previous=first)
    signed = [sign_draft(message, holder) for holder in HOLDERS]
    data = put_together(message, signed, under=[first])
    assert succeed_root(first, data).number == 2
    with pytest.raises(CeremonyError) as caught:
        put_together(message, signed)
    assert caught.value.trouble is Trouble.NO_ROOT_GIVEN
    with pytest.raises(RootError):
        put_together(message, signed[2:], under=[first])  # only one of the old holders


def test_the_same_draft_signed_again_gives_the_same_bytes(source: Path) -> None:
    root = open_root(first_root(*HOLDERS[:3]))
    one, other = (
        make_trust_list(source, HOLDERS[:2], under=[root], at=AT, lifetime=DAYS) for _ in range(2)
    )
    assert one == other


def test_a_list_is_put_together_under_two_roots_at_once(source: Path) -> None:
    """While a root changes, whoever has either can take it."""
    first = open_root(first_root(*HOLDERS[:2]))
    message = propose_root(NAMED[2:], threshold=2, at=AT, lifetime=DAYS * 10, previous=first)
    signed = [sign_draft(message, holder) for holder in HOLDERS]
    second = succeed_root(first, put_together(message, signed, under=[first]))
    data = make_trust_list(source, HOLDERS, under=[first, second], at=AT, lifetime=DAYS)
    for root in (first, second):
        assert open_trust_list(data, root).number == 1
    with pytest.raises(TrustListError):
        make_trust_list(source, HOLDERS[:2], under=[first, second], at=AT, lifetime=DAYS)


def test_a_list_that_would_outlive_its_root_is_not_put_together(source: Path) -> None:
    root = open_root(first_root(*HOLDERS[:2]))
    with pytest.raises(TrustListError, match="end after"):
        make_trust_list(source, HOLDERS[:2], under=[root], at=AT, lifetime=timedelta(days=2000))


def test_signatures_of_another_draft_are_not_put_in(source: Path) -> None:
    root = open_root(first_root(*HOLDERS[:2]))
    one = propose_trust_list(source, at=AT, lifetime=DAYS)
    other = propose_trust_list(source, at=AT + timedelta(seconds=1), lifetime=DAYS)
    signed = [sign_draft(one, HOLDERS[0]), sign_draft(other, HOLDERS[1])]
    with pytest.raises(EnvelopeError):
        put_together(one, signed, under=[root])


def test_a_draft_of_another_kind_is_not_signed() -> None:
    for message in (draft(b"\xa0", type="application/cwt"), draft(b"", type="")):
        with pytest.raises(CeremonyError) as caught:
            sign_draft(message, HOLDERS[0])
        assert caught.value.trouble is Trouble.UNKNOWN_DRAFT


def test_a_draft_with_a_name_that_nobody_can_read_is_not_signed() -> None:
    """Nor in one step, where nothing is shown."""
    message = propose_root(NAMED[:1], threshold=1, at=AT, lifetime=DAYS)
    payload = message.unverified_payload.replace(b"holder 0", b"holder\x1b0")
    with pytest.raises(CeremonyError) as caught:
        sign_draft(message._replace(unverified_payload=payload), HOLDERS[0])
    assert caught.value.trouble is Trouble.UNFIT_WORDS
    assert caught.value.detail == r"holder = 'holder\x1b0'"


def test_a_malformed_draft_is_not_signed(source: Path) -> None:
    message = propose_trust_list(source, at=AT, lifetime=DAYS)
    with pytest.raises(TrustListError):
        sign_draft(message._replace(unverified_payload=b"\xa0"), HOLDERS[0])


@pytest.mark.parametrize("lifetime", [0, -5, 4_000_000])
def test_a_lifetime_out_of_range_is_refused(lifetime: int, source: Path) -> None:
    root = open_root(first_root(*HOLDERS[:2]))
    with pytest.raises(CredentialError):
        make_trust_list(source, HOLDERS[:2], under=[root], at=AT, lifetime=timedelta(days=lifetime))
    with pytest.raises(RootError):
        propose_root(NAMED, threshold=2, at=AT, lifetime=timedelta(days=lifetime))


@pytest.mark.parametrize("threshold", [0, -1, 5])
def test_a_threshold_out_of_range_is_refused(threshold: int) -> None:
    with pytest.raises(RootError):
        propose_root(NAMED, threshold=threshold, at=AT, lifetime=DAYS)


def test_one_holder_counts_once() -> None:
    for holders in (
        [("holder", NAMED[0][1]), ("holder", NAMED[1][1])],
        [("one", NAMED[0][1]), ("other", NAMED[0][1])],
    ):
        with pytest.raises(RootError, match="one id or one holder"):
            propose_root(holders, threshold=1, at=AT, lifetime=DAYS)


@pytest.mark.parametrize(
    ("old", "new"),
    [("110108", "110105"), ("haidian.example", "chaoyang.example"), ("two.pub", "issuer.pub")],
    ids=["code", "host", "key"],
)
def test_two_issuers_share_nothing(old: str, new: str, source: Path) -> None:
    write_public(source.parent / "two.pub.pem", STRANGER_KEY.verification_key)
    other = (
        SOURCE.replace("110105", "110108")
        .replace("chaoyang", "haidian")
        .replace("issuer.p", "two.p")
    )
    source.write_text(SOURCE + other, "utf-8")
    assert propose_trust_list(source, at=AT, lifetime=DAYS)
    source.write_text(SOURCE + other.replace(old, new), "utf-8")
    with pytest.raises(TrustListError, match=r"two (issuers|keys)"):
        propose_trust_list(source, at=AT, lifetime=DAYS)


def test_the_root_s_files_open_again(tmp_path: Path) -> None:
    holders = create_root(tmp_path, at=AT)
    assert open_root((tmp_path / "root.cbor").read_bytes()) == holders.root


# ---- offers -----------------------------------------------------------------------------------------

OFFER = Offer(issued_at=int(AT.timestamp()), issuer=CHAOYANG._replace(scopes=()))


def test_an_offer_comes_back() -> None:
    data = seal_offer(OFFER, [CHAOYANG_KEY])
    assert open_offer(data) == OFFER
    assert read_draft_of(read_sign(data, max_bytes=4096)) == OFFER


def test_an_offer_is_signed_with_every_key_that_it_names() -> None:
    entries = (*OFFER.issuer.keys, TrustedKey.of(STRANGER_KEY.verification_key, from_day=2000))
    offer = Offer(issued_at=OFFER.issued_at, issuer=OFFER.issuer._replace(keys=entries))
    assert open_offer(seal_offer(offer, [CHAOYANG_KEY, STRANGER_KEY])) == offer
    for signers in ([CHAOYANG_KEY], [STRANGER_KEY]):
        with pytest.raises(CredentialError, match="signed by 1"):
            open_offer(seal_offer(offer, signers))


@pytest.mark.parametrize(
    "issuer",
    [
        CHAOYANG,
        CHAOYANG._replace(scopes=(), keys=()),
        CHAOYANG._replace(scopes=(), keys=CHAOYANG.keys * 2),
        CHAOYANG._replace(scopes=(), keys=(CHAOYANG.keys[0]._replace(compromised_day=3000),)),
        CHAOYANG._replace(scopes=(), keys=(CHAOYANG.keys[0]._replace(key_id=b"\0\0\0\1"),)),
        CHAOYANG._replace(scopes=(), code="11010"),
    ],
    ids=["scopes", "no key", "a key twice", "compromised", "another's id", "code"],
)
def test_an_offer_that_nobody_could_list_is_refused(issuer: object) -> None:
    offer = Offer(issued_at=OFFER.issued_at, issuer=issuer)  # type: ignore[arg-type]
    with pytest.raises(CredentialError):
        open_offer(seal_offer(offer, [CHAOYANG_KEY]))


@pytest.mark.parametrize("issued_at", [0, -1, 2**53])
def test_an_offer_of_an_impossible_time_is_refused(issued_at: int) -> None:
    offer = Offer(issued_at=issued_at, issuer=OFFER.issuer)
    with pytest.raises(CredentialError):
        open_offer(seal_offer(offer, [CHAOYANG_KEY]))


def test_an_altered_offer_is_refused() -> None:
    data = seal_offer(OFFER, [CHAOYANG_KEY])
    for at in range(len(data)):
        with pytest.raises(CredentialError):
            open_offer(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])
    assert draft_offer(OFFER).signatures == ()
