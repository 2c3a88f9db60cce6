"""Questions in the API."""

from typing import Any

from rest_framework import serializers

from hub.core.rest import EntryDetailSerializer, EntrySerializer, EntryViewSet
from questions.filters import QuestionFilter


class QuestionFields(serializers.Serializer[Any]):
    """What a question has besides every entry's fields."""

    question_type = serializers.CharField()
    minutes = serializers.IntegerField()
    short_answer = serializers.CharField(help_text="Markdown, at most 60 words.")


class QuestionSerializer(QuestionFields, EntrySerializer):
    """A question in a list."""


class QuestionDetailSerializer(QuestionFields, EntryDetailSerializer):
    """A question whole, with the jobs it is asked for."""

    roles = serializers.SerializerMethodField()

    def get_roles(self, question: Any) -> list[str]:
        return list(question.roles.values_list("slug", flat=True))


class QuestionViewSet(EntryViewSet):
    """Interview questions, newest first, with the same filters as the list page."""

    kind = "question"
    serializer_class = QuestionSerializer
    detail_serializer_class = QuestionDetailSerializer
    filterset_class = QuestionFilter
