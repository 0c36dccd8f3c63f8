"""``python -m tests.bench.bulk.others URL NUMBER``: somebody else, in a process of its own.

Reads a license and writes nothing in a writer's transaction, in turns, until standard input closes;
then says how often, and how long the longest of each took.
"""

import json
import sys
import threading
import time

from verify_service.database import open_database
from verify_service.registry.verification import read_license

PAUSE = 0.02


def main() -> None:
    database = open_database(sys.argv[1])
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    print("ready", flush=True)
    reads: list[float] = []
    writes: list[float] = []
    while not ended.is_set():
        began = time.perf_counter()
        assert read_license(database, number=sys.argv[2]) is not None
        read = time.perf_counter()
        with database.writing():
            pass
        reads.append(read - began)
        writes.append(time.perf_counter() - read)
        time.sleep(PAUSE)
    result = {"times": len(reads), "read": max(reads), "write": max(writes)}
    print(json.dumps(result), flush=True)
    database.close()


if __name__ == "__main__":
    main()
