"""What a root, a trust list or an offer says, for people: what is believed, what is not, and why."""

from collections.abc import Collection, Iterator
from datetime import date

from credential.days import day_text, instant_text, number_of
from credential.errors import CredentialError
from credential.multisign import UnverifiedSign
from credential.offer import Offer
from credential.roots import Root
from credential.trust import Issuer, KeyState, Scope, TrustedKey, TrustList

_KEYS_IN_HAND = 2  # the one that signs, and one in its safe
_STATES = {
    KeyState.ANNOUNCED: ("…", "已公布，未启用 announced: it signs nothing before its first day"),
    KeyState.ACTIVE: ("✔", "在用 active"),
    KeyState.RETIRED: ("✔", "已停用，所签仍有效 retired: what it signed on its days stays good"),
    KeyState.COMPROMISED: ("✘", "已泄露 compromised"),
}


def describe(what: Root | TrustList | Offer, *, on: date) -> Iterator[str]:
    """The lines of one of them, as it stands on a day."""
    match what:
        case Root():
            yield from _root(what)
        case TrustList():
            yield f"受信任名单 trust list {what.number}"
            yield _times(what.issued_at, what.expires_at)
            for issuer in what.issuers:
                yield from _issuer(issuer, number_of(on))
                yield from _scopes(issuer.scopes)
        case Offer():
            yield f"加入申请 offer of {what.issuer.code}, {instant_text(what.issued_at)}"
            yield from _issuer(what.issuer, number_of(on))


def cautions(listed: TrustList, root: Root, *, on: date) -> Iterator[str]:
    """What a list may have and whoever signs it should know of, from the day after on."""
    if listed.expires_at > root.expires_at:
        yield (
            f"  ▲ 晚于根 {root.number} 到期，此根之下不予采信 it is to end after root {root.number}"
            " does, and opens under a successor alone"
        )
    tomorrow = number_of(on) + 1
    for issuer in listed.issuers:
        usable = [key for key in issuer.keys if key.refusal(tomorrow) is None]
        if issuer.scopes and len(usable) < _KEYS_IN_HAND:
            yield (
                f"  ▲ {issuer.code} 明日可签名的密钥 {len(usable)} 个，无备用"
                f" keys that may sign tomorrow: {len(usable)}, with none on standby"
            )


def describe_signatures(
    message: UnverifiedSign, roots: tuple[Root, ...], *, own: Collection[bytes] = ()
) -> Iterator[str]:
    """Who has signed, by the holders' names where a root knows them, and whether it is enough.

    `own` are the ids of the keys that an offer names.
    """
    holders = dict.fromkeys(own, "申请自身的密钥 the offer's own key")
    holders |= {each.key.key_id: each.holder for root in roots for each in root.keys}
    for signature in message.signatures:
        holder = holders.get(signature.key_id, "不在给出的根中 not of the roots given")
        yield f"  已签 signed  {signature.key_id.hex()}  {holder}"
    for root in roots:
        try:
            message.open(root.by_key_id, threshold=root.threshold)
        except CredentialError as error:
            yield f"  ✘ 根 root {root.number}: {error}"
        else:
            yield f"  ✔ 根 root {root.number}: {_rule(root)}"


def group(fingerprint: str) -> str:
    """A fingerprint in groups of four, to be read out."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


def _rule(root: Root) -> str:
    threshold, holders = root.threshold, len(root.keys)
    return f"{holders} 人中须 {threshold} 人签署 {threshold} of {holders}"


def _root(root: Root) -> Iterator[str]:
    yield f"根 root {root.number}: {_rule(root)} have to sign"
    yield _times(root.issued_at, root.expires_at)
    yield f"  指纹 fingerprint {group(root.fingerprint)}"
    for each in root.keys:
        yield f"  {each.key.key_id.hex()}  {each.key.suite.name:8} {each.holder}"


def _issuer(issuer: Issuer, today: int) -> Iterator[str]:
    yield f"{issuer.code} {issuer.name} ({issuer.name_en})"
    yield f"  {issuer.host}  {issuer.number_prefix}  {issuer.status_list_uri(0)}"
    for key in issuer.keys:
        yield _key(key, today)


def _key(key: TrustedKey, today: int) -> str:
    try:
        suite, unusable = key.key.suite.name, ""
        if key.key.key_id != key.key_id:
            unusable = "编号不符 its id is another key's"
    except CredentialError as error:
        suite, unusable = str(key.algorithm), f"不能使用 cannot be used: {error}"
    mark, words = _STATES[key.state_on(today)]
    if key.compromised_day is not None:
        since = day_text(key.compromised_day)
        words += f": 自 {since} 起所签不予认可 nothing dated from that day on is believed"
    until = "" if key.until_day is None else f" {day_text(key.until_day)}"
    mark, words = ("✘", unusable) if unusable else (mark, words)
    return f"  {mark} {key.key_id.hex()}  {suite:8} {day_text(key.from_day)} …{until}  {words}"


def _scopes(scopes: tuple[Scope, ...]) -> Iterator[str]:
    for scope in scopes:
        until = "" if scope.until_day is None else f" {day_text(scope.until_day)}"
        industries = (
            "全部行业 any industry"
            if scope.industries is None
            else ("行业 industries " + " ".join(scope.industries))
        )
        kinds = (
            "全部证件 any kind" if scope.kinds is None else "证件 kinds " + " ".join(scope.kinds)
        )
        # Before the words, so that none of them can be read as it.
        trial = "  试行 on trial" if scope.trial else ""
        yield f"  互认 recognized {day_text(scope.from_day)} …{until}{trial}  {industries}  {kinds}"
    if not scopes:
        yield "  互认：无 recognized for nothing"


def _times(issued_at: int, expires_at: int) -> str:
    return f"  {instant_text(issued_at)} … {instant_text(expires_at)}"
