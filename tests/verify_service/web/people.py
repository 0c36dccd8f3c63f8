"""People at the desk for tests: a service with accounts, and one browser window for each of them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.verify_service.web.browser import ORIGIN, Browser
from tests.verify_service.web.conftest import AT, Counter, tokens_of
from tests.verify_service.web.elements import Elements
from verify_service.app import create_app
from verify_service.desk.accounts import new_account
from verify_service.desk.visiting import COOKIE
from verify_service.registry.account_records import Account, AccountRole
from verify_service.registry.accounts import add_account
from verify_service.service import Service, open_service
from verify_service.settings import load_settings

PASSWORD = "竹影扫阶尘不动 2031"
OURS = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
KINDS = {"scjg": ("food_business",), "tobacco": ("tobacco_retail",)}


@dataclass
class Hands:
    """A clock whose hands are moved."""

    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class House:
    """A service, its clock, and the people who work there."""

    counter: Counter
    clock: Hands
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> Service:
        return self.counter.service

    @property
    def browser(self) -> Browser:
        return self.counter.browser

    def account(self, login: str, role: AccountRole = AccountRole.CLERK, **more: Any) -> Account:
        made = new_account(
            login=login,
            name=more.pop("name", login.upper()),
            role=role,
            department=more.get("department"),
            kinds=frozenset(KINDS.get(more.get("department", ""), ())),
            password=more.get("password", PASSWORD),
            passwords=self.service.login.passwords,
            catalog=self.service.office.catalog,
            at=self.clock(),
        )
        with self.service.database.writing() as connection:
            add_account(connection, made, by="operator")
        return made

    def window(self, **headers: str) -> "Window":
        return Window(house=self, headers=headers)

    def person(self, login: str, role: AccountRole = AccountRole.CLERK, **more: Any) -> "Window":
        """Somebody with an account who has just logged in."""
        self.account(login, role, **more)
        window = self.window()
        assert window.log_in(login).status_code == 303
        return window

    def clerk(self) -> "Window":
        return self.person("zhang.min", name="张敏")

    def supervisor(self) -> "Window":
        return self.person("wang.lei", AccountRole.SUPERVISOR)

    def department(self, department: str = "scjg") -> "Window":
        return self.person(f"of.{department}", AccountRole.DEPARTMENT, department=department)


@dataclass
class Window:
    """A browser's window with its own cookie; it sends what a browser sends."""

    house: House
    headers: dict[str, str] = field(default_factory=dict)
    cookie: str = ""

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        given = options.pop("headers", {})
        headers = {"accept": "text/html", "accept-language": "zh"} | self.headers | given
        if self.cookie:
            headers |= {"cookie": f"{COOKIE}={self.cookie}"}
        answer = self.house.browser.request(method, path, headers=headers, **options)
        self.house.browser._client.cookies.clear()  # windows share the client, not its cookies
        set_cookie = answer.headers.get("set-cookie")
        if set_cookie is not None:
            name, _, value = set_cookie.partition(";")[0].partition("=")
            assert name == COOKIE
            self.cookie = value.strip('"')
        return answer

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(
        self, path: str, fields: dict[str, Any], *, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send a form as it is."""
        content = urlencode(fields, doseq=True)
        sent = FORM | (OURS if headers is None else headers)
        return self.request("POST", path, content=content, headers=sent)

    def bring(
        self,
        path: str,
        content: bytes,
        *,
        name: str = "许可变更.csv",
        language: str = "zh",
        headers: dict[str, str] | None = None,
        **typed: Any,
    ) -> httpx.Response:
        """Open a form that takes a file, choose one and send it."""
        token = fields_of(self.get(path).text, path)["token"]
        files = {"file": (name, content, "application/octet-stream")}
        sent = OURS if headers is None else headers
        return self.request(
            "POST",
            path,
            files=files,
            data={"token": token} | typed,
            headers=sent,
            params={"lang": language},
        )

    def log_in(self, login: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        return self.post("/desk/login", {"login": login, "password": password, **more})

    def fields(self, path: str, *, on: str | None = None) -> dict[str, Any]:
        """Open a form, on a page of its own or on another, and return its fields as they stand."""
        page = self.get(on or path)
        assert page.status_code == 200, page.text
        return fields_of(page.text, path)

    def submit(self, path: str, **typed: Any) -> httpx.Response:
        """Open a form, fill it in and send it."""
        return self.post(path, self.fields(path) | typed)


def fields_of(page: str, action: str) -> dict[str, Any]:
    """Return what a browser would send of a page's form, but for what people write in areas."""
    found: dict[str, Any] = {}
    inside = False
    for tag, attributes in Elements(page).found:
        if tag == "form":
            inside = (attributes.get("action") or "").partition("?")[0] == _quoted(action)
        elif tag == "input" and inside:
            name, value = attributes.get("name"), attributes.get("value") or ""
            kind = attributes.get("type")
            if name is None or (kind in ("radio", "checkbox") and "checked" not in attributes):
                continue
            if kind == "checkbox":
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
    assert found, f"no form for {action}"
    return found


def _quoted(path: str) -> str:
    return str(httpx.URL(path).raw_path.decode())


# The least that settings allow: a tenth of what a service pays for each password.
CHEAP = "argon2_mebibytes = 19\nargon2_passes = 2\n"


@contextmanager
def open_house(bare: Path, folder: Path, more: str = "") -> Iterator[House]:
    shutil.copytree(bare, folder)
    path = folder / "settings.toml"
    text = path.read_text("utf-8").replace(str(bare), str(folder))
    path.write_text(f"{CHEAP}{more}{text}", "utf-8")
    service = open_service(load_settings(path))
    clock = Hands()
    with Browser(create_app(service, clock=clock)) as browser:
        counter = Counter(service=service, browser=browser, tokens=tokens_of(service))
        yield House(counter=counter, clock=clock)
    service.close()
