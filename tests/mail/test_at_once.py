"""Several drains at once, and one that is killed in the middle: nobody gets two, nobody is forgotten."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections

from hub.core.addresses import address_hash
from hub.mail import sending
from hub.mail.models import Delivery, Suppression
from hub.mail.relay import RelayDown, SmtpRelay
from hub.mail.streams import Doubt
from tests.mail.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

DRAIN = """
import django
django.setup()
from hub.mail import sending, streams
streams.register(streams.Stream("letters", on_doubt=streams.Doubt.COUNT_AS_DELIVERED))
sending.drain(seconds=60)
"""


def database_url() -> str:
    """The test database, for a process of its own."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user = values["USER"] + (f":{values['PASSWORD']}" if values["PASSWORD"] else "")
    return f"postgres://{user}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"


def test_four_drains_at_once_send_each_message_once(owe: Any, sink: Sink):
    for n in range(60):
        owe(f"p{n}@example.org")
    told: list[Any] = []

    def work() -> None:
        try:
            told.append(sending.drain(batch=7))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum((one["accepted"] for one in told), 0) == 60
    assert sink.counts() == {f"p{n}@example.org": 1 for n in range(60)}


def test_one_drain_sends_over_several_connections_and_each_message_once(owe: Any, sink: Sink, settings: Any):
    settings.MAIL_CONNECTIONS = 3
    for n in range(60):
        owe(f"p{n}@example.org")
    assert sending.drain(batch=5) == {"accepted": 60}
    assert sink.counts() == {f"p{n}@example.org": 1 for n in range(60)}
    assert sink.connections == (3 if connection.vendor == "postgresql" else 1)


@pytest.mark.postgresql
def test_a_relay_that_allows_one_connection_does_not_leave_the_rest_to_the_next_minute(
    owe: Any, sink: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.MAIL_CONNECTIONS = 2
    hints: list[str] = []
    monkeypatch.setattr(sending, "hint", hints.append)
    first, second = SmtpRelay(), SmtpRelay()

    def refuse() -> None:
        raise RelayDown("421 too many connections")

    monkeypatch.setattr(second, "open", refuse)
    relays = [first, second]
    monkeypatch.setattr(sending, "configured_relay", relays.pop)
    for n in range(5):
        owe(f"p{n}@example.org")
    sink.on_letter = lambda _: time.sleep(0.2)
    told = sending.drain(seconds=0.3)
    assert 0 < told["accepted"] < 5
    assert hints == ["hub.mail.tasks.drain"], "the next drain is not left to the next minute"


def test_an_unsubscribe_during_a_run_stops_what_is_not_on_the_wire(owe: Any, stream: Any, sink: Sink):
    stream("news")
    for n in range(20):
        owe(f"p{n:02}@example.org", name="news")

    def leave(address: str) -> None:
        if address == "p04@example.org":
            for n in range(5, 20):
                Suppression.add(address_hash(f"p{n:02}@example.org"), Suppression.Reason.UNSUBSCRIBED)
            connections.close_all()

    sink.on_letter = leave
    assert sending.drain() == {"accepted": 5, "skipped": 15}


def test_a_drain_killed_in_the_middle_leaves_at_most_one_message_in_doubt(owe: Any, stream: Any, sink: Sink):
    stream(on_doubt=Doubt.COUNT_AS_DELIVERED)
    for n in range(40):
        owe(f"p{n}@example.org")
    reached = threading.Event()

    def at_fifth(address: str) -> None:
        if len(sink.recipients) >= 5:
            reached.set()
            time.sleep(0.05)

    sink.on_letter = at_fifth
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "HUB_DATA": str(django_settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "hub.settings",
    }
    process = subprocess.Popen([sys.executable, "-c", DRAIN], env=environment, cwd=django_settings.BASE_DIR)
    assert reached.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    sink.on_letter = None

    later = datetime.now(UTC) + timedelta(minutes=11)
    sending.reap(now=later)
    sending.drain(now=later)
    counts = sink.counts()
    doubtful = set(Delivery.objects.exclude(state="accepted").values_list("address", flat=True))
    missing = {f"p{n}@example.org" for n in range(40)} - set(counts)
    assert set(counts.values()) == {1}, "nobody got two"
    assert len(doubtful) <= 1
    assert missing <= doubtful
