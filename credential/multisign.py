"""One payload that several sign: COSE_Sign (RFC 9052 §4.1), one encoding only.

    d8 62 84  bstr({16: type})  a0  bstr(payload)
              array of [ 83 bstr({1: algorithm, 4: key id}) a0 bstr(signature) ]

Each holder signs on a machine of its own; the signatures are put together afterwards, in the order
of their key ids (docs/spec/trust-list.md).
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from credential import cbor
from credential.envelope import (
    ALGORITHM,
    KEY_ID,
    MAX_PROTECTED_BYTES,
    TYPE,
    bstr,
    read_bstr,
    read_header,
)
from credential.errors import (
    CborError,
    EnvelopeError,
    SignatureError,
    SuiteError,
    SuiteUnavailableError,
    ThresholdError,
)
from credential.signer import Signer, VerificationKey

MAX_SIGNATURES: Final = 16
_SIGN: Final = b"\xd8\x62\x84"  # tag 98, array of four
_EMPTY_MAP: Final = b"\xa0"
_SIGNER_HEAD: Final = 0x83  # array of three
_SIGNATURE: Final = b"\x85\x69Signature"  # Sig_structure, RFC 9052 §4.4


class UnverifiedSignature(NamedTuple):
    """One holder's: the protected header as it stands, what it says, and the signature."""

    protected: bytes
    algorithm: int
    key_id: bytes
    signature: bytes


class UnverifiedSign(NamedTuple):
    """A well-formed message whose signatures nobody has looked at."""

    protected: bytes
    type: str
    unverified_payload: bytes
    signatures: tuple[UnverifiedSignature, ...]

    def signed_by(self, protected: bytes) -> bytes:
        """The bytes that a holder with this protected header signs (no external data)."""
        body, _, payload, _ = self
        return b"".join((_SIGNATURE, bstr(body), bstr(protected), b"\x40", bstr(payload)))

    def open(self, keys: Mapping[bytes, VerificationKey], *, threshold: int) -> bytes:
        """Give the payload, once enough of the keys (by their id) have signed it.

        Signatures of other keys are passed over; so are those of a suite that this system lacks, as
        long as there are enough without them.

        Raises:
            SuiteUnavailableError: those that can be checked here are too few.
            ThresholdError: by fewer of the keys than the threshold.
            SuiteError, SignatureError: one of theirs does not hold.
        """
        signed = 0
        unavailable: SuiteUnavailableError | None = None
        for protected, algorithm, key_id, signature in self.signatures:
            key = keys.get(key_id)
            if key is None:
                continue
            if algorithm != key.suite.algorithm:
                raise SuiteError(f"signature of {key_id.hex()} names algorithm {algorithm}")
            try:
                key.verify(signature, self.signed_by(protected))
            except SignatureError as error:
                raise SignatureError(f"signature of {key_id.hex()}: {error}") from None
            except SuiteUnavailableError as error:
                unavailable = error
                continue
            signed += 1
        if signed < threshold and unavailable is not None:
            raise unavailable
        if signed < threshold:
            raise ThresholdError(
                f"signed by {signed} of the keys, {threshold} are needed", signed, threshold
            )
        return self.unverified_payload


def draft(payload: bytes, *, type: str) -> UnverifiedSign:
    """A message that nobody has signed yet."""
    return UnverifiedSign(cbor.encode({TYPE: type}), type, payload, ())


def cosign(message: UnverifiedSign, signer: Signer) -> UnverifiedSign:
    """Add one holder's signature, in the place of an older one by the same key."""
    protected = cbor.encode({ALGORITHM: signer.suite.algorithm, KEY_ID: signer.key_id})
    signature = signer.sign(message.signed_by(protected))
    added = UnverifiedSignature(protected, signer.suite.algorithm, signer.key_id, signature)
    return assemble(message, [message._replace(signatures=(added,))])


