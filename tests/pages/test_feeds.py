"""Feeds: Atom (RFC 4287) and JSON Feed 1.1."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.factories import make_question, make_technology
from tests.toykind.factories import make_toy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ATOM = {"atom": "http://www.w3.org/2005/Atom"}
SCOPES = ["all", "questions", "tech-python", "topic-testing", "tag-practice"]


def text_of(element: Any, name: str) -> str:
    found = element.find(f"atom:{name}", ATOM)
    assert found is not None, name
    return found.text or ""


@pytest.mark.parametrize("scope", SCOPES)
def test_an_atom_feed_has_what_the_standard_asks_for(client: Client, scope: str):
    entry = make_question(title="What is <b>bold</b> & why?")
    response = client.get(f"/feeds/{scope}.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert text_of(root, "id") == text_of(root, "id").strip() != ""
    assert text_of(root, "title")
    assert text_of(root, "updated")
    assert root.find("atom:author/atom:name", ATOM) is not None
    assert f"/feeds/{scope}.atom" in [
        link.attrib["href"].removeprefix("http://localhost:8000")
        for link in root.findall("atom:link", ATOM)
        if link.get("rel") == "self"
    ]
    (item,) = root.findall("atom:entry", ATOM)
    assert text_of(item, "id").endswith(f"/id/{entry.public_id}")
    assert text_of(item, "title") == entry.title
    assert text_of(item, "updated")
    assert [
        link.attrib["href"].endswith(entry.get_absolute_url()) for link in item.findall("atom:link", ATOM)
    ] == [True]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_json_feed_has_what_its_version_asks_for(client: Client, scope: str):
    entry = make_question()
    response = client.get(f"/feeds/{scope}.json")
    assert response["Content-Type"] == "application/feed+json"
    data = response.json()
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    assert data["feed_url"].endswith(f"/feeds/{scope}.json")
    (item,) = data["items"]
    assert item["id"].endswith(f"/id/{entry.public_id}")
    assert item["url"].endswith(entry.get_absolute_url())
    assert item["content_text"] == entry.summary


def test_a_feed_holds_its_scope_only(client: Client):
    make_question(title="On Flask", technology="flask", topic="security", tags=["csrf"])
    make_toy(title="A toy")
    for scope in ("questions", "tech-flask", "topic-security", "tag-csrf"):
        assert [item["title"] for item in client.get(f"/feeds/{scope}.json").json()["items"]] == ["On Flask"]
    assert len(client.get("/feeds/all.json").json()["items"]) == 2


def test_a_technology_brings_its_children(client: Client):
    make_technology("flask", parent=make_technology("python", code="PY"))
    make_question(title="On Flask", technology="flask")
    assert client.get("/feeds/tech-python.json").json()["items"][0]["title"] == "On Flask"


@pytest.mark.parametrize(
    "name",
    ["nothing.atom", "tech-nothing.atom", "tag-.json", "all.rss", "tech.atom", "topic-x.json", "-.atom"],
)
def test_an_unknown_feed_is_404(client: Client, name: str):
    assert client.get(f"/feeds/{name}").status_code == 404


def test_an_empty_feed_is_valid(client: Client):
    root = ElementTree.fromstring(client.get("/feeds/all.atom").content)
    assert text_of(root, "updated")
    assert root.findall("atom:entry", ATOM) == []


def test_an_unchanged_feed_is_not_sent_again(client: Client):
    make_question()
    etag = client.get("/feeds/all.atom").headers["ETag"]
    assert client.get("/feeds/all.atom", headers={"if-none-match": etag}).status_code == 304


def test_pages_announce_the_feeds_of_their_scope(client: Client):
    entry = make_question()
    for url, feed in (
        ("/", "all"),
        ("/questions/", "questions"),
        ("/tech/python/", "tech-python"),
        ("/tags/practice/", "tag-practice"),
    ):
        assert f'type="application/atom+xml" href="/feeds/{feed}.atom"' in client.get(url).content.decode()
    assert "application/atom+xml" in client.get(entry.get_absolute_url()).content.decode()


def test_a_feed_asks_as_many_questions_for_one_entry_as_for_twenty(
    client: Client, django_assert_num_queries: Any
):
    for number in range(20):
        make_question()
        if number in {0, 19}:
            with django_assert_num_queries(2):
                client.get("/feeds/all.atom")
