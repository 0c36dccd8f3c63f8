"""``license of-key`` and ``license reissue-key``: what hangs on a key that was stolen, and again."""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from credential.days import SHANGHAI, date_of
from verify_service.access import Principal, require_bureau
from verify_service.catalog.errors import (
    FactMalformedError,
    FactsMissingError,
    NotInCatalogError,
)
from verify_service.clock import system_clock
from verify_service.commands.desk import (
    UsageError,
    add_token_option,
    day,
    opened,
    principal_of,
    show,
)
from verify_service.commands.registry import Commands
from verify_service.errors import ServiceError
from verify_service.issuing.application import PermitName
from verify_service.issuing.symbol import SymbolError
from verify_service.registry.license_keys import SignedLicense, licenses_by_key
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.permits import get_permit
from verify_service.service import Service

_KEY_ID = re.compile(r"[0-9a-f]{8}")
# Refusals whose own words are not in both languages, and what is said ahead of them.
_AHEAD: Final[Mapping[type[Exception], tuple[str, str]]] = {
    FactMalformedError: ("场所事实填写有误", "malformed fact"),
    FactsMissingError: ("缺少场所事实", "facts missing"),
    NotInCatalogError: ("目录中没有", "not in the catalog"),
    SymbolError: ("二维码无法生成", "the symbol cannot be drawn"),
}
_OF_ONE: Final[tuple[type[Exception], ...]] = (
    ServiceError,
    *_AHEAD,
)  # what keeps one license from being issued, and no other


@dataclass(eq=False, kw_only=True)
class NotAllReissuedError(ServiceError):
    """What was refused is printed already; ``refused`` counts it."""

    refused: int

    zh = "有 {refused} 件未能换发，原因见上；处理后可再次执行"
    en = "{refused} could not be issued again, for the reasons above; run it again afterwards"


@dataclass(eq=False, kw_only=True)
class DoubtfulKeySignsError(ServiceError):
    """``key`` is its id in hexadecimal."""

    key: str

    zh = "本服务仍以存疑的密钥 {key} 签发，未作改动，请先在设置中启用备用密钥"
    en = "this service still signs with the doubtful key {key}: nothing was done, name the standby"


def add_actions(actions: "Commands[argparse.ArgumentParser]") -> None:
    """Add them to the actions of ``license``."""
    of_key = actions.add_parser("of-key", help="list the licenses that a key has signed")
    reissue = actions.add_parser("reissue-key", help="issue those of the doubtful period again")
    for parser in (of_key, reissue):
        parser.add_argument("key_id", type=_key_id, help="eight hex digits, as trust show has them")
        parser.add_argument(
            "--since", type=day, help="first doubtful day; default: the trust list's"
        )
        add_token_option(parser)
    reissue.add_argument("--dry-run", action="store_true", help="only say what would be done")
    of_key.set_defaults(run=_of_key)
    reissue.set_defaults(run=_reissue_key)


def _key_id(text: str) -> bytes:
    if not _KEY_ID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:40]!a} is not eight hex digits, 0-9a-f")
    return bytes.fromhex(text)


def _of_key(options: argparse.Namespace) -> None:
    with opened(options) as service:
        require_bureau(principal_of(service, options))
        since = _since(service, options)
        licenses = _licenses(service, options.key_id)
    show({**_head(options, since), "licenses": [_document(each, since) for each in licenses]})


def _reissue_key(options: argparse.Namespace) -> None:
    """Each license in a transaction of its own: what was stopped goes on where it was."""
    with opened(options) as service:
        principal = principal_of(service, options)
        require_bureau(principal)
        service.prepare(at=system_clock())
        since = _since(service, options)
        if since is None:
            key_id = options.key_id.hex()
            raise UsageError(what=f"{key_id}: 名单未标记泄露 not compromised by the list: --since")
        signer = service.office.signer
        if signer is not None and signer.key_id == options.key_id:
            raise DoubtfulKeySignsError(key=options.key_id.hex())
        today = system_clock().astimezone(SHANGHAI).date()
        doubtful = [each for each in _licenses(service, options.key_id) if each.issued_on >= since]
        affected = [each for each in doubtful if each.stands_on(today)]
        done, refused = [], []
        for each in _with_progress(affected):
            if options.dry_run:
                continue
            try:
                done.append(_reissue(service, each, options.key_id, principal))
            except _OF_ONE as error:
                refused.append({"number": each.number, "message": _message(error)})
    show(
        {
            **_head(options, since),
            "affected": [each.number for each in affected],
            "not_in_force": [each.number for each in doubtful if not each.stands_on(today)],
            "reissued": done,
            "refused": refused,
        }
    )
    if refused:
        raise NotAllReissuedError(refused=len(refused))


def _reissue(
    service: Service, each: SignedLicense, key_id: bytes, principal: Principal
) -> dict[str, object]:
    """With the permits and pending items that it has: nothing is added, and nothing dropped."""
    with service.database.reading() as connection:
        before = get_license_version(connection, each.number, each.version)
        permits = [get_permit(connection, included.permit) for included in before.permits]
    issued = service.issuing.reissue(
        each.number,
        permits=tuple(PermitName(kind=permit.kind, number=permit.number) for permit in permits),
        applied_for=tuple(item.item for item in before.pending),
        principal=principal,
        request_key=f"reissue-key:{key_id.hex()}:{each.number.encode().hex()}:{each.version}",
        clock=system_clock,
    )
    return {"number": issued.number, "version": issued.version, "issued_on": issued.issued_on}


def _message(error: Exception) -> dict[str, str]:
    if isinstance(error, ServiceError):
        return error.message()
    zh, en = _AHEAD[type(error)]
    return {"zh": f"{zh}：{error}", "en": f"{en}: {error}"}


def _licenses(service: Service, key_id: bytes) -> tuple[SignedLicense, ...]:
    with service.database.reading() as connection:
        return licenses_by_key(connection, key_id)


def _since(service: Service, options: argparse.Namespace) -> date | None:
    """The first doubtful day: the one given, or the one of the trust list in use."""
    given: date | None = options.since
    found = service.lists.current().trust.find_key(options.key_id)
    if found is None:
        raise UsageError(what=f"{options.key_id.hex()}: 名单中没有此密钥 the trust list has it not")
    compromised = found[0].compromised_day
    if given is not None or compromised is None:
        return given
    return date_of(compromised)


def _head(options: argparse.Namespace, since: date | None) -> dict[str, object]:
    return {"key": options.key_id.hex(), "doubtful_since": since}


def _document(each: SignedLicense, since: date | None) -> dict[str, object]:
    return {
        "number": each.number,
        "version": each.version,
        "issued_on": each.issued_on,
        "state": each.state,
        "doubtful": since is not None and each.issued_on >= since,
    }


def _with_progress(licenses: list[SignedLicense]) -> Iterator[SignedLicense]:
    """A line that grows, where somebody watches."""
    for place, each in enumerate(licenses, start=1):
        if sys.stderr.isatty():
            print(f"\r换发 reissuing {place}/{len(licenses)}", end="", file=sys.stderr)
        yield each
    if licenses and sys.stderr.isatty():
        print(file=sys.stderr)
