"""Excerpts: the passage that answers, escaped, with marks."""

from html import unescape

import pytest

from hub.search.excerpts import LENGTH, excerpt
from hub.search.parsing import parse
from tests.search.strange import STRANGE


def test_words_are_marked_in_the_summary():
    assert excerpt(parse("token"), "A token in a form.", "") == "A <mark>token</mark> in a form."


def test_the_passage_with_more_of_the_words_is_shown():
    text = "Nothing here. " * 60 + "A cookie and a token meet. " + "Nothing again. " * 60
    found = excerpt(parse("cookie token"), "A token in a form.", text)
    assert "<mark>cookie</mark> and a <mark>token</mark>" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(unescape(found).replace("<mark>", "").replace("</mark>", "")) <= LENGTH + 10


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("assertEqual", "call self.assertEqual() here", "assertEqual"),
        ("assert_equal", "call self.assertEqual() here", "assertEqual"),
        ("generator", "several generators", "generators"),
        ("cafe", "in a café", "café"),
        ('"same site"', "the same-site rule", "same-site"),
    ],
)
def test_a_word_is_marked_however_it_is_written(query: str, text: str, marked: str):
    assert f"<mark>{marked}</mark>" in excerpt(parse(query), "", text)


def test_a_short_word_is_not_marked_inside_another():
    assert "<mark>" not in excerpt(parse("the"), "They are there.", "")


def test_html_stays_text():
    found = excerpt(parse("script"), "<script>alert(1)</script> & more", "")
    assert "<script>" not in found
    assert "&lt;<mark>script</mark>&gt;" in found


@pytest.mark.parametrize("text", STRANGE)
def test_no_text_raises_or_lets_markup_through(text: str):
    found = excerpt(parse(text), text, f"before {text} <b>after</b>")
    assert "<" not in found.replace("<mark>", "").replace("</mark>", "")
