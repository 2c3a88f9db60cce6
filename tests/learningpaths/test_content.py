"""The starter paths: they load, they use entries of the hub, and dumping gives the same files again."""

from pathlib import Path

import pytest
from django.conf import settings

from hub.core import loading
from hub.core.models import Entry
from hub.core.publishing import current_payload
from learningpaths.models import PATH_LEVELS, LearningPath, ModuleEntry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FILES = sorted((settings.BASE_DIR / "content" / "paths").glob("*.md"))


@pytest.fixture
def archive() -> None:
    assert loading.load(settings.BASE_DIR / "content").problems == []


def test_every_path_loads_with_every_entry_that_it_names(archive: None):
    paths = LearningPath.objects.public()
    assert len(paths) == len(FILES) >= 6
    assert set(paths.values_list("level", flat=True)) == set(PATH_LEVELS)
    for path in paths:
        modules = current_payload(path).data["modules"]
        named = [public_id for module in modules for public_id in module["entries"]]
        rows = ModuleEntry.objects.filter(module__path=path).order_by("module__order", "position")
        assert list(rows.values_list("entry__public_id", flat=True)) == named
        assert path.card["hours_to"] == sum(module["hours_to"] for module in modules)
        assert any(module["is_project"] for module in modules)


def test_paths_lead_through_several_domains(archive: None):
    kinds = Entry.objects.filter(module_entries__isnull=False).values_list("kind", flat=True)
    assert {"question", "error", "snippet", "security", "design"} <= set(kinds)


def test_dumping_gives_the_files_that_were_loaded(archive: None, tmp_path: Path):
    loading.dump(tmp_path)
    for file in FILES:
        assert (tmp_path / "paths" / file.name).read_text() == file.read_text()
    assert loading.load(tmp_path).revised == []
    assert loading.dump(tmp_path) == 0
