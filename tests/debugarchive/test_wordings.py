"""The wordings of engines: kept to the letter, whatever marks they hold."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from debugarchive.fields import Wordings

FIELD = Wordings(heading="Error messages")


def wording(text: str, engine: str = "V8 (Chrome, Node.js)") -> dict[str, str]:
    return {"engine": engine, "text": text}


@pytest.mark.parametrize(
    "text",
    [
        "TypeError: Cannot read properties of undefined (reading 'name')",
        "undefined reference to `sqrt'",
        "```\nfenced\n```",
        "a ``` b ```` c",
        "    indented first line\n  second",
        "\ttab",
        "### not a heading\n## nor this",
        "line\n\n\nafter blank lines",
        '<script>alert(1)</script> & "quotes"',
        "- a\n- b\n1. c",
        "trailing blanks   \nnext",
        "Fehler: Größe ≠ 0 → ✗",
    ],
)
def test_a_wording_survives_the_way_through_text(text: str):
    value = [wording(text), wording("other", "Firefox")]
    assert FIELD.clean(value) == value
    assert FIELD.clean(FIELD.text(value)) == value


def test_a_person_may_leave_out_the_language_of_the_block():
    assert FIELD.clean("### SQLite\n\n```\nno such table: t\n```") == [wording("no such table: t", "SQLite")]


@pytest.mark.parametrize(
    "text",
    [
        "no heading",
        "### SQLite\n\nno block",
        "### SQLite\n\n```text\n\n```",
        "### SQLite\n\n```text\na\n```\n\nand words",
        "### SQLite\n\n```text\na\n```\n\n```text\nb\n```",
        "### SQLite\n\n```python\na\n```",
        "### SQLite\n\n```text\nnever closed",
        "### SQLite\n\n```text\na\n```\n\n### sqlite\n\n```text\nb\n```",
        f"### {'x' * 121}\n\n```text\na\n```",
        "###\n\n```text\na\n```",
        "\n\n".join(f"### Engine {number}\n\n```text\na\n```" for number in range(21)),
    ],
)
def test_a_text_that_is_no_list_of_wordings_is_refused(text: str):
    with pytest.raises(ValidationError):
        FIELD.clean(text)


@pytest.mark.parametrize(
    "value",
    [
        5, {"engine": "V8"}, ["V8"], [["V8", "text"]], [{"engine": 5, "text": "a"}], [{"engine": "V8"}],
        [{"text": "a"}], [{"engine": "a\n### b", "text": "c"}], [{"engine": "V8", "text": "a\x00\x07"}],
    ],
)  # fmt: skip
def test_a_structure_of_another_shape_is_refused(value: Any):
    with pytest.raises(ValidationError):
        FIELD.clean(value)


def test_each_wording_is_shown_as_code_under_the_name_of_its_engine():
    html = FIELD.html([wording("a < b && c", "<V8>")], "messages")
    assert "&lt;V8&gt;" in html
    assert "<code>a &lt; b &amp;&amp; c\n</code>" in html
    assert 'id="messages-1"' in html
