"""What can go wrong with pictures, one class for each reason that somebody can act on.

ScannerError
├── ReaderUnavailableError   a symbol reader is not installed; scanning goes on without it
├── SourceError              this one source gives no picture; the others do
│   ├── SourceMissingError       no file or folder of that name
│   ├── SourceUnreadableError    it is there, and the system does not let us read it
│   ├── CameraMissingError       no camera of that number
│   ├── CameraRefusedError       there is one, and the system does not let us use it
│   ├── CameraLostError          it was there, and gives no more frames
│   ├── FilmUnreadableError      the file is no film that can be read
│   └── PictureRefusedError
│       ├── PictureEmptyError            no bytes
│       ├── PictureFileTooLargeError     more bytes than the limit
│       ├── PictureTooLargeError         more pixels than the limit
│       ├── PictureSideTooLongError      wider or higher than the limit
│       ├── PictureTooManyScansError     a JPEG of more scans than the limit
│       ├── NotAPictureError             no known format
│       ├── PictureFormatUnsupportedError   a known format, not one that we read (HEIC, PDF, …)
│       ├── PictureAnimatedError         several frames or pages
│       ├── PictureDamagedError          truncated or corrupt
│       ├── PictureLockedError           a PDF that wants a password
│       ├── PictureTooManyPagesError     a PDF of more pages than the limit
│       └── PictureUnfinishedError       reading it was begun and has not come to its end
│           ├── PictureTooSlowError          it took longer than the limit, and was ended
│           ├── PictureTooHeavyError         it needs more memory than the limit
│           └── PictureReaderDiedError       the process that read it has died over it
└── ToldError                of the lists, the store, the server, the arguments
                             (`mobile_scanner.list_errors`)

Each has a stable `code` for programs, `zh` and `en` for people, and its particulars as attributes.
"""

from typing import ClassVar


