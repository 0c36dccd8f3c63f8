"""A district that asks to be recognized, its offer, lists and symbols: good, until a test spoils them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from credential.claims import License, Permit
from credential.code_list import CodeList, Name, PermitCode, seal_code_list
from credential.days import day_at, seconds_of
from credential.multisign import cosign, write_sign
from credential.offer import Offer, draft_offer
from credential.seal import seal
from credential.signer import Signer
from credential.status import StatusList, seal_status_list
from credential.trust import Issuer, TrustedKey
from keys.files import create_key
from tests.verify_service.desk import make_uscc

CODE, HOST = "120116", "yz.binhai.example"
NOW = seconds_of(datetime.now(UTC))
TODAY = day_at(NOW)
DAY = 86_400
FIRST = TODAY + 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Binhai; what differs from what it should be is an argument."""

    folder: Path
    signer: Signer
    second: Signer
    _others: list[Signer] = field(default_factory=list)

    @property
    def issuer(self) -> Issuer:
        return Issuer(
            code=CODE,
            name="天津市滨海新区政务服务办公室",
            name_en="Binhai New Area Government Services Office, Tianjin",
            host=HOST.upper(),
            number_prefix="滨综许",
            status_uri=None,
            keys=tuple(map(listed, (self.signer, self.second))),
            scopes=(),
        )

    def offer(
        self,
        issuer: Issuer | None = None,
        *,
        issued_at: int = NOW,
        signers: tuple[Signer, ...] | None = None,
    ) -> Path:
        """Write an offer, signed with both keys unless it is said by whom."""
        message = draft_offer(Offer(issued_at=issued_at, issuer=issuer or self.issuer))
        for signer in (self.signer, self.second) if signers is None else signers:
            message = cosign(message, signer)
        path = self.folder / "offer.cbor"
        path.write_bytes(write_sign(message))
        return path

    def publish(
        self,
        *,
        issued_at: int = NOW,
        lifetime: int = 7 * DAY,
        codes_at: int = NOW,
        kind: str = "food_business",
        industry: str = "25",
        by: Signer | None = None,
    ) -> Path:
        """Write a bundle of a status list and a code list."""
        signer = by or self.signer
        status = StatusList(
            f"https://{HOST}/status/0", issued_at, issued_at + lifetime, 3600, bytes(8)
        )
        name = Name("食品经营许可证", "Food permit")
        codes = CodeList(
            CODE,
            2024,
            codes_at,
            {industry: Name("咖啡店", "Café")},
            {1: PermitCode(kind, name, Name("区市场监管委", "Market regulation"))},
        )
        bundle = self.folder / "bundle"
        for path, data in (
            (bundle / "status" / CODE / "0.cbor", seal_status_list(status, signer)),
            (bundle / "catalogs" / CODE / "2024.cbor", seal_code_list(codes, signer)),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return bundle

    def symbol(self, alter: Callable[[License], License] = lambda good: good) -> str:
        """The text of a license of today."""
        license = License(
            issuer=CODE,
            version=1,
            industry="25",
            catalog=2024,
            year=2026,
            serial=1,
            uscc=make_uscc(1, division=CODE),
            holder="天津潮汐咖啡有限公司",
            address="天津市滨海新区塘沽街道潮汐道6号",
            position=None,
            issued_day=TODAY,
            expiry_day=None,
            status_list=0,
            status_index=0,
            permits=(Permit(1, "JY21201160010015", TODAY + 900),),
            pending=(),
        )
        return seal(alter(license), self.signer, host=HOST.upper()).text

    def symbols(self, *texts: str) -> Path:
        path = self.folder / "symbols.txt"
        path.write_text("".join(f"{text}\n" for text in texts), "ascii")
        return path

    def stranger(self) -> Signer:
        """A key of nobody's."""
        name = f"stranger-{len(self._others)}.pem"
        self._others.append(create_key(self.folder / name, suite="ES256"))
        return self._others[-1]


def listed(signer: Signer) -> TrustedKey:
    return TrustedKey.of(signer.verification_key, from_day=FIRST)


def create_candidate(folder: Path) -> Candidate:
    folder.mkdir()
    first, second = (
        create_key(folder / f"{n}.pem", suite=s) for n, s in ((1, "ES256"), (2, "Ed25519"))
    )
    return Candidate(folder=folder, signer=first, second=second)
