"""The commands of the ceremony: files come in, files go out, and what was done is said.

None looks at a clock: `options.at` is when it is run.
"""

import argparse
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from credential import roots
from credential.days import SHANGHAI, seconds_of
from credential.errors import OfferError
from credential.multisign import UnverifiedSign, read_draft, write_sign
from credential.offer import Offer, open_offer
from credential.offer import draft_offer as write_offer
from credential.printable import clean
from credential.roots import Root
from credential.trust import TrustList
from credential.trust_list import MAX_BYTES, open_trust_list, read_trust_list
from keys import editing
from keys.ceremony import (
    propose_root,
    propose_trust_list,
    put_together,
    read_draft_of,
    read_fit_draft,
    sign_draft,
)
from keys.changes import hasty_changes
from keys.errors import CeremonyError, Fault, KeyFileError, Trouble
from keys.files import load_public
from keys.inspecting import cautions, describe, describe_signatures, group
from keys.opening import open_signer
from keys.plain_files import read_plain
from keys.publishing import publish as lay_out
from keys.publishing import read_root_file, write_whole
from keys.source import read_source

_MARKS = dict.fromkeys(map(ord, "✔✘…"))
_NOT_COMPARED = (
    "  ▲ 未给出上一名单（--previous），未作任何比对"
    " no --previous was given: the list is number 1 and was compared with nothing"
)
_NOT_COMPARED_THERE = (
    "  ▲ 该处原有名单不能据所给的根打开，未作任何比对"
    " the list that was there opens under none of the roots: nothing was compared"
)


def draft_root(options: argparse.Namespace) -> None:
    holders = []
    for text in options.holder:
        name, _, file = text.partition("=")
        if not name or not file:
            raise KeyFileError(text, Fault.MALFORMED_SOURCE, "NAME=FILE.pub.pem")
        key = load_public(Path(file))
        holders.append((name, key))
    message = propose_root(
        holders,
        threshold=options.threshold,
        at=options.at,
        lifetime=_lifetime(options.days),
        previous=None if options.previous is None else read_root_file(options.previous),
    )
    _write_draft(options, message)


def draft_trust_list(options: argparse.Namespace) -> None:
    root = read_root_file(options.root)
    previous = None
    if options.previous is not None:
        previous = open_trust_list(_read(options.previous), root)
    message = propose_trust_list(
        options.source,
        at=options.at,
        lifetime=_lifetime(options.days),
        previous=previous,
        emergency=options.emergency,
    )
    _write_draft(options, message)
    if previous is None:
        _print([_NOT_COMPARED])
    _print(cautions(read_trust_list(message.unverified_payload), root, on=_today(options)))
    if previous is not None and options.emergency:
        listed = read_trust_list(message.unverified_payload)
        _print(_let_through(options.emergency, hasty_changes(previous, listed)))


def draft_offer(options: argparse.Namespace) -> None:
    issuer, *more = read_source(options.source)
    if more or issuer.scopes:
        raise OfferError("an offer is of one issuer, and names no scopes")
    offer = Offer(issued_at=seconds_of(options.at), issuer=issuer)
    _write_draft(options, write_offer(offer))


def sign(options: argparse.Namespace) -> None:
    message = _draft(options.draft)
    signer = open_signer(options.key)
    _refuse_existing(options.output)
    # Read before it is signed, and signed only if it can be shown.
    words = [*_signed_words(read_fit_draft(message), signer.key_id, on=_today(options))]
    _refuse_unshown(words)
    _print(words)
    signed = sign_draft(message, signer)
    write_whole(options.output, write_sign(signed))
    print(f"{options.output}: 已签 signed {signed.signatures[0].key_id.hex()}")


def combine(options: argparse.Namespace) -> None:
    under = [read_root_file(path) for path in options.root]
    message = _draft(options.draft)
    data = put_together(message, [_draft(path) for path in options.signed], under=under)
    lines = [*_signatures(read_draft(data, max_bytes=MAX_BYTES), under)]
    _refuse_existing(options.output)
    write_whole(options.output, data)
    print(f"{options.output}: {len(data)} bytes")
    _print(lines)


def inspect(options: argparse.Namespace) -> None:
    message = _draft(options.file)
    what = read_draft_of(message)
    _print(describe(what, on=options.on or _today(options)))
    _print(_signatures(message, [read_root_file(path) for path in options.root]))


