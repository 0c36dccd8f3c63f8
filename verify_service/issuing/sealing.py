"""Sealing with proof: what leaves was accepted by our own verifier and read back by a decoder."""

from datetime import date, datetime

from credential.barcode import MAX_MESSAGE_BYTES
from credential.claims import (
    License,
    PendingItem,
    Permit,
    Position,
    decode_claims,
    encode_license,
)
from credential.days import day_at, day_of, seconds_of
from credential.envelope import read_sign1
from credential.errors import CredentialError
from credential.question import RegistryAnswer
from credential.reasons import Outcome
from credential.seal import Sealed, seal, seal_city_code
from credential.signer import Signer
from credential.trusted import TrustedSet
from credential.verify import verify
from verify_service.catalog import Form
from verify_service.geodesy import Position as PrecisePosition
from verify_service.issuing.application import Grounds
from verify_service.issuing.errors import SealRefusedError
from verify_service.issuing.symbol import SymbolError, make_symbol, read_back
from verify_service.lettering import check_lettering
from verify_service.office import Office
from verify_service.publishing.errors import NoSignerError
from verify_service.registry.records import License as LicenseRow
from verify_service.registry.records import LicenseVersion, StatusBlock

_STEPS = 10_000  # of a degree: what a credential keeps of a position


def license_of(
    office: Office,
    registered: LicenseRow,
    grounds: Grounds,
    *,
    version: int,
    block: StatusBlock,
    at: datetime,
) -> License:
    """Put together what a credential says.

    Raises:
        SealRefusedError: a day that a credential cannot hold.
    """
    try:
        return _license_of(office, registered, grounds, version=version, block=block, at=at)
    except CredentialError as error:
        raise SealRefusedError(number=registered.number, detail=str(error)) from None


def _license_of(
    office: Office,
    registered: LicenseRow,
    grounds: Grounds,
    *,
    version: int,
    block: StatusBlock,
    at: datetime,
) -> License:
    catalog = office.catalog
    return License(
        registered.issuer,
        version,
        registered.industry,
        catalog.version,
        registered.year,
        registered.serial,
        grounds.holder.uscc,
        grounds.holder.name,
        grounds.premises.address,
        _rounded(grounds.premises.position),
        day_at(seconds_of(at)),
        expiry_day_of(grounds),
        int(block.status_list),
        block.start,
        tuple(
            Permit(
                catalog.permit_code(
                    permit.kind,
                    department=permit.department,
                    form=Form(permit.current.terms.document_form),
                ),
                permit.number,
                _day(permit.current.terms.valid_until),
                permit.current.terms.by_promise,
            )
            for permit in grounds.permits
        ),
        tuple(
            PendingItem(
                catalog.permit_code(
                    item.kind,
                    department=item.department,
                    form=catalog.permit_kind(item.kind).form,
                ),
                item.mandatory,
            )
            for item in grounds.pending
        ),
    )


def check_sealable(
    office: Office, registered: LicenseRow, grounds: Grounds, *, block: StatusBlock, at: datetime
) -> None:
    """Refuse what could not be sealed or printed, before it costs places in the status list.

    Nothing is signed. ``registered`` and ``block`` may be of any number and place that would do.

    Raises:
        LetteringError: a text from before it was held against the sheet's fonts where it enters.
        SealRefusedError: a day, a place or a size that a credential cannot hold.
    """
    check_lettering(grounds.holder.name, field="holder")
    check_lettering(grounds.premises.address, field="address")
    for permit in grounds.permits:
        check_lettering(permit.number, field="permit-number")
    license = license_of(office, registered, grounds, version=1, block=block, at=at)
    try:
        size = len(encode_license(license))
    except CredentialError as error:
        raise SealRefusedError(number=registered.number, detail=str(error)) from None
    if size > MAX_MESSAGE_BYTES:
        detail = f"{size} bytes, at most {MAX_MESSAGE_BYTES} fit into a symbol"
        raise SealRefusedError(number=registered.number, detail=detail)


def expiry_day_of(grounds: Grounds) -> int | None:
    """A license lasts as long as the first of its permits to run out (R7); None: none does."""
    ends = [permit.current.terms.valid_until for permit in grounds.permits]
    days = [day_of(end) for end in ends if end is not None]
    return min(days, default=None)


def seal_with_proof(
    office: Office, license: License, *, trusted: TrustedSet, at: datetime
) -> Sealed:
    """Seal a license, verify it as an inspector would, and read its symbol back.

    Raises:
        NoSignerError: there is no key to sign with.
        SignerUnavailableError: it is in a token that is away.
        SealRefusedError: the content cannot be sealed, or a check refused the result.
    """
    signer = _signer(office)
    number = license.number(office.number_prefix)
    try:
        sealed = seal(license, signer, host=office.host)
    except CredentialError as error:
        raise SealRefusedError(number=number, detail=str(error)) from None
    _prove(sealed, license, number=number, trusted=trusted, at=at)
    return sealed


def city_code_with_proof(
    office: Office, issued: LicenseVersion, *, trusted: TrustedSet, at: datetime
) -> Sealed:
    """Seal a license on file once more, in profile city-code, with the same proof.

    Raises:
        NoSignerError, SealRefusedError: as `seal_with_proof`.
    """
    signer = _signer(office)
    try:
        message = read_sign1(issued.credential, max_bytes=len(issued.credential))
        license = decode_claims(message.unverified_payload)
        assert isinstance(license, License)  # a reference is never what is on file
        sealed = seal_city_code(
            license,
            signer,
            host=office.host,
            generated_at=seconds_of(issued.record.recorded_at),
        )
    except CredentialError as error:
        raise SealRefusedError(number=issued.number, detail=str(error)) from None
    _prove(sealed, license, number=issued.number, trusted=trusted, at=at)
    return sealed


def _prove(
    sealed: Sealed, license: License, *, number: str, trusted: TrustedSet, at: datetime
) -> None:
    in_force = RegistryAnswer(
        known=True, agrees=True, values=(0,) * (1 + len(license.permits)), as_of=seconds_of(at)
    )
    verdict = verify(
        sealed.text,
        trusted=trusted,
        at=at,
        registry=lambda *_: in_force,
        details=lambda _: sealed.claims,
    )
    genuine = verdict.genuine
    if genuine is None or verdict.outcome not in (Outcome.VALID, Outcome.ATTENTION):
        codes = ", ".join(reason.code for reason in verdict.reasons)
        raise SealRefusedError(number=number, detail=f"verifier: {verdict.outcome} ({codes})")
    if genuine.content != license:
        raise SealRefusedError(number=number, detail="verifier: reads another content")
    if genuine.number != number:
        raise SealRefusedError(number=number, detail=f"verifier: reads number {genuine.number}")
    try:
        read_back(make_symbol(sealed.text))
    except SymbolError as error:
        raise SealRefusedError(number=number, detail=f"symbol: {error}") from None


def _signer(office: Office) -> Signer:
    if office.signer is None:
        raise NoSignerError
    return office.signer


def _rounded(position: PrecisePosition | None) -> Position | None:
    """The position as it will be read: rounded here, so that the proof can compare it."""
    if position is None:
        return None
    latitude, longitude = (
        round(degrees * _STEPS) / _STEPS for degrees in (position.latitude, position.longitude)
    )
    return Position(latitude, longitude)


def _day(value: date | None) -> int | None:
    return None if value is None else day_of(value)
