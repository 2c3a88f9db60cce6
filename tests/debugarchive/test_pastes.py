"""The corpus of pastes is what its README says."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from debugarchive.models import MatchLevel

PASTES = Path(__file__).parent / "pastes"
FOLDERS = sorted(path.parent for path in PASTES.glob("*/index.json"))
ENTRIES = {path.stem for path in (settings.BASE_DIR / "content" / "errors").glob("*.md")}
LEVELS = set(MatchLevel.values)


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def rows(request):
    rows = json.loads((request.param / "index.json").read_text(encoding="utf-8"))
    return [row | {"path": request.param / row["file"]} for row in rows]


def test_each_file_stands_in_the_index_once(rows):
    folder = rows[0]["path"].parent
    assert Counter(row["file"] for row in rows) == Counter(path.name for path in folder.glob("*.txt"))
    assert all(row["path"].stat().st_size for row in rows)


def test_what_is_expected_exists(rows):
    for row in rows:
        assert row["expected"] is None or row["expected"] in ENTRIES, row["file"]
        assert set(row["levels"]) <= LEVELS, row["file"]
        assert ("exact" in row["levels"]) == bool(row["expected"]), row["file"]
        assert row["source"].startswith(("run here: ", "published format: ", "written for the corpus")), row[
            "file"
        ]


def test_it_is_large_and_mostly_from_programs_that_ran(rows):
    assert len(rows) >= 200
    assert sum(row["expected"] is None for row in rows) >= 40
    assert sum(row["source"].startswith("run here: ") for row in rows) > len(rows) / 2


def test_it_names_no_machine_of_ours(rows):
    for row in rows:
        trace = re.search(rb"/(?:root|home|Users|work)/|pyenv", row["path"].read_bytes())
        assert trace is None, (row["file"], trace)
