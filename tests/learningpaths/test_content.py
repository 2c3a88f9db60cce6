"""The starter paths: they load, and lead through entries of the hub."""

import pytest
from django.conf import settings

from hub.core.models import Entry
from hub.core.publishing import current_payload
from learningpaths.models import PATH_LEVELS, LearningPath, ModuleEntry

pytestmark = pytest.mark.django_db
FILES = sorted((settings.BASE_DIR / "content" / "paths").glob("*.md"))


def test_every_path_loads_with_every_entry_that_it_names(corpus: None):
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


def test_paths_lead_through_several_domains(corpus: None):
    kinds = Entry.objects.filter(module_entries__isnull=False).values_list("kind", flat=True)
    assert {"question", "error", "snippet", "security", "design"} <= set(kinds)
