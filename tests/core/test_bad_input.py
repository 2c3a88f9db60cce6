"""What no way in lets through, each with the field and the reason: forms, API and files share one form."""

from pathlib import Path
from typing import Any

import pytest

from hub.core.codeblocks import MAX_PARSED
from hub.core.loading import load
from hub.core.models import Entry
from hub.core.payload import InvalidPayload, validated
from tests.factories import make_question, question_payload, revise
from tests.security.factories import topic_data

pytestmark = pytest.mark.django_db

STILL_OPEN = "the code block opened in line 1 is still open"
BROKEN_CODE = {
    "never closed": ("```python\nprint(1)", "opened in line 1 is never closed"),
    "glued question": (
        "```python\nprint(1)\n```What is next?\n\n```python\nprint(2)\n```", f"Line 3: {STILL_OPEN}"
    ),
    "glued end": (
        "```python\nprint(1)```\n\nText\n\n```python\nprint(2)\n```",
        "Line 2: the end of the code block opened in line 1 stands behind code",
    ),
    "block in a block": ("```markdown\n```python\nx\n```\n```", f"Line 2: {STILL_OPEN}"),
    "one line": ("```python print(1) ```", "Line 1: a code block lost its line ends"),
    "code behind the language": (
        "Text\n\n```python import os\nprint(1)\n```", "Line 3: “import” stands behind the language"
    ),
    "lines run together": (
        "```python\ndef f():    return 1 print(f())\n```", "Line 2: this Python can't be read"
    ),
    "json": ('```json\n{"a": 1,}\n```', "this JSON can't be read"),
    "toml": ("```toml\na = \n```", "this TOML can't be read"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), BROKEN_CODE.values(), ids=BROKEN_CODE.keys())
def test_a_broken_code_block_is_refused(text: str, reason: str):
    with pytest.raises(InvalidPayload) as refusal:
        question_payload(deep_dive=text)
    assert reason in refusal.value.errors["deep_dive"][0]


@pytest.mark.parametrize(
    "text",
    [
        "```python\nprint(1)\n```",
        "```python norun\nprint 'two'\n```",
        "```python raises=SyntaxError\nprint 'two'\n```",
        "````markdown\n```python\nx = (\n```\n````",
        "~~~\n```\n~~~",
        "```c flags=-lm,-O2\nint main(void) { return 0; }\n```",
        "Use ```x``` in a line.",
        "```text\nany thing ( at all\n```",
        "- A list\n\n  ```json\n  [1, 2]\n  ```",
    ],
)
def test_a_sound_one_is_taken(text: str):
    assert question_payload(deep_dive=text).data["deep_dive"] == text


DEEP = [
    "(" * 5000, "-" * 9000 + "1", "not " * 2000, "lambda:" * 1400, "f" + "(" * 150 + ")" * 150,
    "a" + ".a" * 4000, "[" * 190 + "]" * 190, "x=" * 4000, "if 1:" * 90, "{" * 300,
]  # fmt: skip


@pytest.mark.parametrize("code", DEEP)
def test_code_that_is_deep_on_purpose_is_answered(code: str):
    assert len(code) < MAX_PARSED
    try:
        question_payload(deep_dive=f"```python\n{code}\n```")
        reason = ""
    except InvalidPayload as refusal:
        reason = str(refusal)
    assert not reason or "can't be read" in reason


@pytest.mark.parametrize("text", ["Ã©", "â€œ", "\ufffd", "ðŸ˜€"])
@pytest.mark.parametrize("field", ["title", "deep_dive", "takeaways", "tags"])
def test_a_wrong_encoding_is_refused_wherever_it_stands(field: str, text: str):
    value: Any = [f"a {text}"] if field in {"takeaways", "tags"} else f"a {text} b"
    with pytest.raises(InvalidPayload) as refusal:
        question_payload(**{field: value})
    assert "wrong encoding" in refusal.value.errors[field][0]


