"""A trust list is signed only when everything in its source was understood."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from credential.days import day_of
from credential.errors import TrustListError
from credential.trust import KeyState, open_trust_list
from keys.ceremony import read_source, sign_trust_list
from keys.errors import Fault, KeyFileError
from keys.files import FileSigner, create_key, write_public

AT = datetime(2031, 5, 20, 4, tzinfo=UTC)
SOURCE = """
[[issuers]]
code = "110105"
name = "北京市朝阳区政务服务局"
name_en = "Chaoyang District Government Services Bureau"
host = "yz.chaoyang.example"
number_prefix = "朝综许"

[[issuers.keys]]
public = "one.pub.pem"
state = "active"
from = 2030-01-01

[[issuers.scopes]]
from = 2030-01-01
industries = ["08", "26"]

[[issuers]]
code = "110108"
name = "北京市海淀区政务服务局"
name_en = "Haidian District Government Services Bureau"
host = "YZ.HAIDIAN.EXAMPLE"
number_prefix = "海综许"
status_uri = "https://lists.haidian.example/{list}.cbor"

[[issuers.keys]]
public = "two.pub.pem"
state = "compromised"
from = 2029-01-01
until = 2031-12-31
compromised = 2031-03-01

[[issuers.scopes]]
from = 2030-06-01
until = 2031-12-31
trial = true
"""


@pytest.fixture
def root(tmp_path: Path) -> FileSigner:
    for name, suite in (("one", "ES256"), ("two", "Ed25519")):
        key = create_key(tmp_path / f"{name}.pem", suite=suite)
        write_public(tmp_path / f"{name}.pub.pem", key.verification_key)
    return create_key(tmp_path / "root.pem", suite="ES256")


def write(folder: Path, text: str = SOURCE) -> Path:
    source = folder / "trust-list.toml"
    source.write_text(text, "utf-8")
    return source


def refused(source: Path) -> KeyFileError:
    with pytest.raises(KeyFileError) as caught:
        read_source(source)
    return caught.value


def test_what_the_source_says_is_what_a_verifier_reads(root: FileSigner, tmp_path: Path) -> None:
    data = sign_trust_list(write(tmp_path), root, number=7, at=AT, lifetime=timedelta(days=90))
    listed = open_trust_list(data, [root.verification_key])
    assert (listed.number, listed.issued_at) == (7, int(AT.timestamp()))
    assert listed.expires_at - listed.issued_at == 90 * 86_400
    chaoyang, haidian = listed.issuers
    assert (chaoyang.code, chaoyang.host) == ("110105", "YZ.CHAOYANG.EXAMPLE")
    assert chaoyang.status_list_uri(3) == "https://yz.chaoyang.example/status/3"
    assert haidian.status_list_uri(3) == "https://lists.haidian.example/3.cbor"
    (key,) = haidian.keys
    assert (key.state, key.key.suite.name) == (KeyState.COMPROMISED, "Ed25519")
    assert (key.from_day, key.until_day, key.compromised_day) == (
        day_of(date(2029, 1, 1)),
        day_of(date(2031, 12, 31)),
        day_of(date(2031, 3, 1)),
    )
    assert [scope.industries for scope in chaoyang.scopes] == [("08", "26")]
    assert [(scope.industries, scope.trial) for scope in haidian.scopes] == [(None, True)]


def test_the_same_ceremony_gives_the_same_bytes(root: FileSigner, tmp_path: Path) -> None:
    source = write(tmp_path)
    one, other = (
        sign_trust_list(source, root, number=1, at=AT, lifetime=timedelta(days=90))
        for _ in range(2)
    )
    assert one == other


# Each with what is replaced, by what, and the place that the refusal names.
MALFORMED = {
    "code not in quotes": ('code = "110105"', "code = 110105", "issuers[1]"),
    "code too short": ('code = "110108"', 'code = "1101"', "issuers[2]"),
    "no name": ('name = "北京市朝阳区政务服务局"\n', "", "issuers[1]"),
    "empty name": ('"北京市海淀区政务服务局"', '""', "issuers[2]"),
    "host with a path": ('"yz.chaoyang.example"', '"yz.chaoyang.example/x"', "issuers[1]"),
    "host with a port": ('"yz.chaoyang.example"', '"yz.chaoyang.example:80"', "issuers[1]"),
    "prefix with digits": ('"海综许"', '"海2"', "issuers[2]"),
    "status URI without {list}": ("{list}.cbor", "list.cbor", "issuers[2]"),
    "status URI of another scheme": ("https://lists", "http://lists", "issuers[2]"),
    "unknown word of an issuer": ("number_prefix", "numberprefix", "issuers[1]"),
    "unknown word of a key": ("state =", "status =", "issuers[1]"),
    "unknown word of a scope": ("industries =", "industry =", "issuers[1]"),
    "unknown state": ('"active"', '"activ"', "issuers[1]"),
    "state not in quotes": ('"active"', "true", "issuers[1]"),
    "no first day": ('state = "active"\nfrom = 2030-01-01', 'state = "active"', "issuers[1]"),
    "day as text": ("from = 2029-01-01", 'from = "2029-01-01"', "issuers[2]"),
    "day as an instant": ("from = 2029-01-01", "from = 2029-01-01T00:00:00Z", "issuers[2]"),
    "day that no format can hold": ("from = 2029-01-01", "from = 2129-01-01", "issuers[2]"),
    "key's days the wrong way round": (
        "from = 2029-01-01\nuntil = 2031-12-31",
        "from = 2029-01-01\nuntil = 2028-12-31",
        "issuers[2]",
    ),
    "scope's days the wrong way round": (
        "from = 2030-06-01\nuntil = 2031-12-31",
        "from = 2030-06-01\nuntil = 2030-05-31",
        "issuers[2]",
    ),
    "active key with a day of compromise": ('"compromised"', '"active"', "issuers[2]"),
    "retired key without a last day": ('"active"', '"retired"', "issuers[1]"),
    "industries as one text": ('["08", "26"]', '"08"', "issuers[1]"),
    "industries as numbers": ('["08", "26"]', "[8, 26]", "issuers[1]"),
    "trial as text": ("trial = true", 'trial = "false"', "issuers[2]"),
    "key not named": ('public = "one.pub.pem"\n', "", "issuers[1]"),
    "key named by a number": ('"one.pub.pem"', "1", "issuers[1]"),
    "an issuer that is no table": ("[[issuers]]", "issuers = [1]\n[[x]]", ""),
    "a table of another name": (
        '[[issuers]]\ncode = "110108"',
        '[[issuer]]\ncode = "110108"',
        "only [[issuers]]",
    ),
    "another word at the top": (
        '[[issuers]]\ncode = "110105"',
        'number = 1\n[[issuers]]\ncode = "110105"',
        "only [[issuers]]",
    ),
    "no TOML": ("[[issuers]]", "[[issuers", ""),
}


@pytest.mark.parametrize(("old", "new", "place"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_source_is_refused_by_place(
    old: str, new: str, place: str, root: FileSigner, tmp_path: Path
) -> None:
    assert old in SOURCE
    source = write(tmp_path, SOURCE.replace(old, new, 1))
    error = refused(source)
    assert (error.path, error.fault) == (str(source), Fault.MALFORMED_OFFER)
    assert place in error.detail
    with pytest.raises(KeyFileError):
        sign_trust_list(source, root, number=1, at=AT, lifetime=timedelta(days=90))


@pytest.mark.parametrize("text", ["", "issuers = []", "issuers = 3", "issuers = [1, 2]"])
def test_a_source_without_issuers_is_refused(text: str, tmp_path: Path) -> None:
    assert refused(write(tmp_path, text)).fault is Fault.MALFORMED_OFFER


def test_a_source_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing.toml").fault is Fault.MISSING
    assert refused(tmp_path).fault is Fault.UNREADABLE
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert refused(binary).fault is Fault.MALFORMED_OFFER


def test_a_key_that_the_source_names_has_to_be_there(root: FileSigner, tmp_path: Path) -> None:
    (tmp_path / "two.pub.pem").unlink()
    error = refused(write(tmp_path))
    assert (error.path, error.fault) == (str(tmp_path / "two.pub.pem"), Fault.MISSING)


def test_a_private_key_in_the_place_of_a_public_one_is_refused(
    root: FileSigner, tmp_path: Path
) -> None:
    error = refused(write(tmp_path, SOURCE.replace("one.pub.pem", "one.pem")))
    assert (error.path, error.fault) == (str(tmp_path / "one.pem"), Fault.NOT_A_KEY)


def test_a_file_of_several_keys_is_no_key(root: FileSigner, tmp_path: Path) -> None:
    one, two = tmp_path / "one.pub.pem", tmp_path / "two.pub.pem"
    one.write_bytes(one.read_bytes() + two.read_bytes())
    error = refused(write(tmp_path))
    assert (error.fault, "issuers[1]" in error.detail) == (Fault.MALFORMED_OFFER, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [("110108", "110105"), ("YZ.HAIDIAN", "yz.chaoyang"), ("two.pub.pem", "one.pub.pem")],
    ids=["code", "host", "key"],
)
def test_two_issuers_share_nothing(old: str, new: str, root: FileSigner, tmp_path: Path) -> None:
    source = write(tmp_path, SOURCE.replace(old, new))
    with pytest.raises(KeyFileError) as caught:
        sign_trust_list(source, root, number=1, at=AT, lifetime=timedelta(days=90))
    assert (caught.value.path, caught.value.fault) == (str(source), Fault.MALFORMED_OFFER)


@pytest.mark.parametrize(("number", "days"), [(0, 90), (-1, 90), (1, 0), (1, -5), (1, 4_000_000)])
def test_a_number_or_a_lifetime_out_of_range_is_refused(
    number: int, days: int, root: FileSigner, tmp_path: Path
) -> None:
    source = write(tmp_path)
    with pytest.raises(TrustListError):
        sign_trust_list(source, root, number=number, at=AT, lifetime=timedelta(days=days))
