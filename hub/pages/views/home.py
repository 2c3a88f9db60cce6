"""The front page and the domains: templates over the catalogue; every number is counted."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.core import catalogue, jsonld
from hub.core.caching import content_number, remembered
from hub.core.catalogue import Kind
from hub.core.models import Entry, Level
from hub.core.models.entry import DIFFICULTY_OF_LEVEL
from hub.core.vocabulary import Vocabulary, vocabulary
from hub.pages import health
from hub.pages.figures import Figures, figures, rounded
from hub.pages.weeks import Week

_NEWEST = 6
_FEWEST_COUNTERS = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The archive at a glance. Warm: the content clock and three queries for entries."""
    number = content_number(request)
    counted, known, week = figures(number), vocabulary(number), Week.current()
    first = catalogue.kinds()[0]
    changed = Entry.objects.public().filter(updated_at__gte=week.start, updated_at__lt=week.end)
    in_week: int = remembered(number, f"changed:{week.label}", changed.count)
    context = {
        "strips": _strips(counted, known, first, in_week),
        "featured": Entry.objects.public()
        .filter(verified_at__isnull=False)
        .in_order("updated")
        .for_cards()
        .first(),
        "counters": _counters(counted, known, week, in_week),
        "domains": _domains(counted, known, most=6),
        "newest": Entry.objects.public().of_kind(first.name).newest().for_cards()[:_NEWEST],
        "total": counted.kinds[first.name],
        "total_url": first.list_url,
        "week": {
            "label": week.label,
            "url": week.url,
            "count": in_week,
            "entries": changed.in_order("updated").for_cards()[:5],
        },
        "levels": _levels(counted, first),
        "technologies": [
            _named(name, count, reverse("pages:technology", args=[slug]))
            for slug, name, count in counted.technologies(known)
        ],
        "topics": [
            _named(known.topic_label(slug), count, reverse("pages:topic", args=[slug]))
            for slug, count in sorted(counted.topics.items(), key=lambda row: (-row[1], row[0]))
        ],
        "description": "An open archive of engineering knowledge: reviewed, dated, free to read and to use.",
        "canonical_url": f"{settings.SITE_URL}/",
        "json_ld": jsonld.script_text(_website()),
    }
    return render(request, "pages/home.html", context)


@require_safe
def domains(request: HttpRequest) -> HttpResponse:
    """All kinds with all their technologies."""
    number = content_number(request)
    counted, known = figures(number), vocabulary(number)
    context = {
        "domains": _domains(counted, known),
        "strip": _strip(
            "DOMAINS_MAPPED", "", [(kind.label_plural, kind.list_url) for kind in catalogue.kinds()]
        ),
        "total": counted.total,
        "description": "What the archive holds, by domain and technology.",
        "breadcrumbs": [{"label": "Home", "url": "/"}, {"label": "Knowledge domains", "url": request.path}],
    }
    return render(request, "pages/domains.html", context)


def _domains(counted: Figures, known: Vocabulary, most: int | None = None) -> list[dict[str, Any]]:
    return [
        {
            "number": f"{position:02d}",
            "title": kind.title,
            "blurb": kind.blurb,
            "count": counted.kinds[kind.name],
            "unit": kind.unit,
            "url": kind.list_url,
            "technologies": [
                _named(name, count, kind.technology_url(slug))
                for slug, name, count in counted.technologies(known, kind.name)[:most]
            ],
        }
        for position, kind in enumerate(catalogue.kinds(), 1)
    ]


def _named(name: str, count: int, url: str) -> dict[str, Any]:
    return {"name": name, "count": count, "url": url}


def _strip(key: str, state: str, facets: list[tuple[str, str]]) -> dict[str, Any]:
    labels = [{"label": label.upper().replace(" ", "_"), "url": url} for label, url in facets]
    return {"key": key, "state": state, "facets": labels}


def _strips(counted: Figures, known: Vocabulary, first: Kind, in_week: int) -> dict[str, Any]:
    """The status strips: their states follow from the archive, each facet leads to what it names."""
    subjects = [
        (name, reverse("pages:technology", args=[slug])) for slug, name, _ in counted.technologies(known)[:6]
    ]
    levels = [(level.label, f"{first.list_url}?level={level.value}") for level in Level]
    return {
        "hub": _strip(
            "HUB_STATUS",
            health.state(),
            [(f"{counted.total} entries", reverse("pages:domains")), ("Free access", reverse("pages:terms"))],
        ),
        "domains": _strip("DOMAINS_MAPPED", "", subjects) if subjects else None,
        "questions": _strip("INTERVIEW_PREP", "ACTIVE" if counted.kinds[first.name] else "WAITING", levels),
        "archive": _strip(
            "ARCHIVE",
            "GROWING" if in_week else "OPEN",
            [
                ("Contributions open", reverse("contributions:start")),
                ("Living document", reverse("pages:changes")),
            ],
        ),
    }


def _counters(counted: Figures, known: Vocabulary, week: Week, in_week: int) -> list[dict[str, str]]:
    """One figure a kind, then others until there are four."""
    rows = []
    for kind in catalogue.kinds():
        if count := counted.kinds[kind.name]:
            across = len(counted.technologies(known, kind.name))
            note = f"across {across} technolog{'y' if across == 1 else 'ies'}"
            rows.append((count, kind.label_plural, note, kind.list_url))
    others = [
        (counted.verified, "Verified", "their code was run, versions named", reverse("pages:domains")),
        (
            len(counted.technologies(known)),
            "Technologies",
            "languages, frameworks, tools",
            reverse("pages:domains"),
        ),
        (in_week, "This week", "new or revised entries", week.url),
        (len(counted.topics), "Topics", "from language to operations", reverse("pages:domains")),
    ]
    rows += [row for row in others if row[0]][: max(0, _FEWEST_COUNTERS - len(rows))]
    return [
        {"value": rounded(count), "label": label, "note": note, "url": url}
        for count, label, note, url in rows
    ]


def _levels(counted: Figures, first: Kind) -> list[dict[str, Any]]:
    return [
        {
            "label": level.label,
            "note": "difficulty {} to {}".format(*DIFFICULTY_OF_LEVEL[level]),
            "count": counted.levels[first.name, level.value],
            "url": f"{first.list_url}?level={level.value}",
        }
        for level in Level
    ]


def _website() -> dict[str, Any]:
    """The site for search engines, with the address of its search."""
    return {
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": f"{settings.SITE_URL}/",
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{settings.SITE_URL}{reverse('pages:search')}?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }
