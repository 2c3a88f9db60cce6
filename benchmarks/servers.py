"""Servers and databases of the benchmarks: made here, used by nobody else, measured by the kernel itself."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
_TICK = os.sysconf("SC_CLK_TCK")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of these processes so far (Linux: /proc/PID/stat, fields 14 and 15)."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICK


def children(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += children(int(child))
    return found


class Database:
    """One PostgreSQL database with so many synthetic entries; kept for the next run."""

    def __init__(self, entries: int):
        self.entries, self.name = entries, f"hub_bench_{entries}"
        self.url = urlunsplit(urlsplit(SERVER)._replace(path=f"/{self.name}"))

    def prepare(self, environment: dict[str, str]) -> None:
        """Make and fill it, unless it is as it should be already."""
        with psycopg.connect(SERVER, autocommit=True) as server:
            row = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone()
            if row is None:
                server.execute(f'CREATE DATABASE "{self.name}"')
        for command in (["migrate", "--verbosity=0"], ["load_content"], ["make_archive", str(self.entries)]):
            say(f"{self.name}: {command[0]} ...")
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, check=True,
                env={**os.environ, **environment, "DATABASE_URL": self.url}, stdout=sys.stderr,
            )  # fmt: skip
        with psycopg.connect(self.url, autocommit=True) as database:
            vacuumed = "SELECT last_vacuum FROM pg_stat_user_tables WHERE relname = 'core_entry'"
            if database.execute(vacuumed).fetchone() == (None,):
                database.execute("VACUUM ANALYZE")

    def backends(self) -> list[int]:
        """The processes that serve this database now."""
        with psycopg.connect(SERVER, autocommit=True) as server:
            rows = server.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
                [self.name],
            )
            return [pid for (pid,) in rows.fetchall()]


class Web:
    """A running gunicorn: one process, threads, and the processes whose work counts as its own."""

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, database: Database | None = None,
        others: Sequence[int] = (),
    ):  # fmt: skip
        self.process, self.port, self.database, self.others = process, port, database, others

    def pids(self) -> list[int]:
        backends = self.database.backends() if self.database else []
        return [*children(self.process.pid), *backends, *self.others]

    def memory(self) -> int:
        """Bytes of the process that answers, with its share of shared pages (Linux: smaps_rollup, Pss)."""
        worker = children(self.process.pid)[-1]
        rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()
        (line,) = (line for line in rollup.splitlines() if line.startswith("Pss:"))
        return int(line.split()[1]) * 1024

    def get(self, path: str, cookie: str = "") -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        assert response.status == 200, (path, response.status)
        return body


@contextmanager
def redis_server() -> Iterator[tuple[str, int]]:
    """Run a Redis for this benchmark alone; gives its address and its process id."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield f"redis://127.0.0.1:{port}/0", process.pid
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens on a port."""
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, "it did not start"
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.02)
        else:
            return


@contextmanager
def serving(
    application: str, environment: dict[str, str], database: Database | None = None,
    others: Sequence[int] = (),
) -> Iterator[Web]:  # fmt: skip
    """Run gunicorn with one process on a free port, and end it; ``others`` work for it too."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "deploy/gunicorn.conf.py",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(
        [*command, application], cwd=ROOT,
        env={**os.environ, **environment, "BIND": f"127.0.0.1:{port}", "LOG_LEVEL": "WARNING"},
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield Web(process, port, database, others)
    finally:
        process.terminate()
        process.wait()
