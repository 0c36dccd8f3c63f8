"""The specification says what the code does: its parts, its tables, and a reader made from it."""

import json
import re
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings

from credential.claims import License, encode_license
from credential.envelope import read_bstr
from credential.reasons import KINDS, Outcome
from credential.text import unpack_texts
from tests.credential.licenses import licenses
from tests.vectors.reading import Document, read_vector, stored_vectors
from tests.vectors.specification import (
    PAGES,
    PARTS,
    SPEC,
    InconstantReasonError,
    generated_files,
    reason_data,
)

pytestmark = pytest.mark.skipif(not SPEC.is_dir(), reason="the copy that is mutated has no docs")

TABLES: Final[dict[str, Any]] = (
    json.loads((SPEC / "packed-text.json").read_text("utf-8")) if SPEC.is_dir() else {}
)
USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def page(name: str) -> str:
    return (SPEC / name).read_text("utf-8")


@pytest.fixture(scope="module")
def verdicts() -> list[Document]:
    documents = map(read_vector, stored_vectors())
    return [document["expected"] for document in documents if "expected" in document]


@pytest.mark.parametrize("name", [*PAGES, "packed-text.json", "reasons.json"])
def test_what_is_generated_is_current(name: str, verdicts: list[Document]) -> None:
    assert page(name) == generated_files(verdicts)[name]


def test_every_generated_part_stands_on_a_page() -> None:
    asked = re.findall(r"<!-- generated: ([a-z-]+) -->", "".join(map(page, PAGES)))
    assert sorted(asked) == sorted([*PARTS, "reasons"])


def test_every_reason_makes_its_sentences_of_the_data_that_the_page_names(
    verdicts: list[Document],
) -> None:
    table = json.loads(page("reasons.json"))
    assert table["outcomes"] == list(Outcome)
    assert list(table["reasons"]) == list(KINDS)
    found = [reason for verdict in verdicts for reason in verdict["reasons"]]
    for reason in found:
        listed = table["reasons"][reason["code"]]
        data = {name: reason[name] for name in listed["data"]}
        assert set(reason) == {"code", "severity", "message", "next_step", *data}
        for words in ("message", "next_step"):
            filled = {language: text.format(**data) for language, text in listed[words].items()}
            assert reason[words] == filled


def test_a_reason_whose_data_varies_is_not_written_down(verdicts: list[Document]) -> None:
    other = {"reasons": [{"code": "status-missing", "since": 1}]}
    with pytest.raises(InconstantReasonError):
        reason_data([*verdicts, other])
    with pytest.raises(InconstantReasonError):
        reason_data(verdict for verdict in verdicts if verdict["outcome"] != "rejected")


def test_every_reason_has_its_cause_and_its_words_once() -> None:
    words, causes = page("verdict.md").split("### Causes")
    for code in KINDS:
        assert words.count(f"`{code}`<br>") == 1
        assert len(re.findall(rf"^\|[^|]*`{code}`[^|]*\|", causes, re.MULTILINE)) == 1


def test_every_outcome_is_explained() -> None:
    assert all(f"| `{outcome}` |" in page("verdict.md") for outcome in Outcome)


def test_the_steps_are_numbered_from_1_to_16() -> None:
    numbers = re.findall(r"^\| (\d+) \| \*\*", page("credential.md"), re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 17)]


def test_every_reason_that_a_step_gives_is_named_in_the_steps_or_tables() -> None:
    text = page("credential.md")
    assert [code for code in KINDS if f"`{code}`" not in text] == []


def unpacked_by_the_page(data: bytes) -> list[str]:
    """A reader written from §6 and packed-text.json alone."""
    texts, rest = [""], list(data)
    while rest:
        byte = rest.pop(0)
        if byte == 0x00:
            texts.append("")
        elif byte <= 0x64:
            texts[-1] += f"{byte - 0x01:02d}"
        elif byte <= 0x6E:
            texts[-1] += str(byte - 0x65)
        elif byte <= 0xAA:
            texts[-1] += TABLES["one_byte"][byte - 0x6F]
        elif byte <= 0xFC:
            texts[-1] += chr(0x4E00 + 256 * (byte - 0xAB) + rest.pop(0))
        elif byte == 0xFD:
            texts[-1] += TABLES["two_byte"][rest.pop(0)]
        elif byte == 0xFE:
            texts[-1] += TABLES["other"][rest.pop(0)]
        else:
            texts[-1] += chr(int.from_bytes(bytes(rest.pop(0) for _ in range(3)), "big"))
    return texts


def uscc_by_the_page(packed: bytes) -> str:
    """§5.1: six digits in half bytes, twelve characters of six bits around them."""
    half_bytes = [half for byte in packed[:3] for half in divmod(byte, 16)]
    bits = "".join(f"{byte:08b}" for byte in packed[3:])
    others = "".join(USCC_ALPHABET[int(bits[at : at + 6], 2)] for at in range(0, 72, 6))
    return others[:2] + "".join(map(str, half_bytes)) + others[2:]


def day_by_the_page(number: int) -> date | None:
    return date(2020, 1, 1) + timedelta(days=number) if number else None


@settings(max_examples=50)
@given(licenses(max_permits=4))
def test_a_reader_written_from_the_page_reads_what_the_code_writes(license: License) -> None:
    claims = encode_license(license)
    assert claims[:9] == b"\xa2\x01\x66" + license.issuer.encode()
    assert claims[9:14].hex() == "3a00010000"
    record, end = read_bstr(claims, 14)
    assert end == len(claims)

    def number(at: int, size: int) -> int:
        return int.from_bytes(record[at : at + size], "big")

    permits, pending = number(32, 1), number(33, 1)
    texts = unpacked_by_the_page(record[34 + 3 * permits + pending :])
    assert number(0, 1) == license.version
    assert f"{number(1, 1):02d}" == license.industry
    assert (2000 + number(2, 1), 2000 + number(3, 1)) == (license.catalog, license.year)
    assert number(4, 3) == license.serial
    assert uscc_by_the_page(record[7:19]) == license.uscc
    if license.position is None:
        assert record[19:24] == b"\xff" * 5
    else:
        assert (number(19, 5) >> 20) / 10_000 == license.position.latitude
        assert ((number(19, 5) & 0xFFFFF) + 730_000) / 10_000 == license.position.longitude
    assert (number(24, 2), number(26, 2)) == (license.issued_day, license.expiry_day or 0)
    assert (number(28, 4) >> 20, number(28, 4) & 0xFFFFF) == (
        license.status_list,
        license.status_index,
    )
    assert [
        (
            number(at, 1),
            day_by_the_page(number(at + 1, 2) & 0x7FFF),
            bool(number(at + 1, 2) & 0x8000),
        )
        for at in range(34, 34 + 3 * permits, 3)
    ] == [
        (permit.code, day_by_the_page(permit.last_day or 0), permit.by_promise)
        for permit in license.permits
    ]
    assert [(byte & 0x7F, byte >= 0x80) for byte in record[34 + 3 * permits :][:pending]] == list(
        license.pending
    )
    assert texts == [
        license.holder,
        license.address,
        *(permit.number for permit in license.permits),
    ]


def test_the_bound_on_unpacked_text_holds() -> None:
    assert max(map(len, TABLES["one_byte"])) <= 6
    assert max(map(len, TABLES["two_byte"])) <= 12
    for byte in range(0x6F, 0xAB):
        assert unpack_texts(bytes([byte])) == [TABLES["one_byte"][byte - 0x6F]]
