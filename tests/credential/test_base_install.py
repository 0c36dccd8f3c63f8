"""The core stands on the standard library, cbor2 and cryptography, and on nothing else."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import credential

PACKAGE: Final = Path(credential.__file__).parent
MODULES: Final = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")
ALLOWED: Final = frozenset({"credential", "cbor2", "_cbor2", "cryptography"})
# What cryptography and cbor2 load for themselves, compiled.
THEIRS: Final = frozenset({"_cffi_backend", "_openssl"})

LOADED: Final = """
import importlib, json, sys
before = set(sys.modules)
for name in {modules!r}:
    importlib.import_module("credential." + name)
print(json.dumps(sorted({{name.split(".")[0] for name in set(sys.modules) - before}})))
"""
NO_I_O: Final = frozenset(
    {"socket", "ssl", "http", "urllib", "subprocess", "sqlite3", "asyncio", "random", "time", "os"}
)


def imported_by(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names.add((node.module or "").split(".")[0])
    return names


def called_by(path: Path) -> set[str]:
    """Names of builtins called, and of methods called on `datetime` and `date`."""
    calls = [
        node.func
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]
    methods = {
        func.attr
        for func in calls
        if isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and func.value.id in ("datetime", "date")
    }
    return methods | {func.id for func in calls if isinstance(func, ast.Name)}


def test_no_module_is_forgotten() -> None:
    assert {"verify", "seal", "opening", "judge", "trusted"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_names_nothing_but_these(name: str) -> None:
    foreign = imported_by(PACKAGE / f"{name}.py") - sys.stdlib_module_names
    assert foreign <= ALLOWED


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_no_clock_no_file_and_no_network(name: str) -> None:
    if "MUTANT_UNDER_TEST" in os.environ:
        pytest.skip("the tool that mutates adds imports of its own")
    assert not imported_by(PACKAGE / f"{name}.py") & NO_I_O
    assert not called_by(PACKAGE / f"{name}.py") & {"open", "now", "utcnow", "today", "print"}


def test_importing_the_core_loads_nothing_but_these() -> None:
    if "MUTANT_UNDER_TEST" in os.environ:
        pytest.skip("the tool that mutates adds imports of its own")
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(modules=MODULES)],
        capture_output=True,
        check=True,
        cwd=PACKAGE.parent,
        text=True,
    )
    foreign = set(json.loads(done.stdout)) - sys.stdlib_module_names
    assert foreign <= ALLOWED | THEIRS
    assert foreign >= {"credential", "cbor2", "cryptography"}
