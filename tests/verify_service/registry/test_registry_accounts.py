"""Accounts, sessions and attempts on both databases: what is kept, counted, ended and audited."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.clocks import stopped
from tests.verify_service.desk import NOON, Desk, hour
from verify_service.database import Database, open_database
from verify_service.desk.errors import (
    LoginRefusedError,
    LoginTooOftenError,
    SessionMissingError,
)
from verify_service.desk.guessing import counted_address
from verify_service.desk.login import Entered, LoginDesk
from verify_service.desk.passwords import Cost, Passwords
from verify_service.registry.account_records import Account, AccountRole
from verify_service.registry.accounts import (
    add_account,
    disable_account,
    find_account,
    list_accounts,
    set_password,
)
from verify_service.registry.auditing import audit
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    ConstraintError,
    NotRegisteredError,
)
from verify_service.registry.ledger import Written
from verify_service.registry.moves import Move
from verify_service.registry.searching import describe_licenses, search_licenses, search_permits

PASSWORD = "竹影扫阶尘不动 2031"
CHEAP = Passwords(Cost(mebibytes=19, passes=2))
HASH = CHEAP.hash(PASSWORD)
ADDRESS = "192.0.2.7"
OPERATOR = Written(at=NOON, by="operator")
CLERK = Account(
    login="zhang.min",
    name="张敏",
    role=AccountRole.CLERK,
    department=None,
    kinds=frozenset(),
    password_hash=HASH,
    password_set_at=NOON,
    created_at=NOON,
)


@pytest.fixture
def login(database: Database) -> LoginDesk:
    with database.writing() as connection:
        add_account(connection, CLERK, by="operator")
    return login_desk(database)


def login_desk(database: Database) -> LoginDesk:
    return LoginDesk(database, CHEAP, idle=timedelta(minutes=30), lifetime=timedelta(hours=12))


def enter(
    login: LoginDesk,
    name: str = "zhang.min",
    password: str = PASSWORD,
    *,
    at: float = 0,
    address: str = ADDRESS,
    shown: str = "",
) -> Entered:
    clock = stopped(hour(at))
    begun = login.begin(name, address=address, clock=clock)
    matched = login.passwords.matches(password, begun.known_hash)
    return login.complete(begun, matched=matched, stronger=None, shown=shown, clock=clock)


def test_an_account_comes_back_as_it_was_kept(database: Database) -> None:
    department = replace(
        CLERK,
        login="li.na",
        role=AccountRole.DEPARTMENT,
        department="scjg",
        kinds=frozenset({"food_business", "bj_small_food"}),
    )
    with database.writing() as connection:
        add_account(connection, CLERK, by="operator")
        add_account(connection, department, by="operator")
    with database.reading() as connection:
        assert list_accounts(connection) == (department, CLERK)
        assert find_account(connection, "nobody") is None
    with database.writing() as connection, pytest.raises(AlreadyRegisteredError):
        add_account(connection, CLERK, by="operator")
    with database.writing() as connection, pytest.raises(NotRegisteredError):
        disable_account(connection, "nobody", written=OPERATOR)


@pytest.mark.parametrize(
    "wrong",
    [
        {"department": "scjg"},
        {"kinds": frozenset({"food_business"})},
        {"role": AccountRole.DEPARTMENT},
        {"role": AccountRole.DEPARTMENT, "department": "scjg"},
    ],
)
def test_a_department_has_kinds_and_the_bureau_none(
    database: Database, wrong: dict[str, object]
) -> None:
    with pytest.raises(ConstraintError), database.writing() as connection:
        add_account(connection, replace(CLERK, **wrong), by="operator")  # type: ignore[arg-type]


def test_accounts_are_in_the_ledger_and_their_passwords_hashes_are_not(
    database: Database, login: LoginDesk
) -> None:
    with database.writing() as connection:
        set_password(connection, "zhang.min", password_hash="$argon2id$x", written=OPERATOR)
        disable_account(connection, "zhang.min", written=OPERATOR)
    with database.reading() as connection:
        assert audit(connection).findings == ()
        entries = connection.execute(
            text("SELECT entry FROM ledger WHERE subject = 'accounts' ORDER BY seq")
        ).scalars()
        written = list(entries)
    assert len(written) == 3
    assert not any("argon2" in entry for entry in written)
    with database.writing() as connection:
        connection.execute(text("UPDATE accounts SET role = 'supervisor'"))
    with database.reading() as connection:
        (finding,) = audit(connection).findings
    assert (finding.subject, str(finding.fault)) == ("accounts", "row-altered")


def test_a_session_is_found_by_its_id_until_it_ends(login: LoginDesk) -> None:
    entered = enter(login)
    session, account = login.resume(entered.id, at=hour(0.49))
    assert account == CLERK
    assert session.expires_at == hour(12)
    login.resume(entered.id, at=hour(0.98))
    with pytest.raises(SessionMissingError):
        login.resume(entered.id, at=hour(0.98) + timedelta(minutes=30))
    with pytest.raises(SessionMissingError):
        login.resume(entered.id + "A", at=hour(0.5))
    again = enter(login, at=3)  # which forgets what time has ended
    with pytest.raises(SessionMissingError):
        login.resume(entered.id, at=hour(0.5))
    login.leave(again.id)
    with pytest.raises(SessionMissingError):
        login.resume(again.id, at=hour(3))


def test_whoever_is_disabled_while_the_password_is_looked_at_does_not_come_in(
    database: Database, login: LoginDesk
) -> None:
    clock = stopped(NOON)
    begun = login.begin("zhang.min", address=ADDRESS, clock=clock)
    with database.writing() as connection:
        disable_account(connection, "zhang.min", written=OPERATOR)
    with pytest.raises(LoginRefusedError):
        login.complete(begun, matched=True, stronger=None, shown="", clock=clock)


def test_nor_does_whoever_has_the_password_of_before(database: Database, login: LoginDesk) -> None:
    clock = stopped(NOON)
    begun = login.begin("zhang.min", address=ADDRESS, clock=clock)
    with database.writing() as connection:
        set_password(connection, "zhang.min", password_hash="$argon2id$x", written=OPERATOR)
    with pytest.raises(LoginRefusedError):
        login.complete(begun, matched=True, stronger=None, shown="", clock=clock)


def test_attempts_at_once_are_counted_one_by_one(url: str, login: LoginDesk) -> None:
    """A hundred passwords tried at once would otherwise be looked at before one was counted."""
    refused: list[bool] = []

    def attempt() -> None:
        database = open_database(url)
        try:
            login_desk(database).begin("zhang.min", address=ADDRESS, clock=stopped(NOON))
            refused.append(False)
        except LoginTooOftenError:
            refused.append(True)
        finally:
            database.close()

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused.count(False) == 5
    assert refused.count(True) == 7


def test_a_login_that_succeeds_takes_its_own_attempt_back_and_no_others(login: LoginDesk) -> None:
    for _ in range(4):
        with pytest.raises(LoginRefusedError):
            enter(login, password="wrong")
    enter(login)  # the fifth, and now this is a place of hers
    with pytest.raises(LoginRefusedError):
        enter(login, password="wrong", address="198.51.100.1")  # the fifth from elsewhere
    with pytest.raises(LoginTooOftenError) as caught:
        enter(login, address="198.51.100.1")
    assert caught.value.seconds == 1
    enter(login)


def test_a_place_is_forgotten_when_nobody_has_logged_in_there_for_long(login: LoginDesk) -> None:
    enter(login)
    for _ in range(5):
        with pytest.raises(LoginRefusedError):
            enter(login, password="wrong", at=24 * 91, address="198.51.100.1")
    with pytest.raises(LoginTooOftenError):
        enter(login, at=24 * 91)  # as a stranger's


def test_a_failure_is_forgotten_after_a_day(login: LoginDesk) -> None:
    for _ in range(5):
        with pytest.raises(LoginRefusedError):
            enter(login, password="wrong")
    with pytest.raises(LoginTooOftenError):
        enter(login)
    enter(login, at=25)


def test_the_use_of_a_session_waits_for_no_other_writer_for_long(
    url: str, login: LoginDesk
) -> None:
    entered = enter(login)
    database = open_database(url, patience=timedelta(milliseconds=200))
    other = open_database(url)
    impatient = login_desk(database)
    with other.writing():
        session, _ = impatient.resume(entered.id, at=hour(0.25))
        assert session.last_used_at == NOON
    assert impatient.resume(entered.id, at=hour(0.26))[0].last_used_at == NOON
    with pytest.raises(SessionMissingError):  # its use was noted at last
        impatient.resume(entered.id, at=hour(0.26) + timedelta(minutes=30))
    assert impatient.resume(entered.id, at=hour(0.75))
    database.close()
    other.close()


@pytest.mark.parametrize(
    ("shown", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("'; drop table accounts", "unknown"),
        ("1" * 10_000, "unknown"),
    ],
)
def test_an_address_is_counted_in_one_form(shown: str, counted: str) -> None:
    assert counted_address(shown) == counted


# ---- searching -------------------------------------------------------------------------------------


def test_licenses_are_found_with_their_latest_state(desk: Desk) -> None:
    first, second = desk.license(desk.permit()), desk.license(desk.permit())
    with desk.database.reading() as connection:
        found = search_licenses(connection, "朝综许06", limit=10)
        assert [each.number for each in found] == [first.number, second.number]
        assert search_licenses(connection, "朝综许06", limit=1) == found[:1]
        assert search_licenses(connection, "拾光", limit=10) == found
        assert search_licenses(connection, found[0].holder.lower(), limit=10) == found[:1]
        assert describe_licenses(connection, {second.number, "x"}) == {second.number: found[1]}
        for nothing in ("%", "_", "朝%", "x\\"):
            assert search_licenses(connection, nothing, limit=10) == ()


def test_a_name_is_found_in_any_case_of_its_ascii_letters(desk: Desk) -> None:
    from verify_service.registry import holders

    with desk.database.writing() as connection:
        holders.add_holder(
            connection, uscc="92110105MAXX00031G", name="Café ÉTÉ 半月", written=OPERATOR
        )
    place = desk.premises(holder="92110105MAXX00031G")
    desk.license(desk.permit(premises=place))
    with desk.database.reading() as connection:
        assert len(search_licenses(connection, "caf", limit=10)) == 1
        assert len(search_licenses(connection, "CAF", limit=10)) == 1
        # Beyond ASCII the two databases do not agree on case; both take it as it is written.
        assert len(search_licenses(connection, "ÉTÉ", limit=10)) == 1
        assert len(search_licenses(connection, "été", limit=10)) == 0


def test_a_departments_permits_are_found_by_pages(desk: Desk) -> None:
    made = [desk.permit() for _ in range(5)]
    desk.permit(kind="tobacco_retail")
    desk.move(made[2].id, Move.REVOKED, hour(1))
    seen: list[int] = []
    with desk.database.reading() as connection:
        while True:
            found = search_permits(
                connection,
                "",
                department="scjg",
                kinds={"food_business"},
                after=seen[-1] if seen else 0,
                limit=2,
            )
            if not found:
                break
            seen += [each.permit.id for each in found]
        assert seen == [permit.id for permit in made]
        arguments = {"department": "scjg", "kinds": {"food_business"}, "after": 0, "limit": 9}
        (one,) = search_permits(connection, made[2].number, **arguments)  # type: ignore[arg-type]
        assert one.permit.current.move is Move.REVOKED
        assert search_permits(connection, "", **{**arguments, "department": "tobacco"}) == ()  # type: ignore[arg-type]
