"""Tests, vectors, modules and settings that documents name are there under these names."""

import re
from pathlib import Path
from typing import Final

import pytest

from verify_service.settings import Settings

ROOT: Final = Path(__file__).parents[2]
VECTORS: Final = ROOT / "tests" / "vectors"
THREATS: Final = "docs/threat-model.md"
RUNBOOKS: Final = sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "runbooks").glob("*.md")
)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def known_tests() -> set[str]:
    """The names of all tests."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found.update(re.findall(r"def (test_\w+)\(", path.read_text("utf-8")))
    return found


def known_vectors() -> set[str]:
    return {
        f"{path.parent.name}/{path.stem}"
        for path in VECTORS.glob("*/*.json")
        if path.parent.name != "external"
    }


def named(pattern: str) -> list[str]:
    return re.findall(pattern, read(THREATS))


def test_every_test_of_the_threat_model_is_there() -> None:
    tests = named(r"`(test_\w+)`")
    assert len(tests) > 50
    assert sorted(set(tests) - known_tests()) == []


def test_every_vector_of_the_threat_model_is_there() -> None:
    layers = "|".join(sorted({vector.split("/")[0] for vector in known_vectors()}))
    vectors = named(rf"`((?:{layers})/[a-z0-9-]+)`")
    assert len(vectors) > 60
    assert sorted(set(vectors) - known_vectors()) == []


def test_every_attack_has_a_test_or_says_that_it_has_none() -> None:
    tables = re.split(r"\| attack \| .* \| mounted by \|\n", read(THREATS))[1:]
    assert len(tables) == 6
    for table in tables:
        rows = table.split("\n\n", 1)[0].splitlines()[1:]
        assert rows
        for row in rows:
            attack, _, mounted = (cell.strip() for cell in row.strip("|").split("|"))
            assert attack
            assert "`" in mounted or mounted == "no test yet", row


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_setting_in_a_runbook_is_one(name: str) -> None:
    for block in re.findall(
        r"cat > settings\.toml <<'TOML'\n(.*?)^TOML$", read(name), re.MULTILINE | re.DOTALL
    ):
        assert set(re.findall(r"^(\w+) =", block, re.MULTILINE)) <= set(Settings.model_fields)


def test_every_module_of_core_and_scanner_is_in_the_architecture() -> None:
    text = read("docs/architecture.md")
    for package in ("credential", "mobile_scanner", "mobile_scanner/pictures"):
        modules = {path.stem for path in (ROOT / package).glob("[!_]*.py")}
        told = set(re.findall(rf"\.\./{package}/(\w+)\.py", text))
        assert told == modules
