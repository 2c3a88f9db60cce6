"""The starter snippets: they load and fit together; each brings a test."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from hub.core.models import Relation
from snippets.models import Snippet
from snippets.twins import twins
from tests.content.fences import LANGUAGES, blocks

pytestmark = pytest.mark.django_db
FILES = sorted((settings.BASE_DIR / "content" / "snippets").glob("*.md"))


def test_all_snippets_load_and_are_named_after_their_technology(corpus: None):
    snippets = Snippet.objects.public().select_related("technology")
    assert len(snippets) == len(FILES)
    for snippet in snippets:
        assert snippet.public_id.startswith(f"{snippet.technology.code}-SNP-")


def test_they_are_written_in_eight_languages_with_five_pairs_of_twins(corpus: None):
    assert Snippet.objects.values("language").distinct().count() >= 8
    pairs = Relation.objects.filter(type=Relation.Type.TWIN, source__kind="snippet").values_list(
        "source", "target"
    )
    assert len({frozenset(pair) for pair in pairs}) >= 5
    retry = Snippet.objects.get(public_id="PY-SNP-001")
    assert [twin.label for twin in twins(retry)] == ["Bash", "Go", "JavaScript", "Python"]


def test_the_page_and_the_raw_text_of_each_are_there(corpus: None, client: Client):
    for snippet in Snippet.objects.public():
        response = client.get(snippet.get_absolute_url())
        assert response.status_code == 200
        assert response.context["files"], snippet.public_id
        for file in response.context["files"]:
            assert client.get(file["url"]).status_code == 200, file


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_brings_a_test_and_says_what_ran_it(file: Path):
    text = file.read_text()
    assert "\n## Test code\n" in text
    assert "\nverified_with: [" in text
    found = blocks(file)
    if any(block.language in LANGUAGES for block in found):
        assert any(block.runs for block in found)
