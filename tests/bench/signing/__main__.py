"""``python -m tests.bench.signing``: a signature through PKCS#11 (SoftHSM2) against a key in a file.

SoftHSM computes in this process, so what is measured is the way there and back: the binding, our lock
and canonical form. A real token's own time comes on top.
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.bench.verify.measuring import compare
from tests.softhsm import find_module, make_token

LIMIT = 3.0
MESSAGE = bytes(300)  # about a license's


def main() -> int:
    if find_module() is None:
        print("SoftHSM2 is missing (Debian: softhsm2): NOT MEASURED", file=sys.stderr)
        return 1
    from keys.files import create_key
    from keys.hsm_making import create_token_key
    from keys.opening import open_signer
    from keys.pkcs11_uri import parse_token_uri

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        token = make_token(folder / "softhsm")
        os.environ["SOFTHSM2_CONF"] = str(token.configuration)
        in_file = create_key(folder / "key.pem", suite="ES256")
        create_token_key(parse_token_uri(token.uri()), suite="ES256")
        in_token = open_signer(token.uri())
        costs = compare(
            lambda: in_file.sign(MESSAGE),
            {"token": lambda: in_token.sign(MESSAGE)},
            rounds=100,
        )
    for name, what in (("measure", "ES256, key in a file"), ("token", "ES256, key in a token")):
        cost = costs[name]
        print(f"{what:44}{cost.microseconds:9.0f} µs   {cost.ratio:.2f}")
    print(f"to reach: {LIMIT}")
    return 0 if costs["token"].ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
