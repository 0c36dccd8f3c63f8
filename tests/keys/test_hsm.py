"""Keys inside a token, against SoftHSM2: made there, never read out, and signing."""

import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, KeyType, MechanismFlag, ObjectClass

from credential.signer import P256_ORDER, SUITES, Signer
from keys.errors import Fault, KeyFileError
from keys.hsm import HsmSigner
from keys.hsm_making import create_token_key
from keys.opening import await_token, open_signer
from keys.pkcs11_module import module_of
from keys.pkcs11_uri import parse_token_uri
from keys.token_key import P256
from tests.processes import wait_until
from tests.softhsm import PIN, SoftToken, init_token

ROOT = Path(__file__).parents[2]
SAFE = {"SENSITIVE": True, "EXTRACTABLE": False}


def make(token: SoftToken, object: str = "issuer", *, suite: str = "ES256") -> Signer:
    create_token_key(parse_token_uri(token.uri(object)), suite=suite)
    return open_signer(token.uri(object))


def fault_of(uri: str) -> Fault:
    with pytest.raises(KeyFileError) as caught:
        open_signer(uri)
    return caught.value.fault


def session_of(token: SoftToken) -> pkcs11.Session:
    """A session beside ours, to put things into the token that we would not."""
    library = module_of(parse_token_uri(token.uri())).begin(after=0)
    found = library.get_token(token_label=token.label)
    try:
        return found.open(rw=True, user_pin=PIN)
    except pkcs11.exceptions.UserAlreadyLoggedIn:
        return found.open(rw=True)


def generate(
    token: SoftToken,
    label: str = "issuer",
    *,
    curve: bytes = P256,
    id: bytes = b"1",
    private: Mapping[str, bool] = SAFE,
) -> tuple[Any, Any]:
    """Make a key pair in a token as somebody else's tool would."""
    return (
        session_of(token)
        .create_domain_parameters(KeyType.EC, {Attribute.EC_PARAMS: curve}, local=True)
        .generate_keypair(
            id=id,
            label=label,
            store=True,
            capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
            private_template={Attribute[name]: value for name, value in private.items()},
        )
    )


@pytest.mark.parametrize("suite", ["ES256", "Ed25519"])
def test_a_key_made_inside_signs_in_the_canonical_form(suite: str, token: SoftToken) -> None:
    signer = make(token, suite=suite)
    assert signer.suite is SUITES[suite]
    assert signer.key_id == signer.verification_key.key_id
    for number in range(40):  # half of all ECDSA signatures come with a high s
        message = b"message %d" % number
        signature = signer.sign(message)
        signer.verification_key.verify(signature, message)  # which refuses a high s
        if suite == "ES256":
            assert int.from_bytes(signature[32:], "big") <= P256_ORDER // 2


@pytest.mark.parametrize("suite", ["ES256", "Ed25519"])
def test_a_key_made_inside_cannot_be_read_out(suite: str, token: SoftToken) -> None:
    make(token, suite=suite)
    private = session_of(token).get_key(ObjectClass.PRIVATE_KEY, label="issuer")
    with pytest.raises(pkcs11.exceptions.AttributeSensitive):
        private[Attribute.VALUE]
    assert private[Attribute.ALWAYS_SENSITIVE]
    assert private[Attribute.NEVER_EXTRACTABLE]
    for slack in (
        {Attribute.SENSITIVE: False},
        {Attribute.EXTRACTABLE: True},
    ):
        ((attribute, value),) = slack.items()
        with pytest.raises(pkcs11.exceptions.PKCS11Error):
            private[attribute] = value
        with pytest.raises(pkcs11.exceptions.PKCS11Error):
            private.copy(slack)


def test_a_key_made_inside_signs_and_does_nothing_else(token: SoftToken) -> None:
    make(token)
    private = session_of(token).get_key(ObjectClass.PRIVATE_KEY, label="issuer")
    found = {name: private[Attribute[name]] for name in ("SIGN", "DECRYPT", "UNWRAP", "DERIVE")}
    assert found == {"SIGN": True, "DECRYPT": False, "UNWRAP": False, "DERIVE": False}


def test_no_key_is_made_over_another(token: SoftToken) -> None:
    before = make(token).key_id
    with pytest.raises(KeyFileError) as caught:
        create_token_key(parse_token_uri(token.uri()), suite="ES256")
    assert caught.value.fault is Fault.KEY_EXISTS
    assert open_signer(token.uri()).key_id == before


