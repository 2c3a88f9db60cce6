"""A message is owed once, from the moment the caller's transaction commits."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import JSONObject
from django.utils import timezone

from hub.core.addresses import address_hash
from hub.mail import outbox
from hub.mail.models import Delivery
from subscriptions.models import Subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_same_slot_is_owed_to_a_recipient_once(owe: Any):
    first = owe("ada@example.org", "rev:1")
    assert outbox.enqueue("letters", "rev:1", " ADA@Example.org ", "confirm_subscription", {}) is None
    assert outbox.enqueue("letters", "rev:2", "ada@example.org", "confirm_subscription", {}) is not None
    assert outbox.enqueue("letters", "rev:1", "eve@example.org", "confirm_subscription", {}) is not None
    assert Delivery.objects.filter(recipient_hash=first.recipient_hash).count() == 2


def test_a_message_that_was_sent_is_never_owed_again(owe: Any):
    row = owe()
    Delivery.objects.filter(pk=row.pk).update(state="accepted", finished_at=row.created_at, address="")
    assert outbox.enqueue("letters", "first", "ada@example.org", "confirm_subscription", {}) is None


def test_the_row_keeps_what_was_given(owe: Any):
    row = Delivery.objects.get(pk=owe("Ada@Example.org", context={"words": "Grüße, 'quoted'"}, about=7).pk)
    assert (row.address, row.about, row.context) == ("ada@example.org", 7, {"words": "Grüße, 'quoted'"})
    assert row.recipient_hash == address_hash("ada@example.org")
    assert (row.state, row.attempts, row.claim) == ("pending", 0, None)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_owes_nothing(owe: Any):
    with transaction.atomic():
        owe()
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def readers(number: int) -> None:
    now = timezone.now()
    Subscriber.objects.bulk_create(
        Subscriber(address=address, address_hash=address_hash(address), asked_at=now, created_at=now)
        for address in (f"p{n}@example.org" for n in range(number))
    )


def owe_readers(slot: str = "2026-W47") -> list[int]:
    rows = Subscriber.objects.all()
    return outbox.owe_selected("letters", slot, rows, "confirm_subscription", JSONObject(hour="hour"))


def test_a_fan_out_inserts_only_what_is_new(owe: Any):
    owe("p3@example.org", "2026-W47")
    readers(450)
    there = Subscriber.objects.get(address="p3@example.org")
    assert set(owe_readers()) == {row.pk for row in Subscriber.objects.all()} - {there.pk}
    assert owe_readers() == []
    assert Delivery.objects.edition("letters", "2026-W47").count() == 450


def test_a_fan_out_writes_the_rows_that_single_letters_would_be(owe: Any):
    readers(3)
    owe_readers("rev:1 größer")
    made: list[Any] = list(Delivery.objects.order_by("address").values())
    Delivery.objects.all().delete()
    for row in Subscriber.objects.order_by("address"):
        owe(row.address, "rev:1 größer", context={"hour": row.hour}, about=row.pk)
    alone: list[Any] = list(Delivery.objects.order_by("address").values())
    for values in (*made, *alone):
        for name in ("id", "not_before", "created_at"):
            del values[name]
    assert made == alone


@pytest.mark.parametrize("address", ["", "ada", "ada@example.org\nBcc: eve@example.org", "a b@example.org"])
def test_what_is_no_address_is_refused(owe: Any, address: str):
    with pytest.raises(ValidationError):
        owe(address)


def test_an_unknown_stream_is_refused():
    with pytest.raises(LookupError, match="no stream is called 'gossip'"):
        outbox.enqueue("gossip", "1", "ada@example.org", "confirm_subscription", {})


@pytest.mark.django_db(transaction=True)
def test_many_messages_need_one_wake_up(owe: Any, monkeypatch: pytest.MonkeyPatch):
    hints: list[str] = []
    monkeypatch.setattr(outbox, "hint", hints.append)
    for n in range(5):
        owe(slot=f"letter:{n}")
    assert hints == ["hub.mail.tasks.drain"]
    Delivery.objects.update(state="accepted", finished_at="2026-11-20T00:00Z")
    owe(slot="letter:6")
    assert len(hints) == 2
