"""What came of the races, told at the end of a run of `make race`."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from hub.core.models import Revision

TALLY: dict[str, Counter[str]] = defaultdict(Counter)


@pytest.fixture
def tally(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Counter[str]]:
    """Count what comes of one round; what is public afterwards is counted too."""
    counts = TALLY[request.function.__name__]
    yield counts
    counts["rounds"] += 1
    counts["revisions"] += Revision.objects.count()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a line a race: rounds, how many got through, how many were told, revisions made public."""
    if not os.environ.get("RACE_ROUNDS") or not TALLY:
        return
    terminalreporter.section(f"races on {connection.vendor}")
    terminalreporter.line(f"{'':58} {'rounds':>7} {'done':>7} {'told':>7} {'public revisions':>17}")
    for name, counts in TALLY.items():
        words = name.removeprefix("test_").replace("_", " ")[:58]
        terminalreporter.line(
            f"{words:58} {counts['rounds']:7} {counts['done']:7} {counts['told']:7} {counts['revisions']:17}"
        )