class ScannerError(Exception):
    """Anything that this package raises on purpose; `str()` is Chinese first, then English."""

    code: ClassVar[str] = "scanner-error"

    def __init__(self, *, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(f"{zh} {en}")


class SourceError(ScannerError):
    """A file, a folder or a stream gives no picture; `source` is the name that it was asked by."""

    code = "source-error"

    def __init__(self, *, source: str, zh: str, en: str) -> None:
        self.source = source
        super().__init__(zh=f"{source}：{zh}", en=f"{source}: {en}")


class SourceMissingError(SourceError):
    """There is no file or folder of that name."""

    code = "source-missing"

    def __init__(self, *, source: str) -> None:
        super().__init__(source=source, zh="没有这个文件或文件夹。", en="no such file or folder.")


class SourceUnreadableError(SourceError):
    """The file or folder exists and cannot be read; `cause` is the system's own sentence."""

    code = "source-unreadable"

    def __init__(self, *, source: str, cause: str) -> None:
        self.cause = cause
        super().__init__(source=source, zh=f"无法读取（{cause}）。", en=f"cannot be read: {cause}.")


class CameraMissingError(SourceError):
    """The system has no camera of that number, or somebody else is using it."""

    code = "camera-missing"

    def __init__(self, *, source: str) -> None:
        super().__init__(
            source=source,
            zh="没有此摄像头，或正被其他程序占用。",
            en="there is no such camera, or another program is using it.",
        )


class CameraRefusedError(SourceError):
    """There is a camera, and the system does not let this user use it."""

    code = "camera-refused"

    def __init__(self, *, source: str) -> None:
        super().__init__(
            source=source,
            zh="系统未许可使用此摄像头（Linux：将用户加入 video 组）。",
            en="the system does not let you use this camera (Linux: join the group video).",
        )


class CameraLostError(SourceError):
    """The camera gave frames, and gives none any more: it was unplugged, or taken away."""

    code = "camera-lost"

    def __init__(self, *, source: str) -> None:
        super().__init__(
            source=source,
            zh="摄像头已断开，此前的结果有效。",
            en="the camera has gone away; what was found until then stands.",
        )


class FilmUnreadableError(SourceError):
    """The file is no film that is read here, or none of its frames can be."""

    code = "film-unreadable"

    def __init__(self, *, source: str) -> None:
        super().__init__(
            source=source,
            zh="不是可读的录像，或一帧也读不出。",
            en="this is no video that is read here, or none of its frames can be.",
        )


class ReaderUnavailableError(ScannerError):
    """A symbol reader cannot be loaded; `cause` is what its import said."""

    code = "reader-unavailable"

    def __init__(self, *, reader: str, cause: str) -> None:
        self.reader = reader
        self.cause = cause
        super().__init__(
            zh=f"本机缺少识读程序 {reader}，已跳过（{cause}）。",
            en=f"The symbol reader {reader} is not installed here and was left out: {cause}.",
        )


class PictureRefusedError(SourceError):
    """There are bytes, and no still picture in them that is read here."""

    code = "picture-refused"


class PictureEmptyError(PictureRefusedError):
    """The file has no bytes."""

    code = "picture-empty"

    def __init__(self, *, source: str) -> None:
        super().__init__(source=source, zh="文件是空的。", en="the file is empty.")


class PictureFileTooLargeError(PictureRefusedError):
    """The file has more than `limit` bytes; how many more is not looked at."""

    code = "picture-file-too-large"

    def __init__(self, *, source: str, limit: int) -> None:
        self.limit = limit
        size = f"{limit / 2**20:.4g} MiB"
        super().__init__(
            source=source, zh=f"文件超过 {size}。", en=f"the file is larger than {size}."
        )


class PictureTooLargeError(PictureRefusedError):
    """The picture says that it has more than `limit` pixels; none of them was decoded.

    `size` is (width, height), or `None` where the decoder refused before it told.
    """

    code = "picture-too-large"

    def __init__(self, *, source: str, size: tuple[int, int] | None, limit: int) -> None:
        self.size = size
        self.limit = limit
        told = "" if size is None else f"{size[0]} × {size[1]} "
        super().__init__(
            source=source,
            zh=f"图像{told}像素过多，上限为 {limit} 像素。",
            en=f"{told}pixels are too many, the limit is {limit}."
            if told
            else f"too many pixels, the limit is {limit}.",
        )


class PictureSideTooLongError(PictureRefusedError):
    """The picture says that one of its sides has more than `limit` pixels; none was decoded."""

    code = "picture-side-too-long"

    def __init__(self, *, source: str, size: tuple[int, int], limit: int) -> None:
        self.size = size
        self.limit = limit
        width, height = size
        super().__init__(
            source=source,
            zh=f"图像为 {width} × {height} 像素，边长上限为 {limit} 像素。",
            en=f"{width} × {height} pixels: no side may have more than {limit}.",
        )


class PictureTooManyScansError(PictureRefusedError):
    """The JPEG has more than `limit` scans: it is drawn over and over, and none was decoded."""

    code = "picture-too-many-scans"

    def __init__(self, *, source: str, limit: int) -> None:
        self.limit = limit
        super().__init__(
            source=source,
            zh=f"JPEG 文件的扫描次数超过 {limit}，不是相机所摄，请重新拍摄或另存。",
            en=f"the JPEG file has more than {limit} scans, as no camera's has;"
            " take it again, or save it anew.",
        )


class NotAPictureError(PictureRefusedError):
    """The first bytes are of no format known here."""

    code = "not-a-picture"

    def __init__(self, *, source: str) -> None:
        super().__init__(source=source, zh="不是图像文件。", en="this is not a picture.")


class PictureFormatUnsupportedError(PictureRefusedError):
    """The format is known and not read here; `format` names it."""

    code = "picture-format-unsupported"

    def __init__(self, *, source: str, format: str) -> None:
        self.format = format
        super().__init__(
            source=source,
            zh=f"不支持 {format} 格式，请改用 JPEG 或 PNG（手机相机可设为“兼容性最佳”）。",
            en=f"{format} is not supported; save it as JPEG or PNG"
            " (phone cameras: choose “Most Compatible”).",
        )


class PictureAnimatedError(PictureRefusedError):
    """The file has several frames or pages, and which one is meant cannot be known."""

    code = "picture-animated"

    def __init__(self, *, source: str, format: str) -> None:
        self.format = format
        super().__init__(
            source=source,
            zh=f"{format} 文件含有多帧或多页，请使用单张照片。",
            en=f"the {format} file has several frames or pages; give a single still.",
        )


class PictureDamagedError(PictureRefusedError):
    """The file begins as `format` and cannot be decoded to its end."""

    code = "picture-damaged"

    def __init__(self, *, source: str, format: str) -> None:
        self.format = format
        super().__init__(
            source=source,
            zh=f"{format} 文件不完整或已损坏。",
            en=f"the {format} file is truncated or damaged.",
        )


class PictureLockedError(PictureRefusedError):
    """The PDF wants a password."""

    code = "picture-locked"

    def __init__(self, *, source: str) -> None:
        super().__init__(
            source=source,
            zh="PDF 文件有密码，请先解除。",
            en="the PDF wants a password; take it off first.",
        )


class PictureTooManyPagesError(PictureRefusedError):
    """The PDF has more pages than `limit`; none of them was drawn."""

    code = "picture-too-many-pages"

    def __init__(self, *, source: str, pages: int, limit: int) -> None:
        self.pages = pages
        self.limit = limit
        super().__init__(
            source=source,
            zh=f"PDF 文件有 {pages} 页，上限为 {limit} 页。",
            en=f"the PDF has {pages} pages, the limit is {limit}.",
        )


class PictureUnfinishedError(PictureRefusedError):
    """Reading was begun and has not come to its end; what was found until then stands."""

    code = "picture-unfinished"


class PictureTooSlowError(PictureUnfinishedError):
    """Reading it took longer than `seconds`, and was ended."""

    code = "picture-too-slow"

    def __init__(self, *, source: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            source=source,
            zh=f"识读超过 {seconds:g} 秒，已停止，请靠近、对正再拍。",
            en=f"reading took longer than {seconds:g} s and was stopped;"
            " take it again, closer and straight.",
        )


class PictureTooHeavyError(PictureUnfinishedError):
    """Reading it needs more memory than `mebibytes`."""

    code = "picture-too-heavy"

    def __init__(self, *, source: str, mebibytes: int) -> None:
        self.mebibytes = mebibytes
        super().__init__(
            source=source,
            zh=f"识读所需内存超过 {mebibytes} MiB，已停止，请缩小图像。",
            en=f"reading needs more than {mebibytes} MiB of memory and was stopped;"
            " make the picture smaller.",
        )


class PictureReaderDiedError(PictureUnfinishedError):
    """The process that read it has died over it, or could not be started; `cause` is how."""

    code = "picture-reader-died"

    def __init__(self, *, source: str, cause: str) -> None:
        self.cause = cause
        super().__init__(
            source=source,
            zh=f"识读程序意外终止（{cause}），请再试一次，或重新拍摄。",
            en=f"the process that reads it has failed ({cause}); try again, or take it again.",
        )
