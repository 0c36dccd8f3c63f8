"""README says what is so: its example runs, its commands are targets, its picture is small."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
README: Final = (ROOT / "README.md").read_text("utf-8")
TARGETS: Final = frozenset(
    re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
)


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_python_example_prints_what_it_says() -> None:
    (example,) = blocks("python")
    promised = re.findall(r"^print\(.*\)  # (\w+)$", example, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.split() == promised == ["valid", "rejected", "indeterminate"]


def test_the_python_example_needs_the_core_alone() -> None:
    (example,) = blocks("python")
    packages = set(re.findall(r"^(?:from|import) (\w+)", example, re.MULTILINE))
    assert packages == {"datetime", "cryptography", "credential"}


def test_the_two_commands_are_the_two_commands() -> None:
    (commands,) = blocks("sh")
    assert re.findall(r"^make (\S+)", commands, re.MULTILINE) == ["demo-once", "test"]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_every_make_command_is_a_target(name: str) -> None:
    named = set(re.findall(r"`make ([a-z][a-z-]*)`", (ROOT / name).read_text("utf-8")))
    assert named <= TARGETS


def test_contributing_names_the_targets_that_a_contributor_needs() -> None:
    table = re.findall(
        r"^\| `make ([a-z-]+)` \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE
    )
    assert {"check", "test", "format", "vectors", "bench"} <= set(table) <= TARGETS


def test_the_folders_are_there_and_every_package_is_told() -> None:
    (tree,) = (block for block in blocks("text") if "credential/" in block)
    told = set(re.findall(r"^(\w+)/ ", tree, re.MULTILINE))
    assert all((ROOT / name).is_dir() for name in told)
    packages = {path.parent.name for path in ROOT.glob("[!.]*/__init__.py")}
    assert packages <= told


def test_the_picture_of_a_sheet_is_small() -> None:
    picture = ROOT / "docs" / "images" / "sheet.png"
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(data) <= 150_000
