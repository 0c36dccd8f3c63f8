"""Why a run cannot go on, or did not do all."""

from dataclasses import dataclass

from verify_service.errors import ServiceError


@dataclass(eq=False, kw_only=True)
class FileReadOtherwiseError(ServiceError):
    """The program was changed in the middle of a run, and reads another number of rows now."""

    run: int
    expected: int
    found: int

    zh = "第 {run} 号批次开始时读到 {expected} 行，现读到 {found} 行；请将未办理的行另存为新文件"
    en = "run {run} began with {expected} rows, the file reads as {found} now: send the rest anew"


@dataclass(eq=False, kw_only=True)
class RowsRefusedError(ServiceError):
    """Said at the end of a command: the report has the rows and the reasons."""

    refused: int
    rows: int

    zh = "{rows} 行中有 {refused} 行未办理，见报告"
    en = "{refused} of {rows} rows were refused: see the report"
