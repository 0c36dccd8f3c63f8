"""A candidate's offer, held against the rules and our trust list; every fault, not the first alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from credential import cbor
from credential.days import MAX_DAY, day_at, day_text, instant_text, seconds_of
from credential.errors import (
    CredentialError,
    SignatureError,
    SuiteError,
    SuiteUnavailableError,
    ThresholdError,
    TrustListError,
)
from credential.multisign import UnverifiedSign, read_draft
from credential.offer import MAX_BYTES, MEDIA_TYPE, Claim, Offer, read_offer
from credential.roots import Root
from credential.rules import Policy
from credential.signer import VerificationKey
from credential.trust import ANNOUNCED_DAYS, TrustedKey, TrustList
from verify_service.identifiers import check_division_code
from verify_service.identifiers.errors import DivisionCodeError
from verify_service.recognition.findings import Finding, found
from verify_service.recognition.names import name_findings

YEAR: Final = 366  # days
_OLD: Final = 90 * 86_400  # seconds
_CODE, _URI, _SCOPES, _FIELDS = 0, 5, 7, 8  # places of an issuer's entry
_NO_CODE: Final = "000000"  # in the place of one that is none, so that the rest can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """``offer`` is None where nothing could be read; who has signed it is in the findings."""

    offer: Offer | None
    findings: tuple[Finding, ...]


def examine_offer(data: bytes, *, trust: TrustList, root: Root, at: datetime) -> Examined:
    """Look at an offer as those do who are about to sign a list with it."""
    try:
        message = read_draft(data, max_bytes=MAX_BYTES)
        if message.type != MEDIA_TYPE:
            raise TrustListError(f"message is of type {message.type!r}")
        payload, findings = _readable(message.unverified_payload)
        offer = read_offer(payload)
    except CredentialError as error:
        return Examined(offer=None, findings=(found("offer-malformed", detail=str(error)),))
    now = seconds_of(at)
    findings += _time_findings(offer, now)
    findings += _code_findings(offer, trust)
    findings += name_findings(offer.issuer, trust)
    for entry in offer.issuer.keys:
        findings += _key_findings(entry, message, day_at(now))
        findings += _collisions(entry, offer.issuer.code, trust, root)
    findings += _key_set_findings(offer, day_at(now))
    return Examined(offer=offer, findings=tuple(findings))


def _readable(payload: bytes) -> tuple[bytes, list[Finding]]:
    """The payload without what can be told by name, so that one such fault does not hide the rest."""
    claims = cbor.decode(payload, max_bytes=MAX_BYTES)
    match claims:
        case Mapping() if isinstance(entry := claims.get(Claim.OFFER.value), tuple):
            pass
        case _:
            return payload, []
    if len(entry) != _FIELDS:
        return payload, []
    findings = []
    fields = list(entry)
    code, uri, scopes = fields[_CODE], fields[_URI], fields[_SCOPES]
    if isinstance(code, str) and not (len(code) == 6 and code.isascii() and code.isdecimal()):
        findings.append(found("division-code-unknown", division=code))
        fields[_CODE] = _NO_CODE
    if isinstance(uri, str) and "{list}" not in uri:
        findings.append(found("status-uri-without-list", uri=uri))
        fields[_URI] = None
    if isinstance(scopes, tuple) and scopes:
        findings.append(found("scopes-claimed"))
        fields[_SCOPES] = ()
    readable: dict[cbor.Key, cbor.Item] = {**claims, Claim.OFFER.value: tuple(fields)}
    return cbor.encode(readable), findings


def _time_findings(offer: Offer, now: int) -> Iterator[Finding]:
    if offer.issued_at > now + Policy().clock_tolerance:
        yield found("offer-dated-ahead", at=instant_text(offer.issued_at))
    elif offer.issued_at < now - _OLD:
        yield found("offer-old", at=instant_text(offer.issued_at))


def _code_findings(offer: Offer, trust: TrustList) -> Iterator[Finding]:
    code = offer.issuer.code
    if code == _NO_CODE:
        return
    try:
        check_division_code(code)
    except DivisionCodeError:
        yield found("division-code-unknown", division=code)
    listed = trust.find_issuer(code)
    if listed is None:
        return
    known = {key.public for key in listed.keys}
    if any(key.public in known for key in offer.issuer.keys):
        yield found("code-listed", division=code)
    else:
        yield found("code-listed-with-other-keys", division=code)


def _key_findings(entry: TrustedKey, message: UnverifiedSign, today: int) -> Iterator[Finding]:
    name = {"key_id": entry.key_id.hex()}
    try:
        key = entry.key
    except SuiteUnavailableError as error:
        yield found("key-suite-unavailable", **name, suite=error.suite)
    except CredentialError:
        yield found("key-unusable", **name)
    else:
        if key.key_id != entry.key_id:
            yield found("key-id-wrong", **name)
        yield from _signature_findings(key, message)
    first, last = entry.from_day, entry.until_day
    for day in (first, last, entry.compromised_day):
        if day is not None and not 0 < day <= MAX_DAY:  # what no source of a list can say
            yield found("key-day-out-of-range", **name, day=day_text(day))
    if entry.compromised_day is not None:
        yield found("key-compromised", **name)
    if last is not None and last < first:
        yield found("key-ends-before-it-begins", **name, first=day_text(first), last=day_text(last))
    if last is not None and last < today:
        yield found("key-past", **name, last=day_text(last))
    elif first < today + ANNOUNCED_DAYS:
        yield found(
            "key-too-soon", **name, first=day_text(first), earliest=day_text(today + ANNOUNCED_DAYS)
        )


def _signature_findings(key: VerificationKey, message: UnverifiedSign) -> Iterator[Finding]:
    name = {"key_id": key.key_id.hex()}
    try:
        message.open({key.key_id: key}, threshold=1)
    except ThresholdError:
        yield found("key-not-signed", **name)
    except (SignatureError, SuiteError):
        yield found("key-signature-wrong", **name)
    except SuiteUnavailableError as error:
        yield found("key-suite-unavailable", **name, suite=error.suite)


def _collisions(entry: TrustedKey, code: str, trust: TrustList, root: Root) -> Iterator[Finding]:
    """Ids are names within a list, and a key has one owner."""
    name = {"key_id": entry.key_id.hex()}
    if entry.key_id in root.by_key_id:
        yield found("key-of-the-root", **name)
    for issuer in trust.issuers:
        for listed in issuer.keys:
            if listed.public == entry.public:
                if issuer.code != code:
                    yield found("key-listed-for-another", **name, other=issuer.code)
            elif listed.key_id == entry.key_id:
                yield found("key-id-taken", **name, other=issuer.code)


def _key_set_findings(offer: Offer, today: int) -> Iterator[Finding]:
    keys = offer.issuer.keys
    for place, entry in enumerate(keys):
        if any(entry.key_id == other.key_id for other in keys[:place]):
            yield found("key-named-twice", key_id=entry.key_id.hex())
    if not any(
        key.compromised_day is None
        and key.from_day <= today + YEAR
        and (key.until_day is None or key.until_day >= max(today, key.from_day))
        for key in keys
    ):
        yield found("no-key-within-a-year")
