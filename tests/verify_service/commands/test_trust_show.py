"""``trust show`` tells who is trusted here, who is not, and why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from credential.days import date_of
from credential.trust import Scope, TrustList
from credential.trust_list import seal_trust_list
from keys.files import load_private, write_public
from keys.source import read_source
from tests.ceremonies import sign_source
from tests.verify_service.commands.candidates import CODE, FIRST, TODAY, create_candidate
from tests.verify_service.commands.counter import call

pytestmark = pytest.mark.usefixtures("folder")


def sign(number: int, *, days_ago: int = 0) -> None:
    signers = [load_private(Path(f"root-{place}.pem")) for place in (1, 2)]
    at = datetime.now(UTC) - timedelta(days=days_ago)
    data = sign_source(Path("trust-list.toml"), *signers, number=number, at=at)
    Path("trust-list.cbor").write_bytes(data)


def test_what_is_trusted_here_is_shown() -> None:
    assert "status/110105/0.cbor" not in call("trust", "show").out  # which signs nothing
    assert call("publish", "bundle").status == 0
    done = call("trust", "show")
    assert done.status == 0, done.err
    assert "根 root 1: 3 人中须 2 人签署 2 of 3" in done.out
    assert "110105 北京市朝阳区政务服务局" in done.out
    assert "✔ status/110105/0.cbor" in done.out
    assert "✔ catalogs/110105/2023.cbor" in done.out
    assert "✘" not in done.out


def test_a_neighbor_whose_key_was_stolen_is_shown_with_what_was_left_out(folder: Path) -> None:
    candidate = create_candidate(folder / "binhai")
    write_public(Path("binhai.pub.pem"), candidate.signer.verification_key)
    entry = f"""
        [[issuers]]
        code = "{CODE}"
        name = "天津市滨海新区政务服务办公室"
        name_en = "Binhai New Area Government Services Office, Tianjin"
        host = "yz.binhai.example"
        number_prefix = "滨综许"
        [[issuers.keys]]
        public = "binhai.pub.pem"
        from = {date_of(TODAY - 1)}
        """
    source = Path("trust-list.toml")
    own = source.read_text("utf-8")
    source.write_text(own + entry, "utf-8")
    sign(2)
    assert call("take-in", candidate.publish()).status == 0
    before = call("trust", "show").out
    assert f"✔ status/{CODE}/0.cbor" in before
    assert "recognized for nothing" in before

    source.write_text(f"{own}{entry}    compromised = {date_of(TODAY - 1)}\n", "utf-8")
    sign(3)
    assert call("publish", "bundle").status == 0
    after = call("trust", "show").out
    assert f"✘ status/{CODE}/0.cbor  未采用 left out" in after
    assert "已泄露 compromised" in after
    assert "✔ status/110105/0.cbor" in after


def test_a_key_that_is_announced_is_shown_as_one_that_signs_nothing_yet() -> None:
    source = Path("trust-list.toml")
    announced = source.read_text("utf-8").replace("[[issuers.scopes]]", "[[issuers.keys]]", 1)
    candidate = create_candidate(Path("next"))
    write_public(Path("next.pub.pem"), candidate.signer.verification_key)
    scope = announced.rindex("from = ")
    source.write_text(
        f'{announced[:scope]}public = "next.pub.pem"\nfrom = {date_of(FIRST)}\n', "utf-8"
    )
    sign(2)
    shown = call("trust", "show").out
    assert f"… {candidate.signer.key_id.hex()}" in shown
    assert "announced" in shown


def sign_raw(**fields: Any) -> None:
    """A list that `keys` would not draft, signed by holders who use another program."""
    (issuer,) = read_source(Path("trust-list.toml"))
    now = int(datetime.now(UTC).timestamp())
    other = issuer._replace(code="120116", host="YZ.BINHAI.EXAMPLE", keys=(), scopes=(), **fields)
    listed = TrustList(number=2, issued_at=now, expires_at=now + 86_400, issuers=(issuer, other))
    signers = [load_private(Path(f"root-{place}.pem")) for place in (1, 2)]
    Path("trust-list.cbor").write_bytes(seal_trust_list(listed, signers))


@pytest.mark.parametrize("field", ["name", "name_en", "number_prefix"])
def test_a_neighbors_name_writes_nothing_on_the_screen(field: str) -> None:
    sign_raw(**{field: "滨海\x1b[2J\x9b1A\n✔ 在用 active\u202e\u2028"})
    shown = call("trust", "show")
    assert shown.status == 0
    assert "滨海\ufffd[2J\ufffd1A\ufffd✔ 在用 active\ufffd\ufffd" in shown.out
    assert all(line.isprintable() for line in shown.out.split("\n"))


@pytest.mark.parametrize("day", [-(1 << 62), -(10**12), 10**12, 1 << 62])
def test_days_out_of_any_calendar_are_shown(day: int) -> None:
    (issuer,) = read_source(Path("trust-list.toml"))
    key = issuer.keys[0]._replace(from_day=day, until_day=day, compromised_day=day)
    scope = Scope(from_day=day, until_day=day)
    now = int(datetime.now(UTC).timestamp())
    other = key._replace(key_id=b"\x01\x02\x03\x04")
    keys = (*issuer.keys, other)
    listed = TrustList(
        number=2,
        issued_at=now,
        expires_at=now + 86_400,
        issuers=(issuer._replace(keys=keys, scopes=(*issuer.scopes, scope)),),
    )
    signers = [load_private(Path(f"root-{place}.pem")) for place in (1, 2)]
    Path("trust-list.cbor").write_bytes(seal_trust_list(listed, signers))
    shown = call("trust", "show")
    assert shown.status == 0
    assert shown.out.count(f"{day:+d}d（日历之外 beyond the calendar）") == 4


def test_a_list_that_has_expired_is_shown_as_one() -> None:
    sign(2, days_ago=91)
    assert "✘ 已过期" in call("trust", "show").out
