"""``trust check`` tells every fault of a district's offer, by its code, before anybody signs."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from credential import cbor
from credential.multisign import UnverifiedSign, cosign, draft, read_sign, write_sign
from credential.offer import MEDIA_TYPE, Claim
from credential.trust import Issuer, Scope, TrustedKey
from keys.files import load_private, load_publics
from tests.verify_service.commands.candidates import (
    CODE,
    DAY,
    FIRST,
    NOW,
    TODAY,
    Candidate,
    create_candidate,
)
from tests.verify_service.commands.counter import CHINESE, ENGLISH, Done, call
from verify_service.recognition.kinds import KINDS, Severity

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def candidate(folder: Path) -> Candidate:
    return create_candidate(folder / "binhai")


def check(*arguments: object) -> Done:
    return call("trust", "check", *arguments, "--json")


def codes(done: Done) -> list[str]:
    return [each["code"] for each in json.loads(done.out)["findings"]]


def key_of_ours() -> TrustedKey:
    (key,) = load_publics(Path("issuer.pub.pem"))
    return TrustedKey.of(key, from_day=FIRST)


def key_of_root() -> TrustedKey:
    return TrustedKey.of(load_private(Path("root-1.pem")).verification_key, from_day=FIRST)


def with_keys(*keys: TrustedKey) -> Callable[[Issuer], Issuer]:
    return lambda issuer: issuer._replace(keys=(*issuer.keys, *keys))


def first_key(**fields: Any) -> Callable[[Issuer], Issuer]:
    return lambda issuer: issuer._replace(
        keys=(issuer.keys[0]._replace(**fields), *issuer.keys[1:])
    )


def all_keys(**fields: Any) -> Callable[[Issuer], Issuer]:
    return lambda issuer: issuer._replace(keys=tuple(key._replace(**fields) for key in issuer.keys))


def named(**fields: Any) -> Callable[[Issuer], Issuer]:
    return lambda issuer: issuer._replace(**fields)


def under_our_keys_id(issuer: Issuer) -> Issuer:
    taken = issuer.keys[1]._replace(key_id=key_of_ours().key_id)
    return issuer._replace(keys=(issuer.keys[0], taken))


UNKNOWN_SUITE = TrustedKey(b"\x01\x02\x03\x04", -65_999, bytes(32), FIRST)
NO_POINT = TrustedKey(b"\x01\x02\x03\x04", -7, b"\x04" + bytes(64), FIRST)

# What is said in the offer, and every code that has to be found, in its order.
OFFERS: dict[str, tuple[Callable[[Issuer], Issuer], tuple[str, ...]]] = {
    "scopes of its own": (named(scopes=(Scope(from_day=FIRST),)), ("scopes-claimed",)),
    "a suite that is not to be had": (with_keys(UNKNOWN_SUITE), ("key-suite-unavailable",)),
    "a key that is no point": (with_keys(NO_POINT), ("key-unusable",)),
    "an id that is not the key's": (first_key(key_id=b"\x01\x02\x03\x04"), ("key-id-wrong",)),
    "a key twice": (
        lambda issuer: issuer._replace(keys=(*issuer.keys, issuer.keys[0])),
        ("key-named-twice",),
    ),
    "a compromised key": (first_key(compromised_day=FIRST), ("key-compromised",)),
    "a first day a day too soon": (first_key(from_day=TODAY + 30), ("key-too-soon",)),
    "a key that is past": (
        first_key(from_day=TODAY - 9, until_day=TODAY - 1),
        ("key-past",),
    ),
    "a key that ends before it begins": (
        first_key(until_day=FIRST - 1),
        ("key-ends-before-it-begins",),
    ),
    "keys for the year after next": (all_keys(from_day=TODAY + 370), ("no-key-within-a-year",)),
    "a first day beyond any calendar": (
        all_keys(from_day=1 << 60),
        ("key-day-out-of-range", "key-day-out-of-range", "no-key-within-a-year"),
    ),
    "a first day before any calendar": (
        first_key(from_day=-(10**12)),
        ("key-day-out-of-range", "key-too-soon"),
    ),
    "a last day beyond any calendar": (first_key(until_day=1 << 62), ("key-day-out-of-range",)),
    "a last day that no format can hold": (first_key(until_day=32768), ("key-day-out-of-range",)),
    "the last day that a format can hold": (first_key(until_day=32767), ()),
    "a day of compromise before any calendar": (
        first_key(compromised_day=-(1 << 62)),
        ("key-day-out-of-range", "key-compromised"),
    ),
    "another's key id": (under_our_keys_id, ("key-id-wrong", "key-id-taken")),
    "a key of ours that it does not hold": (
        lambda issuer: with_keys(key_of_ours())(issuer),
        ("key-not-signed", "key-listed-for-another"),
    ),
    "a key of the root's": (
        lambda issuer: with_keys(key_of_root())(issuer),
        ("key-not-signed", "key-of-the-root"),
    ),
    "a province that is none": (named(code="990101"), ("division-code-unknown",)),
    "a code of five digits": (named(code="12011"), ("division-code-unknown",)),
    "our code with other keys": (named(code="110105"), ("code-listed-with-other-keys",)),
    "our code with our key": (
        lambda issuer: with_keys(key_of_ours())(issuer._replace(code="110105")),
        ("code-listed", "key-not-signed"),
    ),
    "a name with a direction mark": (named(name="滨海\u202e新区"), ("name-malformed",)),
    "no English name": (named(name_en=" "), ("name-malformed",)),
    "our name": (named(name="北京市朝阳区政务服务局"), ("name-taken",)),
    "a prefix of digits": (named(number_prefix="滨1"), ("prefix-malformed",)),
    "our prefix": (named(number_prefix="朝综许"), ("prefix-taken",)),
    "a host of one word": (named(host="BINHAI"), ("host-malformed",)),
    "a host with a port": (named(host="YZ.BINHAI.EXAMPLE:443"), ("host-malformed",)),
    "an address of numbers": (named(host="192.0.2.1"), ("host-malformed",)),
    "a host in lower case": (named(host="yz.binhai.example"), ("host-malformed",)),
    "our host": (named(host="YZ.CHAOYANG.EXAMPLE"), ("host-taken",)),
    "a host below ours": (named(host="NEW.YZ.CHAOYANG.EXAMPLE"), ("host-looks-alike",)),
    "a host that begins with ours": (
        named(host="YZ.CHAOYANG.EXAMPLE.BINHAI.TEST"),
        ("host-looks-alike",),
    ),
    "a host with 0 for O": (named(host="YZ.CHA0YANG.EXAMPLE"), ("host-looks-alike",)),
    "a host with a hyphen for a dot": (named(host="YZ-CHAOYANG.EXAMPLE"), ("host-looks-alike",)),
    "status lists without https": (
        named(status_uri="http://yz.binhai.example/s/{list}"),
        ("status-uri-not-https",),
    ),
    "an address with a direction mark": (
        named(status_uri="https://yz.binhai.example/\u202e{list}"),
        ("status-uri-malformed",),
    ),
    "an address with two places for the number": (
        named(status_uri="https://yz.binhai.example/{list}/{list}"),
        ("status-uri-malformed",),
    ),
    "an address that is none": (
        named(status_uri="https://[yz/{list}"),
        ("status-uri-not-https",),
    ),
    "status lists without a number": (
        named(status_uri="https://yz.binhai.example/s"),
        ("status-uri-without-list",),
    ),
    "status lists elsewhere": (
        named(status_uri="https://cdn.example/s/{list}"),
        ("status-uri-elsewhere",),
    ),
    "much at once": (
        named(
            code="990101",
            number_prefix="朝综许",
            host="YZ.CHAOYANG.EXAMPLE",
            status_uri="http://yz.binhai.example/s",
            scopes=(Scope(from_day=FIRST),),
        ),
        (
            *("status-uri-without-list", "scopes-claimed", "division-code-unknown"),
            *("prefix-taken", "host-taken"),
        ),
    ),
}


@pytest.mark.parametrize("name", OFFERS)
def test_a_fault_of_an_offer_is_told_by_its_code(name: str, candidate: Candidate) -> None:
    alter, expected = OFFERS[name]
    done = check(candidate.offer(alter(candidate.issuer)))
    assert tuple(codes(done)) == expected
    is_fault = any(KINDS[code].severity is Severity.FAULT for code in expected)
    assert done.status == int(is_fault)


def malformed(candidate: Candidate) -> bytes:
    path = candidate.offer()
    return path.read_bytes()[:-1]


def a_trust_list(candidate: Candidate) -> bytes:
    return Path("trust-list.cbor").read_bytes()


def without_its_claims(candidate: Candidate) -> bytes:
    return write_sign(cosign(draft(cbor.encode({6: NOW}), type=MEDIA_TYPE), candidate.signer))


def with_a_short_entry(candidate: Candidate) -> bytes:
    payload = cbor.encode({6: NOW, Claim.OFFER.value: (CODE,)})
    return write_sign(cosign(draft(payload, type=MEDIA_TYPE), candidate.signer))


def unsigned(candidate: Candidate) -> bytes:
    return candidate.offer(signers=()).read_bytes()


def by_one_of_two(candidate: Candidate) -> bytes:
    return candidate.offer(signers=(candidate.second,)).read_bytes()


def by_a_stranger(candidate: Candidate) -> bytes:
    return candidate.offer(signers=(candidate.stranger(),)).read_bytes()


def with_a_changed_byte(candidate: Candidate) -> bytes:
    """The prefix is another one than was signed."""
    message = read_sign(candidate.offer().read_bytes(), max_bytes=1 << 14)
    payload = message.unverified_payload.replace("滨综许".encode(), "津综许".encode())
    return write_sign(UnverifiedSign(message.protected, message.type, payload, message.signatures))


def of_tomorrow(candidate: Candidate) -> bytes:
    return candidate.offer(issued_at=NOW + DAY).read_bytes()


def of_last_year(candidate: Candidate) -> bytes:
    return candidate.offer(issued_at=NOW - 365 * DAY).read_bytes()


MESSAGES: dict[Callable[[Candidate], bytes], tuple[str, ...]] = {
    malformed: ("offer-malformed",),
    a_trust_list: ("offer-malformed",),
    without_its_claims: ("offer-malformed",),
    with_a_short_entry: ("offer-malformed",),
    unsigned: ("key-not-signed", "key-not-signed"),
    by_one_of_two: ("key-not-signed",),
    by_a_stranger: ("key-not-signed", "key-not-signed"),
    with_a_changed_byte: ("key-signature-wrong", "key-signature-wrong"),
    of_tomorrow: ("offer-dated-ahead",),
    of_last_year: ("offer-old",),
}


@pytest.mark.parametrize("make", MESSAGES, ids=lambda make: make.__name__)
def test_a_fault_of_a_message_is_told_by_its_code(
    make: Callable[[Candidate], bytes], candidate: Candidate
) -> None:
    path = candidate.folder / "offer.cbor"
    path.write_bytes(make(candidate))
    done = check(path)
    assert tuple(codes(done)) == MESSAGES[make]
    assert done.status == int(make is not of_last_year)


# What is published, and every code that has to be found beside the offer's.
LISTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "expired": ({"issued_at": NOW - 9 * DAY, "lifetime": 8 * DAY}, ("list-expired",)),
    "old": ({"issued_at": NOW - 4 * DAY}, ("list-old",)),
    "dated ahead": ({"issued_at": NOW + DAY}, ("list-dated-ahead",)),
    "codes dated ahead": ({"codes_at": NOW + DAY}, ("list-dated-ahead",)),
    "good for years": ({"lifetime": 367 * DAY}, ("list-lives-too-long",)),
    "another kind": ({"kind": "night_market"}, ("kinds-unknown",)),
    "another industry": ({"industry": "77"}, ("industries-unknown",)),
}


EARLY = "lists-before-first-day"  # what was signed today, with a key that is for here in 40 days


@pytest.mark.parametrize("name", LISTS)
def test_a_fault_of_a_list_is_told_by_its_code(name: str, candidate: Candidate) -> None:
    fields, expected = LISTS[name]
    done = check(candidate.offer(), "--lists", candidate.publish(**fields))
    early, *others = sorted(codes(done), key=lambda code: code != EARLY)
    assert (early, tuple(others)) == (EARLY, expected)
    is_fault = KINDS[expected[0]].severity is Severity.FAULT
    assert done.status == int(is_fault)


def test_lists_of_a_stranger_are_refused_and_missed(candidate: Candidate) -> None:
    bundle = candidate.publish(by=candidate.stranger())
    done = check(candidate.offer(), "--lists", bundle)
    assert codes(done) == ["list-refused", "list-refused", "lists-missing", "lists-missing"]
    assert done.status == 1


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_what_is_no_file_in_the_place_of_a_list_is_refused(
    make: Callable[[Path], None], candidate: Candidate
) -> None:
    bundle = candidate.publish()
    path = bundle / "status" / CODE / "0.cbor"
    path.unlink()
    make(path)
    done = check(candidate.offer(), "--lists", bundle)
    assert codes(done) == ["list-refused", "lists-missing", EARLY]


def test_a_folder_beside_a_list_is_a_fault_of_its_own(candidate: Candidate) -> None:
    bundle = candidate.publish()
    (bundle / "status" / CODE / "1.cbor").mkdir()
    done = check(candidate.offer(), "--lists", bundle)
    assert codes(done) == ["list-refused", EARLY]
    assert f"status/{CODE}/1.cbor" in done.out
    assert "not a plain file" in done.out


def test_a_list_under_anothers_name_is_refused(candidate: Candidate) -> None:
    bundle = candidate.publish()
    (bundle / "catalogs" / CODE / "2024.cbor").rename(bundle / "catalogs" / CODE / "2025.cbor")
    done = check(candidate.offer(), "--lists", bundle)
    assert codes(done) == ["list-refused", "lists-missing", EARLY]


def test_a_folder_of_others_holds_nothing_of_the_candidates(candidate: Candidate) -> None:
    empty = candidate.folder / "empty"
    empty.mkdir()
    done = check(candidate.offer(), "--lists", empty)
    assert codes(done) == ["lists-missing", "lists-missing"]


def test_symbols_are_verified_against_the_candidates_lists(candidate: Candidate) -> None:
    """One is good and of before the key's first day here; the others say why they are not."""
    bundle = candidate.publish()
    good = candidate.symbol()
    forged = good[:-1] + str((int(good[-1]) + 1) % 10)
    soon = candidate.symbol(
        lambda good: good._replace(permits=(good.permits[0]._replace(last_day=TODAY + 9),))
    )
    symbols = candidate.symbols(good, forged, "https://pay.example/1", soon)
    done = check(candidate.offer(), "--lists", bundle, "--symbol", symbols)
    assert codes(done) == [
        EARLY,
        "symbol-before-first-day",
        "symbol-not-valid",
        "symbol-not-valid",
        "symbol-asks-for-attention",
        "symbol-before-first-day",
    ]
    assert done.status == 1


