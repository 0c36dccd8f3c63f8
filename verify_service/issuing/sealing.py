"""Sealing with proof: what leaves was accepted by our own verifier and read back by a decoder."""

from datetime import date, datetime

from credential.claims import License, PendingItem, Permit, Position
from credential.days import day_at, day_of, seconds_of
from credential.errors import CredentialError
from credential.question import RegistryAnswer
from credential.reasons import Outcome
from credential.seal import Sealed, seal
from credential.trusted import TrustedSet
from credential.verify import verify
from verify_service.catalog import Form
from verify_service.issuing.application import Grounds
from verify_service.issuing.errors import SealRefusedError
from verify_service.issuing.symbol import SymbolError, make_symbol, read_back
from verify_service.office import Office
from verify_service.publishing.errors import NoSignerError
from verify_service.registry.records import License as LicenseRow
from verify_service.registry.records import StatusBlock


def license_of(
    office: Office,
    registered: LicenseRow,
    grounds: Grounds,
    *,
    version: int,
    block: StatusBlock,
    at: datetime,
) -> License:
    """Put together what a credential says."""
    catalog = office.catalog
    position = grounds.premises.position
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
        None if position is None else Position(position.latitude, position.longitude),
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
        SealRefusedError: the content cannot be sealed, or a check refused the result.
    """
    if office.signer is None:
        raise NoSignerError
    number = license.number(office.number_prefix)
    try:
        sealed = seal(license, office.signer, host=office.host)
    except CredentialError as error:
        raise SealRefusedError(number=number, detail=str(error)) from None
    now = seconds_of(at)
    in_force = RegistryAnswer(
        known=True, agrees=True, values=(0,) * (1 + len(license.permits)), as_of=now
    )
    verdict = verify(sealed.text, trusted=trusted, at=at, registry=lambda *_: in_force)
    if verdict.outcome not in (Outcome.VALID, Outcome.ATTENTION):
        codes = ", ".join(reason.code for reason in verdict.reasons)
        raise SealRefusedError(number=number, detail=f"verifier: {verdict.outcome} ({codes})")
    if verdict.genuine is None or verdict.genuine.content != license:
        raise SealRefusedError(number=number, detail="verifier: reads another content")
    try:
        read_back(make_symbol(sealed.text))
    except SymbolError as error:
        raise SealRefusedError(number=number, detail=f"symbol: {error}") from None
    return sealed


def _day(value: date | None) -> int | None:
    return None if value is None else day_of(value)
