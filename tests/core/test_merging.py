"""Two edits of one base: what merges by itself, what needs a person, and that nothing is dropped."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.merging import merge, merge_lines, merge_sets
from hub.core.payload import content_hash

BASE: dict[str, Any] = {
    "title": "Why?",
    "difficulty": 5,
    "tags": ["a", "b"],
    "roles": ["x", "y"],
    "relations": [{"type": "explains", "entry": "PY-001"}],
    "deep_dive": "one\n\ntwo\n\nthree",
    "common_mistakes": ["first", "second", "third"],
    "follow_ups": [{"text": "A?", "entry": ""}, {"text": "B?", "entry": "PY-001"}],
    "exercise": {"scenario": "s", "tasks": ["t", "u"], "checks": ["c"]},
}
LINES = st.lists(st.sampled_from(["a", "b", "c", "", "d"]), max_size=8)


def edited(**over: Any) -> dict[str, Any]:
    return {**BASE, **over}


def merged(theirs: dict[str, Any], current: dict[str, Any]):
    return merge("question", BASE, theirs, current)


def test_an_edit_of_an_entry_that_did_not_move_applies_as_it_is():
    assert merged(edited(title="How?"), BASE).data == edited(title="How?")


def test_edits_of_different_fields_both_apply():
    result = merged(edited(title="How?"), edited(difficulty=6))
    assert result.is_clean
    assert result.data == edited(title="How?", difficulty=6)


def test_the_same_edit_on_both_sides_is_no_conflict():
    assert merged(edited(title="How?"), edited(title="How?")).is_clean


def test_two_titles_need_a_person_and_the_current_one_stands_meanwhile():
    result = merged(edited(title="How?"), edited(title="When?"))
    assert [conflict.name for conflict in result.conflicts] == ["title"]
    conflict = result.conflicts[0]
    assert (conflict.base, conflict.theirs, conflict.current) == ("Why?", "How?", "When?")
    assert result.data["title"] == "When?"


def test_two_edits_of_different_lines_of_prose_both_apply():
    result = merged(edited(deep_dive="ONE\n\ntwo\n\nthree"), edited(deep_dive="one\n\ntwo\n\nTHREE"))
    assert result.is_clean
    assert result.data["deep_dive"] == "ONE\n\ntwo\n\nTHREE"


def test_two_edits_of_one_line_of_prose_need_a_person():
    result = merged(edited(deep_dive="one\n\nTWO\n\nthree"), edited(deep_dive="one\n\n2\n\nthree"))
    assert [conflict.name for conflict in result.conflicts] == ["deep_dive"]
    assert result.data["deep_dive"] == "one\n\n2\n\nthree"


def test_a_merge_that_would_break_the_text_needs_a_person():
    """Each side is sound; together they would leave a code block open."""
    base = {"deep_dive": "a\n\nb\n\nc\n\nd"}
    theirs = {"deep_dive": "```\na\n```\n\nb\n\nc\n\nd"}
    current = {"deep_dive": "a\n\nb\n\nc\n\n~~~\nd\n~~~"}
    assert merge("question", base, theirs, current).is_clean
    shared = {"deep_dive": "```\na\n\nb\n\n```"}
    result = merge("question", shared, {"deep_dive": "a\n\nb\n\nend"}, {"deep_dive": "```\nA\n\nb\n\n```"})
    assert not result.is_clean
    assert result.data == {"deep_dive": "```\nA\n\nb\n\n```"}


def test_sets_keep_what_either_side_added_and_drop_what_either_removed():
    result = merged(edited(tags=["b", "c"]), edited(tags=["a", "b", "d"]))
    assert result.is_clean
    assert result.data["tags"] == ["b", "d", "c"]


def test_relations_merge_as_a_set():
    mine = {"type": "uses", "entry": "PY-002"}
    theirs = {"type": "fixes", "entry": "PY-003"}
    result = merged(
        edited(relations=[*BASE["relations"], theirs]), edited(relations=[*BASE["relations"], mine])
    )
    assert result.is_clean
    assert result.data["relations"] == [*BASE["relations"], mine, theirs]


def test_rows_merge_line_by_line():
    result = merged(
        edited(common_mistakes=["FIRST", "second", "third"]),
        edited(common_mistakes=["first", "second", "THIRD"]),
    )
    assert result.is_clean
    assert result.data["common_mistakes"] == ["FIRST", "second", "THIRD"]


def test_parts_of_an_exercise_merge():
    result = merged(
        edited(exercise={"scenario": "S", "tasks": ["t", "u"], "checks": ["c"]}),
        edited(exercise={"scenario": "s", "tasks": ["t", "u"], "checks": ["c", "d"]}),
    )
    assert result.is_clean
    assert result.data["exercise"] == {"scenario": "S", "tasks": ["t", "u"], "checks": ["c", "d"]}


def test_a_field_that_one_side_emptied_is_gone():
    theirs = {name: value for name, value in BASE.items() if name != "exercise"}
    assert "exercise" not in merged(theirs, edited(title="How?")).data


def test_emptying_and_editing_one_text_needs_a_person():
    theirs = {name: value for name, value in BASE.items() if name != "deep_dive"}
    result = merged(theirs, edited(deep_dive="one\n\ntwo\n\nTHREE"))
    assert [conflict.name for conflict in result.conflicts] == ["deep_dive"]


@settings(deadline=None)
@given(LINES, LINES, LINES)
def test_merging_lines_does_not_depend_on_whose_edit_is_whose(base, one, other):
    assert merge_lines(base, one, other) == merge_lines(base, other, one)


@settings(deadline=None)
@given(LINES, LINES)
def test_where_one_side_did_nothing_the_other_side_stands(base, other):
    assert merge_lines(base, base, other) == merge_lines(base, other, base) == other


@settings(deadline=None)
@given(LINES, LINES)
def test_where_both_sides_did_the_same_that_stands(base, one):
    assert merge_lines(base, one, one) == one


@settings(deadline=None)
@given(LINES, LINES, LINES)
def test_a_clean_merge_loses_no_line_that_a_side_added(base, one, other):
    result = merge_lines(base, one, other)
    if result is not None:
        for line in {*one, *other} - set(base):
            assert line in result


WORDS = st.lists(st.sampled_from("abcdef"), max_size=5, unique=True)


@given(WORDS, WORDS, WORDS)
def test_merging_sets_does_not_depend_on_whose_edit_is_whose(base, one, other):
    assert set(merge_sets(base, one, other)) == set(merge_sets(base, other, one))


@given(WORDS, WORDS, WORDS)
def test_merging_sets_is_what_sets_say(base, one, other):
    kept = set(base) & set(one) & set(other)
    added = (set(one) | set(other)) - set(base)
    found = merge_sets(base, one, other)
    assert set(found) == kept | added
    assert len(found) == len(set(found))


PAYLOADS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Why?", "How?"]),
        "tags": WORDS,
        "deep_dive": LINES.map("\n".join).map(str.strip),
        "common_mistakes": st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, max_size=4),
    },
)


def as_sets(data: dict[str, Any]) -> str:
    return content_hash({**data, "tags": sorted(data.get("tags", []))})


@settings(deadline=None)
@given(PAYLOADS, PAYLOADS, PAYLOADS)
def test_a_clean_merge_of_payloads_does_not_depend_on_whose_edit_is_whose(base, one, other):
    first, second = merge("question", base, one, other), merge("question", base, other, one)
    assert first.is_clean == second.is_clean
    if first.is_clean:
        assert as_sets(first.data) == as_sets(second.data)


def alternating(mark: str) -> list[str]:
    """Equal lines between lines of one's own: what makes difflib take cubic time."""
    return [line for number in range(3_000) for line in ("", f"{mark}{number}")]


@pytest.mark.parametrize(
    ("base", "one", "other"),
    [
        (["a"] * 30_000, ["a"] * 29_999, ["a"] * 30_001),
        (["a"] * 30_000, ["a"] * 15_000 + ["b"] + ["a"] * 15_000, ["c"] + ["a"] * 30_000),
        (["a", "b"] * 15_000, ["b", "a"] * 15_000, ["a"] * 30_000),
        (alternating("u"), alternating("v"), alternating("w")),
    ],
    ids=["equal lines", "equal lines and new ones", "pairs", "alternating"],
)
def test_hostile_texts_come_to_an_end(base, one, other):
    result = merge_lines(base, one, other)
    assert result is None or len(result) >= len(base) - 1


def test_hostile_texts_with_one_edit_still_merge():
    base, one = ["a"] * 30_000, ["a"] * 30_000 + ["b"]
    assert merge_lines(base, one, base) == one
    assert merge_lines(alternating("u"), alternating("v"), alternating("u")) == alternating("v")
