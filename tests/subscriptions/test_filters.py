"""The filters of alerts: one set for mails, the web version and feeds, which all let the same through."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from hub.core.models import Entry
from subscriptions.forms import FilterForm
from subscriptions.models import Subscriber
from subscriptions.news import News, last_announced
from subscriptions.preferences import Preferences
from tests.factories import make_question, make_subscriber, make_technology
from tests.learningpaths.factories import make_path, module

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

QUERIES = [
    "", "kind=question", "kind=path", "technology=python", "technology=flask", "level=senior", "level=junior",
    "tag=security", "tag=security,practice", "difficulty_from=7", "difficulty_to=3",
    "kind=question&technology=python&level=junior&tag=practice&difficulty_from=2&difficulty_to=5",
]  # fmt: skip


@pytest.fixture
def archive() -> dict[str, Entry]:
    """A few entries that differ in everything, and a path with two of them as steps."""
    make_technology("flask", parent=make_technology("python", code="PY"))
    entries = {
        "python": make_question(technology="python", level="junior", difficulty=2, tags=["practice"]),
        "flask": make_question(technology="flask", level="senior", difficulty=8, tags=["security"]),
        "sql": make_question(technology="sql", level="mid", difficulty=5, tags=["practice", "security"]),
    }
    entries["path"] = make_path(
        modules=[module(entries=[entries["flask"].public_id, entries["sql"].public_id])]
    )
    return entries


def preferences(query: str) -> Preferences:
    from_address = FilterForm(QueryDict(query))
    assert from_address.is_valid(), from_address.errors
    return from_address.preferences()


def titles(client: Client, query: str) -> list[str]:
    data = json.loads(client.get(f"/feeds/all.json?{query}").content)
    return sorted(item["title"] for item in data["items"])


def test_mails_and_feeds_let_the_same_through(client: Client, archive: dict[str, Entry]):
    queries = [*QUERIES, f"path={archive['path'].public_id}"]
    news = News(0, last_announced())
    for query in queries:
        wanted = preferences(query)
        mailed = set(news.wanted(wanted))
        listed = set(wanted.among(Entry.objects.public()).values_list("pk", flat=True))
        assert mailed == listed, query
        assert titles(client, query) == sorted(
            Entry.objects.filter(pk__in=mailed).values_list("title", flat=True)
        )


def test_a_path_stands_for_its_steps(archive: dict[str, Entry]):
    path = archive["path"]
    wanted = preferences(f"path={path.public_id}")
    assert set(News(0, last_announced()).wanted(wanted)) == {archive["flask"].pk, archive["sql"].pk}
    assert wanted.query() == f"path={path.public_id}"
    assert f"on the path “{path.title}”" in wanted.words()


def test_a_subscriber_follows_a_path(client: Client, archive: dict[str, Entry]):
    row = make_subscriber()
    path = archive["path"].public_id
    data = {
        "action": "save",
        "frequency": "daily",
        "weekday": "1",
        "hour": "8",
        "time_zone": "UTC",
        "path": path,
    }
    assert client.post(row.path(), data).status_code == 302
    row.refresh_from_db()
    assert row.paths == [path]
    page = client.get(row.path()).content.decode()
    assert f'value="{path}" id="id_path_0" checked' in page
    assert f"/feeds/all.atom?path={path}" in page
    assert json.loads(client.get(row.path("export")).content)["subscription"]["paths"] == [path]
    assert client.post(row.path(), {**data, "path": "LP-999"}).status_code == 422


@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_filtered_feed_names_itself_and_the_page(client: Client, archive: dict[str, Entry], form: str):
    answer = client.get(f"/feeds/all.{form}?level=senior&utm_source=x&technology=python").content.decode()
    assert f"/feeds/all.{form}?technology=python&level=senior" in answer.replace("&amp;", "&")
    assert "/alerts/?technology=python&level=senior" in answer.replace("&amp;", "&")
    assert "utm_source" not in answer


@pytest.mark.parametrize(
    "query", ["technology=nope", "level=boss", "difficulty_from=9&difficulty_to=2", "tag=x%00y"]
)
def test_a_feed_of_no_known_filters_is_not_found(client: Client, query: str):
    assert client.get(f"/feeds/all.atom?{query}").status_code == 404


def test_more_entries_do_not_need_more_queries(
    client: Client, archive: dict[str, Entry], django_assert_max_num_queries: Callable[..., Any]
):
    url = f"/feeds/all.json?technology=python&path={archive['path'].public_id}"
    with django_assert_max_num_queries(20) as one:
        client.get(url)
    for _ in range(19):
        make_question(technology="python")
    with django_assert_max_num_queries(len(one)):
        client.get(url)
    assert not Subscriber.objects.exists()
