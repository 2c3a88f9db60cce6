"""Totals and facets are counted by a worker, so that no reader waits for them after a public change."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core import catalogue
from hub.pages.tasks import count_ahead
from tests.factories import make_question

pytestmark = pytest.mark.django_db


def counts(client: Client, path: str) -> list[str]:
    """The queries of a page that count."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured if "COUNT" in query["sql"]]


@pytest.mark.parametrize("path", [kind.list_url for kind in catalogue.kinds()])
def test_a_list_that_was_counted_ahead_counts_nothing(client: Client, settings, path):
    settings.REDIS_URL = "redis://127.0.0.1/0"
    make_question(tags=["indexes"])
    assert counts(client, path)
    caches["near"].clear()
    count_ahead()
    assert counts(client, path) == []
    make_question(title="Another one?")
    assert counts(client, path)


def test_a_second_run_counts_nothing(settings):
    settings.REDIS_URL = "redis://127.0.0.1/0"
    make_question()
    count_ahead()
    with CaptureQueriesContext(connection) as captured:
        count_ahead()
    assert [query["sql"] for query in captured if "COUNT" in query["sql"]] == []


def test_without_a_shared_cache_there_is_nothing_to_do(settings, django_assert_num_queries):
    settings.REDIS_URL = ""
    with django_assert_num_queries(0):
        count_ahead()
