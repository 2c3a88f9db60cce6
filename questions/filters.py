"""What lists of questions and the API narrow them by, beside what all entries share."""

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from hub.core.caching import remembered
from hub.core.facets import Count
from hub.search.filters import EntryFilter, EntryFilterForm, most_first
from questions.models import Question, QuestionType, Role


def role_names(number: int) -> dict[str, str]:
    """Slug → name of every role, remembered until the next public change."""
    return remembered(number, "roles", lambda: dict(Role.objects.values_list("slug", "name")))  # type: ignore[no-any-return]


class QuestionFilterForm(EntryFilterForm):
    def clean_role(self) -> str:
        slug: str = self.cleaned_data["role"].lower()
        if slug and slug not in role_names(self.number):
            raise ValidationError(f"There is no role “{slug[:60]}”.", code="unknown")
        return slug


class QuestionFilter(EntryFilter):
    """Filters of questions; works on entries of that kind and on question rows alike."""

    role = django_filters.CharFilter(method="for_role", label="Role", help_text="Slug.")
    type = django_filters.ChoiceFilter(choices=QuestionType.choices, method="of_type", label="Type")

    facet_columns: ClassVar[dict[str, str]] = {
        **EntryFilter.facet_columns,
        "role": "question__roles__slug",
        "type": "question__question_type",
    }

    class Meta(EntryFilter.Meta):
        form = QuestionFilterForm

    def for_role(self, entries: QuerySet[Any], _name: str, slug: str) -> QuerySet[Any]:
        return entries.filter(
            pk__in=Question.roles.through.objects.filter(role__slug=slug).values("question")
        )

    def of_type(self, entries: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        prefix = "" if entries.model is Question else "question__"
        return entries.filter(**{f"{prefix}question_type": value})

    def role_counts(self, counts: dict[str, int]) -> list[Count]:
        names = role_names(self.number)
        return most_first(Count(slug, names.get(slug, slug), n) for slug, n in counts.items())

    def type_counts(self, counts: dict[str, int]) -> list[Count]:
        return [
            Count(value, label, counts[value]) for value, label in QuestionType.choices if value in counts
        ]
