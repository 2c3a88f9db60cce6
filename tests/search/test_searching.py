"""Searching: the same answers on both databases."""

from typing import Any

import pytest

from hub.core.models import ContentClock, Entry
from hub.core.vocabulary import vocabulary
from hub.search import searching
from hub.search.searching import Results
from tests.factories import archive, make_question, make_technology, revise
from tests.search.strange import STRANGE
from tests.toykind.factories import make_toy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def search(text: str, **options: Any) -> Results:
    return searching.search(text, vocabulary(ContentClock.now()), **options)


def found(text: str, **options: Any) -> list[str]:
    return [hit.entry.title for hit in search(text, **options).hits]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Node.js has an event loop", "node"),
        ("Node.js has an event loop", "nodejs OR node.js"),
        ("async/await", "await"),
        ("See settings.py", "settings"),
        ("Call self.assertEqual()", "assertEqual"),
        ("Call self.assertEqual()", "assertequal"),
        ("Call self.assertEqual()", "equal"),
        ("Use select_related", "select_related"),
        ("Use select_related", '"select related"'),
        ("Version 15.2", "15"),
        ("In a café", "cafe"),
        ("In a cafe", "café"),
        ("Written in C++", "C++"),
        ("It generates values", "generated"),
        ("Several caches", "cache"),
        ("while it waits for me", '"for me"'),
    ],
)
def test_technical_words_are_found_however_they_are_joined(body: str, text: str):
    entry = make_question(deep_dive=body)
    make_question(deep_dive="Nothing of that.")
    assert found(text) == [entry.title]


def test_languages_that_differ_by_punctuation_are_kept_apart():
    make_question(title="About C", deep_dive="C")
    make_question(title="About C++", deep_dive="C++")
    make_question(title="About C#", deep_dive="C#")
    assert found("C++") == ["About C++"]
    assert found("C#") == ["About C#"]


def test_every_word_must_stand_in_the_entry():
    make_question(title="Red apples")
    make_question(title="Red pears")
    assert found("red pears") == ["Red pears"]


def test_a_phrase_is_found_only_where_its_words_stand_together():
    make_question(title="The same site rule")
    make_question(title="The same rule on a site")
    assert found('"same site"') == ["The same site rule"]


def test_a_word_with_minus_is_left_out():
    make_question(title="Red apples")
    make_question(title="Red pears")
    assert found("red -apples") == ["Red pears"]


def test_or_finds_either():
    make_question(title="Red apples")
    make_question(title="Green pears")
    make_question(title="Blue plums")
    assert sorted(found("apples OR pears")) == ["Green pears", "Red apples"]


def test_a_word_in_the_title_weighs_more_than_in_the_body():
    make_question(title="Another thing", deep_dive="quartz " * 3 + "and much more besides. " * 30)
    make_question(title="All about quartz")
    assert found("quartz")[0] == "All about quartz"


def test_a_tag_and_an_id_are_words_too():
    entry = make_question(tags=["tourmaline"])
    assert found("tourmaline") == [entry.title]
    assert found(entry.public_id) == [entry.title]


def test_a_technology_finds_its_children():
    python = make_technology("python", code="PY")
    make_technology("flask", parent=python)
    make_question(title="Red apples", technology="flask")
    make_question(title="Red pears", technology="sql")
    assert found("red tech:python") == ["Red apples"]
    assert found("tech:python") == ["Red apples"]


@pytest.mark.parametrize("words", ["red ", ""])
@pytest.mark.parametrize(
    ("typed", "parameters"),
    [
        ("level:senior", {"level": ["senior"]}),
        ("difficulty:8-9", {"difficulty": ["8-9"]}),
        ("tag:jewel", {"tag": ["jewel"]}),
        ("topic:geology", {"topic": ["geology"]}),
        ("kind:question", {"kind": ["question"]}),
    ],
)
def test_a_filter_narrows_with_and_without_words(words: str, typed: str, parameters: dict[str, list[str]]):
    make_question(title="Red rubies", level="senior", difficulty=8, tags=["jewel"], topic="geology")
    make_toy(title="Red bricks", level="mid", difficulty=5, tags=["brick"], topic="testing")
    assert found(f"{words}{typed}") == ["Red rubies"]
    assert found(words, filters=parameters) == ["Red rubies"]


