"""Who asked for news at once gets each entry once, if it is wanted and still public."""

from typing import Any

import pytest
from django.db import connection

from hub.mail import sending
from hub.mail.models import Delivery
from subscriptions import alerts, enrolling, fanout
from subscriptions.enrolling import Choices
from subscriptions.models import Subscriber
from tests.factories import archive, make_question, make_subscriber, make_tag, make_technology, revise
from tests.subscriptions.reading import letter, messages

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_an_alert_tells_what_is_new_with_links_and_headers(mailbox: Any):
    row = make_subscriber("ada@example.org", frequency="instant")
    sending.drain()
    entry = make_question(title="What is a closure?")
    assert alerts.send_alerts() == 1
    sending.drain()
    message = messages(mailbox)[-1]
    assert message["Subject"] == "What is a closure?"
    assert message["To"] == "ada@example.org"
    assert f"<http://localhost:8000{row.path('unsubscribe')}>" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<alerts.localhost>"
    text = letter(mailbox, -1)
    for part in (entry.get_absolute_url(), entry.public_id, row.path(), row.path("unsubscribe")):
        assert part in text
    assert "You asked for everything, at once." in text


def test_two_beats_insert_nothing_more():
    make_subscriber(frequency="instant")
    make_question()
    assert [alerts.send_alerts() for _ in range(3)] == [1, 0, 0]
    assert Delivery.objects.filter(stream="alert").count() == 1


def test_what_came_together_comes_in_one_mail_and_never_again(mailbox: Any):
    make_subscriber(frequency="instant")
    first, second = make_question(), make_question()
    alerts.send_alerts()
    third = make_question()
    alerts.send_alerts()
    sending.drain()
    one, two = letter(mailbox, -2), letter(mailbox, -1)
    assert first.public_id in one
    assert second.public_id in one
    assert third.public_id in two
    assert first.public_id not in two


@pytest.mark.parametrize(
    ("new", "revised", "heading", "subject"),
    [
        (1, 0, "New in the archive", "Which one is it?"),
        (0, 1, "Revised in the archive", "Which one is it?"),
        (2, 0, "2 new entries", "2 new entries"),
        (1, 2, "3 entries: 1 new, 2 revised", "3 entries: 1 new, 2 revised"),
    ],
)
def test_an_alert_says_what_is_new_and_what_is_revised(
    mailbox: Any, new: int, revised: int, heading: str, subject: str
):
    known = [make_question(title="Which one is it?") for _ in range(revised)]
    make_subscriber(frequency="instant")
    for _ in range(new):
        make_question(title="Which one is it?")
    for entry in known:
        revise(entry, minutes=9)
    alerts.send_alerts()
    sending.drain()
    assert messages(mailbox)[-1]["Subject"] == subject
    assert letter(mailbox, -1).startswith(heading)


def test_only_news_after_confirming_counts():
    make_question()
    make_subscriber(frequency="instant")
    assert alerts.send_alerts() == 0


def test_what_is_not_announced_is_not_told():
    make_subscriber(frequency="instant")
    entry = make_question(announce=False)
    revise(entry, announce=False, summary="A typo less.")
    assert alerts.send_alerts() == 0


def test_an_entry_archived_meanwhile_is_left_out_and_a_mail_without_any_is_skipped(mailbox: Any):
    make_subscriber(frequency="instant")
    sending.drain()
    gone, kept = make_question(title="Gone by then?"), make_question(title="Still here?")
    alerts.send_alerts()
    archive(gone)
    sending.drain()
    assert "Gone by then?" not in messages(mailbox)[-1].as_string()
    lonely = make_question()
    alerts.send_alerts()
    archive(lonely)
    assert sending.drain() == {"skipped": 1}
    assert kept.is_public


