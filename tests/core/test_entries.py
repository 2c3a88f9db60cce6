"""Entries: who is public, and what a query or an update may do."""

from datetime import date

import pytest

from hub.core.models import ENTRY_ORDERS, Entry
from hub.core.models.entry import DIFFICULTY_OF_LEVEL, level_for
from questions.models import Question
from tests.factories import archive, make_question, make_technology

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def test_the_queryset_and_the_entry_agree_on_what_is_public_for_every_status():
    for status in Entry.Status.values:
        question = make_question()
        Entry.objects.filter(pk=question.pk).update(status=status)
    entries = list(Entry.objects.all())
    assert {entry.status for entry in entries} == set(Entry.Status.values)
    assert {entry.pk for entry in entries if entry.is_public} == {
        entry.pk for entry in Entry.objects.public()
    }
    assert {entry.pk for entry in entries if entry.is_public} == {
        entry.pk for entry in Question.objects.public()
    }


def test_a_published_entry_is_public_and_an_archived_one_is_not():
    assert make_question().is_public
    assert not archive(make_question()).is_public


@pytest.mark.parametrize(
    "values",
    [{"version": 2}, {"title": "x"}, {"status": "archived"}, {"technology_id": 1}, {"slug": "x"}, {"id": 5}],
)
def test_shared_columns_are_not_updated_through_a_kind(values):
    question = make_question()
    with pytest.raises(TypeError, match=r"Entry\.objects"):
        Question.objects.filter(pk=question.pk).update(**values)
    assert Entry.objects.get().version == 1


def test_shared_columns_are_not_bulk_updated_through_a_kind():
    question = make_question().typed
    question.title = "x"
    with pytest.raises(TypeError, match=r"Entry\.objects"):
        Question.objects.bulk_update([question], ["title"])


def test_a_conditional_update_of_entries_has_one_winner():
    question = make_question()
    assert Entry.objects.filter(pk=question.pk, version=1).update(version=2) == 1
    assert Entry.objects.filter(pk=question.pk, version=1).update(version=2) == 0


def test_a_kinds_own_columns_may_be_updated():
    question = make_question()
    assert Question.objects.filter(pk=question.pk).update(minutes=9) == 1


def test_a_technology_includes_those_below_it():
    python = make_technology("python", code="PY")
    make_technology("flask", parent=python)
    own, child = make_question(technology="python"), make_question(technology="flask")
    make_question(technology="java")
    assert set(Entry.objects.about("python")) == {own, child}
    assert set(Entry.objects.about("flask")) == {child}


def test_every_order_ends_in_the_id_so_that_pages_never_overlap():
    assert all(names[-1] in {"id", "-id"} for names in ENTRY_ORDERS.values())
    with pytest.raises(KeyError):
        Entry.objects.in_order("nonsense")


def test_a_bare_difficulty_means_a_level_that_allows_it():
    assert [level_for(number) for number in range(1, 11)] == [
        "junior", "junior", "junior", "junior", "mid", "mid", "senior", "architect", "architect", "architect",
    ]  # fmt: skip
    for number in range(1, 11):
        low, high = DIFFICULTY_OF_LEVEL[level_for(number)]
        assert low <= number <= high


def test_an_entry_knows_whether_it_was_verified_lately():
    question = make_question(verified_at="2026-11-01")
    assert question.was_verified_since(date(2026, 11, 1))
    assert not question.was_verified_since(date(2026, 11, 2))
    assert not make_question().was_verified_since(date(2000, 1, 1))


def test_an_entry_gives_the_row_of_its_kind():
    question = make_question(minutes=8)
    assert Entry.objects.get().typed.minutes == 8
    assert question.typed.typed.minutes == 8
