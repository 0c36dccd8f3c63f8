"""A district of its own for these tests: real keys, real lists, real symbols; nothing is sampled.

`District` signs what a bureau would; `write_bundle` lays it out as `verify-service publish` does.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import segno
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from credential.claims import License, PendingItem, Permit, Position
from credential.code_list import CodeList, Name, PermitCode, seal_code_list
from credential.days import day_of
from credential.multisign import cosign, write_sign
from credential.roots import Root, RootKey, draft_root
from credential.seal import seal, seal_city_code
from credential.signer import PrivateKeySigner
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

HOST = "LICENSE.EXAMPLE.CN"
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
"""A Monday morning in Beijing; what is signed by default was signed then."""
PREMISES = Position(39.9219, 116.4435)
NOWHERE_NEAR = Position(39.9042, 116.4074)
CATALOG = 2023
CAPACITY = 64


def p256(secret: int) -> PrivateKeySigner:
    return PrivateKeySigner.hold(ec.derive_private_key(secret, ec.SECP256R1()))


def ed(secret: int) -> PrivateKeySigner:
    return PrivateKeySigner.hold(
        ed25519.Ed25519PrivateKey.from_private_bytes(secret.to_bytes(32, "big"))
    )


def public_pem(*signers: PrivateKeySigner) -> bytes:
    return b"".join(
        signer.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for signer in signers
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """A root with its holders' keys; the first two have to sign."""

    keys: tuple[PrivateKeySigner, ...]
    root: Root
    message: bytes


def make_root(
    *keys: PrivateKeySigner,
    number: int = 1,
    before: "Holders | None" = None,
    threshold: int = 2,
    years: tuple[int, int] = (2024, 2036),
) -> Holders:
    """A root signed by as many as have to, and by those of the one before; from New Year to New Year."""
    issued, expires = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in years)
    root = Root(
        number=number,
        threshold=threshold,
        keys=tuple(
            RootKey(holder=f"holder {key.key_id.hex()}", key=key.verification_key) for key in keys
        ),
        issued_at=issued,
        expires_at=expires,
    )
    message = draft_root(root)
    for key in (*keys, *(before.keys if before else ())):
        message = cosign(message, key)
    return Holders(keys=keys, root=root, message=write_sign(message))


