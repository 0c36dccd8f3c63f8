"""Step 7: content that is truly signed, and that the rules of the record do not allow."""

from collections.abc import Iterator

from credential.claims import License, Permit, Position, encode_reference
from credential.envelope import bstr
from credential.text import pack_text, pack_texts
from credential.uscc import pack_uscc
from tests.vectors.district import CAFE, CHAOYANG_KEY, day, sealed
from tests.vectors.district import status_list as make_status_list
from tests.vectors.forging import (
    CLAIMS,
    claims_set,
    license_record,
    signed,
    signed_record,
)
from tests.vectors.scenario import Layer, Scenario

HERE = Layer("claims")
SEPARATOR = b"\x00"
HOLDER, ADDRESS, NUMBER = map(pack_text, ("雾屿咖啡", "朝外街道5号", "JY21105260000236"))


def scenarios() -> Iterator[Scenario]:
    yield from later_versions()
    yield from broken_sets()
    yield from broken_fields()
    yield from broken_texts()
    yield from at_the_limits()


def later_versions() -> Iterator[Scenario]:
    for name, description, payload in (
        (
            "a-later-record",
            "Label −65541, a record of a later version: genuine, and not for this reader.",
            claims_set(bstr(b"\x02" * 40), label=b"\x3a\x00\x01\x00\x04"),
        ),
        (
            "a-claim-more",
            "A map of three claims: a later version, or another use of the key.",
            b"\xa3" + CLAIMS[1:] + b"\x06\x1a\x69\xa4\xf0\x00",
        ),
        ("no-license-at-all", "A word that the key has signed for something else.", b"hello"),
        ("payload-empty", "A payload of no bytes.", b""),
        (
            "issuer-of-letters",
            "An issuer of another form.",
            CLAIMS.replace(b"110105", b"CHAOYA", 1),
        ),
        ("issuer-of-five-digits", "65 for 66.", b"\xa2\x01\x65" + CLAIMS[4:]),
    ):
        yield HERE.indeterminate(
            name, f"Step 7: {description}", signed(payload), "version-unsupported"
        )


def broken(name: str, description: str, text: str) -> Scenario:
    return HERE.rejected(name, f"Step 7: {description}", text, "claims-malformed")


def broken_sets() -> Iterator[Scenario]:
    record = license_record()
    yield broken("record-an-integer", "No byte string.", signed(claims_set(b"\x01")))
    yield broken("record-cut", "A record shorter than its head says.", signed(CLAIMS[:-1]))
    yield broken("byte-after-the-record", "A byte behind it.", signed(CLAIMS + b"\x00"))
    yield broken(
        "record-length-in-three-bytes",
        "A longer head than need be.",
        signed(claims_set(b"\x59\x00" + bytes((len(record),)) + record)),
    )
    yield broken("record-empty", "A record of no bytes.", signed_record(b""))
    yield broken("record-of-31-bytes", "Shorter than its fixed fields.", signed_record(record[:31]))
    yield broken("record-of-32-bytes", "Fixed fields alone.", signed_record(record[:32]))
    yield broken(
        "reference-in-profile-full",
        "Step 9: a reference record where the whole license belongs.",
        signed(encode_reference(CAFE)),
    )


def broken_fields() -> Iterator[Scenario]:
    for name, description, record in (
        ("version-0", "Versions begin at 1.", license_record(version=0)),
        ("industry-0", "Industries begin at 01.", license_record(industry=0)),
        ("industry-100", "An industry has two digits.", license_record(industry=100)),
        ("serial-0", "Serials begin at 1.", license_record(serial=0)),
        (
            "uscc-character-31",
            "The last of its characters is 31, which stands for none.",
            license_record(uscc=pack_uscc(CAFE.uscc)[:11] + b"\x1f"),
        ),
        (
            "uscc-division-of-letters",
            "The half bytes of its division code are decimal digits.",
            license_record(uscc=b"\x11\x01\x0a" + pack_uscc(CAFE.uscc)[3:]),
        ),
        ("uscc-all-ones", "All bits set.", license_record(uscc=b"\xff" * 12)),
        (
            "position-north-of-the-pole",
            "90.0001° north, of which no distance can be taken.",
            license_record(position=(900_001 << 20 | 434_436).to_bytes(5, "big")),
        ),
        ("issue-day-0", "Day 0 is no day.", license_record(issued=0)),
        ("issue-day-after-2109", "The 16th bit of a day.", license_record(issued=0x8000)),
        (
            "expiry-before-issue",
            "Days the wrong way round.",
            license_record(issued=2000, expiry=1999),
        ),
        ("expiry-after-2109", "The 16th bit of a day.", license_record(expiry=0x8001)),
        (
            "status-block-outside-any-list",
            "The permit's entry would be the 2^20th.",
            license_record(status=(1 << 20) - 1),
        ),
        (
            "no-permits",
            "Nothing is licensed by itself: holder and address, and no permit's number.",
            license_record(permits=(), text=pack_texts(["雾屿咖啡", "朝外街道5号"])),
        ),
        (
            "more-permits-than-allowed",
            "61 permits.",
            license_record(permits=((1, 0),) * 61, text=pack_texts(["a"] * 63)),
        ),
        (
            "permits-beyond-the-record",
            "A count that reaches past the end.",
            license_record(permit_count=60),
        ),
        (
            "pending-beyond-the-record",
            "A count that reaches past the end.",
            license_record(pending_count=255),
        ),
        (
            "more-pending-items-than-allowed",
            "21 pending items.",
            license_record(pending=bytes(range(1, 22))),
        ),
        ("permit-code-0", "Codes begin at 1.", license_record(permits=((0, 0),))),
        ("permit-code-128", "Codes end at 127.", license_record(permits=((128, 0),))),
        ("pending-code-0", "Codes begin at 1.", license_record(pending=b"\x00")),
        ("pending-code-0-mandatory", "The mark alone.", license_record(pending=b"\x80")),
    ):
        yield broken(name, description, signed_record(record))


