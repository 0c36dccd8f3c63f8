"""What is to be reached, and whether it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from credential.claims import License
from tests.bench.sizes.ours import full
from tests.bench.sizes.spread import Spread
from tests.bench.sizes.symbols import version_for

SAMPLE_MEDIAN: Final = 11
SAMPLE_MOST: Final = 13
UNSEEN_MORE: Final = 1


def versions(licenses: Sequence[License]) -> list[int]:
    """The versions of our symbols, profile full, at level M."""
    return [version_for(full(license).segments, "M") for license in licenses]


def missed(sample: Sequence[License], unseen: Mapping[str, Sequence[License]]) -> Iterator[str]:
    """A sentence for each limit that is not kept."""
    yield from _over("sample", sample, SAMPLE_MEDIAN, SAMPLE_MOST)
    for label, licenses in unseen.items():
        yield from _over(label, licenses, SAMPLE_MEDIAN + UNSEEN_MORE, SAMPLE_MOST + UNSEEN_MORE)


def _over(label: str, licenses: Sequence[License], median: int, most: int) -> Iterator[str]:
    each = versions(licenses)
    found = Spread.of(each)
    if found.median > median:
        yield f"{label}: median of {found.median:g}-M, at most {median}-M wanted"
    if found.most > most:
        above = sum(version > most for version in each)
        yield f"{label}: {above} of {len(licenses)} above {most}-M, up to {found.most:g}-M"
