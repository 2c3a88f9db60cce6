"""Snippets in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hub.core.links import absolute
from hub.core.publishing import current_payload
from hub.core.rest import EntryDetailSerializer, EntrySerializer, EntryViewSet
from snippets.filters import SnippetFilter
from snippets.views import raw_url


class SnippetFields(serializers.Serializer[Any]):
    """What a snippet has besides every entry's fields."""

    language = serializers.CharField(source="card.language.slug")
    snippet_kind = serializers.CharField()
    preview_line = serializers.CharField(source="card.preview_line")
    works_with = serializers.ListField(source="card.works_with", child=serializers.CharField())
    requires = serializers.ListField(
        source="card.requires", child=serializers.CharField(), help_text="Package and range of versions."
    )


class SnippetFileSerializer(serializers.Serializer[Any]):
    """One file of a snippet, with the address of its raw text."""

    name = serializers.CharField()
    language = serializers.CharField()
    code = serializers.CharField()
    url = serializers.URLField()


class SnippetSerializer(SnippetFields, EntrySerializer):
    """A snippet in a list."""


class SnippetDetailSerializer(SnippetFields, EntryDetailSerializer):
    """A snippet whole, with its files."""

    complexity = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    def get_complexity(self, snippet: Any) -> str:
        return str(current_payload(snippet).data.get("complexity", ""))

    @extend_schema_field(SnippetFileSerializer(many=True))
    def get_files(self, snippet: Any) -> Any:
        data = current_payload(snippet).data
        files = [{**file, "url": absolute(raw_url(snippet.public_id, data, file))} for file in data["code"]]
        return SnippetFileSerializer(files, many=True).data


class SnippetViewSet(EntryViewSet):
    """Snippets, newest first, with the same filters as the list page."""

    kind = "snippet"
    serializer_class = SnippetSerializer
    detail_serializer_class = SnippetDetailSerializer
    filterset_class = SnippetFilter
