"""The limits on symbols, and that the benchmark's figures can be believed."""

import base64
import zlib
from itertools import pairwise

import cbor2
import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from segno import consts

from credential.claims import decode_claims
from credential.envelope import read_sign1, sig_structure
from credential.phrases import ONE_BYTE, TWO_BYTE
from tests.bench.sizes import alphabets, cose_tokens, jose_tokens, tricks
from tests.bench.sizes.constructions import ALL
from tests.bench.sizes.licenses import sample_licenses
from tests.bench.sizes.limits import SAMPLE_MEDIAN, SAMPLE_MOST, UNSEEN_MORE, missed, versions
from tests.bench.sizes.ours import SIGNER, breakdown, full
from tests.bench.sizes.report import DOCUMENT, BlockError, block, filled, tables
from tests.bench.sizes.spread import Spread
from tests.bench.sizes.symbols import (
    LEVELS,
    Mode,
    NoSymbolError,
    Segment,
    module_mm,
    modules,
    version_for,
)
from tests.bench.sizes.unseen import PER_CLASS, unseen_licenses
from tests.bench.sizes.words import load_words
from verify_service.issuing.symbol import make_symbol

SAMPLE = sample_licenses()
UNSEEN = unseen_licenses(SAMPLE)
SEGNO_MODES = {
    Mode.NUMERIC: consts.MODE_NUMERIC,
    Mode.ALPHANUMERIC: consts.MODE_ALPHANUMERIC,
    Mode.BYTE: consts.MODE_BYTE,
}
# Tables that no compressor has a part in: another zlib would write other lengths.
EXACT = ("parts", "capacities", "samples", "classes", "pairs")


def test_every_sample_is_at_most_13_m_and_their_median_at_most_11_m():
    found = Spread.of(versions(SAMPLE))
    assert len(SAMPLE) == 25
    assert found.most <= SAMPLE_MOST == 13
    assert found.median <= SAMPLE_MEDIAN == 11


@pytest.mark.parametrize("label", UNSEEN)
def test_unseen_names_cost_at_most_one_version_more(label):
    found = Spread.of(versions(UNSEEN[label]))
    assert len(set(UNSEEN[label])) == PER_CLASS
    assert found.most <= SAMPLE_MOST + UNSEEN_MORE
    assert found.median <= SAMPLE_MEDIAN + UNSEEN_MORE


def test_a_limit_that_is_missed_is_named():
    long = SAMPLE[0]._replace(holder="龘" * 100, address="靐" * 150)
    assert not list(missed(SAMPLE, UNSEEN))
    assert list(missed([long], {"long": [long]})) == [
        "sample: median of 23-M, at most 11-M wanted",
        "sample: 1 of 1 above 13-M, up to 23-M",
        "long: median of 23-M, at most 12-M wanted",
        "long: 1 of 1 above 14-M, up to 23-M",
    ]


def test_no_generated_brand_is_in_the_sample_or_shares_a_phrase_with_the_tables():
    words = load_words()
    latin = [word for pair in words.latin_brands for word in pair]
    seen = [text for license in SAMPLE for text in (license.holder, license.address)]
    for brand in (*words.brands, *words.rare_brands, *latin, *words.persons):
        assert not any(brand in text for text in (*seen, *ONE_BYTE, *TWO_BYTE)), brand
        assert not any(len(phrase) > 1 and phrase in brand for phrase in TWO_BYTE), brand


def test_no_generated_division_is_one_of_the_sample():
    assert not {license.issuer for license in SAMPLE} & {at.code for at in load_words().region}


@pytest.mark.parametrize("label", UNSEEN)
def test_generated_licenses_are_read_back_as_they_were_sealed(label):
    for license in UNSEEN[label]:
        message = read_sign1(full(license).message, max_bytes=1024)
        assert decode_claims(message.open(SIGNER.verification_key)) == license


