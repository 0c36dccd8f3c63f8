"""Answers questions on standard output, one JSON object a line (docs/spec/conformance.md).

`python -m credential`: the only place of the core that reads or writes anything, and nothing
imports it.
"""

import json
import sys

from credential.answering import answer, introduction


def main() -> int:
    """Introduce this verifier, then answer line by line until the questions end."""
    _say(introduction())
    for line in sys.stdin:
        try:
            question = json.loads(line)
        except (ValueError, RecursionError) as error:
            _say({"id": None, "error": f"no JSON: {error}"})
            continue
        _say(answer(question))
    return 0


def _say(document: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")  # ASCII, whatever the terminal's encoding
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
