"""``python -m tests.bench.scanner``: start of the program and memory, each as a whole process.

The time is the median of several runs on a small picture, beside a bare ``python -c pass`` in the
same run; the memory is the peak of one process on a picture of 12 megapixels.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.demo.district import build_district
from tests.demo.story import page_of, print_everything
from tests.photographs import STRAIGHT, Shot, photograph

START_LIMIT_S = 0.6
MEMORY_LIMIT_MIB = 400
RUNS = 9
_MIB = 1 << 20


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "district"
        district = build_district(folder, at=datetime.now(UTC))
        printed = print_everything(district)
        district.close()
        small = printed[1].symbol
        large = folder / "large.jpg"
        shot = Shot(seed=STRAIGHT.seed, size=(3000, 4000))
        large.write_bytes(photograph(page_of(printed[1].sheet), shot=shot))
        scan = [
            *(sys.executable, "-m", "mobile_scanner", "scan", "--offline"),
            *("--bundle", str(folder / "bundle"), "--roots", str(folder / "roots.pem")),
        ]
        bare = statistics.median(_seconds([sys.executable, "-c", "pass"]) for _ in range(RUNS))
        start = statistics.median(_seconds([*scan, str(small)]) for _ in range(RUNS))
        peak = _peak_mib([*scan, str(large)])
    print(f"{'bare interpreter':44}{bare:8.3f} s")
    print(f"{'first verdict on a small picture':44}{start:8.3f} s   to reach {START_LIMIT_S} s")
    print(
        f"{'peak memory, a picture of 12 megapixels':44}{peak:6.0f} MiB   to reach {MEMORY_LIMIT_MIB}"
    )
    return 0 if start <= START_LIMIT_S and peak <= MEMORY_LIMIT_MIB else 1


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode())
    return time.perf_counter() - begun


def _peak_mib(command: list[str]) -> float:
    """Peak resident set of one child, by wait4."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_maxrss * 1024 / _MIB


if __name__ == "__main__":
    sys.exit(main())