def test_a_seed_gives_the_same_licenses_and_another_seed_others():
    assert unseen_licenses(SAMPLE) == UNSEEN
    assert not set(UNSEEN["Hebei"]) & set(unseen_licenses(SAMPLE, seed=1)["Hebei"])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("at", [0, 10, 16])
def test_the_computed_version_is_that_of_the_symbol_that_is_printed(at, level):
    carried = full(SAMPLE[at])
    symbol = make_symbol(carried.text, error=level)
    assert symbol.version == version_for(carried.segments, level)
    assert symbol.side == modules(symbol.version)


@pytest.mark.parametrize("name", ALL)
def test_every_construction_is_a_symbol_of_the_computed_version_that_reads_back(name):
    carried = ALL[name](SAMPLE[10])
    assert all(one.mode is not other.mode for one, other in pairwise(carried.segments))
    code = segno.make(
        [(each.text.encode("latin-1"), SEGNO_MODES[each.mode]) for each in carried.segments],
        error="M",
        micro=False,
        mask=0,
        boost_error=False,
    )
    assert code.version == version_for(carried.segments, "M")
    assert _read(code) == carried.text.encode("latin-1")


def test_what_no_symbol_can_hold_has_no_version():
    assert version_for((Segment(Mode.BYTE, "x" * 2953),), "L") == 40
    with pytest.raises(NoSymbolError):
        version_for((Segment(Mode.BYTE, "x" * 2954),), "L")


def test_a_module_is_measured_with_its_share_of_the_quiet_zone():
    assert module_mm(10, 65) == 1.0


@pytest.mark.parametrize("license", SAMPLE, ids=lambda license: license.uscc)
def test_the_parts_of_a_message_sum_up_to_it(license):
    assert sum(breakdown(license).values()) == len(full(license).message)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
    ],
)
def test_base45_gives_the_examples_of_rfc_9285(data, text):
    assert alphabets.encode_45(data) == text


@given(st.binary(max_size=40))
def test_base64url_is_the_standard_librarys(data):
    assert alphabets.encode_64_url(data) == base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@given(st.binary(min_size=1, max_size=40))
def test_chunked_digits_can_be_read_back(data):
    digits = alphabets.encode_chunked_digits(data)
    assert _from_chunks(digits) == data


@pytest.mark.parametrize("license", [SAMPLE[1], SAMPLE[10], *UNSEEN["rare hanzi"][:2]])
def test_the_hcert_opens_and_says_the_same(license):
    text = cose_tokens.hcert(license).text
    assert text.startswith("HC1:")
    claims = _open_sign1(zlib.decompress(_from_45(text[4:])))
    content = claims[-260][1]
    assert (content["nam"], content["adr"], content["tin"]) == _identity(license)
    assert [each["n"] for each in content["pm"]] == [each.number for each in license.permits]


@pytest.mark.parametrize("license", [SAMPLE[1], SAMPLE[10], *UNSEEN["rare hanzi"][:2]])
def test_the_claim_169_token_opens_and_says_the_same(license):
    tagged = cbor2.loads(zlib.decompress(_from_45(cose_tokens.claim_169(license).text)))
    assert (tagged.tag, tagged.value.tag) == (61, 18)
    claims = _open_sign1(cbor2.dumps(tagged.value))
    content = claims[169]
    assert (content[4], content[10], content[78]) == _identity(license)
    assert [each[1] for each in content[80]] == [each.number for each in license.permits]


@pytest.mark.parametrize("license", [SAMPLE[1], SAMPLE[10], *UNSEEN["rare hanzi"][:2]])
def test_the_health_card_opens_and_says_the_same(license):
    prefix, digits = cose_tokens_text(jose_tokens.smart_health_card(license))
    assert prefix == "shc:/"
    jws = "".join(chr(int(digits[at : at + 2]) + 45) for at in range(0, len(digits), 2))
    header, payload = _open_jws(jws)
    assert header["zip"] == "DEF"
    content = _json(zlib.decompress(payload, wbits=-15))["vc"]["credentialSubject"]
    assert (content["nam"], content["adr"], content["tin"]) == _identity(license)


