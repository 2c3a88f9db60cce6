"""Digests leave at the chosen local hour, once a day or week, with everything since the last mail."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.mail import sending
from hub.mail.models import Delivery
from subscriptions import alerts, digests, enrolling
from subscriptions.enrolling import Choices
from subscriptions.models import Edition, Subscriber
from tests.factories import archive, make_question, make_subscriber, revise
from tests.subscriptions.reading import letter, messages

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# A Friday, in the ISO week 47.
FRIDAY = datetime(2026, 11, 20, 6, tzinfo=UTC)
BERLIN: dict[str, Any] = {"time_zone": "Europe/Berlin", "hour": 8, "frequency": "daily"}


def slots() -> list[str]:
    return list(Delivery.objects.filter(stream="digest").order_by("pk").values_list("slot", flat=True))


def test_a_daily_digest_waits_for_its_hour_and_comes_once():
    make_subscriber(now=FRIDAY, **BERLIN)
    make_question()
    assert digests.send_digests(now=FRIDAY + timedelta(minutes=55)) == 0, "it is 07:55 in Berlin"
    assert digests.send_digests(now=FRIDAY + timedelta(minutes=60)) == 1
    assert digests.send_digests(now=FRIDAY + timedelta(minutes=60)) == 0
    make_question()
    assert digests.send_digests(now=FRIDAY + timedelta(hours=12)) == 0, "one a day"
    assert digests.send_digests(now=FRIDAY + timedelta(hours=25)) == 1
    assert slots() == ["2026-11-20", "2026-11-21"]


def test_a_weekly_digest_comes_on_its_day():
    make_subscriber(now=FRIDAY, frequency="weekly", weekday=7, hour=9, time_zone="Asia/Tokyo")
    make_question()
    sunday = datetime(2026, 11, 22, tzinfo=UTC)  # 09:00 in Tokyo
    assert digests.send_digests(now=sunday - timedelta(minutes=1)) == 0
    assert digests.send_digests(now=sunday) == 1
    assert slots() == ["2026-W47"]
    assert Subscriber.objects.get().next_at == sunday + timedelta(days=7)


def test_an_empty_digest_is_not_sent():
    make_subscriber(now=FRIDAY, **BERLIN)
    make_subscriber(now=FRIDAY, kinds=["snippet"], **BERLIN)
    assert digests.send_digests(now=FRIDAY + timedelta(hours=2)) == 0
    make_question()
    assert digests.send_digests(now=FRIDAY + timedelta(hours=26)) == 1


def test_a_digest_groups_new_and_revised_and_leads_to_the_web(mailbox: Any, client: Any):
    old = make_question(title="An older question?")
    row = make_subscriber("ada@example.org", now=FRIDAY, **BERLIN)
    sending.drain()
    new, gone = make_question(title="A newer question?"), make_question(title="A question that went away?")
    revise(old, summary="It covers more now.")
    digests.send_digests(now=FRIDAY + timedelta(hours=2))
    archive(gone)
    sending.drain()
    message, text = messages(mailbox)[-1], letter(mailbox, -1)
    assert message["Subject"] == "20 November 2026: 2 entries"
    assert (
        text.index("QUESTIONS: NEW")
        < text.index(new.title)
        < text.index("SUBSTANTIALLY REVISED")
        < text.index(old.title)
    )
    assert gone.title not in text
    assert row.path() in text
    (web,) = [line for line in text.splitlines() if "/alerts/archive/" in line]
    page = client.get(web.partition("localhost:8000")[2])
    assert page.status_code == 200
    assert new.title in page.content.decode()
    assert gone.title not in page.content.decode()
    assert row.token not in web


def test_no_entry_is_told_twice_or_skipped_whatever_the_frequency_does(mailbox: Any):
    row = make_subscriber(now=FRIDAY, **BERLIN)
    sending.drain()
    now = FRIDAY
    for day, frequency in enumerate(
        ["daily", "weekly", "daily", "instant", "daily", "weekly", "instant", "daily"] * 3
    ):
        now = FRIDAY + timedelta(days=day)
        make_question()
        enrolling.change(row, Choices({**BERLIN, "frequency": frequency}), now=now)
        for hour in range(0, 24, 3):
            alerts.send_alerts()
            digests.send_digests(now=now + timedelta(hours=hour))
        if day % 3:  # on other days the relay is down, and what waits is taken back by the next change
            sending.drain()
    make_question()
    enrolling.change(row, Choices({"frequency": "instant"}), now=now)
    alerts.send_alerts()
    sent = Delivery.objects.filter(stream__in=["alert", "digest"]).order_by("pk")
    told = [(delivery.context["from"], delivery.context["to"]) for delivery in sent]
    assert len(told) > 10
    assert [start for start, _ in told[1:]] == [end for _, end in told[:-1]], (
        "each begins where the last ended"
    )


def test_going_to_weekly_and_back_on_one_day_loses_nothing():
    row = make_subscriber(now=FRIDAY, **BERLIN)
    make_question()
    nine = FRIDAY + timedelta(hours=2)
    assert digests.send_digests(now=nine) == 1
    Delivery.objects.filter(stream="digest").update(state="accepted", finished_at=nine)
    make_question()
    enrolling.change(row, Choices({**BERLIN, "frequency": "weekly"}), now=nine)
    enrolling.change(row, Choices({**BERLIN, "hour": 20}), now=nine)
    assert digests.send_digests(now=FRIDAY + timedelta(hours=14)) == 0, "today's has left"
    row.refresh_from_db()
    assert digests.send_digests(now=FRIDAY + timedelta(hours=38)) == 1
    first, second = Delivery.objects.filter(stream="digest").order_by("pk")
    assert second.context["from"] == first.context["to"]


def test_a_digest_that_waits_is_owed_again_by_the_new_preferences():
    row = make_subscriber(now=FRIDAY, **BERLIN)
    make_question()
    nine = FRIDAY + timedelta(hours=2)
    digests.send_digests(now=nine)
    enrolling.change(row, Choices({**BERLIN, "kinds": ["question"]}), now=nine)
    assert not Delivery.objects.filter(stream="digest").exists()
    assert digests.send_digests(now=nine) == 1
    assert slots() == ["2026-11-20"]


def test_a_worker_that_was_down_sends_one_late_digest():
    make_subscriber(now=FRIDAY, **BERLIN)
    make_question()
    assert digests.send_digests(now=FRIDAY + timedelta(days=5, hours=6)) == 1
    assert slots() == ["2026-11-25"]
    assert Subscriber.objects.get().next_at == FRIDAY + timedelta(days=6, hours=1)


def test_an_hour_that_happens_twice_brings_one_digest():
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    make_subscriber(now=before, time_zone="Europe/Berlin", hour=2, frequency="daily")
    for minutes in range(0, 24 * 60, 20):
        if minutes % 120 == 0:
            make_question()
        digests.send_digests(now=before + timedelta(minutes=minutes))
    assert slots() == ["2026-10-25"]


def test_editions_remember_what_went_out():
    make_subscriber(now=FRIDAY, **BERLIN)
    make_subscriber(now=FRIDAY, **{**BERLIN, "time_zone": "America/New_York"})
    make_question()
    digests.send_digests(now=FRIDAY + timedelta(hours=2))
    make_question()
    digests.send_digests(now=FRIDAY + timedelta(hours=8))
    (edition,) = Edition.objects.all()
    assert (edition.slot, edition.frequency, edition.entries) == ("2026-11-20", "daily", 1)
    make_question()
    digests.send_digests(now=FRIDAY + timedelta(hours=26))
    newest = Edition.objects.first()
    assert newest is not None
    assert (newest.slot, newest.from_event) == ("2026-11-21", edition.to_event)
