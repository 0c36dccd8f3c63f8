"""What a candidate publishes and prints, opened under its own keys alone, as if it were listed.

A throw-away trust list in memory names the candidate and nobody else. Its keys' first days do not
count there: at home they may have signed for years.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from credential.claims import License, decode_claims
from credential.code_list import CodeList
from credential.days import day_at, day_text, instant_text, seconds_of
from credential.envelope import read_sign1
from credential.errors import CredentialError
from credential.opening import read_text
from credential.reasons import Outcome
from credential.roots import Root
from credential.rules import Policy
from credential.status import StatusList
from credential.trust import Issuer, Scope, TrustList
from credential.trusted import TrustedSet
from credential.verify import verify
from keys.plain_files import read_plain
from verify_service.catalog import Catalog
from verify_service.publishing.bundle_folder import MAX_LIST_BYTES
from verify_service.publishing.errors import ListRefusedError
from verify_service.publishing.trusted_lists import admit, list_of_delta, signed_at
from verify_service.recognition.findings import Finding, found
from verify_service.recognition.offers import YEAR

_DAY: Final = 86_400
_EVER: Final = 1  # a first day before all that is in question


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What could be opened, and what was found in it."""

    trusted: TrustedSet
    findings: tuple[Finding, ...]


def read_lists(folder: Path, code: str) -> dict[str, bytes | str]:
    """The candidate's lists in a bundle's folder; a sentence in the place of one that is unreadable."""
    lists: dict[str, bytes | str] = {}
    for pattern in (f"status/{code}/*.cbor", f"catalogs/{code}/*.cbor"):
        for path in sorted(folder.glob(pattern)):
            name = path.relative_to(folder).as_posix()
            if list_of_delta(name) is not None:  # the list beside it is looked at
                continue
            try:
                lists[name] = read_plain(path, most=MAX_LIST_BYTES)
            except OSError as error:
                lists[name] = error.strerror or "unreadable"
    return lists


def examine_lists(
    lists: Mapping[str, bytes | str],
    issuer: Issuer,
    *,
    folder: str,
    root: Root,
    catalog: Catalog,
    at: datetime,
) -> Samples:
    """Open a candidate's status and code lists, and look whether they are of this time."""
    now = seconds_of(at)
    trusted = TrustedSet(root, _as_if_listed(issuer, now))
    findings = []
    for name, data in lists.items():
        try:
            if isinstance(data, str):
                raise ListRefusedError(name=name, detail=data)
            trusted = admit(trusted, name, data)
        except ListRefusedError as error:
            findings.append(found("list-refused", path=name, detail=error.detail))
        except CredentialError as error:
            findings.append(found("list-refused", path=name, detail=str(error)))
    for what, what_en, held in (
        ("状态清单", "status list", trusted.status),
        ("目录", "code list", trusted.code_lists),
    ):
        if not held:
            names = {"what": what, "what_en": what_en}
            findings.append(found("lists-missing", folder=folder, division=issuer.code, **names))
    for (code, number), status in trusted.status.items():
        findings += _status_findings(f"status/{code}/{number}.cbor", status, now)
    for (code, edition), codes in trusted.code_lists.items():
        findings += _ahead(f"catalogs/{code}/{edition}.cbor", codes.issued_at, now)
    findings += _early_findings(lists, issuer, trusted)
    findings += _word_findings(tuple(trusted.code_lists.values()), catalog)
    return Samples(trusted=trusted, findings=tuple(findings))


def examine_symbols(
    texts: Sequence[str], issuer: Issuer, *, trusted: TrustedSet, at: datetime
) -> Iterator[Finding]:
    """Verify a candidate's symbols against its own lists, as a scanner that had them would."""
    for line, text in enumerate(texts, start=1):
        verdict = verify(text, trusted=trusted, at=at)
        data = {
            "line": line,
            "outcome": verdict.outcome.value,
            "reasons": " ".join(reason.code for reason in verdict.reasons),
        }
        if verdict.outcome is Outcome.ATTENTION:
            yield found("symbol-asks-for-attention", **data)
        elif verdict.outcome is not Outcome.VALID:
            yield found("symbol-not-valid", **data)
            continue
        message = read_text(text).message
        content = decode_claims(message.unverified_payload)
        first = next(key.from_day for key in issuer.keys if key.key_id == message.header.key_id)
        if isinstance(content, License) and content.issued_day < first:
            yield found(
                "symbol-before-first-day",
                line=line,
                issued=day_text(content.issued_day),
                first=day_text(first),
            )


def _as_if_listed(issuer: Issuer, now: int) -> TrustList:
    keys = {key.key_id: key._replace(from_day=_EVER) for key in issuer.keys}  # named twice: found
    listed = issuer._replace(keys=tuple(keys.values()), scopes=(Scope(from_day=_EVER),))
    return TrustList(number=1, issued_at=now, expires_at=now + _DAY, issuers=(listed,))


def _status_findings(path: str, listed: StatusList, now: int) -> Iterator[Finding]:
    ahead = tuple(_ahead(path, listed.issued_at, now))
    yield from ahead
    days = (listed.expires_at - listed.issued_at) // _DAY
    if days > YEAR:
        yield found("list-lives-too-long", path=path, days=days)
    if listed.expires_at <= now:
        yield found("list-expired", path=path, at=instant_text(listed.expires_at))
    elif listed.issued_at < now - Policy().status_limit:
        yield found("list-old", path=path, at=instant_text(listed.issued_at))


def _early_findings(
    lists: Mapping[str, bytes | str], issuer: Issuer, trusted: TrustedSet
) -> Iterator[Finding]:
    """Lists that our list will keep out, whose keys' first days are later: one finding a key."""
    first_days = {key.key_id: key.from_day for key in issuer.keys}
    early: dict[int, list[str]] = {}
    for name, data in lists.items():
        if isinstance(data, str):
            continue
        try:
            listed = admit(trusted.without_lists(), name, data)
        except (CredentialError, ListRefusedError):
            continue  # told already
        first = first_days[read_sign1(data, max_bytes=MAX_LIST_BYTES).header.key_id]
        if day_at(signed_at(listed, name)) < first:
            early.setdefault(first, []).append(name)
    for first, names in early.items():
        yield found("lists-before-first-day", first=day_text(first), paths=" ".join(names))


def _ahead(path: str, issued_at: int, now: int) -> Iterator[Finding]:
    if issued_at > now + Policy().clock_tolerance:
        yield found("list-dated-ahead", path=path, at=instant_text(issued_at))


def _word_findings(code_lists: Sequence[CodeList], catalog: Catalog) -> Iterator[Finding]:
    kinds = {permit.kind for listed in code_lists for permit in listed.permits.values()}
    industries = {code for listed in code_lists for code in listed.industries}
    if unknown := sorted(kinds - set(catalog.permit_kinds)):
        yield found("kinds-unknown", words=" ".join(unknown))
    if unknown := sorted(industries - set(catalog.industries)):
        yield found("industries-unknown", words=" ".join(unknown))
