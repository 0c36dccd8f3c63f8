"""``python -m keys``: make keys, show their public halves, sign trust lists, look into them."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from credential.days import date_of, instant_text
from credential.errors import CredentialError
from credential.signer import SUITES
from credential.trust import MAX_BYTES, open_trust_list
from keys.ceremony import refuse_to_replace, sign_trust_list
from keys.errors import Fault, KeyFileError
from keys.files import create_key, load_publics, public_pem, read_passphrase, write_public
from keys.opening import create_in_token, is_in_token, open_signer
from keys.plain_files import read_plain


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it is done, 1 when it was refused."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyFileError as error:
        print(f"错误 / error: {error}", file=sys.stderr)
        return 1
    except CredentialError as error:
        print(f"错误 / error: 信任名单有误 / the trust list is wrong: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"错误 / error: {error.filename or ''} {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _create(options: argparse.Namespace) -> None:
    if is_in_token(options.file):
        _create_in_token(options)
        return
    file = Path(options.file)
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


def _trust_list(options: argparse.Namespace) -> None:
    refuse_to_replace(options.output, number=options.number)
    data = sign_trust_list(
        options.source,
        open_signer(options.root),
        number=options.number,
        at=datetime.now(UTC),
        lifetime=timedelta(days=options.days),
    )
    try:
        options.output.write_bytes(data)
    except OSError as error:  # a full disk's names no file
        raise KeyFileError(str(options.output), Fault.UNREADABLE, error.strerror or "") from None
    print(f"{options.output}: {len(data)} bytes, number {options.number}")


def _inspect(options: argparse.Namespace) -> None:
    data = read_plain(options.trust_list, most=MAX_BYTES)
    listed = open_trust_list(data, load_publics(options.roots))
    print(f"number {listed.number}, {instant_text(listed.issued_at)} … ", end="")
    print(instant_text(listed.expires_at))
    for issuer in listed.issuers:
        print(f"{issuer.code} {issuer.name} ({issuer.name_en}), {issuer.host}")
        for trusted in issuer.keys:
            until = "" if trusted.until_day is None else f" … {date_of(trusted.until_day)}"
            print(
                f"  {trusted.key.key_id.hex()} {trusted.key.suite.name} {trusted.state}"
                f" {date_of(trusted.from_day)}{until}"
            )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m keys", description=__doc__)
    commands = parser.add_subparsers(required=True)

    create = commands.add_parser("create", help="make a key in a new file, or inside a token")
    create.add_argument("file", help="FILE, or pkcs11:token=…;object=…?pin-source=file:PATH")
    create.add_argument("--public", type=Path, help="default: FILE.pub.pem; a token has none")
    create.add_argument("--suite", choices=sorted(SUITES), default="ES256")
    create.add_argument("--passphrase-file", type=Path)
    create.set_defaults(run=_create)

    public = commands.add_parser("public", help="print the public half of a key")
    public.add_argument("key", help="file:PATH[?passphrase-file=PATH], or pkcs11:…")
    public.set_defaults(run=_public)

    trust = commands.add_parser("trust-list", help="sign the trust list of a source file")
    trust.add_argument("source", type=Path)
    trust.add_argument("--root", required=True, help="as in `public`")
    trust.add_argument("--number", type=int, required=True)
    trust.add_argument("--days", type=int, default=90)
    trust.add_argument("--output", type=Path, required=True)
    trust.set_defaults(run=_trust_list)

    inspect = commands.add_parser("inspect", help="show what a trust list says")
    inspect.add_argument("trust_list", type=Path)
    inspect.add_argument("--roots", type=Path, required=True)
    inspect.set_defaults(run=_inspect)
    return parser


if __name__ == "__main__":
    sys.exit(main())
