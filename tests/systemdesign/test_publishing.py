"""What follows from publishing a design note: its id, its row, its card, what search finds."""

import pytest
from django.db import IntegrityError, transaction

from hub.core.models import Entry
from hub.search import searching
from systemdesign.models import DesignNote
from tests.factories import revise
from tests.systemdesign.factories import ESTIMATES, OPTIONS, make_design_note

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_all_ids_are_of_one_series():
    assert make_design_note(technology="redis").public_id == "SD-001"
    assert make_design_note(technology="sql").public_id == "SD-002"


def test_row_and_card_follow_the_current_revision():
    entry = make_design_note(estimates=ESTIMATES, key_figure="peak", options=OPTIONS, decision="Many.")
    assert entry.card["chosen"] == "Many servers"
    doubled = [
        {"name": "requests_per_day", "expression": "20_000_000", "unit": "requests a day"},
        {"name": "peak", "expression": "requests_per_day / 86400 * 3", "unit": "requests/s"},
    ]
    entry = revise(entry, estimates=doubled, note_kind="breakdown")
    assert (entry.typed.note_kind, entry.card["note_kind"]) == ("breakdown", "Breakdown")
    assert entry.card["key_figure"] == {"label": "Peak", "value": "694", "unit": "requests/s"}


def test_words_of_every_part_are_found():
    entry = make_design_note(options=OPTIONS.replace("Cheap", "Peculiar"), decision="Many.")
    make_design_note()
    found = searching.matching(Entry.objects.public(), "peculiar")
    assert list(found.values_list("pk", flat=True)) == [entry.pk]


def test_an_unknown_kind_of_note_is_refused_by_the_database():
    entry = make_design_note()
    with pytest.raises(IntegrityError), transaction.atomic():
        DesignNote.objects.filter(pk=entry.pk).update(note_kind="novel")
