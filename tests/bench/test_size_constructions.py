"""The constructions that we compare with are what they say: they open, and say the same."""

import base64
import json
import zlib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import cbor2
import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from segno import consts

from credential.claims import License
from credential.envelope import sig_structure
from tests.bench.sizes import alphabets, cose_tokens, jose_tokens
from tests.bench.sizes.constructions import ALL
from tests.bench.sizes.licenses import sample_licenses
from tests.bench.sizes.ours import SIGNER
from tests.bench.sizes.symbols import Mode, version_for
from tests.bench.sizes.unseen import unseen_licenses

SAMPLE = sample_licenses()
SOME = (SAMPLE[0], SAMPLE[10], *unseen_licenses(SAMPLE)["rare hanzi"][:2])
SEGNO_MODES = {
    Mode.NUMERIC: consts.MODE_NUMERIC,
    Mode.ALPHANUMERIC: consts.MODE_ALPHANUMERIC,
    Mode.BYTE: consts.MODE_BYTE,
}
QR_MODEL_2 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
CHUNK_BYTES = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}

some_licenses = pytest.mark.parametrize("at", range(len(SOME)))


@pytest.mark.parametrize("name", ALL)
def test_every_construction_is_a_symbol_of_the_computed_version_that_reads_back(name: str) -> None:
    carried = ALL[name](SAMPLE[10])
    assert all(one.mode is not other.mode for one, other in pairwise(carried.segments))
    segments = [(each.text.encode("latin-1"), SEGNO_MODES[each.mode]) for each in carried.segments]
    code = segno.make(
        segments,  # type: ignore[arg-type]  # the stub leaves out segments, a documented input
        error="M",
        micro=False,
        mask=0,
        boost_error=False,
    )
    assert code.version == version_for(carried.segments, "M")
    assert _read(code) == carried.text.encode("latin-1")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
    ],
)
def test_base45_gives_the_examples_of_rfc_9285(data: bytes, text: str) -> None:
    assert alphabets.encode_45(data) == text


@given(st.binary(max_size=40))
def test_base64url_is_the_standard_librarys(data: bytes) -> None:
    assert alphabets.encode_64_url(data) == base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@given(st.binary(min_size=1, max_size=40))
def test_chunked_digits_can_be_read_back(data: bytes) -> None:
    digits = alphabets.encode_chunked_digits(data)
    chunks = [digits[at : at + 17] for at in range(0, len(digits), 17)]
    read = [int(chunk).to_bytes(CHUNK_BYTES[len(chunk)], "little") for chunk in chunks]
    assert b"".join(read) == data


@some_licenses
def test_the_plain_cwt_opens_and_says_the_same(at: int) -> None:
    license = SOME[at]
    content = _open_sign1(cose_tokens.plain_cwt(license).message)[-65537]
    assert (content[7], content[8], content[6]) == _identity(license)
    assert [each[1] for each in content[11]] == _numbers(license)
    assert len(content.get(12, ())) == len(license.pending)


@some_licenses
@pytest.mark.parametrize("dictionary", [b"", "有限公司".encode()])
def test_deflated_claims_inflate_to_the_plain_ones(at: int, dictionary: bytes) -> None:
    packed = cbor2.loads(cose_tokens.deflated_cwt(SOME[at], dictionary).message).value[2]
    inflater = zlib.decompressobj(-15, zdict=dictionary)
    assert inflater.decompress(packed) == cbor2.dumps(cose_tokens.compact_claims(SOME[at]))


@some_licenses
def test_the_hcert_opens_and_says_the_same(at: int) -> None:
    license = SOME[at]
    text = cose_tokens.hcert(license).text
    assert text.startswith("HC1:")
    content = _open_sign1(zlib.decompress(_from_45(text[4:])))[-260][1]
    assert (content["nam"], content["adr"], content["tin"]) == _identity(license)
    assert [each["n"] for each in content["pm"]] == _numbers(license)
    assert len(content.get("pd", ())) == len(license.pending)


@some_licenses
def test_the_claim_169_token_opens_and_says_the_same(at: int) -> None:
    license = SOME[at]
    tagged = cbor2.loads(zlib.decompress(_from_45(cose_tokens.claim_169(license).text)))
    assert (tagged.tag, tagged.value.tag) == (61, 18)
    content = _open_sign1(cbor2.dumps(tagged.value))[169]
    assert (content[4], content[10], content[78]) == _identity(license)
    assert [each[1] for each in content[80]] == _numbers(license)
    assert len(content.get(81, ())) == len(license.pending)


@some_licenses
def test_the_health_card_opens_and_says_the_same(at: int) -> None:
    license = SOME[at]
    prefix, digits = (each.text for each in jose_tokens.smart_health_card(license).segments)
    assert prefix == "shc:/"
    jws = "".join(chr(int(digits[at : at + 2]) + 45) for at in range(0, len(digits), 2))
    header, payload = _open_jws(jws)
    assert header["zip"] == "DEF"
    content = json.loads(zlib.decompress(payload, wbits=-15))["vc"]["credentialSubject"]
    assert (content["nam"], content["adr"], content["tin"]) == _identity(license)
    assert [each["n"] for each in content["pm"]] == _numbers(license)


@some_licenses
def test_the_jwt_vc_opens_and_says_the_same(at: int) -> None:
    license = SOME[at]
    _, payload = _open_jws(jose_tokens.jwt_vc(license).message.decode())
    claims = json.loads(payload)
    content = claims["vc"]["credentialSubject"]
    uscc = claims["sub"].removeprefix("urn:uscc:")
    assert (content["name"], content["address"], uscc) == _identity(license)
    assert [each["number"] for each in content["permits"]] == _numbers(license)
    assert len(content.get("pending", ())) == len(license.pending)


def _read(code: segno.QRCode) -> bytes:
    rows = [
        bytes(0 if dark else 255 for dark in row for _ in range(3))
        for row in code.matrix_iter(border=4)
        for _ in range(3)
    ]
    view = memoryview(b"".join(rows)).cast("B", shape=[len(rows), len(rows)])
    (found,) = zxingcpp.read_barcodes(view, formats=QR_MODEL_2)
    return bytes(found.bytes)


def _identity(license: License) -> tuple[str, str, str]:
    return license.holder, license.address, license.uscc


def _numbers(license: License) -> list[str]:
    return [permit.number for permit in license.permits]


def _open_sign1(data: bytes) -> Mapping[int, Any]:
    protected, unprotected, payload, signature = cbor2.loads(data).value
    header = cbor2.loads(protected)
    assert header[1] == -7
    assert 4 in {**header, **unprotected}
    SIGNER.verification_key.verify(signature, sig_structure(protected, b"", payload))
    claims: Mapping[int, Any] = cbor2.loads(payload)
    return claims


def _open_jws(jws: str) -> tuple[Mapping[str, Any], bytes]:
    signed, _, signature = jws.rpartition(".")
    SIGNER.verification_key.verify(_from_64_url(signature), signed.encode())
    first, second = signed.split(".")
    header: Mapping[str, Any] = json.loads(_from_64_url(first))
    assert header["alg"] == "ES256"
    assert header["kid"] == jose_tokens.thumbprint()
    return header, _from_64_url(second)


def _from_64_url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _from_45(text: str) -> bytes:
    values = [alphabets.ALPHABET_45.index(character) for character in text]
    data = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        data += number.to_bytes(len(group) - 1, "big")
    return bytes(data)
