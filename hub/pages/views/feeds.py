"""Atom (RFC 4287) and JSON Feed 1.1 of everything, of a kind, a technology, a topic or a tag."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from hub.core import catalogue
from hub.core.links import absolute
from hub.core.models import Entry, EntryQuerySet, Tag, Technology, Topic, Weakness
from subscriptions.forms import FilterForm

MOST_ENTRIES = 50


@dataclass(frozen=True)
class Scope:
    """What a feed is about: its entries, its title, and the page that shows the same."""

    title: str
    page: str
    entries: EntryQuerySet
    filters: str = ""  # as the query of an address


def scope_named(name: str, query: QueryDict) -> Scope:
    """``all``, a kind's path, ``tech-``, ``topic-`` or ``tag-`` and a slug, or a weakness; else Http404.

    ``query`` filters ``all``, as alerts are filtered.
    """
    public: EntryQuerySet = Entry.objects.public()
    if name == "all":
        return _filtered(query, public)
    for kind in catalogue.kinds():
        if kind.path == name:
            return Scope(
                f"{settings.SITE_NAME}: {kind.label_plural}", kind.list_url, public.of_kind(kind.name)
            )
    prefix, _, slug = name.partition("-")
    row: Technology | Topic | Tag | Weakness | None = None
    if prefix == "tech" and (row := _called(Technology, slug)):
        public = public.about(row.slug)
    elif prefix == "topic" and (row := _called(Topic, slug)):
        public = public.filter(topic=row)
    elif prefix == "tag" and (row := _called(Tag, slug)):
        public = public.filter(tagged__tag=row)
    elif prefix in {"cwe", "owasp"}:
        row = _weakness(name)
        public = public.filter(weaknesses=row)
    if row is None:
        raise Http404("There is no such feed.")
    title = str(row) if isinstance(row, Weakness) else row.name
    return Scope(f"{settings.SITE_NAME}: {title}", row.get_absolute_url(), public)


def _filtered(query: QueryDict, public: EntryQuerySet) -> Scope:
    """Everything, or what the filters of alerts leave: ``?technology=flask&level=senior``."""
    form = FilterForm(query)
    if not form.is_valid():
        raise Http404("There is no such feed.")
    preferences = form.preferences()
    filters = preferences.query()
    if not filters:
        return Scope(settings.SITE_NAME, reverse("pages:home"), public)
    page = f"{reverse('subscriptions:subscribe')}?{filters}"
    title = f"{settings.SITE_NAME}: {preferences.words().rstrip('.')}"
    return Scope(title, page, preferences.among(public), filters)


def _called(model: Any, slug: str) -> Any:
    """The term of a slug, or what was called so before: readers of a feed keep its first address."""
    return model.objects.filter(slug=slug).first() or model.objects.filter(aliases__slug=slug).first()


def _weakness(scope: str) -> Weakness | None:
    """The weakness of ``cwe-352`` or ``owasp-2025-a01``."""
    scheme, *parts = scope.upper().split("-")
    edition, code = parts if len(parts) == 2 else ("", "-".join(parts))
    return Weakness.objects.filter(scheme=scheme, edition=edition, code=code).first()


@require_safe
def feed(request: HttpRequest, scope: str, form: str) -> HttpResponse:
    """The newest fifty entries of a scope."""
    found = scope_named(scope, request.GET)
    rows = found.entries.newest().select_related("technology", "topic").defer("rendered", "provenance")
    entries = list(rows[:MOST_ENTRIES])
    url = absolute(reverse("pages:feed", args=[scope, form]) + (f"?{found.filters}" if found.filters else ""))
    response = _json(found, entries, url) if form == "json" else _atom(found, entries, url)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _atom(scope: Scope, entries: list[Entry], url: str) -> HttpResponse:
    document = Atom1Feed(
        title=scope.title,
        link=absolute(scope.page),
        description="",
        feed_url=url,
        feed_guid=url,
        subtitle="New entries, reviewed and dated.",
        feed_copyright="CC BY 4.0",
        author_name=settings.SITE_NAME,
        language="en",
    )
    for entry in entries:
        document.add_item(
            title=entry.title,
            link=absolute(entry.get_absolute_url()),
            description=entry.summary,
            unique_id=absolute(entry.permalink),
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            categories=_categories(entry),
        )
    return HttpResponse(document.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _json(scope: Scope, entries: list[Entry], url: str) -> HttpResponse:
    items: list[dict[str, Any]] = [
        {
            "id": absolute(entry.permalink),
            "url": absolute(entry.get_absolute_url()),
            "title": entry.title,
            "content_text": entry.summary,
            "date_published": entry.published_at.isoformat(),
            "date_modified": entry.updated_at.isoformat(),
            "tags": _categories(entry),
            "language": "en",
        }
        for entry in entries
    ]
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": scope.title,
        "home_page_url": absolute(scope.page),
        "feed_url": url,
        "language": "en",
        "items": items,
    }
    return JsonResponse(data, content_type="application/feed+json")


def _categories(entry: Entry) -> list[str]:
    topic = [entry.topic.name] if entry.topic else []
    return [entry.technology.name, *topic, *(tag["name"] for tag in entry.card.get("tags", []))]
