"""The world that the vectors play in: two districts, their keys, lists and one shop in each.

Shops, numbers and hosts are fictitious. A key is made from its name, so that anybody can make it
again; lists are compressed by hand, so that no version of zlib changes a byte.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credential import cbor, days
from credential.claims import License, Permit, Position
from credential.code_list import CodeList, Name, PermitCode, seal_code_list
from credential.envelope import digest, read_sign1, sign1
from credential.multisign import cosign, write_sign
from credential.roots import Root, RootKey, draft_root
from credential.seal import seal
from credential.signer import P256_ORDER, PrivateKeySigner
from credential.sm2 import ORDER as SM2_ORDER
from credential.status import BITS, MEDIA_TYPE, Claim, pack_entries
from credential.status_delta import MEDIA_TYPE as DELTA_TYPE
from credential.status_delta import STATUS_DELTA
from credential.trust import (
    Issuer,
    Scope,
    TrustedKey,
    TrustList,
)
from credential.trust_list import (
    seal_trust_list,
)
from tests.sm2_reference import ReferenceSigner

VectorSigner: TypeAlias = PrivateKeySigner | ReferenceSigner


def secret_of(name: str) -> bytes:
    """The 32 bytes that a key of the vectors is made from."""
    return hashlib.sha256(f"composite-license vector key: {name}".encode()).digest()


def es256_key(name: str) -> PrivateKeySigner:
    """Derive a P-256 key, its scalar the secret modulo the group's order."""
    scalar = int.from_bytes(secret_of(name), "big") % P256_ORDER
    return PrivateKeySigner.hold(ec.derive_private_key(scalar, ec.SECP256R1()))


def ed25519_key(name: str) -> PrivateKeySigner:
    """Derive an Ed25519 key, the secret its seed."""
    return PrivateKeySigner.hold(ed25519.Ed25519PrivateKey.from_private_bytes(secret_of(name)))


def sm2_key(name: str) -> ReferenceSigner:
    """Derive an SM2 key, its scalar the secret modulo the group's order."""
    return ReferenceSigner.hold(int.from_bytes(secret_of(name), "big") % SM2_ORDER)


ROOT_HOLDERS: Final = (es256_key("root 1"), es256_key("root 2"), ed25519_key("root 3"))
SIGNING: Final = ROOT_HOLDERS[:2]
"""The two holders of three that sign unless others are given."""
CHAOYANG_KEY: Final = es256_key("chaoyang")
HAIDIAN_KEY: Final = ed25519_key("haidian")
CHAOYANG_SM2_KEY: Final = sm2_key("chaoyang sm2")
STRANGER_KEY: Final = es256_key("stranger")


def instant(text: str) -> datetime:
    """An instant of Beijing from `2026-06-15T10:00:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=days.SHANGHAI)


def seconds(text: str) -> int:
    return days.seconds_of(instant(text))


def day(text: str) -> int:
    return days.day_of(date.fromisoformat(text))


NOW: Final = instant("2026-06-15T10:00:00")
TRUST_ISSUED: Final = "2026-06-01T09:00:00"
STATUS_ISSUED: Final = "2026-06-15T06:00:00"
DELTA_ISSUED: Final = "2026-06-15T08:00:00"


def make_root(
    *holders: VectorSigner,
    number: int = 1,
    threshold: int = 2,
    issued: str = "2026-01-01T09:00:00",
    expires: str = "2029-01-01T09:00:00",
) -> Root:
    """A root of the holders given, or of the three."""
    return Root(
        number=number,
        threshold=threshold,
        keys=tuple(
            RootKey(holder=f"holder {place}", key=holder.verification_key)
            for place, holder in enumerate(holders or ROOT_HOLDERS, start=1)
        ),
        issued_at=seconds(issued),
        expires_at=seconds(expires),
    )


def seal_root(root: Root, *signers: VectorSigner) -> bytes:
    """A root signed by those given, or by the two."""
    message = draft_root(root)
    for signer in signers or SIGNING:
        message = cosign(message, signer)
    return write_sign(message)


ROOT: Final = make_root()
ROOT_MESSAGE: Final = seal_root(ROOT)


def key(
    signer: VectorSigner,
    *,
    start: str = "2026-01-01",
    end: str | None = None,
    compromised: str | None = None,
) -> TrustedKey:
    """A key's entry in a trust list."""
    return TrustedKey.of(
        signer.verification_key,
        from_day=day(start),
        until_day=None if end is None else day(end),
        compromised_day=None if compromised is None else day(compromised),
    )


CHAOYANG: Final = Issuer(
    code="110105",
    name="北京市朝阳区",
    name_en="Chaoyang District, Beijing",
    host="YZ.CHAOYANG.EXAMPLE",
    number_prefix="朝综许",
    status_uri=None,
    keys=(key(CHAOYANG_KEY),),
    scopes=(Scope(from_day=day("2023-01-01")),),
)
HAIDIAN: Final = Issuer(
    code="110108",
    name="北京市海淀区",
    name_en="Haidian District, Beijing",
    host="YZ.HAIDIAN.EXAMPLE",
    number_prefix="海综许",
    status_uri="https://yz.haidian.example/status/{list}",
    keys=(key(HAIDIAN_KEY),),
    scopes=(Scope(from_day=day("2023-01-01")),),
)


def trust_list(
    chaoyang: Issuer = CHAOYANG,
    *others: Issuer,
    number: int = 7,
    issued: str = TRUST_ISSUED,
    expires: str = "2026-12-01T09:00:00",
    signers: tuple[VectorSigner, ...] = SIGNING,
) -> bytes:
    """A signed trust list; Haidian is on it unless others are given."""
    listed = TrustList(
        number=number,
        issued_at=seconds(issued),
        expires_at=seconds(expires),
        issuers=(chaoyang, *(others or (HAIDIAN,))),
    )
    return seal_trust_list(listed, signers)