@pytest.mark.parametrize("first", [1 << 62, 10**12])
def test_lists_and_symbols_of_a_key_for_no_day_are_told_all_the_same(
    first: int, candidate: Candidate
) -> None:
    symbols = candidate.symbols(candidate.symbol())
    offer = candidate.offer(all_keys(from_day=first)(candidate.issuer))
    arguments = (offer, "--lists", candidate.publish(), "--symbol", symbols)
    found = codes(check(*arguments))
    assert (EARLY in found, "symbol-before-first-day" in found) == (True, True)
    done = call("trust", "check", *arguments)
    assert done.status == 1
    assert f"+{first}d（日历之外 beyond the calendar）" in done.out


HOSTILE = "滨海\x1b[2J\x9b1A\n✔ 未发现问题\u202e\u2028"


@pytest.mark.parametrize(
    "field", ["name", "name_en", "host", "number_prefix", "status_uri", "code"]
)
def test_what_a_district_is_called_writes_nothing_on_the_screen(
    field: str, candidate: Candidate
) -> None:
    """Neither as lines for people nor as JSON, whose programs read what was in the offer."""
    hostile = f"https://yz.binhai.example/{HOSTILE}{{list}}" if field == "status_uri" else HOSTILE
    offer = candidate.offer(named(**{field: hostile})(candidate.issuer))
    shown, told = call("trust", "check", offer), check(offer)
    for done in (shown, told):
        assert done.status == 1
        assert all(line.replace("\u3000", " ").isprintable() for line in done.out.split("\n"))
        assert done.err.strip().isprintable()
    assert "✔ 未发现问题" not in shown.out.split("\n")
    assert json.loads(told.out)["faults"] > 0


