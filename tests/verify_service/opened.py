"""Opens a bureau on an empty registry, with keys, trust list and settings in a folder of its own."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from keys.files import create_key, public_pem
from keys.opening import open_signer
from tests.ceremonies import create_root
from tests.verify_service.bureau import CODE, HOST, NOON, PREFIX, Bureau, day
from verify_service.service import open_service
from verify_service.settings import load_settings


def write_source(folder: Path, **words: str) -> None:
    """Write the trust list's source file; words replace single values."""
    value = {
        "code": f'"{CODE}"',
        "host": f'"{HOST}"',
        "number_prefix": f'"{PREFIX}"',
        "public": '"issuer.pub.pem"',
        "first": f"{day(-700)}",
        "more": "",
    } | words
    (folder / "trust-list.toml").write_text(
        f"""
        [[issuers]]
        code = {value["code"]}
        name = "北京市朝阳区政务服务局"
        name_en = "Chaoyang District Government Services Bureau"
        host = {value["host"]}
        number_prefix = {value["number_prefix"]}
        [[issuers.keys]]
        public = {value["public"]}
        from = {value["first"]}
        {value["more"]}
        [[issuers.scopes]]
        from = {day(-700)}
        """,
        "utf-8",
    )


@contextmanager
def open_bureau(
    folder: Path, url: str, *, at: datetime = NOON, key_uri: str | None = None
) -> Iterator[Bureau]:
    """Open a bureau on an empty registry, its lists published; closes it afterwards.

    With a URI, the issuer's key is there already, and in a file otherwise.
    """
    folder.mkdir()
    root = create_root(folder, at=at - timedelta(days=800))
    if key_uri is None:
        create_key(folder / "issuer.pem", suite="ES256")
        key_uri = f"file:{folder / 'issuer.pem'}"
    signer = open_signer(key_uri)
    (folder / "issuer.pub.pem").write_bytes(public_pem(signer.verification_key))
    write_source(folder)
    settings = folder / "settings.toml"
    settings.write_text(
        f"""
        database = "{url}"
        issuer = "{CODE}"
        public_host = "{HOST}"
        number_prefix = "{PREFIX}"
        issuer_key = "{key_uri}"
        trust_list = "{folder / "trust-list.cbor"}"
        root = "{folder / "root.cbor"}"
        roots = "{folder / "roots"}"
        peers = "{folder / "peers"}"
        sheet_use = "specimen"
        """,
        "utf-8",
    )
    with closing(open_service(load_settings(settings))) as service:
        bureau = Bureau(folder=folder, service=service, root=root, signer=signer)
        bureau.sign_trust_list(1, at=at - timedelta(days=1))
        service.prepare(at=at - timedelta(days=1))
        yield bureau


@pytest.fixture
def bureau(tmp_path: Path, url: str) -> Iterator[Bureau]:
    """A bureau on each database in turn."""
    with open_bureau(tmp_path / "bureau", url) as opened:
        yield opened


@pytest.fixture
def sqlite_bureau(tmp_path: Path, sqlite_url: str) -> Iterator[Bureau]:
    """A bureau on SQLite alone, where the database makes no difference."""
    with open_bureau(tmp_path / "bureau", sqlite_url) as opened:
        yield opened
