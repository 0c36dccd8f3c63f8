"""Our own verifier passes the kit, in this repository and in an exported folder; what differs is told."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from credential.answering import answer
from credential.signer import ED25519
from tests.conformance.__main__ import main
from tests.conformance.differences import differences, printable
from tests.conformance.exporting import MODULES, PACKAGE, NotEmptyError, export
from tests.conformance.report import exit_status, report
from tests.conformance.running import Outcome
from tests.conformance.vectors import STATUS_DELTA, Vector, read_vectors
from tests.vectors.make import all_files
from tests.vectors.needs import lacking, needs
from tests.vectors.reading import HERE, read_vector, stored_vectors

OURS: Final = shlex.join([sys.executable, "-m", "credential"])
PATIENT: Final = ("--deadline", "300", "--start-deadline", "300")
REPOSITORY: Final = Path(__file__).parents[2]
DOCS: Final = REPOSITORY / "docs"


def test_our_own_verifier_passes_every_vector(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--verifier", OURS, *PATIENT]) == 0
    told = capsys.readouterr().out
    unasked = sum(bool(each.lacks) for each in read_vectors())  # of verifiers that lack a suite
    count = len(stored_vectors()) - unasked
    assert re.search(rf"^合计 total +{count} +0 +{unasked}$", told, re.MULTILINE)
    assert f"all of {count} answers are right" in told


def test_our_own_verifier_passes_where_sm2_is_lacking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "lacking.py"
    program.write_text(
        "from credential.__main__ import main\n"
        "from tests.lacking import without_sm2\n"
        "with without_sm2():\n"
        "    main()\n"
    )
    command = f"env PYTHONPATH={REPOSITORY} {sys.executable} {program}"
    assert main(["--verifier", command, "--only", "sm2", "--only", "trust", *PATIENT]) == 0
    told = capsys.readouterr().out
    assert told.startswith("credential  [-7, -8]  status-delta\n")
    vectors = [each for each in read_vectors() if each.layer in ("sm2", "trust")]
    asked = [each for each in vectors if each.is_for(frozenset({-7, -8}), frozenset())]
    assert sum(bool(each.lacks) for each in asked) == sum(bool(each.lacks) for each in vectors) > 0
    assert f"all of {len(asked)} answers are right" in told


def test_every_vector_is_asked_without_what_it_expects() -> None:
    vectors = read_vectors()
    assert [f"{HERE}/{each.name}.json" for each in vectors] == list(map(str, stored_vectors()))
    for vector in vectors:
        assert not {"expected", "name", "description", "layer"} & set(vector.question)
        assert '"result"' not in json.dumps(vector.question)


def test_an_exported_kit_runs_with_the_standard_library_alone(tmp_path: Path) -> None:
    folder = tmp_path / "kit"
    assert export(folder) == len(stored_vectors())
    done = subprocess.run(
        # -I -S: no site packages, nothing of this repository
        [sys.executable, "-I", "-S", "-c", RUN, str(folder), OURS],
        cwd=Path(__file__).parents[2],  # where OURS finds the core
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    asked = sum(not each.lacks for each in read_vectors())
    assert f"all of {asked} answers are right" in done.stdout


RUN: Final = """
import sys
sys.path.insert(0, sys.argv[1])
from conformance.__main__ import main
sys.exit(main(["--verifier", sys.argv[2], "--deadline", "300", "--start-deadline", "300"]))
"""


def test_an_exported_kit_has_its_pages_and_can_be_exported_again(tmp_path: Path) -> None:
    export(tmp_path / "one")
    for name in ("README.md", "LICENSE", "vectors/README.md", "spec/conformance.md"):
        assert (tmp_path / "one" / name).is_file(), name
    command = [sys.executable, "-m", "conformance", "--export", str(tmp_path / "two")]
    subprocess.run(command, cwd=tmp_path / "one", check=True, capture_output=True)
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file() and path.suffix != ".pyc"
        }
        for name in ("one", "two")
    )
    assert one == two


def test_a_kit_is_not_exported_over_anything(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(NotEmptyError):
        export(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(["--export", str(tmp_path)])
    assert caught.value.code == 2


def test_what_is_exported_imports_the_standard_library_alone() -> None:
    for module in MODULES:
        source = (PACKAGE / f"{module}.py").read_text("utf-8")
        for name in re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE):
            assert name in sys.stdlib_module_names, (module, name)


def test_a_verifier_without_a_suite_is_not_asked_what_needs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "verifier.py"
    path.write_text(
        'print(\'{"protocol": 1, "name": "none", "suites": [-7]}\', flush=True)\ninput()', "utf-8"
    )
    command = shlex.join([sys.executable, str(path)])
    assert main(["--verifier", command, *PATIENT]) == 1
    told = capsys.readouterr().out
    assert f"{len(stored_vectors())} vectors were NOT ASKED" in told
    assert "-8" in told
    assert "nothing was asked" in told


def test_a_vector_needs_a_suite_exactly_when_its_answer_is_another_without_it() -> None:
    document = read_vector(HERE / "status" / "no-list.json")
    assert needs(document) == {-7, -8}  # the root has holders of both
    before = answer({"id": 0, "ask": "verdict", **document})
    with lacking(ED25519):
        assert "error" in answer({"id": 0, "ask": "verdict", **document})
    assert answer({"id": 0, "ask": "verdict", **document}) == before


def test_the_table_of_suites_is_current() -> None:
    table = HERE / "suites.json"
    assert all_files()[table] == table.read_text("utf-8")


def vector(name: str, *, needs: set[int] = set(), lacks: set[int] = set()) -> Vector:  # noqa: B006
    return Vector(
        layer=name.split("/", maxsplit=1)[0],
        name=name,
        description="A rule.",
        question={},
        answer_in="verdict",
        expected={},
        needs=frozenset(needs),
        lacks=frozenset(lacks),
    )


@pytest.mark.parametrize(
    ("suites", "asked"), [({-7}, False), ({-7, -8}, True), ({-7, -8, -99}, False)]
)
def test_who_needs_or_lacks_what_is_asked(suites: set[int], asked: bool) -> None:
    each = vector("text/one", needs={-7, -8}, lacks={-99})
    assert each.is_for(frozenset(suites), frozenset()) is asked


def test_what_has_a_delta_in_it_is_for_those_that_take_deltas() -> None:
    vectors = read_vectors()
    untaken = [each for each in vectors if not each.is_for(each.needs, frozenset())]
    assert {each.layer for each in vectors if each.takes} == {"admission", "delta"}
    assert [each for each in untaken if not each.lacks] == [each for each in vectors if each.takes]
    for each in vectors:
        asked = json.dumps(each.question)
        has_deltas = "status_delta" in asked or "status-delta" in asked or "status-pair" in asked
        assert each.takes == (frozenset({STATUS_DELTA}) if has_deltas else frozenset()), each.name
        assert each.is_for(each.needs, frozenset({STATUS_DELTA, "dances"})), each.name


@pytest.mark.parametrize("takes", ['"status-delta"', "null", "[1]", "[null]", "{}"])
def test_what_a_verifier_takes_is_an_array_of_texts(
    tmp_path: Path, takes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "verifier.py"
    hello = f'{{"protocol": 1, "name": "odd", "suites": [-7, -8], "takes": {takes}}}'
    path.write_text(f"print({hello!r}, flush=True)\ninput()", "utf-8")
    assert main(["--verifier", shlex.join([sys.executable, str(path)]), *PATIENT]) == 2
    assert "array of texts" in capsys.readouterr().out


def test_a_verifier_that_knows_no_deltas_is_not_asked_of_them_and_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plain.py"
    path.write_text(
        "import credential.answering as answering\n"
        "from credential.__main__ import main\n"
        "answering._TAKES = ()\n"
        "main()\n",
        "utf-8",
    )
    command = f"env PYTHONPATH={REPOSITORY} {sys.executable} {path}"
    asked = ["--only", "delta", "--only", "status", "--only", "admission"]
    assert main(["--verifier", command, *asked, *PATIENT]) == 0
    told = capsys.readouterr().out
    vectors = [each for each in read_vectors() if each.layer in ("delta", "status", "admission")]
    untaken = sum(bool(each.takes) for each in vectors)
    assert f"{untaken} vectors were NOT ASKED: they have in them what it does not take" in told
    assert "status-delta" in told
    assert f"all of {len(vectors) - untaken} answers are right" in told


def test_the_report_counts_by_layer_and_says_what_was_not_asked() -> None:
    outcomes = [
        Outcome(vector=vector("text/right"), asked=True),
        Outcome(
            vector=vector("text/wrong"), asked=True, differences=("outcome: valid, not rejected",)
        ),
        Outcome(vector=vector("sm2/one", needs={-65537}), asked=False),
        Outcome(vector=vector("sm2/lacking", lacks={-7}), asked=False),
    ]
    lines = "\n".join(report(outcomes, frozenset({-7, -8}), frozenset()))
    assert "✘ text/wrong: A rule.\n    outcome: valid, not rejected" in lines
    assert re.search(r"^text +1 +1 +0$", lines, re.MULTILINE)
    assert re.search(r"^sm2 +0 +0 +2$", lines, re.MULTILINE)
    assert "1 vectors were NOT ASKED: they need suites that it lacks: -65537" in lines
    assert "1 vectors were NOT ASKED: they are for verifiers that lack a suite" in lines
    assert "1 of 2 answers are wrong" in lines
    assert (exit_status(outcomes), exit_status(outcomes[:1]), exit_status(outcomes[2:])) == (
        1,
        0,
        1,
    )


@pytest.mark.parametrize(
    ("found", "expected", "told"),
    [
        (
            {"reasons": [{"code": "signature-invalid"}]},
            {"reasons": [{"code": "envelope-malformed"}]},
            ["reasons[0].code: signature-invalid, not envelope-malformed"],
        ),
        ({"a": 1}, {"a": True}, ["a: 1, not true"]),
        ({"a": 40}, {"a": 40.0}, []),
        ({"a": None}, {"a": "null"}, ['a: null, not "null"']),
        ({}, {"a": {"b": 1}}, ['a: missing, not {"b": 1}']),
        ({"a": 1}, {}, ["a: 1, which should not be there"]),
        ([1, 2], [1], ["[1]: 2, which should not be there"]),
        ([], ["refused"], ["[0]: missing, not refused"]),
        ({"a": [1]}, {"a": {"b": 1}}, ['a: [1], not {"b": 1}']),
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}, []),
        ({"a": "\x1b[2J\u202e"}, {"a": ""}, ['a: "\\u001b[2J\\u202e", not ""']),
    ],
)
def test_each_difference_is_told_by_its_path(found: Any, expected: Any, told: list[str]) -> None:
    assert list(differences(found, expected)) == told


def test_nothing_that_a_verifier_says_drives_the_terminal() -> None:
    assert printable("好\x1b\x9b\u202e\ud800\n") == "好\\x1b\\x9b\\u202e\\ud800\\n"


def test_an_answer_that_is_an_error_or_none_is_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "verifier.py"
    for said, told in (
        ('"error": "no memory"', "error: no memory"),
        ('"x": 1', "verdict: missing"),
    ):
        path.write_text(
            'import json, sys\nprint(\'{"protocol": 1, "name": "x", "suites": [-7, -8]}\', flush=True)\n'
            "for line in sys.stdin:\n"
            f"    print('{{\"id\": %d, {said}}}' % json.loads(line)['id'], flush=True)\n",
            "utf-8",
        )
        command = shlex.join([sys.executable, str(path)])
        assert main(["--verifier", command, "--only", "status/no-list", *PATIENT]) == 1
        assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["--verifier", "x", "--only", "none"], ["--deadline", "0"]]
)
def test_a_wrong_command_line_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
