"""The list of security topics: kinds as tabs, facets, order."""

from typing import Any

import pytest
from django.test import Client

from security.models import TopicKind
from tests.factories import archive
from tests.security.factories import make_security_topic

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def titles(client: Client, url: str) -> list[str]:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:2000]
    return [entry.title for entry in response.context["entries"]]


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("topic_kind=case", {"topic_kind": "case"}),
        ("weakness=A05:2025", {"weaknesses": ["A05:2025"]}),
        ("weakness=cwe-89", {"weaknesses": ["CWE-89"]}),
        ("technology=flask", {"technology": "flask"}),
        ("difficulty=8-10", {"level": "senior", "difficulty": 9}),
        ("tag=injection", {"tags": ["injection"]}),
        ("q=wanted", {}),
        ("topic_kind=case&weakness=CWE-89", {"topic_kind": "case", "weaknesses": ["CWE-89"]}),
    ],
)
def test_each_filter_narrows_the_list(client: Client, query: str, values: dict[str, Any]):
    wanted = make_security_topic(**{"title": "What is wanted?", **values})
    make_security_topic(title="What else is there?")
    assert titles(client, f"/security/?{query}") == [wanted.title]
    results = client.get(f"/api/v1/security/?{query}").json()["results"]
    assert [one["title"] for one in results] == [wanted.title]


@pytest.mark.parametrize("query", ["topic_kind=virus", "weakness=A11:2025", "technology=x", "difficulty=11"])
def test_an_unknown_value_is_a_bad_request(client: Client, query: str):
    make_security_topic()
    assert client.get(f"/security/?{query}").status_code == 400
    assert client.get(f"/api/v1/security/?{query}").status_code == 400


def test_kinds_are_tabs_with_counts_and_lead_to_as_many(client: Client):
    for kind in ("case", "case", "defence"):
        make_security_topic(topic_kind=kind)
    for url in ("/security/", "/security/?topic_kind=case", "/security/?topic_kind=defence&difficulty=5"):
        tabs = client.get(url).context["tabs"]
        assert [tab.value for tab in tabs] == ["", *TopicKind.values]
        assert {tab.value: tab.count for tab in tabs if tab.count} == {"": 3, "case": 2, "defence": 1}
        assert sum(tab.is_active for tab in tabs) == 1
        for tab in tabs:
            if not tab.is_active:
                assert client.get(tab.url).context["pagination"].total == tab.count


def test_the_facet_of_owasp_counts_categories_and_shows_a_chosen_cwe(client: Client):
    make_security_topic(weaknesses=["A05:2025", "A03:2021", "CWE-89"])
    make_security_topic(weaknesses=["A05:2025"])

    def options(url: str) -> list[tuple[str, int]]:
        (facet,) = [one for one in client.get(url).context["facets"] if one.key == "weakness"]
        return [(option.value, option.count) for option in facet.options]

    assert options("/security/") == [("A05:2025", 2), ("A03:2021", 1)]
    assert options("/security/?weakness=CWE-89") == [("A05:2025", 2), ("A03:2021", 1), ("CWE-89", 1)]


def test_a_card_says_kind_severity_and_weaknesses(client: Client):
    make_security_topic(weaknesses=["CWE-89"], cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
    text = client.get("/security/").content.decode()
    assert "CVSS 9.8 Critical" in text
    assert "CWE-89" in text


def test_an_empty_list_invites(client: Client):
    archive(make_security_topic())
    response = client.get("/security/")
    assert response.status_code == 200
    assert "/contribute/security/" in response.content.decode()


def test_the_list_asks_as_many_questions_for_one_topic_as_for_twenty(
    client: Client, django_assert_num_queries: Any
):
    for number in range(20):
        make_security_topic(weaknesses=["CWE-89"])
        if number in {0, 19}:
            client.get("/security/")
            with django_assert_num_queries(3):
                client.get("/security/")
