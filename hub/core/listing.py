"""The list page of a kind: filters, facets, order, numbered pages. A concrete view says only its own words."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from hub.core import catalogue, jsonld
from hub.core.caching import content_number
from hub.core.facets import Addresses, Facet, Sort, facet
from hub.core.models import ENTRY_ORDERS, Entry, EntryQuerySet
from hub.core.pagination import Pagination, paginate
from hub.core.vocabulary import Term, vocabulary

SORT_LABELS = {
    "difficulty": "Easiest first", "hardest": "Hardest first", "newest": "Newest", "updated": "Recently revised",
}  # fmt: skip


class EntryListView(TemplateView):
    """Entries of one kind, perhaps of one technology (a part of the path).

    A page costs the content clock, the ids (along a covering index) and the rows: totals and facets are
    remembered until the next public change. An unknown value of a filter is 400, a page past the end 404.
    """

    kind: ClassVar[str]
    filterset_class: ClassVar[Any]
    facet_labels: ClassVar[dict[str, str]] = {
        "technology": "Technology", "level": "Level", "topic": "Topic", "difficulty": "Difficulty",
    }  # fmt: skip
    several: ClassVar[frozenset[str]] = frozenset({"level"})
    default_sort: ClassVar[str] = "difficulty"

    def heading(self, technology: Term | None) -> str:
        kind = catalogue.get(self.kind)
        return f"{technology.name} {kind.unit}" if technology else kind.title

    def intro(self, technology: Term | None) -> str:
        return "" if technology else catalogue.get(self.kind).blurb

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = catalogue.get(self.kind)
        technology = self._technology_of_path()
        data = request.GET.copy()
        if technology:
            data["technology"] = technology.slug
        public: EntryQuerySet = Entry.objects.public().of_kind(self.kind)
        filterset = self.filterset_class(data, public, request=request)
        addresses = Addresses(kind.list_url, data, [*filterset.filters, "sort"], self._place())
        problem = self._problem(filterset, data.get("sort", ""))
        if problem:
            context = {
                "entries": [],
                "facets": [],
                "pagination": Pagination(1, 0, addresses),
                "problem": problem,
            }
        else:
            context = self._page(filterset, addresses, data.get("sort") or self.default_sort)
        chosen = technology or vocabulary(filterset.number).technologies.get(data.get("technology", ""))
        context |= self._frame(chosen, addresses, context["pagination"])
        context |= {"query": data.get("q", ""), "clear_url": None if addresses.is_plain else addresses.clear}
        return self.render_to_response(self.get_context_data(**context), status=400 if problem else 200)

    def _technology_of_path(self) -> Term | None:
        slug = self.kwargs.get("technology")
        if slug is None:
            return None
        term = vocabulary(content_number(self.request)).technologies.get(slug)
        if term is None:
            raise Http404(f"There is no technology “{slug}”.")
        return term

    def _place(self) -> Callable[[str], str] | None:
        kind = catalogue.get(self.kind)
        return kind.technology_url if kind.has_technology_pages else None

    def _problem(self, filterset: Any, sort: str) -> str:
        texts = [str(text) for texts in filterset.errors.values() for text in texts]
        if sort and sort not in ENTRY_ORDERS:
            texts.append("There is no such order.")
        return " ".join(texts)

    def _page(self, filterset: Any, addresses: Addresses, sort: str) -> dict[str, Any]:
        total, counts = filterset.figures(self.kind)
        pagination = paginate(self.request, total, addresses)
        ids = list(
            filterset.qs.in_order(sort).values_list("pk", flat=True)[pagination.start : pagination.stop]
        )
        rows = Entry.objects.public().for_cards().in_bulk(ids)
        problem = ""
        if pagination.is_cut and pagination.number == pagination.pages:
            problem = f"This is the last of {pagination.pages} pages that are shown: narrow your filter to see more."
        return {
            "entries": [rows[pk] for pk in ids if pk in rows],
            "pagination": pagination,
            "facets": self._facets(counts, addresses),
            "sorts": [
                Sort(
                    value,
                    label,
                    addresses.with_values("sort", [] if value == self.default_sort else [value]),
                    value == sort,
                )
                for value, label in SORT_LABELS.items()
            ],
            "problem": problem,
        }

    def _facets(self, counts: dict[str, Any], addresses: Addresses) -> list[Facet]:
        return [
            facet(name, self.facet_labels[name], rows, addresses, takes_several=name in self.several)
            for name, rows in counts.items()
            if name in self.facet_labels
        ]

    def _frame(self, technology: Term | None, addresses: Addresses, pagination: Pagination) -> dict[str, Any]:
        """What surrounds the list: words, breadcrumbs, canonical address, feeds."""
        kind = catalogue.get(self.kind)
        crumbs: list[dict[str, Any]] = [
            {"label": "Home", "url": "/"},
            {"label": kind.label_plural, "url": kind.list_url},
        ]
        if technology:
            crumbs.append({"label": technology.name, "url": kind.technology_url(technology.slug)})
        feeds = [
            {
                "title": f"{settings.SITE_NAME}: {kind.label_plural}",
                "url": reverse("pages:feed", args=[kind.path, "atom"]),
            }
        ]
        return {
            "heading": self.heading(technology),
            "intro": self.intro(technology),
            "description": self.intro(technology)
            or f"{self.heading(technology)}: {pagination.total} in all.",
            "breadcrumbs": crumbs,
            "json_ld": jsonld.script_text(jsonld.breadcrumb_list(crumbs)),
            "canonical_url": settings.SITE_URL + pagination.url(pagination.number),
            "noindex": not addresses.is_plain,
            "feeds": feeds,
        }
