"""When nobody knows whether a message was taken, the ledger says so, and its stream decides."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.mail import resolving, sending, streams
from hub.mail.ledger import Ledger
from hub.mail.models import Delivery
from hub.mail.streams import Doubt
from tests.factories import make_user
from tests.mail.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOW = datetime.now(UTC) + timedelta(hours=2)  # later than anything that a test of this run writes


@pytest.fixture
def careful(stream: Any) -> None:
    stream("careful", on_doubt=Doubt.COUNT_AS_DELIVERED)


def intend(row: Delivery) -> bool:
    return Ledger().intend(row, streams.get(row.stream))


def test_exactly_those_dropped_after_the_final_dot_are_doubtful(owe: Any, careful: None, sink: Sink):
    sink.drop_after = {"p1@example.org", "p4@example.org"}
    for n in range(6):
        owe(f"p{n}@example.org", name="careful")
    assert sending.drain(now=NOW) == {"accepted": 4, "uncertain": 2}
    assert set(Delivery.objects.doubtful().values_list("address", flat=True)) == sink.drop_after
    assert sending.drain(now=NOW + timedelta(days=3)) == {}
    assert set(sink.counts().values()) == {1}, "the doubtful ones had arrived; nobody got two"


def test_a_confirmation_in_doubt_is_sent_again_with_the_same_message_id(owe: Any, sink: Sink):
    owe()
    sink.drop_after = {"ada@example.org"}
    assert sending.drain(now=NOW) == {"pending": 1}
    sink.drop_after = set()
    assert sending.drain(now=NOW + timedelta(minutes=1)) == {"accepted": 1}
    assert len({letter["Message-ID"] for letter in sink.letters}) == 1


def test_the_reaper_returns_what_a_dead_drain_held(owe: Any, careful: None):
    row = owe(name="careful")
    (held,) = sending.claim(10, NOW)
    assert sending.reap(now=NOW + timedelta(minutes=9)) == {"pending": 0, "uncertain": 0}
    assert sending.reap(now=NOW + timedelta(minutes=11))["pending"] == 1
    row.refresh_from_db()
    assert (row.state, row.claim) == ("pending", None)
    assert not intend(held), "the dead one's claim is worth nothing"


def test_the_reaper_doubts_what_a_dead_drain_had_on_the_wire(owe: Any, careful: None):
    doubtful, again = owe(name="careful"), owe("eve@example.org")
    for held in sending.claim(10, NOW):
        assert intend(held)
    assert sending.reap(now=NOW + timedelta(minutes=11)) == {"pending": 1, "uncertain": 1}
    doubtful.refresh_from_db()
    again.refresh_from_db()
    assert (doubtful.state, again.state) == ("uncertain", "pending")


def test_a_slow_drain_that_was_taken_for_dead_still_tells_the_truth(owe: Any, careful: None):
    row = owe(name="careful")
    (held,) = sending.claim(10, NOW)
    assert intend(held)
    sending.reap(now=NOW + timedelta(minutes=11))
    assert Ledger().accept(held, NOW, 250, "taken")
    row.refresh_from_db()
    assert row.state == "accepted"


def test_an_editor_settles_doubt(owe: Any, careful: None, sink: Sink):
    editor = make_user("grace")
    first, second = owe("a@example.org", name="careful"), owe("b@example.org", name="careful")
    sink.drop_after = {"a@example.org", "b@example.org"}
    sending.drain(now=NOW)
    chosen = Delivery.objects.all()
    assert resolving.count_as_delivered(chosen.filter(pk=first.pk), editor) == 1
    assert resolving.send_again(chosen.filter(pk=second.pk), editor) == 1
    assert resolving.send_again(chosen.filter(pk=first.pk), editor) == 0, "it is settled"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("accepted", "pending")
    assert "grace" in first.reason
    sink.drop_after = set()
    assert sending.drain(now=NOW) == {"accepted": 1}
    assert sink.counts() == {"a@example.org": 1, "b@example.org": 2}
