"""Processes that die, wait, or race: the registry is never left half written."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from credential.status import Status
from tests.verify_service.desk import NOON, WRITTEN, Desk, Undone, change, hour, make_uscc
from verify_service.database import Database, open_database
from verify_service.errors import DatabaseLockedError
from verify_service.registry import holders, licenses, permits, states, status_chains
from verify_service.registry.errors import VersionConflictError
from verify_service.registry.moves import Move

ROOT = Path(__file__).parents[3]

# Issues a second version, supersedes the first, and is killed before it commits.
DYING = """
import sys, time
from tests.verify_service.desk import Desk, draft, hour, record
from verify_service.database import open_database
from verify_service.registry import licenses, permits, states
from verify_service.registry.moves import LicenseState
from verify_service.registry.records import StateChange

desk = Desk(open_database(sys.argv[1]))
number, permit_id = sys.argv[2], int(sys.argv[3])
block = desk.block(2)
with desk.database.writing() as connection:
    permit = permits.get_permit(connection, permit_id)
    licenses.append_license_version(connection, draft(number, 2, permit, block=block))
    change = StateChange(state=LicenseState.SUPERSEDED, reason="reissued", record=record(hour(1)))
    states.append_license_state(connection, number, 1, change, expected_seq=1)
    print("written", flush=True)
    time.sleep(60)
"""

# Holds the writers' lock until its standard input closes.
HOLDING = """
import sys
from verify_service.database import open_database

with open_database(sys.argv[1]).writing():
    print("holding", flush=True)
    sys.stdin.read()
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() in {"written", "holding"}
    return process


def test_a_writer_killed_in_the_middle_leaves_nothing_of_its_transaction(
    desk: Desk, url: str
) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    with start(DYING, url, issued.number, str(permit.id)) as process:
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    # The next writer is not kept waiting by the dead one, and issues the very same version.
    after = desk.issue(issued.number, 2, permit)
    with desk.database.reading() as connection:
        assert licenses.latest_license_version(connection, issued.number) == 2
        assert [s.state for s in states.license_states(connection, issued.number, 1)] == [
            "in_force"
        ]
        entries = dict(status_chains.status_entries(connection, "1", today=NOON.date(), listed=99))
    lost = issued.block.start + issued.block.size
    assert after.block.start == lost + 2
    assert entries == {lost: Status.INVALID, lost + 1: Status.INVALID}


def test_a_file_whose_writer_was_killed_is_whole(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    desk = Desk(database)
    permit = desk.permit()
    issued = desk.license(permit)
    database.close()
    with start(DYING, sqlite_url, issued.number, str(permit.id)) as process:
        process.send_signal(signal.SIGKILL)
    reopened = open_database(sqlite_url)
    with reopened.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert licenses.latest_license_version(connection, issued.number) == 1
    reopened.close()


def test_a_writer_gives_up_on_another_after_its_patience(url: str) -> None:
    hasty = open_database(url, patience=timedelta(milliseconds=200))
    with start(HOLDING, url) as process:
        with pytest.raises(DatabaseLockedError) as caught, hasty.writing():
            pass
        with hasty.reading() as connection:  # readers are not kept waiting
            assert holders.find_holder(connection, make_uscc(1)) is None
        assert process.stdin is not None
        process.stdin.close()
    assert caught.value.database
    with hasty.writing() as connection:
        holders.add_holder(connection, uscc=make_uscc(1), name="甲", written=WRITTEN)
    hasty.close()


def test_a_thread_gives_up_on_another_after_its_patience(url: str) -> None:
    hasty = open_database(url, patience=timedelta(milliseconds=100))
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with hasty.writing():
            entered.set()
            leave.wait(30)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        entered.wait(30)
        with pytest.raises(DatabaseLockedError), hasty.writing():
            pass
        leave.set()
        held.result()
    hasty.close()


def test_of_two_who_saw_the_same_version_one_is_refused(desk: Desk) -> None:
    permit = desk.permit()
    barrier = threading.Barrier(2)

    def end(move: Move) -> str:
        barrier.wait()
        try:
            with desk.database.writing() as connection:
                permits.append_permit_version(
                    connection, permit.id, change(move, hour(1)), expected_version=1
                )
        except VersionConflictError:
            return "refused"
        return move

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(end, (Move.REVOKED, Move.CANCELLED)))
    assert "refused" in outcomes
    assert len(set(outcomes)) == 2
    with desk.database.reading() as connection:
        assert len(permits.permit_chain(connection, permit.id)) == 2


def test_many_threads_take_serials_and_blocks_without_a_clash(desk: Desk) -> None:
    place = desk.permit()
    desk.status_list()
    with ThreadPoolExecutor(4) as pool:
        issued = list(pool.map(lambda _: desk.license(place), range(12)))
    assert sorted(one.number for one in issued) == [
        f"朝综许06-2023-{serial:05}" for serial in range(1, 13)
    ]
    assert sorted(one.block.start for one in issued) == list(range(0, 24, 2))


def test_a_reader_sees_one_instant_of_the_registry(desk: Desk) -> None:
    permit = desk.permit()
    with desk.database.reading() as connection:
        before = permits.get_permit(connection, permit.id)
        desk.move(permit.id, Move.REVOKED, hour(1))
        assert permits.get_permit(connection, permit.id) == before
    with desk.database.reading() as connection:
        assert permits.get_permit(connection, permit.id).current.state == "revoked"


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only"), database.reading() as connection:
        holders.add_holder(connection, uscc=make_uscc(1), name="甲", written=WRITTEN)
    with database.reading() as connection:
        assert holders.find_holder(connection, make_uscc(1)) is None


def test_an_exception_undoes_everything_in_its_block(database: Database) -> None:
    with suppress(Undone), database.writing() as connection:
        holders.add_holder(connection, uscc=make_uscc(1), name="甲", written=WRITTEN)
        raise Undone
    with database.writing() as connection:  # and the block can be entered again
        assert holders.find_holder(connection, make_uscc(1)) is None
