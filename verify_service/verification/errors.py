"""Why a request to verify something cannot be taken up.

ServiceError
└── UnverifiableError
    ├── TextMissingError            neither a text nor a photograph
    ├── NearMalformedError          a place that is not ``LAT,LON``
    └── PhotographError
        ├── PhotographMissingError      a form without a file in its field
        ├── PhotographEmptyError        no bytes
        ├── PhotographAreaError         more pixels than the limit; none of them was decoded
        │   ├── PhotographTooLargeError     and it says how many
        │   └── PhotographSideError         on one side
        ├── PhotographScansError        a JPEG that is drawn over and over
        ├── NotAPhotographError         no known format
        ├── PhotographFormatError       a known format, not one that is read here
        ├── PhotographAnimatedError     several frames or pages
        ├── PhotographDamagedError      truncated or corrupt
        ├── PhotographUnfinishedError   reading it was begun and was stopped
        │   ├── PhotographTooSlowError      after the time that one may take
        │   ├── PhotographTooHeavyError     at the memory that one may take
        │   └── PhotographReaderDiedError   by its own process's end
        └── PhotographQueueError        too many at once; try again
"""

from dataclasses import dataclass

from verify_service.errors import ServiceError


class UnverifiableError(ServiceError):
    """Nothing was verified."""


class TextMissingError(UnverifiableError):
    zh = "请提供二维码的文字，或上传照片"
    en = "give the symbol's text, or a photograph"


class NearMalformedError(UnverifiableError):
    zh = "位置应写作“纬度,经度”（WGS-84，十进制度），如 39.9219,116.4433"
    en = "a place is LATITUDE,LONGITUDE in decimal degrees of WGS-84, such as 39.9219,116.4433"


class PhotographError(UnverifiableError):
    """There is no photograph that can be looked at."""


class PhotographMissingError(PhotographError):
    zh = "表单中没有照片（字段 photograph）"
    en = "the form holds no photograph (field `photograph`)"


class PhotographEmptyError(PhotographError):
    zh = "照片文件是空的"
    en = "the photograph's file is empty"


@dataclass(eq=False, kw_only=True)
class PhotographAreaError(PhotographError):
    limit: int

    zh = "照片超过上限 {limit} 像素，请缩小后再传"
    en = "there are too many pixels, the limit is {limit}: make it smaller"


@dataclass(eq=False, kw_only=True)
class PhotographTooLargeError(PhotographAreaError):
    width: int
    height: int

    zh = "照片为 {width} × {height} 像素，超过上限 {limit} 像素，请缩小后再传"
    en = "{width} × {height} pixels are too many, the limit is {limit}: make it smaller"


@dataclass(eq=False, kw_only=True)
class PhotographSideError(PhotographAreaError):
    """``limit`` is for each side."""

    width: int
    height: int

    zh = "照片为 {width} × {height} 像素，边长超过上限 {limit} 像素，请缩小或裁剪后再传"
    en = "{width} × {height} pixels: no side may have more than {limit}, make it smaller or crop it"


@dataclass(eq=False, kw_only=True)
class PhotographScansError(PhotographError):
    limit: int

    zh = "JPEG 文件的扫描次数超过 {limit}，不是相机所摄，请重新拍摄或另存"
    en = "the JPEG file has more than {limit} scans, as no camera's has: take it again or save it anew"


class NotAPhotographError(PhotographError):
    zh = "这不是照片文件"
    en = "this is not a picture"


@dataclass(eq=False, kw_only=True)
class PhotographFormatError(PhotographError):
    """``format`` is the format's usual name."""

    format: str

    zh = "不支持 {format} 格式，请改用 JPEG 或 PNG（手机相机可设为“兼容性最佳”）"
    en = "{format} is not read here: use JPEG or PNG (phone cameras: choose “Most Compatible”)"


@dataclass(eq=False, kw_only=True)
class PhotographAnimatedError(PhotographError):
    format: str

    zh = "{format} 文件含有多帧或多页，请上传单张照片"
    en = "the {format} file has several frames or pages: send a single still"


@dataclass(eq=False, kw_only=True)
class PhotographDamagedError(PhotographError):
    format: str

    zh = "{format} 文件不完整或已损坏"
    en = "the {format} file is cut short or damaged"


class PhotographUnfinishedError(PhotographError):
    """Nothing of it is told; the next photograph is read as ever."""


@dataclass(eq=False, kw_only=True)
class PhotographTooSlowError(PhotographUnfinishedError):
    seconds: float

    zh = "识读照片超过 {seconds:g} 秒，已停止，请靠近、对正再拍"
    en = (
        "reading took longer than {seconds:g} s and was stopped: take it again, closer and straight"
    )


@dataclass(eq=False, kw_only=True)
class PhotographTooHeavyError(PhotographUnfinishedError):
    mebibytes: int

    zh = "识读照片所需内存超过 {mebibytes} MiB，已停止，请缩小后再传"
    en = "reading needs more than {mebibytes} MiB of memory and was stopped: make it smaller"


class PhotographReaderDiedError(PhotographUnfinishedError):
    zh = "识读程序意外终止，请重新拍摄"
    en = "the reading process has ended over it: take it again"


class PhotographQueueError(PhotographError):
    zh = "同时上传的照片过多，请稍后重试"
    en = "too many photographs at once: try again in a moment"
