"""Steps 1 to 11 of verification: from a text to content that its issuer has signed.

Numbered as in docs/spec/credential.md, each with the attack that it stops.
"""

from typing import NamedTuple

from credential.barcode import (
    MAX_MESSAGE_BYTES,
    MAX_TEXT_CHARACTERS,
    SHAPE,
    OtherCode,
    decode_digits,
    not_a_license,
)
from credential.citycode import DEFAULT_LAYOUT, parse_city_code
from credential.claims import (
    License,
    Reference,
    UnknownRecordError,
    decode_claims,
    reference_digest,
)
from credential.days import day_at
from credential.envelope import UnverifiedSign1, read_sign1
from credential.errors import (
    ClaimsError,
    CredentialError,
    EnvelopeError,
    NotALicenseError,
    SignatureError,
    SuiteError,
    SuiteUnavailableError,
    TextError,
    TrustListError,
)
from credential.named import named
from credential.question import Question, Refusal
from credential.reasons import Reason
from credential.trust import Issuer, Refused, TrustedKey, TrustList, load_key
from credential.verdict import Check

_OTHER_REASONS = {
    OtherCode.PAYMENT: "payment-code",
    OtherCode.BUSINESS_REGISTRATION: "business-registration-code",
    OtherCode.RETYPED: "retyped-text",
    OtherCode.URL: "other-url",
    OtherCode.TEXT: "other-text",
    OtherCode.EMPTY: "empty-text",
    OtherCode.LOOK_ALIKE: "text-malformed",
}


class UnverifiedText(NamedTuple):
    """A symbol's text taken apart; nothing of it is believed."""

    host: str
    message: UnverifiedSign1
    external_aad: bytes


class Opened(NamedTuple):
    """Content whose signature, issuer and key were checked, with its claims set."""

    content: License | Reference
    claims: bytes
    issuer: Issuer


def open_text(text: str, question: Question) -> Opened:
    """Take steps 1 to 11.

    Raises:
        Refusal: a step failed, with the reason.
    """
    trust = question.trusted.trust
    try:  # Steps 1 to 3: another program's code; cut, stuffed or altered text.
        host, message, external_aad = read_text(text)
    except (NotALicenseError, TextError, EnvelopeError) as error:
        raise Refusal(_misread(error, text, trust)) from None
    # Step 4: a look-alike host, another kind of message as a license, a forger's own key.
    if host not in trust.hosts:
        raise Refusal(_unknown_host(host, question))
    _, key_id, type, _ = message.header
    if type is not None:
        raise Refusal(Reason("envelope-malformed"))
    found = trust.by_key_id.get(key_id)
    if found is None:
        raise Refusal(_unknown_key(key_id, question))
    trusted_key, issuer = found
    try:
        # Steps 5 and 6: algorithm confusion; forged, altered or malleated bytes.
        claims = message.open(
            load_key(trusted_key.algorithm, trusted_key.public), external_aad=external_aad
        )
        # Step 7: an issuer's faulty or newer program.
        content = decode_claims(claims)
    except (
        SuiteError,
        SuiteUnavailableError,
        SignatureError,
        ClaimsError,
        TrustListError,
    ) as error:
        if isinstance(error, TrustListError) and message.header.algorithm != trusted_key.algorithm:
            raise Refusal(Reason("suite-mismatch"), Check.FAILED) from None  # step 5 comes first
        raise _unopened(error) from None
    # Step 8: another district's key, another's address, or a record of the other profile.
    if content.issuer != issuer.code or host != issuer.host:
        raise Refusal(Reason("issuer-mismatch"), Check.PASSED, Check.FAILED)
    if isinstance(content, Reference):
        if not external_aad:
            raise Refusal(Reason("claims-malformed"), Check.PASSED)
        content, claims = _fetch_details(content, claims, question)
    elif external_aad:
        raise Refusal(Reason("claims-malformed"), Check.PASSED)
    _check_key_period(content, trusted_key, question)
    return named(Opened, (content, claims, issuer))


def read_text(text: str) -> UnverifiedText:
    """Steps 1 to 3: shape, alphabet, envelope; another program's code, cut or stuffed text.

    Raises:
        NotALicenseError: no text of this kind.
        TextError, EnvelopeError: of this kind, and malformed.
    """
    shape = SHAPE.fullmatch(text) if len(text) <= MAX_TEXT_CHARACTERS else None
    if shape is None:
        raise not_a_license(text[:MAX_TEXT_CHARACTERS])
    base, host, profile, path = shape.groups()
    external_aad = b""
    if profile == "L":
        data = decode_digits(path)
    else:
        code = parse_city_code(path)
        data, external_aad = code.message, code.authenticated(f"{base}C/", DEFAULT_LAYOUT)
    message = read_sign1(data, max_bytes=MAX_MESSAGE_BYTES)
    return named(UnverifiedText, (host, message, external_aad))


