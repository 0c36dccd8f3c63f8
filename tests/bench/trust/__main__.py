"""``python -m tests.bench.trust``: a new trust list of fifty districts, its size and its check.

The measure is the list's bare signatures: as many P-256 verifications of `cryptography`, keys loaded,
over the same bytes. Above it are the envelope, CBOR, every entry's form, and the rules.
"""

import sys
from functools import partial
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from credential import cbor, der
from credential.multisign import read_sign
from credential.roots import Root, RootKey
from credential.signer import PrivateKeySigner
from credential.trust import Issuer, Scope, TrustedKey, TrustList
from credential.trust_list import MAX_BYTES, open_trust_list, read_trust_list, seal_trust_list
from tests.bench.verify.measuring import compare
from tests.vectors.district import day, es256_key, seconds

DISTRICTS: Final = 50
MOST_BYTES: Final = 20 << 10
LIMIT: Final = 3.0
# Beijing's sixteen and its neighbors': names as long as they are.
_ECDSA: Final = ec.ECDSA(hashes.SHA256())
_NAMES: Final = (
    ("北京市经济技术开发区行政审批局", "Beijing Economic-Technological Development Area"),
    ("天津市滨海新区政务服务办公室", "Binhai New Area, Tianjin"),
    ("石家庄市长安区行政审批局", "Chang'an District, Shijiazhuang"),
    ("北京市门头沟区政务服务局", "Mentougou District, Beijing"),
)


def district(number: int) -> Issuer:
    """A district with a retired key, one in use and a standby; every tenth for some things alone."""
    name, name_en = _NAMES[number % len(_NAMES)]
    keys = [es256_key(f"district {number}, key {place}").verification_key for place in range(3)]
    restricted = Scope(
        day("2026-01-01"), None, ("25", "26", "06"), ("food_business", "public_hygiene"), trial=True
    )
    return Issuer(
        code=f"{110101 + number}",
        name=name,
        name_en=name_en,
        host=f"YZ.DISTRICT-{number}.GOV.EXAMPLE",
        number_prefix="综许",
        status_uri=None,
        keys=(
            TrustedKey.of(keys[0], from_day=day("2024-01-01"), until_day=day("2026-01-31")),
            TrustedKey.of(keys[1], from_day=day("2026-01-31")),
            TrustedKey.of(keys[2], from_day=day("2026-03-01")),
        ),
        scopes=(restricted if number % 10 == 9 else Scope(day("2024-01-01")),),
    )


def root_of(holders: list[PrivateKeySigner], threshold: int) -> Root:
    return Root(
        number=3,
        threshold=threshold,
        keys=tuple(
            RootKey(holder=f"holder {place}", key=holder.verification_key)
            for place, holder in enumerate(holders, start=1)
        ),
        issued_at=seconds("2026-01-01T09:00:00"),
        expires_at=seconds("2029-01-01T09:00:00"),
    )


def verify_bare(signatures: list[tuple[Any, bytes, bytes]]) -> None:
    for public, signature, signed in signatures:
        public.verify(signature, signed, _ECDSA)


def main() -> int:
    listed = TrustList(
        number=17,
        issued_at=seconds("2026-06-01T09:00:00"),
        expires_at=seconds("2026-08-30T09:00:00"),
        issuers=tuple(map(district, range(DISTRICTS))),
    )
    sizes, ratios = [], []
    for threshold, count in ((3, 5), (2, 3)):
        holders = [es256_key(f"holder {place}") for place in range(count)]
        root = root_of(holders, threshold)
        data = seal_trust_list(listed, holders[:threshold])
        message = read_sign(data, max_bytes=MAX_BYTES)
        public = {holder.key_id: holder.private.public_key() for holder in holders}
        bare = [
            (
                public[each.key_id],
                der.signature(each.signature[:32], each.signature[32:]),
                message.signed_by(each.protected),
            )
            for each in message.signatures
        ]
        payload = message.unverified_payload
        costs = compare(
            partial(verify_bare, bare),
            {
                "check": partial(open_trust_list, data, root),
                "signatures": partial(message.open, root.by_key_id, threshold=threshold),
                "cbor": partial(cbor.decode_loosely, payload, max_bytes=MAX_BYTES),
                "read": partial(read_trust_list, payload),
            },
            rounds=60,
        )
        sizes.append(len(data))
        ratios.append(costs["check"].ratio)
        print(f"\na root of {threshold} of {count}: {len(data)} bytes, at most {MOST_BYTES}")
        for name, what in (
            ("measure", "bare signatures"),
            ("check", "the check of a new list"),
            ("signatures", "  of it: signatures, with their envelope"),
            ("cbor", "  of it: CBOR"),
            ("read", "  of it: CBOR and every entry's form"),
        ):
            print(f"{what:44}{costs[name].microseconds:9.0f} µs   {costs[name].ratio:.2f}")
    print(f"\nto reach with 3 of 5: {LIMIT}")
    return 0 if ratios[0] <= LIMIT and max(sizes) <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
