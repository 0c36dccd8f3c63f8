"""``python -m tests.bench.reading``: how much is read of the corpus, by whom, how fast.

``--published FOLDER`` reads the photographs that others have published instead, ``--only CLASS``
one class, ``--write FOLDER`` writes the pictures to look at and reads none.
"""

import argparse
import statistics
import sys
from pathlib import Path

from tests.bench.reading.corpus import CLASSES, photographs
from tests.bench.reading.measuring import Scores, measure, table, total
from tests.bench.reading.published import boofcv, compare_published, zxing_sets
from tests.bench.reading.sheets import print_sheets

POINTS = 11.0
"""Over zxing-cpp alone, on the corpus."""
POINTS_BOOFCV = 12.0
CLEAN_RATIO = 1.25
FAILURE_MS = 400.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=tuple(CLASSES), default=[])
    parser.add_argument("--write", type=Path)
    parser.add_argument("--published", type=Path)
    options = parser.parse_args()
    if options.published:
        return _published(options.published)
    taken = photographs(print_sheets(), tuple(options.only))
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        for photograph in taken:
            (options.write / f"{photograph.name}.jpg").write_bytes(photograph.jpeg)
        return 0
    scores = measure(taken)
    print(table(scores))
    return _judge(scores)


def _judge(scores: Scores) -> int:
    mine, zxing = total(scores, "ours"), total(scores, "zxing-cpp")
    points = mine.rate - zxing.rate
    failures = [1000 * seconds for seconds in mine.failed_seconds] or [0.0]
    print(f"\nwho of ours: {dict(mine.by.most_common())}")
    lines = [
        ("points over zxing-cpp", points, f"{POINTS:g}", points >= POINTS),
        ("misread by ours", mine.misread, "0", not mine.misread),
        ("a failure, median ms", statistics.median(failures), "", True),
        ("a failure, worst ms", max(failures), f"{FAILURE_MS:g}", max(failures) <= FAILURE_MS),
    ]
    if "clean" in scores:
        clean = scores["clean"]
        ratio = sum(clean["ours"].seconds) / sum(clean["zxing-cpp"].seconds)
        lines.append(("clean, ours ÷ zxing-cpp", ratio, f"{CLEAN_RATIO:g}", ratio <= CLEAN_RATIO))
    for what, value, limit, _ in lines:
        print(f"{what:28}{value:9.2f}   {'to reach ' + limit if limit else ''}")
    return 0 if all(reached for *_, reached in lines) else 1


def _published(folder: Path) -> int:
    reached = True
    rates = compare_published("BoofCV", boofcv(folder / "boofcv"))
    points = rates["ours"] - rates["zxing-cpp"]
    print(f"points over zxing-cpp: {points:.1f}   to reach {POINTS_BOOFCV:g}\n")
    reached &= points >= POINTS_BOOFCV
    rates = compare_published("zxing", zxing_sets(folder / "zxing"))
    points = rates["ours"] - rates["zxing-cpp"]
    print(f"points over zxing-cpp: {points:.1f}   to reach 0")
    return 0 if reached and points >= 0 else 1


if __name__ == "__main__":
    sys.exit(main())
