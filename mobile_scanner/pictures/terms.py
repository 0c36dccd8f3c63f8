"""What is asked of the reading of a picture, and what one may cost."""

import json
from dataclasses import asdict, dataclass
from typing import Final, Self

from mobile_scanner.pictures.decoder import MAX_SYMBOLS, PATIENCE, READERS
from mobile_scanner.pictures.picture import DEFAULT_LIMITS, PictureLimits

SECONDS: Final = 10.0
"""Fifty times what a sharp picture of 12 megapixels takes."""
MEBIBYTES: Final = 1024
"""A picture of 64 megapixels takes up to 760 in any format but WebP, whose decoder keeps copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTerms:
    """`readers` are names of `decoder.READERS`; `seconds` is for each picture, all readers together.

    `max_pages` is for PDFs: with 0 they are refused as a format that is not read.
    After `patience` seconds no further reader is begun; after `seconds` the picture is given up.
    `mebibytes` bounds the memory of the process that reads, where the system can (Linux).
    """

    limits: PictureLimits = DEFAULT_LIMITS
    readers: tuple[str, ...] = tuple(reader.name for reader in READERS)
    max_symbols: int = MAX_SYMBOLS
    max_pages: int = 0
    patience: float = PATIENCE
    seconds: float = SECONDS
    mebibytes: int = MEBIBYTES

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of_json(cls, text: str) -> Self:
        """Read what `as_json` has written."""
        form = json.loads(text)
        limits, readers = PictureLimits(**form.pop("limits")), tuple(form.pop("readers"))
        return cls(limits=limits, readers=readers, **form)
