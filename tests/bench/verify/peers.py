"""``python -m tests.bench.verify.peers``: other libraries on a plain CWT of the same content.

Runs in the environment of peers.lock, where nothing of ours can be imported but what needs the
standard library alone. Reads the content as JSON, prints the costs against a bare verification of
the same process as JSON. What is measured ends where claims are there: no host, key period,
status, catalog, recognition or dates are looked at.
"""

import json
import sys
from typing import Any, Final

import base45  # type: ignore[import-not-found]  # of peers.lock, like the next three
import cbor2
import cwt  # type: ignore[import-not-found]
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pycose.keys import EC2Key  # type: ignore[import-not-found]
from pycose.messages import Sign1Message  # type: ignore[import-not-found]

from tests.bench.verify.measuring import compare

SCALAR: Final = 0x1D6EC1A75E3C4B0F9A2D77F10C55A9132E8B64D03F7AB1C9E5820D4691CE4477
KEY_ID: Final = b"\x01\x02\x03\x04"
RECORD: Final = -65537
PYCOSE_ROUNDS: Final = 6  # its ECDSA is in Python: one batch takes a second


def main() -> int:
    content: dict[str, Any] = json.load(sys.stdin)
    private = ec.derive_private_key(SCALAR, ec.SECP256R1())
    public = private.public_key()
    signing, verifying = (
        cwt.COSEKey.from_pem(pem, kid=KEY_ID, alg="ES256")
        for pem in (
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
            public.public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
        )
    )
    claims = {1: content["issuer"], 6: content["issued_at"], RECORD: content["record"]}
    message = cwt.encode(claims, signing)
    text = base45.b45encode(message).decode()

    point = public.public_numbers()
    key = EC2Key(crv="P_256", x=point.x.to_bytes(32, "big"), y=point.y.to_bytes(32, "big"))
    protected, _, payload, signature = cbor2.loads(message).value
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
    der, algorithm = encode_dss_signature(r, s), ec.ECDSA(hashes.SHA256())

    def with_cwt() -> object:
        return cwt.decode(base45.b45decode(text), verifying)

    def with_pycose() -> object:
        read = Sign1Message.decode(base45.b45decode(text))
        read.key = key
        assert read.verify_signature()
        return cbor2.loads(read.payload)

    assert with_cwt()[RECORD] == with_pycose()[RECORD] == content["record"]  # type: ignore[index]

    def bare() -> None:
        public.verify(der, signed, algorithm)

    costs = compare(bare, {"cwt": with_cwt}) | {
        "pycose": compare(bare, {"pycose": with_pycose}, rounds=PYCOSE_ROUNDS, warm_up=1)["pycose"]
    }
    del costs["measure"]  # another process's
    json.dump(
        {name: [cost.microseconds, cost.ratio, cost.least] for name, cost in costs.items()},
        sys.stdout,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
