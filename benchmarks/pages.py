"""CPU a request and requests a second of the public pages, the API and the admin list.

    python -m benchmarks.pages [--sizes 3500,350000] [--rounds 5] [--requests 200] [--json]

Each page is asked in turns with two yardsticks, and the medians of the rounds are compared: ``bare``, a
Django view that returns the same bytes, and ``limit``, one that runs the page's necessary SQL as text before
that (benchmarks.bare, benchmarks.limit). CPU is that of the web process, its PostgreSQL backends and Redis.

Pages are made anew for each request (``PAGES_KEPT=0``); ``kept`` is what readers mostly get, a whole page
from memory. Totals, facets and cards are remembered, as they are between two public changes; ``list-cold``
asks for another list each time, so that each of its cards is drawn. ``start`` is the CPU until the first
answer, ``memory`` what the process holds after all of this, in MB.

Needs PostgreSQL (BENCH_DATABASE_URL), redis-server and Linux; makes databases hub_bench_N and keeps them.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.servers import ROOT, Database, Web, cpu_seconds, redis_server, say, serving

THREADS = 2
# What was set from the cost of peers: times the limit; a kept page and the desk, times the bare view.
# The desk is Django's own admin, so its SQL is no measure of what it must cost.
BUDGETS = {
    "home": 3.5, "list": 3.5, "detail": 5.0, "search": 1.7, "api-first": 3.6, "api-deep": 3.6,
    "start": 3.0, "memory": 2.3,
}  # fmt: skip
BARE_BUDGETS = {"admin-list": 115.0}
KEPT_BUDGET = 2.7
SESSION = """
from django.contrib.auth.models import User
from django.test import Client
user, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
client = Client(); client.force_login(user)
print(client.cookies["sessionid"].value)
"""


@dataclass
class Figure:
    """One page at one size: milliseconds of CPU a request, requests a second, ratios to the yardsticks.

    Of ``start`` and ``memory``, the two first figures are seconds of CPU and megabytes.
    """

    size: int
    page: str
    cpu_ms: float
    limit_ms: float
    times_limit: float
    times_bare: float
    kept_ms: float | None = None
    kept_times_bare: float | None = None
    per_second: int | None = None
    per_second_of_bare: float | None = None
    bytes: int | None = None
    budget: float | None = None
    bare_budget: float | None = None


def ask(web: Web, paths: Iterator[str], requests: int, cookie: str) -> tuple[float, float]:
    """Ask so often over kept-open connections: (CPU ms a request, requests a second)."""
    pids = web.pids()
    before, started = cpu_seconds(pids), time.perf_counter()
    lock = threading.Lock()

    def reader() -> None:
        connection = HTTPConnection("127.0.0.1", web.port, timeout=60)
        for _ in range(requests // THREADS):
            with lock:
                path = next(paths)
            connection.request("GET", path, headers={"Cookie": cookie})
            response = connection.getresponse()
            response.read()
            assert response.status == 200, (path, response.status)
        connection.close()

    threads = [threading.Thread(target=reader) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, used = time.perf_counter() - started, cpu_seconds(pids) - before
    return used * 1000 / requests, requests / took


def pages(web: Web) -> dict[str, list[str]]:
    """What is measured, by name: one address, or those that are asked in turn."""
    first = json.loads(web.get("/api/v1/questions/?page_size=1"))["results"][0]
    url = "/api/v1/questions/?page_size=100"
    for _ in range(15):
        url = "/api/" + json.loads(web.get(url))["next"].partition("/api/")[2]
    lists = [
        f"/questions/?level={level}&sort={sort}&page={page}"
        for page in range(1, 101 if web.database and web.database.entries > 20_000 else 11)
        for level in ("junior", "mid", "senior", "architect")
        for sort in ("difficulty", "hardest", "newest", "updated")
    ]
    return {
        "home": ["/"],
        "list": ["/questions/?level=mid"],
        "list-cold": lists,
        "detail": ["/" + first["url"].partition("://")[2].partition("/")[2]],
        "search": ["/search/?q=index+transaction"],
        "api-first": ["/api/v1/questions/?page_size=20"],
        "api-deep": [url.replace("page_size=100", "page_size=20")],
        "admin-list": ["/admin/questions/question/"],
    }


def measure(size: int, rounds: int, requests: int) -> list[Figure]:
    """All pages at one size."""
    with ExitStack() as stack:
        redis_url, redis = stack.enter_context(redis_server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))
        environment = {"HUB_DATA": str(folder), "DEBUG": "off", "SITE_URL": "http://127.0.0.1"}
        environment |= {"DJANGO_SETTINGS_MODULE": "hub.settings", "LOG_LEVEL": "ERROR"}
        database = Database(size)
        database.prepare(environment)
        environment |= {"DATABASE_URL": database.url, "REDIS_URL": redis_url}
        run(environment, "manage.py", "collectstatic", "--noinput", "-v0", "-i", "redoc")
        session = run(environment, "manage.py", "shell", "-v0", "-c", SESSION).split()[-1]
        cookie = f"sessionid={session}"

        def serve(application: str, **more: str) -> Web:
            of_ours = {} if application == "benchmarks.bare" else {"database": database}
            others = [redis] if application == "hub.wsgi" else []
            web = serving(f"{application}:application", {**environment, **more}, others=others, **of_ours)
            return stack.enter_context(web)

        made, kept = serve("hub.wsgi", PAGES_KEPT="0"), serve("hub.wsgi")
        paths = pages(made)
        for name, addresses in paths.items():
            (folder / f"{name}.body").write_bytes(made.get(addresses[0], cookie))
        firsts = json.dumps({name: addresses[0] for name, addresses in paths.items()})
        queries = run({**environment, "PAGES_KEPT": "0"}, "-m", "benchmarks.queries", session, given=firsts)
        (folder / "queries.json").write_text(queries)
        bodies = {"BENCH_BODIES": str(folder)}
        bare, limit = serve("benchmarks.bare", **bodies), serve("benchmarks.limit", **bodies)
        figures = []
        for name, addresses in paths.items():
            size_of_body = (folder / f"{name}.body").stat().st_size
            figure = of_page(
                (made, kept, bare, limit), name, addresses, rounds, requests,
                cookie if name.startswith("admin") else "",
            )  # fmt: skip
            budgets = {"budget": BUDGETS.get(name), "bare_budget": BARE_BUDGETS.get(name)}
            figures.append(Figure(size, name, bytes=size_of_body, **budgets, **figure))
            say(f"{size} {name}: {figure}")
        figures.append(started(size, environment, bodies, rounds, database))
        used, least = made.memory() / 1e6, limit.memory() / 1e6
        figures.append(
            Figure(size, "memory", round(used), round(least), round(used / least, 2), 0.0,
                   budget=BUDGETS["memory"])
        )  # fmt: skip
    return figures


def run(environment: dict[str, str], *command: str, given: str = "") -> str:
    """What a command of Python prints."""
    result = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **environment}, check=True, text=True,
        input=given, stdout=subprocess.PIPE,
    )  # fmt: skip
    return result.stdout


def of_page(
    servers: tuple[Web, Web, Web, Web], name: str, addresses: list[str], rounds: int, requests: int,
    cookie: str,
) -> dict[str, Any]:  # fmt: skip
    """One page, measured in turns on the four servers."""
    turns = [
        (web, itertools.cycle(paths), number)
        for web, paths, number in zip(
            servers,
            (addresses, addresses[:1], [f"/{name}"], [f"/{name}"]),
            (requests, requests * 2, requests * 4, requests),
            strict=True,
        )
    ]
    for web, paths, _ in turns:
        ask(web, paths, 20, cookie)
    seen: list[list[tuple[float, float]]] = [[] for _ in turns]
    for _ in range(rounds):
        for (web, paths, number), found in zip(turns, seen, strict=True):
            found.append(ask(web, paths, number, cookie))
    cpu = [max(0.01, median(used for used, _ in found)) for found in seen]
    speed = [median(per_second for _, per_second in found) for found in seen]
    made, kept, bare, limit = cpu
    return {
        "cpu_ms": round(made, 2),
        "limit_ms": round(limit, 2),
        "times_limit": round(made / limit, 2),
        "times_bare": round(made / bare, 1),
        "kept_ms": round(kept, 2),
        "kept_times_bare": round(kept / bare, 2),
        "per_second": round(speed[0]),
        "per_second_of_bare": round(speed[0] / speed[2], 3),
    }


def started(
    size: int, environment: dict[str, str], bodies: dict[str, str], rounds: int, database: Database
) -> Figure:
    """The CPU seconds from nothing to the first answer, ours against the limit's."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        for application, path, found in (("hub.wsgi", "/", ours), ("benchmarks.limit", "/home", theirs)):
            with serving(f"{application}:application", {**environment, **bodies}, database) as web:
                web.get(path)
                found.append(cpu_seconds([web.process.pid, *web.pids()[1:2]]))
    used, least = median(ours), median(theirs)
    return Figure(
        size, "start", round(used, 2), round(least, 2), round(used / least, 2), 0.0, budget=BUDGETS["start"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="3500,350000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = [
        figure
        for size in options.sizes.split(",")
        for figure in measure(int(size), options.rounds, options.requests)
    ]
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
        return
    print(table(figures))


def table(figures: list[Figure]) -> str:
    """The figures as a table in Markdown; a ratio above its budget is marked by an exclamation mark."""
    heads = (
        "Entries", "Page", "CPU ms", "Limit ms", "× limit", "Budget", "× bare", "Budget", "Kept ms", "× bare",
        "Requests/s",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---:|---|" + "---:|" * (len(heads) - 2)]
    for one in figures:
        cells = [
            f"{one.size:,}", one.page, f"{one.cpu_ms:.2f}", f"{one.limit_ms:.2f}",
            judged(one.times_limit, one.budget), shown(one.budget),
            judged(one.times_bare, one.bare_budget) if one.bytes else "", shown(one.bare_budget),
            "" if one.bare_budget else shown(one.kept_ms),  # the desk is never kept
            "" if one.bare_budget else judged(one.kept_times_bare, KEPT_BUDGET), shown(one.per_second),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def judged(ratio: float | None, budget: float | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio:.2f}{' !' if budget and ratio > budget else ''}"


if __name__ == "__main__":
    main()
