"""One file of the content folder: what it says, and the line of what it says wrongly."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core import catalogue, contentfiles
from hub.core.contentfiles import ContentError
from hub.core.models import Entry
from hub.core.payload import Payload, validated
from tests.factories import make_question, question_data

FRONT = "---\nid: PY-MID-001\npublished_at: 2026-11-02\ntitle: Why?\ntags: [a, 'C++']\ndifficulty: 5\n---\n"


@pytest.fixture
def kind():
    return catalogue.get("question")


@pytest.fixture
def read(tmp_path, kind):
    def read(text: str | bytes):
        path = tmp_path / "one.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return contentfiles.read(kind, path, "questions/one.md")

    return read


def test_front_matter_holds_the_scalars_and_headings_begin_the_sections(read):
    document = read(FRONT + "\n## Short answer\n\nBecause.\n\n## Common mistakes\n\n- One\n")
    assert document.public_id == "PY-MID-001"
    assert document.published_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert document.raw == {
        "title": "Why?",
        "tags": ["a", "C++"],
        "difficulty": "5",
        "short_answer": "Because.",
        "common_mistakes": "- One",
    }


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(read):
    text = FRONT + "\n## Short answer\n\nBecause.\n"
    assert read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()).raw == read(text).raw


def test_a_heading_inside_code_begins_no_section(read):
    document = read(FRONT + "\n## Deep dive\n\n```markdown\n## Not a section\n```\n")
    assert document.raw["deep_dive"] == "```markdown\n## Not a section\n```"


def test_an_id_in_lower_case_is_understood(read):
    assert read(FRONT.replace("PY-MID-001", "py-mid-001")).public_id == "PY-MID-001"


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-02", datetime(2026, 11, 2, tzinfo=UTC)),
        ("2026-11-02 10:30:00", datetime(2026, 11, 2, 10, 30, tzinfo=UTC)),
        ("2026-11-02T10:30:00+02:00", datetime(2026, 11, 2, 8, 30, tzinfo=UTC)),
    ],
)
def test_a_date_may_have_a_time(read, value, moment):
    assert read(FRONT.replace("2026-11-02", value)).published_at == moment


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "front matter"),
        ("no front matter", 1, "front matter"),
        ("---\nid: PY-MID-001\n", 1, "front matter"),
        (b"---\nid: \xff\n---\n", 1, "UTF-8"),
        ("---\n- a\n- b\n---\n", 2, "key: value"),
        ("---\nid: PY-MID-001\ntitle: [open\n---\n", 4, "front matter"),
        ("---\nid: PY-MID-001\ntitle: a: b\n---\n", 3, "front matter"),
        ("---\nid: PY-MID-001\ntitle: a\x07\n---\n", 1, "front matter"),
        ("---\nid: PY-MID-001\ntags: &a [*a]\n---\n", 3, "front matter"),
        ("---\nid: PY-MID-001\ntags: " + "[" * 5000 + "]" * 5000 + "\n---\n", 2, "deeply"),
        ("---\nid: PY-MID-001\ntitle: a\ntitle: b\n---\n", 4, "twice"),
        ("---\ntitle: a\n---\n", 1, "id is missing"),
        ("---\ntitle: a\nid: nonsense\n---\n", 3, "id is missing"),
        ("---\nid: PY-MID-99999999999\n---\n", 2, "id is missing"),
        (f"---\nid: {'A' * 30}-001\n---\n", 2, "id is missing"),
        ("---\nid: PY-MID-001\npublished_at: soon\n---\n", 3, "no date"),
        ("---\nid: PY-MID-001\npublished_at: [2026-11-02]\n---\n", 3, "no date"),
        ("---\nid: PY-MID-001\ncolour: red\n---\n", 3, "no field called “colour”"),
        (FRONT + "\nstray\n\n## Short answer\n\na\n", 8, "before the first"),
        (FRONT + "\n## Nonsense\n\na\n", 9, "no section “Nonsense”"),
        (FRONT + "\n## Short answer\n\na\n\n## Short answer\n\nb\n", 13, "twice"),
        (FRONT.replace("title:", "short_answer: x\ntitle:") + "\n## Short answer\n\na\n", 10, "twice"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(read, text, line, reason):
    with pytest.raises(ContentError, match=reason) as error:
        read(text)
    assert error.value.line == line
    assert str(error.value).startswith(f"questions/one.md:{line}: ")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=200)
    | st.text(max_size=200).map(lambda text: f"---\nid: PY-MID-001\n{text}\n---\n{text}")
)
def test_any_text_is_read_or_named(read, text):
    with suppress(ContentError):
        assert read(text.encode("utf-8", "surrogatepass")).public_id == "PY-MID-001"


@pytest.mark.django_db
def test_a_written_file_reads_as_the_same_payload(kind, tmp_path):
    other = make_question(public_id="PY-MID-007")
    question = make_question(
        title='Why: "quotes", # and — dashes?',
        summary="yes",
        tags=["C++", "no", "2026"],
        weaknesses=[],
        verified_at="2026-11-20",
        verified_with=["Python 3.11.7", "3.10"],
        roles=["sre", "backend"],
        relations=[f"explains {other.public_id}"],
        follow_ups=f"- Why? [{other.public_id}]\n- And then?",
        answers="### Junior\n\nOne.\n\n### Senior\n\nAdds: depth\n\n```\n## not a heading\n```",
        exercise="### Scenario\n\ns\n\n### Tasks\n\n- t\n  more\n\n### Checks\n\n- c",
        further="### A\n\nb",
        common_mistakes="- one\n\n  two",
    )
    payload = Payload("question", question.current_revision.payload, 1)
    path = tmp_path / "one.md"
    path.write_text(contentfiles.write(kind, question, payload), encoding="utf-8")
    document = contentfiles.read(kind, path, "one.md")
    assert validated("question", document.raw).data == payload.data
    assert (document.public_id, document.published_at) == (question.public_id, question.published_at)


@pytest.mark.django_db
def test_a_written_file_is_plain_yaml_with_a_date_that_reads_as_one(kind):
    question = make_question(at=datetime(2026, 11, 2, tzinfo=UTC), verified_at="2026-11-20", tags=["a", "b"])
    text = contentfiles.write(kind, question, Payload("question", question.current_revision.payload, 1))
    assert f"id: {question.public_id}\npublished_at: 2026-11-02\n" in text
    assert "tags: [a, b]\n" in text
    assert "verified_at: 2026-11-20\n" in text
    assert yaml.safe_load(text.split("---\n")[1])["difficulty"] == 5


LINES = st.sampled_from(
    ["a", "- a", "  b", "", "```", "### c", "#### d", "Adds: e", "\\", "---", "id: x", "|a|b|", "> q"]
)


@pytest.mark.django_db
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(min_size=1, max_size=60),
    tags=st.lists(st.text(max_size=12), max_size=4),
    dive=st.lists(LINES, max_size=12).map("\n".join),
    mistakes=st.lists(LINES, max_size=8).map("\n".join),
)
def test_whatever_is_valid_survives_the_way_through_a_file(kind, tmp_path, title, tags, dive, mistakes):
    try:
        payload = validated(
            "question", question_data(title=title, tags=tags, deep_dive=dive, common_mistakes=mistakes)
        )
    except ValueError:
        return
    entry = Entry(public_id="PY-MID-001", published_at=datetime(2026, 11, 2, 1, 2, 3, 4, tzinfo=UTC))
    path = Path(tmp_path / "one.md")
    text = contentfiles.write(kind, entry, payload)
    path.write_bytes(text.encode())
    document = contentfiles.read(kind, path, "one.md")
    again = validated("question", document.raw)
    assert again.data == payload.data
    assert document.published_at == entry.published_at
    assert contentfiles.write(kind, entry, again) == text