@pytest.mark.parametrize("license", [SAMPLE[1], SAMPLE[10], *UNSEEN["rare hanzi"][:2]])
def test_the_jwt_vc_opens_and_says_the_same(license):
    _, payload = _open_jws(jose_tokens.jwt_vc(license).message.decode())
    claims = _json(payload)
    content = claims["vc"]["credentialSubject"]
    uscc = claims["sub"].removeprefix("urn:uscc:")
    assert (content["name"], content["address"], uscc) == _identity(license)


def test_the_tricks_start_from_what_our_format_packs():
    for license in (*SAMPLE, *(each[0] for each in UNSEEN.values())):
        packed = tricks.packed_bytes(license)
        assert tricks.packed_with(license, tricks.nothing_more) == packed


@pytest.mark.parametrize(
    ("text", "way", "size"),
    [
        ("Hausmann Deli", tricks.ascii_run, 2 + 13),
        ("翎羽翎羽翎羽", tricks.copy, 3 * 2 + 3 + 2),
        ("冀[2024]第0042号", tricks.brackets, 2 + 2 + 1 + 2 + 2 + 1),
        ("河北省石家庄市长安区", tricks.region, 2),
    ],
)
def test_a_trick_saves_what_its_code_takes_less(text, way, size):
    assert tricks.shortest_bits(text, way) == 8 * size


@pytest.mark.parametrize("name", EXACT)
def test_the_document_has_the_tables_that_the_benchmark_prints(name):
    assert block(DOCUMENT.read_text("utf-8"), name) == tables()[name]()


def test_the_document_has_a_block_for_every_table_and_no_other():
    document = DOCUMENT.read_text("utf-8")
    same = filled(document, {name: block(document, name) for name in tables()})
    assert same == document
    with pytest.raises(BlockError):
        filled(document, {})
    with pytest.raises(BlockError):
        block(document, "nothing of that name")


def cose_tokens_text(carried):
    """The segments' texts."""
    return tuple(segment.text for segment in carried.segments)


def _read(code):
    scale, quiet = 3, 4
    rows = [
        bytes(0 if dark else 255 for dark in row for _ in range(scale))
        for row in code.matrix_iter(border=quiet)
        for _ in range(scale)
    ]
    width = len(rows)
    view = memoryview(b"".join(rows)).cast("B", shape=[width, width])
    (found,) = zxingcpp.read_barcodes(view, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    return found.bytes


def _identity(license):
    return license.holder, license.address, license.uscc


def _open_sign1(data):
    protected, unprotected, payload, signature = cbor2.loads(data).value
    assert {1: -7} == {1: cbor2.loads(protected)[1]}
    assert 4 in {**cbor2.loads(protected), **unprotected}
    SIGNER.verification_key.verify(signature, sig_structure(protected, b"", payload))
    return cbor2.loads(payload)


def _open_jws(jws):
    signed, _, signature = jws.rpartition(".")
    SIGNER.verification_key.verify(_from_64_url(signature), signed.encode())
    header, payload = map(_from_64_url, signed.split("."))
    assert _json(header)["alg"] == "ES256"
    assert _json(header)["kid"] == jose_tokens.thumbprint()
    return _json(header), payload


def _json(data):
    import json

    return json.loads(data)


def _from_64_url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _from_45(text):
    data = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        value = sum(
            alphabets.ALPHABET_45.index(each) * 45**place for place, each in enumerate(group)
        )
        data += value.to_bytes(len(group) - 1, "big")
    return bytes(data)


def _from_chunks(digits):
    sizes = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}
    chunks = [digits[at : at + 17] for at in range(0, len(digits), 17)]
    return b"".join(int(chunk).to_bytes(sizes[len(chunk)], "little") for chunk in chunks)
