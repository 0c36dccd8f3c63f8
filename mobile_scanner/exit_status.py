"""What the program's end says to other programs (docs/scanner.md, "Exit status")."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """`sync` reads them as: up to date; something was refused; nothing could be had; usage."""

    VALID = 0  # every picture had a code, and every code is a valid license
    OTHER = 1  # something else was found, or one picture among others gave nothing
    NOTHING = 2  # no code could be read at all
    USAGE = 3  # the command makes no sense, or what it needs is not there
    INTERRUPTED = 130  # 128 + SIGINT, as a shell has it
    PIPE_CLOSED = 141  # 128 + SIGPIPE
