"""``python -m tests.demo once FOLDER`` tells the sample district's story, ``serve FOLDER`` then serves
the pages; ``districts FOLDER`` shows three districts that recognize some of each other."""

import argparse
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.demo.communities import build_neighborhood
from tests.demo.district import build_district
from tests.demo.recognition import show_answers, tell
from tests.demo.serving import serve, served
from tests.demo.story import print_everything, scan_everything, show_table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("what", choices=["once", "serve", "districts"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    if options.what == "districts":
        return _show_districts(options.folder)

    print("示例区：建库、登记、签发… / sample district: keys, registry, issuing …", flush=True)
    district = build_district(options.folder, at=datetime.now(UTC))
    print("印制证面、拍照… / printing sheets, photographing one …", flush=True)
    printed = print_everything(district)
    district.close()
    with served(options.folder) as url:
        rows = scan_everything(district, printed, url)
    show_table(rows)
    print(f"\n文件 / files: {options.folder}/sheets symbols photographs bundle texts.json")
    if wrong := sum(not row.is_right for row in rows):
        return _tell_wrong(wrong)
    if options.what == "serve":
        serve(options.folder, options.port, printed)
    return 0


def _show_districts(folder: Path) -> int:
    print("三区两根：建库、签发、互认… / three districts under two roots …", flush=True)
    with closing(build_neighborhood(folder, at=datetime.now(UTC))) as neighborhood:
        answers = tell(neighborhood)
    show_answers(answers)
    print(f"\n文件 / files: {folder}/ beijing tianjin 110105 110108 120116 scanners sticks")
    if wrong := sum(not answer.is_right for answer in answers):
        return _tell_wrong(wrong)
    print(f"{len(answers)} 项全部相符 / all {len(answers)} as expected")
    return 0


def _tell_wrong(count: int) -> int:
    print(f"{count} 项结果不符 / unexpected", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
