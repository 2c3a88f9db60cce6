"""Whatever comes in, a field either understands it or refuses it with a ValidationError."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core import fields
from hub.core.models import Level, Relation, Technology

FIELDS: dict[str, fields.PayloadField] = {
    "words": fields.Words(),
    "whole": fields.Whole(min_value=1, max_value=10),
    "day": fields.Day(),
    "one of": fields.OneOf(choices=Level.choices),
    "several of": fields.SeveralOf(choices=Level.choices),
    "names": fields.Names(),
    "tags": fields.Names(are_tags=True),
    "prose": fields.Prose(max_words=60),
    "items": fields.Items(),
    "questions": fields.Questions(),
    "parts": fields.Parts(),
    "answers": fields.AnswersByLevel(levels=Level.choices),
    "exercise": fields.Exercise(),
    "relations": fields.Relations(types=Relation.Type.choices),
}
EVERY_FIELD = pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["text", "entry", "type", "heading", "level", "adds", "scenario", "tasks", "checks", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
WRONG: list[Any] = [
    5,
    5.5,
    1e400,
    True,
    [],
    [[]],
    [{}],
    {},
    {"a": 1},
    [1],
    [None],
    [["a"]],
    [{"text": None}],
    [{"text": ["a"]}],
    [{"text": {"a": 1}, "entry": []}],
    [{"type": [], "entry": {}}],
    [{"heading": 1, "text": 2}],
    {"scenario": [], "tasks": "x"},
    {"scenario": "x", "tasks": {"a": 1}},
    {"scenario": "x", "tasks": [1]},
    "\ud800",
    "\x00",
    "a\x00b",
    "9" * 5000,
    "2026-02-30",
    "0000-00-00",
    "[" * 1000,
    "\u202e",
    "-" * 5000,
    [{"level": "junior", "text": "x", "adds": 3}],
    ["junior", ["mid"]],
    [{"entry": "x"}],
    {"tasks": None},
]


@EVERY_FIELD
@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:40])
def test_a_wrong_shape_is_refused_or_understood_but_never_an_accident(field, value):
    try:
        stored = field.to_payload(field.clean(value))
    except ValidationError:
        return
    assert isinstance(field.text(stored), str)


@EVERY_FIELD
@settings(deadline=None, max_examples=60)
@given(JSON)
def test_any_json_is_refused_or_understood(field, value):
    try:
        stored = field.to_payload(field.clean(value))
    except ValidationError:
        return
    assert isinstance(field.text(stored), str)


@pytest.mark.django_db
@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:40])
def test_an_unknown_row_of_a_vocabulary_is_refused(value):
    field = fields.Known(Technology)
    if value in field.empty_values:
        assert field.clean(value) is None
        return
    with pytest.raises(ValidationError):
        field.clean(value)


@pytest.mark.parametrize("name", ["words", "whole", "day", "prose"])
@pytest.mark.parametrize("value", [["a"], {"a": "b"}, [["a"]], [1]])
def test_a_list_or_an_object_is_no_plain_value(name, value):
    with pytest.raises(ValidationError):
        FIELDS[name].clean(value)


@pytest.mark.parametrize("name", ["names", "tags", "items", "questions", "relations"])
@pytest.mark.parametrize("value", [{"a": "b"}, [{"a": 1}], [["a"]]])
def test_objects_are_no_words(name, value):
    with pytest.raises(ValidationError):
        FIELDS[name].clean(value)


def test_a_text_longer_than_its_field_is_refused():
    with pytest.raises(ValidationError, match="At most 10 characters"):
        fields.Prose(max_length=10).clean("a" * 11)
    with pytest.raises(ValidationError):
        fields.Words(max_length=10).clean("a" * 11)


def test_a_text_of_more_words_than_allowed_is_refused():
    field = fields.Prose(max_words=3)
    assert field.clean("one two three") == "one two three"
    with pytest.raises(ValidationError, match="At most 3 words"):
        field.clean("one two three four")


@pytest.mark.parametrize(
    "text",
    [
        " " * 59_000 + "x",
        "x" + " " * 59_000 + "y",
        "-" * 59_000,
        "- " * 29_000,
        "\n" * 59_000,
        "[" * 59_000,
        "- x" + " " * 59_000 + "[PY-MID-001",
        "- a\n" * 19_000,
        "#" * 59_000,
        "`" * 59_000,
        "```\n" * 14_000,
    ],
    ids=lambda text: repr(text[:6]),
)
@EVERY_FIELD
def test_a_huge_text_is_refused_or_stored_in_a_form_that_stays(field, text):
    try:
        stored = field.clean(text)
    except ValidationError:
        return
    assert field.clean(stored) == stored


def test_a_field_renders_hostile_structures_as_text():
    html = fields.Questions().html([{"text": "<script>alert(1)</script>", "entry": "PY-001"}], "follow_ups")
    assert "<script" not in html
    answers = [{"level": "junior", "adds": "<img src=x onerror=alert(1)>", "text": "<svg onload=alert(1)>"}]
    html = fields.AnswersByLevel(levels=Level.choices).html(answers, "answers")
    assert "<img" not in html
    assert "<svg" not in html
