"""Ways in which a verifier may be wrong: each is one place of our own core, spoilt."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Flaw(NamedTuple):
    """In which module of the core, what text stands there once, and what instead.

    `layers` are those of which vectors have to differ.
    """

    module: str
    right: str
    wrong: str
    layers: tuple[str, ...]


def never(module: str, check: str, *layers: str) -> Flaw:
    """A check that finds nothing; `check` is its line, from `if` or `elif` on."""
    return Flaw(module, check, f"{check.split(maxsplit=1)[0]} False:", layers)


def always(module: str, check: str, *layers: str) -> Flaw:
    """A check that everything passes."""
    return Flaw(module, check, f"{check.split(maxsplit=1)[0]} True:", layers)


FORGING: Final[Mapping[str, Flaw]] = {
    "skips-the-signature": Flaw(
        "signer", "suite.verify(self.loaded, signature, message)", "pass", ("cose", "admission")
    ),
    "takes-high-s": Flaw(
        "signer",
        "if s > _HALF_ORDER:",
        "s = min(s, (P256_ORDER - int.from_bytes(s)).to_bytes(32))\n    if s > _HALF_ORDER:",
        ("cose",),
    ),
    "ignores-the-algorithm": never("envelope", "if algorithm != key.suite.algorithm:", "cose"),
    "takes-keys-of-small-order": never(
        "signer", "if data[:31] + bytes([data[31] & 0x7F]) in _SMALL_ORDER:", "trust"
    ),
    "takes-keys-in-any-form": never("signer", "if len(public) != suite.public_bytes:", "trust"),
    "ignores-the-host": Flaw("opening", " or host != issuer.host:", ":", ("text",)),
    "lets-one-district-speak-for-another": Flaw(
        "opening", "if content.issuer != issuer.code or ", "if ", ("cose",)
    ),
    "takes-a-lists-message-for-a-license": never("opening", "if type is not None:", "cose"),
    "takes-details-at-their-word": always(
        "opening", "if reference_digest(fetched) == reference.digest:", "city-code"
    ),
    "takes-a-reference-in-the-other-profile": never("opening", "if not external_aad:", "claims"),
    "believes-what-the-registry-disowns": Flaw(
        "judge", "if answer.known and answer.agrees and is_whole:", "if is_whole:", ("registry",)
    ),
    "takes-a-copy-at-any-place": always("rules", "if distance <= limit_m:", "place"),
}
ENDING: Final[Mapping[str, Flaw]] = {
    "ignores-status-lists": Flaw(
        "judge",
        "values = listed.read(content.status_index, count)",
        "values = (0,) * count",
        ("status",),
    ),
    "takes-an-old-status-list-for-fresh": never(
        "judge", "if age > policy.status_limit or now >= listed.expires_at:", "status"
    ),
    "never-warns-of-an-aging-list": never("judge", "elif age > policy.status_warning:", "status"),
    "is-green-on-an-unknown-status": Flaw(
        "judge",
        'return None, None, (Reason("status-missing"),)',
        "return (0,) * 9, now, ()",
        ("status",),
    ),
    "takes-a-place-outside-the-list-for-good": Flaw(
        "status",
        'raise StatusListError(f"entries {index}+{count} are outside the list")',
        "return (0,) * count",
        ("status",),
    ),
    "reads-the-halves-of-a-byte-in-the-wrong-order": Flaw(
        "status", ">> ((at & 1) << 2) & 15", ">> ((~at & 1) << 2) & 15", ("status",)
    ),
    "ignores-permits-last-days": Flaw(
        "rules",
        "if last is not None and today > last:\n            # How it ended",
        "if False:\n            # How it ended",
        ("time",),
    ),
    "ends-a-permit-a-day-early": Flaw(
        "rules",
        "if last is not None and today > last:\n            # How it ended",
        "if last is not None and today >= last:\n            # How it ended",
        ("time",),
    ),
    "ignores-the-licenses-last-day": never(
        "rules", "if expiry_day is not None and today > expiry_day:", "time"
    ),
    "counts-days-in-utc": Flaw(
        "days", "return (seconds - _EPOCH_SECONDS)", "return (seconds - 1577836800)", ("time",)
    ),
    "believes-a-clock-set-back": Flaw(
        "judge", "latest = now + policy.clock_tolerance", "latest = now + 10**9", ("time",)
    ),
    "passes-over-pending-items": never("rules", "if license.pending:", "catalog"),
}
TRUST: Final[Mapping[str, Flaw]] = {
    "calls-a-day-added-since-forged": never(
        "opening",
        "if _is_old(question) and signed > day_at(question.trusted.trust.issued_at):",
        "trust",
        "city-code",
    ),
    "ignores-the-keys-days": never(
        "trust",
        "if signed_day < first or (last is not None and signed_day > last):",
        "trust",
        "admission",
    ),
    "ignores-compromise": never(
        "trust", "if since is not None and signed_day >= since:", "trust", "admission"
    ),
    "rejects-all-of-a-compromised-key": Flaw(
        "trust",
        "if since is not None and signed_day >= since:",
        "if since is not None:",
        ("trust", "admission"),
    ),
    "believes-an-expired-trust-list": never("judge", "if now >= trust.expires_at:", "trust"),
    "calls-a-new-key-forged": Flaw(
        "opening",
        "return question.now - question.trusted.trust.issued_at > question.policy.trust_warning",
        "return False",
        ("trust",),
    ),
    "calls-a-new-key-forged-by-a-wrong-clock": Flaw(
        "opening",
        "return question.trusted.trust.issued_at > question.now + question.policy.clock_tolerance",
        "return False",
        ("trust", "city-code"),
    ),
    "drops-a-list-for-one-bad-key": Flaw(
        "trust",
        'object.__setattr__(self, "by_key_id", by_key_id)',
        "[each.key for each, _ in by_key_id.values()]\n"
        '        object.__setattr__(self, "by_key_id", by_key_id)',
        ("trust",),
    ),
    "ignores-a-scopes-days": Flaw(
        "trust",
        "first <= issued_day\n            and (last is None or issued_day <= last)",
        "True",
        ("recognition",),
    ),
    "ignores-a-scopes-industries": Flaw(
        "trust", "(industries is None or industry in industries)", "True", ("recognition",)
    ),
    "ignores-a-scopes-kinds": always(
        "rules", "if scope.kinds is None or kind in scope.kinds:", "recognition"
    ),
    "ignores-trial": never("rules", "if any(scope.trial for scope in counting):", "recognition"),
    "is-on-trial-if-any-scope-is": Flaw(
        "rules",
        "if any(scope.trial for scope in counting):",
        "if any(scope.trial for scope in within):",
        ("recognition",),
    ),
}
LISTS: Final[Mapping[str, Flaw]] = {
    "counts-one-root-signature-as-enough": never(
        "multisign", "if signed < threshold:", "admission"
    ),
    "counts-a-holder-twice": Flaw(
        "multisign",
        "if signatures and signatures[-1].key_id >= header.key_id:",
        "if signatures and signatures[-1].key_id > header.key_id:",
        ("admission",),
    ),
    "ignores-unprotected-headers": never(
        "multisign", "if data[at : at + 1] != _EMPTY_MAP:", "admission"
    ),
    "counts-signatures-without-end": never(
        "multisign", "if not 0 <= count <= MAX_SIGNATURES:", "admission"
    ),
    "takes-a-root-of-another-type": never("roots", "if message.type != MEDIA_TYPE:", "admission"),
    "takes-a-root-dated-backwards": never(
        "roots", "if not 0 < self.issued_at < self.expires_at <= days.LAST_INSTANT:", "admission"
    ),
    "passes-over-a-roots-bad-signature": Flaw(
        "multisign",
        'raise SignatureError(f"signature of {key_id.hex()}: {error}") from None',
        "continue",
        ("admission",),
    ),
    "counts-strangers": Flaw(
        "multisign",
        "if key is None:\n                continue",
        "if key is None:\n                signed += 1\n                continue",
        ("admission",),
    ),
    "takes-a-root-that-the-old-one-has-not-signed": Flaw(
        "roots", "message.open(held.by_key_id, threshold=held.threshold)", "pass", ("admission",)
    ),
    "takes-a-root-that-has-not-signed-itself": Flaw(
        "roots", "message.open(root.by_key_id, threshold=root.threshold)", "pass", ("admission",)
    ),
    "strands-who-holds-a-root-that-has-ended": Flaw(
        "roots",
        "root.number != held.number + 1:",
        "(root.number != held.number + 1 or root.issued_at >= held.expires_at):",
        ("admission",),
    ),
    "skips-a-roots-number": Flaw(
        "roots", "root.number != held.number + 1:", "root.number <= held.number:", ("admission",)
    ),
    "takes-a-root-without-its-list": Flaw(
        "trusted",
        "root = follow_roots(self.root, roots or {})\n",
        "root = follow_roots(self.root, roots or {}); object.__setattr__(self, 'root', root)\n",
        ("admission",),
    ),
    "takes-a-list-that-outlives-its-root": never(
        "trust_list", "if listed.expires_at > root.expires_at:", "admission"
    ),
    "rolls-the-trust-list-back": never(
        "trust_list",
        "if held is not None and is_rollback(listed, held, root):",
        "admission",
    ),
    "is-shut-out-by-a-number-driven-up": Flaw(
        "trust_list",
        "return by_number if opens else by_instant",
        "return by_number",
        ("admission",),
    ),
    "rolls-back-across-a-change-of-root": Flaw(
        "trust_list",
        "by_instant = offered.issued_at < held.issued_at",
        "by_instant = False",
        ("admission",),
    ),
    "rolls-a-status-list-back": Flaw(
        "trusted",
        "held = self.status.get(at)",
        "held = None",
        ("admission", "status"),
    ),
    "takes-a-status-list-that-became-shorter": never(
        "trusted", "if held is not None and len(held.entries) > len(listed.entries):", "admission"
    ),
    "takes-one-status-list-for-another": never("status", "if subject != uri:", "admission"),
    "keeps-lists-after-a-new-trust-list": Flaw(
        "trusted",
        "return TrustedSet(root, open_trust_list(data, root, held=self.trust))",
        "return replace(self, root=root, trust=open_trust_list(data, root, held=self.trust))",
        ("admission",),
    ),
    "inflates-without-end": Flaw(
        "status",
        "_MAX_INFLATED: Final = MAX_ENTRIES * BITS // 8",
        "_MAX_INFLATED = 1 << 30",
        ("admission",),
    ),
    "takes-true-for-a-number": Flaw(
        "cbor",
        "def has_boolean(",
        "def has_boolean(*_): return False\n\n\ndef _unused(",
        ("admission",),
    ),
}
DELTAS: Final[Mapping[str, Flaw]] = {
    "puts-a-delta-on-another-base": never(
        "status_delta",
        "if delta.base_digest != base.digest or delta.base_issued_at != base.issued_at:",
        "admission",
    ),
    "ignores-what-a-delta-says": Flaw(
        "status_delta", "_fill(entries, start, end, value)", "pass", ("delta",)
    ),
    "counts-a-gap-from-the-start-of-the-run-before": Flaw(
        "status_delta",
        "start, before = end + gap, value",
        "start, before = (runs[-1].start if runs else 0) + gap, value",
        ("admission", "delta"),
    ),
    "spoils-the-other-half-of-a-byte": Flaw(
        "status_delta",
        "entries[start >> 1] & 15 | value << 4",
        "value << 4 | value",
        ("delta",),
    ),
    "spoils-the-other-half-of-a-runs-last-byte": Flaw(
        "status_delta", "entries[end >> 1] & 0xF0 | value", "value", ("delta",)
    ),
    "puts-each-delta-on-the-one-before": Flaw(
        "trusted",
        "self.status[at].base or self.status[at]",
        "replace(self.status[at], digest=(self.status[at].base or self.status[at]).digest,"
        " issued_at=(self.status[at].base or self.status[at]).issued_at)",
        ("admission", "delta"),
    ),
    "dates-a-delta-by-its-base": Flaw(
        "status_delta",
        "base.uri,\n        delta.issued_at,\n        delta.expires_at,",
        "base.uri,\n        delta.issued_at,\n        base.expires_at,",
        ("delta",),
    ),
    "takes-a-delta-that-tells-what-its-base-does": never(
        "status_delta",
        "if entries[index >> 1] >> ((index & 1) << 2) & 15 == value:",
        "admission",
    ),
    "takes-a-delta-that-leaves-entries-untold": never(
        "status_delta", "if added < delta.size:", "admission"
    ),
    "takes-a-run-in-two-pieces": never(
        "status_delta", "if gap == 0 and value == before:", "admission"
    ),
    "takes-an-empty-run": Flaw("status_delta", "count < 1", "count < 0", ("admission",)),
    "unfolds-a-delta-without-end": Flaw(
        "status_delta", "not 0 <= size <= MAX_ENTRIES", "not 0 <= size <= 1 << 24", ("admission",)
    ),
    "takes-one-lists-delta-for-another": Flaw(
        "status_delta", "if subject != uri:", "subject = uri\n    if False:", ("admission",)
    ),
    "reads-a-delta-of-any-length": Flaw(
        "status_delta", "MAX_BYTES: Final = 16 << 10", "MAX_BYTES: Final = 1 << 20", ("admission",)
    ),
    "takes-a-message-of-any-type-for-a-delta": never(
        "status_delta", "if message.header.type != MEDIA_TYPE:", "admission"
    ),
    "takes-a-base-by-what-is-held": Flaw(
        "trusted",
        "alone = self.without_lists().admit_status_list(base, number=number)",
        "alone = self.admit_status_list(base, number=number)",
        ("admission",),
    ),
}
FLAWS: Final[Mapping[str, Flaw]] = {**FORGING, **ENDING, **TRUST, **LISTS, **DELTAS}
