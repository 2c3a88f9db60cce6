"""What the desk's lists of entries are narrowed by, and how far they count."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from hub.core.caching import content_number
from hub.core.models import REVIEW_AFTER, Entry, Level
from hub.core.vocabulary import vocabulary

MOST_COUNTED = 1000


class AtLeast(int):
    """A number that stands for itself or more, and says so."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class BoundedPaginator(Paginator[Any]):
    """Counts no further than MOST_COUNTED: a list of any length opens as fast, and its end is not shown.

    ``counted`` are rows of the same number that are cheaper to count.
    """

    counted: Any = None

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list if self.counted is None else self.counted
        found: int = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
        return found if found <= MOST_COUNTED else AtLeast(MOST_COUNTED)


class TermFilter(admin.SimpleListFilter):
    """Narrows by a vocabulary that is remembered, so that the list asks no question a filter."""

    vocabulary_name: ClassVar[str]

    def lookups(self, request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        terms = getattr(vocabulary(content_number(request)), self.vocabulary_name)
        return [(term.slug, term.name) for term in terms.values()]

    def queryset(self, _request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset.filter(**{f"{self.parameter_name}__slug": value}) if value else queryset


class TechnologyFilter(TermFilter):
    title, parameter_name, vocabulary_name = "technology", "technology", "technologies"


class TopicFilter(TermFilter):
    title, parameter_name, vocabulary_name = "topic", "topic", "topics"


class LevelFilter(admin.SimpleListFilter):
    title = parameter_name = "level"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return list(Level.choices)

    def queryset(self, _request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(level=self.value()) if self.value() else queryset


class DueFilter(admin.SimpleListFilter):
    """What a person should look at again, and why."""

    title, parameter_name = "review", "due"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("any", "Due for review"),
            ("outdated", "Readers say: outdated"),
            ("unhelpful", "Readers say: did not help"),
            ("old", "Not verified for a year"),
            ("never", "Never verified"),
        ]

    def queryset(self, _request: HttpRequest, queryset: Any) -> Any:
        value, today = self.value(), timezone.now().date()
        if not value:
            return queryset
        reasons: dict[str, dict[str, Any]] = {
            "outdated": {"stats__outdated_reports__gt": 0},
            "unhelpful": {"stats__unhelpful_reports__gt": 0},
            "old": {"verified_at__lt": today - REVIEW_AFTER},
            "never": {"verified_at__isnull": True},
        }
        due = (
            Entry.objects.public().filter(**reasons[value])
            if value in reasons
            else Entry.objects.due_for_review(today)
        )
        return queryset.filter(pk__in=due.order_by().values("pk"))
