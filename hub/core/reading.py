"""The pages of one entry, for every kind: the page itself, its history, and its Markdown and JSON twins.

A changed address redirects (301), an archived entry answers 410 and names its successor, anything else is
404; all four pages agree because they find the entry by the same mixin.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.module_loading import import_string
from django.views.generic import View

from hub.core import catalogue, contentfiles, jsonld, publishing
from hub.core.caching import content_number, content_page, remembered
from hub.core.differences import Change, payload_changes
from hub.core.facets import Addresses
from hub.core.models import Credit, Entry, FormerAddress, Revision, TechnologyAlias, Weakness
from hub.core.pagination import paginate
from hub.core.related import Related, related
from hub.core.vocabulary import give_subjects

REVISIONS_A_PAGE = 10


class EntryPage(View):
    """One address of one public entry. ``suffix`` is what follows the path of the entry's own page.

    A page that is made of more than the entry's HTML ``needs_payload``.
    """

    kind: ClassVar[str] = ""
    suffix: ClassVar[str] = ""
    needs_payload: ClassVar[bool] = False
    technology_part: ClassVar[str] = "technology"  # the part of the path that is the slug of a technology
    http_method_names = ("get", "head", "options")

    def condition(self, **kwargs: Any) -> Q:
        """Which entry a path means, from the parts of the path."""
        return Q(technology__slug=kwargs["technology"], slug=kwargs["slug"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        entry = self.rows().filter(self.condition(**kwargs), kind=self.kind).first()
        if entry is None:
            return self.moved(**kwargs)
        self.complete(request, entry)
        return self.show(request, entry) if entry.is_public else gone(request, entry)

    def rows(self) -> Any:
        """Entries of the kind with what every page of one needs, in one query."""
        rows = catalogue.get(self.kind).model._default_manager.order_by()
        return rows.select_related("stats", *(["current_revision"] if self.needs_payload else []))

    def complete(self, request: HttpRequest, entry: Any) -> None:
        """Give the entry what pages show of its technology and topic."""
        give_subjects([entry], content_number(request))

    def show(self, request: HttpRequest, entry: Any) -> HttpResponseBase:
        raise NotImplementedError

    def moved(self, **kwargs: Any) -> HttpResponse:
        """The redirect of a former address; raises Http404 where there never was an entry."""
        entry = self._once_at(**kwargs)
        if entry is None and (renamed := self._renamed(**kwargs)):
            found = self.rows().filter(self.condition(**renamed), kind=self.kind).first()
            entry = found or self._once_at(**renamed)
        if entry is None:
            raise Http404("No entry has this address.")
        return HttpResponse(status=301, headers={"Location": address(entry, self.suffix)})

    def _once_at(self, **kwargs: Any) -> Entry | None:
        path = reverse(f"{catalogue.get(self.kind).namespace}:detail", kwargs=kwargs)
        former = FormerAddress.objects.select_related("entry__technology").filter(path=path).first()
        return former.entry if former else None

    def _renamed(self, **kwargs: Any) -> dict[str, Any] | None:
        """The parts of the path with today's slug of a technology that was renamed or merged."""
        alias = (
            TechnologyAlias.objects.select_related("technology")
            .filter(slug=kwargs.get(self.technology_part, ""))
            .first()
        )
        return {**kwargs, self.technology_part: alias.technology.slug} if alias else None


def address(entry: Entry, suffix: str = "") -> str:
    """The address of an entry's page or, with ``history/``, ``.md`` or ``.json``, of one beside it."""
    url = entry.get_absolute_url()
    return f"{url.rstrip('/')}{suffix}" if suffix.startswith(".") else f"{url}{suffix}"


def gone(request: HttpRequest, entry: Entry) -> HttpResponse:
    """410 for an archived entry, with the public successor if it has one."""
    successor = Entry.objects.public().select_related("technology").filter(pk=entry.successor_id).first()
    context = {"entry": entry, "successor": successor, "noindex": True}
    return render(request, "gone.html", context, status=410)


@dataclass(frozen=True)
class Surroundings:
    """What stands around an entry's text; remembered until the next public change."""

    credits: list[dict[str, str]]
    weaknesses: list[dict[str, str]]
    related: list[Any]
    more: dict[str, Any]