def publish(options: argparse.Namespace) -> None:
    chain = {}
    for path in options.root:
        chain[read_root_file(path).number] = _read(path)
    done = lay_out(options.into, _read(options.trust_list), chain, emergency=options.emergency)
    print(f"{options.into}: 根 root {done.root.number}, {group(done.root.fingerprint)}")
    if not done.is_compared:
        _print([_NOT_COMPARED_THERE])
    _print(
        f"  ▲ 未采用，与所给的根不相承 passed over, not of the roots given: {path}"
        for path in done.passed_over
    )
    _print(_let_through(options.emergency, done.let_through))


def announce(options: argparse.Namespace) -> None:
    key_id = editing.announce(
        options.source, issuer=options.issuer, public=options.public, first=options.day
    )
    print(f"{options.source}: {options.issuer} {key_id} {options.day} …")


def activate(options: argparse.Namespace) -> None:
    editing.activate(options.source, key_id=options.key_id, first=options.day)
    print(f"{options.source}: {options.key_id} {options.day} …")


def retire(options: argparse.Namespace) -> None:
    editing.retire(options.source, key_id=options.key_id, last=options.day)
    print(f"{options.source}: {options.key_id} … {options.day}")


def compromise(options: argparse.Namespace) -> None:
    editing.compromise(options.source, key_id=options.key_id, since=options.day)
    print(f"{options.source}: {options.key_id} ✘ {options.day} …")


def admit(options: argparse.Namespace) -> None:
    given = {
        "--until": options.until,
        "--industry": options.industry,
        "--kind": options.kind,
        "--trial": options.trial,
    }
    if options.for_nothing and any(given.values()):
        words = " ".join(name for name, value in given.items() if value)
        raise CeremonyError(Trouble.SCOPE_FOR_NOTHING, words)
    offer = open_offer(_read(options.offer))
    lines = [*describe(offer, on=_today(options))]
    editing.admit(
        options.source,
        offer,
        first=options.day,
        last=options.until,
        industries=options.industry,
        kinds=options.kind,
        trial=options.trial,
    )
    _print(lines)


def _let_through(why: str, changes: Iterable[tuple[Trouble, str]]) -> Iterable[str]:
    """What an emergency has let through, so that nothing else slips in with it."""
    for trouble, detail in changes:
        yield f"  ▲ 紧急 emergency, {why}: {CeremonyError(trouble, detail)}"


def _signed_words(what: Root | TrustList | Offer, key_id: bytes, *, on: date) -> Iterable[str]:
    """What is to be signed, and whether the root that is signed has this key at all."""
    yield from describe(what, on=on)
    if isinstance(what, Root) and key_id not in what.by_key_id:
        yield "  此密钥不在新根中（应属上一根） this key is none of the new root's (the old one's?)"


def _signatures(message: UnverifiedSign, under: Iterable[Root]) -> Iterable[str]:
    what = read_draft_of(message)
    roots = (*under, what) if isinstance(what, Root) else (*under,)
    own = [key.key_id for key in what.issuer.keys] if isinstance(what, Offer) else ()
    return describe_signatures(message, roots, own=own)


def _today(options: argparse.Namespace) -> date:
    at: datetime = options.at
    return at.astimezone(SHANGHAI).date()


def _write_draft(options: argparse.Namespace, message: UnverifiedSign) -> None:
    path: Path = options.output
    _refuse_existing(path)
    lines = [*describe(read_draft_of(message), on=_today(options))]
    write_whole(path, write_sign(message))
    _print(lines)
    print(f"{path}: 待签 to be signed")


def _draft(path: Path) -> UnverifiedSign:
    return read_draft(_read(path), max_bytes=MAX_BYTES)


def _read(path: Path) -> bytes:
    try:
        return read_plain(path, most=max(MAX_BYTES, roots.MAX_BYTES))
    except FileNotFoundError:
        raise KeyFileError(str(path), Fault.MISSING) from None


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise KeyFileError(str(path), Fault.EXISTS)


def _refuse_unshown(lines: Iterable[str]) -> None:
    """What a screen has no characters for, nobody has read; our own marks have words beside them."""
    encoding = sys.stdout.encoding or "utf-8"  # a text in memory has none
    try:
        for line in lines:
            clean(line).translate(_MARKS).encode(encoding)
    except UnicodeEncodeError:
        raise CeremonyError(Trouble.UNSHOWN, encoding) from None


def _lifetime(days: int) -> timedelta:
    try:
        return timedelta(days=days)
    except OverflowError:
        raise CeremonyError(Trouble.LIFETIME, str(days)) from None


def _print(lines: Iterable[str]) -> None:
    """Names in them are of strangers, who would write on the screen of the one who signs."""
    for line in [*map(clean, lines)]:
        print(line)
    sys.stdout.flush()