def broken_texts() -> Iterator[Scenario]:
    def texts(*parts: bytes) -> str:
        return signed_record(license_record(text=SEPARATOR.join(parts)))

    for name, description, text in (
        ("no-text", "The record ends before its texts.", signed_record(license_record(text=b""))),
        ("holder-empty", "An empty name.", texts(b"", ADDRESS, NUMBER)),
        ("address-empty", "An empty address.", texts(HOLDER, b"", NUMBER)),
        ("permit-number-empty", "An empty number.", texts(HOLDER, ADDRESS, b"")),
        ("a-text-too-few", "No number for the permit.", texts(HOLDER, ADDRESS)),
        ("a-text-too-many", "Two numbers for one permit.", texts(HOLDER, ADDRESS, NUMBER, NUMBER)),
        (
            "lead-byte-at-the-end",
            "A lead byte with nothing behind.",
            texts(HOLDER, ADDRESS, NUMBER + b"\xab"),
        ),
        ("code-point-cut", "ff and two bytes.", texts(HOLDER, ADDRESS, NUMBER + b"\xff\x00\x41")),
        (
            "code-without-meaning",
            "fe ff: beyond the characters' table.",
            texts(HOLDER, ADDRESS, b"\xfe\xff"),
        ),
        (
            "control-character",
            "U+0007 by its code point.",
            texts(HOLDER, ADDRESS, b"\xff\x00\x00\x07"),
        ),
        (
            "line-feed",
            "U+000A, to forge a second line on the screen.",
            texts(HOLDER + b"\xff\x00\x00\x0a", ADDRESS, NUMBER),
        ),
        (
            "separator-by-code-point",
            "U+0000, to shift the texts behind.",
            texts(HOLDER + b"\xff\x00\x00\x00", NUMBER),
        ),
        (
            "right-to-left-override",
            "U+202E, to show a name backward.",
            texts(HOLDER + b"\xff\x00\x20\x2e", ADDRESS, NUMBER),
        ),
        (
            "zero-width-space",
            "U+200B, to tell two equal names apart.",
            texts(HOLDER + b"\xff\x00\x20\x0b", ADDRESS, NUMBER),
        ),
        (
            "surrogate",
            "U+D800 is no character.",
            texts(HOLDER + b"\xff\x00\xd8\x00", ADDRESS, NUMBER),
        ),
        (
            "private-use-character",
            "U+E000 looks different everywhere.",
            texts(HOLDER + b"\xff\x00\xe0\x00", ADDRESS, NUMBER),
        ),
        (
            "code-point-out-of-range",
            "U+110000.",
            texts(HOLDER + b"\xff\x11\x00\x00", ADDRESS, NUMBER),
        ),
        ("name-of-101-characters", "At most 100.", texts(b"\xab\x00" * 101, ADDRESS, NUMBER)),
        (
            "address-of-151-characters",
            "At most 150.",
            texts(HOLDER, b"\x01" * 75 + b"\x65", NUMBER),
        ),
        (
            "permit-number-of-65-characters",
            "At most 64.",
            texts(HOLDER, ADDRESS, b"\x01" * 32 + b"\x65"),
        ),
    ):
        yield broken(name, description, text)


def at_the_limits() -> Iterator[Scenario]:
    def holds(name: str, description: str, license: License, size: int = 32) -> Scenario:
        return HERE.valid(
            name,
            f"Step 7: {description}",
            sealed(license, CHAOYANG_KEY),
            status_lists=[
                (license.status_list, make_status_list(size=size, number=license.status_list))
            ],
        )

    yield holds(
        "sixty-permits",
        "The most permits that a license may gather.",
        CAFE._replace(permits=(Permit(1, "JY", None),) * 60),
        size=80,
    )
    yield holds(
        "longest-texts",
        "100, 150 and 64 characters.",
        CAFE._replace(
            holder="北" * 100, address="朝阳区" * 50, permits=(Permit(1, "1" * 64, None),)
        ),
    )
    yield holds(
        "characters-of-every-table",
        "Ideographs of two blocks, digits, Latin, punctuation and an emoji.",
        CAFE._replace(holder="㐀𠮷 Café “雾屿” №7〇☕", address="1层2层 007 éÅ"),
    )
    yield holds(
        "northwest-corner",
        "90° north, 73° east: the edge of what a position can say.",
        CAFE._replace(position=Position(90.0, 73.0)),
    )
    yield holds(
        "last-status-list",
        "List 4,095.",
        CAFE._replace(status_list=4095),
    )
    yield holds(
        "issued-today",
        "Issued on the day of asking.",
        CAFE._replace(issued_day=day("2026-06-15")),
    )
    yield HERE.valid(
        "texts-not-in-their-shortest-form",
        "A reader takes any packing; only a writer has to find the shortest.",
        signed_record(
            license_record(text=SEPARATOR.join((b"\xff\x00\x4e\x2d", b"\x66\x67", b"\x65\xfe\x11")))
        ),
    )
