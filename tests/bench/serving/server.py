"""The service with two more endpoints to compare with, in one worker."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from verify_service.app import create_app
from verify_service.service import open_service
from verify_service.settings import load_settings


async def empty() -> dict[str, str]:
    return {}


async def raw(request: Request) -> Response:
    await request.body()
    return Response(b"{}", media_type="application/json")


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    service = open_service(load_settings(folder / "settings.toml"))
    service.prepare(at=datetime.now(UTC))
    app = create_app(service)
    app.get("/empty")(empty)
    app.router.routes.insert(0, Route("/raw", raw, methods=["POST"]))
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
