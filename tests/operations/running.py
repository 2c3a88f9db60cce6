"""`manage.py up` as a process, to be asked for pages while parts of it fail."""

import http.client
import signal
import subprocess
import sys
import threading

from django.conf import settings

from tests.operations.hubs import Hub
from tests.operations.servers import free_port, wait_until

CONTENT = """
from tests.factories import make_question
make_question(title="What is a covering index?", tags=["indexes"])
answer = None
"""
_PS = ["ps", "-axww", "-o", "pid=,ppid=,args="]
PAGES = ("/", "/questions/", "/search/?q=index", "/api/v1/questions/")


class Running:
    """`manage.py up`, with what it printed."""

    def __init__(self, hub: Hub) -> None:
        self.port, self.output = free_port(), ""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port)],
            cwd=settings.BASE_DIR, env=hub.variables, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_until(self.is_up)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.output
        return "Knowledge Hub is running" in self.output

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Ask for a page; an answer that does not come in ten seconds is a failure."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def statuses(self) -> list[int]:
        return [self.get(path)[0] for path in PAGES]

    def family(self) -> dict[int, str]:
        """The living processes below this one: process id and command."""
        listing = subprocess.run(_PS, capture_output=True, text=True, check=True)
        rows = [line.split(None, 2) for line in listing.stdout.splitlines()]
        found: dict[int, str] = {}
        parents = {self.process.pid}
        while parents:
            below = {int(pid): args for pid, parent, args in rows if int(parent) in parents}
            found |= below
            parents = set(below)
        return found

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(120)
        self._reader.join(10)
        return code
