"""What a new trust list may not do to those who still hold the last one.

A scanner in the field may hold a list of up to thirty days. What would make it reject a genuine
license, or believe what was disbelieved already, needs a reason and a name for it.
"""

from collections.abc import Iterator
from math import inf

from credential.days import date_of, day_at
from credential.trust import ANNOUNCED_DAYS, TrustedKey, TrustList
from keys.errors import CeremonyError, Trouble


def refuse_hasty(previous: TrustList, listed: TrustList) -> None:
    """Hold a new list against the one before it.

    Raises:
        CeremonyError: the first of the troubles, its detail with the keys.
    """
    for trouble, detail in hasty_changes(previous, listed):
        raise CeremonyError(trouble, detail)


def hasty_changes(previous: TrustList, listed: TrustList) -> Iterator[tuple[Trouble, str]]:
    """Each change that those who hold the previous list would suffer from."""
    today = day_at(listed.issued_at)
    for key_id, (key, issuer) in listed.by_key_id.items():
        where = f"{issuer.code} {key_id.hex()}"
        found = previous.find_key(key_id)
        if found is None:
            if key.from_day < today + ANNOUNCED_DAYS:
                yield Trouble.NOT_ANNOUNCED, f"{where}: {_earliest(today)}"
            continue
        before, owner = found
        if owner.code != issuer.code:
            yield Trouble.MOVED, f"{where}, {owner.code}"
        if key.from_day < min(before.from_day, today + ANNOUNCED_DAYS):
            yield Trouble.NOT_ANNOUNCED, f"{where}: {_earliest(today)}"
        if _is_believed_again(before, key):
            yield Trouble.BELIEVED_AGAIN, where
        if _last(key) < min(_last(before), today):
            yield Trouble.ENDED_BACK, where
    for key_id, (_, issuer) in previous.by_key_id.items():
        if listed.find_key(key_id) is None:
            yield Trouble.DROPPED, f"{issuer.code} {key_id.hex()}"


def _is_believed_again(before: TrustedKey, now: TrustedKey) -> bool:
    """Whether a day of compromise was taken back, or moved to a later one."""
    if before.compromised_day is None:
        return False
    return now.compromised_day is None or now.compromised_day > before.compromised_day


def _last(key: TrustedKey) -> float:
    return inf if key.until_day is None else key.until_day


def _earliest(today: int) -> str:
    return date_of(today + ANNOUNCED_DAYS).isoformat()
