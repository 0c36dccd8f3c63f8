"""TUF's list of attacks, mounted on what a verifier holds (docs/spec/trust-list.md).

https://theupdateframework.github.io/specification/latest/ names them; those in which a network has a
part are in tests/mobile_scanner/test_trust_attacks.py.
"""

import pytest

from credential.code_list import seal_code_list
from credential.errors import CredentialError, RootError, TrustListError
from credential.reasons import Outcome
from credential.trust import Issuer, Scope
from credential.trusted import TrustedSet
from credential.verify import verify
from tests.vectors.district import (
    CAFE,
    CATALOG,
    CATALOG_LIST,
    CHAOYANG,
    CHAOYANG_KEY,
    NOW,
    ROOT,
    ROOT_HOLDERS,
    ROOT_MESSAGE,
    STRANGER_KEY,
    day,
    es256_key,
    instant,
    key,
    make_root,
    seal_root,
    sealed,
    status_list,
    trust_list,
)
from tests.vectors.scenarios.roots import FOURTH, NEXT, NEXT_MESSAGE, UNDER_NEXT

FIRST, SECOND, THIRD = ROOT_HOLDERS
STATUS = status_list()
FORGERS_OWN = Issuer(
    code=CHAOYANG.code,
    name=CHAOYANG.name,
    name_en=CHAOYANG.name_en,
    host=CHAOYANG.host,
    number_prefix=CHAOYANG.number_prefix,
    status_uri=None,
    keys=(key(STRANGER_KEY),),
    scopes=(Scope(from_day=day("2023-01-01")),),
)


@pytest.fixture
def held() -> TrustedSet:
    trusted = TrustedSet.start(ROOT, trust_list())
    return trusted.admit_status_list(STATUS, number=0).admit_code_list(CATALOG_LIST)


def outcome(trusted: TrustedSet, text: str | None = None, *, at: str | None = None) -> Outcome:
    return verify(text or sealed(), trusted=trusted, at=NOW if at is None else instant(at)).outcome


def test_the_honest_way_is_green(held: TrustedSet) -> None:
    assert outcome(held) is Outcome.VALID


@pytest.mark.parametrize(
    "signers",
    [
        (STRANGER_KEY,),
        (CHAOYANG_KEY,),
        (STRANGER_KEY, CHAOYANG_KEY),
        (FIRST,),
        (FIRST, STRANGER_KEY),
    ],
    ids=["a stranger", "a district", "both", "one holder", "one holder and a stranger"],
)
def test_arbitrary_installation_and_key_compromise_below_the_threshold(
    signers: tuple[object, ...], held: TrustedSet
) -> None:
    forged = trust_list(FORGERS_OWN, number=9, signers=signers)  # type: ignore[arg-type]
    with pytest.raises(TrustListError):
        held.admit_trust_list(forged)
    with pytest.raises(TrustListError):
        TrustedSet.start(ROOT, forged)
    assert outcome(held, sealed(signer=STRANGER_KEY)) is Outcome.REJECTED


def test_key_compromise_at_the_threshold_is_what_two_thieves_are(held: TrustedSet) -> None:
    """What is not defended: as many keys as have to sign can list any key."""
    forged = trust_list(FORGERS_OWN, number=9, signers=(FIRST, SECOND))
    taken = held.admit_trust_list(forged)
    taken = taken.admit_status_list(status_list(signer=STRANGER_KEY), number=0)
    taken = taken.admit_code_list(seal_code_list(CATALOG, STRANGER_KEY))
    assert outcome(taken, sealed(signer=STRANGER_KEY)) is Outcome.VALID
    # A root without one of the two ends it, for whoever is given it in time.
    after = held.admit_trust_list(UNDER_NEXT, roots={2: NEXT_MESSAGE})
    with pytest.raises(TrustListError):
        after.admit_trust_list(trust_list(FORGERS_OWN, number=99, signers=(FIRST, SECOND)))


def test_key_compromise_of_a_district_by_a_thief_who_dates_back(held: TrustedSet) -> None:
    """What is not defended offline, on the places of a license in force; and what ends it."""
    standby = es256_key("standby")

    def believing(number: int, since: str) -> TrustedSet:
        entries = (key(CHAOYANG_KEY, compromised=since), key(standby))
        after = held.admit_trust_list(trust_list(CHAOYANG._replace(keys=entries), number=number))
        after = after.admit_status_list(status_list(signer=standby), number=0)
        return after.admit_code_list(seal_code_list(CATALOG, standby))

    ghost = CAFE._replace(holder="北京幽灵酒馆有限公司")
    of_the_day = sealed(ghost._replace(issued_day=day("2026-06-01")))
    dated_back = sealed(ghost._replace(issued_day=day("2026-05-31")))
    since_the_theft = believing(8, "2026-06-01")
    assert outcome(since_the_theft, of_the_day) is Outcome.REJECTED
    assert outcome(since_the_theft, dated_back) is Outcome.VALID
    assert outcome(since_the_theft) is Outcome.VALID
    # Disbelieved from its first day on; all that it signed has to be issued again by then.
    altogether = believing(9, "2026-01-01")
    for text in (of_the_day, dated_back, sealed()):
        assert outcome(altogether, text) is Outcome.REJECTED
    assert outcome(altogether, sealed(signer=standby)) is Outcome.VALID


