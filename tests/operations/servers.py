"""Servers that a test may stop, freeze and start again, because nobody else uses them."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests import parts


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], object], seconds: float = 120) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


class PostgreSQL:
    """A cluster of its own in a folder, on a port of its own; root runs it as another user, as it demands."""

    def __init__(self) -> None:
        # Not in pytest's folder, into which another user may not look.
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="hub-postgresql-")), free_port()
        self.user: str | None = None
        if os.geteuid() == 0:
            self.user = next(name for name in ("postgres", "nobody") if _is_user(name))
            shutil.chown(self.folder, self.user)
        self._run("initdb", "--username=hub", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        self.start()

    @property
    def address(self) -> str:
        return f"postgres://hub@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder}/log", "-o", settings)

    def stop(self) -> None:
        """End it at once, as a restart does: every connection is cut."""
        self._run("pg_ctl", "stop", "--wait", "--mode=fast")

    def end(self) -> None:
        with suppress(AssertionError):
            self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        path = parts.postgresql_program(program)
        assert path is not None
        # No pipes: the server that pg_ctl starts would hold them open.
        nowhere: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [path, "-D", str(self.folder / "data"), *arguments]
        result = subprocess.run(command, cwd=self.folder, user=self.user, check=False, **nowhere)
        assert result.returncode == 0, f"{program} ended with code {result.returncode}"

    def ask(self, query: str) -> list[Any]:
        with closing(psycopg.connect(self.address, autocommit=True)) as connection:
            return connection.execute(query).fetchall()


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


class Redis:
    """A Redis of its own, which keeps nothing on disk."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder, self.port = folder, port or free_port()
        self.process: subprocess.Popen[bytes]
        self.start()

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            ["redis-server", *options, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        wait_until(self.answers)

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.address, socket_timeout=1) as connection:
                return bool(connection.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def empty(self) -> None:
        """Forget everything, as FLUSHALL does: queues, bindings, what was taken and not yet done."""
        with redis.Redis.from_url(self.address) as connection:
            connection.flushall()

    def freeze(self) -> None:
        """Stop it in the middle of whatever it does: it accepts connections and never answers."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.stop()


class Listener:
    """A server that accepts connections and then says nothing, or hangs up at once; it counts them."""

    def __init__(self, *, hangs_up: bool) -> None:
        self.connections: list[socket.socket] = []
        self._hangs_up = hangs_up
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self._server.getsockname()[1]}/0"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                self.connections.append(connection)
                if self._hangs_up:
                    connection.close()

    def end(self) -> None:
        self._server.close()
        for connection in self.connections:
            connection.close()
