"""``python -m tests.bench.trust``: print the tables; 1 if the list is too large or dear to check."""

import sys
from typing import Final

from credential import cbor
from credential.multisign import read_sign
from credential.trust_list import MAX_BYTES, open_trust_list, read_trust_list
from tests.bench.trust.region import Region, region
from tests.bench.verify.measuring import Cost, compare

SIZE_LIMIT: Final = 20_480  # bytes, signed by three
RATIO_LIMIT: Final = 3.0  # the check of a new list, against its bare signatures
ROUNDS: Final = 100
MEASURED: Final = (5, 3)  # holders, and how many have to sign: what the limits are for
BESIDE: Final = (3, 2)


def measure(signed: Region) -> dict[str, Cost]:
    """What the whole check and its parts cost against the bare signatures."""
    data, root, held, message = signed.data, signed.root, signed.held, signed.message
    payload = message.unverified_payload
    assert open_trust_list(data, root, held=held).number == held.number + 1
    return compare(
        signed.bare,
        {
            "check": lambda: open_trust_list(data, root, held=held),
            "read_sign": lambda: read_sign(data, max_bytes=MAX_BYTES),
            "signatures": lambda: message.open(root.by_key_id, threshold=root.threshold),
            "decode": lambda: cbor.decode_loosely(payload, max_bytes=MAX_BYTES),
            "read": lambda: read_trust_list(payload),
        },
        rounds=ROUNDS,
    )


def main() -> int:
    print("| root | bytes | bare | check | envelope | signatures | CBOR | CBOR and rules |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    missed = []
    for holders, threshold in (MEASURED, BESIDE):
        signed = region(holders=holders, threshold=threshold)
        costs = measure(signed)
        parts = " | ".join(
            _cell(costs[part]) for part in ("check", "read_sign", "signatures", "decode", "read")
        )
        bare = costs["measure"].microseconds
        print(
            f"| {threshold} of {holders} | {len(signed.data):,} | {bare:.0f} µs | {parts} |",
            flush=True,
        )
        if (holders, threshold) == MEASURED:
            if len(signed.data) > SIZE_LIMIT:
                missed.append(f"size ({len(signed.data):,} of {SIZE_LIMIT:,} bytes)")
            if costs["check"].ratio > RATIO_LIMIT:
                missed.append(f"check ({costs['check'].ratio:.2f} of {RATIO_LIMIT} ×)")
    print(
        f"\n3 of 5: at most {SIZE_LIMIT:,} bytes, check at most {RATIO_LIMIT} × its bare"
        f" signatures: missed by {', '.join(missed) or 'none'}"
    )
    return int(bool(missed))


def _cell(cost: Cost) -> str:
    return f"{cost.microseconds:.0f} µs, {cost.ratio:.2f} × ({cost.least:.2f} ×)"


if __name__ == "__main__":
    sys.exit(main())
