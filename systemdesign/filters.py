"""What lists of design notes and the API narrow them by, beside what all entries share."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from hub.core.facets import Count
from hub.search.filters import EntryFilter
from systemdesign.models import DesignNote, NoteKind


class DesignNoteFilter(EntryFilter):
    """Filters of design notes; works on entries of that kind and on note rows alike."""

    note_kind = django_filters.ChoiceFilter(
        choices=NoteKind.choices, method="of_note_kind", label="Kind of note"
    )

    facet_columns: ClassVar[dict[str, Any]] = {
        "note_kind": "designnote__note_kind",
        "technology": "technology",
        "topic": "topic",
        "difficulty": "difficulty",
        "tag": "tagged__tag",
    }

    def of_note_kind(self, entries: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        prefix = "" if entries.model is DesignNote else "designnote__"
        return entries.filter(**{f"{prefix}note_kind": value})

    def note_kind_counts(self, counts: dict[str, int]) -> list[Count]:
        return [Count(value, label, counts[value]) for value, label in NoteKind.choices if value in counts]
