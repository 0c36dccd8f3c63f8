"""A second root of the bureau, and what is published under it."""

from datetime import datetime

from credential.roots import Root, succeed_root
from credential.signer import Signer
from keys.ceremony import make_root
from keys.files import create_key
from tests.ceremonies import LONG, sign_source
from tests.verify_service.bureau import NOON, Bureau


class Succession:
    """Root 2 of the bureau: its first holder has left, and a fourth has come."""

    def __init__(self, bureau: Bureau, *, at: datetime = NOON, name: str = "root-4.pem") -> None:
        self.bureau, self.at = bureau, at
        self.fourth = create_key(bureau.folder / name, suite="ES256")
        _, second, third = bureau.root.signers
        old = bureau.root.root
        keys = [(each.holder, each.key) for each in old.keys[1:]]
        self.message = make_root(
            [
                (keys[0][0], second, keys[0][1]),
                (keys[1][0], third, keys[1][1]),
                ("holder 4", self.fourth, self.fourth.verification_key),
            ],
            threshold=2,
            at=at,
            lifetime=LONG,
            previous=old,
        )
        self.root: Root = succeed_root(old, self.message)

    def list_by(self, *signers: Signer, number: int = 2, at: datetime | None = None) -> bytes:
        source = self.bureau.folder / "trust-list.toml"
        return sign_source(source, *signers, number=number, at=at or self.at)

    def publish(self, data: bytes, **roots: bytes) -> None:
        numbered = {2: self.message} | {int(name[1:]): root for name, root in roots.items()}
        self.bureau.service.publisher.publish_trust_list(data, roots=numbered, at=self.at)