@pytest.mark.parametrize(
    ("private", "named"),
    [
        ({"EXTRACTABLE": True, "SENSITIVE": True}, "CKA_EXTRACTABLE"),
        ({"EXTRACTABLE": False, "SENSITIVE": False}, "CKA_SENSITIVE"),
        ({"EXTRACTABLE": True, "SENSITIVE": False}, "CKA_SENSITIVE"),
    ],
)
def test_a_key_that_the_token_would_give_away_is_refused(
    private: dict[str, bool], named: str, token: SoftToken
) -> None:
    generate(token, private=private)
    with pytest.raises(KeyFileError) as caught:
        open_signer(token.uri())
    assert (caught.value.fault, caught.value.detail) == (Fault.EXTRACTABLE, named)


def test_two_keys_with_one_label_are_told_apart_by_id_alone(token: SoftToken) -> None:
    for id in (b"\x01", b"\x02"):
        generate(token, id=id)
    assert fault_of(token.uri()) is Fault.SEVERAL_KEYS
    first, second = (open_signer(token.uri(more=f";id=%0{digit}")) for digit in (1, 2))
    assert first.key_id != second.key_id
    assert fault_of(token.uri(more=";id=%03")) is Fault.KEY_NOT_IN_TOKEN


def test_a_key_is_named_by_what_its_token_is(token: SoftToken) -> None:
    made = make(token)
    found = module_of(parse_token_uri(token.uri())).begin(after=0).get_token(token_label="bureau")
    serial, slot = found.serial.decode(), found.slot.slot_id
    for more in (
        f";serial={serial}",
        f";slot-id={slot}",
        ";manufacturer=SoftHSM%20project;model=SoftHSM%20v2;type=private",
    ):
        assert open_signer(token.uri(more=more)).key_id == made.key_id
    for more in (
        f";serial={serial}0",
        f";slot-id={slot + 1}",
        ";manufacturer=another",
        ";model=SoftHSM%20v3",
    ):
        assert fault_of(token.uri(more=more)) is Fault.TOKEN_MISSING
    assert fault_of(token.uri("another")) is Fault.KEY_NOT_IN_TOKEN


def test_two_tokens_with_one_label_are_refused(token: SoftToken) -> None:
    make(token)
    init_token(token, token.label)
    token.begin_anew()
    assert fault_of(token.uri()) is Fault.SEVERAL_TOKENS


def test_a_key_of_a_kind_that_nobody_verifies_is_refused(token: SoftToken) -> None:
    p384 = bytes.fromhex("06052b81040022")
    generate(token, curve=p384)
    assert fault_of(token.uri()) is Fault.UNKNOWN_SUITE


def test_a_key_that_may_not_sign_is_refused(token: SoftToken) -> None:
    generate(token, private={**SAFE, "SIGN": False})
    assert fault_of(token.uri()) is Fault.NO_MECHANISM


def test_a_private_key_without_its_public_half_is_refused(token: SoftToken) -> None:
    public, _ = generate(token)
    public.destroy()
    assert fault_of(token.uri()) is Fault.NO_PUBLIC_HALF


def test_the_public_half_of_another_key_is_not_believed(token: SoftToken) -> None:
    """What it would publish verifies nothing that this key signs."""
    first, _ = generate(token)
    other, _ = generate(token, "other", id=b"2")
    first.destroy()
    other[Attribute.ID] = b"1"
    assert fault_of(token.uri()) is Fault.NO_PUBLIC_HALF


