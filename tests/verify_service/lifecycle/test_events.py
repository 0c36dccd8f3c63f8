"""What was recorded is told to whom it concerns: asked for, or sent until it arrives."""

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from hmac import new as hmac
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.clocks import stopped
from tests.verify_service.bureau import Bureau, days
from tests.verify_service.lifecycle.bars import bar
from verify_service.lifecycle import deliveries
from verify_service.lifecycle.deliveries import (
    FIRST_RETRY,
    LAST_RETRY,
    is_deliverable,
    retry_after,
)
from verify_service.registry import events as registry_events
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.events import Event, EventPage, read_events
from verify_service.registry.ledger import last_entry, read_entries
from verify_service.registry.moves import Move
from verify_service.registry.webhooks import (
    Webhook,
    add_webhook,
    claim_due,
    list_webhooks,
    stop_webhook,
)


def read(bureau: Bureau, department: str | None, *, after: int = 0, limit: int = 100) -> EventPage:
    with bureau.service.database.reading() as connection:
        return read_events(connection, after=after, limit=limit, department=department)


def types(page: EventPage) -> list[str]:
    return [event.type for event in page.events]


def head(bureau: Bureau) -> int:
    with bureau.service.database.reading() as connection:
        return last_entry(connection)[0]


# ---- asked for ----------------------------------------------------------------------------------


def test_a_department_hears_of_its_permits_and_of_what_followed(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    before = head(bureau)
    bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(0.5))
    page = read(bureau, "scjg", after=before)
    assert types(page) == ["permit.changed", "license.state", "license.recall"]
    changed, fallen, recall = page.events
    assert changed.permit is not None
    assert (changed.permit.number, changed.permit.department) == (food.number, "scjg")
    assert changed.data["state"] == "revoked"
    assert changed.effective_at == int(days(0.5).timestamp()) * 1_000_000
    assert (fallen.license, fallen.data["state"]) == (issued.number, "void")
    assert recall.data["department"] == "scjg"
    assert page.next == head(bureau)


