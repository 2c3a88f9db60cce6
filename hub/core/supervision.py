"""Keep a few processes running together: start, restart with patience, end in order, leave nobody behind.

Knows nothing of the hub. Each program leads a process group of its own, so that Ctrl-C reaches only the
supervisor, and what a dead program left running is ended with its group.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.conf import settings

TETHER = Path(settings.BASE_DIR) / "deploy" / "tethered.py"
DEATHS = 5  # this many deaths ...
WITHIN = 60.0  # ... in this many seconds are a fault that restarting does not mend
LONGEST_PAUSE = 16.0  # seconds before a restart: 1, 2, 4, 8, 16
POLL = 0.2  # seconds


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


@dataclass
class Program:
    """One program to keep running, and how long it may take to finish when told to (seconds)."""

    name: str
    command: Sequence[str]
    patience: float
    process: subprocess.Popen[str] | None = None
    restart_at: float = 0.0  # monotonic seconds
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the program and pass on each line that it prints, under its name."""
        self.process = subprocess.Popen(
            [sys.executable, str(TETHER), str(os.getpid()), *self.command],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        threading.Thread(target=self._pass_on_lines, args=(self.process,), daemon=True).start()

    def _pass_on_lines(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip():
                say(f"{self.name:>7} | {line.rstrip()}")

    def has_died(self) -> bool:
        """Tell whether the program ended since it was last looked at; what it left behind is killed."""
        if self.process is None or self.process.poll() is None:
            return False
        self._kill_group(self.process.pid)
        code = self.process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        say(f"{self.name:>7} | {how}")
        self.process = None
        now = time.monotonic()
        self.deaths.append(now)
        self.restart_at = now + min(2.0 ** (self._recent_deaths(now) - 1), LONGEST_PAUSE)
        return True

    def keeps_dying(self) -> bool:
        """Tell whether it died so often and so fast that another start would not help."""
        return self._recent_deaths(time.monotonic()) >= DEATHS

    def _recent_deaths(self, now: float) -> int:
        return sum(1 for death in self.deaths if now - death < WITHIN)

    def end(self, hurry: threading.Event) -> None:
        """Ask the program to finish; when its patience is over or hurry is set, end its whole group."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.terminate()
        deadline = time.monotonic() + self.patience
        while self.process.poll() is None and time.monotonic() < deadline and not hurry.is_set():
            time.sleep(0.05)
        self._kill_group(self.process.pid)
        self.process.wait()
        self.process = None

    @staticmethod
    def _kill_group(leader: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


class Supervisor:
    """Runs programs until a signal asks for the end, or until one of them keeps dying.

    SIGINT, SIGTERM and SIGHUP ask for the end, a second one at once. Must be made in the main thread.
    """

    def __init__(self, programs: Sequence[Program], environment: Mapping[str, str]) -> None:
        self.programs = programs
        self.environment = environment
        self.failed = False
        self._stop = threading.Event()
        self._hurry = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_end)

    def _asked_to_end(self, _number: int, _frame: FrameType | None) -> None:
        (self._hurry if self._stop.is_set() else self._stop).set()

    @property
    def is_stopping(self) -> bool:
        """Whether the end was asked for or a program keeps dying."""
        return self._stop.is_set()

    def start(self) -> None:
        """Start every program that does not run and whose pause is over."""
        for program in self.programs:
            if program.process is None and time.monotonic() >= program.restart_at and not self.is_stopping:
                program.start(self.environment)

    def look(self) -> None:
        """Notice who died and restart it, or give up where that does not help; then rest a moment."""
        for program in self.programs:
            if program.has_died() and program.keeps_dying():
                say(
                    f"{program.name.capitalize()} died {DEATHS} times within a minute; "
                    "its last lines above say why. Giving up."
                )
                self.failed = True
                self._stop.set()
        self.start()
        self._stop.wait(POLL)

    def run(self) -> None:
        """Watch the programs until the end."""
        while not self.is_stopping:
            self.look()

    def end(self) -> None:
        """End all programs in the order in which they were given, and leave nothing running."""
        self._stop.set()
        for program in self.programs:
            program.end(self._hurry)
