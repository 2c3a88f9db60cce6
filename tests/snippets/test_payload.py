"""What a snippet may contain, and in which words anything else is refused."""

import html
import re
from typing import Any

import pytest

from hub.core import fields, merging
from hub.core.markdown import code_figure
from hub.core.payload import InvalidPayload, validated
from snippets.fields import Files, Requirements, Variables
from tests.factories import make_technology
from tests.snippets.factories import code_file, make_snippet, snippet_data, snippet_payload

pytestmark = pytest.mark.django_db

# Code whose bytes are easily lost on the way.
DELICATE = [
    "print(1)\n",
    "\n\n\tindented()  \n\n\n",
    "```\nnot the end\n```\n",
    "````python\n```\n",
    "~~~\n### not a heading\n## nor this\n",
    "&lt; &amp; <script>alert(1)</script>\n",
    "    four spaces first\n",
    "no line end after\\\n",
    "é ü 漢字 🙂\n",
    "x = 1\n" * 2000,
]


def errors(**over: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidPayload) as caught:
        validated("snippet", snippet_data(**over))
    return caught.value.errors


@pytest.mark.parametrize("code", DELICATE)
def test_code_keeps_its_exact_text_through_file_form_and_page(code: str):
    (file,) = snippet_payload(code=[code_file("main.sh", code, "bash")]).data["code"]
    assert file["code"] == code
    field = Files()
    assert field.to_python(field.text([file])) == [file]
    (shown,) = re.findall(r"<code>(.*)</code>", field.html([file], "code"), re.DOTALL)
    assert html.unescape(re.sub(r"</?span[^>]*>", "", shown)) == code


def test_a_missing_last_line_end_is_given():
    assert snippet_payload(code=[code_file(code="print(1)")]).data["code"][0]["code"] == "print(1)\n"


def test_files_keep_their_order_names_languages_and_marks():
    text = "### src/main.rs\n\n```rust\nfn main() {}\n```\n\n### Cargo.toml\n\n```toml norun\n[package]\n```"
    assert snippet_payload(code=text).data["code"] == [
        {"name": "src/main.rs", "language": "rust", "code": "fn main() {}\n"},
        {"name": "Cargo.toml", "language": "toml", "code": "[package]\n", "flags": "norun"},
    ]
    assert Files().text(snippet_payload(code=text).data["code"]) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("print(1)", "Begin with a heading"),
        ("### a.py\n\nprint(1)", "one fenced block"),
        ("### a.py\n\n```python\n1\n```\n\nMore.", "one fenced block"),
        ("### a.py\n\n```python\n1\n```\n\n```python\n2\n```", "one fenced block"),
        ("### a.py\n\n```\n1\n```", "name the language"),
        ("### a.py\n\n```python raises=KeyError\n1\n```", "name the language"),
        ("### a.py\n\n```python\n\n```", "holds no code"),
        ("### a.py\n\n```python\n1", "never closed"),
        ("### a.py\n\n```python\n1\n```\n\n### A.PY\n\n```python\n2\n```", "stands twice"),
        ("### ../a.py\n\n```python\n1\n```", "no name of a file"),
        ("### /etc/passwd\n\n```python\n1\n```", "no name of a file"),
        ("### a b.py\n\n```python\n1\n```", "no name of a file"),
        ("### a/./b.py\n\n```python\n1\n```", "no name of a file"),
        (f"### {'a' * 81}\n\n```python\n1\n```", "no name of a file"),
        ("### a.py\n\n```python\nx = 'a\u202eb'\n```", "direction of text"),
        ("", "required"),
    ],
)
def test_code_of_another_shape_is_refused_with_the_reason(text: str, reason: str):
    assert reason in " ".join(errors(code=text)["code"])


@pytest.mark.parametrize(
    "code", [5, {"name": "a.py"}, [5], [{"name": 5, "language": "c", "code": "1"}], [[]]]
)
def test_a_structure_of_another_shape_is_refused(code: Any):
    assert errors(code=code)["code"]


def test_nine_files_are_too_many():
    files = [code_file(name=f"{number}.py") for number in range(9)]
    assert "At most 8" in errors(code=files)["code"][0]