def test_another_department_hears_of_the_license_and_not_whose_permit_it_was(
    bureau: Bureau,
) -> None:
    food, _, issued = bar(bureau)
    before = head(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    page = read(bureau, "tobacco", after=before)
    assert types(page) == ["license.state", "license.recall"]
    assert {event.license for event in page.events} == {issued.number}
    assert {event.permit for event in page.events} == {None}


def test_a_stranger_hears_nothing_and_is_told_where_to_go_on(bureau: Bureau) -> None:
    food, _, _ = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    assert read(bureau, "sport") == EventPage(events=(), next=head(bureau))


def test_the_bureau_hears_everything_of_permits_and_licenses_and_no_secret(
    bureau: Bureau,
) -> None:
    food, _, _ = bar(bureau)
    bureau.change(food, Move.AMENDED, at=days(1))
    bureau.change(food, Move.REVOKED, at=days(2), effective_at=days(3))
    bureau.service.announcements.catch_up(at=days(3))
    page = read(bureau, None)
    assert types(page) == [
        *["permit.changed", "permit.changed", "license.issued", "license.state"],
        *["permit.changed", "license.reissue"],
        *["permit.announced", "permit.changed", "license.state", "license.recall"],
        *["license.reissue", "permit.announced"],
    ]
    assert [event.data["outcome"] for event in page.events if event.type == "permit.announced"] == [
        None,
        "applied",
    ]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_page_by_page_each_event_comes_once_and_in_order(limit: int, bureau: Bureau) -> None:
    food, _, _ = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    whole = read(bureau, "scjg")
    after = 0
    found: list[Event] = []
    while (page := read(bureau, "scjg", after=after, limit=limit)).next > after:
        found += page.events
        after = page.next
    assert tuple(found) == whole.events
    with bureau.service.database.reading() as connection:
        hashes = {entry.seq: entry.hash for entry in read_entries(connection, after=0, limit=999)}
    assert all(hashes[event.seq] == event.hash for event in found)


def test_a_long_stretch_of_other_peoples_entries_is_passed_over_bit_by_bit(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_events, "MOST_SCANNED", 3)
    bar(bureau)
    page = read(bureau, "sport")
    assert (page.events, page.next) == ((), 3)


# ---- sent ---------------------------------------------------------------------------------------

SECRET = bytes(range(32))


@dataclass
class Receiver:
    """A department's own system; answers with what it is told to."""

    url: str
    status: int = 200
    messages: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.messages]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            here.messages.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(here.status)
            if 300 <= here.status < 400:
                self.send_header("location", f"{here.url}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here = Receiver(url=f"http://127.0.0.1:{server.server_address[1]}/hook")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def webhook(bureau: Bureau, url: str, department: str | None = "scjg") -> Webhook:
    made = Webhook(
        id="wh_1",
        department=department,
        url=url,
        secret=SECRET,
        created_at=days(0),
        after=head(bureau),
        next_try_at=days(0),
    )
    with bureau.service.database.writing() as connection:
        add_webhook(connection, made)
    return made


def kept(bureau: Bureau) -> Webhook:
    with bureau.service.database.reading() as connection:
        (found,) = list_webhooks(connection)
    return found


def deliver(bureau: Bureau, number: float) -> int:
    return bureau.service.deliveries.deliver(clock=stopped(days(number)))


def test_events_arrive_signed_and_once(bureau: Bureau, receiver: Receiver) -> None:
    food, _, _ = bar(bureau)
    webhook(bureau, receiver.url)
    assert deliver(bureau, 0.5) == 0
    bureau.change(food, Move.REVOKED, at=days(1))
    assert deliver(bureau, 1) == 3
    assert deliver(bureau, 1.1) == 0
    ((headers, body),) = receiver.messages
    assert [event["type"] for event in json.loads(body)["events"]] == [
        "permit.changed",
        "license.state",
        "license.recall",
    ]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac(SECRET, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(days(1).timestamp()))
    assert kept(bureau).after == json.loads(body)["next"] == head(bureau)


@pytest.mark.parametrize("status", [500, 404, 302, 307])
def test_what_does_not_arrive_is_tried_again_later_each_time_and_nothing_overtakes_it(
    status: int, bureau: Bureau, receiver: Receiver
) -> None:
    food, tobacco, _ = bar(bureau)
    webhook(bureau, receiver.url, None)
    receiver.status = status
    bureau.change(food, Move.REVOKED, at=days(1))
    assert deliver(bureau, 1) == 0
    after_one = kept(bureau)
    assert (after_one.failures, after_one.last_error) == (1, str(status))
    assert after_one.next_try_at == days(1) + FIRST_RETRY
    assert deliver(bureau, 1) == 0
    assert len(receiver.messages) == 1  # not before its time, and no redirect was followed
    bureau.change(tobacco, Move.REVOKED, at=days(2))
    receiver.status = 204
    assert deliver(bureau, 2) > 0
    first, second = receiver.bodies()
    assert second["events"][: len(first["events"])] == first["events"]
    assert kept(bureau).failures == 0


def test_a_receiver_that_is_gone_is_left_alone(bureau: Bureau, receiver: Receiver) -> None:
    food, _, _ = bar(bureau)
    webhook(bureau, receiver.url)
    receiver.status = 410
    bureau.change(food, Move.REVOKED, at=days(1))
    deliver(bureau, 1)
    assert kept(bureau).stopped_at == days(1)
    assert deliver(bureau, 5) == 0
    assert len(receiver.messages) == 1


def test_a_receiver_that_is_not_there_is_named(bureau: Bureau) -> None:
    food, _, _ = bar(bureau)
    with receiving() as gone:
        url = gone.url
    webhook(bureau, url)
    bureau.change(food, Move.REVOKED, at=days(1))
    assert deliver(bureau, 1) == 0
    assert "ConnectError" in str(kept(bureau).last_error)


def test_who_answers_byte_by_byte_or_never_keeps_nobody_else_waiting(
    bureau: Bureau, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "SECONDS", 0.5)
    food, _, _ = bar(bureau)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        slow = webhook(bureau, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with bureau.service.database.writing() as connection:
            add_webhook(connection, replace(slow, id="wh_2", url=receiver.url))
        bureau.change(food, Move.REVOKED, at=days(1))
        assert deliver(bureau, 1) == 3
    with bureau.service.database.reading() as connection:
        first, second = list_webhooks(connection)
    assert (first.failures, second.failures) == (1, 0)
    assert first.last_error


def test_what_one_process_is_sending_no_other_sends(bureau: Bureau, receiver: Receiver) -> None:
    food, _, _ = bar(bureau)
    webhook(bureau, receiver.url)
    bureau.change(food, Move.REVOKED, at=days(1))
    with bureau.service.database.writing() as connection:
        assert len(claim_due(connection, at=days(1), until=days(1) + timedelta(seconds=60))) == 1
    assert deliver(bureau, 1) == 0
    # and one that was killed over it lets go after its minute
    assert deliver(bureau, 1 + 61 / 86_400) == 3


def test_many_events_come_in_several_messages(bureau: Bureau, receiver: Receiver) -> None:
    shop = bureau.shop()
    webhook(bureau, receiver.url)
    food = bureau.permit(shop)
    for number in range(60):
        bureau.change(food, Move.SUSPENDED, at=days(1 + number))
        bureau.change(food, Move.RESUMED, at=days(1.5 + number))
    assert [deliver(bureau, 90) for _ in range(3)] == [100, 21, 0]
    ids = [headers["webhook-id"] for headers, _ in receiver.messages]
    assert len(set(ids)) == 2


def test_waiting_doubles_up_to_an_hour() -> None:
    waits = [retry_after(failures) for failures in range(1, 100)]
    assert waits[:3] == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY]
    assert waits == sorted(waits)
    assert waits[-1] == LAST_RETRY


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://scjg.example/hook", True),
        ("https://scjg.example:8443/hook?a=1", True),
        ("http://127.0.0.1:8000/", True),
        ("http://scjg.example/hook", False),
        ("http://localhost/", False),
        ("https://user:secret@scjg.example/", False),
        ("https:///hook", False),
        ("https://scjg..example/", False),
        (f"https://{'a' * 64}.example/", False),
        ("https://scjg.example:99999/", False),
        ("https://[broken/", False),
        ("file:///etc/passwd", False),
        ("scjg.example", False),
        ("https://scjg.example/#part", False),
        ("", False),
    ],
)
def test_events_go_over_https_alone(url: str, good: bool) -> None:
    assert is_deliverable(url) == good


def test_a_webhook_that_is_not_there_cannot_be_stopped(bureau: Bureau) -> None:
    with (
        pytest.raises(NotRegisteredError),
        bureau.service.database.writing() as connection,
    ):
        stop_webhook(connection, "wh_none", at=days(1))
    assert replace(webhook(bureau, "https://x.example/"), url="") != kept(bureau)
