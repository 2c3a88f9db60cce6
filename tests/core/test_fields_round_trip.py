"""Text and structure of a field say the same: either may come in, and comes out of the other unchanged."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.core import fields
from hub.core.models import Level, Relation

# Pieces of which texts with structure are made; random letters alone would hardly ever hold a list.
PIECES = st.sampled_from(
    [
        "a",
        "b c",
        "é",
        "e\u0301",
        "- ",
        "* ",
        "  ",
        "    ",
        "\n",
        "\n\n",
        "\r\n",
        "### ",
        "#### ",
        "## ",
        "```",
        "~~~",
        "`x`",
        "Adds: ",
        "Adds:",
        "Junior",
        "Mid-Level",
        "senior",
        "Scenario",
        "Tasks",
        "Checks",
        "[PY-MID-001]",
        "[",
        "]",
        "explains ",
        "PY-MID-001",
        ",",
        "\u0301",
        "\u2028",
        "\u3000",
        "!!! note",
        "\t",
        "1. ",
        "\\",
        "|",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)
STRUCTURED: list[fields.PayloadField] = [
    fields.Prose(),
    fields.Items(),
    fields.Questions(),
    fields.Parts(),
    fields.AnswersByLevel(levels=Level.choices),
    fields.Exercise(),
    fields.Relations(types=Relation.Type.choices),
    fields.Words(),
    fields.Names(),
    fields.Names(are_tags=True),
]
EVERY_FIELD = pytest.mark.parametrize("field", STRUCTURED, ids=lambda field: type(field).__name__)


def understood(field: fields.PayloadField, value: Any) -> Any:
    """What the field makes of a value, or None where it refuses it."""
    try:
        return field.to_python(value)
    except ValidationError:
        return None


@EVERY_FIELD
@settings(deadline=None)
@given(TEXTS)
@example("")
def test_a_structure_written_as_text_reads_as_the_same_structure(field, text):
    structure = understood(field, text)
    if structure is None:
        return
    assert field.to_python(field.text(structure)) == structure
    assert field.to_python(structure) == structure


@EVERY_FIELD
@settings(deadline=None)
@given(TEXTS)
def test_the_written_text_is_canonical(field, text):
    structure = understood(field, text)
    if structure is None:
        return
    written = field.text(structure)
    assert field.text(field.to_python(written)) == written


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=8))
def test_items_from_the_api_come_back_as_they_were_stored(items):
    field = fields.Items()
    stored = understood(field, items)
    if stored is not None:
        assert field.to_python(field.text(stored)) == stored


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"text": TEXTS, "entry": st.sampled_from(["", "PY-MID-001", "py-mid-002", "nonsense"])}
        ),
        max_size=5,
    )
)
def test_questions_from_the_api_come_back_as_they_were_stored(items):
    field = fields.Questions()
    stored = understood(field, items)
    if stored is not None:
        assert field.to_python(field.text(stored)) == stored


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"level": st.sampled_from(Level.values), "adds": TEXTS, "text": TEXTS},
        ),
        max_size=4,
    )
)
def test_answers_from_the_api_come_back_as_they_were_stored(answers):
    field = fields.AnswersByLevel(levels=Level.choices)
    stored = understood(field, answers)
    if stored is not None:
        assert field.to_python(field.text(stored)) == stored


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "scenario": TEXTS,
            "tasks": st.lists(TEXTS, max_size=4),
            "checks": st.lists(TEXTS, max_size=4),
        },
    )
)
def test_an_exercise_from_the_api_comes_back_as_it_was_stored(exercise):
    field = fields.Exercise()
    stored = understood(field, exercise)
    if stored is not None:
        assert field.to_python(field.text(stored)) == stored


def test_items_keep_lines_that_continue_them_and_blank_lines_between():
    text = "- Use this:\n  ```python\n  a = 1\n\n  b = 2\n  ```\n- Not that"
    items = fields.Items().to_python(text)
    assert items == ["Use this:\n```python\na = 1\n\nb = 2\n```", "Not that"]
    assert fields.Items().text(items) == text


def test_plain_lines_are_items_too():
    assert fields.Items().to_python("one\n\ntwo") == ["one", "two"]


def test_an_empty_bullet_is_no_item():
    assert fields.Items().to_python("- a\n-\n- b\n- ") == ["a", "b"]


def test_a_line_that_belongs_to_no_item_is_named():
    with pytest.raises(ValidationError, match="Line 2"):
        fields.Items().to_python("- a\nstray")


def test_more_items_than_allowed_are_refused():
    with pytest.raises(ValidationError, match="At most 2"):
        fields.Items(most=2).to_python("- a\n- b\n- c")


def test_a_question_may_end_with_the_id_that_answers_it():
    questions = fields.Questions().to_python("- Why? [PY-MID-001]\n- And then?")
    assert questions == [{"text": "Why?", "entry": "PY-MID-001"}, {"text": "And then?", "entry": ""}]
    assert fields.Questions().entries(questions) == [("follow_up", "PY-MID-001")]


def test_an_id_without_a_question_is_refused():
    with pytest.raises(ValidationError, match="Ask a question"):
        fields.Questions().to_python("- [PY-MID-001]")


def test_ids_from_the_api_may_be_in_lower_case():
    assert fields.Questions().to_python([{"text": "Why?", "entry": "py-mid-001"}])[0]["entry"] == "PY-MID-001"
    relations = fields.Relations(types=Relation.Type.choices).to_python(
        [{"type": "explains", "entry": "py-001"}]
    )
    assert relations == [{"type": "explains", "entry": "PY-001"}]


def test_answers_stand_in_the_order_of_levels():
    field = fields.AnswersByLevel(levels=Level.choices)
    answers = field.to_python("### Junior\n\nOne.\n\n### Senior\n\nAdds: depth\n\nTwo.")
    assert answers == [
        {"level": "junior", "adds": "", "text": "One."},
        {"level": "senior", "adds": "depth", "text": "Two."},
    ]
    for text in (
        "### Senior\n\na\n\n### Junior\n\nb",
        "### Junior\n\na\n\n### Junior\n\nb",
        "### Wizard\n\na",
    ):
        with pytest.raises(ValidationError):
            field.to_python(text)


def test_an_exercise_names_each_part_once():
    field = fields.Exercise()
    assert field.to_python("### Scenario\n\ns\n\n### Tasks\n\n- t") == {
        "scenario": "s",
        "tasks": ["t"],
        "checks": [],
    }
    for text in (
        "### Scenario\n\ns",
        "### Tasks\n\n- t",
        "### Scenario\n\ns\n\n### Tasks\n\n- t\n\n### Tasks\n\n- u",
        "### Scenario\n\ns\n\n### Tasks\n\n- t\n\n### Solution\n\nu",
        "before\n\n### Scenario\n\ns\n\n### Tasks\n\n- t",
    ):
        with pytest.raises(ValidationError):
            field.to_python(text)


def test_a_heading_inside_code_begins_no_part():
    parts = fields.Parts().to_python("### One\n\n```\n### not a heading\n```")
    assert parts == [{"heading": "One", "text": "```\n### not a heading\n```"}]


def test_a_part_without_text_and_text_before_the_first_part_are_refused():
    for text in ("### One\n\n### Two\n\nx", "x\n\n### One\n\ny"):
        with pytest.raises(ValidationError):
            fields.Parts().to_python(text)


def test_a_comma_parts_words_however_they_come_in():
    assert fields.Names().to_python(["a, b", "c"]) == fields.Names().to_python("a,b,c") == ["a", "b", "c"]


def test_two_spellings_of_a_tag_are_one():
    assert fields.Names(are_tags=True).to_python("C++, c++, CSRF, csrf") == ["C++", "CSRF"]


@pytest.mark.parametrize("name", ["!!!", "日本", "…"])
def test_a_tag_needs_a_letter_that_an_address_can_hold(name):
    with pytest.raises(ValidationError):
        fields.Names(are_tags=True).to_python(name)


def test_a_day_is_stored_as_it_is_written():
    field = fields.Day()
    assert field.to_payload(field.clean("2026-11-21")) == "2026-11-21"
    assert field.text("2026-11-21") == "2026-11-21"
