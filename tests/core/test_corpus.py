"""The starter corpus goes through the house and comes out byte for byte as it went in."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Model, QuerySet

from hub.core import catalogue
from hub.core.loading import dump, load
from hub.core.models import ContentFile, Entry, Event, IdSeries, Tag, Technology, Topic
from questions.models import QuestionSet

pytestmark = pytest.mark.django_db


def files(folder: Path) -> dict[str, bytes]:
    """What a folder's content files, vocabulary and sets say, by their path."""
    found = [folder / "taxonomy.yaml", folder / "sets.yaml"]
    for kind in catalogue.kinds():
        found += (folder / kind.path).glob("*.md")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def forget_everything() -> None:
    vocabularies: list[type[Model]] = [
        model for kind in catalogue.kinds() for model in kind.vocabularies.values()
    ]
    models: list[type[Model]] = [ContentFile, Event, Entry, QuestionSet, Tag, IdSeries, *vocabularies]
    for model in models:
        QuerySet(model).delete()
    Technology.objects.exclude(parent=None).delete()
    Technology.objects.all().delete()
    Topic.objects.all().delete()


@pytest.mark.both_databases
def test_dump_load_dump_is_byte_identical(tmp_path):
    report = load(settings.CONTENT_DIR)
    assert (report.problems, report.kept) == ([], [])
    assert len(report.new) == Entry.objects.public().count() > 0
    first, second = tmp_path / "first", tmp_path / "second"
    dump(first)
    forget_everything()
    assert not Entry.objects.exists()
    report = load(first)
    assert (report.problems, report.kept) == ([], [])
    dump(second)
    assert files(first) == files(second)


def test_the_corpus_stands_in_the_form_that_a_dump_writes(corpus, tmp_path):
    dump(tmp_path)
    told, written = files(settings.CONTENT_DIR), files(tmp_path)
    assert [name for name in written if told.get(name) != written[name]] == [], "`make dump` writes these so"
    assert set(told) == set(written)


def test_a_second_load_of_the_corpus_changes_nothing(corpus):
    last = Event.objects.latest("n").n
    report = load(settings.CONTENT_DIR)
    assert len(report.unchanged) == Entry.objects.count()
    assert Event.objects.latest("n").n == last
