"""The payload form: what a question may contain, whichever way it comes in."""

from typing import Any

import pytest

from hub.core import catalogue
from hub.core.models import Weakness
from hub.core.payload import InvalidPayload, Payload, PayloadForm, content_hash, validated
from tests.factories import make_question, make_technology, question_data, question_payload

pytestmark = pytest.mark.django_db


def problems(**over: Any) -> dict[str, list[str]]:
    """What is wrong with a question that has these fields; empty if nothing is."""
    try:
        validated("question", question_data(**over))
    except InvalidPayload as error:
        return error.errors
    return {}


def test_texts_and_structures_make_the_same_payload():
    base = {"title": "Why?", "summary": "s", "short_answer": "x", "deep_dive": "y"}
    texts = question_payload(
        **base,
        tags="a, b",
        difficulty="5",
        minutes="8",
        common_mistakes="- one\n- two",
        follow_ups="- Why?",
        answers="### Junior\n\nYes.",
        exercise="### Scenario\n\ns\n\n### Tasks\n\n- t",
        further="### H\n\nt",
        roles=["sre"],
    )
    structures = question_payload(
        **base,
        tags=["a", "b"],
        difficulty=5,
        minutes=8,
        common_mistakes=["one", "two"],
        follow_ups=[{"text": "Why?", "entry": ""}],
        answers=[{"level": "junior", "adds": "", "text": "Yes."}],
        exercise={"scenario": "s", "tasks": ["t"], "checks": []},
        further=[{"heading": "H", "text": "t"}],
        roles=["sre"],
    )
    assert texts.data == structures.data
    assert texts.content_hash == structures.content_hash


def test_a_payload_validated_again_is_the_same():
    payload = question_payload(tags="C++, b", answers="### Junior\n\nYes.", verified_at="2026-11-01")
    assert validated("question", payload.data).data == payload.data


def test_empty_fields_are_left_out():
    data = question_payload(topic="", tags=[], answers="", exercise={}).data
    assert not {"topic", "tags", "answers", "exercise", "slug", "weaknesses"} & set(data)


def test_the_hash_does_not_depend_on_the_order_of_keys():
    assert content_hash({"a": 1, "b": [2]}) == content_hash({"b": [2], "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": "1"})
    assert Payload("question", {"a": "é"}, 1).content_hash == content_hash({"a": "é"})


@pytest.mark.parametrize(
    "name", ["title", "summary", "technology", "difficulty", "question_type", "minutes", "short_answer"]
)
def test_what_a_question_can_not_do_without_is_named(name):
    assert list(problems(**{name: ""})) == [name]


def test_every_problem_is_named_at_once():
    assert set(problems(title="", minutes=0, level="wizard")) == {
        "title",
        "minutes",
        "level",
    }


def test_a_field_that_a_question_does_not_have_is_refused_by_its_name():
    assert problems(mood="good") == {"mood": ["There is no such field."]}


@pytest.mark.parametrize("data", [None, [], "text", 5, [["title", "x"]]])
def test_only_an_object_is_a_payload(data):
    with pytest.raises(InvalidPayload):
        validated("question", data)


def test_an_unknown_kind_is_an_error_of_the_caller():
    with pytest.raises(LookupError):
        validated("riddle", {})


# Level and difficulty -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "low", "high"), [("junior", 1, 5), ("mid", 4, 7), ("senior", 6, 9), ("architect", 7, 10)]
)
def test_a_level_allows_some_difficulties(level, low, high):
    allowed = [number for number in range(1, 11) if not problems(level=level, difficulty=number)]
    assert allowed == list(range(low, high + 1))


@pytest.mark.parametrize(
    ("difficulty", "level"),
    [(1, "junior"), (4, "junior"), (5, "mid"), (6, "mid"), (7, "senior"), (8, "architect")],
)
def test_a_bare_difficulty_gives_a_question_its_level(difficulty, level):
    assert question_payload(level="", difficulty=difficulty).data["level"] == level


@pytest.mark.parametrize("difficulty", [0, 11, -1, 5.5, "hard", None, [], True, "9" * 500])
def test_a_difficulty_is_a_whole_number_from_1_to_10(difficulty):
    assert "difficulty" in problems(difficulty=difficulty)


# References -----------------------------------------------------------------------------------------


def test_entries_that_are_named_must_exist():
    missing = problems(follow_ups="- Why? [PY-MID-404]", relations=["explains PY-MID-405"])
    assert missing == {
        "follow_ups": ["No entry has the id PY-MID-404."],
        "relations": ["No entry has the id PY-MID-405."],
    }


