"""The sets of entries in the content folder: added by a load, never changed by one, written by a dump."""

import pytest

from hub.core.loading import dump, load
from hub.core.models import Event
from questions.models import QuestionSet
from tests.factories import archive, make_question

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SET = """questions:
- slug: first-round
  title: First round
  summary: Half an hour.
  groups:
  - junior: [{0}, {1}]
  - senior: [{2}]
  - junior: [{3}]
"""


@pytest.fixture
def ids():
    return [make_question().public_id for _ in range(4)]


@pytest.fixture
def write(tmp_path):
    return lambda text: (tmp_path / "sets.yaml").write_text(text, encoding="utf-8")


def test_a_load_adds_a_set_with_its_questions_in_order(ids, write, tmp_path):
    write(SET.format(*ids))
    before = Event.objects.count()
    assert load(tmp_path).problems == []
    found = QuestionSet.objects.get()
    assert (found.slug, found.title, found.summary, found.is_public) == (
        "first-round", "First round", "Half an hour.", True,
    )  # fmt: skip
    assert list(found.items.values_list("position", "group", "question__public_id")) == [
        (1, "junior", ids[0]), (2, "junior", ids[1]), (3, "senior", ids[2]), (4, "junior", ids[3]),
    ]  # fmt: skip
    assert Event.objects.count() == before + 1


def test_a_set_that_exists_stays_as_an_editor_left_it(ids, write, tmp_path):
    write(SET.format(*ids))
    load(tmp_path)
    QuestionSet.objects.update(title="Second round", is_public=False)
    before = Event.objects.count()
    assert load(tmp_path).problems == []
    found = QuestionSet.objects.get()
    assert (found.title, found.is_public, found.items.count()) == ("Second round", False, 4)
    assert Event.objects.count() == before


def test_a_dump_writes_what_a_load_read(ids, write, tmp_path):
    write(SET.format(*ids))
    load(tmp_path)
    dump(tmp_path)
    assert (tmp_path / "sets.yaml").read_text(encoding="utf-8") == SET.format(*ids)


def test_a_dump_leaves_out_what_is_not_public(ids, write, tmp_path):
    write(SET.format(*ids))
    load(tmp_path)
    found = QuestionSet.objects.get()
    archive(found.items.get(position=3).question)
    dump(tmp_path)
    assert ids[2] not in (tmp_path / "sets.yaml").read_text(encoding="utf-8")
    QuestionSet.objects.update(is_public=False)
    dump(tmp_path)
    assert not (tmp_path / "sets.yaml").exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("questions: [", "sets.yaml:1: is no YAML"),
        ("- slug: a", "holds no “kind:” lines"),
        ("questions: none", "sets.yaml:1: “questions” holds no list of sets"),
        ("questions: [a]", "sets.yaml:1: a set is “key: value” lines"),
        ("poems: [{slug: a}]", "no kind has the path 'poems'"),
        ("errors: [{slug: a}]", "Errors have no sets"),
        ("questions:\n- {slug: a}", "sets.yaml:2: A set has the keys groups, slug, summary, title"),
        ("questions:\n- {slug: a, title: T, summary: S, groups: {junior: []}}", "groups is a list"),
        ("questions:\n- {slug: a, title: T, summary: S, groups: []}", "a holds no question"),
        (
            "questions:\n- {slug: a, title: T, summary: S, groups: [{junior: [PY-JR-999]}]}",
            "no question PY-JR",
        ),
    ],
)
def test_a_set_that_can_not_be_read_is_named_and_nothing_of_it_is_added(write, tmp_path, text, problem):
    write(text)
    assert any(problem in one for one in load(tmp_path).problems)
    assert not QuestionSet.objects.exists()


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        (("junior: [{0}, {1}]", "junior: [{0}, {0}]"), "exists"),
        (("senior:", "chief:"), "not a valid choice"),
        (("slug: first-round", "slug: first round"), "valid “slug”"),
        (("title: First round", f"title: {'x' * 201}"), "200 characters"),
    ],
    ids=["a question twice", "an unknown level", "no slug", "a title too long"],
)
def test_a_set_that_the_database_would_refuse_is_added_in_no_part(ids, write, tmp_path, over, problem):
    write(SET.replace(*over).format(*ids))
    assert any(problem in one for one in load(tmp_path).problems)
    assert not QuestionSet.objects.exists()
