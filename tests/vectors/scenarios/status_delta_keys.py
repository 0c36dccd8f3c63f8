"""Whose keys may sign a delta, and when; its base may be signed by another key of the issuer."""

from collections.abc import Iterator

from tests.vectors.admitting import (
    ADMITTED,
    DELTA,
    ORDINARY,
    REFUSED,
    STATUS,
    TRUST,
    UNCHANGED,
    Admission,
    pair,
    step,
)
from tests.vectors.district import (
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN_KEY,
    ROOT_HOLDERS,
    STRANGER_KEY,
    es256_key,
    key,
    status_delta,
    status_list,
    trust_list,
    with_keys,
)
from tests.vectors.scenarios.status_deltas import BASE, HELD, LATE, made


def admissions() -> Iterator[Admission]:
    new = es256_key("chaoyang new")
    both = with_keys(key(CHAOYANG_KEY), key(new))
    retired = with_keys(key(CHAOYANG_KEY, end="2026-06-15"), key(new))
    yield made(
        "by-an-issuers-other-key",
        "Base and delta by two keys of one issuer.",
        *(step(TRUST, both, ADMITTED), HELD, step(DELTA, status_delta(BASE, signer=new), ADMITTED)),
    )
    for name, description, signer in (
        ("by-an-unknown-key", "A forger's key.", STRANGER_KEY),
        ("by-another-district", "Haidian says what Chaoyang's list says otherwise.", HAIDIAN_KEY),
        ("by-a-root", "A root signs trust lists and nothing else.", ROOT_HOLDERS[0]),
    ):
        forged = status_delta(BASE, signer=signer)
        yield made(name, description, ORDINARY, HELD, step(DELTA, forged, REFUSED))
    tomorrow = "2026-06-16T00:00:00"
    yield made(
        "by-a-retired-key-a-day-later",
        "The base was signed on the key's last day, the delta after it; the issuer's next key may.",
        *(step(TRUST, retired, ADMITTED), HELD),
        step(DELTA, status_delta(BASE, issued=tomorrow), REFUSED),
        step(DELTA, status_delta(BASE, signer=new, issued=tomorrow), ADMITTED),
    )
    base = status_list({8: 14}, issued="2026-06-14T06:00:00")
    yield made(
        "by-a-compromised-key",
        "The thief has the key since the 15th: the honest base stays, the delta is not taken.",
        step(TRUST, with_keys(key(CHAOYANG_KEY, compromised="2026-06-15"), key(new)), ADMITTED),
        step(STATUS, base, ADMITTED),
        *(step(DELTA, status_delta(base, 8, 1, 0), REFUSED),),
        step(DELTA, status_delta(base, 9, 1, 1, signer=new), ADMITTED),
    )
    thiefs = with_keys(key(CHAOYANG_KEY, compromised="2026-06-14"), key(new))
    yield made(
        "with-a-base-by-a-compromised-key",
        "An honest delta by the next key does not mend the thief's base.",
        *(step(TRUST, thiefs, ADMITTED), pair(BASE, status_delta(BASE, signer=new), REFUSED)),
    )
    yield made(
        "before-its-keys-first-day",
        "By a key that is in use from the next day on.",
        step(TRUST, with_keys(key(CHAOYANG_KEY), key(new, start="2026-06-16")), ADMITTED),
        *(HELD, step(DELTA, status_delta(BASE, signer=new), REFUSED)),
    )
    yield made(
        "older-and-by-a-retired-key",
        "Nothing more is looked at in what is older: not whether its key could sign that day.",
        step(TRUST, with_keys(key(CHAOYANG_KEY), key(new, end="2026-06-14")), ADMITTED),
        *(HELD, step(DELTA, status_delta(BASE, issued=LATE), ADMITTED)),
        step(DELTA, status_delta(BASE, signer=new), UNCHANGED),
    )
    later = trust_list(CHAOYANG._replace(keys=(key(new),)), number=8, issued="2026-06-15T09:00:00")
    yield made(
        "with-a-base-by-a-key-that-is-gone",
        "The next trust list has no longer the key that signed the base.",
        *(ORDINARY, HELD, step(TRUST, later, ADMITTED)),
        pair(BASE, status_delta(BASE, signer=new), REFUSED),
    )
