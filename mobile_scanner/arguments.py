"""The command line: what can be asked for, and how an instant and a place are written."""

import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final, NoReturn

from mobile_scanner.list_errors import InstantError, PlaceError, TimeLimitError
from mobile_scanner.pictures.terms import SECONDS

if TYPE_CHECKING:
    from credential.claims import Position

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACE: Final = re.compile(
    r"\s*([-+]?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s*[,，]\s*([-+]?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s*"
)
_SECONDS: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3})?")
_YEARS: Final = range(2000, 2200)
"""Instants beyond are slips of the pen, and some of them cannot be written in Beijing's time."""

_SCAN: Final = """\
识读图像中的二维码并核验综合许可凭证。 Read the codes in pictures and verify composite licenses.

退出状态 exit status: 0 全部有效 all valid · 1 另有发现 something else was found
2 没有读到任何码 nothing could be read · 3 用法有误 wrong usage"""
_CAMERA: Final = """\
用摄像头（或录像）识读并核验，每码一次。 Read a camera (or a video) and verify each code once.

窗口中按 q 或 Esc 结束，无窗口时按 Ctrl-C。 q or Esc ends in the window, Ctrl-C without one.
退出状态同 scan。 Exit status: as of scan."""
_SYNC: Final = """\
更新离线数据：根、受信任名单、状态清单、目录。 Bring the lists for offline scanning up to date.

退出状态 exit status: 0 已更新 up to date · 1 有文件被拒绝 some files were refused
2 未能更新 nothing could be had · 3 用法有误 wrong usage"""


class Parser(ArgumentParser):
    """argparse, with this program's exit status and one line of complaint."""

    def error(self, message: str) -> NoReturn:
        line = f"{self.prog}: 用法有误 wrong usage: {message} ({self.prog} --help)\n"
        self.exit(3, line)


def build_parser() -> Parser:
    parser = Parser(prog="mobile-scanner", allow_abbrev=False, description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="scan|camera|sync")
    parser.description = "核验综合许可凭证。 Verify composite business licenses."

    scan = commands.add_parser(
        "scan",
        description=_SCAN,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
        help="识读并核验 read and verify",
    )
    scan.add_argument(
        "pictures",
        nargs="*",
        metavar="PICTURE",
        help="图像文件或文件夹，“-”为标准输入 files and folders; - is standard input",
    )
    scan.add_argument(
        "--paste", action="store_true", help="剪贴板中的图像 the picture in the clipboard"
    )
    scan.add_argument(
        "--text",
        metavar="FILE",
        help="逐行读取码的文字（扫码枪），“-”为标准输入 texts, one a line (a hand scanner)",
    )

    camera = commands.add_parser(
        "camera",
        description=_CAMERA,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
        help="用摄像头核验 with a camera",
    )
    camera.set_defaults(pictures=(), text=None, paste=False)
    camera.add_argument(
        "film",
        nargs="?",
        default="0",
        metavar="NUMBER|VIDEO",
        help="摄像头编号（默认 0）或录像文件 a camera's number, or a video",
    )
    camera.add_argument(
        "--no-window", action="store_true", help="不开窗口，只输出文字 lines alone, no window"
    )
    for command in (scan, camera):
        _add_judging(command)

    sync = commands.add_parser(
        "sync",
        description=_SYNC,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
        help="更新离线数据 bring the lists up to date",
    )
    sync.add_argument(
        "source",
        nargs="?",
        metavar="URL|DIR",
        help="服务网址或离线数据包，省略则同上次 a service or a bundle; or the last one",
    )
    sync.add_argument(
        "--root",
        metavar="FILE",
        help="根文件 root.cbor，首次必须给出 the pinned root, the first time",
    )
    for command in (scan, camera, sync):
        command.add_argument(
            "--store", metavar="DIR", help="离线数据的存放处 where the lists are kept"
        )
    return parser


def _add_judging(command: ArgumentParser) -> None:
    """What `scan` and `camera` have in common: by what to judge, and how to tell it."""
    command.add_argument("--json", action="store_true", help="输出 JSON print a JSON list")
    command.add_argument("--offline", action="store_true", help="不联网 ask no server")
    command.add_argument("--server", metavar="URL", help="核验服务网址 the service to ask")
    command.add_argument("--bundle", metavar="DIR", help="离线数据包 a bundle, on top of the store")
    command.add_argument("--root", metavar="FILE", help="根文件 root.cbor the pinned root")
    command.add_argument(
        "--at",
        metavar="TIME",
        help="按该时间判定（演练、复核）judge as of then: 2026-03-01T09:30+08:00, or 2026-03-01",
    )
    command.add_argument(
        "--near", metavar="LAT,LON", help="所在位置（WGS-84）where you are: 39.9042,116.4074"
    )
    command.add_argument(
        "--time-limit",
        metavar="SECONDS",
        help=f"每张图像的识读时限，默认 {SECONDS:g} 秒 for reading each picture",
    )
    command.add_argument(
        "--walk", action="store_true", help="巡查：每证一行，末尾汇总 one line a license"
    )
    command.add_argument(
        "--csv", metavar="FILE", help="逐条写入表格（新文件）write a row a code to a new file"
    )


def join_place(arguments: Sequence[str]) -> list[str]:
    """Join `--near` with a place in the south, which argparse would take for an option."""
    joined: list[str] = []
    options = True
    for argument in arguments:
        options = options and argument != "--"
        if options and joined and joined[-1] == "--near" and _PLACE.fullmatch(argument):
            joined[-1] = f"--near={argument}"
        else:
            joined.append(argument)
    return joined


def read_instant(text: str) -> datetime:
    """Read `--at`: ISO 8601 with an offset; a date alone is noon in Beijing.

    Raises:
        InstantError: neither, or centuries away.
    """
    from credential.days import SHANGHAI

    try:
        if _DATE.fullmatch(text):
            day = datetime.fromisoformat(text).date()
            at = datetime.combine(day, time(12), SHANGHAI)
        else:
            at = datetime.fromisoformat(text)
    except ValueError:
        raise InstantError(given=text) from None
    if at.tzinfo is None or at.year not in _YEARS:
        raise InstantError(given=text)
    return at.astimezone(UTC)


def read_seconds(text: str | None) -> float:
    """Read `--time-limit`: seconds for each picture, from a tenth to an hour.

    Raises:
        TimeLimitError: no such number.
    """
    if text is None:
        return SECONDS
    if not _SECONDS.fullmatch(text) or not 0.1 <= float(text) <= 3600:
        raise TimeLimitError(given=text)
    return float(text)


def read_place(text: str) -> "Position":
    """Read `--near`: WGS-84 degrees, latitude first.

    Raises:
        PlaceError: not two numbers, or nowhere on earth.
    """
    from credential.claims import Position

    found = _PLACE.fullmatch(text)
    if found is None:
        raise PlaceError(given=text)
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise PlaceError(given=text)
    return Position(latitude, longitude)
