"""The ceremony: what holders of the root sign, each on a machine of its own.

A draft is written once, looked at and signed by each holder, and put together again; nothing
leaves that a verifier would refuse (docs/runbooks/root-ceremony.md).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from credential import offer as offers
from credential import roots, trust_list
from credential.days import instant_text, seconds_of
from credential.errors import CredentialError, RootError, TrustListError
from credential.multisign import UnverifiedSign, assemble, cosign, write_sign
from credential.names import unfit_holders, unfit_words
from credential.roots import Root, RootKey, draft_root, open_root, read_root, succeed_root
from credential.signer import Signer, VerificationKey
from credential.trust import TrustList
from credential.trust_list import draft_trust_list, open_trust_list, read_trust_list
from keys.changes import refuse_hasty
from keys.errors import CeremonyError, Trouble
from keys.source import read_source


def propose_root(
    holders: Sequence[tuple[str, VerificationKey]],
    *,
    threshold: int,
    at: datetime,
    lifetime: timedelta,
    previous: Root | None = None,
) -> UnverifiedSign:
    """Draft a first root, or the successor of one.

    Raises:
        RootError: two holders or keys are the same, or the threshold is out of range.
        CeremonyError: a holder's name that nobody can read.
    """
    root = Root(
        number=1 if previous is None else previous.number + 1,
        threshold=threshold,
        keys=tuple(RootKey(holder=holder, key=key) for holder, key in holders),
        issued_at=seconds_of(at),
        expires_at=_end(at, lifetime, RootError),
    )
    _refuse_unfit(root)
    return draft_root(root)


def propose_trust_list(
    source: Path,
    *,
    at: datetime,
    lifetime: timedelta,
    previous: TrustList | None = None,
    emergency: str | None = None,
) -> UnverifiedSign:
    """Draft the trust list that a source file describes, with the next number.

    `emergency` says why a change may be made that those who hold the previous list suffer from
    (`keys.changes`).

    Raises:
        KeyFileError: the source or a key that it names is malformed, with the place.
        CeremonyError: a change that would break scanners that hold the previous list, or a clock
            that is behind that list's instant.
        TrustListError: two issuers or keys in one place, or a lifetime out of range.
    """
    listed = TrustList(
        number=1 if previous is None else previous.number + 1,
        issued_at=seconds_of(at),
        expires_at=_end(at, lifetime, TrustListError),
        issuers=read_source(source),
    )
    if previous is not None:
        if listed.issued_at < previous.issued_at:  # a rollback, once another root comes with it
            instants = f"{instant_text(listed.issued_at)}, {instant_text(previous.issued_at)}"
            raise CeremonyError(Trouble.CLOCK_BEHIND, instants)
        if not emergency:
            refuse_hasty(previous, listed)
    return draft_trust_list(listed)


def sign_draft(message: UnverifiedSign, holder: Signer) -> UnverifiedSign:
    """One holder's signature, alone.

    Raises:
        CeremonyError: a message of another kind, or with words that nobody is to sign.
        CredentialError: it is malformed.
    """
    read_fit_draft(message)
    return cosign(message._replace(signatures=()), holder)


def put_together(
    message: UnverifiedSign, signed: Iterable[UnverifiedSign], *, under: Sequence[Root] = ()
) -> bytes:
    """Put signatures together, and prove the result as a verifier would.

    A first root proves itself; a successor is proved by its predecessor too, and a trust list by
    each of the roots `under` which it is to open.

    Raises:
        CeremonyError: nothing is given to prove it under, or it has words that nobody is to sign.
        CredentialError: too few have signed, or something else than this draft.
    """
    data = write_sign(assemble(message, signed))
    what = read_fit_draft(message)
    if isinstance(what, Root):
        if what.number == 1:
            open_root(data)
        elif not under:
            raise CeremonyError(Trouble.NO_ROOT_GIVEN)
        for root in under:
            succeed_root(root, data)
    elif isinstance(what, TrustList):
        if not under:
            raise CeremonyError(Trouble.NO_ROOT_GIVEN)
        for root in under:
            open_trust_list(data, root)
    else:
        offers.open_offer(data)
    return data


def read_draft_of(message: UnverifiedSign) -> Root | TrustList | offers.Offer:
    """What a draft says, whoever has signed it.

    Raises:
        CeremonyError: a message of another kind.
        CredentialError: it is malformed.
    """
    if message.type == roots.MEDIA_TYPE:
        return read_root(message.unverified_payload)
    if message.type == trust_list.MEDIA_TYPE:
        return read_trust_list(message.unverified_payload)
    if message.type == offers.MEDIA_TYPE:
        return offers.read_offer(message.unverified_payload)
    raise CeremonyError(Trouble.UNKNOWN_DRAFT, message.type)


def read_fit_draft(message: UnverifiedSign) -> Root | TrustList | offers.Offer:
    """What a draft says that may be signed; what is signed already opens with any words.

    Raises:
        CeremonyError: of another kind; a name that nobody can read, a host in lower case.
        CredentialError: it is malformed.
    """
    what = read_draft_of(message)
    _refuse_unfit(what)
    return what


def make_root(
    holders: Sequence[tuple[str, Signer, VerificationKey]],
    *,
    threshold: int,
    at: datetime,
    lifetime: timedelta,
    previous: Root | None = None,
    previous_holders: Sequence[Signer] = (),
) -> bytes:
    """The same in one step, where all keys are at hand: for rehearsals.

    Raises:
        CredentialError: as in the single steps.
    """
    message = propose_root(
        [(name, key) for name, _, key in holders],
        threshold=threshold,
        at=at,
        lifetime=lifetime,
        previous=previous,
    )
    signers = [*(signer for _, signer, _ in holders), *previous_holders]
    signed = [sign_draft(message, signer) for signer in signers]
    return put_together(message, signed, under=() if previous is None else (previous,))


def make_trust_list(
    source: Path,
    signers: Sequence[Signer],
    *,
    under: Sequence[Root],
    at: datetime,
    lifetime: timedelta,
    previous: TrustList | None = None,
    emergency: str | None = None,
) -> bytes:
    """The same in one step, where the keys are at hand: for rehearsals.

    Raises:
        KeyFileError, CeremonyError, CredentialError: as in the single steps.
    """
    message = propose_trust_list(
        source, at=at, lifetime=lifetime, previous=previous, emergency=emergency
    )
    return put_together(message, [sign_draft(message, each) for each in signers], under=under)


def _refuse_unfit(what: Root | TrustList | offers.Offer) -> None:
    match what:
        case Root():
            unfit = [("", *each) for each in unfit_holders(what)]
        case TrustList():
            unfit = [(one.code, *each) for one in what.issuers for each in unfit_words(one)]
        case offers.Offer():
            unfit = [(what.issuer.code, *each) for each in unfit_words(what.issuer)]
    for where, field, text in unfit:
        raise CeremonyError(Trouble.UNFIT_WORDS, f"{where} {field} = {text!a}".strip())


def _end(at: datetime, lifetime: timedelta, refusal: type[CredentialError]) -> int:
    try:
        return seconds_of(at + lifetime)
    except (OverflowError, ValueError) as error:
        raise refusal(f"lifetime is out of range: {error}") from None
