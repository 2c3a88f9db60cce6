"""What a text must be before anything is made of it."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hub.core import fields, markdown, prose


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\n \n\t\na\n\n", "a"),
        ("    code", "    code"),
        ("a  \n", "a"),
        ("e\u0301", "é"),
        ("a\x00b", "ab"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_a_text_has_one_stored_form(text, stored):
    assert prose.normalise(text) == stored


@given(st.text())
def test_the_stored_form_is_its_own_stored_form(text):
    assert prose.normalise(prose.normalise(text)) == prose.normalise(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\nb\x07", "Line 2 holds a control character"),
        ("\x1b[31mred", "control character"),
        ("\x7f", "control character"),
        ("\ud800", "control character"),
        ("a\n\nuser\u202etxt.exe", "Line 3 holds a character that reverses"),
        ("\u2066hidden\u2069", "reverses"),
        ("cafÃ©", "wrong encoding"),
        ("itâ€™s", "wrong encoding"),
        ("â€œquotedâ€\x9d", "wrong encoding|control character"),
        ("Â\xa0", "wrong encoding"),
        ("ðŸ˜€", "wrong encoding"),
        ("lost \ufffd", "wrong encoding"),
    ],
)
def test_characters_that_no_honest_text_holds_are_refused_with_their_line(text, reason):
    with pytest.raises(ValidationError, match=reason):
        prose.check_characters(text)


@pytest.mark.parametrize(
    "text",
    [
        "tab\there",
        "naïve café",
        "São Paulo, Ã and Â",
        "日本語",
        "עברית",
        "😀",
        "10 €",
        "“quoted” – it’s",
        "a\u200db",
    ],
)
def test_honest_texts_of_any_language_are_stored_as_written(text):
    assert fields.Prose().clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "```\ncode\n```",
        "````\n```\n````",
        "~~~\n```\n~~~",
        "   ```\ncode\n   ```",
        "```python\n# a comment, no heading\n## neither\n```",
        "### heading\n\n#### smaller",
        "#hashtag and #1",
        "    # indented code",
        "```x``` is code in a line",
        "a `#` b",
    ],
)
def test_sound_markdown_is_stored_as_written(text):
    assert fields.Prose().clean(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\n```python\ncode", "opened in line 2 is never closed"),
        ("```\ncode\n~~~", "line 1 is never closed"),
        ("````\ncode\n```", "line 1 is never closed"),
        ("```\ncode\n``` python", "Line 3: the code block opened in line 1 is still open"),
        ("a\n# b", "Line 2: headings"),
        ("## b", "Line 1: headings"),
        ("   ## b", "Line 1: headings"),
        ("#\tb", "Line 1: headings"),
        ("a\n#", "Line 2: headings"),
        ("```\n# fine\n```\n# not", "Line 4: headings"),
    ],
)
def test_broken_blocks_are_named_with_their_line(text, reason):
    with pytest.raises(ValidationError, match=reason):
        prose.check_markdown(text)


def test_a_text_parts_at_its_headings_outside_code():
    text = "before\n\n### One\n\na\n\n```\n### no\n```\n\n### Two"
    assert prose.parts(text, "###") == [("", "before"), ("One", "a\n\n```\n### no\n```"), ("Two", "")]


@given(st.text(alphabet="`ab\n ", max_size=60))
def test_a_fence_holds_any_text(text):
    (token,) = markdown.parse(prose.fenced(text, "text"))
    assert token.type == "fence"
    assert token.content == text + "\n"
