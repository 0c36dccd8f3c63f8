"""The region's trust list: fifty districts, three keys each, and roots of as many holders."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credential import cbor
from credential.days import seconds_of
from credential.multisign import UnverifiedSign, read_sign
from credential.roots import Root, RootKey
from credential.signer import PrivateKeySigner
from credential.trust import Issuer, Scope, TrustedKey, TrustList
from credential.trust_list import MAX_BYTES, open_trust_list, seal_trust_list
from tests.bench.trust.districts import District, districts
from tests.bench.verify.world import NOW, day, key

_NOW: Final = seconds_of(NOW)
_DAY: Final = 86_400
_ANY: Final = (Scope(from_day=day("2026-01-01")),)
# What a neighbor province is recognized for in its first year.
_TRIAL: Final = (
    Scope(
        from_day=day("2026-03-01"),
        until_day=day("2026-12-31"),
        industries=("05", "25", "26", "27"),
        kinds=("food_business", "tobacco_retail", "public_hygiene"),
        trial=True,
    ),
    Scope(from_day=day("2026-03-01"), industries=("05",), kinds=("food_business",)),
)
_TRIAL_EVERY: Final = 8  # districts


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A signed list with its root, the list held before it, and its bare signatures."""

    data: bytes
    root: Root
    held: TrustList
    message: UnverifiedSign
    bare: Callable[[], object]


def region(*, holders: int, threshold: int) -> Region:
    """The list of the region, signed by just as many holders as have to sign."""
    signers = [key(f"holder {place}") for place in range(holders)]
    root = Root(
        number=1,
        threshold=threshold,
        issued_at=_NOW - 400 * _DAY,
        expires_at=_NOW + 700 * _DAY,
        keys=tuple(
            RootKey(holder=f"holder {place}", key=signer.verification_key)
            for place, signer in enumerate(signers)
        ),
    )
    signing = signers[:threshold]
    data = seal_trust_list(_listed(18, issued_at=_NOW), signing)
    before = seal_trust_list(_listed(17, issued_at=_NOW - 30 * _DAY), signing)
    message = read_sign(data, max_bytes=MAX_BYTES)
    return Region(
        data=data,
        root=root,
        held=open_trust_list(before, root),
        message=message,
        bare=_bare(message, {signer.key_id: signer for signer in signing}),
    )


def _listed(number: int, *, issued_at: int) -> TrustList:
    return TrustList(
        number=number,
        issued_at=issued_at,
        expires_at=issued_at + 90 * _DAY,
        issuers=tuple(_issuer(place, each) for place, each in enumerate(districts())),
    )


def _issuer(place: int, district: District) -> Issuer:
    """One with a retired key, one in use and a standby."""
    keys = (
        TrustedKey.of(
            key(f"{district.code} 1").verification_key,
            from_day=day("2024-01-01"),
            until_day=day("2025-12-31"),
        ),
        *(
            TrustedKey.of(
                key(f"{district.code} {number}").verification_key, from_day=day("2026-01-01")
            )
            for number in (2, 3)
        ),
    )
    return Issuer(
        code=district.code,
        name=district.name,
        name_en=district.name_en,
        host=district.host,
        number_prefix=f"{district.short}综许",
        status_uri=None,
        keys=keys,
        scopes=_TRIAL if place % _TRIAL_EVERY == 0 else _ANY,
    )


def _bare(message: UnverifiedSign, signers: dict[bytes, PrivateKeySigner]) -> Callable[[], object]:
    """The message's signatures verified by `cryptography` alone, keys loaded, bytes at hand."""
    algorithm = ec.ECDSA(hashes.SHA256())
    calls = []
    for each in message.signatures:
        public = signers[each.key_id].private.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        half = len(each.signature) // 2
        r, s = each.signature[:half], each.signature[half:]
        der = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
        signed = cbor.encode(
            ("Signature", message.protected, each.protected, b"", message.unverified_payload)
        )
        calls.append((public.verify, der, signed))

    def verify() -> None:
        for call, der, signed in calls:
            call(der, signed, algorithm)

    verify()
    return verify
