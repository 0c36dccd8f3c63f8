"""``python -m tests.bench.scanner``: start of the program and memory, each as a whole process.

The time is the median of several runs on a small picture, beside a bare ``python -c pass`` in the
same run; the memory is the sum of the peaks of the program and of the process that reads for it, on
a picture of 12 megapixels with a sheet, and on one that all readers search in vain.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from tests.demo.district import build_district
from tests.demo.story import page_of, print_everything
from tests.photographs import STRAIGHT, Shot, photograph
from tests.processes import children_of

START_LIMIT_S = 0.6
MEMORY_LIMIT_MIB = 400
RUNS = 9


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
            *("--bundle", str(folder / "bundle"), "--root", str(folder / "root.cbor")),
        ]
        bare = statistics.median(_seconds([sys.executable, "-c", "pass"]) for _ in range(RUNS))
        start = statistics.median(_seconds([*scan, str(small)]) for _ in range(RUNS))
        peak = _peak_mib([*scan, str(large)])
        empty = folder / "empty.jpg"
        Image.effect_noise((4000, 3000), 60).convert("RGB").save(empty, quality=90)
        worst = _peak_mib([*scan, "--time-limit", "600", str(empty)])
    print(f"{'bare interpreter':44}{bare:8.3f} s")
    print(f"{'first verdict on a small picture':44}{start:8.3f} s   to reach {START_LIMIT_S} s")
    for name, mebibytes in (("12 megapixels", peak), ("12 megapixels, nothing in it", worst)):
        label = f"peak memory, {name}"
        print(f"{label:44}{mebibytes:6.0f} MiB   to reach {MEMORY_LIMIT_MIB}")
    return 0 if start <= START_LIMIT_S and max(peak, worst) <= MEMORY_LIMIT_MIB else 1


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode())
    return time.perf_counter() - begun


def _peak_mib(command: list[str]) -> float:
    """Sum of the peak resident sets of a program and its children, looked at until it ends.

    Not `wait4`: what it says of a child includes the one that started it.
    """
    peaks: dict[int, int] = {}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        while program.poll() is None:
            for pid in (program.pid, *children_of(program.pid)):
                with suppress(OSError):  # it has just ended
                    status = Path(f"/proc/{pid}/status").read_text()
                    if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                        peaks[pid] = int(found[1])
            time.sleep(0.002)
    return sum(peaks.values()) / 1024


if __name__ == "__main__":
    sys.exit(main())
