"""The office that keeps the trust list's source, and the holders who sign: all by `python -m keys`.

Each step is the command of docs/runbooks/, run in this process at an instant that is given. A folder
stands for each machine's disk: the office's, and one for the keys, which nothing else reads.
"""

import io
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from credential.roots import Root
from credential.signer import PrivateKeySigner
from keys.__main__ import main
from keys.files import write_public
from keys.publishing import read_root_file


class RefusedError(Exception):
    """A command that ended with 1, and what it said."""


@dataclass
class Office:
    """What it has made so far: roots by their number, lists by theirs."""

    folder: Path
    roots: list[Root] = field(default_factory=list)
    list_number: int = 0
    list_under: int = 0
    """The last root that the last list opens under."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "keys").mkdir(mode=0o700)

    @property
    def source(self) -> Path:
        return self.folder / "trust-list.toml"

    def take_key(self, name: str, signer: PrivateKeySigner) -> None:
        """Lay a key down as `keys create` would: the private half for its holder alone."""
        private = self._private(name)
        private.touch(mode=0o600)
        private.write_bytes(
            signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        write_public(self._public(name), signer.verification_key)

    # ---- roots ----------------------------------------------------------------------------------

    def make_root(self, names: str, *, signers: str, at: datetime, days: int) -> Root:
        """Draft a root of these holders, each called by a letter, have it signed and put together."""
        number = len(self.roots) + 1
        words: list[object] = ["root", "--threshold", 2, "--days", days]
        for name in names:
            words += ["--holder", f"{name}={self._public(name)}"]
        before = [] if number == 1 else [self.root_file(number - 1)]
        if before:
            words += ["--previous", *before]
        self._sign(words, f"root-{number}", signers, under=before, at=at)
        self.roots.append(read_root_file(self.root_file(number)))
        return self.roots[-1]

    def root_file(self, number: int) -> Path:
        return self.folder / f"root-{number}.cbor"

    # ---- the list -------------------------------------------------------------------------------

    def sign_list(
        self, signers: str, *, under: Sequence[int], at: datetime, days: int, into: Path
    ) -> None:
        """Draft the list of the source, have it signed, put it together under roots, publish it."""
        number = self.list_number + 1
        words: list[object] = ["trust-list", self.source, "--days", days]
        if self.list_number:
            words += ["--root", self.root_file(self.list_under)]
            words += ["--previous", self._list_file(self.list_number)]
        else:
            words += ["--root", self.root_file(1)]
        proofs = [self.root_file(root) for root in under]
        self._sign(words, f"list-{number}", signers, under=proofs, at=at)
        chain = [self.root_file(root.number) for root in self.roots[: max(under)]]
        self.run(
            "publish",
            self._list_file(number),
            *_each("--root", chain),
            *("--into", into),
            at=at,
        )
        self.list_number, self.list_under = number, max(under)

    def announce(self, name: str, *, issuer: str, first: date, at: datetime) -> None:
        words = ("--issuer", issuer, "--from", first)
        self.run("announce", self.source, self._public(name), *words, at=at)

    def retire(self, signer: PrivateKeySigner, *, last: date, at: datetime) -> None:
        self.run("retire", self.source, signer.key_id.hex(), "--until", last, at=at)

    def compromise(self, signer: PrivateKeySigner, *, since: date, at: datetime) -> None:
        self.run("compromise", self.source, signer.key_id.hex(), "--since", since, at=at)

    def admit(self, offered: str, name: str, *, first: date, at: datetime) -> None:
        """A district's own offer, signed with its key, and taken into the source."""
        source = self.folder / f"{name}.toml"
        source.write_text(offered, "utf-8")
        self._sign(["offer", source], f"offer-{name}", (name,), under=(), at=at)
        offer = self.folder / f"offer-{name}.cbor"
        self.run("admit", self.source, offer, "--from", first, at=at)

    # ---- commands -------------------------------------------------------------------------------

    def run(self, *words: object, at: datetime) -> str:
        """Run a command; gives what it has said.

        Raises:
            RefusedError: it ended with 1.
        """
        said, refused = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(refused):
            status = main([str(word) for word in words], at=at)
        if status:
            raise RefusedError(refused.getvalue())
        return said.getvalue()

    def _sign(
        self,
        drafting: Sequence[object],
        stem: str,
        signers: Sequence[str],
        *,
        under: Sequence[Path],
        at: datetime,
    ) -> None:
        """Draft, have each sign the draft alone, and put the signatures together."""
        draft = self.folder / f"{stem}.draft"
        draft.unlink(missing_ok=True)  # of a day on which it came to nothing
        self.run(*drafting, "--output", draft, at=at)
        signed = []
        for name in signers:
            part = self.folder / f"{stem}.{name}"
            part.unlink(missing_ok=True)
            key = f"file:{self._private(name)}"
            self.run("sign", draft, "--key", key, "--output", part, at=at + timedelta(minutes=1))
            signed.append(part)
        made = self.folder / f"{stem}.cbor"
        self.run("combine", draft, *signed, *_each("--root", under), "--output", made, at=at)

    def _list_file(self, number: int) -> Path:
        return self.folder / f"list-{number}.cbor"

    def _private(self, name: str) -> Path:
        return self.folder / "keys" / f"{name}.pem"

    def _public(self, name: str) -> Path:
        return self.folder / f"{name}.pub.pem"


def _each(word: str, values: Sequence[object]) -> list[object]:
    return [each for value in values for each in (word, value)]
