"""Payloads of older schemas: a revision stays as it was written and is understood for ever."""

import pytest

from hub.core import catalogue, publishing
from hub.core.models import Entry
from hub.core.payload import Payload
from hub.core.publishing import publish
from questions.kind import QuestionKind
from tests.factories import make_question, question_data

pytestmark = pytest.mark.django_db


def rename_hint(data):
    return {("preparation" if name == "hint" else name): value for name, value in data.items()}


def double_minutes(data):
    return {**data, "minutes": data["minutes"] * 2}


@pytest.fixture
def third_schema(monkeypatch):
    """As if questions had changed their shape twice."""
    monkeypatch.setattr(QuestionKind, "schema", 3)
    monkeypatch.setattr(QuestionKind, "upgrades", {1: rename_hint, 2: double_minutes})


def test_each_step_is_taken_in_turn(third_schema):
    kind = catalogue.get("question")
    assert kind.current({"hint": "x", "minutes": 4}, 1) == {"preparation": "x", "minutes": 8}
    assert kind.current({"hint": "x", "minutes": 4}, 2) == {"hint": "x", "minutes": 8}
    assert kind.current({"minutes": 4}, 3) == {"minutes": 4}


def test_a_payload_of_an_older_schema_is_published_in_todays_shape(third_schema):
    event = publish(Payload("question", {**question_data(minutes=4), "hint": "Practise."}, 1), None)
    data = event.revision.payload
    assert (event.revision.schema, data["preparation"], data["minutes"]) == (3, "Practise.", 8)
    assert event.entry.typed.minutes == 8


def test_an_old_revision_is_understood_and_stays_as_it_was_written(monkeypatch, third_schema):
    with monkeypatch.context() as patch:
        patch.setattr(QuestionKind, "schema", 1)
        question = make_question(minutes=4, title="Why?")
    assert publishing.current_payload(question).data["minutes"] == 16 / 2
    publishing.project(question, question.current_revision)
    assert question.typed.minutes == 8
    assert question.revisions.get().payload["minutes"] == 4
    assert question.revisions.get().schema == 1


def test_an_old_revision_can_be_published_again(monkeypatch, third_schema):
    with monkeypatch.context() as patch:
        patch.setattr(QuestionKind, "schema", 1)
        question = make_question(minutes=4, title="Why?")
    first = question.current_revision
    payload = publishing.current_payload(question)
    publish(Payload("question", {**payload.data, "title": "How?"}, 3), None, question)
    event = publishing.revert(Entry.objects.get(), first, None)
    assert (event.entry.title, event.revision.schema, event.entry.typed.minutes) == ("Why?", 3, 8)


@pytest.mark.parametrize("kind", catalogue.kinds(), ids=lambda kind: kind.name)
def test_every_kind_has_a_way_from_each_of_its_older_schemas(kind):
    assert set(kind.upgrades) == set(range(1, kind.schema))
