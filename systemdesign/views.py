"""The reading pages of design notes."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from hub.core.listing import EntryListView
from hub.core.reading import EntryDetailView
from hub.core.vocabulary import Term
from systemdesign.filters import DesignNoteFilter


class DesignNoteList(EntryListView):
    """All design notes."""

    kind = "design"
    template_name = "systemdesign/designnote_list.html"
    filterset_class = DesignNoteFilter
    facet_labels = {
        "note_kind": "Kind of note", "technology": "Technology", "topic": "Topic", "difficulty": "Difficulty",
        "tag": "Tag",
    }  # fmt: skip

    def heading(self, subject: Term | None) -> str:
        return f"System design: {subject.name}" if subject else "System design"


class DesignNoteDetail(EntryDetailView):
    """One design note: the problem first, then the figures, the options and what was made of them."""

    kind = "design"
    template_name = "systemdesign/designnote_detail.html"

    def condition(self, **kwargs: Any) -> Q:
        return Q(slug=kwargs["slug"])

    def crumb(self, entry: Any) -> dict[str, str]:
        return {"label": entry.get_note_kind_display(), "url": _kind_url(entry)}

    def context(self, entry: Any) -> dict[str, Any]:
        sections = {section.key: section for section in entry.sections}
        return {
            "problem": sections.pop("problem"),
            "sections": list(sections.values()),
            "has_estimates": "estimates" in sections,
            "kind_url": _kind_url(entry),
        }


def _kind_url(entry: Any) -> str:
    return f"{reverse('systemdesign:list')}?note_kind={entry.note_kind}"
