"""Design notes in the API."""

from typing import Any

from rest_framework import serializers

from hub.core.publishing import current_payload
from hub.core.rest import EntryDetailSerializer, EntrySerializer, EntryViewSet
from systemdesign.filters import DesignNoteFilter
from systemdesign.forms import DesignNoteForm


class KeyFigureSerializer(serializers.Serializer[Any]):
    """The estimate that decides most, worked out and rounded for people."""

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()
    unit = serializers.CharField()


class FigureSerializer(serializers.Serializer[Any]):
    """One estimate, worked out; ``expression`` is the number or formula as written."""

    name = serializers.CharField(source="line.name")
    expression = serializers.CharField(source="line.expression")
    unit = serializers.CharField(source="line.unit")
    value = serializers.FloatField()
    shown = serializers.CharField()
    is_input = serializers.BooleanField()


class DesignNoteFields(serializers.Serializer[Any]):
    """What a design note has besides every entry's fields."""

    note_kind = serializers.CharField()
    chosen = serializers.CharField(source="card.chosen", help_text="The chosen option's name, or empty.")
    key_figure = KeyFigureSerializer(source="card.key_figure", allow_null=True)


class DesignNoteSerializer(DesignNoteFields, EntrySerializer):
    """A design note in a list."""


class DesignNoteDetailSerializer(DesignNoteFields, EntryDetailSerializer):
    """A design note whole, with its estimates worked out."""

    estimates = serializers.SerializerMethodField()

    def get_estimates(self, note: Any) -> list[dict[str, Any]]:
        field: Any = DesignNoteForm.base_fields["estimates"]
        figures = field.figures(current_payload(note).data.get("estimates"))
        return list(FigureSerializer(figures, many=True).data)


class DesignNoteViewSet(EntryViewSet):
    """Design notes, newest first, with the same filters as the list page."""

    kind = "design"
    serializer_class = DesignNoteSerializer
    detail_serializer_class = DesignNoteDetailSerializer
    filterset_class = DesignNoteFilter
