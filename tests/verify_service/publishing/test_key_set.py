"""A district's keys as JWKs: each loads elsewhere, says its state, and a compromised one is not there."""

from base64 import urlsafe_b64decode
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from credential.days import day_of
from credential.signer import PrivateKeySigner
from credential.trust import Issuer, TrustedKey
from verify_service.publishing.key_set import key_set

TODAY = day_of(date(2031, 5, 20))
ON_P256 = PrivateKeySigner.hold(ec.derive_private_key(7, ec.SECP256R1()))
ON_EDWARDS = PrivateKeySigner.hold(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))


def issuer_of(*keys: TrustedKey) -> Issuer:
    return Issuer(
        code="110105",
        name="朝阳区",
        name_en="Chaoyang",
        host="YZ.EXAMPLE",
        number_prefix="朝综许",
        status_uri=None,
        keys=keys,
        scopes=(),
    )


def key(signer: PrivateKeySigner = ON_P256) -> TrustedKey:
    return TrustedKey.of(signer.verification_key, from_day=TODAY - 10)


def decoded(text: str) -> bytes:
    assert "=" not in text
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_key_on_p256_loads_from_its_jwk() -> None:
    (jwk,) = key_set(issuer_of(key()), day=TODAY)["keys"]
    assert jwk == {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "kid": ON_P256.key_id.hex(),
        "x": jwk["x"],
        "y": jwk["y"],
        "state": "active",
        "first_day": "2031-05-10",
        "last_day": None,
    }
    x, y = (decoded(jwk[name]) for name in ("x", "y"))
    assert len(x) == len(y) == 32  # RFC 7518 §6.2.1.2: whole, zeros in front included
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1())
    assert numbers.public_key() == ON_P256.private.public_key()


def test_a_key_on_edwards25519_loads_from_its_jwk() -> None:
    (jwk,) = key_set(issuer_of(key(ON_EDWARDS)), day=TODAY)["keys"]
    assert (jwk["kty"], jwk["crv"], jwk["alg"]) == ("OKP", "Ed25519", "EdDSA")
    assert "y" not in jwk
    loaded = ed25519.Ed25519PublicKey.from_public_bytes(decoded(jwk["x"]))
    assert loaded == ON_EDWARDS.private.public_key()


def test_an_sm2_key_has_names_that_nobody_has_registered() -> None:
    entry = key()._replace(algorithm=-65537)
    (jwk,) = key_set(issuer_of(entry), day=TODAY)["keys"]
    assert (jwk["kty"], jwk["crv"], jwk["alg"]) == ("EC", "SM2", "SM2")
    assert b"\x04" + decoded(jwk["x"]) + decoded(jwk["y"]) == entry.public


@pytest.mark.parametrize(
    ("change", "state", "last_day"),
    [
        ({"from_day": TODAY + 1}, "announced", None),
        ({"from_day": TODAY}, "active", None),
        ({"until_day": TODAY}, "active", "2031-05-20"),
        ({"until_day": TODAY - 1}, "retired", "2031-05-19"),
    ],
)
def test_a_key_says_its_state_on_the_day(
    change: dict[str, int], state: str, last_day: str | None
) -> None:
    (jwk,) = key_set(issuer_of(key()._replace(**change)), day=TODAY)["keys"]  # type: ignore[arg-type]  # days
    assert (jwk["state"], jwk["last_day"]) == (state, last_day)


@pytest.mark.parametrize("since", [TODAY - 400, TODAY, TODAY + 400])
def test_a_compromised_key_is_not_published(since: int) -> None:
    stolen = key()._replace(compromised_day=since)
    keys = key_set(issuer_of(stolen, key(ON_EDWARDS)), day=TODAY)["keys"]
    assert [each["kid"] for each in keys] == [ON_EDWARDS.key_id.hex()]


@pytest.mark.parametrize(
    "change", [{"algorithm": -65599}, {"public": ON_P256.public[1:]}, {"public": b""}]
)
def test_a_key_that_jose_has_no_form_for_is_left_out(change: dict[str, int | bytes]) -> None:
    other = key()._replace(**change)  # type: ignore[arg-type]  # one field of its own type
    assert key_set(issuer_of(other), day=TODAY) == {"keys": []}


@given(st.integers(), st.integers())
def test_a_day_that_no_calendar_has_breaks_nothing(first: int, last: int) -> None:
    odd = key()._replace(from_day=first, until_day=last)
    (jwk,) = key_set(issuer_of(odd), day=TODAY)["keys"]
    assert date.fromisoformat(jwk["first_day"])
    assert date.fromisoformat(jwk["last_day"])
