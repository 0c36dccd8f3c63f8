"""Each test runs the program in a folder of its own, with keys, settings and an empty registry."""

import shutil
from pathlib import Path

import pytest

from tests.verify_service.commands.counter import call, set_up, token_for


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counter") / "template"
    folder.mkdir()
    set_up(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert call("database", "create").status == 0
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the program runs, the current one."""
    folder = tmp_path / "counter"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def bureau(folder: Path) -> str:
    """The bureau's token."""
    return token_for("--bureau")


@pytest.fixture
def scjg(folder: Path) -> str:
    """The token of 区市场监管局, for food permits."""
    return token_for("--department", "scjg", "--kind", "food_business")
