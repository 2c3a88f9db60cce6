"""Security topics: how weaknesses are abused, noticed and closed."""

from django.db import models
from django.db.models import Q

from hub.core.models import Entry


class TopicKind(models.TextChoices):
    """What a topic is about; each is a tab of the list."""

    CONCEPT = "concept", "Concept"
    VULNERABILITY = "vulnerability", "Vulnerability"
    OWASP = "owasp", "OWASP deep dive"
    DEFENCE = "defence", "Defence"
    CASE = "case", "Case"


class SecurityTopic(Entry):
    """One published security topic: what lists filter by; its texts live in the current revision."""

    topic_kind = models.CharField(max_length=13, choices=TopicKind.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(topic_kind__in=TopicKind.values), name="topic_kind_known"),
        ]
