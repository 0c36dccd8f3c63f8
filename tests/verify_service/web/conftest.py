"""The sample district for reading, and a copy of a bare service for each test that writes."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.demo.district import SampleDistrict, SampleLicense, build_district, open_bare_service
from tests.verify_service.web.browser import Browser
from verify_service.access import mint_token
from verify_service.app import create_app
from verify_service.pages.writing import Pages
from verify_service.registry.ledger import OPERATOR
from verify_service.registry.records import Role
from verify_service.registry.tokens import add_token
from verify_service.service import Service, open_service
from verify_service.settings import load_settings

AT = datetime(2031, 5, 20, 6, 3, 22, tzinfo=UTC)
KINDS = {
    "scjg": {"food_business"},
    "tobacco": {"tobacco_retail"},
    # Either decides on drainage, by jurisdiction.
    "water_district": {"drainage"},
    "water_city": {"drainage"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample district behind a browser; nothing here writes to it."""

    district: SampleDistrict
    browser: Browser

    def license(self, identity: str) -> SampleLicense:
        return next(each for each in self.district.licenses if each.business.id == identity)

    def text(self, identity: str) -> str:
        return self.license(identity).issued.text


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    district = build_district(tmp_path_factory.mktemp("web") / "district", at=AT)
    with Browser(create_app(district.chaoyang, clock=lambda: AT)) as browser:
        yield Sample(district=district, browser=browser)
    district.close()


@pytest.fixture(scope="session")
def pages(sample: Sample) -> Pages:
    """What writes the sample's pages, for verdicts made by hand."""
    found: Pages = sample.browser.app.state.pages
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A service with an empty registry, and the tokens of its parties."""

    service: Service
    browser: Browser
    tokens: dict[str, str]

    def headers(self, party: str, *, key: str | None = None) -> dict[str, str]:
        keyed = {} if key is None else {"idempotency-key": key}
        return {"authorization": f"Bearer {self.tokens[party]}"} | keyed


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a service with keys, lists and an empty registry: copied for each test."""
    folder = tmp_path_factory.mktemp("bare") / "service"
    service = open_bare_service(folder, at=AT)
    service.publisher.publish_status_lists(at=AT)
    service.close()
    return folder


@pytest.fixture
def counter(bare: Path, tmp_path: Path) -> Iterator[Counter]:
    folder = tmp_path / "service"
    shutil.copytree(bare, folder)
    settings = folder / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace(str(bare), str(folder)), "utf-8")
    service = open_service(load_settings(settings))
    with Browser(create_app(service, clock=lambda: AT)) as browser:
        yield Counter(service=service, browser=browser, tokens=tokens_of(service))
    service.close()


@pytest.fixture
def house(bare: Path, tmp_path: Path) -> Iterator[Any]:
    """A service whose desk has people, a `people.House`."""
    from tests.verify_service.web.people import open_house  # which takes from here

    with open_house(bare, tmp_path / "house") as opened:
        yield opened


def tokens_of(service: Service) -> dict[str, str]:
    """Mint a token for the bureau and for two departments, and one that has expired."""
    born, dies = AT - timedelta(days=1), AT + timedelta(days=1)
    minted = {
        "bureau": mint_token(role=Role.BUREAU, label="窗口", created_at=born, expires_at=dies),
        "expired": mint_token(
            role=Role.BUREAU, label="旧", created_at=born, expires_at=AT - timedelta(hours=1)
        ),
    }
    for department, kinds in KINDS.items():
        minted[department] = mint_token(
            role=Role.DEPARTMENT,
            label=department,
            created_at=born,
            expires_at=dies,
            department=department,
            kinds=frozenset(kinds),
        )
    with service.database.writing() as connection:
        for token in minted.values():
            add_token(connection, token.stored, by=OPERATOR)
    return {party: token.text for party, token in minted.items()}
