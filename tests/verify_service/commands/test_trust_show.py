"""``trust show`` tells who is trusted here, who is not, and why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credential.days import date_of
from keys.files import load_private, write_public
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
    assert "根 root 1: 2/3" in done.out
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


def test_a_list_that_has_expired_is_shown_as_one() -> None:
    sign(2, days_ago=91)
    assert "✘ 已过期" in call("trust", "show").out
