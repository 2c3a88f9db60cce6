"""Question sets: numbered questions in groups by level."""

import pytest
from django.test import Client

from questions.models import Question, QuestionSet
from tests.factories import archive, make_question

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def make_set(*groups: str, is_public: bool = True) -> tuple[QuestionSet, list[Question]]:
    found = QuestionSet.objects.create(
        slug="first-round", title="First round", summary="Half an hour.", is_public=is_public
    )
    questions = []
    for position, group in enumerate(groups, 1):
        question = Question.objects.get(pk=make_question().pk)
        found.items.create(question=question, group=group, position=position)
        questions.append(question)
    return found, questions


def test_a_set_numbers_its_questions_through_its_groups(client: Client):
    make_set("junior", "junior", "senior")
    groups = client.get("/questions/sets/first-round/").context["groups"]
    assert [(group["label"], group["first"], len(group["entries"])) for group in groups] == [
        ("Basic", 1, 2), ("Advanced", 3, 1),
    ]  # fmt: skip


def test_an_archived_question_leaves_no_gap(client: Client):
    _, questions = make_set("junior", "junior", "senior")
    archive(questions[0])
    response = client.get("/questions/sets/first-round/")
    assert response.context["total"] == 2
    assert questions[0].title not in response.content.decode()


def test_a_question_names_the_sets_that_hold_it(client: Client):
    _, questions = make_set("junior")
    sets = client.get(questions[0].get_absolute_url()).context["sets"]
    assert sets == [{"title": "First round", "url": "/questions/sets/first-round/"}]


def test_a_set_that_is_not_public_is_nowhere(client: Client):
    _, questions = make_set("junior", is_public=False)
    assert client.get("/questions/sets/first-round/").status_code == 404
    assert client.get(questions[0].get_absolute_url()).context["sets"] == []


def test_the_list_of_sets_counts_what_is_public(client: Client):
    _, questions = make_set("junior", "junior", "senior")
    archive(questions[0])
    (shown,) = client.get("/questions/sets/").context["sets"]
    assert (shown["title"], shown["total"], shown["minutes"]) == ("First round", 2, 16)
    assert shown["levels"] == ["Basic", "Advanced"]
    assert client.get(shown["url"]).context["total"] == 2
    assert f'href="{shown["url"]}"' in client.get("/questions/sets/").text


def test_a_set_that_is_not_public_or_holds_nothing_is_listed_nowhere(client: Client):
    make_set("junior", is_public=False)
    QuestionSet.objects.create(slug="empty", title="An empty set", summary="Nothing.", is_public=True)
    for url in ("/questions/sets/", "/questions/", "/sitemaps/site-0.xml"):
        text = client.get(url).text
        assert "First round" not in text
        assert "An empty set" not in text
        assert "/questions/sets/first-round/" not in text
    assert "No set is laid out yet." in client.get("/questions/sets/").text


def test_the_list_of_questions_leads_to_the_sets_and_the_sitemap_names_them(client: Client):
    make_set("junior", "mid")
    assert "1 question set<" in client.get("/questions/").text
    site = client.get("/sitemaps/site-0.xml").text
    for path in ("/questions/sets/", "/questions/sets/first-round/"):
        assert f"http://localhost:8000{path}</loc>" in site


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_five(
    client: Client, django_assert_num_queries
):
    make_set("junior")
    client.get("/questions/sets/")
    with django_assert_num_queries(1):  # the clock
        client.get("/questions/sets/")
