"""What a verifier holds: the trust list, and what its keys have signed, newest of each.

An object without I/O. Everything enters through `admit_…`, which checks it; nothing older ever
replaces something newer (rollback), and nothing is believed because of where it came from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from credential.code_list import CodeList, open_code_list, read_code_list
from credential.days import day_at
from credential.errors import (
    KeyNotUsableError,
    KeyUnknownError,
    StatusListError,
)
from credential.signer import VerificationKey
from credential.status import StatusList, open_status_list, read_status_list
from credential.trust import Issuer, KeyState, TrustList, open_trust_list


@dataclass(frozen=True, slots=True)
class TrustedSet:
    """Verified lists; a new one gives a new set."""

    trust: TrustList
    status: Mapping[tuple[str, int], StatusList] = field(default_factory=dict)
    code_lists: Mapping[tuple[str, int], CodeList] = field(default_factory=dict)

    @classmethod
    def start(cls, trust_list: bytes, roots: Sequence[VerificationKey]) -> "TrustedSet":
        """Begin with a trust list that a pinned root has signed.

        Raises:
            TrustListError: it is not.
        """
        return cls(open_trust_list(trust_list, roots))

    def admit_trust_list(self, data: bytes, roots: Sequence[VerificationKey]) -> "TrustedSet":
        """Take a trust list of the same or a higher number, and begin again under it.

        The lists held so far are let go: a key that signed them may be compromised by now, so
        they are admitted again, from their bytes, under the new trust list.

        Raises:
            TrustListError: forged, malformed or older.
        """
        return TrustedSet(open_trust_list(data, roots, held=self.trust))

    def admit_status_list(self, data: bytes, *, number: int) -> "TrustedSet":
        """Take list `number` of whichever issuer has signed it; an older one changes nothing.

        Raises:
            KeyUnknownError, KeyNotUsableError: by no key of the trust list that may sign it.
            StatusListError: forged, malformed, of another number, or from before its key.
        """
        message = read_status_list(data)
        key, issuer = self._key_for_lists(message.header.key_id)
        listed = open_status_list(data, key, uri=issuer.status_list_uri(number))
        held = self.status.get((issuer.code, number))
        if held is not None and held.issued_at >= listed.issued_at:
            return self
        if held is not None and len(held.entries) > len(listed.entries):
            raise StatusListError("status list is shorter than the one before it")
        self._refuse_after_compromise(message.header.key_id, listed.issued_at)
        return replace(self, status={**self.status, (issuer.code, number): listed})

    def admit_code_list(self, data: bytes) -> "TrustedSet":
        """Take a code list of whichever issuer has signed it; an older one changes nothing.

        Raises:
            KeyUnknownError, KeyNotUsableError: by no key of the trust list that may sign it.
            CodeListError: forged or malformed.
        """
        message = read_code_list(data)
        key, issuer = self._key_for_lists(message.header.key_id)
        listed = open_code_list(data, key, issuer=issuer.code)
        held = self.code_lists.get((issuer.code, listed.edition))
        if held is not None and held.issued_at >= listed.issued_at:
            return self
        self._refuse_after_compromise(message.header.key_id, listed.issued_at)
        return replace(self, code_lists={**self.code_lists, (issuer.code, listed.edition): listed})

    def _key_for_lists(self, key_id: bytes) -> tuple[VerificationKey, Issuer]:
        found = self.trust.find_key(key_id)
        if found is None:
            raise KeyUnknownError("list is signed by a key that the trust list has not", key_id)
        trusted, issuer = found
        if trusted.state is KeyState.ANNOUNCED:
            raise KeyNotUsableError("list is signed by a key not yet in use", key_id, trusted.state)
        return trusted.key, issuer

    def _refuse_after_compromise(self, key_id: bytes, issued_at: int) -> None:
        found = self.trust.find_key(key_id)
        refusal = found and found[0].refusal(day_at(issued_at))
        if refusal:
            raise KeyNotUsableError(
                f"list is signed by a key that may not sign at its time: {refusal}",
                key_id,
                refusal,
            )
