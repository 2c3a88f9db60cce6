"""What lists of questions and the API narrow them by, beside what all entries share."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from hub.core.caching import remembered
from hub.core.facets import Count
from hub.core.vocabulary import Term
from hub.search.filters import EntryFilter, EntryFilterForm, term_counts
from questions.models import Question, QuestionType, Role


def role_terms(number: int) -> dict[str, Term]:
    """Every role by its slug, remembered until the next public change."""
    return remembered(number, "roles", _read_roles)  # type: ignore[no-any-return]


def _read_roles() -> dict[str, Term]:
    rows = Role.objects.values_list("pk", "slug", "name")
    return {slug: Term(pk, slug, name) for pk, slug, name in rows}


class QuestionFilterForm(EntryFilterForm):
    def clean_role(self) -> str:
        return self._known("role", role_terms(self.number))


class QuestionFilter(EntryFilter):
    """Filters of questions; works on entries of that kind and on question rows alike."""

    role = django_filters.CharFilter(method="for_role", label="Role", help_text="Slug.")
    type = django_filters.ChoiceFilter(choices=QuestionType.choices, method="of_type", label="Type")

    facet_columns: ClassVar[dict[str, str]] = {
        **EntryFilter.facet_columns,
        "role": "question__roles",
        "type": "question__question_type",
    }

    class Meta(EntryFilter.Meta):
        form = QuestionFilterForm

    def for_role(self, entries: QuerySet[Any], _name: str, slug: str) -> QuerySet[Any]:
        return entries.filter(
            pk__in=Question.roles.through.objects.filter(role=role_terms(self.number)[slug].pk).values(
                "question"
            )
        )

    def of_type(self, entries: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        prefix = "" if entries.model is Question else "question__"
        return entries.filter(**{f"{prefix}question_type": value})

    def role_counts(self, counts: dict[int, int]) -> list[Count]:
        return term_counts(role_terms(self.number), counts)

    def type_counts(self, counts: dict[str, int]) -> list[Count]:
        return [
            Count(value, label, counts[value]) for value, label in QuestionType.choices if value in counts
        ]
