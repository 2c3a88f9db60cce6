"""Run the hub on one machine: web server and worker for a laptop, or the processes of a Procfile."""

import errno
import fcntl
import http.client
import os
import shlex
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.urls import NoReverseMatch, reverse

from hub.core.preparing import NotReady
from hub.core.supervision import Program, Supervisor, say

PLACES = (
    ("Site", "pages:home"),
    ("Editors", "admin:index"),
    ("Mail", "mail:mailbox"),
    ("API", "api-docs"),
)

PATIENCE_OF_UP = 60.0  # seconds in which a web server finishes its requests and a worker its tasks


def check_port(port: int) -> None:
    """Raise NotReady when the web server could not listen on this port of 127.0.0.1."""
    if not 0 < port < 65536:
        raise NotReady(f"{port} is no port number; choose one from 1024 to 65535: PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "is taken by another program" if error.errno == errno.EADDRINUSE else "may not be used"
            raise NotReady(f"Port {port} {reason}; choose another one: PORT={port + 1}") from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the data folder for one running hub; raises NotReady while another one runs on it."""
    with (folder / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotReady(
                f"A hub is already running on the data folder {folder}. "
                "End it, or name another folder: HUB_DATA=/a/folder"
            ) from error
        yield


def serve(port: int, *, with_worker: bool) -> bool:
    """Run the hub until Ctrl-C or SIGTERM; return whether it ended because it was asked to.

    A program that dies is started again. On the way out the web server finishes its requests first, then the
    worker its task.
    """
    programs = [Program("web", web_command(), patience=15)]
    if with_worker:
        programs.append(Program("worker", worker_command(), patience=20))
    return keep_running(programs, {"LOG_LEVEL": "WARNING", **os.environ, "PORT": str(port)}, port)


def up(procfile: Path, port: int) -> bool:
    """Run what a Procfile names until Ctrl-C or SIGTERM; return whether it ended because it was asked to.

    Commands are found beside this Python first. WEB_CONCURRENCY is two processes or one a core where the
    environment does not say otherwise.
    """
    beside = str(Path(sys.executable).parent)
    environment = {
        "WEB_CONCURRENCY": str(max(2, os.cpu_count() or 2)),
        **os.environ,
        "PATH": os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]),
        "PORT": str(port),
    }
    return keep_running(programs_of(procfile), environment, port)


def programs_of(procfile: Path) -> list[Program]:
    """Return the programs of a Procfile: a line each, ``name: command``; # begins a comment.

    Raises NotReady for a file or a line that can't be read.
    """
    try:
        lines = procfile.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise NotReady(f"{procfile} can't be read ({error.strerror}).") from error
    programs = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, command = line.partition(":")
        try:
            words = shlex.split(command)
        except ValueError:
            words = []
        if not name.strip().isidentifier() or not words:
            raise NotReady(f"{procfile.name}, line {number}, is not as in web: gunicorn --config file")
        programs.append(Program(name.strip(), words, patience=PATIENCE_OF_UP))
    if not programs:
        raise NotReady(f"{procfile.name} names no program.")
    return programs


def keep_running(programs: Sequence[Program], environment: Mapping[str, str], port: int) -> bool:
    """Keep programs running until a signal; return False when one of them keeps dying."""
    let_go_of_the_database()
    supervisor = Supervisor(programs, environment)
    try:
        while not supervisor.is_stopping and not answers(port):
            supervisor.look()
        if not supervisor.is_stopping:
            say_where_to_look(port)
        supervisor.run()
        say("Ending ...")
    finally:
        supervisor.end()
    if not supervisor.failed:
        say("Ended.")
    return not supervisor.failed


def let_go_of_the_database() -> None:
    """Close connections and, on PostgreSQL, the pool that would keep some of them open."""
    connections.close_all()
    for connection in connections.all():
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def web_command() -> list[str]:
    """Return the command of the web server: one process with threads, as deploy/gunicorn.conf.py says."""
    configuration = str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py")
    return [sys.executable, "-m", "gunicorn", "--config", configuration, "--log-level", "warning"]


def worker_command() -> list[str]:
    """Return the command of the worker with its own clock (beat), which is right for one worker only."""
    return [
        *[sys.executable, "-m", "celery", "--quiet", "--app", "hub", "worker", "--beat", "--pool=solo"],
        *["--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
    ]


def answers(port: int) -> bool:
    """Tell whether the web server answers a request, whatever it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def say_where_to_look(port: int) -> None:
    """Print the addresses that a person wants first."""
    site = settings.SITE_URL if port == settings.PORT else f"http://localhost:{port}"
    lines = ["", "Knowledge Hub is running; Ctrl-C ends it.", ""]
    for title, name in PLACES:
        with suppress(NoReverseMatch):
            lines.append(f"  {title:<8} {site}{reverse(name)}")
    lines += [f"  {'Data':<8} {settings.DATA_DIR}", ""]
    say("\n".join(lines))
