"""Writes every vector, and what of the specification is generated: `python -m tests.vectors.make`.

With `--check` it writes nothing, names each file that differs, and exits with 1 if any does.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from credential.answering import results_of
from tests.vectors.needs import suites_document
from tests.vectors.reading import HERE, stored_vectors, verdict_of
from tests.vectors.scenario import Scenario
from tests.vectors.scenarios import (
    catalog,
    cbor,
    city_code,
    claims,
    code_lists,
    cose,
    cose_sign,
    delta,
    place,
    recognition,
    references,
    registry,
    roots,
    sm2,
    status,
    status_delta_forms,
    status_delta_keys,
    status_deltas,
    status_list_keys,
    status_lists,
    text,
    time,
    trust,
    trust_lists,
)
from tests.vectors.specification import SPEC, generated_files

LAYERS = (
    text,
    cbor,
    cose,
    claims,
    status,
    delta,
    time,
    trust,
    recognition,
    catalog,
    place,
    registry,
    city_code,
    references,
    sm2,
)
LISTS = (
    trust_lists,
    cose_sign,
    roots,
    status_lists,
    status_list_keys,
    status_deltas,
    status_delta_keys,
    status_delta_forms,
    code_lists,
)


class UnexpectedVerdictError(Exception):
    """A scenario's verdict is not the one that is written beside it."""


def vectors() -> Iterator[tuple[Path, str]]:
    """Each vector's path and contents.

    Raises:
        UnexpectedVerdictError: the core and the scenario disagree.
    """
    for layer in LAYERS:
        for scenario in layer.scenarios():
            path = HERE / scenario.layer / f"{scenario.name}.json"
            yield path, _dump(_with_verdict(scenario))
    for kind in LISTS:
        for admission in kind.admissions():
            document = admission.document()
            expected = [step.result for step in admission.steps]
            if (found := results_of(document)) != expected:
                raise UnexpectedVerdictError(f"{admission.name}: {found}, not {expected}")
            yield HERE / "admission" / f"{admission.name}.json", _dump(document)


def _with_verdict(scenario: Scenario) -> dict[str, object]:
    document: dict[str, Any] = json.loads(json.dumps(scenario.document()))
    verdict: dict[str, Any] = verdict_of(document)
    found = (verdict["outcome"], tuple(reason["code"] for reason in verdict["reasons"]))
    if found != (scenario.outcome, scenario.codes):
        raise UnexpectedVerdictError(
            f"{scenario.layer}/{scenario.name}: {found}, not {scenario.outcome} {scenario.codes}"
        )
    return document | {"expected": verdict}


def _dump(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def all_files() -> dict[Path, str]:
    """Everything that is generated, by its path."""
    files: dict[Path, str] = {}
    for path, contents in vectors():
        if path in files:
            raise UnexpectedVerdictError(f"two scenarios are called {path.stem}")
        files[path] = contents
    documents = {path: json.loads(contents) for path, contents in files.items()}
    suites = suites_document(
        (f"{path.parent.name}/{path.stem}", each) for path, each in documents.items()
    )
    pages = generated_files(each["expected"] for each in documents.values() if "expected" in each)
    return (
        files
        | {HERE / "suites.json": _dump(suites)}
        | {SPEC / name: contents for name, contents in pages.items()}
    )


def differing(files: dict[Path, str]) -> list[Path]:
    """The paths whose stored contents are others, missing, or left over."""
    left_over = [path for path in stored_vectors() if path not in files]
    return left_over + [
        path
        for path, contents in files.items()
        if not path.exists() or path.read_text("utf-8") != contents
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs")
    check = parser.parse_args(arguments).check
    files = all_files()
    stale = differing(files)
    for path in stale:
        print(path)
        if check:
            continue
        if path in files:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files[path], "utf-8")
        else:
            path.unlink()
    print(f"{len(files)} files, {len(stale)} {'differ' if check else 'written or removed'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
