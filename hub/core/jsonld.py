"""JSON-LD of pages (schema.org): data, not script, so the content security policy lets it stand there."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from hub.core import catalogue
from hub.core.links import absolute
from hub.core.models import Entry

# What could end the script element or start another (HTML standard, 13.1.2.1).
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def script_text(*things: dict[str, Any]) -> SafeString:
    """Things as the text of one ``application/ld+json`` element."""
    data = {"@context": "https://schema.org", "@graph": list(things)}
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 (escaped here)


def article(entry: Entry) -> dict[str, Any]:
    """An entry, as the type of its kind."""
    thing: dict[str, Any] = {
        "@type": catalogue.get(entry.kind).jsonld_type,
        "@id": absolute(entry.permalink),
        "url": absolute(entry.get_absolute_url()),
        "headline": entry.title,
        "description": entry.summary,
        "identifier": entry.public_id,
        "datePublished": entry.published_at.isoformat(),
        "dateModified": entry.updated_at.isoformat(),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "keywords": [entry.technology.name, *(tag["name"] for tag in entry.card.get("tags", []))],
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")},
    }
    if entry.topic:
        thing["about"] = entry.topic.name
    if entry.level:
        thing["educationalLevel"] = entry.get_level_display()
    if entry.license.startswith("CC-BY-4.0"):
        thing["license"] = "https://creativecommons.org/licenses/by/4.0/"
    return thing | catalogue.get(entry.kind).jsonld(entry)


def breadcrumb_list(crumbs: list[dict[str, Any]]) -> dict[str, Any]:
    """The breadcrumbs of a page, as base.html takes them."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": crumb["label"],
                **({"item": absolute(crumb["url"])} if crumb.get("url") else {}),
            }
            for position, crumb in enumerate(crumbs, 1)
        ],
    }
