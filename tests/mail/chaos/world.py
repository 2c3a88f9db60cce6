"""What a scenario acts on: subscribers who are owed an alert, processes that can be killed, and counts."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import F

from hub.core.addresses import address_hash
from hub.mail import sending
from hub.mail.models import Delivery, Hold, Suppression
from subscriptions import alerts
from subscriptions.models import Edition, Subscriber
from subscriptions.news import last_announced
from tests.factories import make_question
from tests.mail.chaos.sink import Faults, Sink

# Nothing happens for so long: the scenario has failed, whatever the machine is busy with.
PATIENCE = 120.0
_CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "tests.mail.chaos.quick"]
_QUIET = ["--loglevel", "ERROR"]


@dataclass
class Result:
    """How one scenario ended; ``faults`` are the promises that did not hold."""

    name: str
    database: str
    owed: int = 0
    sent: int = 0
    doubled: int = 0
    missing: int = 0
    doubtful: int = 0
    note: str = ""
    faults: list[str] = field(default_factory=list)

    def expect(self, holds: object, fault: str) -> None:
        if not holds:
            self.faults.append(fault)


@dataclass
class World:
    """One database with its broker; ``environment`` is that of the hub's processes."""

    folder: Path
    environment: dict[str, str]
    size: int
    drains: int = 1  # that one worker runs at once
    connections: int = 1  # to the relay, of all of them
    say: Callable[[str], None] = lambda line: None
    dice: random.Random = field(default_factory=random.Random)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    revived: int = 0  # that ended by themselves
    sink: Sink = field(init=False)

    @property
    def database(self) -> str:
        return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]

    @contextmanager
    def scene(self, faults: Faults | None = None) -> Iterator["World"]:
        """An empty ledger, a relay, and an end of everything that was started."""
        for model in (Delivery, Subscriber, Hold, Suppression, Edition):
            model.objects.all().delete()
        self.sink = Sink(self.folder, faults)
        make_question()
        try:
            yield self
        finally:
            self.kill()
            self.sink.end()

    def addresses(self, number: int | None = None) -> list[str]:
        return [f"reader-{n:05}@example.org" for n in range(number or self.size)]

    def subscribe(self, addresses: list[str], told: int, frequency: str = "instant") -> None:
        """Confirmed subscribers to everything, told of public changes up to this number, and due now."""
        now = datetime.now(UTC)
        Subscriber.objects.bulk_create(
            [
                Subscriber(
                    address=address, address_hash=address_hash(address), state="active", frequency=frequency,
                    last_event=told, next_at=None if frequency == "instant" else now, hour=0, weekday=1,
                    asked_at=now, confirmed_at=now, created_at=now,
                )
                for address in addresses
            ],
            batch_size=500,
        )  # fmt: skip

    def owe(self, addresses: list[str]) -> None:
        """Owe each of them an alert on the newest entry."""
        self.subscribe(addresses, told=last_announced() - 1)
        alerts.send_alerts()

    # --- processes -------------------------------------------------------------------------------------

    def start_worker(self, *options: str) -> None:
        """A worker as the Procfile runs it, or with its own beat as ``make run`` does (``--beat``)."""
        name = f"chaos{len(self.processes)}-{os.getpid()}@%h"
        quiet = ["--without-gossip", "--without-mingle", *_QUIET]
        self._start([*_CELERY, "worker", "--hostname", name, *quiet, *options])

    def start_beat(self) -> None:
        self._start([*_CELERY, "beat", "--schedule", self._beat_file(), *_QUIET])

    def start(self) -> None:
        """What drains this database: a worker with beat in one process, or a worker of two and a beat."""
        if self.environment.get("REDIS_URL"):
            self.start_worker("--concurrency", str(self.drains))
            self.start_beat()
        else:
            self.start_worker("--pool=solo", "--beat", "--schedule", self._beat_file())

    def kill(self) -> None:
        """``kill -9`` of everything that was started, children too."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()
        self.wait(_is_alone)  # PostgreSQL finishes a statement whose client is dead

    def revive(self) -> None:
        """Start again what ended by itself, as ``make up`` and systemd do.

        Celery's worker ends when its broker goes away while it holds a message.
        """
        for process in [one for one in self.processes if one.poll() is not None]:
            self.processes.remove(process)
            self._start(list(process.args))  # type: ignore[arg-type]
            self.revived += 1

    def _start(self, command: list[str]) -> None:
        environment = {**os.environ, **self.environment, "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}"}
        with (self.folder / "processes.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log,
                    start_new_session=True,
                )
            )  # fmt: skip

    def _beat_file(self) -> str:
        return str(self.folder / f"beat-{len(self.processes)}-{time.monotonic_ns()}")

    # --- time, which is not waited for --------------------------------------------------------------------

    def pass_lease(self) -> None:
        """Let the lease of what dead workers hold run out; call it when none is alive."""
        Delivery.objects.filter(state__in=Delivery.HELD).update(
            claimed_at=F("claimed_at") - 2 * sending.LEASE
        )

    def pass_back_off(self) -> int:
        """Let the waits after temporary refusals pass; returns how many messages waited."""
        late = Delivery.objects.filter(state="pending", not_before__gt=datetime.now(UTC))
        return late.update(not_before=datetime.now(UTC) - timedelta(seconds=1))

    # --- looking ------------------------------------------------------------------------------------------

    def taken(self) -> Counter[str]:
        """Recipient → how often the relay took a message to it."""
        return Counter(event["to"] for event in self.sink.events())

    def wait_taken(self, number: int) -> None:
        self.wait(lambda: len(self.sink.events()) >= number or not self.is_open())

    def is_open(self) -> bool:
        return Delivery.objects.filter(state__in=Delivery.OPEN).exists()

    def wait_finished(self) -> None:
        self.wait(lambda: not self.is_open())

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until it holds; gives up (AssertionError) when nothing moves any more."""
        seen, since = -1, time.monotonic()
        while not condition():
            self.revive()
            moved = len(self.sink.events()) + len(self.sink.events("refused"))
            if moved != seen:
                seen, since = moved, time.monotonic()
            if time.monotonic() - since > PATIENCE:
                states = Counter(Delivery.objects.values_list("state", flat=True))
                raise AssertionError(f"nothing moves any more: {dict(states)}")
            time.sleep(0.02)

    def count(self, name: str, owed: list[str]) -> Result:
        """The account of a scenario: nobody twice, and nobody missing outside the doubtful list."""
        taken = self.taken()
        doubtful = set(Delivery.objects.doubtful().values_list("address", flat=True))
        result = Result(
            name, self.database, len(owed), len(taken),
            doubled=sum(count > 1 for count in taken.values()),
            missing=len(set(owed) - set(taken) - doubtful),
            doubtful=len(doubtful),
        )  # fmt: skip
        result.expect(not result.doubled, f"{result.doubled} got it twice")
        result.expect(not result.missing, f"{result.missing} are missing")
        result.expect(not set(taken) - set(owed), "somebody got a mail who was owed none")
        names: dict[str, set[str]] = {}
        for what in ("taken", "refused"):
            for event in self.sink.events(what):
                if event["id"]:
                    names.setdefault(event["to"], set()).add(event["id"])
        result.expect(all(len(ids) == 1 for ids in names.values()), "a message changed its Message-ID")
        return result


def _is_alone() -> bool:
    """Whether no other connection is doing anything any more (PostgreSQL); pools keep idle ones."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND state <> 'idle' AND pid <> pg_backend_pid())"
        )
        (alone,) = cursor.fetchone()
    return bool(alone)
