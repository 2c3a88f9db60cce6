"""Run all tests that this machine can run, and say which it can't: `make test`.

    python -m deploy.run_tests [argument of pytest ...]

The tests are run in passes, each a pytest of its own with databases and folders of its own: on SQLite
whatever needs nothing else; browsers and real processes; and, where PostgreSQL is there, the tests that
speak to the database once more on it. Two passes run side by side where there are two cores; every line is
marked with its pass. With CI=true a missing part is a failure.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests import parts

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5  # pytest's exit code
CLOSING = re.compile(r"=* ?\d.*\bin \d+\.\d+s")  # pytest's last line: "3 passed, 1 skipped in 4.20s"
OUTCOME = re.compile(r"(\d+) (passed|failed|skipped|error)s?\b")
REAL_PARTS = "browser or own_postgresql or own_redis"


@dataclass(frozen=True)
class Pass:
    """One run of pytest: the word before its lines, which tests, and what its environment adds."""

    name: str
    markers: str
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """How a pass ended: pytest's exit code, and how many tests passed, failed, were skipped."""

    code: int
    outcomes: Counter[str]

    @property
    def has_passed(self) -> bool:
        """Whether no test failed; a choice of tests may leave a pass with none."""
        return self.code in {0, NOTHING_COLLECTED}


def passes() -> list[Pass]:
    """Return the passes of this machine, the longest first."""
    found = [Pass("sqlite", f"not postgresql and not ({REAL_PARTS})")]
    if parts.has_postgresql():
        found.append(Pass("postgresql", "both_databases or postgresql", {"DATABASE_URL": parts.DATABASE_URL}))
    return [*found, Pass("processes", f"not postgresql and ({REAL_PARTS})")]


def run(chosen: Pass, arguments: Sequence[str], printing: threading.Lock) -> Result:
    """Run one pass and print its lines as they come, each behind its name."""
    command = [sys.executable, "-m", "pytest", "-m", chosen.markers, *arguments]
    environment = {**os.environ, **chosen.environment, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    outcomes: Counter[str] = Counter()
    assert process.stdout is not None
    for line in process.stdout:
        with printing:
            print(f"{chosen.name:10} | {line}", end="", flush=True)
        if CLOSING.match(line):
            outcomes = Counter({word: int(number) for number, word in OUTCOME.findall(line)})
    return Result(process.wait(), outcomes)


def main() -> None:
    """Run the passes, tell what was left out, and end with code 0 only if all that ran passed."""
    missing = [part for part in parts.PARTS if not part.is_there()]
    if missing and os.environ.get("CI") == "true":
        sys.exit("\n".join(f"CI=true, and the {part.marker} tests need {part.how}." for part in missing))
    os.environ.pop("DATABASE_URL", None)
    printing, began = threading.Lock(), time.monotonic()
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as lanes:
        results = list(lanes.map(lambda one: run(one, sys.argv[1:], printing), passes()))
    print()
    for part in missing:
        print(f"Skipped: the {part.marker} tests. They need {part.how}.")
    total = sum((result.outcomes for result in results), Counter[str]())
    has_passed = all(result.has_passed for result in results)
    left_out = "" if missing or total["skipped"] else "Nothing was left out. "
    verdict = "Passed." if has_passed else "Failed: see the lines above."
    print(f"{verdict} {left_out}{time.monotonic() - began:.0f} s.")
    print(f"{total['passed']} passed, {total['failed'] + total['error']} failed, {total['skipped']} skipped")
    sys.exit(0 if has_passed else 1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
