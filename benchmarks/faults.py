"""What readers notice while Redis or PostgreSQL fails under a running hub: a table.

    python -m benchmarks.faults [--rounds 5] [--json]

Runs `manage.py up` on servers of its own. For each fault, each page is asked again and again; ``first`` is
the slowest of the first answers, ``usual`` the slowest median before, both in milliseconds. A page must
never be a 5xx while Redis is away, and its first answer must come within 250 ms of its usual time; while
PostgreSQL is away it must be a 503 with Retry-After, and after that a page again without a restart of ours.

Ends with code 1 if a row does not hold. Needs the programs of PostgreSQL and Redis.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

from tests.operations.hubs import Hub
from tests.operations.running import CONTENT, PAGES, Running
from tests.operations.servers import PostgreSQL, Redis, wait_until

PATIENCE = 250  # ms that a first answer may take longer
AGAIN = 20  # requests for each page while the part is away


@dataclass
class Row:
    """One fault: requests, how many were 5xx, how many of these a 503 that says when to come back."""

    fault: str
    requests: int
    errors: int
    clear: int
    usual: int
    first: int
    recovery: int
    holds: bool


def timed(running: Running, path: str) -> tuple[float, int, bool]:
    """(milliseconds, status, whether it says when to come back)."""
    started = time.perf_counter()
    status, headers, _ = running.get(path)
    return (time.perf_counter() - started) * 1000, status, "Retry-After" in headers


def fault(
    running: Running, name: str, begin: Callable[[], None], end: Callable[[], None], *, is_fatal: bool
) -> Row:
    """Ask all pages before, during and after a fault; with ``is_fatal`` none can be had without the part."""
    usual = {path: median(timed(running, path)[0] for _ in range(5)) for path in PAGES}
    begin()
    try:
        first = [(path, timed(running, path)) for path in PAGES for _ in range(2)]  # of two processes
        rest = [timed(running, path) for _ in range(AGAIN) for path in PAGES]
    finally:
        end()
    back = time.perf_counter()
    wait_until(lambda: running.statuses() == [200] * len(PAGES), 60)
    seen = [answer for _, answer in first] + rest
    errors = [answer for answer in seen if answer[1] >= 500]
    clear = [answer for answer in errors if answer[1] == 503 and answer[2]]
    late = max(milliseconds - usual[path] for path, (milliseconds, *_) in first)
    holds = len(clear) == len(seen) if is_fatal else not errors and late <= PATIENCE
    return Row(
        name, len(seen), len(errors), len(clear), round(max(usual.values())),
        round(max(answer[0] for _, answer in first)), round((time.perf_counter() - back) * 1000), holds,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows: list[Row] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-faults-")))
        database = PostgreSQL()
        stack.callback(database.end)
        broker = Redis(folder)
        stack.callback(broker.end)
        environment = {
            "DATABASE_URL": database.address, "REDIS_URL": broker.address, "WEB_CONCURRENCY": "2",
            "PAGES_KEPT": "0",
        }  # fmt: skip
        hub = Hub(folder / "hub", environment).prepare()
        hub.ask(CONTENT)
        hub.manage("collectstatic", "--no-input", "--verbosity=0", "--ignore=drf_spectacular_sidecar")
        running = Running(hub)
        stack.callback(running.end)
        wait_until(lambda: running.statuses() == [200] * len(PAGES))
        for _ in range(options.rounds):
            rows += [
                fault(running, "Redis killed", broker.stop, broker.start, is_fatal=False),
                fault(running, "Redis frozen", broker.freeze, broker.thaw, is_fatal=False),
                fault(running, "PostgreSQL stopped", database.stop, database.start, is_fatal=True),
            ]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        print("fault               requests   5xx   503  usual ms  first ms  recovery ms  holds")
        for row in rows:
            figures = f"{row.requests:>8} {row.errors:>5} {row.clear:>5} {row.usual:>9} {row.first:>9}"
            print(f"{row.fault:<19} {figures} {row.recovery:>12}  {'yes' if row.holds else 'NO'}")
    sys.exit(0 if all(row.holds for row in rows) else 1)


if __name__ == "__main__":
    main()
