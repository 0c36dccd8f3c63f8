"""``license of-key`` and ``license reissue-key``: what a key has signed that is in doubt (bureau)."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from credential.printable import clean
from verify_service.access import require_bureau
from verify_service.clock import system_clock
from verify_service.commands.desk import (
    add_token_option,
    day,
    key_id,
    opened,
    principal_of,
    show,
)
from verify_service.commands.refusals import told
from verify_service.commands.registry import Commands
from verify_service.errors import ServiceError
from verify_service.issuing.doubtful import KeyLicenses, Refused, Standing
from verify_service.issuing.service import Issued
from verify_service.registry.moves import LicenseState
from verify_service.registry.signed_by import SignedLicense

_WORDS: Final[Mapping[Standing, tuple[str, str]]] = MappingProxyType(
    {
        Standing.AFFECTED: ("✘", "须换发 to be reissued"),
        Standing.SUSPENDED: ("✘", "已暂停，恢复后换发 suspended: reissue it once resumed"),
        Standing.BEFORE: ("✔", "存疑日之前，不受影响 from before: it stays good"),
        Standing.OVER: ("–", "已失效 over: void, or past its last day"),
    }
)
_STATES: Final[Mapping[LicenseState, str]] = MappingProxyType(
    {
        LicenseState.IN_FORCE: "有效 in force",
        LicenseState.SUSPENDED: "暂停 suspended",
        LicenseState.VOID: "作废 void",
        LicenseState.SUPERSEDED: "已换发 superseded",
    }
)


@dataclass(eq=False, kw_only=True)
class NotAllReissuedError(ServiceError):
    """``numbers`` are of the licenses that still stand as the key has signed them."""

    numbers: tuple[str, ...]

    def message(self) -> dict[str, str]:
        listed = ", ".join(self.numbers)
        return {
            "zh": f"{len(self.numbers)} 张凭证未能换发：{listed}",
            "en": f"{len(self.numbers)} licenses were not reissued: {listed}",
        }


def add_actions(actions: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's actions to those of ``license``."""
    listing = actions.add_parser("of-key", help="list the licenses that a key has signed")
    _add_key(listing)
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.set_defaults(run=_of_key)

    reissue = actions.add_parser(
        "reissue-key", help="reissue what a key has signed since it is in doubt; may be run again"
    )
    _add_key(reissue)
    reissue.add_argument("--dry-run", action="store_true", help="say what would be, do nothing")
    reissue.set_defaults(run=_reissue_key)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", type=key_id, metavar="KEYID", help="as `keys inspect` shows it")
    parser.add_argument(
        "--since",
        type=day,
        metavar="YYYY-MM-DD",
        help="first day in doubt (default: as the trust list in use has it)",
    )
    add_token_option(parser)


def _of_key(options: argparse.Namespace) -> None:
    with opened(options) as service:
        require_bureau(principal_of(service, options))
        at = system_clock()
        service.take_in_trust(at=at)
        found = service.doubtful_keys.find(options.key, since=options.since, at=at)
    if options.json:
        show(_as_result(found))
        return
    for line in _lines(found):
        print(clean(line))


def _reissue_key(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        require_bureau(principal)
        at = system_clock()
        service.prepare(at=at)
        keys = service.doubtful_keys
        found = keys.find(options.key, since=options.since, at=at)
        keys.check_replaceable(found)
        if options.dry_run:
            to_do = found.standing(Standing.AFFECTED)
            show(_head(found) | {"would_reissue": [_license(each) for each in to_do]})
            return
        reissued: list[Issued] = []
        refused: list[Refused] = []
        total = sum(len(found.standing(each)) for each in (Standing.AFFECTED, Standing.SUSPENDED))
        try:
            for done, result in enumerate(
                keys.reissue(found, principal=principal, clock=system_clock), start=1
            ):
                _progress(done, total)
                match result:
                    case Issued():
                        reissued.append(result)
                    case Refused():
                        refused.append(result)
            # The lists follow each change, but not where they would get ahead of the clock.
            service.publisher.renew_before_expiry(at=system_clock())
        finally:  # also of a run that is stopped: what was done, was done
            show(_report(found, reissued, refused))
    if refused:
        raise NotAllReissuedError(numbers=tuple(each.license.number for each in refused))


def _progress(done: int, total: int) -> None:
    """One line that is written over, where a person looks on."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r换发 reissuing {done}/{total}", end=end, file=sys.stderr, flush=True)


def _report(
    found: KeyLicenses, reissued: list[Issued], refused: list[Refused]
) -> Mapping[str, object]:
    return _head(found) | {
        "reissued": [{"number": each.number, "version": each.version} for each in reissued],
        "refused": [
            {
                "number": each.license.number,
                "version": each.license.version,
                "reason": type(each.why).__name__,
                "message": told(each.why),
            }
            for each in refused
        ],
        "before": len(found.standing(Standing.BEFORE)),
        "over": len(found.standing(Standing.OVER)),
    }


def _head(found: KeyLicenses) -> dict[str, object]:
    return {"key": found.key_id.hex(), "since": found.since, "trust_list": found.trust_list}


def _license(license: SignedLicense) -> Mapping[str, object]:
    return {
        "number": license.number,
        "version": license.version,
        "issued_on": license.issued_on,
        "expires_on": license.expires_on,
        "state": license.state,
    }


def _as_result(found: KeyLicenses) -> Mapping[str, object]:
    return _head(found) | {
        "licenses": [
            {**_license(each.license), "doubtful": each.doubtful, "standing": each.standing}
            for each in found.licenses
        ]
    }


def _lines(found: KeyLicenses) -> list[str]:
    since = f"自 {found.since} 起存疑 in doubt since {found.since}"
    if found.since is None:
        since = "名单未将其列为泄露 not called compromised"
    lines = [f"密钥 key {found.key_id.hex()}: {since}（受信任名单 trust list {found.trust_list}）"]
    for each in found.licenses:
        license, (mark, words) = each.license, _WORDS[each.standing]
        if found.since is None and each.standing is Standing.BEFORE:
            words = "未列为泄露 not in doubt"
        doubt = "  存疑期内 in the doubtful period" if each.doubtful else ""
        lines.append(
            f"  {mark} {license.number} v{license.version}  {license.issued_on}"
            f"  {_STATES[license.state]}  {words}{doubt}"
        )
    to_do = len(found.standing(Standing.AFFECTED))
    lines.append(f"共 {len(found.licenses)} 张，须换发 {to_do} 张 {to_do} to be reissued")
    return lines
