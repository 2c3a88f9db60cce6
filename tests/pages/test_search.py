"""The search page, suggestions and permalinks."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import archive, make_question
from tests.search.strange import STRANGE
from tests.toykind.factories import make_toy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_what_was_found_is_shown_with_its_words_marked(client: Client):
    entry = make_question(title="A question about obsidian", summary="Obsidian is glass.")
    text = client.get("/search/?q=obsidian").content.decode()
    assert entry.get_absolute_url() in text
    assert "<mark>Obsidian</mark> is glass." in text


def test_nothing_typed_finds_nothing_and_explains_the_operators(client: Client):
    make_question()
    response = client.get("/search/")
    assert response.context["total"] == 0
    assert "tech:flask" in response.content.decode()


def test_what_was_typed_is_shown_as_text(client: Client):
    text = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_an_id_leads_straight_to_its_page_in_any_case_of_letters(client: Client):
    entry = make_question(public_id="FLSK-MID-005")
    for text in ("FLSK-MID-005", " flsk-mid-005 "):
        response = client.get("/search/", {"q": text})
        assert (response.status_code, response["Location"]) == (302, entry.get_absolute_url())


def test_an_id_of_nothing_is_searched_for(client: Client):
    assert client.get("/search/?q=NO-SUCH-001").status_code == 200


def test_kinds_are_tabs_with_counts(client: Client):
    make_question(title="About obsidian")
    make_toy(title="An obsidian puzzle")
    tabs = client.get("/search/?q=obsidian&kind=toy").context["kind_tabs"]
    assert [(tab["label"], tab["count"], tab["is_active"]) for tab in tabs] == [
        ("Everything", 2, False), ("Questions", 1, False), ("Toys", 1, True),
    ]  # fmt: skip
    for tab in tabs:
        assert client.get(tab["url"]).context["total"] == tab["count"]


def test_each_facet_leads_to_as_many_as_it_says(client: Client):
    for number in range(6):
        level, difficulty = ("mid", 5) if number % 2 else ("senior", 8)
        technology, topic = ("flask", "security") if number % 3 else ("sql", "testing")
        make_question(
            title=f"Obsidian {number}", technology=technology, topic=topic, level=level, difficulty=difficulty
        )
    facets = client.get("/search/?q=obsidian").context["facets"]
    assert facets
    for facet in facets:
        assert facet.options
        for option in facet.options:
            assert client.get(option.url).context["total"] == option.count, (facet.key, option.value)


def test_results_have_pages_and_a_page_past_the_end_is_404(client: Client):
    for number in range(12):
        make_question(title=f"Obsidian {number}")
    second = client.get("/search/?q=obsidian&page=2")
    assert "Showing 11–12 of 12 results" in second.content.decode()
    assert client.get("/search/?q=obsidian&page=3").status_code == 404
    assert client.get("/search/?q=obsidian&page=x").status_code == 404


def test_a_typo_is_answered_with_a_link_that_finds_something(client: Client):
    make_question(title="About obsidian")
    (suggestion,) = client.get("/search/?q=obsidain").context["suggestions"]
    assert suggestion["text"] == "obsidian"
    assert client.get(suggestion["url"]).context["total"] == 1


def test_nothing_found_offers_a_contribution_with_the_words(client: Client):
    response = client.get("/search/?q=something+new")
    assert "title=something+new" in response.context["contribute_url"]
    assert 'value="something new"' in client.get(response.context["contribute_url"]).content.decode()


def test_results_are_not_for_search_engines(client: Client):
    assert "noindex" in client.get("/search/?q=word").content.decode()


@pytest.mark.parametrize("text", STRANGE)
def test_strange_input_is_answered(client: Client, text: str):
    make_question()
    sent = text.encode("utf-8", "replace").decode()
    for url in ("/search/", "/search/suggest/"):
        assert client.get(url, {"q": sent, "page": "1"}).status_code == 200
    for name in ("kind", "technology", "level", "topic", "tag", "difficulty"):
        assert client.get("/search/", {"q": "question", name: sent}).status_code == 200


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%FF%FE", "q=%ED%A0%80", "q=a&q=b", "%00=a", "q", "page=1&page=2", "kind=%00"]
)
def test_strange_addresses_are_answered(client: Client, query: str):
    assert client.get(f"/search/?{query}").status_code in {200, 404}


def test_suggestions_speak_opensearch(client: Client):
    entry = make_question(title="How do generators work?")
    response = client.get("/search/suggest/?q=gener")
    assert response["Content-Type"] == "application/x-suggestions+json"
    typed, titles, notes, urls = response.json()
    assert (typed, titles, notes) == ("gener", [entry.title], [entry.public_id])
    assert urls[0].endswith(entry.get_absolute_url())


def test_a_permalink_leads_to_the_page_in_any_case_of_letters(client: Client):
    entry = make_question(public_id="FLSK-MID-005")
    for url in ("/id/flsk-mid-005", "/id/FLSK-MID-005", "/id/FLSK-MID-005/"):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (301, entry.get_absolute_url())


def test_a_permalink_of_an_archived_entry_ends_at_410(client: Client):
    entry = archive(make_question())
    assert client.get(f"/id/{entry.public_id}", follow=True).status_code == 410


@pytest.mark.parametrize("public_id", ["NO-SUCH-001", "x", "a%20b", "%00", "A" * 40])
def test_an_unknown_permalink_is_404(client: Client, public_id: str):
    assert client.get(f"/id/{public_id}").status_code == 404


def test_a_search_asks_three_questions_whatever_it_finds(client: Client, django_assert_num_queries: Any):
    for number in range(20):
        make_question(title=f"Obsidian {number}")
        if number in {0, 19}:
            client.get("/search/?q=obsidian")
            with django_assert_num_queries(3):
                client.get("/search/?q=obsidian")
