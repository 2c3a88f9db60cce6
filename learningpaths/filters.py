"""What lists of paths and the API narrow them by, beside what all entries share."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from hub.core.facets import Count
from hub.search.filters import EntryFilter
from learningpaths.models import PATH_LEVELS, LearningPath, Track


class LearningPathFilter(EntryFilter):
    """Filters of paths; works on entries of that kind and on path rows alike."""

    level = django_filters.MultipleChoiceFilter(
        choices=list(PATH_LEVELS.items()), label="Level", distinct=False
    )
    track = django_filters.ChoiceFilter(choices=Track.choices, method="on_track", label="Track")

    facet_columns: ClassVar[dict[str, Any]] = {
        "level": "level",
        "track": "learningpath__track",
        "technology": "technology",
        "tag": "tagged__tag",
        "difficulty": "difficulty",
    }

    def on_track(self, entries: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        prefix = "" if entries.model is LearningPath else "learningpath__"
        return entries.filter(**{f"{prefix}track": value})

    def level_counts(self, counts: dict[str, int]) -> list[Count]:
        return [Count(value, label, counts[value]) for value, label in PATH_LEVELS.items() if value in counts]

    def track_counts(self, counts: dict[str, int]) -> list[Count]:
        return [Count(value, label, counts[value]) for value, label in Track.choices if value in counts]
