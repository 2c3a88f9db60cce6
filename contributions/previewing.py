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


def payload_so_far(form: PayloadForm) -> Payload:
    """What a posted form says already: fields that are not right yet are left out and keep their errors."""
    form.is_valid()
    data = {
        name: field.to_payload(form.cleaned_data[name])  # type: ignore[attr-defined]
        for name, field in form.base_fields.items()
        if name in form.cleaned_data
    }
    return Payload(form.kind, data, catalogue.get(form.kind).schema)


def preview_of(form: PayloadForm) -> dict[str, Any] | None:
    """The preview of a posted form; None while it says nothing."""
    payload = payload_so_far(form)
    return rendered_preview(payload) if payload.data else None