def test_filters_without_words_can_leave_words_out():
    make_question(title="Red apples")
    make_question(title="Red pears")
    assert found("level:mid -apples") == ["Red pears"]


def test_counts_say_what_the_hits_can_be_narrowed_by():
    make_question(title="Red apples", technology="flask", difficulty=5)
    make_question(title="Red pears", technology="flask", difficulty=6)
    make_toy(title="Red bricks")
    results = search("red")
    assert results.total == 3
    assert results.counts["technology"] == {"flask": 2, "python": 1}
    assert results.counts["difficulty"] == {5: 2, 6: 1}
    assert results.counts["kind"] == {"question": 2, "toy": 1}


def test_counts_of_kinds_ignore_a_filter_on_the_kind():
    make_question(title="Red apples")
    make_toy(title="Red bricks")
    results = search("red", filters={"kind": ["toy"]})
    assert results.total == 1
    assert results.counts["kind"] == {"question": 1, "toy": 1}


def test_pages_follow_each_other():
    for number in range(12):
        make_question(title=f"Red apple number {number}")
    first, second = search("red apple"), search("red apple", page=2)
    assert (first.total, len(first.hits), len(second.hits)) == (12, 10, 2)
    assert len({hit.entry.pk for hit in first.hits + second.hits}) == 12


def test_a_revision_is_found_by_its_new_words_only():
    entry = make_question(title="Red apples")
    revise(entry, title="Green pears")
    assert found("pears") == ["Green pears"]
    assert found("apples") == []


def test_an_archived_entry_is_found_no_more():
    archive(make_question(title="Red apples"))
    assert found("apples") == []


def test_more_hits_than_are_ranked_are_said_to_be_cut(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(searching, "MOST_HITS", 3)
    for number in range(5):
        make_question(title=f"Red apple {number}")
    results = search("red")
    assert results.total == 3
    assert results.is_cut


@pytest.mark.parametrize("text", STRANGE)
def test_strange_input_never_raises(text: str):
    make_question(title="Red apples")
    search(text)
    names = ("kind", "technology", "level", "topic", "tag", "difficulty")
    search("red", filters={name: [text or "x"] for name in names})
    searching.suggest(text)
    searching.did_you_mean(search(text).query)
    assert searching.matching(Entry.objects.public(), text).count() >= 0


def test_a_suggestion_begins_with_what_was_typed():
    make_question(title="How do generators work?")
    make_question(title="What is a closure?")
    assert [one.title for one in searching.suggest("gene")] == ["How do generators work?"]
    assert [one.title for one in searching.suggest("how do gen")] == ["How do generators work?"]
    assert searching.suggest("generators how")
    assert searching.suggest("g") == []


def test_an_id_is_suggested():
    entry = make_question(public_id="FLSK-MID-005")
    assert [one.url for one in searching.suggest("flsk-mid")] == [entry.get_absolute_url()]


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("generatr", "generator"), ("genreator", "generator"), ("genertor closre", "generator closure")],
)
def test_a_typo_is_set_right(typo: str, meant: str):
    make_question(title="A generator and a closure")
    results = search(typo)
    assert results.total == 0
    assert meant in searching.did_you_mean(results.query)


def test_the_number_of_queries_does_not_depend_on_the_hits(django_assert_num_queries: Any):
    for number in range(20):
        make_question(title=f"Red apple {number}")
        if number in {0, 19}:
            known = vocabulary(ContentClock.now())
            searching.search("red", known)
            with django_assert_num_queries(2):
                searching.search("red", known)
