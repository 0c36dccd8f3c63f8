"""What a new trust list may not do to those who still hold the last one.

A scanner in the field may hold a list of up to thirty days. What would make it reject a genuine
license, or believe what was disbelieved already, needs a reason and a name for it. The table of all
changes is in docs/spec/trust-list.md.
"""

from collections.abc import Iterator
from math import inf

from credential.days import day_at, day_text
from credential.trust import ANNOUNCED_DAYS, Issuer, TrustedKey, TrustList
from keys.errors import CeremonyError, Trouble
from keys.recognized import recognition_lost


def refuse_hasty(previous: TrustList, listed: TrustList) -> None:
    """Hold a new list against the one before it.

    Raises:
        CeremonyError: the first of the troubles, its detail with the keys.
    """
    for trouble, detail in hasty_changes(previous, listed):
        raise CeremonyError(trouble, detail)


def hasty_changes(previous: TrustList, listed: TrustList) -> Iterator[tuple[Trouble, str]]:
    """Each change that those who hold the previous list would suffer from."""
    # The later of the two: a ceremony's clock that is behind brings no day back.
    today = day_at(max(previous.issued_at, listed.issued_at))
    for key_id, (key, issuer) in listed.by_key_id.items():
        where = f"{issuer.code} {key_id.hex()}"
        found = previous.find_key(key_id)
        if found is None:
            if key.from_day < today + ANNOUNCED_DAYS:
                yield Trouble.NOT_ANNOUNCED, f"{where}: {day_text(today + ANNOUNCED_DAYS)}"
            continue
        before, owner = found
        if owner.code != issuer.code:
            yield Trouble.MOVED, f"{where}, {owner.code}"
        if (key.algorithm, key.public) != (before.algorithm, before.public):
            yield Trouble.ANOTHER_KEY, where
        yield from _changed_days(where, before, key, today)
    for key_id, (_, issuer) in previous.by_key_id.items():
        if listed.find_key(key_id) is None and listed.find_issuer(issuer.code) is not None:
            yield Trouble.DROPPED, f"{issuer.code} {key_id.hex()}"
    for issuer in previous.issuers:
        now = listed.find_issuer(issuer.code)
        if now is None:
            yield Trouble.ISSUER_LEFT, f"{issuer.code} {issuer.name}"
        else:
            yield from _changed_issuer(issuer, now, today)


def _changed_days(
    where: str, before: TrustedKey, now: TrustedKey, today: int
) -> Iterator[tuple[Trouble, str]]:
    """A key's days only become fewer, and never one that has come. What is added, every list that
    does not have it has to be too old for by then."""
    earliest = today + ANNOUNCED_DAYS
    has_begun = before.from_day <= today
    if not has_begun and now.from_day < min(before.from_day, earliest):
        yield Trouble.NOT_ANNOUNCED, f"{where}: {day_text(min(before.from_day, earliest))}"
    if (has_begun and now.from_day < before.from_day) or (
        _last(before) < min(_last(now), earliest - 1)
    ):
        yield Trouble.WIDENED, where
    if has_begun and now.from_day > before.from_day:
        yield Trouble.BEGUN_LATER, f"{where}: {day_text(before.from_day)}"
    if _is_believed_again(before, now):
        yield Trouble.BELIEVED_AGAIN, where
    if _last(now) < min(_last(before), today):
        yield Trouble.ENDED_BACK, where


def _changed_issuer(before: Issuer, now: Issuer, today: int) -> Iterator[tuple[Trouble, str]]:
    if (before.host, before.number_prefix) != (now.host, now.number_prefix):
        yield Trouble.PRINTED, f"{before.code}: {before.host} {before.number_prefix}"
    if _status_uris(before) != _status_uris(now):
        yield Trouble.STATUS_MOVED, f"{before.code}: {before.status_list_uri(0)}"
    if lost := recognition_lost(before.scopes, now.scopes, today=today):
        yield Trouble.NARROWED, f"{before.code} {before.name}: {lost}"


def _status_uris(issuer: Issuer) -> tuple[str, str]:
    """Two of them differ exactly where the place of the number, or what stands around it, does."""
    return issuer.status_list_uri(0), issuer.status_list_uri(1)


def _is_believed_again(before: TrustedKey, now: TrustedKey) -> bool:
    """Whether a day of compromise was taken back, or moved to a later one."""
    if before.compromised_day is None:
        return False
    return now.compromised_day is None or now.compromised_day > before.compromised_day


def _last(key: TrustedKey) -> float:
    return inf if key.until_day is None else key.until_day
