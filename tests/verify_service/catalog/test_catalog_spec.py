"""What docs/spec/catalog.md shows and lists is what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from verify_service.catalog import Fault, ReasonCode, load_catalog
from verify_service.catalog.reasons import explain

SPEC = (Path(__file__).parents[3] / "docs/spec/catalog.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", SPEC, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_example_file_loads(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(block("yaml"), encoding="utf-8")
    catalog = load_catalog(path)
    assert [item.id for item in catalog.industry("08").items] == ["08-01", "08-02", "08-03"]


def test_the_example_program_runs(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(block("python"), encoding="utf-8")
    assert "found" in runpy.run_path(str(path))


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_is_listed_with_its_severity(code: ReasonCode) -> None:
    assert f"\n| `{code}` | {explain(code).severity} | " in SPEC


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_listed(fault: Fault) -> None:
    table = SPEC[SPEC.index("| fault | cause |") : SPEC.index("## The rules")]
    assert table.count(f"`{fault}`") == 1
