"""Answers questions on standard output, one JSON object a line (docs/spec/conformance.md).

`python -m credential`: the only place of the core that reads or writes anything, and nothing
imports it.
"""

import json
import sys
from collections.abc import Iterator
from typing import BinaryIO, Final

from credential.answering import answer, introduction, refusal

MAX_LINE: Final = 1 << 20  # bytes, its end included


def main() -> int:
    """Introduce this verifier, then answer line by line until the questions end."""
    _say(introduction())
    for line in _lines(sys.stdin.buffer):
        _say(_answer(line))
    return 0


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Each line; None for one that is too long, of which no more than the bound is ever held."""
    while line := stream.readline(MAX_LINE):
        if line.endswith(b"\n") or len(line) < MAX_LINE:
            yield line
            continue
        while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None


def _answer(line: bytes | None) -> dict[str, object]:
    if line is None:
        return refusal(f"a question has at most {MAX_LINE} bytes")
    try:
        # Decoded first: json would guess UTF-16 and UTF-32, too.
        question = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return refusal(f"no JSON: {error}")
    return answer(question)


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _say(document: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")  # ASCII, whatever the terminal's encoding
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
