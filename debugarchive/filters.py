"""What lists of errors and the API narrow them by, beside what all entries share."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from debugarchive.models import ErrorEntry, ErrorKind, ErrorSeries, Severity
from hub.core.caching import remembered
from hub.core.facets import Count
from hub.core.vocabulary import Term
from hub.search.filters import EntryFilter, EntryFilterForm, most_first, term_counts


def series_terms(number: int) -> dict[str, Term]:
    """Every series by its slug, remembered until the next public change."""
    return remembered(number, "error series", _read_series)  # type: ignore[no-any-return]


def _read_series() -> dict[str, Term]:
    rows = ErrorSeries.objects.values_list("pk", "slug", "name")
    return {slug: Term(pk, slug, name) for pk, slug, name in rows}


class ErrorFilterForm(EntryFilterForm):
    def clean_series(self) -> str:
        return self._known("series", series_terms(self.number))


class ErrorFilter(EntryFilter):
    """Filters of errors; works on entries of that kind and on error rows alike."""

    series = django_filters.CharFilter(method="in_series", label="Series", help_text="Slug.")
    error_kind = django_filters.ChoiceFilter(
        choices=ErrorKind.choices, method="by_column", label="Kind of error"
    )
    severity = django_filters.ChoiceFilter(choices=Severity.choices, method="by_column", label="Severity")

    counted_together = ("error_kind", "severity")
    facet_columns: ClassVar[dict[str, Any]] = {
        "technology": "technology",
        "series": "errorentry__series",
        "error_kind": "errorentry__error_kind",
        "severity": "errorentry__severity",
        "difficulty": "difficulty",
        "tag": "tagged__tag",
    }

    class Meta(EntryFilter.Meta):
        form = ErrorFilterForm

    def in_series(self, entries: QuerySet[Any], name: str, slug: str) -> QuerySet[Any]:
        return self.by_column(entries, name, series_terms(self.number)[slug].pk)

    def by_column(self, entries: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Narrow by one of the error row's own columns."""
        prefix = "" if entries.model is ErrorEntry else "errorentry__"
        return entries.filter(**{f"{prefix}{name}": value})

    def series_counts(self, counts: dict[int, int]) -> list[Count]:
        return term_counts(series_terms(self.number), counts)

    def error_kind_counts(self, counts: dict[str, int]) -> list[Count]:
        return most_first(Count(value, ErrorKind(value).label, n) for value, n in counts.items())

    def severity_counts(self, counts: dict[str, int]) -> list[Count]:
        return [Count(value, label, counts[value]) for value, label in Severity.choices if value in counts]
