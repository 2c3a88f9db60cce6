"""The starter notes: they load, and each is whole: figures worked out, options weighed, failures named."""

import pytest
from django.conf import settings

from systemdesign.forms import DesignNoteForm
from systemdesign.models import DesignNote, NoteKind

pytestmark = pytest.mark.django_db
FILES = sorted((settings.BASE_DIR / "content" / "design").glob("*.md"))


def test_twelve_notes_of_every_kind_load_and_are_whole(corpus):
    notes = DesignNote.objects.public().select_related("current_revision")
    assert len(notes) == len(FILES) == 12
    assert set(notes.values_list("note_kind", flat=True)) == set(NoteKind.values)
    estimates = DesignNoteForm.base_fields["estimates"]
    for note in notes:
        data = note.current_revision.payload
        assert any(not figure.is_input for figure in estimates.figures(data["estimates"])), note
        assert note.card["key_figure"], note
        assert note.card["chosen"], note
        for name in ("requirements", "scale", "failure_modes", "diagram_words", "references"):
            assert data[name], (note, name)
