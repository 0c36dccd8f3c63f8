"""A typical license and the lists of a whole city, as a scanner holds them; all fictitious."""

import hashlib
from datetime import UTC, date, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from credential import days
from credential.claims import License, Permit, Position
from credential.code_list import CodeList, Name, PermitCode, seal_code_list
from credential.roots import Root, RootKey
from credential.signer import P256_ORDER, PrivateKeySigner
from credential.status import StatusList, pack_entries, seal_status_list
from credential.trust import (
    Issuer,
    Scope,
    TrustedKey,
    TrustList,
)
from credential.trust_list import (
    seal_trust_list,
)
from credential.trusted import TrustedSet
from keys.files import FileSigner

NOW: Final = datetime(2026, 6, 15, 2, tzinfo=UTC)  # as programs read their clock
DISTRICTS: Final = 17
LISTED: Final = 100_000  # entries of the status list

_NOW: Final = days.seconds_of(NOW)
_HOUR: Final = 3600


def day(text: str) -> int:
    """The number of a date from `2026-06-15`."""
    return days.day_of(date.fromisoformat(text))


def key(name: str) -> PrivateKeySigner:
    """A P-256 key, always the same for a name."""
    secret = hashlib.sha256(f"composite-license benchmark key: {name}".encode()).digest()
    scalar = int.from_bytes(secret, "big") % P256_ORDER
    return PrivateKeySigner.hold(ec.derive_private_key(scalar, ec.SECP256R1()))


LICENSE: Final = License(
    issuer="110105",
    version=1,
    industry="05",
    catalog=2023,
    year=2026,
    serial=1042,
    uscc="91110105MAXX000666",
    holder="北京鲜果匣便利连锁有限公司朝阳一店",
    address="北京市朝阳区劲松街道鲜匣北里3号楼1层102",
    position=Position(39.9154, 116.4976),
    issued_day=day("2026-04-14"),
    expiry_day=None,
    status_list=0,
    status_index=54_400,
    permits=(
        Permit(1, "JY11105070051815", day("2031-05-24")),
        Permit(9, "110105100114", day("2031-05-17")),
        Permit(17, "京朝药监械经营备20260115号", None),
        Permit(22, "京DA010000116", day("2031-05-03")),
    ),
    pending=(),
)


def host(district: int) -> str:
    return f"YZ.DISTRICT{district}.BEIJING.EXAMPLE"


OURS: Final = 5
HOST: Final = host(OURS)
SIGNER: Final = key(f"district {OURS}")


def trusted_set(signer: FileSigner = SIGNER) -> TrustedSet:
    """The trust list of a city's districts, one status list and one code list of ours."""
    holders = [key(f"root {place}") for place in (1, 2)]
    root = Root(
        number=1,
        threshold=2,
        keys=tuple(
            RootKey(holder=str(place), key=holder.verification_key)
            for place, holder in enumerate(holders, start=1)
        ),
        issued_at=_NOW - 2400 * _HOUR,
        expires_at=_NOW + 24_000 * _HOUR,
    )
    trust = TrustList(
        number=7,
        issued_at=_NOW - 240 * _HOUR,
        expires_at=_NOW + 2400 * _HOUR,
        issuers=tuple(
            _district(number, signer if number == OURS else key(f"district {number}"))
            for number in range(1, DISTRICTS + 1)
        ),
    )
    status = StatusList(
        uri=f"https://{HOST.lower()}/status/0",
        issued_at=_NOW - 4 * _HOUR,
        expires_at=_NOW + 164 * _HOUR,
        ttl=12 * _HOUR,
        entries=pack_entries(dict.fromkeys(range(0, LISTED, 97), 14), size=LISTED),
    )
    codes = CodeList(
        issuer=LICENSE.issuer,
        edition=LICENSE.catalog,
        issued_at=_NOW - 2000 * _HOUR,
        industries={f"{code:02d}": Name("便利店", "Convenience store") for code in range(1, 41)},
        permits={code: _permit_code(code) for code in range(1, 36)},
    )
    held = TrustedSet.start(root, seal_trust_list(trust, holders))
    held = held.admit_status_list(seal_status_list(status, signer), number=0)
    return held.admit_code_list(seal_code_list(codes, signer))


def _district(number: int, signer: FileSigner) -> Issuer:
    return Issuer(
        code=f"1101{number:02d}",
        name=f"北京市第{number}区",
        name_en=f"District {number} of Beijing",
        host=host(number),
        number_prefix="综许",
        status_uri=f"https://{host(number).lower()}/status/{{list}}",
        keys=(TrustedKey.of(signer.verification_key, from_day=day("2026-01-01")),),
        scopes=(Scope(from_day=day("2023-01-01")),),
    )


def _permit_code(code: int) -> PermitCode:
    return PermitCode(
        f"permit_{code}",
        Name("食品经营许可证", "Food business license"),
        Name("区市场监管局", "District Market Regulation Bureau"),
    )
