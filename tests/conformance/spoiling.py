"""A verifier that is wrong in one way: our own program, with one place of the core spoilt.

`python -m tests.conformance.spoiling NAME`. A text that does not stand there once (any more) ends it.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from tests.conformance.flaws import FLAWS, Flaw


class Spoiling(MetaPathFinder):
    """Finds the one module that is spoilt, ahead of everybody else."""

    def __init__(self, flaw: Flaw) -> None:
        self._flaw = flaw

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != f"credential.{self._flaw.module}":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = SpoilingLoader(fullname, spec.origin, self._flaw)
        return spec


class SpoilingLoader(SourceFileLoader):
    """Compiles a module's source after a text in it was replaced; caches nothing."""

    def __init__(self, fullname: str, path: str, flaw: Flaw) -> None:
        super().__init__(fullname, path)
        self._flaw = flaw

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_data(self.path).decode("utf-8")
        if source.count(self._flaw.right) != 1:
            raise ImportError(f"{fullname} has not once: {self._flaw.right}")
        spoilt = source.replace(self._flaw.right, self._flaw.wrong)
        code: CodeType = compile(spoilt, self.path, "exec", dont_inherit=True)
        return code


def main() -> int:
    """Answer like our own program, and wrong in one way."""
    sys.meta_path.insert(0, Spoiling(FLAWS[sys.argv[1]]))
    from credential.__main__ import main as answer_questions

    return answer_questions()


if __name__ == "__main__":
    sys.exit(main())
