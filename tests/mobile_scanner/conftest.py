"""A folder to run the scanner in."""

from pathlib import Path

import pytest

from tests.mobile_scanner.district import png, root_file, symbol, write_bundle
from tests.mobile_scanner.program import CHAOYANG, TEXT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle with its roots beside it, and a few pictures."""
    write_bundle(tmp_path / "bundle", CHAOYANG.files())
    root_file(tmp_path)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "valid.png").write_bytes(png(symbol(TEXT)))
    return tmp_path
