"""``python -m tests.bench``: every benchmark, one after another; 1 if one missed its limit."""

import subprocess
import sys

BENCHMARKS = (
    *("sizes", "verify", "suites", "trust", "signing", "serving", "bulk", "status"),
    *("scanner", "reading", "reading.filming"),
)


def main() -> int:
    missed = []
    for name in BENCHMARKS:
        print(f"\n== {name} ==", flush=True)
        done = subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False)
        if done.returncode:
            missed.append(name)
    if missed:
        print(f"\nmissed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
