"""A small real HTTP server on this machine's own address, with a district's service behind it.

It answers as docs/spec/bundle.md says; a route can be made to answer otherwise. Its verdicts are
the core's own, with a registry that a test describes.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from credential.claims import License, Position, Reference
from credential.question import RegistryAnswer
from credential.trusted import TrustedSet
from credential.verify import verify

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(slots=True)
class Service:
    """What the server has: files of a bundle, and for verdicts a trusted set and a registry.

    `routes` replaces single answers; `asked` is every request line, `posted` every body.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    trusted: TrustedSet | None = None
    registry: Callable[[License | Reference, bytes], RegistryAnswer | None] | None = None
    claims: dict[str, bytes] = field(default_factory=dict)
    routes: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    posted: list[dict[str, object]] = field(default_factory=list)
    url: str = ""

    def manifest(self) -> bytes:
        return manifest(self.files)

    def verdict(self, body: Mapping[str, object]) -> bytes:
        assert self.trusted is not None
        near = body["near"]
        verdict = verify(
            str(body["text"]),
            trusted=self.trusted,
            at=datetime.now(UTC),
            near=Position(near["latitude"], near["longitude"]) if isinstance(near, dict) else None,
            registry=self.registry,
            details=lambda reference: self.claims.get(reference.digest.hex()),
        )
        return json.dumps(verdict.as_dict()).encode()


def manifest(files: Mapping[str, bytes]) -> bytes:
    entries = [
        {"path": path, "sha256": sha256(data).hexdigest(), "size": len(data)}
        for path, data in files.items()
    ]
    return json.dumps({"files": entries}).encode()


@contextmanager
def serve(service: Service) -> Iterator[Service]:
    """Serve until the block ends; `service.url` is where."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(f"GET {self.path}")
            if route := service.routes.get(self.path):
                route(self)
            elif self.path == "/api/v1/bundle":
                give(self, service.manifest(), media_type="application/json")
            elif (name := self.path.removeprefix("/api/v1/bundle/")) in service.files:
                give(self, service.files[name])
            elif (digest := self.path.removeprefix("/api/v1/claims/")) in service.claims:
                give(self, service.claims[digest])
            else:
                give(self, b"{}", status=404)

        def do_POST(self) -> None:
            service.asked.append(f"POST {self.path}")
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            service.posted.append(body)
            if route := service.routes.get(self.path):
                route(self)
            else:
                give(self, service.verdict(body), media_type="application/json")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def give(
    handler: BaseHTTPRequestHandler,
    data: bytes,
    *,
    status: int = 200,
    media_type: str = "application/cbor",
    headers: Mapping[str, str] | None = None,
) -> None:
    handler.send_response(status)
    for name, value in {
        "Content-Type": media_type,
        "Content-Length": str(len(data)),
        **(headers or {}),
    }.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def giving(data: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A route that gives just that."""
    return lambda handler: give(handler, data, status=status, headers=headers)
