"""The reading pages of security topics."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import mark_safe

from hub.core.facets import Facet, Option
from hub.core.listing import EntryListView
from hub.core.reading import EntryDetailView
from hub.core.sections import Section
from hub.core.vocabulary import Term
from security.filters import SecurityTopicFilter
from security.severity import severity

# Sections in the order of the page: what it is, how it happens and shows, how to close it.
_PAGE_ORDER = (
    "overview", "preconditions", "impact", "attack", "code_pairs",
    "detection", "defence", "takeaways", "further",
)  # fmt: skip


class SecurityTopicList(EntryListView):
    """All security topics; their kinds are tabs."""

    kind = "security"
    template_name = "security/securitytopic_list.html"
    filterset_class = SecurityTopicFilter
    facet_labels = {
        "topic_kind": "Kind", "weakness": "OWASP Top 10", "technology": "Technology",
        "difficulty": "Difficulty", "tag": "Tag",
    }  # fmt: skip
    default_sort = "newest"

    def heading(self, subject: Term | None) -> str:
        return f"{subject.name} security" if subject else "Know the attack. Ship the defence."

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        kinds = [facet for facet in context["facets"] if facet.key == "topic_kind"]
        context["facets"] = [facet for facet in context["facets"] if facet.key != "topic_kind"]
        return super().get_context_data(
            tabs=_tabs(kinds[0], context["pagination"].url(1)) if kinds else [], **context
        )


def _tabs(kinds: Facet, here: str) -> list[Option]:
    """Everything, then each kind of topic; ``here`` is this list's first page."""
    chosen = [option for option in kinds.options if option.is_active]
    everything = Option(
        "", "Everything", sum(option.count for option in kinds.options), chosen[0].url if chosen else here,
        not chosen,
    )  # fmt: skip
    return [everything, *kinds.options]


class SecurityTopicDetail(EntryDetailView):
    """One security topic: the law where it shows an attack, the severity, then how to close it."""

    kind = "security"
    template_name = "security/securitytopic_detail.html"

    def condition(self, **kwargs: Any) -> Q:
        return Q(slug=kwargs["slug"])

    def crumb(self, entry: Any) -> dict[str, str]:
        return {"label": entry.get_topic_kind_display(), "url": _kind_url(entry)}

    def context(self, entry: Any) -> dict[str, Any]:
        sections = {section.key: section for section in entry.sections}
        if pairs := entry.rendered.get("code_pairs"):
            heading = "Vulnerable and fixed code" if "vulnerable_code" in sections else "Code"
            sections["code_pairs"] = Section("code_pairs", heading, mark_safe(pairs))  # noqa: S308 (made by render)
        vector = entry.card.get("cvss", "")
        return {
            "sections": [sections[key] for key in _PAGE_ORDER if key in sections],
            "severity": severity(vector) if vector else None,
            "legal_scope": mark_safe(entry.rendered.get("legal_scope", "")),  # noqa: S308 (sanitised when rendered)
            "kind_url": _kind_url(entry),
        }


def _kind_url(entry: Any) -> str:
    return f"{reverse('security:list')}?topic_kind={entry.topic_kind}"
