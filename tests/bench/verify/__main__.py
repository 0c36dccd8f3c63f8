"""``python -m tests.bench.verify``: print the table; 1 if the limit is missed."""

import sys
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credential import days
from credential.claims import decode_claims
from credential.envelope import sig_structure
from credential.judge import judge
from credential.opening import open_text, read_text
from credential.question import Question
from credential.reasons import Outcome
from credential.seal import seal
from credential.verify import DEFAULT_POLICY, verify
from tests.bench.verify.environment import measure_peers
from tests.bench.verify.measuring import Cost, compare
from tests.bench.verify.world import HOST, LICENSE, NOW, SIGNER, trusted_set

LIMIT: Final = 1.4
WHOLE: Final = "**the core**"
NOTES: Final = {
    "measure": "one bare P-256 verification, its key loaded",
    WHOLE: "a symbol's text → license and verdict",
    "open_text": "steps 1 to 10, the verification in them",
    "read_text": "steps 1 to 3, alone",
    "decode_claims": "step 7, alone",
    "judge": "steps 11 to 16, alone",
    "bare, read_text": "in turns, so that neither finds its own in the cache",
    "bare, decode_claims": "the same",
    "bare, judge": "the same",
    "cwt": "base45 → claims, no verdict",
    "pycose": "base45 → claims, no verdict; its ECDSA is in Python",
}


def measure() -> dict[str, Cost]:
    """The whole, its parts alone, and each part between verifications as it is in life."""
    trusted = trusted_set()
    text = seal(LICENSE, SIGNER, host=HOST).text
    verdict = verify(text, trusted=trusted, at=NOW)
    assert verdict.outcome is Outcome.VALID, verdict
    assert verdict.genuine is not None
    assert verdict.genuine.content == LICENSE

    question = Question(days.seconds_of(NOW), trusted, DEFAULT_POLICY, None, None, None)
    message = read_text(text).message
    signed = sig_structure(message.protected, b"", message.unverified_payload)
    r, s = (
        int.from_bytes(part, "big") for part in (message.signature[:32], message.signature[32:])
    )
    der, public = encode_dss_signature(r, s), SIGNER.private.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    algorithm = ec.ECDSA(hashes.SHA256())
    opened = open_text(text, question)

    def bare() -> None:
        public.verify(der, signed, algorithm)

    def read() -> None:
        read_text(text)

    def decode() -> None:
        decode_claims(message.unverified_payload)

    def judging() -> None:
        judge(opened, question)

    def bare_and_read() -> None:
        public.verify(der, signed, algorithm)
        read_text(text)

    def bare_and_decode() -> None:
        public.verify(der, signed, algorithm)
        decode_claims(message.unverified_payload)

    def bare_and_judge() -> None:
        public.verify(der, signed, algorithm)
        judge(opened, question)

    return compare(
        bare,
        {
            WHOLE: lambda: verify(text, trusted=trusted, at=NOW),
            "open_text": lambda: open_text(text, question),
            "read_text": read,
            "decode_claims": decode,
            "judge": judging,
            "bare, read_text": bare_and_read,
            "bare, decode_claims": bare_and_decode,
            "bare, judge": bare_and_judge,
        },
    )


def main() -> int:
    costs = measure() | measure_peers(LICENSE)
    print("| | what | median of the rounds | fastest batches | µs |")
    print("|---|---|---|---|---|")
    for name, note in NOTES.items():
        cost = costs[name]
        print(
            f"| {name} | {note} | {cost.ratio:.2f} × | {cost.least:.2f} × | {cost.microseconds:.0f} |"
        )
    ratio = costs[WHOLE].ratio
    print(f"\nthe core: {ratio:.2f} × one bare verification; to reach: {LIMIT}")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
