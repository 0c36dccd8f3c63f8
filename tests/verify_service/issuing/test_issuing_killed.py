"""A process killed in the middle of issuing leaves no half license, and nothing is used twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from credential.reasons import Outcome
from tests.verify_service.bureau import NOON, Bureau, Rows, Shop, codes, content_of
from verify_service.issuing.service import Issued
from verify_service.registry.requests import RequestId, find_result

ROOT = Path(__file__).parents[3]

# Issues, and stops for good once the named step of issuing is done.
DYING = """
import sys, time
from pathlib import Path
from tests.clocks import stopped
from tests.verify_service.bureau import BUREAU, NOON
from verify_service.issuing import service as issuing
from verify_service.issuing.application import Application
from verify_service.publishing.service import Publisher
from verify_service.service import open_service
from verify_service.settings import load_settings

settings, holder, premises, step = sys.argv[1:]
place = Publisher if step == "republish" else issuing
do = getattr(place, step)

def do_and_stop(*arguments, **named):
    if place is issuing:
        do(*arguments, **named)
    print("stopped", flush=True)
    time.sleep(60)

service = open_service(load_settings(Path(settings)))
setattr(place, step, do_and_stop)
application = Application(holder=holder, premises=int(premises), industry="26")
service.issuing.issue(application, principal=BUREAU, request_key="k-1", clock=stopped(NOON))
"""
# The steps in their order: the block is reserved (and committed), the license's row is written,
# its version with permits and state is, and the last row before the commit.
UNCOMMITTED = ["reserve_status_block", "add_license", "append_license_version", "store_result"]


def kill_after(bureau: Bureau, shop: Shop, step: str) -> None:
    arguments = [str(bureau.folder / "settings.toml"), shop.holder, str(shop.premises), step]
    process = subprocess.Popen(
        [sys.executable, "-c", DYING, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def shop_beside_a_licensed_one(bureau: Bureau) -> tuple[Shop, Issued]:
    licensed, shop = bureau.shop(), bureau.shop()
    bureau.permit(licensed)
    bureau.permit(shop)
    return shop, bureau.issue(licensed, key="k-0")


@pytest.mark.parametrize("step", UNCOMMITTED)
def test_killed_before_the_commit_there_is_no_license_and_the_next_takes_its_number(
    step: str, bureau: Bureau
) -> None:
    shop, first = shop_beside_a_licensed_one(bureau)
    before = bureau.rows()
    kill_after(bureau, shop, step)
    assert bureau.rows() == Rows(
        licenses=before.licenses,
        versions=before.versions,
        states=before.states,
        blocks=before.blocks + 1,
    )
    with bureau.service.database.reading() as connection:
        asked = RequestId(actor="bureau", key="k-1", body_digest=bytes(range(32)))
        known = find_result(connection, asked)
    assert known is None
    # The same request can be made again: it takes the next number, and places of its own.
    second = bureau.issue(shop, key="k-1")
    assert (first.number[-5:], second.number[-5:]) == ("00001", "00002")
    size = 1 + len(content_of(first.text).permits)
    indices = [content_of(each.text).status_index for each in (first, second)]
    assert indices == [0, 2 * size]
    for each in (first, second):
        assert bureau.online(each.text).outcome is Outcome.VALID
        assert bureau.offline(each.text).outcome is Outcome.VALID


def test_the_block_of_a_killed_issue_is_never_green(bureau: Bureau) -> None:
    shop, first = shop_beside_a_licensed_one(bureau)
    kill_after(bureau, shop, "append_license_version")
    # What the dead process may have sealed, and somebody may have photographed.
    lost = bureau.forge(first, serial=2, status_index=2).text
    bureau.service.publisher.publish_status_lists(at=NOON)
    assert codes(bureau.offline(lost)) == {"status-missing"}
    second = bureau.reissue(first)
    verdict = bureau.offline(lost)
    assert verdict.outcome is Outcome.NOT_IN_FORCE
    assert codes(verdict) == {"license-void", "permit-lapsed"}
    assert bureau.offline(second.text).outcome is Outcome.VALID
    # and online it was never anything
    assert codes(bureau.online(lost)) == {"registry-unknown"}


def test_a_license_that_is_being_issued_is_not_called_void_meanwhile(bureau: Bureau) -> None:
    """A scanner that syncs in that very second knows nothing of it, rather than the worst."""
    shop, first = shop_beside_a_licensed_one(bureau)
    kill_after(bureau, shop, "add_license")
    bureau.service.publisher.publish_status_lists(at=NOON)
    ((_, listed),) = bureau.bundle().status.items()
    assert 2 * len(listed.entries) == 1 + len(content_of(first.text).permits)


def test_killed_after_the_commit_the_license_stands_and_the_next_look_publishes_it(
    bureau: Bureau,
) -> None:
    shop, _ = shop_beside_a_licensed_one(bureau)
    kill_after(bureau, shop, "republish")
    again = bureau.issue(shop, key="k-1")  # the answer that the dead process did not give
    assert again.number.endswith("-00002")
    assert bureau.rows().licenses == 2
    assert bureau.online(again.text).outcome is Outcome.VALID
    # Until then it is unknown offline, and never green by accident.
    assert codes(bureau.offline(again.text)) == {"status-missing"}
    bureau.service.publisher.renew_before_expiry(at=NOON)
    assert bureau.offline(again.text).outcome is Outcome.VALID
