"""What the snippets app plugs into the catalogue. Begin reading here."""

from typing import Any

from django.urls import reverse

from hub.core.catalogue import Kind, register
from hub.core.models import Entry, Technology
from snippets.forms import SnippetForm
from snippets.models import Snippet, SnippetKind


@register
class SnippetEntryKind(Kind):
    """Snippets: ids such as PY-SNP-007, pages such as /snippets/python/retry-with-backoff/."""

    name = "snippet"
    namespace = "snippets"
    path = "snippets"
    label = "Snippet"
    label_plural = "Snippets"
    number = 3
    title = "Code snippets"
    blurb = "Code to copy and adapt, with its tests, its limits and its twins in other languages."
    unit = "snippets"
    home_words = ("Code archive", "Copy. Adapt. Ship.")
    status = ("CODE_ARCHIVE", "TESTED")

    model = Snippet
    form = SnippetForm
    urls = "snippets.urls"
    root_urls = "snippets.root_urls"
    viewset = "snippets.api.SnippetViewSet"
    card_template = "snippets/_card.html"
    jsonld_type = "SoftwareSourceCode"
    has_technology_pages = False

    def id_prefix(self, data: dict[str, Any], technology_code: str) -> str:
        return f"{technology_code}-SNP"

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "language": Technology.objects.get(slug=data["language"]),
            "snippet_kind": data["snippet_kind"],
        }

    def card(self, data: dict[str, Any]) -> dict[str, Any]:
        language = Technology.objects.get(slug=data["language"])
        return {
            "language": {"slug": language.slug, "name": language.name},
            "snippet_kind": SnippetKind(data["snippet_kind"]).label,
            "preview_line": data["preview_line"],
            "works_with": data.get("works_with", []),
            "requires": data.get("requires", []),
        }

    def present_terms(self, entry: Entry) -> list[str]:
        return [*super().present_terms(entry), entry.card["language"]["slug"]]

    def exact_text(self, data: dict[str, Any]) -> str:
        names = [file["name"] for file in data["code"]]
        return "\n".join(
            [data["preview_line"], *names, *data.get("works_with", []), *data.get("requires", [])]
        )

    def jsonld(self, entry: Entry) -> dict[str, Any]:
        properties = {"programmingLanguage": entry.card["language"]["name"], "codeSampleType": "code snippet"}
        if entry.verified_at:
            properties["runtimePlatform"] = ", ".join(entry.verified_with)
        return properties

    def address(self, entry: Entry) -> str:
        return reverse("snippets:detail", args=[entry.card["language"]["slug"], entry.slug])
