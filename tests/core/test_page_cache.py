"""Whole pages kept in memory: the same bytes without the work, and never a stale or a private one."""

import pytest
from django.core.cache import caches

from tests.factories import archive, make_editor, make_question, revise

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/questions/",
    "/questions/?level=mid",
    "/search/?q=kept",
    "/api/v1/questions/",
    "/feeds/all.atom",
]


@pytest.fixture(autouse=True)
def kept_pages(settings):
    place = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test-pages"}
    settings.CACHES = {**settings.CACHES, "pages": place}
    caches["pages"].clear()


@pytest.mark.parametrize("path", PAGES)
def test_the_second_reader_gets_the_same_bytes_for_one_query(client, django_assert_num_queries, path):
    make_question(title="What is kept?")
    first = client.get(path)
    with django_assert_num_queries(1):  # the content clock
        second = client.get(path)
    assert second.content == first.content
    for name in ("Content-Type", "ETag", "Cache-Control"):
        assert second[name] == first[name]
    assert second.headers.get("Access-Control-Allow-Origin") == first.headers.get(
        "Access-Control-Allow-Origin"
    )
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert second["X-Request-ID"] != first["X-Request-ID"]


def test_a_change_is_seen_by_the_next_reader(client):
    entry = make_question(title="What is kept?")
    assert "What is kept?" in client.get("/questions/").content.decode()
    revise(entry, title="What is changed?")
    assert "What is changed?" in client.get("/questions/").content.decode()
    page = client.get(entry.get_absolute_url())
    assert page.status_code == 200
    archive(type(entry).objects.get(pk=entry.pk))
    assert client.get(entry.get_absolute_url()).status_code == 410
    assert "What is changed?" not in client.get("/questions/").content.decode()


def test_editors_and_readers_get_the_same_page(client):
    make_question()
    anonymous = client.get("/questions/").content
    client.force_login(make_editor())
    caches["pages"].clear()
    assert client.get("/questions/").content == anonymous


def test_head_is_not_what_get_is_answered_with(client):
    make_question()
    assert client.head("/questions/").content == b""
    assert client.get("/questions/").content


def test_what_is_not_found_is_not_kept(client):
    make_question()
    client.get("/questions/?page=9")
    client.get("/questions/?level=boss")
    assert not caches["pages"]._cache
