"""The page of an edition: numbers that add up, and decisions that only a POST by who may decide takes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from hub.mail import bounces, editions, streams
from hub.mail.models import Delivery, Hold
from hub.mail.streams import Stream
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAGE = "/admin/mail/delivery/edition/news/to:812/"
ACT = f"{PAGE}act/"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
ONE_EACH = ["pending", "claimed", "sending", "accepted", "rejected", "skipped", "uncertain", "cancelled"]


@pytest.fixture
def news(owe: Callable[..., Delivery], stream: Callable[..., Stream]) -> Callable[[str], Delivery]:
    """One message of the edition in a state."""
    stream("news", is_bulk=True)

    def make(state: str) -> Delivery:
        row = owe(f"{Delivery.objects.count()}@example.org", slot="to:812", name="news")
        row.state, row.finished_at = state, None if state in Delivery.OPEN else NOW
        row.reason = "unsubscribed" if state == "skipped" else ""
        if state in Delivery.HELD:
            row.claim, row.claimed_at = "0" * 32, NOW
        row.save()
        return row

    return make


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_user("grace", is_staff=True, is_superuser=True))
    return client


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_the_outcomes_add_up_to_the_candidates(news: Any):
    rows = [news(state) for state in [*ONE_EACH, "accepted", "skipped"]]
    bounces.record(rows[3], bounces.Kind.COMPLAINT, "abuse")
    report = editions.report("news", "to:812")
    counts = {row["name"]: row["count"] for row in report["rows"]}
    assert counts == {
        "accepted": 2, "rejected": 1, "skipped": 2, "uncertain": 1, "cancelled": 1, "open": 3,
    }  # fmt: skip
    assert sum(counts.values()) == report["candidates"] == len(rows)
    assert {row["name"]: row["reasons"] for row in report["rows"]}["skipped"] == [("unsubscribed", 2)]
    assert dict(report["came_back"])["Marked as spam"] == 1


def test_the_bar_is_as_wide_as_its_pieces():
    pieces = editions.bars(editions.Counter(accepted=98, rejected=1, open=1))
    assert [piece["name"] for piece in pieces] == ["accepted", "rejected", "open"]
    assert sum(piece["width"] for piece in pieces) == 1000
    assert editions.bars(editions.Counter()) == []


def test_the_page_needs_no_more_queries_for_more_messages(
    editor: Client, news: Any, django_assert_max_num_queries: Any
):
    for state in ONE_EACH:
        news(state)
    with django_assert_max_num_queries(14) as one:
        assert editor.get(PAGE).status_code == 200
    for _ in range(19):
        news("uncertain")
    with django_assert_max_num_queries(len(one)):
        assert "18@example.org" in editor.get(PAGE).content.decode()


def test_looking_changes_nothing_and_a_get_decides_nothing(editor: Client, news: Any):
    for state in ONE_EACH:
        news(state)
    before = list(Delivery.objects.values())
    assert editor.get(PAGE).status_code == 200
    assert editor.get(f"{ACT}?action=cancel").status_code == 405
    assert list(Delivery.objects.values()) == before
    assert not Hold.objects.exists()


def test_an_edition_pauses_and_goes_on(editor: Client, news: Any):
    news("pending")
    for _ in range(2):
        editor.post(ACT, {"action": "pause"})
    hold = Hold.objects.get()
    assert (hold.stream, hold.slot, str(hold.by)) == ("news", "to:812", "grace")
    assert "Paused" in editor.get(PAGE).content.decode()
    for _ in range(2):
        editor.post(ACT, {"action": "resume"})
    assert not Hold.objects.exists()


def test_cancelling_stops_what_waits_and_nothing_else(editor: Client, news: Any):
    for state in ONE_EACH:
        news(state)
    assert editor.post(ACT, {"action": "cancel"}, follow=True).status_code == 200
    assert states() == ["cancelled", "cancelled", *ONE_EACH[2:]]
    editor.post(ACT, {"action": "cancel"})
    assert states() == ["cancelled", "cancelled", *ONE_EACH[2:]]


def test_the_rejected_are_tried_again(editor: Client, news: Any):
    for state in ONE_EACH:
        news(state)
    editor.post(ACT, {"action": "retry"})
    assert states() == [state if state != "rejected" else "pending" for state in ONE_EACH]


@pytest.mark.parametrize(
    ("action", "becomes"),
    [("send_again", "pending"), ("count_as_delivered", "accepted"), ("repeat_in_next", "cancelled")],
)
def test_only_chosen_doubtful_messages_are_decided(
    editor: Client, news: Any, stream: Any, action: str, becomes: str
):
    chosen, other, sure = news("uncertain"), news("uncertain"), news("rejected")
    stream("news", is_bulk=True, repeat=lambda delivery: True)
    for _ in range(2):
        editor.post(ACT, {"action": action, "delivery": [chosen.pk, sure.pk, "x", "9" * 30]})
    assert states() == [becomes, "uncertain", "rejected"]
    assert other.pk


@pytest.mark.parametrize("repeat", [None, lambda delivery: False])
def test_what_has_no_next_message_stays_doubtful(editor: Client, news: Any, stream: Any, repeat: Any):
    row = news("uncertain")
    stream("news", repeat=repeat)
    page = editor.get(PAGE).content.decode()
    assert ("Repeat its content" in page) == (repeat is not None)
    editor.post(ACT, {"action": "repeat_in_next", "delivery": [row.pk]})
    assert states() == ["uncertain"]


@pytest.mark.parametrize("data", [{}, {"action": "explode"}, {"action": "send_again"}])
def test_a_decision_that_is_none_changes_nothing(editor: Client, news: Any, data: dict[str, str]):
    news("uncertain")
    assert editor.post(ACT, data).status_code == 302
    assert states() == ["uncertain"]


def test_an_edition_that_never_was_is_not_found(editor: Client):
    assert editor.get(PAGE).status_code == 404
    assert editor.post(ACT, {"action": "pause"}).status_code == 404
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    ("permission", "reads", "decides"), [("view", 200, 403), ("change", 403, 302), (None, 403, 403)]
)
def test_who_may_see_and_who_may_decide(
    client: Client, news: Any, permission: str | None, reads: int, decides: int
):
    news("pending")
    user = make_user(is_staff=True)
    if permission:
        user.user_permissions.add(Permission.objects.get(codename=f"{permission}_delivery"))
    client.force_login(user)
    assert client.get(PAGE).status_code == reads
    assert client.post(ACT, {"action": "pause"}).status_code == decides
    assert Hold.objects.exists() == (decides == 302)


def test_others_are_sent_to_sign_in(client: Client, news: Any):
    news("pending")
    for answer in (client.get(PAGE), client.post(ACT, {"action": "pause"})):
        assert (answer.status_code, answer["Location"].startswith("/a")) == (302, True)
    assert not Hold.objects.exists()


def test_the_ledger_leads_to_the_edition_and_back(editor: Client, news: Any):
    news("uncertain")
    assert PAGE in editor.get("/admin/mail/delivery/").content.decode()
    answer = editor.get("/admin/mail/delivery/?stream=news&slot=to%3A812")
    assert "1 delivery" in answer.content.decode()
    assert streams.get("news").is_bulk