def test_json_for_programs_says_what_was_in_the_offer(candidate: Candidate) -> None:
    uri = "http://yz.binhai.example/\u202e{list}"
    done = check(candidate.offer(named(status_uri=uri)(candidate.issuer)))
    assert [each["uri"] for each in json.loads(done.out)["findings"]] == [uri]


def test_a_good_candidate_has_no_fault(candidate: Candidate) -> None:
    done = call("trust", "check", candidate.offer())
    assert done.status == 0
    assert "no fault was found" in done.out


def test_warnings_alone_are_told_and_are_no_refusal(candidate: Candidate) -> None:
    symbols = candidate.symbols(candidate.symbol())
    arguments = (candidate.offer(), "--lists", candidate.publish(), "--symbol", symbols)
    done = call("trust", "check", *arguments)
    assert done.status == 0
    assert "▲ symbol-before-first-day" in done.out
    assert codes(check(*arguments)) == [EARLY, "symbol-before-first-day"]


def test_faults_are_told_in_both_languages_before_warnings(candidate: Candidate) -> None:
    issuer = candidate.issuer._replace(
        number_prefix="朝综许", status_uri="https://cdn.example/s/{list}"
    )
    done = call("trust", "check", candidate.offer(issuer))
    assert done.status == 1
    assert "的问题：1 项，勿签署" in done.err
    assert done.out.index("✘ prefix-taken") < done.out.index("▲ status-uri-elsewhere")


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_speaks_both_languages_and_says_what_to_do(code: str) -> None:
    for words in (KINDS[code].message, KINDS[code].next_step):
        assert CHINESE.search(words.zh)
        assert ENGLISH.search(words.en)


def test_every_kind_is_reached_here() -> None:
    reached = {code for _, expected in OFFERS.values() for code in expected}
    reached |= {code for expected in MESSAGES.values() for code in expected}
    reached |= {code for _, expected in LISTS.values() for code in expected}
    reached |= {EARLY, "list-refused", "lists-missing"}  # the tests of a stranger, a pipe, a folder
    reached |= {"symbol-not-valid", "symbol-asks-for-attention", "symbol-before-first-day"}
    assert reached == set(KINDS)


@pytest.mark.parametrize(
    "more", [("--symbol", "symbols.txt"), ("--lists", "nowhere")], ids=["alone", "no folder"]
)
def test_what_cannot_be_meant_is_wrong_usage(more: tuple[str, str], candidate: Candidate) -> None:
    assert call("trust", "check", candidate.offer(), *more).status == 2


def test_an_offer_that_is_missing_is_told(candidate: Candidate) -> None:
    done = call("trust", "check", "missing.cbor")
    assert (done.status, done.out) == (1, "")
    assert "missing.cbor" in done.err
