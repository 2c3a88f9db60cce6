"""The public archive of digests."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hub.core.models import ContentClock
from subscriptions import digests
from tests.factories import archive, make_question, make_subscriber, make_technology

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 6, tzinfo=UTC)


def send(days: int) -> list[Any]:
    """A daily digest with one question on each of so many days."""
    make_subscriber("ada@example.org", now=FRIDAY, frequency="daily", hour=8)
    made = []
    for day in range(days):
        made.append(make_question())
        digests.send_digests(now=FRIDAY + timedelta(days=day, hours=3))
    return made


def test_sent_digests_are_listed_and_readable(client: Client):
    first, second = send(2)
    page = client.get("/alerts/archive/").content.decode()
    assert page.index("21 November 2026") < page.index("20 November 2026")
    detail = client.get("/alerts/archive/2026-11-20/").content.decode()
    assert first.title in detail
    assert second.title not in detail
    assert "ada@example.org" not in page + detail


def test_an_entry_archived_later_is_not_shown(client: Client):
    (entry,) = send(1)
    archive(entry)
    assert entry.title not in client.get("/alerts/archive/2026-11-20/").content.decode()


def test_an_empty_archive_says_so(client: Client):
    assert "No digest was sent yet" in client.get("/alerts/archive/").content.decode()


def test_a_web_version_filters_as_the_mail_did(client: Client):
    make_technology("flask")
    start = ContentClock.now()
    wanted, other = make_question(technology="flask"), make_question()
    page = client.get(f"/alerts/archive/{start}-{ContentClock.now()}/?technology=flask").content.decode()
    assert wanted.title in page
    assert other.title not in page


@pytest.mark.parametrize(
    "path",
    [
        "2020-01-01/", "2026-W99/", "0-999999999/", "5-5/", "9-2/", "0-1/?technology=nothing",
        "0-1/?difficulty_from=x", "99999999999999999999999998-99999999999999999999999999/",
        "?page=0", "?page=2", "?page=x", "?page=9999999999",
    ],
)  # fmt: skip
def test_what_there_was_not_is_not_found(client: Client, path: str):
    make_question()
    assert client.get(f"/alerts/archive/{path}").status_code == 404


def test_more_digests_need_no_more_queries(client: Client, django_assert_num_queries: Any):
    send(1)
    with django_assert_num_queries(2):
        client.get("/alerts/archive/")
    for day in range(1, 15):
        make_question()
        digests.send_digests(now=FRIDAY + timedelta(days=day, hours=3))
    with django_assert_num_queries(2):
        client.get("/alerts/archive/")
