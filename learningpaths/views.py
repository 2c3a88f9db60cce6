"""The reading pages of learning paths and of their modules."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from hub.core import catalogue, jsonld
from hub.core.caching import content_number, remembered
from hub.core.listing import EntryListView
from hub.core.reading import EntryDetailView, EntryPage
from hub.core.related import Related, related
from hub.core.vocabulary import Term
from learningpaths.fields import hours_text
from learningpaths.filters import LearningPathFilter
from learningpaths.steps import ShownModule, modules_of, stages


class LearningPathList(EntryListView):
    """All paths."""

    kind = "path"
    template_name = "learningpaths/learningpath_list.html"
    filterset_class = LearningPathFilter
    facet_labels = {
        "level": "Level", "track": "Track", "technology": "Technology", "tag": "Tag",
        "difficulty": "Difficulty",
    }  # fmt: skip

    def heading(self, subject: Term | None) -> str:
        return f"{subject.name} learning paths" if subject else "Learning paths"


class LearningPathDetail(EntryDetailView):
    """One path: what it leads to, its map, and its modules in order."""

    needs_payload = True  # its JSON-LD names the modules
    kind = "path"
    template_name = "learningpaths/learningpath_detail.html"

    def condition(self, **kwargs: Any) -> Q:
        return Q(slug=kwargs["slug"])

    def crumb(self, entry: Any) -> dict[str, str]:
        return {"label": entry.get_track_display(), "url": _track_url(entry)}

    def surroundings(self, entry: Any) -> dict[str, Any]:
        modules = modules_of(entry)
        return {"modules": modules, "stages": stages(modules)}

    def near(self, entry: Any, more: dict[str, Any]) -> list[Related]:
        return related(entry, without={step.pk for module in more["modules"] for step in module.steps})

    def context(self, entry: Any) -> dict[str, Any]:
        sections = {section.key: section for section in entry.sections}
        return {
            "outcomes": sections["outcomes"],
            "further": sections.get("further"),
            "hours": hours_text(entry.card["hours_from"], entry.card["hours_to"]),
            "track_url": _track_url(entry),
        }


class ModulePage(EntryPage):
    """One module of a public path, with the one before and the one after."""

    kind = "path"

    def condition(self, **kwargs: Any) -> Q:
        return Q(slug=kwargs["slug"])

    def moved(self, **kwargs: Any) -> HttpResponse:
        module = kwargs.pop("module")
        found = super().moved(**kwargs)
        return HttpResponse(status=301, headers={"Location": f"{found.headers['Location']}{module}/"})

    def show(self, request: HttpRequest, entry: Any) -> HttpResponse:
        modules: list[ShownModule] = remembered(
            content_number(request), f"modules:{entry.pk}", lambda: modules_of(entry)
        )
        url = reverse("learningpaths:module", args=[entry.slug, self.kwargs["module"]])
        place = next((n for n, module in enumerate(modules) if module.url == url), None)
        if place is None:
            raise Http404("This path has no such module.")
        module = modules[place]
        kind = catalogue.get(self.kind)
        crumbs = [
            {"label": "Home", "url": "/"},
            {"label": kind.label_plural, "url": kind.list_url},
            {"label": entry.title, "url": entry.get_absolute_url()},
            {"label": module.title, "url": module.url},
        ]
        context = {
            "entry": entry,
            "module": module,
            "total": len(modules),
            "needed": [modules[need - 1] for need in module.needs],
            "previous": modules[place - 1] if place else None,
            "next": modules[place + 1] if place + 1 < len(modules) else None,
            "breadcrumbs": crumbs,
            "json_ld": jsonld.script_text(jsonld.breadcrumb_list(crumbs)),
            "og_type": "article",
            "description": (module.milestone or f"{module.title}: {entry.summary}")[:200],
            "canonical_url": settings.SITE_URL + module.url,
        }
        return render(request, "learningpaths/module_detail.html", context)


def _track_url(entry: Any) -> str:
    return f"{reverse('learningpaths:list')}?track={entry.track}"
