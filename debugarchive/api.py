"""Errors in the API."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from debugarchive.filters import ErrorFilter
from hub.core.publishing import current_payload
from hub.core.rest import EntryDetailSerializer, EntrySerializer, EntryViewSet


class ErrorFields(serializers.Serializer[Any]):
    """What an error has besides every entry's fields."""

    series = serializers.CharField(source="series.slug", allow_null=True, read_only=True)
    error_kind = serializers.CharField()
    severity = serializers.CharField()
    exception_type = serializers.CharField()


class ErrorSerializer(ErrorFields, EntrySerializer):
    """An error in a list."""


class ErrorDetailSerializer(ErrorFields, EntryDetailSerializer):
    """An error whole, with the versions that have it and the risk of its workaround."""

    affected = serializers.SerializerMethodField()
    workaround_risk = serializers.SerializerMethodField()

    def get_affected(self, error: Any) -> list[str]:
        affected: list[str] = current_payload(error).data.get("affected", [])
        return affected

    def get_workaround_risk(self, error: Any) -> str:
        return str(current_payload(error).data.get("workaround_risk", ""))


class ErrorViewSet(EntryViewSet):
    """Errors with cause and fix, newest first, with the same filters as the list page."""

    kind = "error"
    serializer_class = ErrorSerializer
    detail_serializer_class = ErrorDetailSerializer
    filterset_class = ErrorFilter

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("series")
