"""Pages of a PDF as pictures: sheets that were sent and never printed, or scanned by an office's copier.

Drawn by PDFium, in the process that is killed when it takes too long: what is in a PDF is a stranger's
program.
"""

from typing import Final, Self

from mobile_scanner.pictures.errors import (
    PictureDamagedError,
    PictureLockedError,
    PictureTooManyPagesError,
)
from mobile_scanner.pictures.picture import Picture, PictureLimits

_DPI: Final = 200
"""Of an A4 page: 1654 × 2339 pixels, eight for a module of our sheet's symbol."""
_POINTS: Final = 72
_LARGEST: Final = 12_000_000
"""Pixels of a page; larger pages (posters, hostile ones) are drawn smaller."""


class Document:
    """An open PDF; `pages` is how many it has."""

    def __init__(self, content: bytes, *, most_pages: int) -> None:
        """Open it.

        Raises:
            PictureDamagedError, PictureLockedError, PictureTooManyPagesError: it is not read.
        """
        import pypdfium2

        try:
            self._pdf = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise PictureLockedError(source="") from error
            raise PictureDamagedError(source="", format="PDF") from error
        self.pages = len(self._pdf)
        if not self.pages:
            raise PictureDamagedError(source="", format="PDF")
        if self.pages > most_pages:
            raise PictureTooManyPagesError(source="", pages=self.pages, limit=most_pages)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._pdf.close()

    def page(self, number: int, *, limits: PictureLimits) -> Picture:
        """Draw a page, counted from 0, on white; raises `PictureDamagedError`."""
        import pypdfium2

        try:
            page = self._pdf[number]
            width, height = page.get_size()
            area = max(1e-6, width * height)
            most = min(_LARGEST, limits.pixels)
            scale = min(_DPI / _POINTS, (most / area) ** 0.5, limits.side / max(width, height))
            drawn = page.render(scale=scale, bitmap_maker=pypdfium2.PdfBitmap.new_native)
            gray = drawn.to_pil().convert("L")
            page.close()
        except (pypdfium2.PdfiumError, ValueError, ZeroDivisionError) as error:
            raise PictureDamagedError(source="", format="PDF") from error
        return Picture(name="page", width=gray.width, height=gray.height, pixels=gray.tobytes())
