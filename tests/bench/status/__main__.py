"""``python -m tests.bench.status``: status lists of 1,000,000 licenses of five permits each.

Signing and publishing all of them is measured against compressing and signing their bare bits, in
turns; verifying beside 1,000,000 licenses against verifying the same beside 10,000. 1 if a limit is
missed.
"""

import argparse
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median

from credential.days import SHANGHAI
from credential.reasons import Outcome
from credential.signer import Signer
from credential.status import Status
from tests.bench.serving.filling import fill, moment
from tests.bench.status.copies import copy_times
from tests.bench.status.places import fill_places
from tests.bench.verify.measuring import compare
from tests.demo.district import open_bare_service
from verify_service.registry.status import status_lists
from verify_service.registry.status_pages import kept_entries, write_places
from verify_service.service import Service, open_service
from verify_service.settings import load_settings

PUBLISHING_LIMIT = 2.0
VERIFYING_LIMIT = 1.2
DELTA_LIMIT = 1024
ONE_PLACE = 123_456
ROUNDS = 7
SEALED = 1_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--licenses", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        is_published = _publishing(Path(name, "lists"), options.licenses)
    with tempfile.TemporaryDirectory() as name:
        is_verified = _verifying(Path(name), options.licenses, options.few)
    return 0 if is_published and is_verified else 1


def _publishing(folder: Path, licenses: int) -> bool:
    at = moment()
    service = open_bare_service(folder, at=at)
    signer = service.office.signer
    assert signer is not None
    names = fill_places(service, licenses=licenses, at=at)
    today = at.astimezone(SHANGHAI).date()
    with service.database.reading() as connection:
        lists = [
            kept_entries(
                connection,
                each.status_list,
                size=each.next_index // 2 * 2,
                today=today,
            )
            for each in status_lists(connection)
        ]
    service.publisher.publish_status_lists(at=at)
    bare, whole = [], []
    for turn in range(1, ROUNDS + 1):
        later = at + timedelta(seconds=60 * turn)
        bare.append(_seconds(partial(_compress_and_sign, lists, signer)))
        whole.append(_seconds(partial(service.publisher.publish_status_lists, at=later)))
    ratio = median(one / other for one, other in zip(whole, bare, strict=True))
    published = [
        artifact
        for each in names
        if (artifact := service.publisher.artifact(service.office.status_name(each)))
    ]
    size = sum(len(artifact.content) for artifact in published)
    print(f"{licenses} licenses of five permits, 2 % ended: {len(names)} lists, {size} bytes")
    _line("their bits compressed and signed", median(bare), 1)
    _line("read, packed, signed, verified, published", median(whole), ratio)
    print(f"to reach: {PUBLISHING_LIMIT}")
    with service.database.writing() as connection:
        write_places(connection, {names[0]: {ONE_PLACE: Status.REVOKED}})
    service.publisher.republish(at=at + timedelta(seconds=60 * ROUNDS + 60))
    delta = service.publisher.artifact(service.office.status_delta_name(names[0]))
    assert delta is not None
    print(f"the delta after one change: {len(delta.content)} bytes; to reach: {DELTA_LIMIT}")
    service.close()
    return ratio <= PUBLISHING_LIMIT and len(delta.content) <= DELTA_LIMIT


def _compress_and_sign(lists: list[bytes], signer: Signer) -> None:
    for entries in lists:
        signer.sign(zlib.compress(entries, 9))


def _verifying(folder: Path, licenses: int, few: int) -> bool:
    at = moment()
    service = open_bare_service(folder / "few", at=at)
    texts = fill(service, licenses=few, sealed=SEALED, at=at)
    service.publisher.publish_status_lists(at=at)
    service.close()
    shutil.copytree(folder / "few", folder / "many")
    settings = folder / "many" / "settings.toml"
    settings.write_text(
        settings.read_text("utf-8").replace(str(folder / "few"), str(folder / "many")), "utf-8"
    )
    services = [
        open_service(load_settings(folder / each / "settings.toml")) for each in ("few", "many")
    ]
    few_service, many_service = services
    began = time.perf_counter()
    assert many_service.database.path is not None
    copy_times(many_service.database.path, licenses // few)
    print(f"{licenses} licenses written in {time.perf_counter() - began:.0f} s")
    costs = compare(
        _verifier(few_service, texts), {"many": _verifier(many_service, texts)}, rounds=100
    )
    for name, count in (("measure", few), ("many", licenses)):
        cost = costs[name]
        _line(f"a verification beside {count:9} licenses", cost.microseconds / 1e6, cost.ratio)
    print(f"to reach: {VERIFYING_LIMIT}")
    for each in services:
        each.close()
    return costs["many"].ratio <= VERIFYING_LIMIT


def _verifier(service: Service, texts: list[str]) -> Callable[[], None]:
    """Verifies one symbol after the other, as the service does, its registry asked."""
    at, turns = moment(), cycle(texts)

    def verify() -> None:
        verdict = service.verifier.judge(next(turns), at=at)
        assert verdict.outcome is Outcome.VALID, verdict

    return verify


def _seconds(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _line(what: str, seconds: float, ratio: float) -> None:
    print(f"{what:44}{seconds * 1e6:11.0f} µs   {ratio:.2f}")


if __name__ == "__main__":
    sys.exit(main())