def test_the_public_half_may_be_in_a_certificate(token: SoftToken) -> None:
    public, _ = generate(token)
    point = bytes(public[Attribute.EC_POINT])[2:]
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    name = x509.Name([])
    authority = ec.generate_private_key(ec.SECP256R1())
    noon = datetime(2031, 5, 20, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key, 1, noon, noon + timedelta(days=1))
        .sign(authority, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    session_of(token).create_object(
        {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.ID: b"1",
            Attribute.SUBJECT: name.public_bytes(),
            Attribute.VALUE: certificate,
        }
    )
    public.destroy()
    assert open_signer(token.uri()).verification_key.public == point


def test_eight_threads_sign_with_one_session(token: SoftToken) -> None:
    signer = make(token)

    def sign(number: int) -> None:
        message = b"%d" % number
        signer.verification_key.verify(signer.sign(message), message)

    with ThreadPoolExecutor(8) as threads:
        assert len(list(threads.map(sign, range(400)))) == 400


def test_two_keys_of_one_token_sign_by_turns(token: SoftToken) -> None:
    """A login is the whole process's: the second one finds itself logged in."""
    signers = [make(token, name) for name in ("issuer", "root")]
    for signer in (*signers, *signers):
        signer.verification_key.verify(signer.sign(b"x"), b"x")


FORKING = """
import os, sys
from keys.opening import open_signer

signer = open_signer(sys.argv[1])
key = signer.verification_key
key.verify(signer.sign(b"before"), b"before")
child = os.fork()
if child == 0:
    key.verify(signer.sign(b"child"), b"child")
    os._exit(42)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
key.verify(signer.sign(b"after"), b"after")
print("signed")
"""


def test_a_child_process_logs_in_by_itself_and_leaves_its_parent_alone(token: SoftToken) -> None:
    make(token)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORKING, token.uri()],
        env=token.environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "signed\n", "")


# A token that goes and comes. SoftHSM's is a folder: with it away the objects of open sessions are
# gone (CKR_OBJECT_HANDLE_INVALID), and a module that is begun anew has no such token. With the
# folder of all tokens away it cannot be begun (CKR_GENERAL_ERROR), as a network HSM's without network.


def hasty(token: SoftToken) -> HsmSigner:
    return HsmSigner(parse_token_uri(token.uri()), pause=0)


def test_a_token_that_was_away_signs_again_when_it_is_back(token: SoftToken) -> None:
    make(token)
    signer = hasty(token)
    signer.sign(b"x")
    token.take_away()
    for _ in range(2):
        with pytest.raises(KeyFileError) as caught:
            signer.sign(b"x")
        assert caught.value.fault is Fault.TOKEN_MISSING
    token.put_back()
    signer.verification_key.verify(signer.sign(b"x"), b"x")


def test_a_module_that_could_not_begin_signs_again_when_it_can(token: SoftToken) -> None:
    make(token)
    signer = hasty(token)
    signer.sign(b"x")
    token.break_module()
    for use in (signer.look, lambda: signer.sign(b"x")):
        with pytest.raises(KeyFileError) as caught:
            use()
        assert caught.value.fault is Fault.TOKEN_FAILED
    token.mend_module()
    signer.verification_key.verify(signer.sign(b"x"), b"x")


def test_a_session_that_another_key_has_ended_is_opened_again(token: SoftToken) -> None:
    """Beginning the module anew for one key ends the sessions of all."""
    first = make(token)
    token.begin_anew()
    first.verification_key.verify(first.sign(b"x"), b"x")


def test_a_token_that_is_away_is_asked_once_in_a_while(token: SoftToken) -> None:
    make(token)
    signer = HsmSigner(parse_token_uri(token.uri()), pause=3600)
    signer.sign(b"x")
    token.take_away()
    with pytest.raises(KeyFileError):
        signer.sign(b"x")
    token.put_back()
    with pytest.raises(KeyFileError) as caught:  # not before the pause is over
        signer.sign(b"x")
    assert caught.value.fault is Fault.TOKEN_MISSING


def test_another_key_in_a_token_that_is_back_is_refused(token: SoftToken) -> None:
    make(token)
    signer = hasty(token)
    before = signer.key_id
    token.take_away()
    with pytest.raises(KeyFileError):
        signer.sign(b"x")
    init_token(token, token.label)
    token.begin_anew()
    other = make(token)
    assert other.key_id != before
    with pytest.raises(KeyFileError) as caught:
        signer.sign(b"x")
    assert caught.value.fault is Fault.ANOTHER_KEY
    assert signer.key_id == before


def test_a_token_that_is_not_there_yet_is_waited_for(token: SoftToken) -> None:
    made = make(token)
    token.take_away()
    token.begin_anew()
    assert fault_of(token.uri()) is Fault.TOKEN_MISSING
    signer = await_token(token.uri())
    token.put_back()

    def signs() -> bool:
        with suppress(KeyFileError):
            made.verification_key.verify(signer.sign(b"x"), b"x")
            return True
        return False

    wait_until(signs)  # there is a pause between two attempts
