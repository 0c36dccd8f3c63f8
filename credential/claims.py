"""What a license says, and its claims set (CWT, RFC 8392) byte by byte.

    {1: issuer, -65537: license record}        profile full
    {1: issuer, -65538: reference record}      profile city-code

A license record is 34 bytes of fixed fields, 3 a permit, 1 a pending item, and packed text to the
end (docs/spec/credential.md, "The license record"). The encoding is unique, so it is read by
position; what is read here has been signed by a key of the trust list.
"""

import struct
from typing import Final, NamedTuple

from credential.days import MAX_DAY
from credential.envelope import bstr, digest, read_bstr
from credential.errors import ClaimsError, EnvelopeError, SealingError
from credential.named import named
from credential.text import pack_texts, unpack_texts
from credential.uscc import pack_uscc, unpack_uscc

ISSUER_LETTERS: Final = 6
MAX_PERMITS: Final = 60
MAX_PENDING: Final = 20
MAX_NAME: Final = 100
MAX_ADDRESS: Final = 150
MAX_NUMBER: Final = 64
MAX_STATUS_INDEX: Final = 1 << 20
MAX_STATUS_LIST: Final = 1 << 12
MAX_CODE: Final = 127
REFERENCE_DIGEST_BYTES: Final = 24

_LICENSE: Final = b"\x3a\x00\x01\x00\x00"  # label -65537
_REFERENCE: Final = b"\x3a\x00\x01\x00\x01"  # label -65538
_FIXED: Final = struct.Struct(">BBBBBH12sBIHHIBB")
_FIXED_BYTES: Final = _FIXED.size
_unpack_fixed: Final = _FIXED.unpack_from
_PERMIT: Final = struct.Struct(">BH")
_PERMIT_BYTES: Final = _PERMIT.size
_REFERENCE_FIXED: Final = struct.Struct(f">BBB3sIH{REFERENCE_DIGEST_BYTES}s")
_FIRST_YEAR: Final = 2000
_BY_PROMISE: Final = 0x8000
_MANDATORY: Final = 0x80
_INDUSTRIES: Final = tuple(f"{code:02d}" for code in range(100))
_NO_POSITION: Final = 0xFFFFFFFFFF
_STEP: Final = 10_000  # steps a degree: 11 m
_WEST: Final = 73  # degrees east, the longitude that 0 stands for
_AXIS: Final = (1 << 20) - 1
_WEST_STEPS: Final = _WEST * _STEP
_POLE: Final = 90 * _STEP


class Position(NamedTuple):
    """WGS-84 degrees, rounded to 0.0001° (about 10 m)."""

    latitude: float
    longitude: float


class Permit(NamedTuple):
    """One permit on a license; `code` is of the issuer's code list."""

    code: int
    number: str
    last_day: int | None
    by_promise: bool = False


class PendingItem(NamedTuple):
    """A permit applied for and not granted yet (未许可事项)."""

    code: int
    mandatory: bool


class License(NamedTuple):
    """Everything that a credential of profile full says. Days are of `credential.days`."""

    issuer: str
    version: int
    industry: str
    catalog: int
    year: int
    serial: int
    uscc: str
    holder: str
    address: str
    position: Position | None
    issued_day: int
    expiry_day: int | None
    status_list: int
    status_index: int
    permits: tuple[Permit, ...]
    pending: tuple[PendingItem, ...]

    def number(self, prefix: str) -> str:
        """The license number as people write it: prefix, industry, year and serial."""
        return f"{prefix}{self.industry}-{self.year}-{self.serial:05d}"


class Reference(NamedTuple):
    """What a credential of profile city-code says itself; the rest is fetched by its digest."""

    issuer: str
    version: int
    industry: str
    year: int
    serial: int
    status_list: int
    status_index: int
    expiry_day: int | None
    digest: bytes

    def number(self, prefix: str) -> str:
        return f"{prefix}{self.industry}-{self.year}-{self.serial:05d}"


class UnknownRecordError(ClaimsError):
    """Signed, and of a kind or version that this reader does not know."""


