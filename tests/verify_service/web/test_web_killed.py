"""A service killed in the middle of a change: the same request again gets its answer, once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.verify_service.web.conftest import Counter
from tests.verify_service.web.desks import FOOD, change, get, issued
from verify_service.registry.auditing import audit

ROOT = Path(__file__).parents[3]

# Takes a change over HTTP, and stops for good before the named step of it.
DYING = """
import json, sys, time
from pathlib import Path
from tests.verify_service.web.browser import Browser
from tests.verify_service.web.conftest import AT
from verify_service.app import create_app
from verify_service.lifecycle import applying, cascade
from verify_service.lifecycle import service as desk
from verify_service.publishing.service import Publisher
from verify_service.registry import plan_writing
from verify_service.registry.sight import Sight
from verify_service.service import open_service
from verify_service.settings import load_settings

settings, step, path, headers, body = sys.argv[1:]

def stop(*_, **__):
    print("stopped", flush=True)
    time.sleep(600)

place, name = {
    "the permit is written": (applying, "append_permit_version"),
    "the policy is remembered": (cascade, "remember_policy"),
    "the license is read": (Sight, "see_as_read"),
    "the license is void": (plan_writing, "append_states"),
    "the recall is opened": (plan_writing, "open_recalls"),
    "reissues are closed": (plan_writing, "close_reissues"),
    "the notice is made": (plan_writing, "make_notices"),
    "the result is stored": (desk, "store_result"),
    "the lists are published": (Publisher, "republish"),
}[step]
setattr(place, name, stop)
service = open_service(load_settings(Path(settings)))
with Browser(create_app(service, clock=lambda: AT)) as browser:
    browser.post(path, json=json.loads(body), headers=json.loads(headers))
"""
BODY: dict[str, Any] = {
    "move": "revoked",
    "grounds": "经查存在严重违法行为",
    "expected_version": 1,
}


def kill_before(counter: Counter, step: str) -> None:
    folder = Path(counter.service.database.path or "").parent
    headers = counter.headers("scjg", key="change-1")
    arguments = [
        str(folder / "settings.toml"),
        step,
        f"/api/v1/permits/food_business/{FOOD}/changes",
        json.dumps(headers),
        json.dumps(BODY),
    ]
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


@pytest.mark.parametrize(
    ("step", "version"),
    [
        ("the permit is written", 1),
        ("the policy is remembered", 1),
        ("the license is read", 1),
        ("the license is void", 1),
        ("the recall is opened", 1),
        ("reissues are closed", 1),
        ("the notice is made", 1),
        ("the result is stored", 1),
        ("the lists are published", 2),
    ],
)
def test_the_same_request_to_the_next_process_is_answered_and_done_once(
    step: str, version: int, counter: Counter
) -> None:
    license = issued(counter)
    kill_before(counter, step)
    permit = get(counter, f"/permits/food_business/{FOOD}", "scjg").json()
    assert permit["version"] == version  # made and answered for, or neither
    with counter.service.database.reading() as connection:
        assert audit(connection).findings == ()

    first, again = change(counter, "revoked"), change(counter, "revoked")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    document = first.json()
    assert (document["permit"]["version"], document["permit"]["state"]) == (2, "revoked")
    assert [(each["number"], each["state"]) for each in document["licenses"]] == [
        (license["number"], "void")
    ]
    recalls = get(counter, "/recalls", "bureau").json()["recalls"]
    assert [each["number"] for each in recalls] == [license["number"]]
    notices = get(counter, "/notices", "bureau").json()["notices"]
    assert [each["kind"] for each in notices] == ["license-void"]
    with counter.service.database.reading() as connection:
        assert audit(connection).findings == ()


def test_the_answer_of_a_change_stays_what_it_was_when_the_permit_goes_on(
    counter: Counter,
) -> None:
    issued(counter)
    first = change(counter, "suspended")
    change(counter, "resumed", version=2, key="change-2")
    again = change(counter, "suspended")
    assert again.json() == first.json()
    assert again.json()["permit"]["state"] == "suspended"
    assert [each["state"] for each in again.json()["licenses"]] == ["suspended"]


def test_another_change_under_the_same_key_is_refused_after_a_kill(counter: Counter) -> None:
    issued(counter)
    kill_before(counter, "the lists are published")
    other = change(counter, "suspended")
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (
        422,
        "request-key-reused",
    )
