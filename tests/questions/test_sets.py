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
