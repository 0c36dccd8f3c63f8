"""Where SoftHSM2 is missing, tests say so; in CI they fail, so that nothing is left out unseen."""

from pathlib import Path

import pytest

import tests.softhsm as softhsm


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_a_missing_softhsm_is_a_skip_that_is_told_and_a_failure_in_ci(
    ci: str, outcome: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(softhsm, "_PLACES", (tmp_path / "missing.so",))
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="nothing about keys in tokens was tested"):
        softhsm.find_softhsm()
