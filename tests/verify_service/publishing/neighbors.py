"""A neighboring district, with a key of its own on the trust list, and what it publishes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from credential.code_list import CodeList, Name, PermitCode, seal_code_list
from credential.days import seconds_of
from credential.seal import seal
from credential.status import StatusList, seal_status_list
from keys.files import FileSigner, create_key, public_pem
from tests.verify_service.bureau import NOON, Bureau, content_of, day
from verify_service.issuing.service import Issued

CODE, HOST = "110108", "yz.haidian.example"
STATUS, CODES = f"status/{CODE}/0.cbor", f"catalogs/{CODE}/2023.cbor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbor:
    """Signs as Haidian does; times are instants of signing."""

    signer: FileSigner

    def status_list(self, at: datetime, *, entries: bytes = bytes(8), number: int = 0) -> bytes:
        seconds = seconds_of(at)
        uri = f"https://{HOST}/status/{number}"
        listed = StatusList(uri, seconds, seconds + 7 * 86_400, 43_200, entries)
        return seal_status_list(listed, self.signer)

    def code_list(self, at: datetime, *, edition: int = 2023, permit: str = "许可") -> bytes:
        name = Name(permit, "permit")
        listed = CodeList(
            CODE,
            edition,
            seconds_of(at),
            {"26": Name("酒吧", "bar")},
            {code: PermitCode("food_business", name, name) for code in range(1, 60)},
        )
        return seal_code_list(listed, self.signer)

    def license_like(self, issued: Issued) -> str:
        """The text of a license of its own, in the first place of its list."""
        license = content_of(issued.text)._replace(issuer=CODE, status_index=0)
        return seal(license, self.signer, host=HOST.upper()).text


def welcome(bureau: Bureau) -> Neighbor:
    """Put the neighbor on the trust list, as number 2."""
    signer = create_key(bureau.folder / "neighbor.pem", suite="Ed25519")
    (bureau.folder / "neighbor.pub.pem").write_bytes(public_pem(signer.verification_key))
    with (bureau.folder / "trust-list.toml").open("a", encoding="utf-8") as source:
        source.write(f"""
        [[issuers]]
        code = "{CODE}"
        name = "北京市海淀区政务服务局"
        name_en = "Haidian District Government Services Bureau"
        host = "{HOST}"
        number_prefix = "海综许"
        [[issuers.keys]]
        public = "neighbor.pub.pem"
        state = "active"
        from = {day(-700)}
        [[issuers.scopes]]
        from = {day(-700)}
        """)
    data = bureau.sign_trust_list(2, at=NOON - timedelta(hours=1))
    bureau.service.publisher.publish_trust_list(data, at=NOON)
    return Neighbor(signer=signer)
