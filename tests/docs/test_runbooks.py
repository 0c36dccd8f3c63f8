"""The runbooks' commands, run as they are written: each `sh` block in order, in one shell."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.softhsm import find_softhsm

pytestmark = pytest.mark.slow

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BY_ITSELF = re.compile(r"^```console\n\$ (SECOND=.*?)^```$", re.MULTILINE | re.DOTALL)
_FALL = "## 9. Does a license fall?"


def commands(text: str) -> str:
    """The blocks of a page, each followed by its own status: of `a && b` only b's ends a shell."""
    return "".join(f"{block}(exit $?)\n" for block in _BLOCK.findall(text))


def read(name: str) -> str:
    return (RUNBOOKS / name).read_text("utf-8")


def block_with(name: str, words: str) -> str:
    """The one block of a runbook in which the words stand."""
    (block,) = (str(each) for each in _BLOCK.findall(read(name)) if words in each)
    return block


def run(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script in a shell that stops at the first command that fails.

    With the umask of an ordinary shell, so that a runbook has to see to its secrets itself.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("VERIFY_")
    }
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment["HOME"] = str(folder)
    return subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env=environment,
        umask=0o022,
        capture_output=True,
        text=True,
    )


def assert_runs(script: str, folder: Path) -> None:
    done = run(script, folder)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


# As a reader begins a new shell (first-district.md, "Each shell").
_GO_ON = "source shell && cd service\n"
_SECRETS = ("*.passphrase", "*.pin", "*.token", "*.sqlite3*", "*.pem")


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district after the first seven steps of its runbook: once, they are as slow as the rest."""
    folder = tmp_path_factory.mktemp("started")
    first, _ = read("first-district.md").split(_FALL)
    assert_runs(commands(first), folder)
    assert readable_by_others(folder) == []
    return folder


@pytest.fixture
def district(started: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(started, tmp_path / "district"))


def test_the_first_district_falls_with_its_permit(district: Path) -> None:
    _, last = read("first-district.md").split(_FALL)
    assert_runs(_GO_ON + commands(last), district)


@pytest.mark.parametrize(
    "name",
    [
        *("trust-list.md", "lost-key.md", "lists-not-signed.md"),
        *("key-rotation.md", "key-compromise.md", "backup-and-restore.md", "recognition.md"),
    ],
)
def test_a_runbook_runs_to_its_end(name: str, district: Path) -> None:
    assert_runs(_GO_ON + commands(read(name)), district)
    assert readable_by_others(district) == []


def test_the_root_ceremony_needs_nothing_before_it(tmp_path: Path) -> None:
    assert_runs(commands(read("root-ceremony.md")), tmp_path)
    assert readable_by_others(tmp_path) == []


@pytest.mark.parametrize("letter", ["B", "C", "D"])
def test_each_part_about_a_lost_key_begins_from_the_district(letter: str, district: Path) -> None:
    parts = re.split(r"^## (?=[A-D]\. )", read("lost-key.md"), flags=re.MULTILINE)
    (part,) = (each for each in parts if each.startswith(letter))
    assert_runs(_GO_ON + commands(part), district)
    assert readable_by_others(district) == []
    # Whoever signs now, the list is signed as ever.
    assert_runs(_GO_ON + commands(read("trust-list.md")), district)
    assert_runs(_GO_ON + "cd ../ceremony\nsign_list\n", district)


def test_signing_the_list_stops_at_a_refusal_and_can_be_begun_anew(district: Path) -> None:
    ceremony = district / "ceremony"
    before = (ceremony / "trust-list.cbor").read_bytes()
    second = ceremony / "root-2.pem"
    second.rename(ceremony / "away")
    signing = "cd ../ceremony\nif sign_list; then exit 1; fi\n"  # `if`: no help from -e
    assert_runs(_GO_ON + signing, district)
    assert (ceremony / "trust-list.cbor").read_bytes() == before
    assert (district / "service" / "trust-list.cbor").read_bytes() == before
    (ceremony / "away").rename(second)
    assert_runs(_GO_ON + "cd ../ceremony\nsign_list\n", district)
    assert (ceremony / "trust-list.cbor").read_bytes() != before


def test_an_edit_of_scopes_leaves_those_of_other_districts(tmp_path: Path) -> None:
    (script,) = re.findall(
        r"^cat > edit-scopes\.py <<'PY'\n.*?^PY$", read("recognition.md"), re.MULTILINE | re.DOTALL
    )
    other = '[[issuers]]\ncode = "120115"\n[[issuers.scopes]]\nfrom = 2026-01-01\ntrial = true\n'
    theirs = other.replace("120115", "120116")
    (tmp_path / "trust-list.toml").write_text(other + theirs, "utf-8")
    edits = "python edit-scopes.py 120116 trial\npython edit-scopes.py 120116 until 2027-01-01\n"
    assert_runs(f"{script}\n{edits}", tmp_path)
    edited = theirs.replace("trial = true", "until = 2027-01-01")
    assert (tmp_path / "trust-list.toml").read_text("utf-8") == other + edited


def test_a_key_moves_into_an_hsm_and_from_there_to_another(district: Path) -> None:
    find_softhsm()
    assert_runs(_GO_ON + commands(read("hsm.md")), district)
    assert readable_by_others(district) == []


def test_one_runbook_after_another_takes_no_public_half_from_the_list(district: Path) -> None:
    def listed() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (district / "ceremony").glob("*.pub.pem")}

    def in_use() -> str:
        (found,) = re.findall(
            r'^issuer_key = "file:(.*)\.pem"$', settings.read_text(), re.MULTILINE
        )
        return str(found)

    settings = district / "service" / "settings.toml"
    assert_runs(_GO_ON + commands(read("key-rotation.md")), district)
    rotated = listed()
    assert in_use() == "issuer-2"
    theft, _ = read("key-compromise.md").split("## 3. ")
    assert_runs(_GO_ON + commands(theft), district)
    stolen = listed()
    assert rotated.items() < stolen.items()
    assert in_use() == "standby"
    assert compromised(district) == ["issuer-2"]  # the key that was in use, not the first one
    another = block_with("lost-key.md", "standby-2")
    done = run(_GO_ON + another, district)  # there is a standby-2 already
    assert done.returncode != 0
    assert "standby-2" in done.stderr
    assert listed() == stolen


def test_a_stolen_standby_does_not_take_over_from_itself(district: Path) -> None:
    service = district / "service"
    theft, _ = read("key-compromise.md").split("## 3. ")
    assert_runs(_GO_ON + commands(theft), district)
    before = (service / "settings.toml").read_text()
    done = run(_GO_ON + block_with("key-compromise.md", "use_key"), district)
    assert done.returncode != 0
    assert "NOT DONE" in done.stderr
    assert (service / "settings.toml").read_text() == before
    assert "issuer.pem" in (service / "was-in-use.txt").read_text()
    (console,) = _BY_ITSELF.findall(read("key-compromise.md"))
    assert_runs(_GO_ON + console, district)
    again = (
        commands(theft).replace("standby-2", "standby-3").replace("use_key file:standby.pem", ":")
    )
    assert_runs(_GO_ON + again, district)
    assert compromised(district) == ["issuer", "standby"]


def test_root_keys_outlive_a_list_that_was_refused(district: Path) -> None:
    ceremony = district / "ceremony"
    _, last = read("lost-key.md").split("## C. ")
    before = {path: path.read_bytes() for path in ceremony.glob("root-*")}
    new, given, named, *_ = _BLOCK.findall(last)
    (ceremony / "trust-list.toml").write_text("nothing = true\n")  # refused when it is drafted
    done = run(f"set +e\n{_GO_ON}{new}{given}{named}", district)
    assert done.stderr.count("NOT DONE") == 2
    assert {path: path.read_bytes() for path in ceremony.glob("root-*")} == before


def test_without_a_copy_the_registry_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "registry.sqlite3").write_text("the books")
    blocks = [
        block for block in _BLOCK.findall(read("backup-and-restore.md")) if "BEFORE=" in block
    ]
    assert len(blocks) == 2
    for block in blocks:
        assert run(block, tmp_path).returncode != 0
        (tmp_path / "backup.sqlite3").touch()  # nothing in it is no copy either
    assert (tmp_path / "registry.sqlite3").read_text() == "the books"


def test_new_root_keys_outlive_a_second_paste(tmp_path: Path) -> None:
    block = block_with("lost-key.md", "rm -f root-")
    (tmp_path / "root-1.pem").touch()
    assert_runs(block, tmp_path)
    assert (tmp_path / "root-1.pem").exists()


def compromised(district: Path) -> list[str]:
    """Which of the service's keys the source of the trust list calls compromised."""
    listed = tomllib.loads((district / "ceremony" / "trust-list.toml").read_text("utf-8"))
    theirs = {
        (district / "ceremony" / key["public"]).read_bytes()
        for key in listed["issuers"][0]["keys"]
        if "compromised" in key
    }
    own = (district / "service").glob("*.pub.pem")
    return sorted(path.name.removesuffix(".pub.pem") for path in own if path.read_bytes() in theirs)


