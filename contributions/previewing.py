"""A text as the public would see it, before anybody has published it."""

from typing import Any

from hub.core import catalogue
from hub.core.payload import Payload, PayloadForm


def rendered_preview(payload: Payload) -> dict[str, Any]:
    """Title and sections, rendered by the very functions that publishing uses."""
    kind = catalogue.get(payload.kind)
    rendered = kind.render(payload.data)
    return {
        "title": payload.data.get("title", ""),
        "summary": payload.data.get("summary", ""),
        "sections": kind.rendered_sections(rendered),
    }


def preview_of(form: PayloadForm) -> dict[str, Any] | None:
    """The preview of a posted form; fields that are not right yet are left out and keep their errors."""
    form.is_valid()
    data = {
        name: field.to_payload(form.cleaned_data[name])  # type: ignore[attr-defined]
        for name, field in form.base_fields.items()
        if name in form.cleaned_data
    }
    if not data:
        return None
    return rendered_preview(Payload(form.kind, data, catalogue.get(form.kind).schema))
