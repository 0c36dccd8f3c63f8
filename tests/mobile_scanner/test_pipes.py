"""A pipe that nobody writes to, in the place of a file: the program goes on without it."""

import os
from pathlib import Path

import pytest

from mobile_scanner.plain_file import NotPlainFileError, read_plain_file
from tests.mobile_scanner.program import run, scan

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")


@pytest.mark.parametrize("names", [["pictures"], ["pictures/a.png", "pictures/valid.png"]])
def test_a_pipe_among_the_pictures_holds_nobody_up(folder: Path, names: list[str]) -> None:
    os.mkfifo(folder / "pictures" / "a.png")
    ended = scan(folder, *names, "--json")
    assert ended.status == 1
    assert ended.outcomes == [[], ["valid"]]
    assert ended.found[0]["error"]["code"] == "source-unreadable"
    assert "not a plain file" in ended.told


def test_a_pipe_that_is_given_for_a_root_is_refused_by_name(folder: Path) -> None:
    os.mkfifo(folder / "pipe.pem")
    for arguments in (
        ["scan", "pictures", "--offline", "--bundle", "bundle", "--root", "pipe.pem"],
        ["sync", "bundle", "--root", "pipe.pem", "--store", "store"],
    ):
        ended = run(folder, *arguments)
        assert (ended.status, ended.shown) == (3, "")
        assert "pipe.pem: the root cannot be read: not a plain file" in ended.told


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("root.cbor", 3, "not a plain file"),
        ("server.json", 0, "There is no service to ask"),
        ("trust-list.cbor", 3, "not a plain file"),
        (".incoming/complete.json", 0, ""),
    ],
)
def test_a_pipe_in_the_place_of_a_stores_file_holds_nobody_up(
    folder: Path, name: str, status: int, told: str
) -> None:
    assert run(folder, "sync", "bundle", "--root", "root.cbor", "--store", "store").status == 0
    path = folder / "store" / name
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    ended = run(folder, "scan", "pictures", "--store", "store")
    assert ended.status == status
    assert told in ended.told


def test_a_pipe_on_standard_input_is_read(folder: Path) -> None:
    picture = (folder / "pictures" / "valid.png").read_bytes()
    assert scan(folder, "-", typed=picture).status == 0


def test_a_pipe_that_is_put_in_a_files_place_meanwhile_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"plain")
    os.mkfifo(tmp_path / "pipe")
    assert read_plain_file(tmp_path / "file", limit=3) == b"pla"
    plain = (tmp_path / "file").stat()
    monkeypatch.setattr(Path, "stat", lambda self: plain)  # as it was a moment ago
    with pytest.raises(NotPlainFileError):
        read_plain_file(tmp_path / "pipe", limit=3)