@pytest.mark.parametrize(("act", "reason"), [(enrolling.leave, "unsubscribed"), (enrolling.pause, "paused")])
def test_leaving_between_owing_and_sending_stops_the_mail(mailbox: Any, act: Any, reason: str):
    row = make_subscriber(frequency="instant")
    sending.drain()
    make_question()
    alerts.send_alerts()
    act(row)
    sending.drain()
    alert = Delivery.objects.get(stream="alert")
    assert (alert.state, alert.reason, alert.attempts) == ("skipped", reason, 0)


def test_changing_the_frequency_neither_repeats_nor_skips(mailbox: Any):
    row = make_subscriber(frequency="instant")
    sending.drain()
    first = make_question()
    alerts.send_alerts()
    sending.drain()
    second = make_question()
    alerts.send_alerts()
    enrolling.change(row, Choices({"frequency": "weekly"}))
    assert sending.drain() == {}, "what was owed waits for the digest"
    enrolling.change(row, Choices({"frequency": "instant"}))
    assert alerts.send_alerts() == 1
    sending.drain()
    texts = [letter(mailbox, number) for number in (-2, -1)]
    assert [first.public_id in text for text in texts] == [True, False]
    assert [second.public_id in text for text in texts] == [False, True]


def wanted(**preferences: Any) -> bool:
    """Whether the question under test reaches somebody of these preferences."""
    row = make_subscriber(frequency="instant", **preferences)
    Subscriber.objects.filter(pk=row.pk).update(last_event=0)
    return alerts.send_alerts() == 1


def test_preferences_choose_by_every_field():
    python = make_technology("python", code="PY")
    flask, django = make_technology("flask", parent=python), make_technology("django", parent=python)
    security, other = make_tag("security"), make_tag("other")
    make_question(technology="flask", tags=["security"], level="senior", difficulty=7)
    assert wanted()
    assert wanted(technologies=[flask])
    assert wanted(technologies=[python]), "a language stands for its frameworks"
    assert not wanted(technologies=[django])
    assert wanted(technologies=[django, flask])
    assert wanted(tags=[security, other])
    assert not wanted(tags=[other])
    assert not wanted(tags=[security], technologies=[django]), "all filters must be passed"
    assert wanted(levels=["senior"])
    assert not wanted(levels=["junior", "mid"])
    assert wanted(kinds=["question"])
    assert not wanted(kinds=["snippet"])
    assert wanted(difficulty_from=7, difficulty_to=7)
    assert not wanted(difficulty_to=6)
    assert not wanted(difficulty_from=8)


def test_a_revision_is_told_as_one(mailbox: Any):
    entry = make_question()
    make_subscriber(frequency="instant")
    revise(entry, summary="Now it also covers the other case.")
    alerts.send_alerts()
    sending.drain()
    assert "Revised" in letter(mailbox, -1)


def test_hostile_titles_stay_text(mailbox: Any):
    make_subscriber(frequency="instant")
    make_question(title="=?utf-8?q?=0D=0ABcc:_eve@example.org?= <img src=x onerror=alert(1)>")
    alerts.send_alerts()
    sending.drain()
    message = messages(mailbox)[-1]
    assert message["Bcc"] is None
    html = message.get_body(("html",))
    assert html is not None
    assert "<img" not in html.get_content()


def test_more_subscribers_do_not_need_more_queries_each(django_assert_max_num_queries: Any):
    for _ in range(3):
        make_subscriber(frequency="instant")
    make_question()
    with django_assert_max_num_queries(40) as few:
        alerts.send_alerts()
    for _ in range(20):
        make_subscriber(frequency="instant")
    make_question()
    with django_assert_max_num_queries(len(few)):
        alerts.send_alerts()


@pytest.mark.django_db(transaction=True)
def test_chunks_reach_everybody_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fanout, "CHUNK", 3)
    for _ in range(8):
        make_subscriber(frequency="instant")
    make_question()
    assert alerts.send_alerts() == 8
    assert Delivery.objects.filter(stream="alert").values("recipient_hash").distinct().count() == 8
    assert not connection.in_atomic_block
