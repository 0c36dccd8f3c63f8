"""The example of the specification opens trust lists with a browser's own means, in Node."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from credential.trust_list import MEDIA_TYPE
from tests.vectors.district import ROOT

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = REPOSITORY / "docs" / "spec" / "open-signed.mjs"
VECTORS = REPOSITORY / "tests" / "vectors" / "admission"
# What is refused for its signatures; all other refusals are for the form or for what it says.
FORGED = (
    *("by-nobody", "by-one-of-two", "by-one-and-a-stranger", "by-strangers"),
    *("by-one-holder-twice", "one-signature-altered", "payload-altered"),
    *("signature-under-another-suite", "type-of-a-status-list", "a-single-signature"),
)
RUN = """
import { openSigned } from %s;
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const { type, keys, messages } = JSON.parse(await new Response(process.stdin).text());
const known = keys.map(([id, algorithm, key]) => ({ id: bytes(id), algorithm, public: bytes(key) }));
const results = {};
for (const [name, hex] of Object.entries(messages)) {
  try { const [, , , , , [number]] = await openSigned(bytes(hex), type, known, 2); results[name] = number; }
  catch { results[name] = null; }
}
console.log(JSON.stringify(results));
"""


def test_forged_lists_are_refused_and_every_good_one_opens(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node: the example of docs/spec/open-signed.mjs was NOT RUN")
    expected, messages = {}, {}
    for path in sorted(VECTORS.glob("trust-list-*.json")):
        (*_, step) = json.loads(path.read_text("utf-8"))["steps"]
        messages[path.stem], expected[path.stem] = step["hex"], step["result"]
    keys = [
        (each.key.key_id.hex(), each.key.suite.algorithm, each.key.public.hex())
        for each in ROOT.keys
    ]
    program = tmp_path / "run.mjs"
    program.write_text(RUN % json.dumps(EXAMPLE.as_uri()), "utf-8")
    done = subprocess.run(
        [node, "--no-warnings", program],
        input=json.dumps({"type": MEDIA_TYPE, "keys": keys, "messages": messages}),
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(done.stdout)
    good = [name for name, result in expected.items() if result == "admitted"]
    assert len(good) > 5
    assert all(isinstance(results[name], int) for name in good)
    assert [name for name in FORGED if results[f"trust-list-{name}"] is not None] == []
    assert all(expected[f"trust-list-{name}"] == "refused" for name in FORGED)


def test_the_example_stays_small() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    opening = lines[next(at for at, line in enumerate(lines) if "openSigned" in line) :]
    assert len(opening) <= 30
    assert len([line for line in lines if line.strip()]) <= 40