@pytest.mark.parametrize(
    ("over", "field", "reason"),
    [
        ({"cvss": "CVSS:3.1/AV:N"}, "cvss", ""),
        ({"cvss": "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}, "cvss", ""),
        ({"weaknesses": ["CWE-9999999"]}, "weaknesses", "Unknown: CWE-9999999"),
        ({"weaknesses": ["A99:2025"]}, "weaknesses", "Unknown: A99:2025"),
        ({"level": "junior", "difficulty": 9}, "difficulty", "Junior means a difficulty of 1 to 5, not 9"),
    ],
)
def test_an_invalid_vector_weakness_or_difficulty_is_refused(over: dict[str, Any], field: str, reason: str):
    with pytest.raises(InvalidPayload) as refusal:
        validated("security", {**topic_data(), **over})
    assert reason in refusal.value.errors[field][0]


# Circles ------------------------------------------------------------------------------------------------


def needs(*ids: str) -> list[dict[str, str]]:
    return [{"type": "prerequisite", "entry": public_id} for public_id in ids]


def test_what_would_need_itself_in_the_end_is_refused():
    first, second, third = (make_question() for _ in range(3))
    second = revise(second, relations=needs(first.public_id))
    third = revise(third, relations=needs(second.public_id))
    with pytest.raises(InvalidPayload) as refusal:
        revise(first, relations=needs(third.public_id))
    way = " → ".join(entry.public_id for entry in (first, third, second, first))
    assert refusal.value.errors == {"relations": [f"Each would need the other first: {way}."]}
    revise(first, relations=[{"type": "uses", "entry": third.public_id}])


def test_a_relation_to_itself_is_refused():
    entry = make_question()
    with pytest.raises(InvalidPayload, match="relation to itself"):
        revise(entry, relations=[{"type": "explains", "entry": entry.public_id}])


def test_a_diamond_is_no_circle():
    top, left, right, bottom = (make_question() for _ in range(4))
    left, right = (revise(side, relations=needs(top.public_id)) for side in (left, right))
    revise(bottom, relations=needs(left.public_id, right.public_id))
    assert [relation.target for relation in bottom.relations.select_related("target")] == [left, right]


def write(folder: Path, public_id: str, *lines: str, body: str = "") -> None:
    (folder / "questions").mkdir(exist_ok=True)
    text = [
        "---", f"id: {public_id}", "published_at: 2026-11-02", f"title: What does {public_id} ask?",
        "summary: A sentence.", "technology: python", "level: mid", "difficulty: 5",
        "question_type: concept", "minutes: 5", *lines, "---", "", "## Short answer", "", "Short.", "", body,
    ]  # fmt: skip
    (folder / "questions" / f"{public_id}.md").write_text("\n".join(text))


def test_a_circle_among_files_is_refused_with_file_line_and_way(tmp_path: Path):
    make_question()
    write(tmp_path, "PY-MID-901", "relations: [prerequisite PY-MID-902]")
    write(tmp_path, "PY-MID-902", "relations: [prerequisite PY-MID-903]")
    write(tmp_path, "PY-MID-903", "relations: [prerequisite PY-MID-901]")
    write(tmp_path, "PY-MID-904", "relations: [prerequisite PY-MID-901]")
    report = load(tmp_path)
    way = "PY-MID-903 → PY-MID-901 → PY-MID-902 → PY-MID-903"
    assert report.problems == [
        f"questions/PY-MID-903.md:11: relations: Each would need the other first: {way}."
    ]
    assert Entry.objects.filter(public_id__startswith="PY-MID-90").count() == 3


def test_a_broken_block_in_a_file_is_a_problem_with_file_and_line(tmp_path: Path):
    make_question()
    write(tmp_path, "PY-MID-901", body="## Deep dive\n\n```python\nprint(1)\n```What next?\n")
    (problem,) = load(tmp_path).problems
    assert problem.startswith("questions/PY-MID-901.md:")
    assert "code block" in problem
    assert not Entry.objects.filter(public_id="PY-MID-901").exists()
