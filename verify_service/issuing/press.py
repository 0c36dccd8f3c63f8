"""Typesetting with typst: one press for each template, its compiler kept warm.

A press takes 0.3 s to set up, and then some 20 ms a page. It looks at no font but the two of
`fonts`, at no clock, at no network, and at no file outside its template's folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock

import typst

from verify_service.fonts import font_folder

TEMPLATES = Path(__file__).with_name("templates")


class Press:
    """Prints the template in `folder`; one thread at a time, the others wait."""

    def __init__(self, folder: Path) -> None:
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(font_folder())],
        )
        self._lock = Lock()
        self._compiler = typst.Compiler(
            folder / "sheet.typ", root=folder, font_paths=fonts, ignore_system_fonts=True
        )
        self._ornament = _draw(folder / "frame.typ", fonts)

    def print(self, content: Mapping[str, object], *, at: datetime) -> bytes:
        """Return the sheet as PDF/A-2a and PDF/UA-1, its date of creation `at`.

        Raises `typst.TypstError` where the template refuses the content, and where the result
        would break one of the two standards.
        """
        inputs = {"content": json.dumps(content, ensure_ascii=False), "ornament": self._ornament}
        with self._lock:
            sheet = self._compiler.compile(
                format="pdf", sys_inputs=inputs, pdf_standards=["a-2a", "ua-1"], timestamp=at
            )
        assert isinstance(sheet, bytes)  # a PDF is one file, however many pages it has
        return sheet


@lru_cache(maxsize=8)
def open_press(template: str) -> Press:
    """Set up the press of a template version, or return the one that is."""
    return Press(TEMPLATES / template)


def _draw(source: Path, fonts: typst.Fonts) -> str:
    """Draw a page of vectors as SVG."""
    drawn = typst.compile(
        source, format="svg", root=source.parent, font_paths=fonts, ignore_system_fonts=True
    )
    page = drawn[0] if isinstance(drawn, list) else drawn
    return page.decode("utf-8")
