"""The front page and the domains: templates over the catalogue; every number is counted."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from contributions.models import Testimonial
from contributions.views.writing import shown
from hub.core import cards, catalogue, jsonld
from hub.core.caching import content_number, remembered
from hub.core.catalogue import Kind
from hub.core.models import Entry, Level
from hub.core.models.entry import DIFFICULTY_OF_LEVEL
from hub.core.templatetags.sitetext import words_of
from hub.core.texts import section_names
from hub.core.vocabulary import Vocabulary, vocabulary
from hub.pages import health
from hub.pages.figures import Figures, figures, most_used, rounded
from hub.pages.weeks import Week

_NEWEST, _FEWER = 6, 3  # cards of the first kind, and of each other kind
_VOICES = 3
_FEWEST_COUNTERS = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The archive at a glance. Warm: the content clock and one query for all cards."""
    number = content_number(request)
    counted, known, week = figures(number), vocabulary(number), Week.current()
    first = catalogue.kinds()[0]
    chosen = remembered(number, f"home:{week.label}", lambda: _choose(week))
    used = most_used(request)
    ids = {pk for some in chosen["newest"].values() for pk in some} | {*chosen["week"], *used}
    rows = cards.public_entries([*ids, *chosen["featured"]], number)
    tables = remembered(
        number,
        f"home:tables:{week.label}",
        lambda: _tables(counted, known, week, first, chosen["in_week"]),
        is_shared=False,
    )
    strips = {"hub": _hub_strip(counted), **tables["strips"]}
    shelves = [
        {
            "kind": kind,
            "total": counted.kinds[kind.name],
            "strip": strips[kind.path],
            "entries": _found(rows, chosen["newest"].get(kind.name, [])),
        }
        for kind in catalogue.kinds()
        if counted.kinds[kind.name]
    ]
    context = {
        **tables,
        "number": number,
        "strips": strips,
        "featured": next(iter(_found(rows, chosen["featured"])), None),
        "newest": _found(rows, chosen["newest"].get(first.name, [])),
        "total": counted.kinds[first.name],
        "total_url": first.list_url,
        "week": {
            "label": week.label,
            "url": week.url,
            "count": chosen["in_week"],
            "entries": _found(rows, chosen["week"]),
        },
        "used": _found(rows, used),
        "testimonials": remembered(number, "home:testimonials", _testimonials),
        "mail_address": settings.CONTRIBUTIONS_EMAIL,
        "description": "An open archive of engineering knowledge: reviewed, dated, free to read and to use.",
        "canonical_url": f"{settings.SITE_URL}/",
        "json_ld": jsonld.script_text(_website()),
    }
    context["sections"] = _sections(number, shelves, has_voices=bool(context["testimonials"]))
    return render(request, "pages/home.html", context)


def _tables(counted: Figures, known: Vocabulary, week: Week, first: Kind, in_week: int) -> dict[str, Any]:
    """What the page says of the whole archive; it costs no query, only time."""
    return {
        "strips": _strips(counted, known, in_week),
        "counters": _counters(counted, known, week, in_week),
        "domains": _domains(counted, known, most=6),
        "levels": _levels(counted, first),
        "technologies": [
            _named(name, count, reverse("pages:technology", args=[slug]))
            for slug, name, count in counted.technologies(known)
        ],
        "topics": [
            _named(known.topic_label(slug), count, reverse("pages:topic", args=[slug]))
            for slug, count in sorted(counted.topics.items(), key=lambda row: (-row[1], row[0]))
        ],
    }


def _choose(week: Week) -> dict[str, Any]:
    """The ids of what the page shows, which only a public change can alter."""
    public: Any = Entry.objects.public()
    changed = public.filter(updated_at__gte=week.start, updated_at__lt=week.end)
    verified = public.filter(verified_at__isnull=False).in_order("updated")
    newest = {}
    for place, kind in enumerate(catalogue.kinds()):
        rows = public.of_kind(kind.name).newest().values_list("pk", flat=True)
        newest[kind.name] = list(rows[: _FEWER if place else _NEWEST])
    return {
        "newest": newest,
        "featured": list(verified.values_list("pk", flat=True)[:1]),
        "week": list(changed.in_order("updated").values_list("pk", flat=True)[:5]),
        "in_week": changed.count(),
    }


def _found(rows: dict[int, Entry], ids: list[int]) -> list[Entry]:
    return [rows[pk] for pk in ids if pk in rows]


def _testimonials() -> list[dict[str, Any]]:
    return [
        shown(row) for row in Testimonial.objects.on_the_wall().select_related("entry__technology")[:_VOICES]
    ]


def _sections(number: int, shelves: list[dict[str, Any]], *, has_voices: bool) -> list[dict[str, Any]]:
    """What the page shows below the hero, in the order that editors chose, numbered as it is shown."""
    known: dict[str, dict[str, Any]] = {name: {} for name in ("domains", "ways-in", "living", "talk")}
    known |= {shelf["kind"].path: shelf for shelf in shelves}
    if has_voices:
        known["voices"] = {}
    wanted = [name for name in words_of("home.order", number).split(", ") if name] or section_names()
    names = [name for name in dict.fromkeys(wanted) if name in known]
    found: list[dict[str, Any]] = []
    for name in names:
        title = words_of("living.title" if name == "living" else f"home.{name}.title", number)
        if not title:
            continue
        template = "kind" if "kind" in known[name] else name.replace("-", "_")
        found.append(
            {
                **known[name],
                "key": name,
                "numeral": _roman(len(found) + 1),
                "eyebrow": words_of(f"home.{name}.eyebrow", number),
                "title": title,
                "template": f"pages/home/_{template}.html",
            }
        )
    return found


def _roman(number: int) -> str:
    """1 to 39 as a Roman numeral."""
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


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


def _hub_strip(counted: Figures) -> dict[str, Any]:
    facets = [(f"{counted.total} entries", reverse("pages:domains")), ("Free access", reverse("pages:terms"))]
    return _strip("HUB_STATUS", health.state(), facets)


def _strips(counted: Figures, known: Vocabulary, in_week: int) -> dict[str, Any]:
    """The status strips: their states follow from the archive, each facet leads to what it names."""
    subjects = [
        (name, reverse("pages:technology", args=[slug])) for slug, name, _ in counted.technologies(known)[:6]
    ]
    strips = {
        "domains": _strip("DOMAINS_MAPPED", "", subjects) if subjects else None,
        "archive": _strip(
            "ARCHIVE",
            "GROWING" if in_week else "OPEN",
            [
                ("Contributions open", reverse("contributions:start")),
                ("Living document", reverse("pages:changes")),
            ],
        ),
    }
    for kind in catalogue.kinds():
        key, state = kind.status or (kind.path.upper(), "OPEN")
        is_there = counted.kinds[kind.name] > 0
        strips[kind.path] = _strip(key, state if is_there else "WAITING", _facets_of(kind, counted, known))
    return strips


def _facets_of(kind: Kind, counted: Figures, known: Vocabulary) -> list[tuple[str, str]]:
    """The levels of a kind that goes by level, or its foremost technologies; only what has entries."""
    if kind.form.is_level_required:
        return [
            (kind.level_label(level), f"{kind.list_url}?level={level.value}")
            for level in Level
            if counted.levels[kind.name, level.value]
        ]
    rows = counted.technologies(known, kind.name)[:4]
    return [(name, kind.technology_url(slug)) for slug, name, _ in rows]


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
