"""The camera's window: the picture, a frame around each code, and what it is in large letters.

Drawing is apart from the window, which is Tk's; a `RuntimeError` says that there is no screen.
"""

from collections.abc import Callable
from io import BytesIO
from time import monotonic
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from mobile_scanner.findings import Code
from mobile_scanner.pictures.frames import Frame
from mobile_scanner.pictures.symbols import Corners
from mobile_scanner.screen import headline
from mobile_scanner.terminal import Ink
from mobile_scanner.words import Term

if TYPE_CHECKING:
    import tkinter as tk

COLORS: Final = {
    Ink.GREEN: "#0a7d33",
    Ink.YELLOW: "#a35b00",
    Ink.RED: "#b3140f",
    Ink.BLUE: "#1c4f9c",
    Ink.STRONG: "#333333",
}
UNREAD: Final = "#8a8a8a"
_LINE: Final = 4
_STAYS: Final = 1.5
"""Seconds that an outcome stays when its code is out of sight: no answer to what is seen then."""
_AIM: Final = "对准二维码 aim at the code"
Told = Callable[[str], Code | None]
"""What was told of a text, `None` for nothing yet."""


def draw(frame: Frame, told: Told) -> Image.Image:
    """The frame's picture with its codes marked: read ones by their outcome's color, others gray.

    The mark is a whole line for codes that are valid and a broken one for all others: color alone
    says nothing to some.
    """
    assert frame.shown is not None
    picture = Image.open(BytesIO(frame.shown)).convert("RGB")
    scale = picture.width / frame.size[0]
    pen = ImageDraw.Draw(picture)
    for corners in frame.unread:
        _mark(pen, corners, scale, UNREAD, is_whole=False)
    for symbol in frame.symbols:
        code = told(symbol.text)
        color = UNREAD if code is None else COLORS[headline(code.verdict).ink]
        _mark(pen, symbol.corners, scale, color, is_whole=code is not None and code.is_valid)
    return picture


def caption(code: Code) -> tuple[Term, str]:
    """Outcome, and what is to be held against the sheet: name, address, number."""
    license = code.verdict["license"]
    if license is None:
        return headline(code.verdict), ""
    holder, premises = license["holder"], license["premises"]
    shown = (holder and holder["name"], premises and premises["address"], license["number"])
    return headline(code.verdict), "\n".join(line for line in shown if line)


class Viewfinder:
    """A window that shows one frame after another, until somebody closes it."""

    def __init__(self) -> None:
        """Open it; a `RuntimeError` says why there is none."""
        import tkinter as tk

        from PIL import ImageTk

        try:
            self._root = tk.Tk()
        except tk.TclError as error:
            raise RuntimeError(str(error)) from None
        self._photo = ImageTk.PhotoImage
        self._root.title("mobile-scanner")
        self._picture = tk.Label(self._root, background="black")
        self._picture.pack()
        self._outcome = tk.Label(self._root, font=("sans-serif", 28, "bold"), fg="white")
        self._outcome.pack(fill="x")
        self._details = tk.Label(self._root, font=("sans-serif", 18), justify="left")
        self._details.pack(fill="x")
        self._is_open = True
        for key in ("q", "<Escape>"):
            self._root.bind(key, self._end)
        self._root.protocol("WM_DELETE_WINDOW", self._end)
        self._shown: object = None
        self._seen_at = 0.0
        self._say(_AIM, UNREAD, "")

    def show(self, frame: Frame, told: Told) -> bool:
        """Show a frame; false when the window was closed."""
        self._root.update()
        if not self._is_open:
            return False
        photo = self._photo(draw(frame, told))
        self._picture.configure(image=photo)
        self._shown = photo  # Tk keeps no reference of its own
        codes = [code for symbol in frame.symbols if (code := told(symbol.text))]
        if codes:
            term, details = caption(codes[0])
            more = f"  (+{len(codes) - 1})" if len(codes) > 1 else ""
            self._say(f"{term.mark} {term.zh} {term.en}{more}", COLORS[term.ink], details)
            self._seen_at = monotonic()
        elif monotonic() - self._seen_at > _STAYS:
            self._say(_AIM, UNREAD, "")
        self._root.update()
        return self._is_open

    def close(self) -> None:
        """Take the window away."""
        self._root.destroy()

    def _say(self, outcome: str, color: str, details: str) -> None:
        self._outcome.configure(text=outcome, background=color)
        self._details.configure(text=details)

    def _end(self, _: "tk.Event[tk.Misc] | None" = None) -> None:
        self._is_open = False


def _mark(
    pen: ImageDraw.ImageDraw, corners: Corners, scale: float, color: str, *, is_whole: bool
) -> None:
    points = [(x * scale, y * scale) for x, y in corners]
    for (x, y), (to_x, to_y) in zip(points, [*points[1:], points[0]], strict=True):
        pieces = ((0.0, 1.0),) if is_whole else ((0.0, 0.28), (0.36, 0.64), (0.72, 1.0))
        for start, end in pieces:
            pen.line(
                (
                    x + (to_x - x) * start,
                    y + (to_y - y) * start,
                    x + (to_x - x) * end,
                    y + (to_y - y) * end,
                ),
                fill=color,
                width=_LINE,
            )
