"""A server whose key is in a token: what it tells while the token is away, and that it goes on.

The real server in a process of its own, with SoftHSM2. Its token is a folder that the test moves away
and back under the running program: open sessions lose their objects, and a module that is begun
anew finds no such token.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from keys.files import load_private
from tests.ceremonies import sign_source
from tests.demo.district import CHAOYANG, open_bare_service
from tests.processes import PATIENCE, wait_until
from tests.softhsm import SoftToken, make_token
from tests.verify_service.web import desks
from tests.verify_service.web.browser import Browser
from tests.verify_service.web.conftest import AT, Counter, tokens_of
from verify_service.app import create_app
from verify_service.service import open_service

ROOT = Path(__file__).parents[3]

SERVING = """
import sys
from contextlib import closing
from pathlib import Path
from tests.verify_service.web.conftest import AT
from verify_service import app, web_server
from verify_service.service import open_service
from verify_service.settings import load_settings

app.LOOK_EVERY = 0.2
with closing(open_service(load_settings(Path(sys.argv[1])))) as service:
    service.prepare(at=AT)
    with web_server.bind("127.0.0.1", 0) as listening:
        print(web_server.url_of(listening), flush=True)
        web_server.serve(app.create_app(service, clock=lambda: AT), listening)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A service with an empty registry, its key in a token, and the tokens of its parties."""

    folder: Path
    token: SoftToken
    tokens: dict[str, str]

    @property
    def settings(self) -> Path:
        return self.folder / "settings.toml"

    def keys(self, *arguments: str) -> None:
        self.run("-m", "keys", *arguments, status=0)

    def run(self, *arguments: str, status: int) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.token.environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stderr

    @contextmanager
    def served(self) -> Iterator[Counter]:
        """The desk of the server while it runs; what it has said is in ``said`` afterwards."""
        with (
            (self.folder / "said").open("w") as said,
            subprocess.Popen(
                [sys.executable, "-c", SERVING, str(self.settings)],
                cwd=ROOT,
                env=self.token.environment | {"PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            ) as process,
        ):
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            try:
                with httpx.Client(base_url=url, timeout=PATIENCE) as client:
                    browser = cast("Browser", client)  # as far as a desk uses one
                    yield Counter(service=cast("Any", None), browser=browser, tokens=self.tokens)
            finally:
                process.terminate()
        assert process.returncode in (0, -15)

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text("utf-8")


@pytest.fixture
def district(tmp_path: Path) -> District:
    folder = tmp_path / "service"
    token = make_token(tmp_path / "softhsm")
    with closing(open_bare_service(folder, at=AT)) as service:
        made = District(folder=folder, token=token, tokens=tokens_of(service))
    public = folder / f"{CHAOYANG.code}.pub.pem"
    public.unlink()
    made.keys("create", token.uri(), "--public", str(public))
    holders = [load_private(folder / f"root-{place}.pem") for place in (1, 2)]
    listed = sign_source(folder / "trust-list.toml", *holders, number=2, at=AT)
    (folder / "trust-list.cbor").write_bytes(listed)
    settings = made.settings.read_text("utf-8")
    file = f"file:{(folder / f'{CHAOYANG.code}.pem').absolute()}"
    assert file in settings
    made.settings.write_text(settings.replace(file, token.uri()), "utf-8")
    return made


def health(counter: Counter) -> tuple[int, str]:
    answer = counter.browser.get("/health")
    return answer.status_code, answer.json().get("signing", "")


def outcome(counter: Counter, text: str) -> str:
    answer = counter.browser.post("/api/v1/verify", json={"text": text})
    return str(answer.json()["outcome"])


def test_a_server_goes_on_without_its_token_and_issues_again_when_it_is_back(
    district: District,
) -> None:
    token = district.token
    with district.served() as counter:
        text = desks.issued(counter)["text"]
        assert outcome(counter, text) == "valid"
        assert health(counter) == (200, "ready")
        before = counter.browser.get("/status/0").content

        token.take_away()
        wait_until(lambda: health(counter) == (200, "unavailable"))  # though nobody issues
        other = desks.register(counter, uscc=desks.OTHER_USCC, name="另一家")
        entered = desks.enter(counter, other, holder=desks.OTHER_USCC, number="JY21105040032952")
        assert entered.status_code == 201
        refused = issue_other(counter, other)
        document = refused.json()
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "30"
        assert document["type"].endswith("/problems/signer-unavailable")
        assert document["title"] == "暂时不能签发"
        assert document["title_en"] == "Signing is not available"
        assert str(token.folder) not in refused.text  # neither URI nor paths
        assert outcome(counter, text) == "valid"
        assert counter.browser.get("/status/0").content == before
        assert counter.browser.get("/trust-list").status_code == 200
        assert desks.change(counter, "revoked").status_code == 200
        assert outcome(counter, text) == "not_in_force"

        token.put_back()
        wait_until(lambda: health(counter) == (200, "ready"))
        wait_until(lambda: counter.browser.get("/status/0").content != before)
        issued = issue_other(counter, other)
        assert issued.status_code == 201
        assert outcome(counter, issued.json()["text"]) == "valid"
        assert issue_other(counter, other).json() == issued.json()
    assert district.said.count("this service only verifies") == 1
    assert district.said.count("the signing key is available") == 2  # at its start, and again


def issue_other(counter: Counter, premises: int) -> httpx.Response:
    body = {"holder": desks.OTHER_USCC, "premises": premises, "industry": "26"}
    return desks.post(counter, "/licenses", body, "bureau", key="request-2")


def test_a_server_starts_without_its_token_and_signs_when_it_comes(district: District) -> None:
    district.token.take_away()
    with district.served() as counter:
        assert health(counter) == (200, "unavailable")
        assert counter.browser.get("/trust-list").status_code == 200
        assert counter.browser.get("/status/0").status_code == 404  # nobody has signed one yet
        district.token.put_back()
        wait_until(lambda: health(counter) == (200, "ready"))
        wait_until(lambda: counter.browser.get("/status/0").status_code == 200)
        assert outcome(counter, desks.issued(counter)["text"]) == "valid"
    assert "this service only verifies" in district.said


def test_a_server_that_cannot_begin_its_module_waits_for_it(district: District) -> None:
    """A module whose device is beyond the network, say."""
    district.token.break_module()
    with district.served() as counter:
        assert health(counter) == (200, "unavailable")
        district.token.mend_module()
        wait_until(lambda: health(counter) == (200, "ready"))


def test_a_server_with_a_wrong_pin_does_not_start(district: District) -> None:
    district.token.pin_file.write_text("9999")
    serve = ("-m", "verify_service", "--settings", str(district.settings), "serve", "--port", "0")
    said = district.run(*serve, status=1)
    assert said.startswith("错误 / error: PIN 被设备拒绝")
    assert "9999" not in said
    assert said.count("\n") == 1


def test_a_service_with_its_key_in_a_file_is_ready_and_without_one_has_none(
    counter: Counter,
) -> None:
    assert health(counter) == (200, "ready")
    Path(counter.service.settings.issuer_key.removeprefix("file:")).unlink()
    with (
        closing(open_service(counter.service.settings)) as service,
        Browser(create_app(service, clock=lambda: AT)) as browser,
    ):
        assert browser.get("/health").json()["signing"] == "none"
