"""Access tokens: a secret is kept by its owner alone, and opens what it was made for."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from tests.verify_service.desk import NOON, hour
from verify_service.access import (
    AccessError,
    BureauRequiredError,
    DepartmentRequiredError,
    KindNotAllowedError,
    NewToken,
    NotOwnPermitError,
    Principal,
    TokenRefusedError,
    check_secret,
    identify,
    mint_token,
    require_bureau,
    require_kind,
    require_owner,
)
from verify_service.database import Database
from verify_service.registry import tokens
from verify_service.registry.errors import AlreadyRegisteredError, NotRegisteredError
from verify_service.registry.ledger import OPERATOR, Written
from verify_service.registry.records import Role

EXPIRES = NOON + timedelta(days=90)


def bureau() -> NewToken:
    return mint_token(role=Role.BUREAU, label="窗口一", created_at=NOON, expires_at=EXPIRES)


def department(*kinds: str, name: str = "scjg") -> NewToken:
    return mint_token(
        role=Role.DEPARTMENT,
        department=name,
        kinds=frozenset(kinds or {"food_business"}),
        label="系统",
        created_at=NOON,
        expires_at=EXPIRES,
    )


def keep(database: Database, token: NewToken) -> NewToken:
    with database.writing() as connection:
        tokens.add_token(connection, token.stored, by=OPERATOR)
    return token


def refusal(database: Database, shown: str, *, hours: float = 1) -> str:
    with database.reading() as connection, pytest.raises(TokenRefusedError) as caught:
        identify(connection, shown, at=hour(hours))
    return caught.value.reason


def test_a_token_names_its_party(database: Database) -> None:
    window, system = keep(database, bureau()), keep(database, department("a", "b"))
    with database.reading() as connection:
        first = identify(connection, window.text, at=hour(1))
        second = identify(connection, system.text, at=hour(1))
    assert (first.role, first.department, first.kinds) == (Role.BUREAU, None, frozenset())
    assert (first.party, first.recorded_by) == ("bureau", f"bureau/{window.stored.id}")
    assert (second.department, second.kinds) == ("scjg", frozenset({"a", "b"}))
    assert second.party == "department:scjg"


def test_the_registry_holds_no_secret(database: Database) -> None:
    token = keep(database, bureau())
    prefix, identity, secret = token.text.split("_", 2)
    assert (prefix, identity) == ("vs", token.stored.id)
    assert len(secret) == 43
    with database.reading() as connection:
        (row,) = connection.execute(text("SELECT * FROM access_tokens")).all()
    assert secret not in str(tuple(row))
    assert row.secret_digest == sha256(secret.encode()).digest()


def test_a_wrong_secret_is_refused(database: Database) -> None:
    token, other = keep(database, bureau()), keep(database, bureau())
    swapped = f"vs_{token.stored.id}_{other.text.split('_', 2)[2]}"
    assert refusal(database, swapped) == "unknown"


def test_an_id_that_is_not_there_is_refused_in_the_same_words(database: Database) -> None:
    unknown = bureau()
    assert refusal(database, unknown.text) == "unknown"
    assert str(TokenRefusedError(reason="unknown")) == str(TokenRefusedError(reason="revoked"))


@pytest.mark.parametrize(
    "shown", ["", "vs_", "vs__", "Bearer x", "vs_0123456789abcdef_short", "vs_" + "a" * 5000]
)
def test_what_is_no_token_is_refused(database: Database, shown: str) -> None:
    assert refusal(database, shown) == "malformed"


@pytest.mark.parametrize("tail", ["\n", "x", " "])
def test_nothing_may_follow_a_token(database: Database, tail: str) -> None:
    assert refusal(database, keep(database, bureau()).text + tail) == "malformed"


def test_a_token_is_good_until_the_instant_it_expires(database: Database) -> None:
    token = keep(database, bureau())
    last = EXPIRES - timedelta(microseconds=1)
    with database.reading() as connection:
        assert identify(connection, token.text, at=NOON).role is Role.BUREAU
        assert identify(connection, token.text, at=last).role is Role.BUREAU
    assert refusal(database, token.text, hours=90 * 24) == "expired"
    assert refusal(database, token.text, hours=-0.001) == "not-yet"


def test_a_revoked_token_stays_revoked_since_the_first_time(database: Database) -> None:
    token = keep(database, bureau())
    for hours in (1, 2):
        with database.writing() as connection:
            tokens.revoke_token(
                connection, token.stored.id, written=Written(at=hour(hours), by=OPERATOR)
            )
    assert refusal(database, token.text, hours=3) == "revoked"
    with database.reading() as connection:
        stored = tokens.find_token(connection, token.stored.id)
    assert stored == replace(token.stored, revoked_at=hour(1))


def test_a_revoked_token_does_not_tell_a_wrong_secret_from_a_right_one(database: Database) -> None:
    token = keep(database, bureau())
    with database.writing() as connection:
        tokens.revoke_token(connection, token.stored.id, written=Written(at=hour(1), by=OPERATOR))
    wrong = token.text[:-4] + ("AAAA" if token.text[-4:] != "AAAA" else "BBBB")
    assert refusal(database, wrong, hours=3) == "unknown"


def test_tokens_are_kept_once_and_listed_oldest_first(database: Database) -> None:
    younger = bureau()
    younger = replace(younger, stored=replace(younger.stored, created_at=hour(1)))
    kept = [keep(database, younger), keep(database, department())]
    with pytest.raises(AlreadyRegisteredError):
        keep(database, kept[0])
    with database.writing() as connection:
        assert tokens.list_tokens(connection) == (kept[1].stored, kept[0].stored)
        with pytest.raises(NotRegisteredError):
            tokens.revoke_token(connection, "0" * 16, written=Written(at=NOON, by=OPERATOR))


@given(secret=st.text(max_size=60))
def test_no_guess_is_accepted(secret: str) -> None:
    with pytest.raises(TokenRefusedError):
        check_secret(secret, stored=bureau().stored, at=NOON)
    with pytest.raises(TokenRefusedError):
        check_secret(secret, stored=None, at=NOON)


def test_two_tokens_share_nothing() -> None:
    first, second = bureau(), bureau()
    assert first.stored.id != second.stored.id
    assert first.stored.secret_digest != second.stored.secret_digest


@pytest.mark.parametrize(
    "changed",
    [
        {"role": Role.BUREAU},
        {"department": None},
        {"department": ""},
        {"kinds": frozenset()},
        {"kinds": frozenset({"a b"})},
        {"kinds": frozenset({""})},
        {"expires_at": NOON},
    ],
)
def test_a_token_that_makes_no_sense_is_not_minted(changed: dict[str, object]) -> None:
    asked: dict[str, object] = {
        "role": Role.DEPARTMENT,
        "department": "scjg",
        "kinds": frozenset({"food_business"}),
        "label": "x",
        "created_at": NOON,
        "expires_at": EXPIRES,
    }
    with pytest.raises(ValueError, match=r"kind|token"):
        mint_token(**asked | changed)  # type: ignore[arg-type]  # wrong on purpose


def test_the_bureau_issues_and_writes_no_permit() -> None:
    principal = principal_of(bureau())
    require_bureau(principal)
    with pytest.raises(DepartmentRequiredError):
        require_kind(principal, "food_business")
    with pytest.raises(DepartmentRequiredError):
        require_owner(principal, kind="food_business", department="scjg")


def test_a_department_writes_its_own_permits_and_nothing_else() -> None:
    principal = principal_of(department("food_business", "drainage"))
    require_kind(principal, "food_business")
    require_owner(principal, kind="drainage", department="scjg")
    with pytest.raises(BureauRequiredError):
        require_bureau(principal)
    with pytest.raises(KindNotAllowedError) as caught:
        require_kind(principal, "tobacco_retail")
    assert (caught.value.party, caught.value.kind) == ("department:scjg", "tobacco_retail")
    with pytest.raises(NotOwnPermitError):
        require_owner(principal, kind="drainage", department="water_city")
    assert issubclass(NotOwnPermitError, AccessError)


def principal_of(token: NewToken) -> Principal:
    secret = token.text.split("_", 2)[2]
    return check_secret(secret, stored=token.stored, at=NOON)
