"""What was copied is scanned; the programs that have it on Linux are stood in for by scripts."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.mobile_scanner.district import png, symbol
from tests.mobile_scanner.program import BUNDLE, PROGRAM, TEXT, Run, environment

XCLIP = """#!/bin/sh
[ "$1 $2 $3 $4" = "-selection clipboard -out -target" ] || exit 9
case "$5" in
  TARGETS) printf 'TIMESTAMP\\nTARGETS\\nimage/jpeg\\nimage/png\\n';;
  image/png) exec cat "$COPIED";;
  *) exit 9;;
esac
"""
WL_PASTE = """#!/bin/sh
case "$1 $2" in
  "--list-types ") printf 'text/plain\\nimage/png\\n';;
  "--type image/png") exec cat "$COPIED";;
  *) exit 9;;
esac
"""
TEXT_ALONE = "#!/bin/sh\necho TARGETS; echo UTF8_STRING\n"
NOTHING = "#!/bin/sh\necho 'Error: target TARGETS not available' >&2; exit 1\n"
HANGS = "#!/bin/sh\nexec sleep 60\n"


def paste(folder: Path, **more: str) -> Run:
    done = subprocess.run(
        [*PROGRAM, "scan", "--paste", "--json", *BUNDLE],
        capture_output=True,
        check=False,
        cwd=folder,
        env={**environment(folder), "COPIED": str(folder / "copied"), **more},
        timeout=60,
    )
    return Run(status=done.returncode, shown=done.stdout.decode(), told=done.stderr.decode())


def put(folder: Path, name: str, script: str) -> str:
    """A folder of programs with this one before all others."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    path = programs / name
    path.write_text(script, "ascii")
    path.chmod(0o755)
    return f"{programs}:{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("name", "script", "screen"),
    [("xclip", XCLIP, {"DISPLAY": ":7"}), ("wl-paste", WL_PASTE, {"WAYLAND_DISPLAY": "wayland-0"})],
    ids=["X11", "Wayland"],
)
def test_a_picture_that_was_copied_is_scanned(
    folder: Path, name: str, script: str, screen: dict[str, str]
) -> None:
    (folder / "copied").write_bytes(png(symbol(TEXT)))
    done = paste(folder, PATH=put(folder, name, script), **screen)
    assert (done.status, done.told) == (0, "")
    assert [found["picture"] for found in done.found] == ["clipboard"]
    assert done.outcomes == [["valid"]]


@pytest.mark.parametrize("script", [TEXT_ALONE, NOTHING], ids=["text", "nothing"])
def test_where_no_picture_was_copied_that_is_said(folder: Path, script: str) -> None:
    done = paste(folder, PATH=put(folder, "xclip", script), DISPLAY=":7")
    assert done.status == 2
    assert [found["error"]["code"] for found in done.found] == ["clipboard-empty"]
    assert "剪贴板中没有图像" in done.told


def test_what_was_copied_and_is_no_picture_is_refused_by_name(folder: Path) -> None:
    (folder / "copied").write_bytes(b"<svg/>")
    done = paste(folder, PATH=put(folder, "xclip", XCLIP), DISPLAY=":7")
    assert [found["error"]["code"] for found in done.found] == ["not-a-picture"]
    assert done.found[0]["picture"] == "clipboard"


def test_a_clipboard_that_cannot_be_asked_is_told_with_the_reason(folder: Path) -> None:
    for screen, cause in (({}, "no screen"), ({"DISPLAY": ":7", "PATH": "/nowhere"}, "no xclip")):
        done = paste(folder, **screen)
        assert done.status == 2
        assert [found["error"]["code"] for found in done.found] == ["clipboard-unreachable"]
        assert cause in done.told


def test_a_clipboard_whose_owner_hangs_is_given_up(folder: Path) -> None:
    done = paste(folder, PATH=put(folder, "xclip", HANGS), DISPLAY=":7")
    assert "does not answer" in done.told
