"""Words for the index: folded, split where programmers join them, technical names kept apart."""

import pytest

from hub.search.words import MAX_CHARACTERS, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Node.js", "node js"),
        ("async/await", "async await"),
        ("settings.py", "settings py"),
        ("self.assertEqual()", "self assert equal assertequal"),
        ("select_related", "select related selectrelated"),
        ("HTTPServer", "http server httpserver"),
        ("café", "cafe"),
        ("Straße", "strasse"),
        ("C, C++ and C#", "c cpp and csharp"),
        (".NET and net", "dotnet and net"),
        ("15.2", "15 2"),
        ("", ""),
        ("🎉 \x00 %", ""),
    ],
)
def test_a_text_becomes_its_words(text: str, expected: str):
    assert normalise(text) == expected


def test_joined_words_stand_at_the_end_so_that_phrases_stay_phrases():
    assert normalise("use assertEqual here") == "use assert equal here assertequal"


def test_a_huge_text_is_cut():
    assert len(normalise("word " * 100_000)) <= MAX_CHARACTERS
