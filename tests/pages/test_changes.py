"""What is new, week by week."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hub.pages.weeks import Week
from tests.factories import archive, make_question, revise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def told(client: Client, url: str = "/changes/") -> list[tuple[str, str]]:
    days = client.get(url).context["days"]
    return [(change.entry.title, change.verb) for day in days for change in day["changes"]]


def test_this_week_tells_what_was_published_revised_and_archived(client: Client):
    long_ago = datetime(2026, 1, 5, tzinfo=UTC)
    make_question(title="New")
    revise(make_question(title="Revised", at=long_ago), summary="Better.")
    archive(make_question(title="Archived", at=long_ago))
    assert sorted(told(client)) == [("Archived", "archived"), ("New", "published"), ("Revised", "revised")]


def test_an_entry_is_told_once_under_its_last_news(client: Client):
    entry = make_question(title="New")
    revise(entry, summary="Better.")
    assert told(client) == [("New", "published")]


def test_an_archived_entry_is_named_and_not_linked(client: Client):
    entry = archive(make_question(title="Archived"))
    text = client.get("/changes/").content.decode()
    assert "Archived" in text
    assert entry.get_absolute_url() not in text


def test_what_a_content_file_dates_back_stands_in_its_own_week(client: Client):
    make_question(title="Dated back", at=datetime(2026, 3, 4, tzinfo=UTC))
    assert told(client) == []
    assert told(client, "/changes/2026-w10/") == [("Dated back", "published")]


def test_weeks_lead_from_the_first_entry_to_the_present(client: Client):
    make_question(at=timezone.now() - timedelta(weeks=2))
    now = Week.current()
    middle = client.get(now.neighbour(-1).url)
    assert middle.context["previous_url"] == now.neighbour(-2).url
    assert middle.context["next_url"] == now.url
    assert client.get(now.neighbour(-2).url).context["previous_url"] is None
    assert client.get("/changes/").context["next_url"] is None


@pytest.mark.parametrize(
    "week", ["2026-w00", "2026-w54", "2025-w53", "2001-w01", "2099-w01", "x-w1", "2026-1"]
)
def test_a_week_that_does_not_exist_or_lies_outside_is_404(client: Client, week: str):
    make_question()
    assert client.get(f"/changes/{week}/").status_code == 404


def test_a_quiet_week_says_so(client: Client):
    assert client.get("/changes/").status_code == 200


def test_weeks_are_those_of_iso_8601():
    assert Week.of(date(2026, 1, 1)) == Week(2026, 1)
    assert Week.of(date(2027, 1, 3)) == Week(2026, 53)
    assert Week(2026, 53).label == "Week 53, 2026"


def test_the_page_asks_as_many_questions_for_one_change_as_for_twenty(
    client: Client, django_assert_num_queries: Any
):
    for number in range(20):
        revise(make_question(), summary="Better.")
        if number in {0, 19}:
            client.get("/changes/")
            with django_assert_num_queries(3):
                client.get("/changes/")
