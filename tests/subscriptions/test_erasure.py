"""After erasure the address is nowhere in the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from hub.core.addresses import address_hash
from hub.mail import bounces, sending
from hub.mail.models import Delivery, Suppression
from subscriptions import alerts, enrolling
from subscriptions.enrolling import Choices
from subscriptions.models import Subscriber
from tests.factories import make_question, make_subscriber
from tests.mail.letters import bounce

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def places_of(word: str) -> list[str]:
    """Tables in which any column of any row holds the word."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            if any(word in str(value).lower() for row in cursor.fetchall() for value in row):
                found.append(model._meta.db_table)
    return found


@pytest.mark.parametrize("way", ["manage", "erase"])
def test_erasing_takes_the_address_out_of_every_table(client: Client, mailbox: Any, way: str):
    row = make_subscriber("ada@example.org", frequency="instant")
    make_question()
    alerts.send_alerts()
    sending.drain()
    make_question()
    alerts.send_alerts()
    sent = Delivery.objects.get(stream="alert", state="accepted")
    assert bounces.take(bounce(sent, status="5.2.2")) == "failure"
    assert set(places_of("ada@example.org")) == {"subscriptions_subscriber", "mail_delivery"}
    answer = client.post(row.path(way), {"action": "erase"})
    assert (answer.status_code, answer["Location"]) == (302, "/alerts/erased/")
    assert places_of("ada@example.org") == []
    assert not list(mailbox.glob("*.eml")), "nor in a file"
    assert sending.drain() == {}
    suppression = Suppression.objects.get()
    assert (suppression.recipient_hash, suppression.reason) == (address_hash("ada@example.org"), "erased")


def test_an_erased_address_can_not_be_signed_up_by_others():
    enrolling.erase(make_subscriber("ada@example.org"))
    enrolling.sign_up("ada@example.org", Choices({}), now=datetime.now(UTC) + timedelta(days=2))
    assert not Subscriber.objects.exists()
    assert places_of("ada@example.org") == []


def test_links_of_an_erased_row_say_that_they_are_off(client: Client):
    row = make_subscriber()
    paths = [row.path(page) for page in ("manage", "confirm", "export", "erase")]
    enrolling.erase(row)
    assert {client.get(path).status_code for path in paths} == {410}
    assert {client.post(path, {"action": "erase"}).status_code for path in paths} == {410}


def test_a_sign_up_that_nobody_confirmed_is_forgotten_after_72_hours():
    now = datetime.now(UTC)
    enrolling.sign_up("ada@example.org", Choices({}), now=now)
    assert enrolling.forget_expired(now=now + timedelta(hours=71)) == 0
    assert enrolling.forget_expired(now=now + timedelta(hours=73)) == 1
    assert places_of("ada@example.org") == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_who_left_is_forgotten_after_30_days():
    now = datetime.now(UTC)
    enrolling.leave(make_subscriber("ada@example.org"), now=now)
    make_subscriber("eve@example.org")
    assert enrolling.forget_expired(now=now + timedelta(days=29)) == 0
    assert enrolling.forget_expired(now=now + timedelta(days=31)) == 1
    assert places_of("ada@example.org") == []
    assert Subscriber.objects.get().address == "eve@example.org"
