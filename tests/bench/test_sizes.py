"""The limits on symbols, and that the figures beside them can be believed."""

import pytest

from credential.claims import License, decode_claims
from credential.envelope import read_sign1
from credential.phrases import ONE_BYTE, TWO_BYTE
from tests.bench.sizes import tricks
from tests.bench.sizes.licenses import sample_licenses
from tests.bench.sizes.limits import SAMPLE_MEDIAN, SAMPLE_MOST, UNSEEN_MORE, missed, versions
from tests.bench.sizes.ours import SIGNER, breakdown, full
from tests.bench.sizes.report import DOCUMENT, BlockError, block, filled, tables
from tests.bench.sizes.spread import Spread
from tests.bench.sizes.symbols import (
    LEVELS,
    Level,
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
# Tables that no compressor has a part in: another zlib would write other lengths.
EXACT = ("parts", "capacities", "samples", "classes", "pairs")


def test_every_sample_is_at_most_13_m_and_their_median_at_most_11_m() -> None:
    found = Spread.of(versions(SAMPLE))
    assert len(SAMPLE) == 25
    assert found.most <= SAMPLE_MOST == 13
    assert found.median <= SAMPLE_MEDIAN == 11


@pytest.mark.parametrize("label", UNSEEN)
def test_unseen_names_cost_at_most_one_version_more(label: str) -> None:
    found = Spread.of(versions(UNSEEN[label]))
    assert len(set(UNSEEN[label])) == PER_CLASS
    assert found.most <= SAMPLE_MOST + UNSEEN_MORE
    assert found.median <= SAMPLE_MEDIAN + UNSEEN_MORE


def test_a_limit_that_is_missed_is_named() -> None:
    long = SAMPLE[0]._replace(holder="龘" * 100, address="靐" * 150)
    assert not list(missed(SAMPLE, UNSEEN))
    assert list(missed([long], {"long": [long]})) == [
        "sample: median of 21-M, at most 11-M wanted",
        "sample: 1 of 1 above 13-M, up to 21-M",
        "long: median of 21-M, at most 12-M wanted",
        "long: 1 of 1 above 14-M, up to 21-M",
    ]


def test_no_generated_brand_is_in_the_sample_or_shares_a_phrase_with_the_tables() -> None:
    words = load_words()
    latin = [word for pair in words.latin_brands for word in pair]
    seen = [text for license in SAMPLE for text in (license.holder, license.address)]
    for brand in (*words.brands, *words.rare_brands, *latin, *words.persons):
        assert not any(brand in text for text in (*seen, *ONE_BYTE, *TWO_BYTE)), brand
        assert not any(len(phrase) > 1 and phrase in brand for phrase in TWO_BYTE), brand


def test_no_generated_division_is_one_of_the_sample() -> None:
    assert not {license.issuer for license in SAMPLE} & {at.code for at in load_words().region}


@pytest.mark.parametrize("label", UNSEEN)
def test_generated_licenses_are_read_back_as_they_were_sealed(label: str) -> None:
    for license in UNSEEN[label]:
        message = read_sign1(full(license).message, max_bytes=1024)
        assert decode_claims(message.open(SIGNER.verification_key)) == license


def test_a_seed_gives_the_same_licenses_and_another_seed_others() -> None:
    assert unseen_licenses(SAMPLE) == UNSEEN
    assert not set(UNSEEN["Hebei"]) & set(unseen_licenses(SAMPLE, seed=1)["Hebei"])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("at", [0, 10, 16])
def test_the_computed_version_is_that_of_the_symbol_that_is_printed(at: int, level: Level) -> None:
    carried = full(SAMPLE[at])
    symbol = make_symbol(carried.text, error=level)
    assert symbol.version == version_for(carried.segments, level)
    assert symbol.side == modules(symbol.version)


def test_what_no_symbol_can_hold_has_no_version() -> None:
    assert version_for((Segment(Mode.BYTE, "x" * 2953),), "L") == 40
    with pytest.raises(NoSymbolError):
        version_for((Segment(Mode.BYTE, "x" * 2954),), "L")


def test_a_module_is_measured_with_its_share_of_the_quiet_zone() -> None:
    assert module_mm(10, 65) == 1.0


@pytest.mark.parametrize("at", range(len(SAMPLE)))
def test_the_parts_of_a_message_sum_up_to_it(at: int) -> None:
    assert sum(breakdown(SAMPLE[at]).values()) == len(full(SAMPLE[at]).message)


def test_the_tricks_start_from_what_our_format_packs() -> None:
    for license in (*SAMPLE, *(each[0] for each in UNSEEN.values())):
        packed = tricks.packed_bytes(license)
        assert tricks.packed_with(license, tricks.nothing_more) == packed


@pytest.mark.parametrize(
    ("text", "way", "size"),
    [
        ("Hausmann Deli", tricks.ascii_run, 2 + 13),
        ("沐禾园沐禾园", tricks.copy, 3 * 2 + 3),
        ("冀[2024]第0042号", tricks.brackets, 2 + 2 + 1 + 2 + 2 + 1),
        ("河北省石家庄市长安区", tricks.region, 2),
    ],
)
def test_a_trick_takes_what_its_code_takes(text: str, way: tricks.Way, size: int) -> None:
    assert tricks.shortest_bits(text, way) == 8 * size
    assert tricks.shortest_bits(text, tricks.nothing_more) > 8 * size


def test_the_huffman_code_is_a_prefix_code_that_wastes_nothing() -> None:
    trained_on: list[License] = [license for each in UNSEEN.values() for license in each]
    lengths = tricks.huffman_lengths(trained_on)
    assert sum(2.0**-length for length in lengths.values()) == 1.0


@pytest.mark.parametrize("name", EXACT)
def test_the_document_has_the_tables_that_the_benchmark_prints(name: str) -> None:
    assert block(DOCUMENT.read_text("utf-8"), name) == tables()[name]()


def test_the_document_has_a_block_for_every_table_and_no_other() -> None:
    document = DOCUMENT.read_text("utf-8")
    same = filled(document, {name: block(document, name) for name in tables()})
    assert same == document
    with pytest.raises(BlockError):
        filled(document, {})
    with pytest.raises(BlockError):
        block(document, "nothing of that name")
