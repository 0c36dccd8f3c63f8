"""A root and its holders for tests, all keys at hand, and the trust lists that they sign."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from credential.days import seconds_of
from credential.roots import Root, open_root
from credential.signer import Signer
from credential.trust import TrustList
from credential.trust_list import seal_trust_list
from keys.ceremony import make_root
from keys.files import create_key
from keys.source import read_source

LONG = timedelta(days=3660)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """Three holders, two of whom have to sign."""

    signers: tuple[Signer, ...]
    message: bytes

    @property
    def root(self) -> Root:
        return open_root(self.message)


def create_root(
    folder: Path, *, at: datetime, lifetime: timedelta = LONG, suite: str = "ES256"
) -> Holders:
    """Make three holders' keys and their first root, `root.cbor`, in a folder."""
    keys = [create_key(folder / f"root-{place}.pem", suite=suite) for place in (1, 2, 3)]
    message = make_root(
        [(f"holder {place}", key, key.verification_key) for place, key in enumerate(keys, 1)],
        threshold=2,
        at=at,
        lifetime=lifetime,
    )
    (folder / "root.cbor").write_bytes(message)
    return Holders(signers=tuple(keys), message=message)


def sign_source(
    source: Path,
    *signers: Signer,
    number: int,
    at: datetime,
    lifetime: timedelta = timedelta(days=90),
) -> bytes:
    """Sign what a source file describes, whatever number and whoever signs."""
    listed = TrustList(
        number=number,
        issued_at=seconds_of(at),
        expires_at=seconds_of(at + lifetime),
        issuers=read_source(source),
    )
    return seal_trust_list(listed, signers)
