"""Takes frames from a camera or a video and reads them together; what runs in the process for it."""

import os
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from mobile_scanner.pictures.bursts import BurstReader
from mobile_scanner.pictures.errors import (
    CameraLostError,
    CameraMissingError,
    CameraRefusedError,
    FilmUnreadableError,
)
from mobile_scanner.pictures.frames import FilmEnd, Frame
from mobile_scanner.pictures.picture import DEFAULT_LIMITS, Picture
from mobile_scanner.pictures.symbols import Corners, ReadSymbol

_LOST: Final = 30
"""Frames in a row that a camera may fail to give before it is gone; one comes now and then."""
_SHOWN_QUALITY: Final = 70
# A playlist must not have a file of its own choosing fetched over the network.
_PROTOCOLS: Final = "protocol_whitelist;file,crypto,data"


class Film:
    """An open camera (`source` is its number) or video (its path); `close` lets go of it."""

    def __init__(self, source: str) -> None:
        """Open it.

        Raises:
            CameraMissingError, CameraRefusedError: no camera, or not for us.
            FilmUnreadableError: no video.
        """
        self._is_camera = source.isdecimal()
        self._reader = BurstReader()
        self._number = 0
        self._source = source
        if self._is_camera:
            device = Path(f"/dev/video{source}")
            if device.exists() and not os.access(device, os.R_OK | os.W_OK):
                raise CameraRefusedError(source=source)
            self._capture = cv2.VideoCapture(int(source))
            self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest frame, and no older ones
        else:
            os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = _PROTOCOLS
            self._capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            self._capture.release()
            raise (CameraMissingError if self._is_camera else FilmUnreadableError)(source=source)

    def close(self) -> None:
        self._capture.release()

    def next(self, *, shown_side: int | None) -> Frame | FilmEnd:
        """Read the next frame; `shown_side` asks for a picture of it with that longer side.

        Raises:
            CameraLostError: the camera gives no more.
            FilmUnreadableError: the video has not one frame that can be read.
        """
        levels = self._take()
        if levels is None:
            if self._is_camera:
                raise CameraLostError(source=self._source)
            if not self._number:
                raise FilmUnreadableError(source=self._source)
            announced = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
            return FilmEnd(missing=max(0, announced - self._number))
        self._number += 1
        height, width = levels.shape
        picture = Picture(name="frame", width=width, height=height, pixels=levels.tobytes())
        symbols: list[ReadSymbol] = []
        unread: list[Corners] = []
        for found in self._reader.read(picture):
            if isinstance(found, ReadSymbol):
                symbols.append(found)
            else:
                unread.append(found.corners)
        return Frame(
            number=self._number,
            size=(width, height),
            symbols=tuple(symbols),
            unread=tuple(unread),
            shown=None if shown_side is None else _shown(levels, shown_side),
        )

    def _take(self) -> np.ndarray | None:
        for _ in range(_LOST if self._is_camera else 1):
            there, frame = self._capture.read()
            if there and frame is not None and frame.size <= 3 * DEFAULT_LIMITS.pixels:
                gray = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
                return np.ascontiguousarray(gray, dtype=np.uint8)
        return None


def _shown(levels: np.ndarray, side: int) -> bytes:
    scale = min(1.0, side / max(levels.shape))
    size = max(1, round(levels.shape[1] * scale)), max(1, round(levels.shape[0] * scale))
    small = cv2.resize(levels, size, interpolation=cv2.INTER_AREA)
    done, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _SHOWN_QUALITY])
    assert done
    return jpeg.tobytes()
