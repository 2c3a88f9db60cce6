"""What the error archive plugs into the catalogue. Begin reading here."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from debugarchive.forms import ErrorForm
from debugarchive.matching import looks_like_error
from debugarchive.models import ErrorEntry, ErrorKind, ErrorSeries, ErrorSignature, Severity
from debugarchive.signatures import compute
from debugarchive.similar import begun, same_errors
from hub.core.catalogue import Kind, register
from hub.core.markdown import plain_text
from hub.core.models import Entry
from hub.core.related import Related

MAX_LINE_CHARACTERS = 200


@register
class ErrorEntryKind(Kind):
    """Errors with cause and fix: ids such as DB-001, pages such as /errors/db-001-connection-refused/."""

    name = "error"
    namespace = "debugarchive"
    path = "errors"
    label = "Error"
    label_plural = "Errors"
    number = 2
    title = "Error & debug archive"
    blurb = "Real errors in every engine's wording, with the cause, a fix, and what to do until then."
    unit = "solutions"
    home_words = ("Error & debug archive", "Real errors. Root-cause fixes.")
    status = ("DEBUG_ARCHIVE", "LIVE")

    model = ErrorEntry
    form = ErrorForm
    urls = "debugarchive.urls"
    viewset = "debugarchive.api.ErrorViewSet"
    api_urls = "debugarchive.api_urls"
    home_template = "debugarchive/_door.html"
    home_action = "Paste an error"
    card_template = "debugarchive/_card.html"
    jsonld_type = "TechArticle"
    has_technology_pages = False  # /errors/js/ is a series
    vocabularies = {"series": ErrorSeries}

    def id_prefix(self, data: dict[str, Any], technology_code: str) -> str:
        return ErrorSeries.objects.values_list("code", flat=True).get(slug=data["series"])

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "series": ErrorSeries.objects.get(slug=data["series"]),
            "error_kind": data["error_kind"],
            "severity": data["severity"],
            "exception_type": data.get("exception_type", ""),
        }

    def link_rows(self, row: Any, data: dict[str, Any]) -> None:
        row.signatures.all().delete()
        ErrorSignature.objects.bulk_create(
            compute(
                ErrorSignature(entry=row, position=position, engine=wording["engine"], raw=wording["text"]),
                data["title"],
            )
            for position, wording in enumerate(data["messages"])
        )

    def card(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "error_kind": ErrorKind(data["error_kind"]).label,
            "severity": Severity(data["severity"]).label,
            "message": _first_line(data["messages"][0]["text"]),
            "fix": _first_line(plain_text(data["fix"])),
            "wordings": len(data["messages"]),
        }

    def exact_text(self, data: dict[str, Any]) -> str:
        return "\n".join(wording["text"] for wording in data["messages"])

    @property
    def paste_url(self) -> str:
        return reverse("debugarchive:match")

    def recognise(self, text: str) -> str:
        if not looks_like_error(text):
            return ""
        return f"{reverse('debugarchive:match')}?{urlencode({'text': text})}"

    def similar(self, data: dict[str, Any]) -> list[Related]:
        return same_errors(data.get("messages") or [])

    def begun(self, values: Mapping[str, str]) -> dict[str, Any]:
        return begun(values)

    def address(self, entry: Entry) -> str:
        return reverse("debugarchive:detail", args=[entry.public_id.lower(), entry.slug])


def _first_line(text: str) -> str:
    """The first line that says something, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= MAX_LINE_CHARACTERS else line[:MAX_LINE_CHARACTERS].rsplit(" ", 1)[0] + " …"
