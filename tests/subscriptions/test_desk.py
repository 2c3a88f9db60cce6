"""The next digest before it goes: as anybody would get it, who will, and a copy to the editor alone."""

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from hub.core.addresses import address_hash
from hub.mail import resolving, sending
from hub.mail.models import Delivery, Hold, Suppression
from subscriptions import alerts, digests, enrolling, previewing
from subscriptions.models import Subscriber
from subscriptions.news import last_announced
from subscriptions.preferences import Preferences
from tests.factories import make_question, make_subscriber, make_technology, make_user

pytestmark = pytest.mark.django_db

NEXT = "/admin/subscriptions/edition/next/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_user("grace", is_staff=True, is_superuser=True, email="grace@example.net"))
    return client


def test_the_preview_is_the_mail_for_these_preferences(editor: Client):
    make_technology("flask")
    wanted, other = make_question(technology="flask"), make_question()
    page = editor.get(f"{NEXT}?technology=flask&frequency=daily").content.decode()
    assert wanted.title in page
    assert other.title not in page
    for part in ("List-Unsubscribe-Post: List-Unsubscribe=One-Click", "1 entry", "Questions: new".upper()):
        assert part in page
    html = editor.get(f"{NEXT}html/?technology=flask&frequency=daily")
    assert wanted.title in html.content.decode()
    assert html["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in html["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in html["Content-Security-Policy"]


def test_the_preview_is_what_a_subscriber_then_gets(editor: Client, mailbox: Any):
    reader = make_subscriber(frequency="daily", hour=0)
    make_question()
    seen = previewing.preview("daily", Preferences())
    assert seen is not None
    Subscriber.objects.update(next_at=timezone.now())
    assert digests.send_digests() == 1
    sending.drain()
    (letter,) = [path.read_text() for path in mailbox.glob("*.eml") if "Feedback-ID" in path.read_text()]
    kept = [line for line in seen.text.splitlines() if line.startswith("http") and "/alerts/" not in line]
    assert kept
    assert all(line in letter.replace("=\n", "") for line in kept)
    assert reader.token in letter.replace("=\n", "")
    assert reader.token not in seen.text + seen.html


def test_nothing_new_says_that_nothing_would_be_sent(editor: Client):
    page = editor.get(NEXT).content.decode()
    assert "would not be sent" in page
    assert editor.get(f"{NEXT}html/").status_code == 404


@pytest.mark.parametrize(
    "query", ["frequency=hourly", "technology=nope", "difficulty_from=9&difficulty_to=2", "tag=nope"]
)
def test_preferences_that_are_none_are_named(editor: Client, query: str):
    page = editor.get(f"{NEXT}?{query}")
    assert page.status_code == 200
    assert "needs your attention" in page.content.decode()
    assert editor.get(f"{NEXT}html/?{query}").status_code == 404


def test_everybody_is_a_recipient_or_excluded_for_a_reason(mailbox: Any):
    flask = make_technology("flask")
    readers = [make_subscriber(frequency="weekly") for _ in range(5)]
    make_subscriber(frequency="weekly", technologies=[flask])
    make_subscriber(frequency="daily")
    enrolling.sign_up("new@example.org", enrolling.Choices({}))
    enrolling.pause(readers[0])
    enrolling.leave(readers[1])
    Suppression.add(readers[2].address_hash, Suppression.Reason.COMPLAINT)
    make_question()
    found = previewing.audience("weekly")
    assert (found["total"], found["recipients"]) == (8, 2)
    assert dict(found["excluded"]) == {
        "not confirmed yet": 1, "paused": 1, "unsubscribed": 1, "asks for another frequency": 1,
        "suppressed: marked as spam": 1, "nothing new for their preferences": 1,
    }  # fmt: skip
    assert found["recipients"] + sum(number for _, number in found["excluded"]) == found["total"]


def test_counting_needs_no_more_queries_for_more_subscribers(
    editor: Client, django_assert_max_num_queries: Any
):
    make_subscriber()
    make_question()
    with django_assert_max_num_queries(60) as one:
        assert "Who gets it" in editor.get(f"{NEXT}?count=1").content.decode()
    for _ in range(19):
        make_subscriber()
    with django_assert_max_num_queries(len(one)):
        editor.get(f"{NEXT}?count=1")


def test_a_test_reaches_the_editor_and_nobody_else(editor: Client, mailbox: Any):
    make_subscriber("ada@example.org", frequency="weekly")
    sending.drain()
    make_question(title="What does a test send?")
    query = quote("frequency=weekly&to=ada@example.org&email=ada@example.org")
    answer = editor.post(
        f"{NEXT}test/", {"query": f"frequency=weekly&{query}", "to": "ada@example.org"}, follow=True
    )
    assert "to grace@example.net, and to nobody else" in answer.content.decode()
    assert list(Delivery.objects.filter(state="pending").values_list("stream", "address")) == [
        ("test", "grace@example.net")
    ]
    assert sending.drain() == {"accepted": 1}
    (letter,) = [
        path.read_text() for path in mailbox.glob("*.eml") if "grace@example.net" in path.read_text()
    ]
    assert "Subject: Test: " in letter
    assert Subscriber.objects.get().last_event < last_announced(), "the reader is still to be told"


def test_each_test_is_a_mail_of_its_own(editor: Client, mailbox: Any):
    make_question()
    for _ in range(2):
        editor.post(f"{NEXT}test/", {"query": ""})
    assert Delivery.objects.filter(stream="test").count() == 2


def test_an_account_without_an_address_is_told(client: Client):
    client.force_login(make_user(is_staff=True, is_superuser=True, email=""))
    make_question()
    answer = client.post(f"{NEXT}test/", {"query": ""}, follow=True)
    assert "no e-mail address" in answer.content.decode()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("query", "words"), [("", "nothing new"), ("frequency=hourly", "be read")])