def encode_license(license: License) -> bytes:
    """Write the claims set of a license.

    Raises:
        SealingError: a value that the format cannot hold, named.
    """
    _check_license(license)
    try:
        fixed = _FIXED.pack(
            license.version,
            int(license.industry),
            license.catalog - _FIRST_YEAR,
            license.year - _FIRST_YEAR,
            license.serial >> 16,
            license.serial & 0xFFFF,
            pack_uscc(license.uscc),
            *divmod(_pack_position(license.position), 1 << 32),
            license.issued_day,
            license.expiry_day or 0,
            license.status_list << 20 | license.status_index,
            len(license.permits),
            len(license.pending),
        )
    except (struct.error, OverflowError, ValueError) as error:
        raise SealingError(f"license holds a value out of range: {error}") from None
    permits = b"".join(
        _PERMIT.pack(permit.code, (permit.last_day or 0) | _BY_PROMISE * permit.by_promise)
        for permit in license.permits
    )
    pending = bytes(item.code | _MANDATORY * item.mandatory for item in license.pending)
    numbers = [permit.number for permit in license.permits]
    record = b"".join(
        (fixed, permits, pending, pack_texts([license.holder, license.address, *numbers]))
    )
    try:  # nothing is written that a reader would refuse, or read otherwise
        read = _decode_license(license.issuer, record)
    except ClaimsError as error:
        raise SealingError(str(error)) from None
    if read._replace(position=license.position) != license:
        raise SealingError("license holds a value that would be read otherwise")
    return _claims(license.issuer, _LICENSE, record)


def encode_reference(license: License) -> bytes:
    """Write the claims set of a license's profile city-code."""
    content = reference_digest(encode_license(license))
    record = _REFERENCE_FIXED.pack(
        license.version,
        int(license.industry),
        license.year - _FIRST_YEAR,
        license.serial.to_bytes(3, "big"),
        license.status_list << 20 | license.status_index,
        license.expiry_day or 0,
        content,
    )
    return _claims(license.issuer, _REFERENCE, record)


def reference_digest(claims: bytes) -> bytes:
    """The digest by which a reference names a license's claims set."""
    return digest(claims)[:REFERENCE_DIGEST_BYTES]


def decode_claims(payload: bytes) -> License | Reference:
    """Read a claims set.

    Raises:
        UnknownRecordError: of another kind or a later version.
        ClaimsError: not what the spec allows.
    """
    issuer = payload[3 : 3 + ISSUER_LETTERS]
    if payload[:3] != b"\xa2\x01\x66" or not issuer.isdigit():
        raise UnknownRecordError("claims set does not begin as a license's")
    try:
        record, end = read_bstr(payload, 14)
    except EnvelopeError as error:
        raise ClaimsError(str(error)) from None
    if end != len(payload):
        raise ClaimsError("bytes after the record")
    match payload[9:14]:
        case b"\x3a\x00\x01\x00\x00":
            return _decode_license(issuer.decode(), record)
        case b"\x3a\x00\x01\x00\x01":
            return _decode_reference(issuer.decode(), record)
    raise UnknownRecordError("claims set holds a record of another kind")


def _claims(issuer: str, label: bytes, record: bytes) -> bytes:
    return b"\xa2\x01\x66" + issuer.encode() + label + bstr(record)


