"""Beats at once, on real connections: nobody is owed two."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from hub.mail import outbox, sending, streams
from hub.mail.ledger import Ledger
from hub.mail.models import Delivery
from subscriptions import alerts, digests, enrolling
from subscriptions.enrolling import Choices
from subscriptions.models import Subscriber
from tests.factories import make_question, make_subscriber

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def at_once(*works: Any) -> None:
    failures: list[Exception] = []

    def run(work: Any) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 (told by the thread that waits)
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_four_beats_at_once_owe_each_alert_once():
    for _ in range(12):
        make_subscriber(frequency="instant")
    make_question()
    at_once(*[alerts.send_alerts] * 4)
    alerts.send_alerts()
    assert Delivery.objects.filter(stream="alert").count() == 12


def test_four_beats_at_once_owe_each_digest_once():
    now = datetime(2026, 11, 20, 6, tzinfo=UTC)
    for _ in range(12):
        make_subscriber(frequency="daily", hour=8, now=now)
    make_question()
    later = now + timedelta(hours=3)
    at_once(*[lambda: digests.send_digests(now=later)] * 4)
    digests.send_digests(now=later)
    assert Delivery.objects.filter(stream="digest").count() == 12


def claimed_alerts(number: int = 1) -> list[Delivery]:
    """Alerts that a drain has taken, each to a subscriber of its own."""
    for _ in range(number):
        make_subscriber(frequency="instant")
    sending.drain()
    make_question()
    alerts.send_alerts()
    return sending.claim(number, timezone.now())


def test_the_intent_to_send_gives_way_to_who_is_just_leaving():
    (held,) = claimed_alerts()
    row = Subscriber.objects.get()
    has_left = threading.Event()

    def leave() -> None:
        with transaction.atomic():
            enrolling.leave(row)
            has_left.set()
            time.sleep(0.3)  # not committed yet

    intended = []

    def intend() -> None:
        has_left.wait(60)
        intended.append(Ledger().intend(held, streams.get("alert")))

    at_once(leave, intend)
    assert intended == [False]
    assert Delivery.objects.get(stream="alert").state == "skipped"


@pytest.mark.postgresql
def test_an_outcome_does_not_wait_for_who_holds_the_next_message():
    first, second = claimed_alerts(2)
    stream, is_locked, is_done = streams.get("alert"), threading.Event(), threading.Event()
    assert Ledger().intend(first, stream)

    def hold() -> None:
        with transaction.atomic():
            list(Delivery.objects.select_for_update().filter(pk=second.pk))
            is_locked.set()
            is_done.wait(10)

    told = []

    def accept() -> None:
        is_locked.wait(60)
        told.append(Ledger().accept_and_intend(first, timezone.now(), 250, "taken", second, stream))
        is_done.set()

    at_once(hold, accept)
    assert told == [(True, False)]
    assert set(Delivery.objects.filter(stream="alert").values_list("state", flat=True)) == {
        "accepted",
        "claimed",
    }


def test_what_goes_on_the_wire_meanwhile_is_not_taken_back():
    (held,) = claimed_alerts()
    is_intended = threading.Event()

    def intend() -> None:
        with transaction.atomic():
            assert Ledger().intend(held, streams.get("alert"))
            is_intended.set()
            time.sleep(0.3)  # not committed yet

    taken = []

    def take_back() -> None:
        is_intended.wait(60)
        with transaction.atomic():
            taken.extend(outbox.take_back(["alert"], held.recipient_hash))

    at_once(intend, take_back)
    assert taken == []
    assert Delivery.objects.get(stream="alert").state == "sending"


def test_the_same_address_signed_up_at_once_is_one_row_and_one_letter():
    at_once(*[lambda: enrolling.sign_up("ada@example.org", Choices({}))] * 4)
    assert Subscriber.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_a_link_pressed_twice_at_once_confirms_once():
    enrolling.sign_up("ada@example.org", Choices({}))
    row = Subscriber.objects.get()
    at_once(*[lambda: enrolling.confirm(row)] * 4)
    assert Subscriber.objects.get().is_active
