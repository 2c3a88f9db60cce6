"""What lists of snippets and the API narrow them by, beside what all entries share."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from hub.core.facets import Count
from hub.core.vocabulary import vocabulary
from hub.search.filters import EntryFilter, EntryFilterForm, term_counts
from snippets.models import Snippet, SnippetKind


class SnippetFilterForm(EntryFilterForm):
    def clean_language(self) -> str:
        known = vocabulary(self.number)
        return self._known("language", known.languages, known.former_technologies)


class SnippetFilter(EntryFilter):
    """Filters of snippets; works on entries of that kind and on snippet rows alike."""

    language = django_filters.CharFilter(method="in_language", label="Language", help_text="Slug.")
    snippet_kind = django_filters.ChoiceFilter(
        choices=SnippetKind.choices, method="by_column", label="Kind of snippet"
    )

    facet_columns: ClassVar[dict[str, Any]] = {
        "language": "snippet__language",
        "snippet_kind": "snippet__snippet_kind",
        "technology": "technology",
        "level": "level",
        "difficulty": "difficulty",
        "tag": "tagged__tag",
    }

    class Meta(EntryFilter.Meta):
        form = SnippetFilterForm

    def in_language(self, entries: QuerySet[Any], name: str, slug: str) -> QuerySet[Any]:
        return self.by_column(entries, name, self.known.languages[slug].pk)

    def by_column(self, entries: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Narrow by one of the snippet row's own columns."""
        prefix = "" if entries.model is Snippet else "snippet__"
        return entries.filter(**{f"{prefix}{name}": value})

    def language_counts(self, counts: dict[int, int]) -> list[Count]:
        return term_counts(self.known.languages, counts)

    def snippet_kind_counts(self, counts: dict[str, int]) -> list[Count]:
        return [Count(value, label, counts[value]) for value, label in SnippetKind.choices if value in counts]
