"""Finding things: search, suggestions while typing, and the permalink of an id."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.core import catalogue
from hub.core.caching import content_number
from hub.core.facets import Addresses, Count, Facet, facet
from hub.core.models import Entry, Level
from hub.core.pagination import paginate
from hub.core.vocabulary import Vocabulary, vocabulary
from hub.search import searching
from hub.search.searching import Results

_FILTERS = ("kind", "technology", "level", "topic", "tag", "difficulty")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*-[0-9]{3,}")
_MOST_SHOWN = 500  # characters of a search that are repeated on the page


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search over all kinds; an id leads to its page, a pasted error to the match (``as=words`` stays)."""
    text = request.GET.get("q", "")
    if _ID.fullmatch(text.strip()) and (entry := _entry_with_id(text.strip())):
        return HttpResponseRedirect(entry.get_absolute_url())
    if request.GET.get("as") != "words" and (elsewhere := _elsewhere(text)):
        return HttpResponseRedirect(elsewhere)
    known = vocabulary(content_number(request))
    addresses = Addresses(request.path, request.GET, ["q", *_FILTERS])
    filters = {name: addresses.values(name) for name in _FILTERS}
    page = request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 4 else 1
    results = searching.search(text, known, filters=filters, page=max(1, number))
    pagination = paginate(request, results.total, addresses)
    typed = " ".join(text[:_MOST_SHOWN].split("\x00"))
    context = {
        "query": typed,
        "total": results.total,
        "results": results.hits,
        "kind_tabs": _kind_tabs(results, addresses),
        "facets": _facets(results, addresses, known),
        "clear_url": f"{request.path}?{urlencode({'q': typed})}" if any(filters.values()) else None,
        "pagination": pagination,
        "suggestions": _corrections(results),
        "problem": _problem(results),
        "contribute_url": _contribute_url(typed),
        "noindex": True,
        "canonical_url": settings.SITE_URL + request.path,
    }
    return render(request, "pages/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Titles that begin with what was typed, as OpenSearch suggestions: [typed, titles, notes, addresses]."""
    text = request.GET.get("q", "")[:100]
    found = searching.suggest(text)
    titles, notes = [one.title for one in found], [one.public_id for one in found]
    urls = [f"{settings.SITE_URL}{one.url}" for one in found]
    return JsonResponse(
        [text, titles, notes, urls], safe=False, content_type="application/x-suggestions+json"
    )


@require_safe
def permalink(_request: HttpRequest, public_id: str) -> HttpResponse:
    """``/id/flsk-mid-005`` → the entry's page, in any case of letters; an archived one answers 410 there."""
    entry = get_object_or_404(Entry.objects.select_related("technology"), public_id=public_id.upper())
    return HttpResponsePermanentRedirect(entry.get_absolute_url())


def _elsewhere(text: str) -> str:
    """The address that a kind gives for a text which is plainly its own; empty for words to search for."""
    return next((url for kind in catalogue.kinds() if (url := kind.recognise(text[:_MOST_SHOWN]))), "")


def _contribute_url(typed: str) -> str:
    url = reverse("contributions:new", args=[catalogue.kinds()[0].path])
    return f"{url}?{urlencode({'title': typed[:200]})}"


def _entry_with_id(public_id: str) -> Entry | None:
    found: Entry | None = (
        Entry.objects.public().select_related("technology").filter(public_id=public_id.upper()).first()
    )
    return found


def _problem(results: Results) -> str:
    if results.query.problem:
        return results.query.problem
    if results.is_cut:
        return (
            f"More than {results.total:,} entries match. Add a word or a filter to see the right ones first."
        )
    return ""


def _corrections(results: Results) -> list[dict[str, str]]:
    if results.total or not results.query.has_words:
        return []
    url = reverse("pages:search")
    return [
        {"text": text, "url": f"{url}?{urlencode({'q': text})}"}
        for text in searching.did_you_mean(results.query)
    ]


def _kind_tabs(results: Results, addresses: Addresses) -> list[dict[str, Any]]:
    counts: Mapping[str, int] = results.counts.get("kind", {})
    chosen = addresses.values("kind")
    tabs = [
        {
            "label": "Everything",
            "count": sum(counts.values()),
            "url": addresses.with_values("kind", []),
            "is_active": not chosen,
        }
    ]
    for kind in catalogue.kinds():
        if counts.get(kind.name) or kind.name in chosen:
            url = addresses.with_values("kind", [kind.name])
            tabs.append(
                {
                    "label": kind.label_plural,
                    "count": counts.get(kind.name, 0),
                    "url": url,
                    "is_active": kind.name in chosen,
                }
            )
    return tabs


def _facets(results: Results, addresses: Addresses, known: Vocabulary) -> list[Facet]:
    """What the hits can be narrowed by, counted among the hits."""
    labels = {level.value: level.label for level in Level}
    rows: dict[str, tuple[str, Callable[[str], str]]] = {
        "technology": ("Technology", known.technology_label),
        "level": ("Level", lambda value: labels.get(value, value)),
        "topic": ("Topic", known.topic_label),
        "difficulty": ("Difficulty", lambda value: f"{value} of 10"),
    }
    found = []
    for name, (label, words) in rows.items():
        counted: Mapping[Any, int] = results.counts.get(name, {})
        counts = [Count(str(value), words(str(value)), number) for value, number in counted.items() if value]
        counts.sort(key=lambda row: (-row.count, row.label))
        if name == "difficulty":
            counts.sort(key=lambda row: int(row.value))
        found.append(facet(name, label, counts, addresses))
    return found
