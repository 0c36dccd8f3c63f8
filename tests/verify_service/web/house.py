"""The fixture of a house with people, for the tests of the desk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.verify_service.web.browser import Browser
from tests.verify_service.web.conftest import Counter, tokens_of
from tests.verify_service.web.people import Hands, House
from verify_service.app import create_app
from verify_service.service import open_service
from verify_service.settings import load_settings

# The least that settings allow: a tenth of what a service pays for each password.
CHEAP = "argon2_mebibytes = 19\nargon2_passes = 2\n"


@contextmanager
def open_house(bare: Path, folder: Path, more: str = "") -> Iterator[House]:
    shutil.copytree(bare, folder)
    path = folder / "settings.toml"
    text = path.read_text("utf-8").replace(str(bare), str(folder))
    path.write_text(f"{CHEAP}{more}{text}", "utf-8")
    service = open_service(load_settings(path))
    clock = Hands()
    with Browser(create_app(service, clock=clock)) as browser:
        counter = Counter(service=service, browser=browser, tokens=tokens_of(service))
        yield House(counter=counter, clock=clock)
    service.close()


@pytest.fixture
def house(bare: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(bare, tmp_path / "house") as opened:
        yield opened