def assemble(message: UnverifiedSign, others: Iterable[UnverifiedSign]) -> UnverifiedSign:
    """Put signatures of one payload together; a later one takes the place of an earlier one.

    Raises:
        EnvelopeError: another payload or type among them, or too many signatures.
    """
    signatures = {each.key_id: each for each in message.signatures}
    for other in others:
        if (other.protected, other.unverified_payload) != (
            message.protected,
            message.unverified_payload,
        ):
            raise EnvelopeError("signatures of another payload")
        signatures |= {each.key_id: each for each in other.signatures}
    if len(signatures) > MAX_SIGNATURES:
        raise EnvelopeError(f"{len(signatures)} signatures, at most {MAX_SIGNATURES} allowed")
    ordered = tuple(signatures[key_id] for key_id in sorted(signatures))
    return message._replace(signatures=ordered)


def write_sign(message: UnverifiedSign) -> bytes:
    """Write a message; without any signature it is a draft, which `read_sign` takes for none."""
    parts = [_SIGN, bstr(message.protected), _EMPTY_MAP, bstr(message.unverified_payload)]
    parts.append(bytes((0x80 + len(message.signatures),)))
    for protected, _, _, signature in message.signatures:
        parts += [bytes((_SIGNER_HEAD,)), bstr(protected), _EMPTY_MAP, bstr(signature)]
    return b"".join(parts)


def read_sign(data: bytes, *, max_bytes: int) -> UnverifiedSign:
    """Take a message apart without believing any of it.

    Raises:
        EnvelopeError: not exactly the encoding above, longer than `max_bytes`, signed by nobody, by
            too many, or out of order.
    """
    message = read_draft(data, max_bytes=max_bytes)
    if not message.signatures:
        raise EnvelopeError("message is signed by nobody")
    return message


def read_draft(data: bytes, *, max_bytes: int) -> UnverifiedSign:
    """The same of a message that may still wait for its first signature.

    Raises:
        EnvelopeError: as `read_sign`.
    """
    if len(data) > max_bytes:
        raise EnvelopeError(f"message of {len(data)} bytes, at most {max_bytes} allowed")
    if data[:3] != _SIGN:
        raise EnvelopeError("not a COSE_Sign message with its tag")
    protected, at = read_bstr(data, 3)
    type = _read_type(protected)
    payload, at = read_bstr(data, _after_empty_map(data, at))
    count = (data[at] if at < len(data) else 0) - 0x80
    if not 0 <= count <= MAX_SIGNATURES:
        raise EnvelopeError("no array of signatures in its shortest form")
    at += 1
    signatures: list[UnverifiedSignature] = []
    for _ in range(count):
        if data[at : at + 1] != bytes((_SIGNER_HEAD,)):
            raise EnvelopeError(f"no signature at offset {at}")
        signer, at = read_bstr(data, at + 1)
        header = read_header(signer)
        if header.type is not None:
            raise EnvelopeError("signer's header holds a type")
        signature, at = read_bstr(data, _after_empty_map(data, at))
        if signatures and signatures[-1].key_id >= header.key_id:
            raise EnvelopeError("signatures are not in the order of their key ids, one of each")
        signatures.append(UnverifiedSignature(signer, header.algorithm, header.key_id, signature))
    if at != len(data):
        raise EnvelopeError(f"{len(data) - at} bytes after the message")
    return UnverifiedSign(protected, type, payload, tuple(signatures))


def _after_empty_map(data: bytes, at: int) -> int:
    if data[at : at + 1] != _EMPTY_MAP:
        raise EnvelopeError("unprotected header is not empty")
    return at + 1


def _read_type(protected: bytes) -> str:
    try:
        header = cbor.decode(protected, max_bytes=MAX_PROTECTED_BYTES)
    except CborError as error:
        raise EnvelopeError(f"protected header: {error}") from None
    if isinstance(header, Mapping) and set(header) == {TYPE}:
        type = header[TYPE]
        if isinstance(type, str):
            return type
    raise EnvelopeError("protected header does not hold just the type")
