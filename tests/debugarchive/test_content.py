"""The starter errors: they load and fit together; the code of each fails, and works once mended."""

from pathlib import Path

import pytest
from django.conf import settings

from debugarchive.models import ErrorEntry, ErrorKind
from hub.core.models import Entry
from tests.content.fences import blocks

pytestmark = pytest.mark.django_db
FILES = sorted((settings.BASE_DIR / "content" / "errors").glob("*.md"))
# What a paste of these has to lead to (the messages of the model).
KNOWN = {
    "DB-001": "SQLSTATE[HY000] [2002]",
    "JS-044": "Cannot read properties of undefined",
    "SQL-019": "a foreign key constraint fails",
    "PY-007": "No module named",
    "VB-031": "Object reference not set to an instance of an object",
    "WP-012": "fatal error",
}


def test_all_errors_load_and_fit_their_series(corpus: None):
    errors = ErrorEntry.objects.public().select_related("series")
    assert len(errors) == len(FILES)
    for error in errors:
        assert error.public_id.rpartition("-")[0] == error.series.code


def test_they_cover_technologies_and_every_kind(corpus: None):
    errors = ErrorEntry.objects.public()
    assert errors.values("technology").distinct().count() >= 8
    assert set(errors.values_list("error_kind", flat=True)) == set(ErrorKind.values)


def test_the_errors_of_the_model_have_their_messages(corpus: None):
    for public_id, message in KNOWN.items():
        error = ErrorEntry.objects.get(public_id=public_id)
        assert error.signatures.filter(raw__contains=message).exists(), public_id


def test_no_two_errors_have_one_wording(corpus: None):
    owners: dict[str, str] = {}
    for error in ErrorEntry.objects.prefetch_related("signatures"):
        for signature in error.signatures.all():
            assert owners.setdefault(signature.raw, error.public_id) == error.public_id


def test_questions_explain_errors(corpus: None):
    explained = Entry.objects.filter(kind="error", relations_to__type="explains").distinct()
    assert {"FLSK-010", "SH-011", "GIT-006"} <= set(explained.values_list("public_id", flat=True))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_error_shows_code_that_fails_and_code_that_works(file: Path):
    lines = file.read_text().splitlines()
    start, middle = lines.index("## Reproduction"), lines.index("## Fixed code")
    end = next((n for n in range(middle + 1, len(lines)) if lines[n].startswith("## ")), len(lines))
    found = blocks(file)
    reproduction = [block for block in found if start < block.line < middle and block.runs]
    fixed = [block for block in found if middle < block.line < end]
    if reproduction:
        assert any(block.raises for block in reproduction)
        assert any(block.runs and not block.raises for block in fixed) or "norun" in fixed[0].options