def readable_by_others(folder: Path) -> list[str]:
    """The secrets below a folder that somebody else on the machine could read."""
    return [
        path.relative_to(folder).as_posix()
        for pattern in _SECRETS
        for path in folder.rglob(pattern)
        if path.stat().st_mode & 0o077 and not is_public(path)
    ]


def is_public(path: Path) -> bool:
    return path.suffix == ".pem" and "PRIVATE" not in path.read_text("ascii")


def test_a_secret_that_others_can_read_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "scjg.token").touch(0o644)
    (tmp_path / "bureau.token").touch(0o600)
    assert readable_by_others(tmp_path) == ["scjg.token"]


def test_a_command_that_fails_would_be_noticed(tmp_path: Path) -> None:
    broken = "true\nfalse\ntouch went-on\n"
    assert run(broken, tmp_path).returncode != 0
    assert not (tmp_path / "went-on").exists()


def test_a_chain_that_breaks_off_at_the_end_of_a_block_would_be_noticed(tmp_path: Path) -> None:
    broken = "```sh\nfalse &&\n  true\n```\n\n```sh\ntouch went-on\n```\n"
    assert run(commands(broken), tmp_path).returncode != 0
    assert not (tmp_path / "went-on").exists()


@pytest.mark.parametrize("name", sorted(path.name for path in RUNBOOKS.glob("*.md")))
def test_chains_over_several_lines_are_at_the_end_of_their_block(name: str) -> None:
    for block in _BLOCK.findall(read(name)):
        _, chained, rest = re.sub(r" +#.*", "", block).partition(" &&\n")
        lines = rest.splitlines()
        assert not chained or all(line.startswith("  ") for line in lines), block


def test_every_runbook_has_commands_and_is_run() -> None:
    names = {path.name for path in RUNBOOKS.glob("*.md")}
    assert names == {
        *("first-district.md", "trust-list.md", "root-ceremony.md", "lost-key.md"),
        *("key-rotation.md", "key-compromise.md", "backup-and-restore.md"),
        *("hsm.md", "recognition.md", "lists-not-signed.md"),
    }
    assert all(commands(read(name)) for name in names)
