"""Each message leaves once, and the ledger says what became of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Exists, OuterRef, Q

from hub.mail import resolving, sending
from hub.mail.models import Delivery, Hold, Suppression
from hub.mail.relay import Outcome, SmtpRelay, configured_relay
from hub.mail.streams import NothingToSay
from tests.mail.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# Later than the rows of the test, so that they are due.
NOW = datetime.now(UTC) + timedelta(hours=2)  # later than anything that a test of this run writes


def test_what_is_owed_arrives_once(owe: Any, sink: Sink):
    rows = [owe(f"p{n}@example.org") for n in range(7)]
    assert sending.drain(now=NOW, batch=3) == {"accepted": 7}
    assert sending.drain(now=NOW) == {}
    assert sink.counts() == {f"p{n}@example.org": 1 for n in range(7)}
    assert sink.connections == 1, "one connection is kept open for all of them"
    row = Delivery.objects.get(pk=rows[0].pk)
    assert (row.state, row.attempts, row.smtp_code, row.finished_at) == ("accepted", 1, 250, NOW)


def test_a_person_who_waits_comes_before_bulk(owe: Any, stream: Any, sink: Sink):
    stream("bulk", is_bulk=True)
    owe("crowd@example.org", name="bulk")
    owe("ada@example.org")
    sending.drain(now=NOW)
    assert sink.recipients == ["ada@example.org", "crowd@example.org"]


def test_nothing_leaves_before_its_time(owe: Any, sink: Sink):
    owe(not_before=NOW + timedelta(hours=1))
    assert sending.drain(now=NOW) == {}
    assert sending.drain(now=NOW + timedelta(hours=1)) == {"accepted": 1}


def test_a_guard_that_fails_at_the_last_moment_skips_with_its_reason(owe: Any, stream: Any, sink: Sink):
    wanted = Delivery.objects.filter(pk=OuterRef("pk"), context__wanted=True)
    stream("guarded", guard=lambda: {"known": Q(about__gte=0), "not wanted any more": Exists(wanted)})
    row = owe(name="guarded", about=1)
    assert sending.drain(now=NOW) == {"skipped": 1}
    row.refresh_from_db()
    assert (row.state, row.reason, row.attempts) == ("skipped", "not wanted any more", 0)
    assert not sink.letters


def test_a_stream_with_nothing_left_to_say_skips(owe: Any, stream: Any, sink: Sink):
    def nothing(delivery: Delivery) -> dict[str, Any]:
        raise NothingToSay("archived meanwhile")

    stream("empty", links=nothing)
    row = owe(name="empty")
    assert sending.drain(now=NOW) == {"skipped": 1}
    row.refresh_from_db()
    assert row.reason == "archived meanwhile"


def test_a_suppression_stops_its_scope_and_everything_stops_all(owe: Any, stream: Any, sink: Sink):
    stream("news", scope="alerts")
    first, second = owe("ada@example.org", name="news"), owe("ada@example.org")
    Suppression.add(first.recipient_hash, Suppression.Reason.ERASED, scope="alerts")
    assert sending.drain(now=NOW) == {"skipped": 1, "accepted": 1}
    second.refresh_from_db()
    assert second.state == "accepted"
    Suppression.add(first.recipient_hash, Suppression.Reason.COMPLAINT)
    owe("ada@example.org", "second")
    assert sending.drain(now=NOW) == {"skipped": 1}


def test_a_paused_edition_waits_and_goes_on(owe: Any, sink: Sink):
    owe("ada@example.org", "2026-W47")
    owe("ada@example.org", "2026-W48")
    resolving.pause("letters", "2026-W47", None)
    assert sending.drain(now=NOW) == {"accepted": 1}
    assert Delivery.objects.get(slot="2026-W47").state == "pending"
    resolving.resume("letters", "2026-W47")
    assert sending.drain(now=NOW) == {"accepted": 1}


def test_a_pause_in_the_middle_of_a_batch_holds_the_rest(
    owe: Any, sink: Sink, monkeypatch: pytest.MonkeyPatch
):
    for n in range(5):
        owe(f"p{n}@example.org")

    def pause_after_two(relay: SmtpRelay, message: Any, following: Any = None) -> Outcome:
        outcome = true_send(relay, message, following)
        if len(sink.letters) == 2:
            resolving.pause("letters", "first", None)
        return outcome

    true_send = SmtpRelay.send
    monkeypatch.setattr(SmtpRelay, "send", pause_after_two)
    assert sending.drain(now=NOW) == {"accepted": 2}
    assert set(Delivery.objects.exclude(state="accepted").values_list("state", "claim")) == {
        ("pending", None)
    }


def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(owe: Any, sink: Sink):
    row = owe()
    sink.data_replies["ada@example.org"] = ["451 4.3.0 try later", "452 4.2.2 full", "250 yes"]
    del sink.data_replies["ada@example.org"][2]
    assert sending.drain(now=NOW) == {"pending": 1}
    row.refresh_from_db()
    assert (row.attempts, row.not_before, row.smtp_code) == (1, NOW + timedelta(minutes=1), 451)
    assert sending.drain(now=NOW) == {}, "not before its wait is over"
    second = NOW + timedelta(minutes=1)
    sending.drain(now=second)
    row.refresh_from_db()
    assert (row.attempts, row.not_before) == (2, second + timedelta(minutes=5))
    sink.data_replies.clear()
    assert sending.drain(now=row.not_before) == {"accepted": 1}
    assert [letter["Message-ID"] for letter in sink.letters] == [row.message_id]


def test_after_72_hours_a_message_is_given_up(owe: Any, sink: Sink):
    row, now = owe(), NOW
    sink.rcpt_replies["ada@example.org"] = ["450 4.2.1 greylisted"]
    while row.state == "pending":
        sending.drain(now=now)
        row.refresh_from_db()
        now = max(now, row.not_before)
    assert row.state == "rejected"
    assert row.reason.startswith("given up after 72 hours")
    assert now - NOW == timedelta(hours=72)
    assert not Suppression.objects.exists()


def test_an_address_that_does_not_exist_is_rejected_and_suppressed(owe: Any, sink: Sink):
    row = owe("gone@example.org")
    sink.rcpt_replies["gone@example.org"] = ["550 5.1.1 <gone@example.org> is no mailbox here"]
    assert sending.drain(now=NOW) == {"rejected": 1}
    row.refresh_from_db()
    assert (row.reason, row.smtp_code) == ("bad address", 550)
    assert "gone@example.org" not in row.smtp_text
    (suppression,) = Suppression.objects.all()
    assert (suppression.reason, suppression.scope) == ("bounce", "everything")
    assert "gone@example.org" not in suppression.note
    owe("gone@example.org", "second")
    assert sending.drain(now=NOW) == {"skipped": 1}


def test_other_refusals_reject_without_suppressing(owe: Any, sink: Sink):
    owe()
    sink.data_replies["ada@example.org"] = ["552 5.3.4 too big"]
    assert sending.drain(now=NOW) == {"rejected": 1}
    assert not Suppression.objects.exists()


def test_a_policy_refusal_pauses_the_edition_and_suppresses_nobody(owe: Any, stream: Any, sink: Sink):
    stream("bulk", is_bulk=True)
    for n in range(3):
        owe(f"p{n}@example.org", "2026-W47", "bulk")
    sink.data_replies["p1@example.org"] = ["554 5.7.1 looks like spam"]
    assert sending.drain(now=NOW) == {"accepted": 1, "pending": 1}
    (paused,) = Hold.objects.all()
    assert (paused.stream, paused.slot) == ("bulk", "2026-W47")
    assert "5.7.1" in paused.reason
    assert Delivery.objects.filter(state="pending").count() == 2
    assert not Suppression.objects.exists()


def test_many_rejects_pause_the_edition(owe: Any, stream: Any, sink: Sink):
    stream("bulk", is_bulk=True)
    for n in range(30):
        owe(f"p{n}@example.org", "2026-W47", "bulk")
        sink.rcpt_replies[f"p{n}@example.org"] = ["550 5.2.1 disabled"]
    told = sending.drain(now=NOW)
    assert told == {"rejected": 11}, "one more than 5 % of 200"
    assert Hold.objects.filter(stream="bulk", slot="2026-W47").exists()


def test_a_limit_per_connection_makes_a_new_one_and_loses_nothing(owe: Any, sink: Sink):
    sink.per_connection = 2
    for n in range(5):
        owe(f"p{n}@example.org")
    assert sending.drain(now=NOW) == {"accepted": 5}
    assert set(sink.counts().values()) == {1}
    assert sink.connections == 3
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_a_connection_lost_before_the_final_dot_is_no_doubt(owe: Any, sink: Sink):
    owe()
    sink.drop_before.add("ada@example.org")
    assert sending.drain(now=NOW) == {"pending": 1}
    assert sending.drain(now=NOW + timedelta(minutes=1)) == {"accepted": 1}
    assert sink.counts() == {"ada@example.org": 1}


def test_with_the_relay_down_mail_waits_untouched_and_then_arrives_once(owe: Any, sink: Sink):
    rows = [owe(f"p{n}@example.org") for n in range(4)]
    sink.stop()
    assert sending.drain(now=NOW) == {}
    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].attempts, rows[0].claim) == ("pending", 0, None)
    sink.start()
    assert sending.drain(now=NOW) == {"accepted": 4}
    assert set(sink.counts().values()) == {1}


def test_a_drain_out_of_time_gives_back_what_it_did_not_reach(owe: Any, sink: Sink):
    owe("a@example.org")
    owe("b@example.org")
    rows = sending.claim(10, NOW)
    assert {row.state for row in rows} == {"claimed"}
    run = sending.Drain(configured_relay(), NOW, deadline=0.0)
    run.send(rows)
    assert not run.told
    assert set(Delivery.objects.values_list("state", "claim")) == {("pending", None)}


def test_a_broken_template_does_not_stop_the_others(owe: Any, sink: Sink):
    broken, fine = owe("a@example.org", template="missing"), owe("b@example.org")
    assert sending.drain(now=NOW) == {"pending": 1, "accepted": 1}
    broken.refresh_from_db()
    assert "could not be written: TemplateDoesNotExist" in broken.reason
    fine.refresh_from_db()
    assert fine.state == "accepted"


def test_a_cancelled_message_does_not_leave_even_when_a_drain_holds_it(owe: Any, sink: Sink):
    row = owe()
    rows = sending.claim(10, NOW)
    assert resolving.cancel(Delivery.objects.filter(pk=row.pk), None) == 1
    run = sending.Drain(configured_relay(), NOW, deadline=float("inf"))
    run.send(rows)
    assert not run.told
    assert not sink.letters
