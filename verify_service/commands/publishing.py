"""``serve``, ``publish``, ``bundle`` and ``take-in``: what the service gives to the world."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from keys.plain_files import read_plain
from verify_service.clock import system_clock
from verify_service.commands.desk import UsageError, opened, port, show
from verify_service.commands.registry import Commands
from verify_service.errors import ServiceError
from verify_service.publishing.bundle_folder import MAX_LIST_BYTES
from verify_service.publishing.errors import ListRefusedError
from verify_service.publishing.trusted_lists import list_of_delta


@dataclass(eq=False, kw_only=True)
class ListsRefusedError(ServiceError):
    """Some of the lists of a bundle, each with its own message."""

    refused: tuple[ListRefusedError, ...]

    def message(self) -> dict[str, str]:
        told = [error.message() for error in self.refused]
        return {language: "; ".join(each[language] for each in told) for language in ("zh", "en")}


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    serve = commands.add_parser("serve", help="serve pages and API")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=port, default=8000, help="0: any that is free")
    serve.set_defaults(run=_serve)

    publish = commands.add_parser("publish", help="sign the lists anew and write the bundle")
    publish.add_argument("folder", type=Path)
    publish.add_argument(
        "--as-it-is", action="store_true", help="write what is published, and sign nothing"
    )
    publish.set_defaults(run=_publish)

    take_in = commands.add_parser("take-in", help="take in other districts' lists from a bundle")
    take_in.add_argument("folder", type=Path)
    take_in.set_defaults(run=_take_in)


def _serve(options: argparse.Namespace) -> None:
    # Half a second that no other command needs.
    from verify_service import web_server  # noqa: PLC0415
    from verify_service.app import create_app  # noqa: PLC0415

    with opened(options) as service:
        service.prepare(at=system_clock())
        app = create_app(service)
        with web_server.bind(options.host, options.port) as listening:
            print(web_server.url_of(listening), flush=True)
            web_server.serve(app, listening)


def _publish(options: argparse.Namespace) -> None:
    with opened(options) as service:
        if options.as_it_is:
            service.take_in_trust(at=system_clock())
        else:
            service.prepare(at=system_clock())
            service.publisher.publish_status_lists(at=system_clock())
        bundle = service.publisher.write_bundle(options.folder, at=system_clock())
    show(
        {
            "files": [str(path) for path in bundle.written],
            "kept": [str(path) for path in bundle.kept],
        }
    )


def _take_in(options: argparse.Namespace) -> None:
    """Take what is good, and tell of all the rest: one bad list keeps no other from coming."""
    taken: list[str] = []
    unchanged: list[str] = []
    refused: list[ListRefusedError] = []
    with opened(options) as service:
        service.prepare(at=system_clock())
        own = f"/{service.office.code}/"
        lists = {
            name: path
            for path in sorted(options.folder.glob("*/*/*.cbor"))
            if own not in (name := path.relative_to(options.folder).as_posix())
            and list_of_delta(name) is None
        }
        if not lists:
            raise UsageError(what=f"{options.folder}: 没有其他区的名单 no other district's lists")
        for name, path in lists.items():
            try:
                data = read_plain(path, most=MAX_LIST_BYTES)
            except OSError as error:
                refused.append(ListRefusedError(name=name, detail=error.strerror or ""))
                continue
            try:
                is_news = service.publisher.take_in(name, data, at=system_clock())
                (taken if is_news else unchanged).append(name)
            except ListRefusedError as error:
                refused.append(error)
    show({"taken": taken, "unchanged": unchanged, "refused": [each.name for each in refused]})
    if refused:
        raise ListsRefusedError(refused=tuple(refused))
