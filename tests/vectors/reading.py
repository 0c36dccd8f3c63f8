"""The stored vectors: which files they are, and what stands in one."""

import json
from pathlib import Path
from typing import Any, Final

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
