"""The tables about unseen names: by class, and against dictionaries that know some names."""

from collections import Counter
from collections.abc import Mapping, Sequence

import cbor2

from credential.claims import License
from tests.bench.sizes.constructions import PHRASES
from tests.bench.sizes.cose_tokens import compact_claims, deflated_cwt
from tests.bench.sizes.limits import versions
from tests.bench.sizes.ours import full
from tests.bench.sizes.spread import Spread, table
from tests.bench.sizes.tricks import texts_of
from tests.bench.sizes.unseen import unseen_licenses

FURTHER_SEEDS = range(1, 26)
_STEPS = range(6)
_WINDOW = 1 << 15  # what DEFLATE can look back


def classes(sample: Sequence[License], unseen: Mapping[str, Sequence[License]]) -> str:
    """Every class in profile full at level M, beside the sample."""
    everything = [license for licenses in unseen.values() for license in licenses]
    shown = {"**the sample**": sample, **unseen, "**all unseen**": everything}
    rows = []
    for label, licenses in shown.items():
        found = versions(licenses)
        rows.append(
            [
                label,
                len(licenses),
                Spread.of(sum(map(len, texts_of(license))) for license in licenses),
                Spread.of(len(full(license).message) for license in licenses),
                Spread.of(found),
                _histogram(found),
            ]
        )
    head = ["", "licenses", "characters of text", "bytes", "version, M", "how many of each version"]
    return table(head, rows)


def tail(sample: Sequence[License]) -> str:
    """The share of each version over further seeds, for what 40 of a class cannot show."""
    found: dict[str, list[int]] = {}
    for seed in FURTHER_SEEDS:
        for label, licenses in unseen_licenses(sample, seed=seed).items():
            found.setdefault(label, []).extend(versions(licenses))
    found["**all of them**"] = [version for each in found.values() for version in each]
    shown = range(min(map(min, found.values())), max(map(max, found.values())) + 1)
    rows = []
    for label, each in found.items():
        counts = Counter(each)
        rows.append([label, len(each), *(counts[version] for version in shown)])
    return table(["", "licenses", *(f"{version}-M" for version in shown)], rows)


def pairs(sample: Sequence[License], unseen: Mapping[str, Sequence[License]]) -> str:
    """Versions more than the sample that has the same industry, permits and days."""
    own = versions(sample)
    rows = []
    for label, licenses in unseen.items():
        more = Counter(
            version - own[at % len(own)] for at, version in enumerate(versions(licenses))
        )
        assert more.keys() <= set(_STEPS)
        rows.append([label, *(more[steps] for steps in _STEPS)])
    return table(["", *(f"+{steps}" for steps in _STEPS)], rows)


def dictionaries(sample: Sequence[License], unseen: Mapping[str, Sequence[License]]) -> str:
    """Compact CWT deflated against dictionaries, on names in them and on names that are not."""
    everything = [license for licenses in unseen.values() for license in licenses]
    whole = _dictionary(sample)
    others = [
        len(deflated_cwt(license, _dictionary([*sample[:at], *sample[at + 1 :]])).message)
        for at, license in enumerate(sample)
    ]
    rows: list[list[object]] = [
        ["ours, no dictionary", _ours(sample), _ours(everything)],
        ["deflate, none", _with(b"", sample), _with(b"", everything)],
        ["deflate, our phrases", _with(PHRASES, sample), _with(PHRASES, everything)],
        ["deflate, the 25 samples themselves", _with(whole, sample), _with(whole, everything)],
        ["deflate, the other 24 samples", Spread.of(others), ""],
    ]
    return table(["bytes of message", "on the sample", "on unseen names"], rows)


def _dictionary(licenses: Sequence[License]) -> bytes:
    return b"".join(cbor2.dumps(compact_claims(license)) for license in licenses)[-_WINDOW:]


def _with(dictionary: bytes, licenses: Sequence[License]) -> Spread:
    return Spread.of(len(deflated_cwt(license, dictionary).message) for license in licenses)


def _ours(licenses: Sequence[License]) -> Spread:
    return Spread.of(len(full(license).message) for license in licenses)


def _histogram(found: Sequence[int]) -> str:
    counts = Counter(found)
    return ", ".join(f"{version}: {counts[version]}" for version in sorted(counts))
