"""`manage.py serve` as a person meets it: real processes, a data folder and a port of their own."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

OWN_SETTINGS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "DJANGO_SETTINGS_MODULE", "CI")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def descendants(pid: int) -> dict[int, str]:
    """Return the living processes below this one: process id and command."""
    listing = subprocess.run(
        ["ps", "-axo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 3) for line in listing.stdout.splitlines()]
    found: dict[int, str] = {}
    parents = {pid}
    while parents:
        below = {int(row[0]): row[3] for row in rows if int(row[1]) in parents and row[2][0] != "Z"}
        found |= below
        parents = set(below)
    return found


def is_running(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")


class Hub:
    """One `manage.py serve` with what it printed so far."""

    def __init__(self, data: Path, content: Path, port: int, *options: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        self.port = port
        self.output = ""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *options],
            cwd=settings.BASE_DIR,
            env={**inherited, "HUB_DATA": str(data), "HUB_CONTENT": str(content), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    def wait(self, seconds: float = 90) -> int:
        """Wait for the end; return the exit code."""
        code = self.process.wait(seconds)
        self._reader.join(10)
        return code

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.output
        return "Knowledge Hub is running" in self.output

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/accounts/login/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def pid_of(self, part: str) -> int | None:
        """Return the process id of gunicorn or celery, whichever is named, as the supervisor started it."""
        children = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        found = [line.split(None, 1) for line in children.stdout.splitlines() if f"-m {part}" in line]
        return int(found[0][0]) if found else None


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """A data folder after `serve --prepare-only`, with no content, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "content").mkdir()
    hub = Hub(folder / "data", folder / "content", free_port(), "--prepare-only")
    assert hub.wait() == 0, hub.output
    (folder / "output").write_text(hub.output)
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared / "data", tmp_path / "data")


@pytest.fixture
def start(prepared: Path, data: Path) -> Iterator[Callable[..., Hub]]:
    """Return a function that starts a hub on a prepared folder; none of them outlives the test."""
    started: list[Hub] = []

    def run(*options: str, folder: Path = data, port: int | None = None) -> Hub:
        started.append(Hub(folder, prepared / "content", port or free_port(), *options))
        return started[-1]

    yield run
    for hub in started:
        left = [hub.process.pid, *descendants(hub.process.pid)] if hub.process.poll() is None else []
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def test_the_first_start_makes_an_editor_whose_password_is_shown_once(prepared, start):
    assert re.search(r'account "editor".*shown only now: \S+', (prepared / "output").read_text())
    second = start("--prepare-only")
    assert second.wait() == 0
    assert "password" not in second.output


def test_the_second_start_leaves_database_and_static_files_as_they_are(start, data):
    before = {path: path.stat().st_mtime_ns for path in (data / "static").rglob("*")}
    hub = start("--prepare-only")
    assert hub.wait() == 0
    assert {path: path.stat().st_mtime_ns for path in (data / "static").rglob("*")} == before
    assert "migrations" not in hub.output


def test_a_taken_port_gets_one_sentence(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        hub = start(port=port)
        assert hub.wait() == 1
    assert hub.output.strip() == (
        f"CommandError: Port {port} is taken by another program; choose another one: PORT={port + 1}"
    )


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_a_number_that_is_no_port_gets_one_sentence(start, port):
    hub = start("--port", port)
    assert hub.wait() != 0
    assert "is no port number" in hub.output
    assert "Traceback" not in hub.output


def test_a_folder_that_can_not_be_written_gets_one_sentence(start, tmp_path):
    (tmp_path / "file").write_text("in the way")
    hub = start(folder=tmp_path / "file" / "data")
    assert hub.wait() == 1
    assert "can't be written" in hub.output
    assert "HUB_DATA=" in hub.output
    assert "Traceback" not in hub.output


def test_a_newer_database_gets_one_sentence_and_is_left_alone(start, data):
    with contextlib.closing(sqlite3.connect(data / "hub.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', '2030-01-01')"
        )
    hub = start()
    assert hub.wait() == 1
    assert "was written by a newer version of Knowledge Hub (migration core.9999_later" in hub.output
    assert "Traceback" not in hub.output


def test_a_file_that_is_no_database_gets_one_sentence(start, data):
    for leftover in data.glob("hub.sqlite3*"):
        leftover.unlink()
    (data / "hub.sqlite3").write_text("not a database, but a letter to one " * 100)
    hub = start()
    assert hub.wait() == 1
    assert "can't be used: file is not a database" in hub.output
    assert "Traceback" not in hub.output


def test_ctrl_c_ends_everything_and_leaves_nobody_behind(start):
    hub = start()
    wait_until(hub.is_up)
    wait_until(lambda: any("-m celery" in command for command in descendants(hub.process.pid).values()))
    family = descendants(hub.process.pid)
    assert hub.answers()
    hub.process.send_signal(signal.SIGINT)
    assert hub.wait() == 0, hub.output
    assert [command for pid, command in family.items() if is_running(pid)] == []
    assert "Traceback" not in hub.output
    assert hub.output.rstrip().endswith("Ended.")


def test_a_killed_worker_and_a_killed_web_server_are_started_again(start):
    hub = start()
    wait_until(hub.is_up)
    for part in ("celery", "gunicorn"):
        first = hub.pid_of(part)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda part=part, first=first: hub.pid_of(part) not in {None, first})
    wait_until(hub.answers)
    hub.process.terminate()
    assert hub.wait() == 0, hub.output
    assert hub.output.count("was ended by SIGKILL") == 2


def test_two_hubs_do_not_share_a_data_folder(start):
    first = start("--no-worker")
    wait_until(first.is_up)
    second = start("--no-worker")
    assert second.wait() == 1
    assert "already running on the data folder" in second.output
    assert first.answers()


def test_killing_the_command_itself_frees_the_port(start):
    hub = start()
    wait_until(hub.is_up)
    family = descendants(hub.process.pid)
    hub.process.kill()
    wait_until(lambda: not any(is_running(pid) for pid in family))
    again = start(port=hub.port)
    wait_until(again.is_up)
    assert again.answers()
