"""``python -m tests.bench.suites``: print the table; 1 if a suite adds too much to its primitive."""

import sys
from typing import Final

from credential.reasons import Outcome
from credential.verify import verify
from tests.bench.suites.contenders import Contender, contenders
from tests.bench.verify.measuring import Cost, compare
from tests.bench.verify.world import NOW

LIMIT: Final = 1.1  # a verification by the suite's key, against the bare one
ROUNDS: Final = 100


def measure(contender: Contender) -> tuple[dict[str, Cost], dict[str, Cost]]:
    """What signing, and what verifying and the whole path, cost against the bare calls."""
    key, signed, signature = contender.key, contender.signed, contender.signature
    text, trusted, signer = contender.text, contender.trusted, contender.signer
    assert verify(text, trusted=trusted, at=NOW).outcome is Outcome.VALID
    signing = compare(contender.bare_sign, {"sign": lambda: signer.sign(signed)}, rounds=ROUNDS)
    verifying = compare(
        contender.bare_verify,
        {
            "verify": lambda: key.verify(signature, signed),
            "whole": lambda: verify(text, trusted=trusted, at=NOW),
        },
        rounds=ROUNDS,
    )
    return signing, verifying


def main() -> int:
    print("| suite | bare, sign | sign | bare, verify | verify | text → verdict |")
    print("|---|---:|---:|---:|---:|---:|")
    missed = []
    for name, contender in contenders().items():
        signing, verifying = measure(contender)
        print(
            f"| {name} | {signing['measure'].microseconds:.0f} µs | {_cell(signing['sign'])}"
            f" | {verifying['measure'].microseconds:.0f} µs | {_cell(verifying['verify'])}"
            f" | {_cell(verifying['whole'])} |",
            flush=True,
        )
        if verifying["verify"].ratio > LIMIT:
            missed.append(name)
    print(f"\nverify against bare, at most {LIMIT} ×: missed by {', '.join(missed) or 'none'}")
    return int(bool(missed))


def _cell(cost: Cost) -> str:
    return f"{cost.microseconds:.0f} µs, {cost.ratio:.2f} × ({cost.least:.2f} ×)"


if __name__ == "__main__":
    sys.exit(main())