def test_two_edits_of_the_code_are_a_conflict_and_never_woven_together():
    assert Files.merge == fields.CODE
    base = snippet_payload(code=[code_file(code="a\nb\nc\nd\n")]).data
    theirs = {**base, "code": [code_file(code="A\nb\nc\nd\n")], "summary": "Another summary."}
    current = {**base, "code": [code_file(code="a\nb\nc\nD\n")]}
    merged = merging.merge("snippet", base, theirs, current)
    assert [conflict.name for conflict in merged.conflicts] == ["code"]
    assert merged.data["summary"] == "Another summary."


def test_variables_are_read_from_a_list_and_written_as_one():
    text = "- `TOKEN`: the **secret**\n- `main()`: what to call"
    code = [code_file(code="TOKEN = main()\n")]
    variables = snippet_payload(code=code, variables=text).data["variables"]
    assert variables == [
        {"name": "TOKEN", "text": "the **secret**"},
        {"name": "main()", "text": "what to call"},
    ]
    assert Variables().text(variables) == text
    assert snippet_payload(code=code, variables=variables).data["variables"] == variables
    shown = Variables().html(variables, "variables")
    assert "<dt><code>TOKEN</code></dt><dd>the <strong>secret</strong></dd>" in shown


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("- TOKEN: the secret", "write `NAME`"),
        ("- `TOKEN`", "write `NAME`"),
        ("- `print`: a\n- `print`: b", "stands twice"),
        ("- `TOKEN`: the secret", "Not in the code: TOKEN"),
        ([{"name": "print"}], "name, text"),
        ([{"name": {"a": 1}, "text": "b"}], "name, text"),
        ({"print": "a"}, "Give a list"),
    ],
)
def test_variables_of_another_shape_are_refused(value: Any, reason: str):
    assert reason in " ".join(errors(variables=value)["variables"])


def test_a_name_in_variables_is_never_markup():
    shown = Variables().html([{"name": "<b>", "text": "<script>x</script>"}], "variables")
    assert "<b>" not in shown
    assert "<script>" not in shown


def test_requirements_keep_the_commas_of_their_ranges():
    ranges = ["requests >=2.31, <3", "Python >=3.11"]
    assert snippet_payload(requires=ranges).data["requires"] == ranges
    assert snippet_payload(requires="requests >=2.31, <3; Python >=3.11").data["requires"] == ranges
    assert Requirements().text(ranges) == "requests >=2.31, <3; Python >=3.11"


@pytest.mark.parametrize("value", [{"a": 1}, [["a"]], ["a" * 81], [str(n) for n in range(9)]])
def test_requirements_of_another_shape_are_refused(value: Any):
    assert errors(requires=value)["requires"]


def test_a_test_without_code_is_refused():
    assert "fenced block" in errors(test_code="It works for me.")["test_code"][0]
    assert snippet_payload(test_code="```python\nassert 1\n```").data["test_code"]


def test_only_languages_are_languages():
    make_technology("flask", kind="framework")
    assert errors(language="flask", technology="python")["language"]
    assert errors(language="cobol-74", technology="python") == errors(
        language="cobol-74", technology="python"
    )


def test_a_snippet_for_a_framework_names_it_and_one_in_a_language_names_no_other():
    make_technology("django", kind="framework")
    make_technology("sql")
    assert snippet_payload(technology="django", language="python").data["technology"] == "django"
    assert "It is written in Python" in errors(technology="sql", language="python")["technology"][0]


@pytest.mark.parametrize("name", ["language", "snippet_kind", "preview_line", "code", "explanation"])
def test_what_every_snippet_needs_is_asked_for(name: str):
    assert errors(**{name: ""})[name]


def test_a_level_is_not_asked_for():
    assert "level" not in snippet_payload(level="").data


def test_ids_are_of_a_series_of_the_technology():
    make_technology("django", code="DJ", kind="framework")
    assert make_snippet().public_id == "PY-SNP-001"
    assert make_snippet().public_id == "PY-SNP-002"
    assert make_snippet(technology="django", language="python").public_id == "DJ-SNP-001"


def test_a_figure_names_its_file_and_its_language():
    figure = code_figure("1\n", "python", title="a&b.py")
    assert '<figcaption><span class="code-title">a&amp;b.py</span><span>Python</span></figcaption>' in figure
