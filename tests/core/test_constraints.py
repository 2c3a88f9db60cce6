"""The database has the last word: it refuses each row that breaks a rule, whoever writes it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from hub.core.models import (
    ContentClock,
    ContentFile,
    Counter,
    Credit,
    DifficultyVote,
    Entry,
    EntryDay,
    EntryStats,
    Event,
    Figure,
    FormerAddress,
    IdSeries,
    Relation,
    Revision,
    Sighting,
    Tag,
    TagAlias,
    TaggedEntry,
    Technology,
    TechnologyAlias,
    TermChange,
    Topic,
    TopicAlias,
    Weakness,
)
from questions.models import Question, QuestionSet, QuestionSetItem, Role
from tests.factories import make_question, make_tag, make_technology, make_topic

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def entry(**over: Any) -> Entry:
    values = {
        "kind": "question", "public_id": "PY-MID-900", "title": "t", "slug": "s", "summary": "s",
        "difficulty": 5, "published_at": NOW, "updated_at": NOW, **over,
    }  # fmt: skip
    return Entry.objects.create(technology=Technology.objects.first() or make_technology(), **values)


def changed(model: type[models.Model], **values: Any) -> int:
    """Change the columns of every row, behind all of the house's verbs."""
    return models.QuerySet(model).update(**values)


def own_successor() -> None:
    question = make_question()
    changed(Entry, successor=question)


def revision(number: int) -> None:
    question = make_question()
    Revision.objects.create(entry=question, number=number, payload={}, schema=1, created_at=NOW)


def event(**over: Any) -> None:
    Event.objects.create(**{"n": 10_000, "act": "publish", "at": NOW, **over})


def relation(times: int = 1, *, to_itself: bool = False) -> None:
    source, target = make_question(), make_question()
    for _ in range(times):
        Relation.objects.create(source=source, target=source if to_itself else target, type="explains")


def set_items(**over: Any) -> None:
    chosen = QuestionSet.objects.create(slug="s", title="t", summary="s")
    for number in (1, 2):
        values = {"question": make_question().typed, "position": number, **over}
        QuestionSetItem.objects.create(question_set=chosen, group="mid", **values)


def twice(make: Callable[[], Any]) -> Callable[[], Any]:
    def both() -> None:
        make()
        make()

    return both


def two_credits() -> None:
    question = make_question()
    written = question.revisions.get()
    for name in ("Ada", "Grace"):
        Credit.objects.create(entry=question, revision=written, role="author", name=name)


def one_file_of_two() -> None:
    question = make_question()
    for path in ("a.md", "b.md"):
        ContentFile.objects.create(path=path, file_hash="", entry=question, loaded_at=NOW)


def tag_twice() -> None:
    question, tag = make_question(), make_tag()
    for _ in range(2):
        TaggedEntry.objects.create(tag=tag, content_object=question)


def figure(**over: Any) -> Figure:
    values: dict[str, Any] = {"name": "a.png", "alt": "A", "width": 1, "height": 1, "size": 1}
    return Figure.objects.create(**{**values, **over})


def votes(total: int, number: int) -> None:
    make_question()
    changed(EntryStats, difficulty_sum=total, difficulty_votes=number)


def sightings(act: str = "view", times: int = 1) -> None:
    question = make_question()
    for _ in range(times):
        Sighting.objects.create(entry=question, act=act, day=NOW.date(), reader="a")


def days() -> None:
    question = make_question()
    for _ in range(2):
        EntryDay.objects.create(entry=question, day=NOW.date())


def votes_of_one(*given: int) -> None:
    question = make_question()
    for difficulty in given:
        DifficultyVote.objects.create(entry=question, voter="a", difficulty=difficulty, voted_on=NOW)


