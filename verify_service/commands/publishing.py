"""``serve``, ``publish``, ``bundle`` and ``take-in``: what the service gives to the world."""

import argparse
from pathlib import Path

from verify_service.clock import system_clock
from verify_service.commands.desk import opened, show
from verify_service.commands.registry import Commands


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    serve = commands.add_parser("serve", help="serve pages and API")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)

    publish = commands.add_parser("publish", help="sign the lists anew and write the bundle")
    publish.add_argument("folder", type=Path)
    publish.set_defaults(run=_publish)

    take_in = commands.add_parser("take-in", help="take in other districts' lists from a bundle")
    take_in.add_argument("folder", type=Path)
    take_in.set_defaults(run=_take_in)


def _serve(options: argparse.Namespace) -> None:
    import uvicorn  # noqa: PLC0415 - half a second that no other command needs

    from verify_service.app import create_app  # noqa: PLC0415

    with opened(options) as service:
        service.prepare(at=system_clock())
        print(f"http://{options.host}:{options.port}", flush=True)
        uvicorn.run(
            create_app(service),
            host=options.host,
            port=options.port,
            access_log=False,
            log_level="warning",
        )


def _publish(options: argparse.Namespace) -> None:
    with opened(options) as service:
        service.prepare(at=system_clock())
        if service.office.signer is not None:
            service.publisher.publish_status_lists(at=system_clock())
        bundle = service.publisher.write_bundle(options.folder, at=system_clock())
    show(
        {
            "files": [str(path) for path in bundle.written],
            "kept": [str(path) for path in bundle.kept],
        }
    )


def _take_in(options: argparse.Namespace) -> None:
    taken = []
    with opened(options) as service:
        service.prepare(at=system_clock())
        own = f"/{service.office.code}/"
        for path in sorted(options.folder.glob("*/*/*.cbor")):
            name = path.relative_to(options.folder).as_posix()
            if own not in name:
                service.publisher.take_in(name, path.read_bytes(), at=system_clock())
                taken.append(name)
    show({"taken": taken})
