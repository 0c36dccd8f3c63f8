"""A license in one construction: the message that is carried, and the segments of its symbol."""

from dataclasses import dataclass

from tests.bench.sizes.symbols import Segment


@dataclass(frozen=True, slots=True)
class Carried:
    """`message`: what is handed to the text encoding, compressed where that is compressed."""

    message: bytes
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """What a reader gets."""
        return "".join(segment.text for segment in self.segments)
