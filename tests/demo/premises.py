"""A district's own rooms: its folder with settings and registry, and what it publishes carried over."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from verify_service.database import create_database
from verify_service.service import Service, open_service
from verify_service.settings import load_settings

_MARK = "demo-district"


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """What a district is called, and where its symbols point."""

    code: str
    name: str
    name_en: str
    host: str
    number_prefix: str


def open_premises(
    home: Path, district: District, *, key: Path, trust: Path, catalog: Path | None = None
) -> Service:
    """Write a district's settings into its folder, and open its service.

    `trust` is the folder with root and trust list; the registry is made if it is not there.
    """
    home.mkdir(exist_ok=True)
    lines = [
        f'database = "sqlite:///{(home / "registry.sqlite3").absolute()}"',
        f'issuer = "{district.code}"',
        f'public_host = "{district.host}"',
        f'number_prefix = "{district.number_prefix}"',
        f'issuer_key = "file:{key.absolute()}"',
        f'trust_list = "{(trust / "trust-list.cbor").absolute()}"',
        f'root = "{(trust / "root.cbor").absolute()}"',
        f'roots = "{(trust / "roots").absolute()}"',
        f'peers = "{(home / "peers").absolute()}"',
        'sheet_use = "specimen"',
    ]
    if catalog is not None:
        lines.append(f'catalog_file = "{catalog.absolute()}"')
    path = home / "settings.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    settings = load_settings(path)
    if not (home / "registry.sqlite3").exists():
        create_database(settings.database).close()
    return open_service(settings)


def exchange(services: Iterable[Service], *, at: datetime) -> None:
    """Each takes in the lists that the others have signed themselves."""
    services = tuple(services)
    for service in services:
        for peer in services:
            if peer is service:
                continue
            for artifact in peer.publisher.manifest():
                if f"/{peer.office.code}/" in artifact.name:
                    service.publisher.take_in(artifact.name, artifact.content, at=at)


def empty(folder: Path) -> None:
    """Take away an earlier run; never a folder that something else has put there."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise SystemExit(f"{folder} is not empty and not ours: choose another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
