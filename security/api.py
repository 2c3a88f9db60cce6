"""Security topics in the API."""

from typing import Any

from rest_framework import serializers

from hub.core.rest import EntryDetailSerializer, EntrySerializer, EntryViewSet
from security.filters import SecurityTopicFilter


class SecurityTopicFields(serializers.Serializer[Any]):
    """What a security topic has besides every entry's fields."""

    topic_kind = serializers.CharField()
    weaknesses = serializers.ListField(
        source="card.weaknesses", child=serializers.CharField(), help_text="CWE-89, A05:2025."
    )
    is_offensive = serializers.BooleanField(source="card.is_offensive")
    cvss_vector = serializers.SerializerMethodField(help_text="CVSS 3.1 or 4.0; empty without one.")
    cvss_score = serializers.SerializerMethodField(help_text="0.0 to 10.0; null without a vector.")
    cvss_severity = serializers.SerializerMethodField(
        help_text="None, Low, Medium, High, Critical, or empty."
    )

    def get_cvss_vector(self, topic: Any) -> str:
        return str(topic.card.get("cvss", ""))

    def get_cvss_score(self, topic: Any) -> float | None:
        score: float | None = topic.card.get("score")
        return score

    def get_cvss_severity(self, topic: Any) -> str:
        return str(topic.card.get("severity", ""))


class SecurityTopicSerializer(SecurityTopicFields, EntrySerializer):
    """A security topic in a list."""


class SecurityTopicDetailSerializer(SecurityTopicFields, EntryDetailSerializer):
    """A security topic whole."""


class SecurityTopicViewSet(EntryViewSet):
    """Security topics, newest first, with the same filters as the list page."""

    kind = "security"
    serializer_class = SecurityTopicSerializer
    detail_serializer_class = SecurityTopicDetailSerializer
    filterset_class = SecurityTopicFilter
