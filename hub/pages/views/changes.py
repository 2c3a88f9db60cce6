"""What is new, week by week."""

from collections import Counter
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.core.caching import content_number, remembered
from hub.core.models import Entry
from hub.pages.figures import most_used
from hub.pages.weeks import Week, changes_of

_WORDS = {"published": "new", "revised": "revised", "archived": "archived"}


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """This week."""
    return _week_page(request, Week.current())


@require_safe
def changes_week(request: HttpRequest, year: str, number: str) -> HttpResponse:
    """One week, from that of the first entry to the present one."""
    week, first, now = Week(int(year), int(number)), _first_week(request), Week.current()
    try:
        is_known = first.first_day <= week.first_day <= now.first_day
    except ValueError:
        is_known = False
    if not is_known:
        raise Http404(f"The archive speaks of the weeks from {first.label} to {now.label}.")
    return _week_page(request, week)


def _first_week(request: HttpRequest) -> Week:
    def read() -> datetime | str:
        return Entry.objects.public().aggregate(at=Min("published_at"))["at"] or ""

    at = remembered(content_number(request), "first-published", read)
    return min(Week.of(at.date()), Week.current(), key=lambda week: week.first_day) if at else Week.current()


def _week_page(request: HttpRequest, week: Week) -> HttpResponse:
    found, now = changes_of(week), Week.current()
    totals = Counter(change.verb for change in found)
    days = groupby(found, key=lambda change: change.at.date())
    has_earlier = week.first_day > _first_week(request).first_day
    is_present = week == now
    used = Entry.objects.public().for_cards().in_bulk(most_used(request)) if is_present else {}
    context = {
        "used": [used[pk] for pk in most_used(request) if pk in used] if is_present else [],
        "week": week.as_context(),
        "days": [{"date": day, "changes": list(members)} for day, members in days],
        "totals": [{"label": words, "count": totals[verb]} for verb, words in _WORDS.items() if totals[verb]],
        "previous_url": week.neighbour(-1).url if has_earlier else None,
        "next_url": week.neighbour(1).url if week.first_day < now.first_day else None,
        "feed_url": reverse("pages:feed", args=["all", "atom"]),
        "description": f"What was published and revised in {week.label.lower()}.",
        "canonical_url": settings.SITE_URL + week.url,
        "breadcrumbs": [
            {"label": "Home", "url": "/"},
            {"label": "New", "url": reverse("pages:changes")},
            {"label": week.label, "url": week.url},
        ],
        "noindex": not found,
    }
    return render(request, "pages/changes.html", context)
