"""A camera or a video, frame by frame, read in the process that reads pictures."""

from collections.abc import Iterator

from mobile_scanner.pictures.frames import FilmEnd, Frame
from mobile_scanner.pictures.messages import read_frame
from mobile_scanner.pictures.process import PictureProcess


def film(
    process: PictureProcess, source: str, *, shown_side: int | None = None
) -> Iterator[Frame | FilmEnd]:
    """Give one frame after another; a video ends with a `FilmEnd`, a camera when it is lost.

    `source` is a camera's number or a video's path. Each frame has the process's whole time.

    Raises:
        SourceError: there is no camera or video, or it is gone.
        PictureUnfinishedError: a frame took too long, or too much.
    """
    first = True
    while True:
        question = {"film": source, "first": first, "side": shown_side}
        found = process.begin(source, question, read_frame)
        yield found
        if isinstance(found, FilmEnd):
            return
        first = False