def _decode_license(issuer: str, record: bytes) -> License:
    if len(record) < _FIXED_BYTES:
        raise ClaimsError("license record is shorter than its fixed fields")
    (
        version,
        industry,
        catalog,
        year,
        serial_high,
        serial_low,
        uscc,
        position_high,
        position_low,
        issued,
        expiry,
        status,
        permit_count,
        pending_count,
    ) = _unpack_fixed(record)
    serial = serial_high << 16 | serial_low
    if not (version and 0 < industry < len(_INDUSTRIES) and serial):
        raise ClaimsError("version, industry or serial is out of range")
    if not 0 < issued <= (expiry or issued) <= MAX_DAY:
        raise ClaimsError("issue and expiry day are the wrong way round or out of range")
    index = status & _AXIS
    if index + permit_count >= MAX_STATUS_INDEX:
        raise ClaimsError("status block ends outside its list")
    if not 0 < permit_count <= MAX_PERMITS or pending_count > MAX_PENDING:
        raise ClaimsError("license record has no permits, or more permits or items than allowed")
    texts_at = _FIXED_BYTES + _PERMIT_BYTES * permit_count + pending_count
    texts = unpack_texts(record[texts_at:])
    if len(texts) != 2 + permit_count or "" in texts:
        raise ClaimsError("license record holds a text too many, too few or empty")
    holder, address, *numbers = texts
    if len(holder) > MAX_NAME or len(address) > MAX_ADDRESS:
        raise ClaimsError("name or address is longer than allowed")
    permits = []
    at = _FIXED_BYTES
    for number in numbers:
        code = record[at]
        last = record[at + 1] << 8 | record[at + 2]
        at += _PERMIT_BYTES
        if not 0 < code <= MAX_CODE or len(number) > MAX_NUMBER:
            raise ClaimsError("permit code or number is out of range")
        permits.append(named(Permit, (code, number, last & MAX_DAY or None, last > MAX_DAY)))
    fields = (
        issuer,
        version,
        _INDUSTRIES[industry],
        _FIRST_YEAR + catalog,
        _FIRST_YEAR + year,
        serial,
        unpack_uscc(uscc),
        holder,
        address,
        _unpack_position(position_high, position_low),
        issued,
        expiry or None,
        status >> 20,
        index,
        tuple(permits),
        _decode_pending(record[at:texts_at]) if pending_count else (),
    )
    return named(License, fields)


def _decode_pending(data: bytes) -> tuple[PendingItem, ...]:
    items = tuple([PendingItem(value & MAX_CODE, value > MAX_CODE) for value in data])
    if not all(item.code for item in items):
        raise ClaimsError("a pending item's code is out of range")
    return items


def _decode_reference(issuer: str, record: bytes) -> Reference:
    if len(record) != _REFERENCE_FIXED.size:
        raise ClaimsError("reference record has another length than its fields")
    version, industry, year, serial, status, expiry, content = _REFERENCE_FIXED.unpack(record)
    if not version or not 0 < industry < 100 or not any(serial) or expiry > MAX_DAY:
        raise ClaimsError("reference record holds a number out of range")
    return Reference(
        issuer,
        version,
        f"{industry:02d}",
        _FIRST_YEAR + year,
        int.from_bytes(serial, "big"),
        status >> 20,
        status & _AXIS,
        expiry or None,
        content,
    )


def _check_license(license: License) -> None:
    issuer = license.issuer
    if len(issuer) != ISSUER_LETTERS or not (issuer.isascii() and issuer.isdecimal()):
        raise SealingError(f"issuer {issuer!r} is no division code of six digits")
    if license.industry not in _INDUSTRIES:
        raise SealingError(f"industry {license.industry!r} is no code of two digits")
    if not 0 < len(license.permits) <= MAX_PERMITS:
        raise SealingError(f"{len(license.permits)} permits; 1 to {MAX_PERMITS} can be held")
    if not (0 <= license.status_list < MAX_STATUS_LIST and license.status_index >= 0):
        raise SealingError("status list or index is out of range")
    codes = [permit.code for permit in license.permits] + [item.code for item in license.pending]
    if not all(0 < code <= MAX_CODE for code in codes):
        raise SealingError("a permit's or pending item's code is out of range")
    if not all(0 < (permit.last_day or 1) <= MAX_DAY for permit in license.permits):
        raise SealingError("a permit's last day is outside the days that a credential can hold")
    if not all((license.holder, license.address, *(p.number for p in license.permits))):
        raise SealingError("holder, address or a permit number is empty")


def _pack_position(position: Position | None) -> int:
    if position is None:
        return _NO_POSITION
    north = round(position.latitude * _STEP)
    east = round((position.longitude - _WEST) * _STEP)
    if not (0 <= north <= _POLE and 0 <= east < _AXIS):
        raise SealingError("position is outside 0–90° north, 73–177° east")
    return north << 20 | east


def _unpack_position(high: int, low: int) -> Position | None:
    """A position from its first 8 and its last 32 bits: 20 of the latitude, 20 of the longitude."""
    north = high << 12 | low >> 20
    if north > _POLE:
        if high << 32 | low == _NO_POSITION:
            return None
        raise ClaimsError("position is north of the pole")
    return named(Position, (north / _STEP, ((low & _AXIS) + _WEST_STEPS) / _STEP))
