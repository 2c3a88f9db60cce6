"""Everything on a technology, a topic or a tag, across kinds."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_question, make_tag, make_technology
from tests.toykind.factories import make_toy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("url", ["/tech/python/", "/topics/testing/", "/tags/puzzle/"])
def test_entries_of_all_kinds_are_shown_by_kind_with_totals(client: Client, url: str):
    for _ in range(7):
        make_question(tags=["puzzle"])
    make_toy()
    groups = {group["kind"]: group for group in client.get(url).context["groups"]}
    assert (groups["question"]["total"], len(groups["question"]["entries"])) == (7, 5)
    assert (groups["toy"]["total"], len(groups["toy"]["entries"])) == (1, 1)


@pytest.mark.parametrize("url", ["/tech/python/", "/topics/testing/", "/tags/puzzle/"])
def test_each_group_leads_to_a_list_of_as_many(client: Client, url: str):
    for _ in range(7):
        make_question(tags=["puzzle"])
    make_question(technology="sql", topic="security", tags=["other"])
    groups = client.get(url).context["groups"]
    assert [group["total"] for group in groups] == [7]
    for group in groups:
        assert client.get(group["url"]).context["pagination"].total == group["total"]


def test_a_technology_shows_what_belongs_to_it_and_names_it(client: Client):
    python = make_technology("python", code="PY")
    make_technology("flask", parent=python)
    entry = make_question(technology="flask")
    response = client.get("/tech/python/")
    assert entry.title in response.content.decode()
    assert response.context["links"] == [{"label": "Flask", "url": "/tech/flask/", "count": 1}]
    assert [link["label"] for link in client.get("/tech/flask/").context["links"]] == ["Python"]


def test_another_word_for_a_tag_redirects_to_it(client: Client):
    make_tag("javascript").aliases.create(slug="ecmascript")
    response = client.get("/tags/ecmascript/")
    assert (response.status_code, response["Location"]) == (301, "/tags/javascript/")


@pytest.mark.parametrize("url", ["/tech/nothing/", "/topics/nothing/", "/tags/nothing/"])
def test_an_unknown_subject_is_404(client: Client, url: str):
    assert client.get(url).status_code == 404


def test_a_subject_without_entries_invites_and_is_not_for_search_engines(client: Client):
    make_technology("cobol")
    response = client.get("/tech/cobol/")
    assert response.status_code == 200
    assert "noindex" in response.content.decode()


def test_each_subject_has_a_feed(client: Client):
    make_toy()
    for url in ("/tech/python/", "/topics/testing/", "/tags/puzzle/"):
        assert client.get(client.get(url).context["feed_url"]).status_code == 200


@pytest.mark.parametrize("url", ["/tech/python/", "/topics/testing/", "/tags/practice/"])
def test_a_warm_page_asks_three_questions_whatever_it_shows(
    client: Client, django_assert_num_queries: Any, url: str
):
    for number in range(20):
        make_question()
        if number in {0, 19}:
            client.get(url)
            with django_assert_num_queries(3):
                client.get(url)
