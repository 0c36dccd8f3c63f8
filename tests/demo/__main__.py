"""``python -m tests.demo once FOLDER`` tells the story; ``serve FOLDER`` then serves the pages."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.demo.district import build_district
from tests.demo.serving import serve, served
from tests.demo.story import print_everything, scan_everything, show_table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("what", choices=["once", "serve"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()

    print("示例区：建库、登记、签发… / sample district: keys, registry, issuing …", flush=True)
    district = build_district(options.folder, at=datetime.now(UTC))
    print("印制证面、拍照… / printing sheets, photographing one …", flush=True)
    printed = print_everything(district)
    district.close()
    with served(options.folder) as url:
        rows = scan_everything(district, printed, url)
    show_table(rows)
    print(f"\n文件 / files: {options.folder}/sheets symbols photographs bundle texts.json")
    wrong = [row for row in rows if not row.is_right]
    if wrong:
        print(f"{len(wrong)} 项结果不符 / unexpected", file=sys.stderr)
        return 1
    if options.what == "serve":
        serve(options.folder, options.port, printed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