def test_a_test_of_nothing_is_not_sent(editor: Client, query: str, words: str):
    assert words in editor.post(f"{NEXT}test/", {"query": query}, follow=True).content.decode()
    assert not Delivery.objects.exists()


def test_all_digests_pause_and_go_on(editor: Client):
    for _ in range(2):
        editor.post(f"{NEXT}hold/", {"action": "pause"})
    assert list(Hold.objects.values_list("stream", "slot")) == [("digest", "")]
    assert "Digests are paused" in editor.get(NEXT).content.decode()
    editor.post(f"{NEXT}hold/", {"action": "explode"})
    assert Hold.objects.exists()
    editor.post(f"{NEXT}hold/", {"action": "resume"})
    assert not Hold.objects.exists()


@pytest.mark.parametrize("page", ["test/", "hold/"])
def test_a_get_decides_nothing(editor: Client, page: str):
    assert editor.get(f"{NEXT}{page}?action=pause").status_code == 405


@pytest.mark.parametrize(
    ("permission", "reads", "decides"),
    [("view_edition", 200, 403), ("change_delivery", 403, 302), (None, 403, 403)],
)
def test_who_may_look_and_who_may_decide(client: Client, permission: str | None, reads: int, decides: int):
    make_question()
    user = make_user(is_staff=True)
    if permission:
        user.user_permissions.add(Permission.objects.get(codename=permission))
    client.force_login(user)
    assert [client.get(NEXT).status_code, client.get(f"{NEXT}html/").status_code] == [reads, reads]
    assert client.post(f"{NEXT}test/").status_code == decides
    assert client.post(f"{NEXT}hold/", {"action": "pause"}).status_code == decides


def test_others_see_nothing(client: Client):
    client.force_login(make_user())
    assert {client.get(f"{NEXT}{page}").status_code for page in ("", "html/")} == {302}
    assert {client.post(f"{NEXT}{page}").status_code for page in ("test/", "hold/")} == {302}


@pytest.mark.both_databases
@pytest.mark.parametrize("frequency", ["instant", "daily"])
def test_the_content_of_a_doubtful_mail_comes_in_the_next_one(mailbox: Any, frequency: str):
    row = make_subscriber(frequency=frequency, hour=0)
    sending.drain()
    first = make_question()
    Subscriber.objects.update(next_at=timezone.now() if frequency == "daily" else None)
    assert alerts.send_alerts() + digests.send_digests() == 1
    Delivery.objects.filter(state="pending").update(state="uncertain", finished_at=timezone.now())
    assert resolving.repeat_in_next(Delivery.objects.all(), make_user()) == 1
    assert resolving.repeat_in_next(Delivery.objects.all(), make_user()) == 0
    second = make_question()
    Subscriber.objects.filter(frequency="daily").update(frequency="weekly", weekday=1, next_at=timezone.now())
    assert alerts.send_alerts() + digests.send_digests() == 1
    sending.drain()
    text = "".join(path.read_text() for path in mailbox.glob("*.eml")).replace("=\n", "")
    for entry in (first, second):
        assert text.count(f" {entry.public_id} ") == 2, "once as text, once as HTML"
    assert row.pk


def test_who_has_left_has_no_next_mail(mailbox: Any):
    row = make_subscriber(frequency="instant")
    make_question()
    alerts.send_alerts()
    Delivery.objects.filter(stream="alert").update(state="uncertain", finished_at=timezone.now())
    enrolling.leave(row)
    assert resolving.repeat_in_next(Delivery.objects.all(), None) == 0
    assert Delivery.objects.get(stream="alert").recipient_hash == address_hash(row.address)


def test_the_list_of_digests_charts_what_became_of_them(
    editor: Client, mailbox: Any, django_assert_max_num_queries: Any
):
    make_subscriber(frequency="daily", hour=0)
    make_question()
    Subscriber.objects.update(next_at=timezone.now())
    digests.send_digests()
    page = editor.get("/admin/subscriptions/edition/").content.decode()
    assert 'class="bar-open"' in page
    assert "What became of the last digests" in page
    assert "style=" not in page.partition('<div id="content"')[2].partition('id="changelist"')[0]
