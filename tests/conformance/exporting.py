"""The kit as a folder of its own: runner, vectors and pages, for whoever has not this repository."""

import shutil
from pathlib import Path
from typing import Final

from .vectors import HERE as VECTORS
from .vectors import read_vectors

PACKAGE: Final = Path(__file__).parent
MODULES: Final = (
    "__init__",
    "__main__",
    "differences",
    "errors",
    "exporting",
    "report",
    "running",
    "vectors",
    "verifier",
)
_REPOSITORY: Final = PACKAGE.parents[1]
_README: Final = """\
# 综合许可凭证：核验程序符合性测试 · Composite license: is a verifier right?

    python -m conformance --verifier "COMMAND"

Python 3.11 or later and nothing else. What COMMAND has to read and say: spec/conformance.md.
What a verifier has to do: spec/credential.md and its neighbors. vectors/README.md says what stands
in a vector.
"""


class NotEmptyError(Exception):
    """The folder is there, and something is in it."""


def export(folder: Path) -> int:
    """Write the kit into a new folder; give the number of vectors.

    Raises:
        NotEmptyError: the folder has something in it.
        OSError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmptyError(str(folder))
    package = folder / "conformance"
    package.mkdir(parents=True)
    for module in MODULES:
        shutil.copyfile(PACKAGE / f"{module}.py", package / f"{module}.py")
    for path in (VECTORS / "README.md", VECTORS / "suites.json", *VECTORS.glob("*/*.json")):
        name = path.relative_to(VECTORS)
        if name.parts[0] == "external":  # others made them, under licenses of their own
            continue
        (folder / "vectors" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / "vectors" / name)
    for spec in (_REPOSITORY / "docs" / "spec", PACKAGE.parent / "spec"):
        if spec.is_dir():
            shutil.copytree(spec, folder / "spec", dirs_exist_ok=True)
    for license in (_REPOSITORY / "LICENSE", PACKAGE.parent / "LICENSE"):
        if license.is_file():
            shutil.copyfile(license, folder / "LICENSE")
    (folder / "README.md").write_text(_README, "utf-8")
    return len(read_vectors(folder / "vectors"))
