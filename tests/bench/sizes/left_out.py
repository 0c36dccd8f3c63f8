"""The table of tricks that were tried and left out, with what each would save, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from credential.barcode import digits_for
from credential.claims import License, encode_license
from credential.seal import full_url
from tests.bench.sizes import tricks
from tests.bench.sizes.cose_tokens import deflate
from tests.bench.sizes.licenses import host_of
from tests.bench.sizes.ours import SIGNER, breakdown, full
from tests.bench.sizes.spread import Spread, table
from tests.bench.sizes.symbols import Mode, Segment, version_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Trick:
    """`saved`: bytes of the message of a license; fewer than none where it costs some."""

    name: str
    saved: Callable[[License], int]
    reason: str


def _always(saved: int) -> Callable[[License], int]:
    return lambda _: saved


def _text(bytes_of: Callable[[License], int]) -> Callable[[License], int]:
    return lambda each: tricks.packed_bytes(each) - bytes_of(each)


def _way(way: tricks.Way) -> Callable[[License], int]:
    return _text(partial(tricks.packed_with, way=way))


def _own_frame(license: License) -> int:
    """A version byte, the key id and the division as a number, instead of COSE and CWT."""
    parts = breakdown(license)
    frame = sum(size for part, size in parts.items() if "frame" in part or "head" in part)
    return frame - (1 + len(SIGNER.key_id) + 3)


def _whole_claims_deflated(license: License) -> int:
    claims = encode_license(license)
    return len(claims) - len(deflate(claims))


FRAME: Final = (
    Trick(
        name="suite left out of the header",
        saved=_always(2),
        reason="the key is bound to its suite, so it could go; but every COSE reader asks for it, "
        "and a message that names another suite is refused by name",
    ),
    Trick(
        name="key id of 3 bytes",
        saved=_always(1),
        reason="among 1,000 keys two would share an id with a chance of 3 %, with 4 bytes 0.01 %",
    ),
    Trick(
        name="no key id",
        saved=_always(6),
        reason="trying every key of the issuer, a new key that the list lacks could not be told "
        "from a forgery: `rejected` where `indeterminate` is right",
    ),
    Trick(
        name="no COSE tag",
        saved=_always(1),
        reason="the tag is what says that the bytes are COSE_Sign1 and no look-alike array",
    ),
    Trick(
        name="issuer as a number",
        saved=_always(2),
        reason="`iss` is a text (RFC 8392 §3.1.1); libraries refuse another type",
    ),
    Trick(
        name="a registered one-byte claim label",
        saved=_always(4),
        reason="labels from −256 to 255 are given out by standards action alone (RFC 8392 §9.1)",
    ),
    Trick(
        name="a frame of our own instead of COSE and CWT",
        saved=_own_frame,
        reason="no library reads it, nobody else has vectors for it, no name in it is registered",
    ),
)
FIELDS: Final = (
    Trick(
        name="expiry day computed from the permits",
        saved=_always(2),
        reason="a license can be bound to end earlier than its first permit",
    ),
    Trick(
        name="no day of issue",
        saved=_always(2),
        reason="whether the key could sign on that day, and the sheet, need it",
    ),
    Trick(
        name="no edition of the catalog",
        saved=_always(1),
        reason="the names of codes are looked up by it, and R14 pins the license to it",
    ),
    Trick(
        name="no position",
        saved=_always(5),
        reason="a genuine code hung up in another shop is found by it without a network",
    ),
    Trick(
        name="no USCC",
        saved=_always(10),
        reason="it is what an inspector compares with the business license on the wall",
    ),
    Trick(
        name="no last days of permits",
        saved=lambda each: 2 * len(each.permits),
        reason="a permit that runs out is known offline by nothing else (R7, 失效)",
    ),
    Trick(
        name="whole claims set deflated",
        saved=_whole_claims_deflated,
        reason="packed bytes do not compress; a bomb to be bounded for nothing",
    ),
)
SIGNATURE: Final = Trick(
    name="BLS signature (48 bytes) instead of 64",
    saved=_always(16),
    reason="no HSM, no browser and not `cryptography` has it",
)


def left_out(sample: Sequence[License], unseen: Mapping[str, Sequence[License]]) -> str:
    """Trained on every other unseen license; measured on the sample and on the rest of them."""
    everything = [license for licenses in unseen.values() for license in licenses]
    trained_on, measured = everything[::2], everything[1::2]
    kept = ["**today**", "", "", *_versions(sample, measured, _always(0)), ""]
    rows = [
        [
            trick.name,
            Spread.of(map(trick.saved, sample)),
            Spread.of(map(trick.saved, measured)),
            *_versions(sample, measured, trick.saved),
            trick.reason,
        ]
        for trick in (*FRAME, *FIELDS, *_text_tricks(trained_on), SIGNATURE)
    ]
    head = [
        "",
        "bytes saved, sample",
        "unseen",
        "version at M, sample",
        "unseen",
        "why it is left out",
    ]
    return table(head, [kept, *rows])


def _text_tricks(trained_on: Sequence[License]) -> tuple[Trick, ...]:
    lengths = tricks.huffman_lengths(trained_on)
    return (
        Trick(
            name="texts in UTF-8",
            saved=_text(partial(tricks.coded_bytes, encoding="utf-8")),
            reason="the measure for the rows below",
        ),
        Trick(
            name="texts in GB 18030",
            saved=_text(partial(tricks.coded_bytes, encoding="gb18030")),
            reason="two bytes a hanzi as ours, without the phrases",
        ),
        Trick(
            name="texts deflated with our phrases as dictionary",
            saved=_text(tricks.deflated_bytes),
            reason="a hanzi costs three bytes; browsers' DecompressionStream takes no dictionary",
        ),
        Trick(
            name="Huffman code over our codes",
            saved=_text(partial(tricks.huffman_bytes, lengths=lengths)),
            reason="a reader of bits, a table of 175 lengths and one of 3,755 hanzi in each "
            "verifier; and the lengths fit the names that they were trained on",
        ),
        Trick(
            name="runs of ASCII as they are (2 bytes, then 1 each)",
            saved=_way(tricks.ascii_run),
            reason="for foreign names alone, and the rules keep Latin letters out of registered "
            "names (企业名称登记管理规定, art. 5); row 0xFE has room for it",
        ),
        Trick(
            name="[20 ]第 （20 ）第 as phrases (2 bytes)",
            saved=_way(tricks.brackets),
            reason="the brackets of years that the official style (〔〕, GB/T 9704) does not have, "
            "and departments write; row 0xFE has room for them",
        ),
        Trick(
            name="a table of the region's divisions (2 bytes)",
            saved=_way(tricks.region),
            reason="knows here just the divisions that occur; the region has 200, they are "
            "renamed, and the next province asks for its own",
        ),
        Trick(
            name="copies of what was read (3 bytes)",
            saved=_way(tricks.copy),
            reason="a reader with a memory, and output that no table bounds",
        ),
        Trick(
            name="the last four together",
            saved=_way(
                tricks.together(tricks.ascii_run, tricks.brackets, tricks.region, tricks.copy)
            ),
            reason="",
        ),
    )


def _versions(
    sample: Sequence[License], measured: Sequence[License], saved: Callable[[License], int]
) -> tuple[Spread, Spread]:
    first, second = (
        Spread.of(_version(license, saved(license)) for license in licenses)
        for licenses in (sample, measured)
    )
    return first, second


def _version(license: License, saved: int) -> int:
    size = len(full(license).message) - saved
    url = full_url(host_of(license))
    digits = "0" * digits_for(size)
    return version_for((Segment(Mode.ALPHANUMERIC, url), Segment(Mode.NUMERIC, digits)), "M")
