"""Whatever departments and the bureau do, nothing is told that is not so, now and afterwards.

`HYPOTHESIS_PROFILE=thousand` lives a thousand lives on each database (`make histories`).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.verify_service.conftest import BACKENDS
from tests.verify_service.lifecycle.histories import ANNOTATING, Life, Town, lives, open_town
from verify_service.registry.moves import Move

EXAMPLES = settings.default.max_examples if settings.default else 100
LIVES = EXAMPLES if EXAMPLES >= 1000 else max(EXAMPLES // 8, 2)
LIVES_A_TOWN = 7  # its lists grow with each life, and its root does not last for ever


WEEK = 24 * 9
REVOKED_LATE: Any = (
    [None, 20],
    [
        ("wait", WEEK),
        ("change", 1, Move.CANCELLED, None, 30),
        ("issue",),
        ("wait", WEEK),
        ("change", 0, Move.SUSPENDED, None, WEEK),
        ("wait", 30),
        ("change", 0, Move.RESUMED, None, 1),
        ("reissue", True),
        ("change", 0, Move.REVOKED, None, 24 * 33),
    ],
)
RUN_OUT_AND_RENEWED: Any = (
    [5, None],
    [
        ("wait", WEEK),
        ("change", 0, Move.LAPSED, None, None),
        ("change", 0, Move.RENEWED, 40, 30),
        ("issue",),
        ("enter", 2, 3),
        ("reissue", False),
        ("change", 1, Move.WITHDRAWN, None, 0),
    ],
)


class Towns:
    """A town for each seven lives, under the one policy and the other in turn."""

    def __init__(self, make: Callable[[ExitStack, str | None], Town]) -> None:
        self._make = make
        self._open = ExitStack()
        self._town: Town | None = None
        self.opened = 0

    def next_life(self) -> Life:
        if self._town is None or self._town.lived >= LIVES_A_TOWN:
            self.close()
            self.opened += 1
            self._town = self._make(self._open, None if self.opened % 2 else ANNOTATING)
        return self._town.next_life()

    def close(self) -> None:
        self._open.close()
        self._town = None


@pytest.fixture(params=BACKENDS)
def towns(request: pytest.FixtureRequest) -> Iterator[Towns]:
    """Towns on each database in turn."""

    def make(stack: ExitStack, policy: str | None) -> Town:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if request.param == "sqlite":
            copy(request.getfixturevalue("sqlite_template"), folder / "registry.db")
            url = f"sqlite:///{folder / 'registry.db'}"
        else:
            url = stack.enter_context(request.getfixturevalue("new_postgresql")())
        return stack.enter_context(open_town(folder / "bureau", url, policy=policy))

    found = Towns(make)
    yield found
    found.close()


@settings(
    max_examples=LIVES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives)
@example(life=REVOKED_LATE)
@example(life=RUN_OUT_AND_RENEWED)
def test_no_license_outlives_its_permits_and_every_entrance_says_the_same_now_and_later(
    towns: Towns, life: tuple[list[int | None], list[tuple[Any, ...]]]
) -> None:
    lived = towns.next_life()
    lived.live(*life)
    lived.check_replay()
    lived.check_truth()
