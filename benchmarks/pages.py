"""CPU a request and requests a second of the public pages, the API and the admin list.

    python -m benchmarks.pages [--sizes 3500,350000] [--rounds 5] [--requests 200] [--json]

Each page is asked in turns with the yardstick (benchmarks.bare: a Django view that returns the same bytes),
and the medians of the rounds are compared. CPU is that of the web process and of its PostgreSQL backends.
Pages are measured as they are made (``PAGES_KEPT=0``) and, in a second column, as readers mostly get them.
Needs PostgreSQL (BENCH_DATABASE_URL) and Linux; makes databases hub_bench_N and keeps them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from benchmarks.servers import ROOT, Database, Web, cpu_seconds, say, serving

THREADS = 2
SESSION = """
from django.contrib.auth.models import User
from django.test import Client
user, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
client = Client(); client.force_login(user)
print(client.cookies["sessionid"].value)
"""


@dataclass
class Figure:
    """One page at one size: milliseconds of CPU a request, requests a second, ratios to the yardstick."""

    size: int
    page: str
    cpu_ms: float
    cpu_ratio: float
    per_second: float
    per_second_ratio: float
    kept_cpu_ms: float
    bytes: int


def ask(web: Web, path: str, requests: int, cookie: str) -> tuple[float, float]:
    """Ask a page so often over kept-open connections: (CPU ms a request, requests a second)."""
    pids = web.pids()
    before, started = cpu_seconds(pids), time.perf_counter()

    def reader() -> None:
        connection = HTTPConnection("127.0.0.1", web.port, timeout=60)
        for _ in range(requests // THREADS):
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


def pages(web: Web) -> dict[str, str]:
    """What is measured, by name; the entry and the deep page are looked up."""
    first = json.loads(web.get("/api/v1/questions/?page_size=1"))["results"][0]
    cursor, url = "", "/api/v1/questions/?page_size=100"
    for _ in range(15):
        url = json.loads(web.get(url))["next"]
        url = "/api/" + url.partition("/api/")[2]
        cursor = url
    return {
        "home": "/",
        "list": "/questions/?level=mid",
        "detail": "/" + first["url"].partition("://")[2].partition("/")[2],
        "search": "/search/?q=index+transaction",
        "api-first": "/api/v1/questions/?page_size=20",
        "api-deep": cursor.replace("page_size=100", "page_size=20"),
        "admin-list": "/admin/questions/question/",
    }


def measure(size: int, rounds: int, requests: int) -> list[Figure]:
    """All pages at one size."""
    folder = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    environment = {"HUB_DATA": str(folder), "DEBUG": "off", "SITE_URL": "http://127.0.0.1"}
    database = Database(size)
    database.prepare(environment)
    environment["DATABASE_URL"] = database.url
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0", "-i", "redoc"],
        cwd=ROOT, env={**environment, "PATH": "/usr/bin:/bin"}, check=True,
    )  # fmt: skip
    shell = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SESSION],
        cwd=ROOT, env={**environment, "PATH": "/usr/bin:/bin"}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    cookie = f"sessionid={shell.stdout.split()[-1]}"
    with ExitStack() as stack:
        made = stack.enter_context(
            serving("hub.wsgi:application", {**environment, "PAGES_KEPT": "0"}, database)
        )
        kept = stack.enter_context(serving("hub.wsgi:application", environment, database))
        paths = pages(made)
        bodies = {name: made.get(path, cookie) for name, path in paths.items()}
        for name, body in bodies.items():
            (folder / f"{name}.body").write_bytes(body)
        bare = stack.enter_context(serving("benchmarks.bare:application", {"BENCH_BODIES": str(folder)}))
        figures = []
        for name, path in paths.items():
            session = cookie if name.startswith("admin") else ""
            for web, warm in ((made, path), (kept, path), (bare, f"/{name}")):
                ask(web, warm, 10, session)
            ours, theirs, again = [], [], []
            for _ in range(rounds):
                ours.append(ask(made, path, requests, session))
                theirs.append(ask(bare, f"/{name}", requests * 4, ""))
                again.append(ask(kept, path, requests * 2, session))
            cpu, speed = (median(column) for column in zip(*ours, strict=True))
            bare_cpu, bare_speed = (median(column) for column in zip(*theirs, strict=True))
            figures.append(
                Figure(
                    size=size,
                    page=name,
                    cpu_ms=round(cpu, 2),
                    cpu_ratio=round(cpu / max(bare_cpu, 0.01), 1),
                    per_second=round(speed),
                    per_second_ratio=round(speed / bare_speed, 3),
                    kept_cpu_ms=round(median(used for used, _ in again), 2),
                    bytes=len(bodies[name]),
                )
            )
            say(f"{size} {name}: {cpu:.2f} ms, yardstick {bare_cpu:.2f} ms")
    return figures


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
    print(" entries page         CPU ms  × bare  kept ms  req/s  × bare    kB")
    for one in figures:
        print(
            f"{one.size:>8} {one.page:<11} {one.cpu_ms:>7.2f} {one.cpu_ratio:>7.1f} {one.kept_cpu_ms:>8.2f}"
            f" {one.per_second:>6.0f} {one.per_second_ratio:>7.3f} {one.bytes / 1000:>5.0f}"
        )


if __name__ == "__main__":
    main()
