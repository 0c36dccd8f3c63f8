"""A bureau's folder as an operator sets it up, and the program run in it."""

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from keys.__main__ import main as keys_main
from keys.files import load_private
from tests.ceremonies import create_root, sign_source
from verify_service.cli import main
from verify_service.commands.desk import TOKEN_VARIABLE

ROOT = Path(__file__).parents[3]
USCC, OTHER_USCC = "91110105MAXX00023Q", "92110105MAXX00031G"
TODAY = date.today()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{3}")

SETTINGS = """
database = "sqlite:///registry.sqlite3"
public_host = "yz.chaoyang.example"
issuer_key = "file:issuer.pem"
trust_list = "trust-list.cbor"
root = "root.cbor"
roots = "roots"
peers = "peers"
sheet_use = "specimen"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run of the program left: its status and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """What was said of a refusal: one line, in Chinese and in English, and nothing else."""
        assert (self.status, self.out) == (1, "")
        (line,) = self.err.splitlines()
        assert line.startswith("错误 / error: ")
        said = line.removeprefix("错误 / error: ")
        assert CHINESE.search(said)
        assert ENGLISH.search(said)
        return said


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def set_up(folder: Path) -> None:
    """Make keys, root, trust list and settings; the registry is for the program to create."""
    assert keys_main(["create", str(folder / "issuer.pem")]) == 0
    create_root(folder, at=datetime.now(UTC) - timedelta(days=30))
    (folder / "trust-list.toml").write_text(
        f"""
        [[issuers]]
        code = "110105"
        name = "北京市朝阳区政务服务局"
        name_en = "Chaoyang District Government Services Bureau"
        host = "yz.chaoyang.example"
        number_prefix = "朝综许"
        [[issuers.keys]]
        public = "issuer.pub.pem"
        from = {day(-30)}
        [[issuers.scopes]]
        from = {day(-30)}
        """,
        "utf-8",
    )
    sign_trust_list(folder)
    (folder / "settings.toml").write_text(SETTINGS, "utf-8")


def sign_trust_list(folder: Path) -> None:
    """Sign what the source file offers, with the keys that are there."""
    signers = [load_private(folder / f"root-{place}.pem") for place in (1, 2)]
    at = datetime.now(UTC)
    data = sign_source(folder / "trust-list.toml", *signers, number=1, at=at)
    (folder / "trust-list.cbor").write_bytes(data)


def call(*arguments: object, token: str | None = None) -> Done:
    """Run the program in this process, in the folder that is current."""
    out, err = io.StringIO(), io.StringIO()
    before = os.environ.pop(TOKEN_VARIABLE, None)
    if token is not None:
        os.environ[TOKEN_VARIABLE] = token
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = main(["--settings", "settings.toml", *map(str, arguments)])
    except SystemExit as error:  # argparse's own
        status = int(error.code or 0)
    finally:
        os.environ.pop(TOKEN_VARIABLE, None)
        if before is not None:
            os.environ[TOKEN_VARIABLE] = before
    return Done(status=status, out=out.getvalue(), err=err.getvalue())


def run(*arguments: object, folder: Path, token: str | None = None, stdin: str = "") -> Done:
    """Run the program as a process of its own, with every warning an error."""
    environment = {name: text for name, text in os.environ.items() if name != TOKEN_VARIABLE}
    environment["PYTHONPATH"] = str(ROOT)
    if token is not None:
        environment[TOKEN_VARIABLE] = token
    program = [sys.executable, "-W", "error", "-m", "verify_service", "--settings", "settings.toml"]
    done = subprocess.run(
        [*program, *map(str, arguments)],
        cwd=folder,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(status=done.returncode, out=done.stdout, err=done.stderr)


def registered(token: str) -> int:
    """Register a holder with premises; gives the premises' id."""
    assert call("holder", USCC, "北京雾屿咖啡有限公司", token=token).status == 0
    place = ["北京市朝阳区朝外街道雾屿路8号底商2", "--division", "110105"]
    facts = '{"water_jurisdiction": "district"}'
    done = call("premises", USCC, *place, "--facts", facts, token=token)
    identity: int = done.json["id"]
    return identity


def token_for(*who: object, days: int | None = None) -> str:
    more = [] if days is None else ["--days", days]
    made: str = call("token", "create", *who, "--label", "test", *more).json["token"]
    return made
