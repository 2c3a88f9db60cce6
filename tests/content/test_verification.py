"""What `--write` puts into content files."""

from datetime import UTC, datetime

import pytest

from tests.content.runner import run_entry
from tests.content.verification import write

TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture
def entry(tmp_path):
    def make(front, code):
        path = tmp_path / "ENTRY-001.md"
        path.write_text(f"---\nid: ENTRY-001\n{front}license: CC-BY-4.0\n---\n\n{code}", encoding="utf-8")
        return path

    return make


def front_matter(path):
    return path.read_text(encoding="utf-8").split("---\n")[1]


VERIFIED = "verified_at: 2020-01-01\nverified_with: [Python 3.8.1]\n"
IN_LINES = "verified_at: 2020-01-01\nverified_with:\n- Python 3.8.1\n- Flask 2.0\n"
SQL = "```sql\nSELECT 1;\n```\n"


@pytest.mark.parametrize("front", ["", VERIFIED, IN_LINES], ids=["none yet", "another", "as lines"])
def test_what_ran_and_the_day_stand_above_the_licence(entry, front):
    path = entry(front, SQL)
    report = run_entry(path)
    assert write(report)
    assert front_matter(path) == (
        f"id: ENTRY-001\nverified_at: {TODAY}\nverified_with: [SQLite {report.versions['SQLite']}]\n"
        "license: CC-BY-4.0\n"
    )
    assert not write(report)


def test_where_no_code_can_run_nothing_is_verified(entry):
    path = entry(VERIFIED, "```sql norun\nSELECT 1;\n```\n")
    assert write(run_entry(path))
    assert front_matter(path) == "id: ENTRY-001\nlicense: CC-BY-4.0\n"


@pytest.mark.parametrize(
    ("code", "languages"),
    [("```sql\nSELECT * FROM nowhere;\n```\n", ["sql"]), (SQL, ["bash"])],
    ids=["failed", "not asked for"],
)
def test_what_failed_or_could_not_run_here_keeps_what_it_says(entry, code, languages):
    path = entry(VERIFIED, code)
    assert not write(run_entry(path, languages=languages))
    assert VERIFIED in front_matter(path)


def test_a_file_without_front_matter_is_left_alone(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(SQL, encoding="utf-8")
    assert not write(run_entry(path))
    assert path.read_text(encoding="utf-8") == SQL
