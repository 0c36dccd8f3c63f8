"""A picture that was copied: a screenshot, or what a chat program showed.

Linux has no one way to it: Wayland's is wl-paste (Debian: wl-clipboard), X11's is xclip.
"""

import os
import shutil
import subprocess
import sys
from io import BytesIO
from typing import Final

from mobile_scanner.pictures.errors import SourceError

CLIPBOARD: Final = "clipboard"
"""The name of the picture in findings."""
_SECONDS: Final = 10.0
_KINDS: Final = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff", "image/gif")


class ClipboardEmptyError(SourceError):
    """There is no picture in the clipboard."""

    code = "clipboard-empty"

    def __init__(self) -> None:
        super().__init__(
            source=CLIPBOARD,
            zh="剪贴板中没有图像。",
            en="there is no picture in the clipboard.",
        )


class ClipboardUnreachableError(SourceError):
    """The clipboard cannot be asked; `cause` says why."""

    code = "clipboard-unreachable"

    def __init__(self, *, cause: str) -> None:
        self.cause = cause
        super().__init__(
            source=CLIPBOARD,
            zh=f"无法读取剪贴板（{cause}；Linux 需 wl-clipboard 或 xclip）。",
            en=f"the clipboard cannot be read ({cause}; Linux needs wl-clipboard or xclip).",
        )


def read_clipboard(*, limit: int) -> bytes:
    """Give the picture's bytes as a file has them, at most one beyond `limit`.

    Raises:
        ClipboardEmptyError, ClipboardUnreachableError: there is none to be had.
    """
    if sys.platform in ("darwin", "win32"):
        return _by_pillow()
    if os.environ.get("WAYLAND_DISPLAY"):
        return _by_program(["wl-paste", "--list-types"], ["wl-paste", "--type"], limit=limit)
    if os.environ.get("DISPLAY"):
        ask = ["xclip", "-selection", "clipboard", "-out", "-target"]
        return _by_program([*ask, "TARGETS"], ask, limit=limit)
    raise ClipboardUnreachableError(cause="no screen")


def _by_program(list_kinds: list[str], give: list[str], *, limit: int) -> bytes:
    if shutil.which(give[0]) is None:
        raise ClipboardUnreachableError(cause=f"no {give[0]}")
    there = set(_output(list_kinds, limit=1 << 16).decode("ascii", "replace").split())
    kind = next((kind for kind in _KINDS if kind in there), None)
    if kind is None:
        raise ClipboardEmptyError
    return _output([*give, kind], limit=limit)


def _output(command: list[str], *, limit: int) -> bytes:
    with subprocess.Popen(  # noqa: S603 - our own words
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        try:
            content, told = program.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            raise ClipboardUnreachableError(cause=f"{command[0]} does not answer") from None
    if program.returncode:
        # That is how both programs say that nothing was copied.
        if not content:
            raise ClipboardEmptyError
        raise ClipboardUnreachableError(cause=told.decode("utf-8", "replace").strip()[:200])
    return content[: limit + 1]


def _by_pillow() -> bytes:
    from PIL import Image, ImageGrab

    found = ImageGrab.grabclipboard()
    if not isinstance(found, Image.Image):
        raise ClipboardEmptyError
    file = BytesIO()
    found.save(file, "PNG")
    return file.getvalue()
