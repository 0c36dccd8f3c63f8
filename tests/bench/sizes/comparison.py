"""The tables about the 25 samples: every construction, each sample, and our bytes by part."""

from collections.abc import Sequence

from credential.barcode import digits_for
from credential.claims import License
from credential.seal import full_url
from tests.bench.sizes.constructions import ALL, Construction
from tests.bench.sizes.licenses import number_of
from tests.bench.sizes.ours import breakdown, full
from tests.bench.sizes.spread import Spread, table
from tests.bench.sizes.symbols import (
    LEVELS,
    Level,
    Mode,
    NoSymbolError,
    Segment,
    module_mm,
    modules,
    version_for,
)

SIDES_MM = (60.0, 80.0)
HOST_LETTERS = (12, 19, 30)


def comparison(sample: Sequence[License]) -> str:
    """Bytes, characters and versions."""
    rows = []
    for name, construction in ALL.items():
        carried = [construction(license) for license in sample]
        rows.append(
            [
                name,
                Spread.of(len(each.message) for each in carried),
                Spread.of(len(each.text) for each in carried),
                *(_versions(construction, sample, level) for level in LEVELS),
            ]
        )
    return table(["", "bytes", "characters", *(f"version, {level}" for level in LEVELS)], rows)


def physical(sample: Sequence[License]) -> str:
    """Modules a side, and millimeters a module on paper at level M."""
    rows = []
    for name, construction in ALL.items():
        spreads = [_versions(construction, sample, level) for level in LEVELS]
        at_m = spreads[LEVELS.index("M")]
        rows.append(
            [
                name,
                *(Spread(*map(_modules, (s.least, s.median, s.most))) for s in spreads),
                *(_millimeters(at_m, side) for side in SIDES_MM),
            ]
        )
    head = [
        "",
        *(f"modules, {level}" for level in LEVELS),
        *(f"mm a module at {side:g} mm, M" for side in SIDES_MM),
    ]
    return table(head, rows)


def samples(sample: Sequence[License]) -> str:
    """Each sample in profile full."""
    rows = []
    for license in sample:
        carried = full(license)
        rows.append(
            [
                f"{number_of(license)} {license.holder}",
                len(license.permits),
                len(carried.message),
                len(carried.text),
                *(version_for(carried.segments, level) for level in LEVELS),
            ]
        )
    return table(["", "permits", "bytes", "characters", *LEVELS], rows)


def parts(sample: Sequence[License]) -> str:
    """The bytes of profile full by what they are for."""
    found = [breakdown(license) for license in sample]
    rows: list[list[object]] = [
        [part, Spread.of(each[part] for each in found)] for part in found[0]
    ]
    rows.append(["**whole message**", Spread.of(sum(each.values()) for each in found)])
    return table(["", "bytes"], rows)


def capacities() -> str:
    """The longest message of profile full that each version holds at level M, by host."""
    shown = range(9, 16)
    rows = []
    for letters in HOST_LETTERS:
        head = Segment(Mode.ALPHANUMERIC, full_url("H" * letters))
        longest: dict[int, int] = {}
        for size in range(64, 450):
            digits = Segment(Mode.NUMERIC, "0" * digits_for(size))
            longest[version_for((head, digits), "M")] = size
        rows.append([f"host of {letters} characters", *(longest[version] for version in shown)])
    return table(["bytes", *(f"{version}-M" for version in shown)], rows)


def _versions(construction: Construction, sample: Sequence[License], level: Level) -> Spread:
    return Spread.of(_version(construction, license, level) for license in sample)


def _version(construction: Construction, license: License, level: Level) -> float:
    try:
        return version_for(construction(license).segments, level)
    except NoSymbolError:
        return float("inf")


def _modules(version: float) -> float:
    return version if version == float("inf") else modules(int(version))


def _millimeters(versions: Spread, side_mm: float) -> str:
    found = (versions.least, versions.median, versions.most)
    return " · ".join(f"{module_mm(int(version), side_mm):.2f}" for version in found)
