"""What follows from publishing a path: its id, its rows, the sums on its card."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from hub.core import loading, publishing
from hub.core.models import Relation
from learningpaths.models import Module, ModuleEntry
from tests.factories import make_question, revise
from tests.learningpaths.factories import make_path, module

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_ids_are_of_one_series():
    assert [make_path().public_id, make_path(technology="sql").public_id] == ["LP-001", "LP-002"]


def test_the_card_holds_the_sums_of_the_modules():
    hours = [(2, 4), (3, 3), (10, 16)]
    entry = make_path(
        level="junior", difficulty=3, mentor_guided=True,
        modules=[
            module(f"M {n}", hours_from=a, hours_to=b, is_project=n == 2) for n, (a, b) in enumerate(hours)
        ],
    )  # fmt: skip
    card = entry.card
    assert (card["module_count"], card["hours_from"], card["hours_to"], card["project_count"]) == (
        3,
        15,
        23,
        1,
    )
    assert (card["level"], card["track"], card["mentor_guided"]) == ("Beginner", "Data", True)


def test_rows_follow_the_current_revision():
    first, second = make_question(), make_question()
    one = module("Joins", entries=[second.public_id, first.public_id])
    two = module("Plans", needs=[1], is_project=True, milestone="Done.", entries=[first.public_id])
    entry = make_path(modules=[one, two])
    rows = ModuleEntry.objects.order_by("module__order", "position").values_list("module__slug", "entry")
    assert list(rows) == [("joins", second.pk), ("joins", first.pk), ("plans", first.pk)]
    plans = Module.objects.get(slug="plans")
    assert (plans.order, plans.needs, plans.is_project, plans.milestone) == (2, [1], True, "Done.")
    assert plans.html == "<p>What Plans is about.</p>\n"
    revise(entry, modules=[module("Locks", entries=[first.public_id])])
    assert list(Module.objects.values_list("slug", flat=True)) == ["locks"]
    assert list(ModuleEntry.objects.values_list("entry", flat=True)) == [first.pk]


def test_a_path_uses_its_entries():
    question = make_question()
    entry = make_path(modules=[module(entries=[question.public_id])])
    relation = Relation.objects.get(source=entry)
    assert (relation.target_id, relation.type) == (question.pk, "uses")


def test_rebuilding_writes_the_same_rows_again():
    question = make_question()
    entry = make_path(modules=[module(entries=[question.public_id])])
    publishing.project(entry, entry.current_revision)
    assert list(ModuleEntry.objects.values_list("entry", flat=True)) == [question.pk]


def test_an_entry_that_comes_later_in_the_same_load_is_tied(tmp_path: Path):
    question = make_question(public_id="PY-MID-001", at=None)
    path = make_path(modules=[module(entries=[question.public_id])])
    loading.dump(tmp_path)
    text = (tmp_path / "questions/PY-MID-001.md").read_text()
    (tmp_path / "questions/PY-MID-001.md").unlink()
    later = text.replace("PY-MID-001", "PY-MID-002").replace("slug: ", "slug: later-").replace(
        f"published_at: {question.published_at:%Y}", "published_at: 2999"
    )  # fmt: skip
    (tmp_path / "questions/PY-MID-002.md").write_text(later)
    file = tmp_path / f"paths/{path.public_id}.md"
    file.write_text(
        file.read_text().replace("PY-MID-001", "PY-MID-002").replace("LP-001", "LP-009").replace(
            "slug: ", "slug: later-"
        )
    )  # fmt: skip
    file.rename(tmp_path / "paths/LP-009.md")
    report = loading.load(tmp_path)
    assert report.problems == []
    assert list(
        ModuleEntry.objects.filter(module__path__public_id="LP-009").values_list(
            "entry__public_id", flat=True
        )
    ) == ["PY-MID-002"]


def test_hours_in_order_are_held_by_the_database():
    make_path()
    with pytest.raises(IntegrityError), transaction.atomic():
        Module.objects.update(hours_from=9)