def test_fast_forward(held: TrustedSet) -> None:
    driven_up = held.admit_trust_list(trust_list(number=2**53 - 1, signers=(FIRST, SECOND)))
    with pytest.raises(TrustListError):
        driven_up.admit_trust_list(trust_list(number=8))
    for number in (0, 2**53):
        with pytest.raises(TrustListError):
            held.admit_trust_list(trust_list(number=number))
    after = driven_up.admit_trust_list(UNDER_NEXT, roots={2: NEXT_MESSAGE})
    assert (after.root, after.trust.number) == (NEXT, 8)


def test_indefinite_freeze(held: TrustedSet) -> None:
    late = held.admit_status_list(
        status_list(issued="2026-12-01T00:00:00", expires="2027-01-01T00:00:00"), number=0
    )
    assert outcome(late, at="2026-12-01T08:59:59") is Outcome.ATTENTION
    assert outcome(late, at="2026-12-01T09:00:00") is Outcome.INDETERMINATE


def test_indefinite_freeze_of_a_root(held: TrustedSet) -> None:
    """No list outlives its root, so that a root that nobody renews ends all that hangs on it."""
    short = make_root(number=2, expires="2026-07-01T09:00:00")
    roots = {2: seal_root(short, FIRST, SECOND)}
    with pytest.raises(TrustListError, match="end after"):
        held.admit_trust_list(trust_list(number=8), roots=roots)
    after = held.admit_trust_list(trust_list(number=8, expires="2026-07-01T09:00:00"), roots=roots)
    assert after.trust.expires_at == short.expires_at


def test_mix_and_match_of_root_and_list(held: TrustedSet) -> None:
    third = make_root(SECOND, FOURTH, number=3)
    third_message = seal_root(third, SECOND, THIRD, FOURTH)
    for data, roots in (
        (UNDER_NEXT, {}),  # the next list without its root
        (trust_list(number=8, signers=(FIRST, SECOND)), {2: NEXT_MESSAGE, 3: third_message}),
        (trust_list(number=8, signers=(SECOND, FOURTH)), {3: third_message}),  # a gap
        (UNDER_NEXT, {2: third_message}),
        (UNDER_NEXT, {2: ROOT_MESSAGE}),
    ):
        with pytest.raises(CredentialError):
            held.admit_trust_list(data, roots=roots)
    assert outcome(held) is Outcome.VALID


def test_mix_and_match_of_lists_of_different_times(held: TrustedSet) -> None:
    """A status list under a key that the next trust list disbelieves goes with the list before."""
    compromised = CHAOYANG._replace(keys=(key(CHAOYANG_KEY, compromised="2026-06-01"),))
    after = held.admit_trust_list(trust_list(compromised, number=8))
    assert dict(after.status) == {}
    with pytest.raises(CredentialError):
        after.admit_status_list(STATUS, number=0)
    assert outcome(after) is not Outcome.VALID


def test_rollback(held: TrustedSet) -> None:
    newer = held.admit_trust_list(trust_list(number=8))
    with pytest.raises(TrustListError):
        newer.admit_trust_list(trust_list(number=7))
    after = held.admit_trust_list(UNDER_NEXT, roots={2: NEXT_MESSAGE})
    for data in (trust_list(), trust_list(number=99)):  # of root 1, which is no more
        with pytest.raises(TrustListError):
            after.admit_trust_list(data)
        with pytest.raises(TrustListError):
            after.admit_trust_list(data, roots={1: ROOT_MESSAGE})


def test_wrong_software(held: TrustedSet) -> None:
    for data in (STATUS, CATALOG_LIST, ROOT_MESSAGE, NEXT_MESSAGE, b""):
        with pytest.raises(CredentialError):
            held.admit_trust_list(data)
    for data in (STATUS, CATALOG_LIST, UNDER_NEXT, trust_list(), b""):
        with pytest.raises(RootError):
            held.admit_trust_list(UNDER_NEXT, roots={2: data})
    for data in (CATALOG_LIST, ROOT_MESSAGE, trust_list(), b""):
        with pytest.raises(CredentialError):
            held.admit_status_list(data, number=0)


def test_a_root_by_the_thieves_of_too_few_keys_is_none(held: TrustedSet) -> None:
    thief = es256_key("thief")
    for signers in ((thief,), (FIRST, thief), (thief, STRANGER_KEY)):
        own = make_root(thief, number=2, threshold=1)
        with pytest.raises(RootError):
            held.admit_trust_list(
                trust_list(number=8, signers=(thief,)), roots={2: seal_root(own, *signers)}
            )
