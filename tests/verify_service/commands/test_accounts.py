"""``verify-service account``: made where the registry is; a password is nobody's to read."""

import io
import sys
from pathlib import Path

import pytest

from tests.verify_service.commands.counter import Done, call, run

PASSWORD = "竹影扫阶尘不动 2031"
CLERK = ("account", "create", "zhang.min", "--name", "张敏", "--role", "clerk")
DEPARTMENT = ("--role", "department", "--department", "scjg", "--kind", "food_business")


@pytest.fixture(autouse=True)
def _cheap(folder: Path) -> None:
    """The least that settings allow, for each password takes its time."""
    settings = folder / "settings.toml"
    cheap = "argon2_mebibytes = 19\nargon2_passes = 2\n"
    settings.write_text(cheap + settings.read_text("utf-8"), "utf-8")


def typed(monkeypatch: pytest.MonkeyPatch, text: str, *command: object) -> Done:
    """Run the program with a line on its standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return call(*command)


def test_an_account_is_made_listed_disabled_and_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    made = typed(monkeypatch, PASSWORD + "\n", *CLERK).json
    assert (made["login"], made["name"], made["role"]) == ("zhang.min", "张敏", "clerk")
    department = ("account", "create", "Li.Na", "--name", "李娜", *DEPARTMENT)
    assert typed(monkeypatch, PASSWORD, *department).json["kinds"] == ["food_business"]
    listed = call("account", "list").json["accounts"]
    assert [each["login"] for each in listed] == ["li.na", "zhang.min"]
    assert call("account", "disable", "ZHANG.MIN").json == {"login": "zhang.min", "disabled": True}
    assert call("account", "list").json["accounts"][1]["disabled_at"] is not None
    assert call("account", "enable", "zhang.min").json["disabled"] is False
    assert call("account", "list").json["accounts"][1]["disabled_at"] is None
    assert call("audit").status == 0


def test_no_password_and_no_hash_is_ever_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    done = [typed(monkeypatch, PASSWORD, *CLERK), call("account", "list")]
    done.append(typed(monkeypatch, "石上清泉 松间明月照 1024", "account", "password", "zhang.min"))
    for each in done:
        assert each.status == 0
        assert PASSWORD not in each.out + each.err
        assert "argon2" not in each.out + each.err


def test_a_password_is_no_word_of_the_command_line() -> None:
    for more in (("--password", PASSWORD), (PASSWORD,)):
        done = call(*CLERK, *more)
        assert (done.status, done.out) == (2, "")


def test_the_terminal_asks_twice_and_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [PASSWORD, PASSWORD, "石上清泉 松间明月照 1024", "石上清泉 松间明月照 1024 "]
    monkeypatch.setattr("verify_service.commands.accounts.getpass", lambda _: answers.pop(0))
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    assert call(*CLERK).status == 0
    again = call("account", "password", "zhang.min")
    assert again.status == 2
    assert "两次输入的密码不同" in again.err


@pytest.mark.parametrize(
    ("password", "said"),
    [("short\n", "至少 12 个字符"), ("", "至少 12 个字符"), ("qwertyuiop123\n", "过于常见")],
)
def test_a_password_that_is_easily_guessed_is_refused(
    monkeypatch: pytest.MonkeyPatch, password: str, said: str
) -> None:
    assert said in typed(monkeypatch, password, *CLERK).refusal
    assert call("account", "list").json["accounts"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("z", "--role", "clerk"),
        ("张敏", "--role", "clerk"),
        ("zhang/min", "--role", "clerk"),
        ("zhang.min", "--role", "clerk", "--department", "scjg"),
        ("zhang.min", "--role", "clerk", "--kind", "food_business"),
        ("zhang.min", "--role", "department"),
        ("zhang.min", "--role", "department", "--department", "scjg"),
        ("zhang.min", *DEPARTMENT[:2], "--department", "nobody", "--kind", "food_business"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    done = typed(monkeypatch, PASSWORD, "account", "create", *arguments, "--name", "张敏")
    assert "账户填写有误" in done.refusal
    assert call("account", "list").json["accounts"] == []


def test_a_kind_that_the_catalog_lacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ("account", "create", "li.na", "--name", "李娜", *DEPARTMENT, "--kind", "dragons")
    assert "dragons" in typed(monkeypatch, PASSWORD, *command).refusal


def test_a_name_is_taken_once_and_nobody_else_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert typed(monkeypatch, PASSWORD, *CLERK).status == 0
    assert "zhang.min" in typed(monkeypatch, PASSWORD, *CLERK).refusal
    for action in ("password", "disable", "enable"):
        assert "nobody" in typed(monkeypatch, PASSWORD, "account", action, "nobody").refusal


@pytest.mark.slow
def test_the_program_reads_a_line_from_a_pipe(folder: Path) -> None:
    done = run(*CLERK, folder=folder, stdin=f"{PASSWORD}\r\nmore\n")
    assert done.status == 0, done.err
    assert PASSWORD not in done.out + done.err
