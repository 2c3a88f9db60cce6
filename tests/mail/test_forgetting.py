"""Addresses leave the ledger when their owner asks, and by themselves when they have served."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.mail import forgetting, resolving, sending
from hub.mail.models import Delivery
from tests.mail.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOW = datetime.now(UTC) + timedelta(hours=2)  # later than anything that a test of this run writes


def test_a_forgotten_address_stands_nowhere_in_the_ledger(owe: Any, sink: Sink):
    owe(slot="sent")
    sending.drain(now=NOW)
    row = owe(slot="waiting")
    owe("eve@example.org")
    forgetting.forget(row.recipient_hash, ["letters"])
    rows = Delivery.objects.filter(recipient_hash=row.recipient_hash)
    assert dict(rows.values_list("slot", "state")) == {"sent": "accepted", "waiting": "cancelled"}
    assert "ada@example.org" not in str(list(Delivery.objects.values()))
    assert sending.drain(now=NOW) == {"accepted": 1}, "eve's is not touched"
    assert resolving.send_again(rows, None) == 0, "there is nobody to send it to"


def test_mail_of_other_streams_is_left_alone(owe: Any, stream: Any):
    stream("other")
    row = owe(name="other")
    forgetting.forget(row.recipient_hash, ["letters"])
    row.refresh_from_db()
    assert (row.state, row.address) == ("pending", "ada@example.org")


def test_files_of_a_forgotten_address_are_deleted(owe: Any, settings: Any, tmp_path: Any):
    settings.EMAIL_URL, settings.MAIL_DIR = "", tmp_path
    row = owe()
    sending.drain(now=NOW)
    assert len(list(tmp_path.iterdir())) == 1
    forgetting.forget(row.recipient_hash, ["letters"])
    assert not list(tmp_path.iterdir())


def test_finished_messages_lose_their_address_after_30_days(owe: Any, sink: Sink):
    done = owe(slot="sent")
    sending.drain(now=NOW)
    waiting = owe(slot="waiting")
    assert forgetting.forget_old(now=NOW + timedelta(days=29)) == 0
    assert forgetting.forget_old(now=NOW + timedelta(days=31)) == 1
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.address, done.context) == ("", {})
    assert waiting.address == "ada@example.org"
