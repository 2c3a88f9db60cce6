"""The list page of a kind: filters, facets, order, numbered pages. A concrete view adds its words."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.urls import reverse
from django.views.generic import TemplateView

from hub.core import cards, catalogue, jsonld
from hub.core.caching import content_number, remembered
from hub.core.facets import Addresses, Facet, Place, Sort, facet
from hub.core.models import ENTRY_ORDERS, Entry, EntryQuerySet
from hub.core.pagination import Pagination, paginate
from hub.core.vocabulary import Term, vocabulary

SORT_LABELS = {
    "difficulty": "Easiest first",
    "hardest": "Hardest first",
    "newest": "Newest",
    "updated": "Recently revised",
}


class EntryListView(TemplateView):
    """Entries of one kind, perhaps of one technology, or of what else is a part of the path.

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

    def heading(self, subject: Term | None) -> str:
        kind = catalogue.get(self.kind)
        return f"{subject.name} {kind.unit}" if subject else kind.title

    def intro(self, subject: Term | None) -> str:
        return "" if subject else catalogue.get(self.kind).blurb

    def place(self) -> Place | None:
        """The filter whose value may be a part of the path, if this kind's lists have one."""
        kind = catalogue.get(self.kind)
        if not kind.has_technology_pages:
            return None
        technologies = vocabulary(content_number(self.request)).technologies
        return Place("technology", technologies, kind.technology_url)

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        place = self.place()
        if moved := self._renamed(request, place, kwargs):
            return HttpResponsePermanentRedirect(moved)
        data = request.GET.copy()
        if place and place.filter in kwargs:
            data[place.filter] = _slug_of_path(place, kwargs[place.filter])
        public: EntryQuerySet = Entry.objects.public().of_kind(self.kind)
        filterset = self.filterset_class(data, public, request=request)
        addresses = Addresses(catalogue.get(self.kind).list_url, data, [*filterset.filters, "sort"], place)
        problem = self._problem(filterset, data.get("sort", ""))
        if problem:
            context: dict[str, Any] = {
                "entries": [],
                "facets": [],
                "pagination": Pagination(1, 0, addresses),
                "problem": problem,
            }
        else:
            context = self._page(filterset, addresses, data.get("sort") or self.default_sort)
        subject, url = self._subject(place, data)
        context |= self._frame(subject, url, addresses, context["pagination"])
        context |= {"query": data.get("q", ""), "clear_url": None if addresses.is_plain else addresses.clear}
        return self.render_to_response(self.get_context_data(**context), status=400 if problem else 200)

    def _renamed(self, request: HttpRequest, place: Place | None, kwargs: dict[str, Any]) -> str:
        """This list at today's slugs, where the address names a technology or topic as it was called."""
        known = vocabulary(content_number(request))
        path, data = request.path, request.GET.copy()
        slug = kwargs.get(place.filter, "") if place else ""
        now = known.former_technologies.get(slug, "")
        if place and slug not in place.terms and now in place.terms:
            path = place.url(now)
        for name, former in (
            ("technology", known.former_technologies),
            ("language", known.former_technologies),
            ("topic", known.former_topics),
        ):
            if now := former.get(data.get(name, "").lower(), ""):
                data[name] = now
        if (path, data) == (request.path, request.GET):
            return ""
        return f"{path}?{data.urlencode()}" if data else path

    def _subject(self, place: Place | None, data: QueryDict) -> tuple[Term | None, str]:
        """What the list is narrowed to that makes a heading, with the address of that list."""
        if place and (term := place.terms.get(data.get(place.filter, "").lower())):
            return term, place.url(term.slug)
        term = vocabulary(content_number(self.request)).technologies.get(data.get("technology", "").lower())
        return term, catalogue.get(self.kind).technology_url(term.slug) if term else ""

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
        rows = cards.public_entries(ids, content_number(self.request))
        problem = ""
        if pagination.is_cut and pagination.number == pagination.pages:
            problem = f"A list shows at most {pagination.pages} pages: narrow your filter to see more."
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
        """The facets with the addresses of their choices, the same on every page of a list."""

        def make() -> list[Facet]:
            return [
                facet(name, self.facet_labels[name], rows, addresses, takes_several=name in self.several)
                for name, rows in counts.items()
                if name in self.facet_labels
            ]

        name = f"facets:{addresses.page(1)}"
        return remembered(content_number(self.request), name, make, is_shared=False)  # type: ignore[no-any-return]

    def _frame(
        self, subject: Term | None, url: str, addresses: Addresses, pagination: Pagination
    ) -> dict[str, Any]:
        """What surrounds the list: words, breadcrumbs, canonical address, feeds."""
        kind, address = catalogue.get(self.kind), pagination.url(pagination.number)
        crumbs: list[dict[str, Any]] = [
            {"label": "Home", "url": "/"},
            {"label": kind.label_plural, "url": kind.list_url},
        ]
        if subject:
            crumbs.append({"label": subject.name, "url": url})
        feeds = [
            {
                "title": f"{settings.SITE_NAME}: {kind.label_plural}",
                "url": reverse("pages:feed", args=[kind.path, "atom"]),
            }
        ]
        return {
            "heading": self.heading(subject),
            "intro": self.intro(subject),
            "description": self.intro(subject) or f"{self.heading(subject)}: {pagination.total} in all.",
            "breadcrumbs": crumbs,
            "json_ld": jsonld.script_text(jsonld.breadcrumb_list(crumbs)),
            "canonical_url": settings.SITE_URL + address,
            "form_path": address.partition("?")[0],
            "list_key": f"{content_number(self.request)}:{address}",
            "noindex": not addresses.is_plain,
            "feeds": feeds,
        }


def _slug_of_path(place: Place, slug: str) -> str:
    if slug not in place.terms:
        raise Http404(f"There is no {place.filter} “{slug}”.")
    return slug