def with_keys(*keys: TrustedKey) -> bytes:
    """A trust list in which Chaoyang has these keys."""
    return trust_list(CHAOYANG._replace(keys=keys))


def stored(data: bytes) -> bytes:
    """A zlib stream of one block that is not compressed (RFC 1950, RFC 1951 §3.2.4)."""
    size = len(data).to_bytes(2, "little")
    inverse = bytes(byte ^ 0xFF for byte in size)
    return b"\x78\x01\x01" + size + inverse + data + zlib.adler32(data).to_bytes(4, "big")


def status_list(
    values: Mapping[int, int] | None = None,
    *,
    size: int = 32,
    issuer: Issuer = CHAOYANG,
    number: int = 0,
    signer: VectorSigner = CHAOYANG_KEY,
    issued: str = STATUS_ISSUED,
    expires: str = "2026-06-22T06:00:00",
    uri: str | None = None,
    type: str | None = MEDIA_TYPE,
    packed: bytes | None = None,
    changes: Mapping[cbor.Key, cbor.Item] | None = None,
) -> bytes:
    """A signed status list; `packed` and `changes` make it one that must be refused."""
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.SUBJECT.value: uri or issuer.status_list_uri(number),
        Claim.EXPIRES.value: seconds(expires),
        Claim.ISSUED.value: seconds(issued),
        Claim.TIME_TO_LIVE.value: 43_200,
        Claim.STATUS_LIST.value: {
            "bits": BITS,
            "lst": stored(pack_entries(values or {}, size=size)) if packed is None else packed,
        },
        **(changes or {}),
    }
    return sign1(cbor.encode(claims), signer, type=type)


def status_delta(
    base: bytes,
    *numbers: cbor.Item,
    size: int = 32,
    signer: VectorSigner = CHAOYANG_KEY,
    issued: str = DELTA_ISSUED,
    expires: str = "2026-06-22T08:00:00",
    type: str | None = DELTA_TYPE,
    content: Mapping[int, cbor.Item] | None = None,
    changes: Mapping[cbor.Key, cbor.Item] | None = None,
) -> bytes:
    """A signed delta of a status list, its runs as numbers written by hand; `changes` of its claims
    and `content`, by place in the claim of its own, make it one that must be refused."""
    opened = cbor.decode(
        read_sign1(base, max_bytes=len(base)).unverified_payload, max_bytes=1 << 20
    )
    assert isinstance(opened, Mapping)
    written = {0: digest(base), 1: opened[Claim.ISSUED.value], 2: size, 3: numbers}
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.SUBJECT.value: opened[Claim.SUBJECT.value],
        Claim.EXPIRES.value: seconds(expires),
        Claim.ISSUED.value: seconds(issued),
        Claim.TIME_TO_LIVE.value: 43_200,
        STATUS_DELTA: tuple({**written, **(content or {})}.values()),
        **(changes or {}),
    }
    return sign1(cbor.encode(claims), signer, type=type)


CATALOG: Final = CodeList(
    issuer=CHAOYANG.code,
    edition=2023,
    issued_at=seconds("2026-01-05T09:00:00"),
    industries={"06": Name("书店", "Bookshop"), "25": Name("咖啡厅", "Café")},
    permits={
        1: PermitCode(
            "food_business",
            Name("食品经营许可证", "Food business license"),
            Name("区市场监管局", "District Market Regulation Bureau"),
        ),
        2: PermitCode(
            "hygiene",
            Name("卫生许可证", "Hygiene license"),
            Name("区卫生健康委", "District Health Commission"),
        ),
        3: PermitCode(
            "publication_business",
            Name("出版物经营许可证", "Publications business license"),
            Name("相关单位", "The body in charge"),
        ),
    },
)
CATALOG_LIST: Final = seal_code_list(CATALOG, CHAOYANG_KEY)
HAIDIAN_CATALOG_LIST: Final = seal_code_list(replace(CATALOG, issuer=HAIDIAN.code), HAIDIAN_KEY)

CAFE: Final = License(
    issuer=CHAOYANG.code,
    version=1,
    industry="25",
    catalog=2023,
    year=2026,
    serial=17,
    uscc="91110105MAXX00023Q",
    holder="北京雾屿咖啡有限公司",
    address="北京市朝阳区朝外街道雾屿路5号楼1层102",
    position=Position(39.9242, 116.4436),
    issued_day=day("2026-03-02"),
    expiry_day=None,
    status_list=0,
    status_index=8,
    permits=(
        Permit(1, "JY21105260000236", day("2031-03-01")),
        Permit(2, "京卫公证字〔2026〕第110105-00023号", day("2030-02-26")),
    ),
    pending=(),
)
BOOKSHOP: Final = License(
    issuer=HAIDIAN.code,
    version=2,
    industry="06",
    catalog=2023,
    year=2026,
    serial=4,
    uscc="91110105MAXX00015X",
    holder="北京拾光纸页书店有限公司",
    address="北京市海淀区北太平庄街道拾光里2号楼底商3",
    position=None,
    issued_day=day("2026-04-20"),
    expiry_day=day("2028-03-30"),
    status_list=0,
    status_index=3,
    permits=(Permit(3, "新出发京零字第海260028号", day("2028-03-30")),),
    pending=(),
)


def sealed(license: License = CAFE, signer: VectorSigner = CHAOYANG_KEY) -> str:
    """The symbol's text of a license under its own district's host."""
    host = HAIDIAN.host if license.issuer == HAIDIAN.code else CHAOYANG.host
    return seal(license, signer, host=host).text
