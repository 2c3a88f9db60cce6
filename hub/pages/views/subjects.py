"""Everything on one technology, topic, tag or weakness, across kinds."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.core import cards, catalogue
from hub.core.caching import content_number
from hub.core.catalogue import Kind
from hub.core.models import Entry, EntryQuerySet, Tag, Technology, Topic, Weakness
from hub.core.vocabulary import vocabulary
from hub.pages.figures import figures, shelves


@require_safe
def technology(request: HttpRequest, slug: str) -> HttpResponse:
    """A technology with what belongs to it: Python finds Flask too. A former slug redirects."""
    row = Technology.objects.select_related("parent").filter(slug=slug).first()
    if row is None:
        return _moved(Technology, slug)
    number = content_number(request)
    known = vocabulary(number)
    family = known.with_children(slug) + ([row.parent.slug] if row.parent else [])
    links = [
        {"label": name, "url": reverse("pages:technology", args=[one]), "count": count}
        for one, name, count in figures(number).technologies(known)
        if one in family and one != slug
    ]
    entries = Entry.objects.public().about(slug)
    context = _collection(request, row.name, entries, f"tech-{slug}", lambda kind: kind.technology_url(slug))
    context |= {
        "technology": row,
        "links": links,
        "links_label": "Near it",
        "alerts_url": _alerts("technology", slug),
    }
    return render(request, "pages/technology.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    row = Topic.objects.filter(slug=slug).first()
    if row is None:
        return _moved(Topic, slug)
    number = content_number(request)
    counts = figures(number).topics.most_common()
    links = [
        {
            "label": vocabulary(number).topic_label(one),
            "url": reverse("pages:topic", args=[one]),
            "count": count,
        }
        for one, count in counts
        if one != slug
    ]
    entries = Entry.objects.public().filter(topic=row)
    context = _collection(
        request, row.name, entries, f"topic-{slug}", lambda kind: f"{kind.list_url}?topic={slug}"
    )
    context |= {"topic": row, "links": links, "links_label": "Other topics", "alerts_url": None}
    return render(request, "pages/topic.html", context)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """A tag; another word for it redirects to it."""
    row = Tag.objects.filter(slug=slug).first()
    if row is None:
        return _moved(Tag, slug)
    entries = Entry.objects.public().filter(tagged__tag=row)
    context = _collection(
        request, row.name, entries, f"tag-{slug}", lambda kind: f"{kind.list_url}?tag={slug}"
    )
    context |= {"tag": row, "links": [], "links_label": "", "alerts_url": _alerts("tag", slug)}
    return render(request, "pages/tag.html", context)


@require_safe
def owasp(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A category of one edition of the OWASP Top 10, beside the others of that edition."""
    row = get_object_or_404(Weakness, scheme=Weakness.Scheme.OWASP, edition=edition, code=code.upper())
    if row.code != code:
        return HttpResponsePermanentRedirect(row.get_absolute_url())
    edition_rows = list(
        Weakness.objects.filter(scheme=row.scheme, edition=edition).exclude(pk=row.pk).order_by("code")
    )
    source = {"label": f"OWASP Top 10:{edition}", "url": f"https://owasp.org/Top10/{edition}/"}
    return _weakness(request, row, source, edition_rows, f"The rest of the OWASP Top 10 {edition}")


@require_safe
def cwe(request: HttpRequest, code: str) -> HttpResponse:
    """A weakness of the CWE list, beside the OWASP categories that its entries are filed under."""
    row = get_object_or_404(Weakness, scheme=Weakness.Scheme.CWE, code=code)
    beside = (
        Weakness.objects.filter(
            scheme=Weakness.Scheme.OWASP, entries__in=Entry.objects.public().filter(weaknesses=row)
        )
        .distinct()
        .order_by("-edition", "code")
    )
    source = {
        "label": f"{row.label} in the CWE list",
        "url": f"https://cwe.mitre.org/data/definitions/{row.code}.html",
    }
    return _weakness(
        request, row, source, list(beside), "Categories of the OWASP Top 10 with the same entries"
    )


def _moved(model: type[Technology | Topic | Tag], slug: str) -> HttpResponse:
    """The redirect of another word, or of what a term was called before; raises Http404 for no such word."""
    row: Any = get_object_or_404(model, aliases__slug=slug)
    return HttpResponsePermanentRedirect(row.get_absolute_url())


def _weakness(
    request: HttpRequest, row: Weakness, source: dict[str, str], neighbours: list[Weakness], links_label: str
) -> HttpResponse:
    """The page of a weakness; only neighbours with public entries are linked."""
    counts = figures(content_number(request)).weaknesses
    links = [
        {"label": str(one), "url": one.get_absolute_url(), "count": counts[one.pk]}
        for one in neighbours
        if counts[one.pk]
    ]
    entries = Entry.objects.public().filter(weaknesses=row)
    context = _collection(
        request,
        str(row),
        entries,
        row.scope,
        lambda kind: f"{kind.list_url}?{urlencode({'weakness': row.label})}",
    )
    context |= {
        "weakness": row, "source": source, "links": links, "links_label": links_label, "alerts_url": None,
    }  # fmt: skip
    return render(request, "pages/weakness.html", context)


def _alerts(name: str, slug: str) -> str:
    return f"{reverse('subscriptions:subscribe')}?{name}={slug}"


def _collection(
    request: HttpRequest, name: str, entries: EntryQuerySet, scope: str, url: Callable[[Kind], str]
) -> dict[str, Any]:
    """What these pages share; warm, its entries cost one query. ``url`` gives a kind's filtered list."""
    number = content_number(request)
    by_kind = {shelf.kind: shelf for shelf in shelves(number, scope, entries)}
    rows = cards.public_entries((pk for shelf in by_kind.values() for pk in shelf.newest), number)
    groups = [
        {
            "kind": kind.name,
            "label": kind.label_plural,
            "total": by_kind[kind.name].total,
            "url": url(kind),
            "entries": [rows[pk] for pk in by_kind[kind.name].newest if pk in rows],
        }
        for kind in catalogue.kinds()
        if kind.name in by_kind
    ]
    total = sum(shelf.total for shelf in by_kind.values())
    feed_url = reverse("pages:feed", args=[scope, "atom"])
    intro = f"{total} entr{'y' if total == 1 else 'ies'} in the archive." if total else ""
    return {
        "groups": groups,
        "intro": intro,
        "strip": None,
        "feed_url": feed_url,
        "feeds": [{"title": f"{settings.SITE_NAME}: {name}", "url": feed_url}],
        "description": f"{name}: {intro or 'nothing yet.'}",
        "noindex": not total,
        "breadcrumbs": [
            {"label": "Home", "url": "/"},
            {"label": "Knowledge domains", "url": reverse("pages:domains")},
            {"label": name, "url": request.path},
        ],
    }
