"""What a verifier holds: root, trust list, and what its keys have signed, newest of each.

An object without I/O. Everything enters through `admit_…`, which checks it; nothing older ever
replaces something newer (rollback), and nothing is believed because of where it came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from credential.code_list import CodeList, open_code_list, read_code_list
from credential.days import day_at
from credential.errors import (
    KeyNotUsableError,
    KeyUnknownError,
    StatusDeltaError,
    StatusListError,
)
from credential.roots import Root, follow_roots
from credential.signer import VerificationKey
from credential.status import StatusList, open_status_list, read_status_list
from credential.status_delta import apply_delta, open_status_delta, read_status_delta
from credential.trust import (
    Issuer,
    TrustedKey,
    TrustList,
)
from credential.trust_list import (
    open_trust_list,
)

MAX_LISTS: Final = 16
"""Status lists that are kept of an issuer, and as many editions of its code list: one issuer, or
the thief of its key, keeps no other's lists out by the number of its own (docs/spec/bundle.md)."""


@dataclass(frozen=True, slots=True)
class TrustedSet:
    """Verified lists; a new one gives a new set."""

    root: Root
    trust: TrustList
    status: Mapping[tuple[str, int], StatusList] = field(default_factory=dict)
    code_lists: Mapping[tuple[str, int], CodeList] = field(default_factory=dict)

    @classmethod
    def start(cls, root: Root, trust_list: bytes) -> "TrustedSet":
        """Begin with a root and a trust list that its holders have signed.

        Raises:
            TrustListError: it does not open under the root.
        """
        return cls(root, open_trust_list(trust_list, root))

    def admit_trust_list(
        self, data: bytes, *, roots: Mapping[int, bytes] | None = None
    ) -> "TrustedSet":
        """Take a trust list of the same or a higher number, and begin again under it.

        Successors of the root (`roots`, number to message) are taken with it or not at all: the
        list has to open under the last of them. The lists held so far are let go: a key that
        signed them may be compromised by now, so they are admitted again, from their bytes, under
        the new trust list.

        Raises:
            RootError: a root is not its predecessor's.
            TrustListError: forged, malformed or older.
        """
        root = follow_roots(self.root, roots or {})
        return TrustedSet(root, open_trust_list(data, root, held=self.trust))

    def without_lists(self) -> "TrustedSet":
        """The same root and trust list, and nothing that hangs on them."""
        return TrustedSet(self.root, self.trust)

    def admit_status_list(self, data: bytes, *, number: int) -> "TrustedSet":
        """Take list `number` of whichever issuer has signed it; an older one changes nothing.

        Raises:
            KeyUnknownError, KeyNotUsableError, SuiteUnavailableError: by no key of the trust list
                that may sign it and that can be checked here.
            StatusListError: forged, malformed, of another number, or from before its key.
        """
        message = read_status_list(data)
        key, issuer = self._key_for_lists(message.header.key_id)
        listed = open_status_list(data, key, uri=issuer.status_list_uri(number))
        return self._with_status((issuer.code, number), listed, message.header.key_id)

    def admit_status_delta(self, data: bytes, *, number: int) -> "TrustedSet":
        """Bring list `number` up to date, of which the delta's base is held; an older one, and one
        that is as old as the list held, changes nothing.

        Raises:
            KeyUnknownError, KeyNotUsableError, SuiteUnavailableError: as `admit_status_list`.
            StatusDeltaError: forged, malformed, of another list, or of a base that is not held.
            StatusListError: the list would become shorter.
        """
        message = read_status_delta(data)
        key, issuer = self._key_for_lists(message.header.key_id)
        delta = open_status_delta(data, key, uri=issuer.status_list_uri(number))
        at = issuer.code, number
        if at not in self.status:
            raise StatusDeltaError("there is no status list that the delta could be of")
        listed = apply_delta(self.status[at].base or self.status[at], delta)
        return self._with_status(at, listed, message.header.key_id)

    def admit_status_pair(self, base: bytes, delta: bytes, *, number: int) -> "TrustedSet":
        """Take a base and its delta in the place of list `number`, where the two are newer.

        Raises:
            As `admit_status_list` and `admit_status_delta`.
        """
        alone = self.without_lists().admit_status_list(base, number=number)
        alone = alone.admit_status_delta(delta, number=number)
        ((at, listed),) = alone.status.items()
        return self._with_status(at, listed, read_status_delta(delta).header.key_id)

    def _with_status(self, at: tuple[str, int], listed: StatusList, key_id: bytes) -> "TrustedSet":
        """Take a list in the place of the one held, if it is newer, and not shorter."""
        held = self.status.get(at)
        if held is not None and held.issued_at >= listed.issued_at:
            return self
        if held is not None and len(held.entries) > len(listed.entries):
            raise StatusListError("status list is shorter than the one before it")
        self._refuse_out_of_time(key_id, listed.issued_at)
        return replace(self, status={**self.status, at: listed})

    def admit_code_list(self, data: bytes) -> "TrustedSet":
        """Take a code list of whichever issuer has signed it; an older one changes nothing.

        Raises:
            KeyUnknownError, KeyNotUsableError, SuiteUnavailableError: by no key of the trust list
                that may sign it and that can be checked here.
            CodeListError: forged or malformed.
        """
        message = read_code_list(data)
        key, issuer = self._key_for_lists(message.header.key_id)
        listed = open_code_list(data, key, issuer=issuer.code)
        held = self.code_lists.get((issuer.code, listed.edition))
        if held is not None and held.issued_at >= listed.issued_at:
            return self
        self._refuse_out_of_time(message.header.key_id, listed.issued_at)
        return replace(self, code_lists={**self.code_lists, (issuer.code, listed.edition): listed})

    def _key_for_lists(self, key_id: bytes) -> tuple[VerificationKey, Issuer]:
        trusted, issuer = self._find(key_id)
        return trusted.key, issuer

    def _refuse_out_of_time(self, key_id: bytes, issued_at: int) -> None:
        refusal = self._find(key_id)[0].refusal(day_at(issued_at))
        if refusal is not None:
            raise KeyNotUsableError(
                f"list is signed by a key that may not sign at its time: {refusal}",
                key_id,
                refusal,
            )

    def _find(self, key_id: bytes) -> tuple[TrustedKey, Issuer]:
        found = self.trust.find_key(key_id)
        if found is None:
            raise KeyUnknownError("list is signed by a key that the trust list has not", key_id)
        return found
