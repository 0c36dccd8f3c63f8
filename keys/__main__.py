"""``python -m keys``: make keys, and hold the ceremony in which holders sign roots and trust lists."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import TextIOWrapper
from pathlib import Path

from credential.errors import CredentialError
from credential.printable import clean
from credential.signer import SUITES
from keys import steps
from keys.errors import CeremonyError, Fault, KeyFileError
from keys.files import create_key, public_pem, read_passphrase, write_public
from keys.opening import create_in_token, is_in_token, open_signer

_KEY = "file:PATH[?passphrase-file=PATH], or pkcs11:…"


def main(arguments: list[str] | None = None, *, at: datetime | None = None) -> int:
    """Run one command, now or `at` an instant; 0 when it is done, 1 when it was refused."""
    _take_any_character()
    options = _parser().parse_args(arguments)
    options.at = datetime.now(UTC) if at is None else at
    try:
        options.run(options)
    except (KeyFileError, CeremonyError) as error:
        words = str(error)
    except CredentialError as error:
        words = f"不能采信 / not to be believed: {error}"
    except OSError as error:
        words = f"{error.filename or ''} {error.strerror}"
    else:
        return 0
    print(f"错误 / error: {clean(words)}", file=sys.stderr)
    return 1


def _take_any_character() -> None:
    """Let output go on in an encoding that lacks a character; `sign` looks for itself."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _create(options: argparse.Namespace) -> None:
    if is_in_token(options.file):
        _create_in_token(options)
        return
    file = Path(options.file)
    if not file.name:
        raise KeyFileError(options.file, Fault.UNREADABLE, "不是文件名 no name of a file")
    public = options.public or file.with_suffix(".pub.pem")
    if public.exists():  # the half of an older key, whose signatures may still be out there
        raise KeyFileError(str(public), Fault.EXISTS)
    passphrase = options.passphrase_file and read_passphrase(options.passphrase_file)
    signer = create_key(file, suite=options.suite, passphrase=passphrase)
    write_public(public, signer.verification_key)
    print(f"{options.file}: {signer.suite.name} {signer.key_id.hex()}")


def _create_in_token(options: argparse.Namespace) -> None:
    if options.public is None or options.passphrase_file is not None:
        raise KeyFileError("--public FILE, --passphrase-file", Fault.PUBLIC_FILE)
    if options.public.exists():
        raise KeyFileError(str(options.public), Fault.EXISTS)
    key = create_in_token(options.file, suite=options.suite)
    write_public(options.public, key)
    print(f"{options.public}: {key.suite.name} {key.key_id.hex()}")


def _public(options: argparse.Namespace) -> None:
    key = open_signer(options.key).verification_key
    sys.stdout.buffer.write(public_pem(key))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m keys", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help: str, run: Callable[..., None]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        return added

    create = command("create", "make a key in a new file, or inside a token", _create)
    create.add_argument("file", help="FILE, or pkcs11:token=…;object=…?pin-source=file:PATH")
    create.add_argument("--public", type=Path, help="default: FILE.pub.pem; a token has none")
    create.add_argument("--suite", choices=sorted(SUITES), default="ES256")
    create.add_argument("--passphrase-file", type=Path)
    public = command("public", "print the public half of a key", _public)
    public.add_argument("key", help=_KEY)
    _add_drafts(command)
    _add_edits(command)
    return parser


def _add_drafts(command: Callable[..., argparse.ArgumentParser]) -> None:
    root = command("root", "draft a root, or the successor of one", steps.draft_root)
    root.add_argument("--holder", action="append", required=True, metavar="NAME=FILE.pub.pem")
    root.add_argument("--threshold", type=int, required=True, help="how many have to sign")
    root.add_argument("--days", type=int, default=1096, help="until it ends")
    root.add_argument("--previous", type=Path, help="the root that it succeeds")
    root.add_argument("--output", type=Path, required=True)

    listed = command("trust-list", "draft the trust list of a source file", steps.draft_trust_list)
    listed.add_argument("source", type=Path)
    listed.add_argument("--previous", type=Path, help="the list that it replaces")
    listed.add_argument("--root", type=Path, required=True, help="under which --previous opens")
    listed.add_argument("--days", type=int, default=90, help="until it ends")
    listed.add_argument("--emergency", metavar="WHY", help="let a change through that would break")
    listed.add_argument("--output", type=Path, required=True)

    offer = command("offer", "draft a district's offer, for its keys to sign", steps.draft_offer)
    offer.add_argument("source", type=Path, help="as a trust list's, one issuer, no scopes")
    offer.add_argument("--output", type=Path, required=True)

    sign = command("sign", "sign a draft, on this machine alone", steps.sign)
    sign.add_argument("draft", type=Path)
    sign.add_argument("--key", required=True, help=_KEY)
    sign.add_argument("--output", type=Path, required=True)

    together = command("combine", "put a draft's signatures together, and prove it", steps.combine)
    together.add_argument("draft", type=Path)
    together.add_argument("signed", type=Path, nargs="+")
    together.add_argument("--root", type=Path, action="append", default=[])
    together.add_argument("--output", type=Path, required=True)

    inspect = command("inspect", "say what is believed, what is not, and why", steps.inspect)
    inspect.add_argument("file", type=Path)
    inspect.add_argument("--root", type=Path, action="append", default=[])
    inspect.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="default: today")

    publish = command(
        "publish", "lay roots and trust list where a service reads them", steps.publish
    )
    publish.add_argument("trust_list", type=Path)
    publish.add_argument("--root", type=Path, action="append", required=True)
    publish.add_argument("--into", type=Path, required=True, metavar="FOLDER")
    publish.add_argument("--emergency", metavar="WHY", help="as for trust-list, of the list there")


def _add_edits(command: Callable[..., argparse.ArgumentParser]) -> None:
    announce = command("announce", "put a key into the source, ahead of its use", steps.announce)
    announce.add_argument("source", type=Path)
    announce.add_argument("public", type=Path, help="FILE.pub.pem")
    announce.add_argument("--issuer", required=True, metavar="CODE")
    announce.add_argument("--from", dest="day", type=date.fromisoformat, required=True)

    for name, word, help, run in (
        ("activate", "--from", "move a key's first day", steps.activate),
        ("retire", "--until", "give a key its last day", steps.retire),
        ("compromise", "--since", "believe a key no more, from a day on", steps.compromise),
    ):
        edit = command(name, help, run)
        edit.add_argument("source", type=Path)
        edit.add_argument("key_id", help="eight hex digits, as inspect shows them")
        edit.add_argument(word, dest="day", type=date.fromisoformat, required=True)

    admit = command("admit", "put a district that has offered itself into the source", steps.admit)
    admit.add_argument("source", type=Path)
    admit.add_argument("offer", type=Path)
    begins = admit.add_mutually_exclusive_group(required=True)
    begins.add_argument("--from", dest="day", type=date.fromisoformat)
    begins.add_argument("--for-nothing", action="store_true", help="genuine here, not recognized")
    admit.add_argument("--until", type=date.fromisoformat)
    admit.add_argument("--industry", action="append", metavar="CODE")
    admit.add_argument("--kind", action="append")
    admit.add_argument("--trial", action="store_true", help="试行")


if __name__ == "__main__":
    sys.exit(main())