# Named constraints, each with what breaks it.
BROKEN: dict[str, list[Any]] = {
    "sighting_act_known": [lambda: sightings("lick")],
    "sighting_once_a_browser_and_day": [lambda: sightings(times=2)],
    "entry_day_once": [days],
    "vote_once_a_reader": [lambda: votes_of_one(3, 4)],
    "vote_from_1_to_10": [lambda: votes_of_one(0), lambda: votes_of_one(11)],
    "content_clock_one_row": [lambda: ContentClock.objects.create(pk=2)],
    "event_about_an_entry_names_it": [event],
    "entry_slug_once_a_kind": [lambda: (entry(), entry(public_id="PY-MID-901"))],
    "entry_id_upper_case": [lambda: entry(public_id="py-mid-900")],
    "entry_status_known": [lambda: entry(status="draft")],
    "entry_difficulty_1_to_10": [lambda: entry(difficulty=0), lambda: entry(difficulty=11)],
    "entry_difficulty_fits_level": [
        lambda level=level, number=number: entry(level=level, difficulty=number)
        for level, wrong in {
            "junior": (6,),
            "mid": (3, 8),
            "senior": (5, 10),
            "architect": (6,),
            "wizard": (5,),
        }.items()
        for number in wrong
    ],
    "entry_not_its_own_successor": [own_successor],
    "revision_number_once_an_entry": [lambda: revision(1)],
    "revision_number_from_1": [lambda: revision(0)],
    "id_series_upper_case": [lambda: IdSeries.objects.create(prefix="py-mid")],
    "counter_once": [
        twice(lambda: Counter.objects.create(scope="s", key="k", window=1, expires_at=timezone.now()))
    ],
    "stats_votes_between_1_and_10": [lambda: votes(11, 1), lambda: votes(0, 1), lambda: votes(1, 0)],
    "technology_code_upper_case": [lambda: make_technology(code="py")],
    "technology_slug_lower_case": [lambda: make_technology("Python")],
    "tag_unique_whatever_case": [
        lambda: (Tag.objects.create(name="CSRF", slug="a"), Tag.objects.create(name="csrf", slug="b"))
    ],
    "tag_once_an_entry": [tag_twice],
    "figure_says_what_it_shows": [lambda: figure(alt="")],
    "figure_has_a_size": [lambda: figure(width=0), lambda: figure(height=0)],
    "figure_name_lower_case": [lambda: figure(name="A.png")],
    "term_change_once_a_term": [twice(lambda: TermChange.objects.create(vocabulary="tag", term_id=1))],
    "term_change_vocabulary_known": [lambda: TermChange.objects.create(vocabulary="role", term_id=1)],
    "weakness_once": [twice(lambda: Weakness.objects.create(scheme="CWE", code="999999", name="n"))],
    "weakness_edition_for_owasp_only": [
        lambda: Weakness.objects.create(scheme="CWE", edition="2021", code="999999", name="n"),
        lambda: Weakness.objects.create(scheme="OWASP", code="A99", name="n"),
    ],
    "relation_once": [lambda: relation(times=2)],
    "relation_not_to_itself": [lambda: relation(to_itself=True)],
    "question_minutes_1_to_240": [
        lambda number=number: (make_question(), changed(Question, minutes=number)) for number in (0, 241)
    ],
    "question_type_known": [lambda: (make_question(), changed(Question, question_type="riddle"))],
    "question_once_a_set": [lambda: set_items(question=make_question().typed)],
    "one_question_a_place": [lambda: set_items(position=1)],
}
# Columns that hold a value once.
TWICE: dict[str, Callable[[], Any]] = {
    "entry.public_id": lambda: (entry(), entry(slug="other")),
    "technology.slug": lambda: (make_technology("a", code="A"), make_technology("a", name="B", code="B")),
    "technology.name": lambda: (make_technology("a", name="A"), make_technology("b", name="A")),
    "technology.code": lambda: (make_technology("a", code="A"), make_technology("b", code="A")),
    "topic.slug": lambda: (make_topic("a"), make_topic("a", name="B")),
    "topic.name": lambda: (make_topic("a", name="A"), make_topic("b", name="A")),
    "role.slug": twice(lambda: Role.objects.create(slug="a", name=f"{Role.objects.count()}")),
    "tag.slug": lambda: (
        Tag.objects.create(name="a", slug="s"),
        Tag.objects.bulk_create([Tag(name="b", slug="s")]),
    ),
    "tagalias.slug": twice(lambda: TagAlias.objects.create(slug="a", tag=make_tag())),
    "figure.name": twice(figure),
    "technologyalias.slug": twice(
        lambda: TechnologyAlias.objects.create(slug="a", technology=make_technology())
    ),
    "topicalias.slug": twice(lambda: TopicAlias.objects.create(slug="a", topic=make_topic())),
    "formeraddress.path": twice(lambda: FormerAddress.objects.create(path="/a/", entry=make_question())),
    "credit.revision": two_credits,
    "contentfile.path": twice(lambda: ContentFile.objects.create(path="a.md", file_hash="", loaded_at=NOW)),
    "contentfile.entry": one_file_of_two,
    "event.n": twice(lambda: event(act="text")),
    "questionset.slug": twice(lambda: QuestionSet.objects.create(slug="s", title="t", summary="s")),
}


@pytest.mark.parametrize(
    ("name", "break_it"),
    [pytest.param(name, break_it, id=f"{name}-{number}")
     for name, ways in BROKEN.items() for number, break_it in enumerate(ways, 1)],
)  # fmt: skip
def test_the_database_refuses_a_row_that_breaks(name, break_it):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        break_it()
    assert name in str(error.value) or "UNIQUE" in str(error.value)  # SQLite names columns there


@pytest.mark.parametrize("break_it", TWICE.values(), ids=TWICE.keys())
def test_the_database_refuses_the_same_value_twice(break_it):
    with pytest.raises(IntegrityError), transaction.atomic():
        break_it()


def test_every_constraint_of_the_kernel_and_of_questions_is_tried_here():
    declared = {
        constraint.name
        for label in ("core", "questions")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    assert declared == set(BROKEN)


def test_the_vocabularies_of_a_public_entry_can_not_be_deleted():
    question = make_question()
    for row in (question.technology, question.topic):
        with pytest.raises(models.ProtectedError):
            row.delete()
    assert Topic.objects.count() == 1
