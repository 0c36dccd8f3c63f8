"""The stored vectors: which files they are, and what stands in one."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

from credential import answering
from tests.lacking import without_sm2

HERE: Final = Path(__file__).parent
ADMISSION: Final = "admission"
ELSEWHERE: Final = frozenset({"external", "scenarios", "__pycache__"})

Document = dict[str, Any]


def stored_vectors() -> list[Path]:
    """The files of this kit, in their order; what others made is read elsewhere."""
    return sorted(path for path in HERE.glob("*/*.json") if path.parent.name not in ELSEWHERE)


def read_vector(path: Path) -> Document:
    document: Document = json.loads(path.read_text("utf-8"))
    return document


def verdict_of(document: Document) -> dict[str, object]:
    """What our own verifier says of a vector, without the suites that it is to lack."""
    with without_sm2() if "SM2" in document.get("lacks", ()) else nullcontext():
        return answering.verdict_of(document)
