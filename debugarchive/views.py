"""The reading pages of errors."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse

from debugarchive.filters import ErrorFilter, series_terms
from debugarchive.models import WorkaroundRisk
from debugarchive.similar import similar
from hub.core.caching import content_number
from hub.core.facets import Place
from hub.core.listing import EntryListView
from hub.core.models import Entry
from hub.core.publishing import current_payload
from hub.core.reading import EntryDetailView, address
from hub.core.related import Related
from hub.core.vocabulary import Term

# Sections in the order of the page: what to do before what happened and why.
_PAGE_ORDER = (
    "fix", "workaround", "messages", "symptom", "root_cause",
    "reproduction", "fixed_code", "verify", "further",
)  # fmt: skip


def series_url(slug: str) -> str:
    return reverse("debugarchive:series", args=[slug])


class ErrorList(EntryListView):
    """All errors, or those of one series."""

    kind = "error"
    template_name = "debugarchive/error_list.html"
    filterset_class = ErrorFilter
    facet_labels = {
        "technology": "Technology", "series": "Series", "error_kind": "Kind of error", "severity": "Severity",
        "difficulty": "Difficulty", "tag": "Tag",
    }  # fmt: skip
    default_sort = "newest"

    def heading(self, subject: Term | None) -> str:
        return f"{subject.name} errors" if subject else "Real errors. Root-cause fixes."

    def place(self) -> Place:
        return Place("series", series_terms(content_number(self.request)), series_url)


class ErrorDetail(EntryDetailView):
    """One error: the fix first, then how to be sure that it is this one, and why it happens."""

    kind = "error"
    needs_payload = True
    template_name = "debugarchive/error_detail.html"

    def condition(self, **kwargs: Any) -> Q:
        public_id: str = kwargs["public_id"]
        # An id in capitals is a good address of another spelling: it finds nothing here, and is moved.
        return Q(public_id=public_id.upper() if public_id.islower() else "", slug=kwargs["slug"])

    def moved(self, **kwargs: Any) -> HttpResponse:
        """The redirect of an address whose id is right, whatever words follow it."""
        found = Entry.objects.filter(kind=self.kind, public_id=kwargs["public_id"].upper()).first()
        if found is None:
            raise Http404("No error has this id.")
        return HttpResponse(status=301, headers={"Location": address(found, self.suffix)})

    def rows(self) -> Any:
        return super().rows().select_related("series")

    def context(self, entry: Any) -> dict[str, Any]:
        data = current_payload(entry).data
        sections = {section.key: section for section in entry.sections}
        undo = sections.pop("workaround_undo", None)
        return {
            "contents": [sections[key] for key in _PAGE_ORDER if key in sections],
            "text": sections,
            "undo": undo,
            "risk": WorkaroundRisk(data["workaround_risk"]) if "workaround" in sections else None,
            "message": data["messages"][0]["text"],
            "affected": data.get("affected", []),
        }

    def surroundings(self, entry: Any) -> dict[str, Any]:
        return {"similar": similar(entry)}

    def near(self, entry: Any, more: dict[str, Any]) -> list[Related]:
        return [one for one in super().near(entry, more) if one.entry not in more["similar"]]
