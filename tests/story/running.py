"""A hub that really runs, for the story: its processes, its address, the mails that leave it."""

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

KEPT = ("PATH", "HOME", "LANG", "CI")
PATIENCE = 180  # seconds until a slow machine must have done one thing


@dataclass
class RunningHub:
    """A running hub: where it answers, its data folder, and where its mails arrive."""

    url: str
    folder: Path
    password: str
    mails: Callable[[], list[EmailMessage]]

    def mails_to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails() if mail["To"] == address]

    def next_mail(self, address: str, number: int) -> EmailMessage:
        """Wait for the ``number``-th mail to an address."""
        wait_until(lambda: len(self.mails_to(address)) >= number, f"mail {number} to {address}")
        return self.mails_to(address)[number - 1]


def wait_until(is_done: Callable[[], object], what: str) -> None:
    """Wait until something is done; fails with its name when it never is."""
    deadline = time.monotonic() + PATIENCE
    while not is_done():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.25)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def files_as_mails(folder: Path) -> list[EmailMessage]:
    """The mails that a laptop wrote as files, oldest first."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return [parsed(path.read_bytes()) for path in paths]


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage, pattern: str) -> str:
    """The first address in a mail's text that a pattern matches."""
    found = re.search(rf"https?://\S*{pattern}[^\s>)]*", text_of(mail))
    assert found, text_of(mail)
    return found.group(0).rstrip(".,")


@contextmanager
def running(
    command: list[str], folder: Path, port: int, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a command that serves on a port, with a clean environment; end it and all it started."""
    variables = {name: os.environ[name] for name in KEPT if name in os.environ}
    variables |= {"HUB_DATA": str(folder), "PORT": str(port), **environment}
    log = (folder / "output.txt").open("w+")
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=variables, stdout=log, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_until(lambda: process.poll() is not None or answers(port), "the first answer")
        assert process.poll() is None, (folder / "output.txt").read_text()
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def password_in(folder: Path) -> str:
    """The editor's password, which is printed once."""
    found = re.search(r"shown only now: (\S+)", (folder / "output.txt").read_text())
    assert found
    return found.group(1)
