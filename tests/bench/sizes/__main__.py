"""``python -m tests.bench.sizes``: print the tables; 1 if a limit is missed.

``--write`` puts them into docs/benchmarks/symbol-sizes.md as well.
"""

import argparse
import sys

from tests.bench.sizes.licenses import sample_licenses
from tests.bench.sizes.limits import missed
from tests.bench.sizes.report import DOCUMENT, filled, tables
from tests.bench.sizes.unseen import unseen_licenses


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"fill {DOCUMENT.name} too")
    options = parser.parse_args()
    made = {}
    for name, make in tables().items():
        made[name] = make()
        print(f"\n{name}\n\n{made[name]}", flush=True)
    if options.write:
        DOCUMENT.write_text(filled(DOCUMENT.read_text("utf-8"), made), "utf-8")
    sample = sample_licenses()
    problems = list(missed(sample, unseen_licenses(sample)))
    print("\nlimits: " + ("; ".join(problems) or "all kept"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
