"""Redis stopped or frozen, PostgreSQL restarted, under real processes: what readers notice, what heals."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.hubs import Hub
from tests.operations.running import CONTENT, PAGES, Running
from tests.operations.servers import Listener, PostgreSQL, Redis, free_port, wait_until

HINT_THREE_TIMES = """
from django.core.cache import cache
from hub.core.hints import hint
from hub.core.hints import _Broker
answer = []
for number in range(3):
    hint("hub.core.tasks.heartbeat")
    answer.append(cache.get("something", "nothing"))
"""
WAKE = """
from hub.core.hints import hint
hint("hub.core.tasks.heartbeat")
answer = None
"""
HEARTBEATS = "SELECT count(*) FROM core_heartbeat WHERE at > now() - interval '5 seconds'"


@pytest.mark.parametrize("hangs_up", [True, False], ids=["hangs up", "never answers"])
def test_hints_and_cache_try_once_and_then_leave_it_alone_for_a_while(tmp_path, hangs_up):
    listener = Listener(hangs_up=hangs_up)
    hub = Hub(tmp_path / "hub").prepare()
    hub.environment["REDIS_URL"] = listener.address
    try:
        assert hub.ask(HINT_THREE_TIMES) == ["nothing"] * 3
    finally:
        listener.end()
    assert len(listener.connections) == 2  # one of the broker's, one of the cache's


@pytest.fixture(scope="module")
def database() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    yield server
    server.end()


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[Redis]:
    server = Redis(tmp_path_factory.mktemp("redis"))
    yield server
    server.end()


@pytest.fixture(scope="module")
def hub(tmp_path_factory, database, broker) -> Hub:
    """A hub with one question on servers of its own."""
    environment = {"DATABASE_URL": database.address, "REDIS_URL": broker.address, "WEB_CONCURRENCY": "2"}
    hub = Hub(tmp_path_factory.mktemp("hub"), environment).prepare()
    hub.ask(CONTENT)
    result = hub.manage("collectstatic", "--no-input", "--verbosity=0", "--ignore=drf_spectacular_sidecar")
    assert result.returncode == 0, result.stderr
    return hub


@pytest.fixture(scope="module")
def running(hub) -> Iterator[Running]:
    running = Running(hub)
    yield running
    if running.process.poll() is None:
        running.end()


def work_is_done(hub: Hub, database: PostgreSQL) -> bool:
    """Whether a hint given now reaches a worker, which writes its sign of life."""
    hub.ask(WAKE)
    return database.ask(HEARTBEATS) == [(1,)]


@pytest.mark.own_postgresql
@pytest.mark.own_redis
def test_web_server_worker_and_beat_are_processes_of_their_own(running, hub, database):
    assert running.statuses() == [200] * len(PAGES)
    wait_until(lambda: work_is_done(hub, database))
    commands = running.family().values()
    for words in ("gunicorn --config", "hub worker", "hub beat"):
        assert any(words in command for command in commands), list(commands)


@pytest.mark.own_postgresql
@pytest.mark.own_redis
def test_no_two_processes_share_a_connection_to_the_database(running, hub, database):
    if not Path("/proc/net/tcp").exists():
        pytest.skip("only Linux shows whose connection it is")
    wait_until(lambda: work_is_done(hub, database))
    running.statuses()
    owners: dict[str, set[int]] = {}
    sockets = {
        fields[9]
        for fields in (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        if int(fields[2].rpartition(":")[2], 16) == database.port and fields[3] == "01"
    }
    for pid in running.family():
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                match = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
            except FileNotFoundError:
                continue
            if match and match[1] in sockets:
                owners.setdefault(match[1], set()).add(pid)
    assert owners
    assert [pids for pids in owners.values() if len(pids) > 1] == []


@pytest.mark.own_postgresql
@pytest.mark.own_redis
@pytest.mark.parametrize("how", ["stopped", "frozen"])
def test_pages_serve_without_redis_and_work_goes_on_when_it_is_back(running, hub, database, broker, how):
    wait_until(lambda: work_is_done(hub, database))
    broker.stop() if how == "stopped" else broker.freeze()
    try:
        assert running.statuses() == [200] * len(PAGES)
        assert running.statuses() == [200] * len(PAGES)
        assert json.loads(running.get("/readyz")[2])["checks"]["broker"]["ok"] is False
    finally:
        broker.start() if how == "stopped" else broker.thaw()
    wait_until(lambda: work_is_done(hub, database))
    assert running.process.poll() is None
    assert "was ended by" not in running.output


@pytest.mark.own_postgresql
@pytest.mark.own_redis
def test_a_restart_of_the_database_is_a_clear_503_and_then_over_without_a_restart_of_ours(
    running, hub, database
):
    wait_until(lambda: work_is_done(hub, database))
    assert running.statuses() == [200] * len(PAGES)
    before = set(running.family())
    database.stop()
    try:
        for path in PAGES:
            status, headers, body = running.get(path)
            assert status == 503, path
            assert int(headers["Retry-After"]) > 0
            if path.startswith("/api/"):
                assert headers["Content-Type"] == "application/problem+json"
                assert json.loads(body)["status"] == 503
            else:
                assert b"<h1" in body
                assert b"Traceback" not in body
        assert running.get("/healthz")[0] == 200
        assert running.get("/readyz")[0] == 503
    finally:
        database.start()
    wait_until(lambda: running.statuses() == [200] * len(PAGES), 30)
    wait_until(lambda: work_is_done(hub, database))
    assert before <= set(running.family())


@pytest.mark.own_postgresql
@pytest.mark.own_redis
def test_a_restart_between_two_requests_is_not_noticed(running, database):
    assert running.statuses() == [200] * len(PAGES)
    database.stop()
    database.start()
    assert running.statuses() == [200] * len(PAGES)


@pytest.mark.own_postgresql
@pytest.mark.own_redis
def test_ctrl_c_ends_all_of_them_and_leaves_nobody_behind(running):
    family = running.family()
    assert len(family) >= 6
    assert running.end() == 0, running.output
    alive = [command for pid, command in family.items() if Path(f"/proc/{pid}").exists()]
    assert alive == []
    assert running.output.rstrip().endswith("Ended.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no program"),
        ("web gunicorn\n", "line 1, is not as in web:"),
        ("# a comment\n\nweb: 'gunicorn\n", "line 3"),
        ("web:\n", "line 1"),
        (None, "can't be read (No such file or directory)"),
    ],
)
def test_a_procfile_that_can_not_be_used_gets_one_sentence(tmp_path, text, words):
    procfile = tmp_path / "Procfile"
    if text is not None:
        procfile.write_text(text)
    hub = Hub(tmp_path / "hub").prepare()
    result = hub.manage("up", "--skip-checks", "--port", str(free_port()), "--procfile", str(procfile))
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr
