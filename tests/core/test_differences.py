"""Differences of texts: right for any text, and bounded for texts made to be slow."""

import random

import pytest
from django.template.loader import render_to_string

from hub.core.differences import MAX_ROWS, payload_changes, text_rows
from hub.core.matching import Budget, matching_blocks


def some_lines(chance, letters, most=14):
    return [chance.choice(letters) for _ in range(chance.randint(0, most))]


@pytest.mark.parametrize("seed", range(200))
def test_shared_runs_are_shared_in_order_and_never_overlap(seed):
    chance = random.Random(seed)
    letters = "abcdefgh"[: chance.randint(1, 8)]
    one, other = some_lines(chance, letters), some_lines(chance, letters)
    at_one = at_other = 0
    for block in matching_blocks(one, other):
        assert block.size > 0
        assert block.at_one >= at_one
        assert block.at_other >= at_other
        at_one, at_other = block.at_one + block.size, block.at_other + block.size
        assert one[block.at_one : at_one] == other[block.at_other : at_other]


@pytest.mark.parametrize("seed", range(200))
def test_both_texts_can_be_read_off_the_rows(seed):
    chance = random.Random(seed)
    old, new = ("\n".join([*some_lines(chance, ["a b", "a c", "d", ""], 4), end]) for end in "yz")
    rows = text_rows(old, new)
    for text, numbers, sides in (
        (old, [row.old_number for row in rows], [row.old for row in rows]),
        (new, [row.new_number for row in rows], [row.new for row in rows]),
    ):
        lines = [
            "".join(word for word, _ in side) for number, side in zip(numbers, sides, strict=True) if number
        ]
        assert lines == (text.split("\n") if text else [])


def test_the_words_that_differ_are_marked():
    (row,) = text_rows("Use a signed cookie here.", "Use a secret cookie here.")
    assert [word for word, is_changed in row.old if is_changed] == ["signed"]
    assert [word for word, is_changed in row.new if is_changed] == ["secret"]


def test_long_unchanged_parts_are_left_out_with_their_length():
    lines = [f"line {number}" for number in range(40)]
    rows = text_rows("\n".join(lines), "\n".join([*lines[:20], "new", *lines[20:]]))
    assert [row.kind for row in rows].count("insert") == 1
    assert sum(row.skipped for row in rows) == 40 - 6


def test_only_fields_that_differ_are_named():
    old = {"title": "A?", "summary": "Same.", "tags": ["a"]}
    (title, tags) = payload_changes("question", old, {"title": "B?", "summary": "Same.", "tags": ["a", "b"]})
    assert (title.name, tags.name) == ("title", "tags")


def hostile_texts():
    chance = random.Random(1)
    yield "x\n" * 50_000, "x\n" * 49_999 + "y"
    yield "".join(f"x\n{n}\n" for n in range(12_000)), "".join(f"x\nz{n}\n" for n in range(12_000))
    yield tuple("\n".join(chance.choice("ab") for _ in range(50_000)) for _ in range(2))
    yield "\n".join(map(str, range(15_000))), "\n".join(map(str, reversed(range(15_000))))
    yield "a b " * 25_000, "b a " * 25_000
    yield "\n".join("a b " * 400 for _ in range(60)), "\n".join("b a " * 400 for _ in range(60))


@pytest.mark.parametrize(
    "texts", hostile_texts(), ids=["same", "alternating", "two words", "reversed", "line", "lines"]
)
def test_a_crafted_text_of_100_kb_costs_a_bounded_number_of_steps_and_rows(texts):
    old, new = texts
    budget = Budget()
    rows = text_rows(old, new, budget)
    assert budget.steps >= 0
    assert len(rows) <= MAX_ROWS
    page = render_to_string("components/diff.html", {"changes": [{"label": "Text", "rows": rows}]})
    assert page


def test_texts_are_inert_in_the_table():
    rows = text_rows("<script>alert(1)</script>", "<script>alert(2)</script>")
    page = render_to_string("components/diff.html", {"changes": [{"label": "<i>", "rows": rows}]})
    assert "<script>" not in page
    assert "<i>" not in page
