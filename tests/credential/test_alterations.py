"""No change of one character of a symbol's text, nor of one bit of its bytes, is ever believed.

All of them are tried, for three licenses and a city code: exhaustively, not by sampling.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest

from credential.barcode import encode_41, encode_digits
from credential.citycode import parse_city_code
from credential.claims import License, PendingItem, Permit
from credential.opening import read_text
from credential.reasons import Outcome
from credential.seal import city_code_url, full_url, seal, seal_city_code
from credential.signer import PrivateKeySigner
from credential.trusted import TrustedSet
from credential.verdict import Verdict
from credential.verify import verify
from tests.vectors.district import (
    BOOKSHOP,
    CAFE,
    CATALOG_LIST,
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN,
    HAIDIAN_CATALOG_LIST,
    HAIDIAN_KEY,
    NOW,
    ROOT,
    day,
    instant,
    seconds,
    status_list,
    trust_list,
)

# Digits, letters of hosts and paths, what URLs and the 41 characters have, other cases and scripts.
ALTERNATIVES: Final = "0123456789AEHLOPSTXYZ$*+-:./% ?#@_al\n\u00a0\u0660\uff10"
INSERTED: Final = "09AZ.-/ \n\uff11"
NEVER_BELIEVED: Final = frozenset({Outcome.REJECTED, Outcome.NOT_A_LICENSE})
UNKNOWN_KEY: Final = "key-unknown-trust-old"


class Symbol(NamedTuple):
    """A symbol's text, and the bytes in it with the way back to text."""

    text: str
    message: bytes

    def with_message(self, message: bytes) -> str:
        base, path = self.text.rsplit("/", 1)
        if base.endswith("/L"):
            return f"{base}/{encode_digits(message)}"
        fields = path.split(".")
        return f"{base}/{'.'.join([*fields[:3], encode_41(message), *fields[4:]])}"


BAR: Final = CAFE._replace(
    industry="06",
    serial=70_001,
    holder="㐀记 Books & Bar（北京）",
    position=None,
    expiry_day=day("2027-12-31"),
    permits=tuple(
        Permit(code, f"京测〔2026〕{code:05d}号", day("2030-01-31"), code == 2)
        for code in (1, 2, 3)
    ),
    pending=(PendingItem(2, True), PendingItem(3, False)),
)


def symbol_of_full(license: License, signer: PrivateKeySigner, host: str = CHAOYANG.host) -> Symbol:
    sealed = seal(license, signer, host=host)
    return Symbol(sealed.text, sealed.message)


CITY: Final = seal_city_code(
    CAFE,
    CHAOYANG_KEY,
    host=CHAOYANG.host,
    generated_at=seconds("2026-03-02T11:20:00"),
)
SYMBOLS: Final = {
    "es256": symbol_of_full(CAFE, CHAOYANG_KEY),
    "ed25519": symbol_of_full(BOOKSHOP, HAIDIAN_KEY, HAIDIAN.host),
    "pending": symbol_of_full(BAR, CHAOYANG_KEY),
    "city-code": Symbol(CITY.text, CITY.message),
}
BY_NAME: Final = pytest.mark.parametrize("symbol", SYMBOLS.values(), ids=SYMBOLS)


@pytest.fixture(scope="module")
def trusted() -> TrustedSet:
    return (
        TrustedSet.start(ROOT, trust_list())
        .admit_status_list(status_list(), number=0)
        .admit_status_list(status_list(issuer=HAIDIAN, signer=HAIDIAN_KEY), number=0)
        .admit_code_list(CATALOG_LIST)
        .admit_code_list(HAIDIAN_CATALOG_LIST)
    )


def believed(verdict: Verdict) -> bool:
    """Whether anything but a refusal came of it."""
    if verdict.genuine is not None:
        return True
    unknown = verdict.outcome is Outcome.INDETERMINATE and verdict.reasons[0].code == UNKNOWN_KEY
    return not (verdict.outcome in NEVER_BELIEVED or unknown)


def altered_texts(text: str) -> Iterator[str]:
    for at, character in enumerate(text):
        before, after = text[:at], text[at + 1 :]
        yield before + after
        for other in ALTERNATIVES:
            if other != character:
                yield before + other + after
        for other in INSERTED:
            yield before + other + text[at:]
        if after and after[0] != character:
            yield before + after[0] + character + after[1:]
    for other in INSERTED:
        yield text + other


def flipped_messages(message: bytes) -> Iterator[bytes]:
    for at in range(8 * len(message)):
        flipped = bytearray(message)
        flipped[at // 8] ^= 1 << at % 8
        yield bytes(flipped)


@BY_NAME
def test_the_symbol_itself_is_believed(symbol: Symbol, trusted: TrustedSet) -> None:
    # Without this, the tests below would pass for any reason.
    assert believed(verify(symbol.text, trusted=trusted, at=NOW))
    assert symbol.with_message(symbol.message) == symbol.text


@BY_NAME
def test_no_changed_missing_added_or_swapped_character_is_believed(
    symbol: Symbol, trusted: TrustedSet
) -> None:
    tried = 0
    for text in altered_texts(symbol.text):
        assert not believed(verify(text, trusted=trusted, at=NOW)), text
        tried += 1
    assert tried > 40 * len(symbol.text)


@BY_NAME
def test_no_flipped_bit_is_believed(symbol: Symbol, trusted: TrustedSet) -> None:
    tried = 0
    for message in flipped_messages(symbol.message):
        verdict = verify(symbol.with_message(message), trusted=trusted, at=NOW)
        assert verdict.outcome is Outcome.REJECTED
        assert verdict.genuine is None
        tried += 1
    assert tried == 8 * len(symbol.message)


def test_with_an_old_trust_list_only_another_key_id_is_indeterminate(
    trusted: TrustedSet,
) -> None:
    symbol, at = SYMBOLS["es256"], instant("2026-11-01T00:00:00")
    assert believed(verify(symbol.text, trusted=trusted, at=at))
    indeterminate = []
    for place, message in enumerate(flipped_messages(symbol.message)):
        verdict = verify(symbol.with_message(message), trusted=trusted, at=at)
        assert not believed(verdict)
        if verdict.outcome is Outcome.INDETERMINATE:
            indeterminate.append(place // 8)
    first = symbol.message.index(CHAOYANG_KEY.key_id)
    assert sorted(set(indeterminate)) == list(range(first, first + 4))
    assert len(indeterminate) == 32


def test_no_byte_cut_from_either_end_is_believed(trusted: TrustedSet) -> None:
    symbol = SYMBOLS["es256"]
    for size in range(1, len(symbol.message)):
        for message in (symbol.message[:size], symbol.message[size:]):
            text = symbol.with_message(message)
            assert not believed(verify(text, trusted=trusted, at=NOW))


def test_the_way_back_to_text_is_the_reader_s() -> None:
    for symbol in SYMBOLS.values():
        for message in list(flipped_messages(symbol.message))[
            -512:
        ]:  # signature: still an envelope
            assert read_text(symbol.with_message(message)).message.signature in message
    assert SYMBOLS["es256"].text.startswith(full_url(CHAOYANG.host))
    url = city_code_url(CHAOYANG.host)
    assert parse_city_code(CITY.text.removeprefix(url)).message == CITY.message