def test_entries_that_exist_or_come_with_the_same_load_may_be_named():
    known = make_question().public_id
    assert not problems(follow_ups=f"- Why? [{known}]")
    data = question_data(follow_ups="- Why? [PY-MID-404]")
    assert (
        validated("question", data, known_ids=["PY-MID-404"]).data["follow_ups"][0]["entry"] == "PY-MID-404"
    )


def test_a_payload_names_its_entries_first_mention_first():
    first, second = make_question().public_id, make_question().public_id
    data = question_payload(
        relations=[f"explains {second}"], follow_ups=f"- a [{first}]\n- b [{second}]\n- c [{first}]"
    ).data
    assert catalogue.get("question").entry_references(data) == [
        ("explains", second),
        ("follow_up", first),
        ("follow_up", second),
    ]


def test_weaknesses_are_those_of_the_catalogues():
    Weakness.objects.get_or_create(scheme="CWE", code="352", defaults={"name": "CSRF"})
    Weakness.objects.get_or_create(scheme="OWASP", edition="2025", code="A01", defaults={"name": "Access"})
    assert question_payload(weaknesses="cwe-352, a01:2025").data["weaknesses"] == ["CWE-352", "A01:2025"]
    assert "CWE-999999" in problems(weaknesses="CWE-352, CWE-999999")["weaknesses"][0]


@pytest.mark.parametrize("name", ["technology", "topic"])
def test_a_word_outside_a_vocabulary_is_refused(name):
    data = question_data()
    data[name] = "never-heard-of"
    with pytest.raises(InvalidPayload) as error:
        validated("question", data)
    assert list(error.value.errors) == [name]


def test_a_role_outside_the_vocabulary_is_refused():
    data = {**question_data(), "roles": ["wizard"]}
    with pytest.raises(InvalidPayload, match="roles"):
        validated("question", data)


# Slugs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug", ["Upper", "two words", "a--b", "-a", "a/b", "é", "../x", "a" * 101, "match", "history", "new"]
)
def test_a_slug_that_no_address_can_hold_is_refused(slug):
    assert list(problems(slug=slug)) == ["slug"]


def test_a_sound_slug_is_kept():
    assert question_payload(slug="why-cpp-2").data["slug"] == "why-cpp-2"


# Contributors ---------------------------------------------------------------------------------------


def form(data: dict[str, Any], **kwargs: Any) -> PayloadForm:
    return catalogue.get("question").form(data, **kwargs)


def test_a_contributor_sees_none_of_the_editors_fields():
    names = set(form({}, for_contributor=True).fields)
    assert not names & set(PayloadForm.editor_fields)
    assert {"title", "short_answer", "tags"} <= names


def test_what_a_contributor_sends_for_a_hidden_field_counts_for_nothing():
    filled = form(
        question_data(slug="mine", license="BSD-3-Clause", provenance="me"),
        base={"slug": "why", "license": "CC0-1.0"},
        for_contributor=True,
    )
    assert filled.is_valid(), filled.errors
    data = filled.payload().data
    assert (data["slug"], data["license"]) == ("why", "CC0-1.0")
    assert "provenance" not in data


def test_a_correction_begins_with_the_words_of_the_entry():
    base = question_payload(
        tags=["C++", "b"], common_mistakes=["one", "two"], answers="### Junior\n\nYes."
    ).data
    shown = form(None, base=base)
    assert shown["tags"].value() == "C++, b"
    assert shown["common_mistakes"].value() == "- one\n- two"
    assert shown["answers"].value() == "### Junior\n\nYes."
    assert shown["technology"].value() == "python"
    assert "Yes." in shown.as_p()


def test_sending_a_form_back_as_it_was_shown_changes_nothing():
    base = question_payload(
        tags=["C++", "b"],
        roles=["sre"],
        follow_ups="- Why?",
        exercise="### Scenario\n\ns\n\n### Tasks\n\n- t",
    ).data
    shown = form(None, base=base, for_contributor=True)
    sent = {name: shown[name].value() for name in shown.fields}
    again = form(sent, base=base, for_contributor=True)
    assert again.is_valid(), again.errors
    assert again.payload().data == base


def test_the_raw_way_of_a_contributor_is_the_same_form():
    with pytest.raises(InvalidPayload, match="provenance"):
        validated("question", question_data(provenance="me"), for_contributor=True)


def test_a_form_shows_hostile_words_as_words():
    make_technology("evil", name="<script>alert(1)</script>")
    html = form({"title": '"><script>alert(1)</script>', "tags": "<img src=x onerror=alert(1)>"}).as_p()
    assert "<script" not in html
    assert "<img" not in html
