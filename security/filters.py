"""What lists of security topics and the API narrow them by, beside what all entries share."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from hub.core.facets import Count
from hub.search.filters import WEAKNESS_COLUMNS, EntryFilter
from security.models import SecurityTopic, TopicKind


class SecurityTopicFilter(EntryFilter):
    """Filters of security topics; works on entries of that kind and on topic rows alike."""

    topic_kind = django_filters.ChoiceFilter(
        choices=TopicKind.choices, method="of_topic_kind", label="Kind of topic"
    )

    facet_columns: ClassVar[dict[str, Any]] = {
        "topic_kind": "securitytopic__topic_kind",
        "weakness": WEAKNESS_COLUMNS,
        "technology": "technology",
        "difficulty": "difficulty",
        "tag": "tagged__tag",
    }

    def of_topic_kind(self, entries: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        prefix = "" if entries.model is SecurityTopic else "securitytopic__"
        return entries.filter(**{f"{prefix}topic_kind": value})

    def topic_kind_counts(self, counts: dict[str, int]) -> list[Count]:
        return [Count(value, label, counts.get(value, 0)) for value, label in TopicKind.choices]
