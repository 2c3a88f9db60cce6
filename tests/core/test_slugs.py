"""Addresses made of names: technical names stay apart, and what is made once is never refused later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.slugs import MAX_LENGTH, technical_slug, title_slug

NAMES = st.text(max_size=150) | st.lists(
    st.sampled_from(["c++", "C#", ".net", " ", "-", "_", "ß", "İ", "ä", "/", "#", "+", "&", "word", "…"]),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("C++", "cpp"),
        ("c++", "cpp"),
        ("C#", "csharp"),
        ("F#", "fsharp"),
        (".NET", "dotnet"),
        ("ASP.NET Core", "asp-dotnet-core"),
        ("Node.js", "node-js"),
        ("CI/CD", "ci-cd"),
        ("async/await", "async-await"),
        ("R&D", "r-and-d"),
        ("C", "c"),
        ("Café", "cafe"),
        ("  two   words ", "two-words"),
        ("!!!", ""),
        ("日本", ""),
    ],
)
def test_a_technical_name_has_a_slug_of_its_own(name, slug):
    assert technical_slug(name) == slug


@given(NAMES)
def test_a_slug_made_again_is_the_same_slug(name):
    slug = technical_slug(name)
    assert technical_slug(slug) == slug
    assert len(slug) <= MAX_LENGTH


@given(NAMES)
def test_what_a_title_becomes_is_a_slug(title):
    slug = title_slug(title)
    assert slug
    assert technical_slug(slug) == slug


def test_a_title_gives_its_first_words():
    assert title_slug("one two three four five six seven eight nine ten eleven twelve thirteen").endswith(
        "-twelve"
    )


def test_a_title_without_a_letter_still_has_an_address():
    assert title_slug("???") == "entry"
