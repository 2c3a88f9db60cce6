"""What the system design app plugs into the catalogue. Begin reading here."""

from typing import Any

from django.urls import reverse

from hub.core.catalogue import Kind, register
from hub.core.models import Entry
from systemdesign.forms import DesignNoteForm
from systemdesign.models import DesignNote, NoteKind


@register
class DesignNoteKind(Kind):
    """Design notes: ids such as SD-012, pages such as /design/rate-limiter/."""

    name = "design"
    namespace = "systemdesign"
    path = "design"
    label = "Design note"
    label_plural = "Design notes"
    number = 4
    title = "System design"
    blurb = "Problems of scale with the figures worked out, the options weighed, and what breaks first."
    unit = "design notes"
    home_words = ("System design", "Decide with numbers")
    status = ("DESIGN_NOTES", "OPEN")

    model = DesignNote
    form = DesignNoteForm
    urls = "systemdesign.urls"
    viewset = "systemdesign.api.DesignNoteViewSet"
    card_template = "systemdesign/_card.html"
    jsonld_type = "TechArticle"
    has_technology_pages = False

    def id_prefix(self, data: dict[str, Any], technology_code: str) -> str:
        return "SD"

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"note_kind": data["note_kind"]}

    def card(self, data: dict[str, Any]) -> dict[str, Any]:
        chosen = [option["name"] for option in data.get("options", []) if option["is_chosen"]]
        return {
            "note_kind": NoteKind(data["note_kind"]).label,
            "key_figure": _key_figure(data),
            "chosen": chosen[0] if chosen else "",
        }

    def address(self, entry: Entry) -> str:
        return reverse("systemdesign:detail", args=[entry.slug])


def _key_figure(data: dict[str, Any]) -> dict[str, str] | None:
    """The estimate that cards show, worked out: {label, value, unit}."""
    field = DesignNoteForm.base_fields["estimates"]
    for figure in field.figures(data.get("estimates")):  # type: ignore[attr-defined]
        if figure.line.name == data.get("key_figure"):
            return {"label": figure.label, "value": figure.shown, "unit": figure.line.unit}
    return None