class EntryDetailView(EntryPage):
    """The page of an entry. Warm, it costs the content clock and one row; ``surroundings`` is remembered."""

    template_name: ClassVar[str]

    def context(self, _entry: Any) -> dict[str, Any]:
        """What this kind's template takes besides every kind's."""
        return {}

    def crumb(self, entry: Any) -> dict[str, str]:
        """The breadcrumb between the kind's list and the entry."""
        return {"label": entry.technology.name, "url": entry.technology.get_absolute_url()}

    def surroundings(self, _entry: Any) -> dict[str, Any]:
        """What this kind's template takes that costs queries: plain values, they are cached."""
        return {}

    def near(self, entry: Any, more: dict[str, Any]) -> list[Related]:
        """What to read next; ``more`` is what ``surroundings`` gave."""
        return related(entry)

    def show(self, request: HttpRequest, entry: Any) -> HttpResponse:
        kind = catalogue.get(self.kind)
        around: Surroundings = remembered(
            content_number(request), f"around:{entry.pk}", lambda: self._surroundings(entry)
        )
        crumbs = [
            {"label": "Home", "url": "/"},
            {"label": kind.label_plural, "url": kind.list_url},
            self.crumb(entry),
            {"label": entry.title, "url": entry.get_absolute_url()},
        ]
        context = {
            "entry": entry,
            "sections": entry.sections,
            "reading_minutes": entry.card.get("reading_minutes"),
            "credits": around.credits,
            "weaknesses": around.weaknesses,
            "related": around.related,
            "level_url": f"{kind.list_url}?level={entry.level}" if entry.level else "",
            "history_url": address(entry, "history/"),
            "feedback_url": reverse("pages:feedback", args=[entry.public_id]),
            "thanks": next((word for word in ("thanks", "voted") if word in request.GET), ""),
            "formats": [
                {"label": "Markdown", "url": address(entry, ".md")},
                {"label": "JSON", "url": address(entry, ".json")},
            ],
            "breadcrumbs": crumbs,
            "json_ld": jsonld.script_text(jsonld.article(entry), jsonld.breadcrumb_list(crumbs)),
            "og_type": "article",
            "description": entry.summary[:200],
            "canonical_url": settings.SITE_URL + entry.get_absolute_url(),
            "noindex": bool({"thanks", "voted"} & request.GET.keys()),
            **around.more,
            **self.context(entry),
        }
        return render(request, self.template_name, context)

    def _surroundings(self, entry: Any) -> Surroundings:
        more = self.surroundings(entry)
        named = {
            (credit.name, credit.link): credit for credit in Credit.objects.filter(entry=entry).order_by("pk")
        }
        return Surroundings(
            [{"name": credit.name, "url": credit.link} for credit in named.values()],
            [
                {"code": one.label, "name": one.name, "url": one.get_absolute_url()}
                for one in Weakness.objects.filter(entries=entry.pk)
            ],
            self.near(entry, more),
            more,
        )


@dataclass(frozen=True)
class RevisionLine:
    """One revision on the history page, with what it changed."""

    number: int
    created_at: Any
    author: str
    note: str
    is_current: bool
    changes: list[Change]


class EntryHistoryView(EntryPage):
    """All revisions of a public entry, newest first, each with its differences from the one before."""

    suffix = "history/"

    def show(self, request: HttpRequest, entry: Any) -> HttpResponse:
        revisions = Revision.objects.filter(entry=entry).select_related("credit").order_by("-number")
        addresses = Addresses(request.path, request.GET, [])
        pagination = paginate(request, revisions.count(), addresses, REVISIONS_A_PAGE)
        shown = list(revisions[pagination.start : pagination.stop + 1])
        lines = [self._line(entry, *pair) for pair in zip(shown, [*shown[1:], None], strict=True)]
        context = {
            "entry": entry,
            "revisions": lines[:REVISIONS_A_PAGE],
            "pagination": pagination,
            "noindex": True,
            "breadcrumbs": [
                {"label": catalogue.get(self.kind).label_plural, "url": catalogue.get(self.kind).list_url},
                {"label": entry.title, "url": entry.get_absolute_url()},
                {"label": "History", "url": request.path},
            ],
        }
        return render(request, "core/entry_history.html", context)

    def _line(self, entry: Any, revision: Revision, before: Revision | None) -> RevisionLine:
        kind = catalogue.get(entry.kind)
        changes: list[Change] = []
        if before:
            old, new = (kind.current(one.payload, one.schema) for one in (before, revision))
            changes = payload_changes(kind.name, old, new)
        credit = getattr(revision, "credit", None)
        return RevisionLine(
            revision.number, revision.created_at, credit.name if credit else "", revision.note,
            revision.pk == entry.current_revision_id, changes,
        )  # fmt: skip


class EntryMarkdownView(EntryPage):
    """The entry as the content file that it could be loaded from."""

    suffix = ".md"
    needs_payload = True

    def show(self, _request: HttpRequest, entry: Any) -> HttpResponse:
        text = contentfiles.write(catalogue.get(entry.kind), entry, publishing.current_payload(entry))
        return beside(HttpResponse(text, content_type="text/markdown; charset=utf-8"), entry)


class EntryJsonView(EntryPage):
    """The entry as the API gives it."""

    suffix = ".json"
    needs_payload = True

    def show(self, _request: HttpRequest, entry: Any) -> HttpResponse:
        serializer = import_string(catalogue.get(entry.kind).viewset).detail_serializer_class
        return beside(JsonResponse(serializer(entry, context={}).data), entry)


def beside(response: HttpResponse, entry: Entry) -> HttpResponse:
    """Another format of a page: any site may read it, search engines keep to the page itself (RFC 6596)."""
    response.headers["Link"] = f'<{settings.SITE_URL}{entry.get_absolute_url()}>; rel="canonical"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def entry_paths(route: str, detail: type[EntryDetailView]) -> Iterable[URLPattern]:
    """The URL patterns of one kind's entries: ``route`` is the path of the page without its last slash."""
    views = {
        f"{route}/": (detail, "detail"),
        f"{route}/history/": (_alike(detail, EntryHistoryView), "history"),
        f"{route}.md": (_alike(detail, EntryMarkdownView), "markdown"),
        f"{route}.json": (_alike(detail, EntryJsonView), "json"),
    }
    return [path(one, content_page(view.as_view()), name=name) for one, (view, name) in views.items()]


def _alike(detail: type[EntryDetailView], page: type[EntryPage]) -> type[EntryPage]:
    """The page of the same kind that finds entries, and those that moved, as ``detail`` does."""
    shared = {
        "kind": detail.kind,
        "technology_part": detail.technology_part,
        "condition": detail.condition,
        "moved": detail.moved,
    }
    return type(page.__name__, (page,), shared)
