from pathlib import Path

SPEC = Path(__file__).parents[2] / "docs" / "spec"


def generated_files() -> dict[str, str]:
    return {}