def _misread(
    error: NotALicenseError | TextError | EnvelopeError, text: str, trust: TrustList
) -> Reason:
    if isinstance(error, NotALicenseError):
        return Reason(_OTHER_REASONS[OtherCode(error.kind)])
    shape = SHAPE.fullmatch(text)
    if shape and shape[2] not in trust.hosts:
        return _look_alike(shape[2])
    return Reason("text-malformed" if isinstance(error, TextError) else "envelope-malformed")


def _is_old(question: Question) -> bool:
    """Whether the trust list may lack a key or a district that is in use by now."""
    return question.now - question.trusted.trust.issued_at > question.policy.trust_warning


def _is_before_list(question: Question) -> bool:
    """Whether the clock is before the trust list was signed: then nobody knows how old that is."""
    return question.trusted.trust.issued_at > question.now + question.policy.clock_tolerance


def _unknown_host(host: str, question: Question) -> Reason:
    if _is_before_list(question):
        return Reason("clock-implausible")
    if _is_old(question):
        return Reason("host-unknown-trust-old", (("host", host.lower()),))
    return _look_alike(host)


def _unknown_key(key_id: bytes, question: Question) -> Reason:
    if _is_before_list(question):
        return Reason("clock-implausible")
    code = "key-unknown-trust-old" if _is_old(question) else "key-unknown"
    return Reason(code, (("key_id", key_id.hex()),))


def _unopened(error: CredentialError) -> Refusal:
    match error:
        case SuiteUnavailableError():
            return Refusal(Reason("suite-unavailable", (("suite", error.suite),)))
        case SuiteError():
            return Refusal(Reason("suite-mismatch"), Check.FAILED)
        case SignatureError() | TrustListError():  # nothing verifies under a key that is no point
            return Refusal(Reason("signature-invalid"), Check.FAILED)
        case UnknownRecordError():
            return Refusal(Reason("version-unsupported"), Check.PASSED)
        case _:
            return Refusal(Reason("claims-malformed"), Check.PASSED)


def _fetch_details(
    reference: Reference, claims: bytes, question: Question
) -> tuple[License | Reference, bytes]:
    """Step 9: the details behind a digest; other details under a genuine code."""
    fetched = question.details(reference) if question.details else None
    if fetched is None:
        return reference, claims
    if reference_digest(fetched) == reference.digest:
        try:
            license = decode_claims(fetched)
        except ClaimsError as error:
            raise _unopened(error) from None
        if isinstance(license, License) and _agrees(license, reference):
            return license, fetched
    raise Refusal(Reason("details-mismatch"), Check.PASSED, Check.PASSED)


def _agrees(license: License, reference: Reference) -> bool:
    return (
        license.issuer,
        license.version,
        license.industry,
        license.year,
        license.serial,
        license.status_list,
        license.status_index,
        license.expiry_day,
    ) == (
        reference.issuer,
        reference.version,
        reference.industry,
        reference.year,
        reference.serial,
        reference.status_list,
        reference.status_index,
        reference.expiry_day,
    )


def _check_key_period(
    content: License | Reference, trusted_key: TrustedKey, question: Question
) -> None:
    """Step 10: a stolen key, a key not yet or no longer in use. A reference names no day of
    issue, so nothing that a compromised key has signed is believed there."""
    if isinstance(content, License):
        signed = content.issued_day
        refusal = trusted_key.refusal(signed)
    else:
        signed = day_at(question.now)
        refusal = None
        if trusted_key.compromised_day is not None:
            refusal = Refused.COMPROMISED
        elif signed < trusted_key.from_day and not _is_before_list(question):
            refusal = Refused.OUT_OF_PERIOD
    if refusal is not None:
        data = (("key_id", trusted_key.key_id.hex()),)
        raise Refusal(Reason(_code(refusal, signed, question), data), Check.PASSED, Check.FAILED)


def _code(refusal: Refused, signed: int, question: Question) -> str:
    """A day that was yet to come when an old list was signed may have been added since."""
    if refusal is Refused.COMPROMISED:
        return "key-compromised"
    if _is_old(question) and signed > day_at(question.trusted.trust.issued_at):
        return "key-out-of-period-trust-old"
    return "key-out-of-period"


def _look_alike(host: str) -> Reason:
    return Reason("look-alike-host", (("host", host.lower()),))
