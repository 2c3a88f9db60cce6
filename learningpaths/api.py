"""Learning paths in the API."""

from typing import Any

from rest_framework import serializers

from hub.core.rest import EntryDetailSerializer, EntrySerializer, EntryViewSet
from learningpaths.filters import LearningPathFilter


class LearningPathFields(serializers.Serializer[Any]):
    """What a path has besides every entry's fields; hours are the sums of its modules."""

    track = serializers.CharField()
    mentor_guided = serializers.BooleanField()
    audience = serializers.CharField(source="card.audience")
    highlights = serializers.ListField(source="card.highlights", child=serializers.CharField())
    module_count = serializers.IntegerField(source="card.module_count")
    hours_from = serializers.IntegerField(source="card.hours_from")
    hours_to = serializers.IntegerField(source="card.hours_to")


class LearningPathSerializer(LearningPathFields, EntrySerializer):
    """A path in a list."""


class LearningPathDetailSerializer(LearningPathFields, EntryDetailSerializer):
    """A path whole; its modules stand as structure among the sections."""


class LearningPathViewSet(EntryViewSet):
    """Learning paths, newest first, with the same filters as the list page."""

    kind = "path"
    serializer_class = LearningPathSerializer
    detail_serializer_class = LearningPathDetailSerializer
    filterset_class = LearningPathFilter
