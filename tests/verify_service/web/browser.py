"""A client that talks to an application in this process, one request after the other."""

import asyncio
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx
from fastapi import FastAPI

ORIGIN = "https://yz.chaoyang.example"


class Browser:
    """Requests to one application; unexpected errors come back as answers, as in a server."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.app.state.photographs.close()  # what the application's end does in a server

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def visit(self, path: str, *, language: str = "") -> httpx.Response:
        """Get a page as a browser does."""
        headers = {"accept": "text/html,*/*;q=0.8", "accept-language": language}
        return self.get(path, headers=headers)

    def verify(self, text: str, near: Mapping[str, float] | None = None) -> dict[str, Any]:
        answer = self.post("/api/v1/verify", json={"text": text, "near": near})
        assert answer.status_code == 200, answer.text
        verdict: dict[str, Any] = answer.json()
        return verdict

    def upload(self, content: bytes, *, near: str | None = None) -> httpx.Response:
        data = {} if near is None else {"near": near}
        files = {"photograph": ("symbol.png", content, "application/octet-stream")}
        return self.post("/api/v1/verify", files=files, data=data)


def path_of(text: str) -> str:
    """Return the path that a phone opens for a symbol's text."""
    match = re.fullmatch(r"HTTPS://[^/]+(/.*)", text)
    assert match is not None
    return match[1]


def code_of(answer: httpx.Response) -> str:
    """Return the last word of a problem's type, having checked what every problem has."""
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    for member in ("title", "title_en", "detail", "detail_en"):
        assert document[member]
    base, _, code = str(document["type"]).rpartition("/")
    assert base == f"{ORIGIN}/problems"
    return code