HOLDERS = make_root(ed(7), p256(71), p256(72))
OTHER_HOLDERS = make_root(p256(8), ed(81), p256(82))
NEXT_HOLDERS = make_root(*HOLDERS.keys[1:], p256(73), number=2, before=HOLDERS)
ROOT = HOLDERS.root
LICENSE = License(
    issuer="110105",
    version=1,
    industry="01",
    catalog=CATALOG,
    year=2026,
    serial=1,
    uscc="91110105MAXX00015X",
    holder="北京晨光小馆餐饮管理有限公司",
    address="北京市朝阳区朝外大街甲6号1层101",
    position=PREMISES,
    issued_day=day_of(datetime(2026, 1, 5).date()),
    expiry_day=None,
    status_list=0,
    status_index=10,
    permits=(
        Permit(1, "JY21105010000017", day_of(datetime(2029, 1, 4).date())),
        Permit(2, "京卫公证字〔2026〕第110105-00001号", None),
    ),
    pending=(),
)
LICENSE_ENTRY, FOOD_ENTRY = 10, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district with its key, at a moment; everything that it signs bears that moment."""

    at: datetime = AT
    code: str = "110105"
    host: str = HOST
    key: PrivateKeySigner = field(default_factory=lambda: p256(1001))
    others: tuple["District", ...] = ()
    signing: tuple[PrivateKeySigner, ...] = HOLDERS.keys[:2]
    status_uri: str = "https://license.example.cn/status/{list}"

    @property
    def seconds(self) -> int:
        return int(self.at.timestamp())

    def issuer(self, *, compromised: int | None = None) -> Issuer:
        return Issuer(
            code=self.code,
            name="北京市朝阳区政务服务局",
            name_en="Chaoyang District Government Service Bureau",
            host=self.host,
            number_prefix="京朝综",
            status_uri=self.status_uri,
            keys=(
                TrustedKey.of(self.key.verification_key, from_day=1, compromised_day=compromised),
            ),
            scopes=(Scope(from_day=1),),
        )

    def trust_list(
        self, *, number: int = 1, days: int = 90, issuers: tuple[Issuer, ...] | None = None
    ) -> bytes:
        listed = TrustList(
            number=number,
            issued_at=self.seconds,
            expires_at=self.seconds + days * 86_400,
            issuers=issuers or (self.issuer(), *(other.issuer() for other in self.others)),
        )
        return seal_trust_list(listed, self.signing)

    def status_list(
        self, values: Mapping[int, int] | None = None, *, number: int = 0, days: int = 7
    ) -> bytes:
        listed = StatusList(
            self.status_uri.replace("{list}", str(number)),
            self.seconds,
            self.seconds + days * 86_400,
            3600,
            pack_entries(values or {}, size=CAPACITY),
        )
        return seal_status_list(listed, self.key)

    def code_list(self, *, edition: int = CATALOG) -> bytes:
        listed = CodeList(
            self.code,
            edition,
            self.seconds,
            {"01": Name("饭馆", "Restaurant")},
            {
                1: PermitCode(
                    "food-business",
                    Name("食品经营许可证", "Food Business License"),
                    Name("区市场监管局", "District Market Regulation Bureau"),
                ),
                2: PermitCode(
                    "public-hygiene",
                    Name("公共场所卫生许可证", "Public Place Hygiene License"),
                    Name("区卫生健康委", "District Health Commission"),
                ),
            },
        )
        return seal_code_list(listed, self.key)

    def text(self, license: License = LICENSE) -> str:
        return seal(replace_issuer(license, self.code), self.key, host=self.host).text

    def city_code(self, license: License = LICENSE) -> str:
        return seal_city_code(license, self.key, host=self.host, generated_at=self.seconds).text

    def claims(self, license: License = LICENSE) -> bytes:
        return seal(license, self.key, host=self.host).claims

    def later(self, **duration: float) -> "District":
        return replace(self, at=self.at + timedelta(**duration))

    def files(
        self, values: Mapping[int, int] | None = None, *, number: int = 1
    ) -> dict[str, bytes]:
        return {
            "trust-list.cbor": self.trust_list(number=number),
            f"status/{self.code}/0.cbor": self.status_list(values),
            f"catalogs/{self.code}/{CATALOG}.cbor": self.code_list(),
        }


def replace_issuer(license: License, code: str) -> License:
    return license._replace(issuer=code)


HAIDIAN = District(
    code="110108",
    host="LICENSE.HAIDIAN.EXAMPLE.CN",
    key=p256(2002),
    status_uri="https://license.haidian.example.cn/status/{list}",
)
PENDING = LICENSE._replace(pending=(PendingItem(2, mandatory=False),), permits=LICENSE.permits[:1])


def write_bundle(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def root_file(folder: Path, holders: Holders = HOLDERS) -> Path:
    path = folder / "root.cbor"
    path.write_bytes(holders.message)
    return path


def symbol(text: str, *, scale: int = 4, border: int = 4) -> Image.Image:
    """The text's symbol in its quiet zone, as issuing makes it: one segment of bytes will do."""
    file = io.BytesIO()
    segno.make(text, error="M", micro=False).save(file, kind="png", scale=scale, border=border)
    return Image.open(file).convert("L")


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def side_by_side(*texts: str) -> Image.Image:
    """Symbols in one picture, from left to right."""
    drawn = [symbol(text) for text in texts]
    sheet = Image.new(
        "L", (sum(one.width + 40 for one in drawn), max(one.height for one in drawn) + 40), 255
    )
    left = 20
    for one in drawn:
        sheet.paste(one, (left, 20))
        left += one.width + 40
    return sheet
