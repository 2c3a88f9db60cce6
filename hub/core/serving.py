"""Run the hub on one machine: the web server, and the worker with its clock beside it."""

import errno
import fcntl
import http.client
import os
import socket
import sys
from collections.abc import Iterator
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
    connections.close_all()
    environment = {"LOG_LEVEL": "WARNING", **os.environ, "PORT": str(port)}
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
