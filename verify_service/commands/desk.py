"""What commands share: the service of the settings, whose token is shown, and how results print."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from os import environ
from pathlib import Path

from credential.printable import clean
from verify_service.access import Principal, identify
from verify_service.clock import system_clock
from verify_service.errors import ServiceError
from verify_service.service import Service, open_service
from verify_service.settings import load_settings

MAX_WORDS = 500
_REQUEST_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_FIRST_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)  # as the API has it
TOKEN_VARIABLE = "VERIFY_TOKEN"  # noqa: S105 - the name of a variable; not of the settings' prefix: it is no setting


@dataclass(eq=False, kw_only=True)
class UsageError(ServiceError):
    """A value on the command line that cannot be meant."""

    what: str

    zh = "命令行参数有误：{what}"
    en = "wrong argument: {what}"


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Service]:
    """Open the service of the settings that the options name."""
    service = open_service(load_settings(options.settings))
    try:
        yield service
    finally:
        service.close()


def principal_of(service: Service, options: argparse.Namespace) -> Principal:
    """Whoever's token is in ``--token-file`` or in the environment.

    Raises:
        UsageError: there is none.
        TokenRefusedError: it is not good now.
    """
    path: Path | None = options.token_file
    if path is not None:
        try:
            text = path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(what=f"--token-file {path}: {error}") from None
    else:
        text = environ.get(TOKEN_VARIABLE, "")
    if not text:
        raise UsageError(what=f"--token-file FILE, {TOKEN_VARIABLE}=…")
    with service.database.reading() as connection:
        return identify(connection, text, at=system_clock())


def add_token_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--token-file",
        type=Path,
        help=f"file that holds the access token (or the variable {TOKEN_VARIABLE})",
    )


def show(result: Mapping[str, object]) -> None:
    """Print a result as JSON: for people to read, and for programs."""
    text = json.dumps(result, ensure_ascii=False, indent=2, default=str)
    print("\n".join(map(_escaped, text.split("\n"))))
    sys.stdout.flush()  # so that a reader who has left is noticed here, and not at exit


def _escaped(line: str) -> str:
    """A line of JSON for a terminal: what is not to be seen is written as JSON escapes it."""
    if clean(line) == line:
        return line
    return "".join(each if clean(each) == each else json.dumps(each)[1:-1] for each in line)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name the file in an error of the system's that does not: a full disk's, say."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def position(text: str, *, option: str) -> tuple[float, float]:
    """Read ``LAT,LON`` in degrees.

    Raises:
        UsageError: two numbers are not what it is.
    """
    try:
        latitude, longitude = map(float, text.split(","))
    except ValueError:
        raise UsageError(what=f"{option} {text} (LAT,LON)") from None
    return latitude, longitude


def words(text: str) -> str:
    """Read what a person writes down, such as grounds or a label; for argparse's ``type``."""
    if not text.strip() or not text.isprintable() or len(text) > MAX_WORDS:
        raise argparse.ArgumentTypeError(f"{text[:40]!a} is empty, too long or not printable")
    return text.strip()


def request_key(text: str) -> str:
    """Read a request's key; for argparse's ``type``."""
    if not _REQUEST_KEY.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:40]!a} is not 1 to 128 visible ASCII characters")
    return text


def key_id(text: str) -> bytes:
    """Read a key's id, 8 hexadecimal digits; for argparse's ``type``."""
    if not _KEY_ID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:40]!a} is no key id, 8 digits 0-9 a-f")
    return bytes.fromhex(text)


def ordinal(text: str) -> int:
    """Read a number that counts from 1, such as a version's or a row's; for argparse's ``type``."""
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:20]) < 2**63:
        raise argparse.ArgumentTypeError(f"{text[:40]!a} is no number from 1 on")
    return int(text)


def port(text: str) -> int:
    """Read a port's number; for argparse's ``type``."""
    if not text.isascii() or not text.isdecimal() or len(text) > 5 or int(text) > 0xFFFF:
        raise argparse.ArgumentTypeError(f"{text[:40]!a} is no port, 0 to 65535")
    return int(text)


def day(text: str) -> date:
    """Read a civil day, ``YYYY-MM-DD``; for argparse's ``type``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date YYYY-MM-DD") from None


def instant(text: str) -> datetime:
    """Read an instant with its zone, ISO 8601; for argparse's ``type``."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 instant") from None
    if value.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone, such as +08:00")
    if value < _FIRST_INSTANT:
        raise argparse.ArgumentTypeError(f"{text!r} is before 1970")
    return value
