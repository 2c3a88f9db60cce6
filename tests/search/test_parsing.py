"""What a reader types, taken apart."""

import re

import pytest

from hub.search.parsing import MAX_TERMS, parse
from tests.search.strange import STRANGE


def words_of(text: str) -> list[list[str]]:
    return [[" ".join(term.tokens) for term in group] for group in parse(text).groups]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("csrf token", [["csrf"], ["token"]]),
        ('"same site" cookie', [["same site"], ["cookie"]]),
        ("this OR that thing", [["this", "that"], ["thing"]]),
        ("OR", []),
        ("word OR", [["word"]]),
        ("real-world", [["real world"]]),
        ("FLSK-MID-005", [["flsk mid 005"]]),
        ("std::vector", [["std vector"]]),
        ('"unclosed phrase', [["unclosed phrase"]]),
    ],
)
def test_words_phrases_and_alternatives(text: str, groups: list[list[str]]):
    assert words_of(text) == groups


def test_words_with_a_minus_are_left_out():
    query = parse('cookie -csrf -"same site"')
    assert [" ".join(term.tokens) for term in query.excluded] == ["csrf", "same site"]


def test_words_to_leave_out_alone_are_refused():
    query = parse("-cookie")
    assert query.is_empty
    assert "look for" in query.problem


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("tech:flask level:mid", {"technology": "flask", "level": "mid"}),
        ("kind:questions", {"kind": "question"}),
        ("tag:C++", {"tag": "cpp"}),
        ("difficulty:5-7", {"difficulty": "5-7"}),
        ('LEVEL:"senior"', {"level": "senior"}),
    ],
)
def test_field_filters(text: str, filters: dict[str, str]):
    assert parse(text).filters == filters


@pytest.mark.parametrize("text", ["level:expert", "kind:novel", "difficulty:11", "difficulty:7-5"])
def test_a_filter_that_means_nothing_is_said_to_be_left_out(text: str):
    query = parse(f"word {text}")
    assert query.filters == {}
    assert text.split(":")[1] in query.problem


def test_a_word_that_was_joined_is_looked_for_both_ways():
    (group,) = parse("assertEqual").groups
    assert group[0].tokens == ("assert", "equal")
    assert group[0].joined == "assertequal"


def test_only_the_first_words_are_used_and_it_says_so():
    query = parse("word " * 40)
    assert len(query.groups) == MAX_TERMS
    assert query.problem


def test_only_the_first_characters_are_read_and_it_says_so():
    assert "500" in parse("x" * 501).problem


@pytest.mark.parametrize("text", STRANGE)
def test_of_any_text_only_so_many_words_are_looked_for(text: str):
    query = parse(text)
    terms = [term for group in (*query.groups, query.excluded) for term in group]
    assert len(terms) <= MAX_TERMS
    for term in terms:
        assert term.tokens
        assert all(re.fullmatch(r"\w+", word) for word in term.tokens), "signs mean something to an index"
