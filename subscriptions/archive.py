"""The public archive: the digests that went out, and any digest's web version."""

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from hub.core.caching import content_page
from hub.core.models import Event
from subscriptions import schedule
from subscriptions.forms import FilterForm
from subscriptions.models import Edition
from subscriptions.news import News, grouped
from subscriptions.preferences import Preferences

PAGE, DEEPEST = 30, 100
MOST_ENTRIES = 300
# A web version covers an interval of public changes; a longer one than any digest's is nobody's.
LONGEST = 20_000


@require_safe
@cache_control(public=True, max_age=300)
def editions(request: HttpRequest) -> HttpResponse:
    """The digests that went out, newest first."""
    page = _page(request)
    rows = [
        {
            "label": schedule.label(edition.slot),
            "url": edition.get_absolute_url(),
            "count": edition.entries,
            "sent_at": edition.sent_at,
        }
        for edition in page.object_list
    ]
    context = {"editions": rows, "pagination": _pagination(page), "noindex": page.number > 1}
    return render(request, "subscriptions/archive_list.html", context)


@require_safe
@content_page
def edition(request: HttpRequest, slot: str) -> HttpResponse:
    """One digest with everything that it could have held."""
    row = get_object_or_404(Edition, slot=slot)
    groups = grouped(News(row.from_event, row.to_event).wanted(Preferences()), MOST_ENTRIES)
    shown = {"label": schedule.label(row.slot), "sent_at": row.sent_at}
    return render(request, "subscriptions/archive_detail.html", {"edition": shown, "groups": groups})


@require_safe
@content_page
def window(request: HttpRequest, from_event: int, to_event: int) -> HttpResponse:
    """A digest's web version: what its interval and filters give, as far as it is still public."""
    if not from_event < to_event <= from_event + LONGEST:
        raise Http404("This is no interval of a digest.")
    last = Event.objects.filter(n=to_event).values_list("at", flat=True).first()
    form = FilterForm(request.GET)
    if last is None or not form.is_valid():
        raise Http404("There was no such digest.")
    preferences = form.preferences()
    groups = grouped(News(from_event, to_event).wanted(preferences), MOST_ENTRIES)
    context = {
        "edition": {"label": preferences.words().rstrip("."), "sent_at": last},
        "groups": groups,
        "noindex": True,
    }
    return render(request, "subscriptions/archive_detail.html", context)


def _page(request: HttpRequest) -> Page[Edition]:
    number = request.GET.get("page", "1")
    if not number.isdecimal() or len(number) > 3 or int(number) > DEEPEST:
        raise Http404("There is no such page.")
    try:
        return Paginator(Edition.objects.all(), PAGE).page(int(number))
    except EmptyPage:
        raise Http404("There is no such page.") from None


def _pagination(page: Page[Edition]) -> dict[str, object]:
    """As templates/components/pagination.html draws it."""
    pages = page.paginator.num_pages
    return {
        "number": page.number,
        "pages": pages,
        "total": page.paginator.count,
        "first": page.start_index(),
        "last": page.end_index(),
        "previous_url": f"?page={page.number - 1}" if page.has_previous() else None,
        "next_url": f"?page={page.number + 1}" if page.has_next() else None,
        "links": [
            {"number": number, "url": f"?page={number}", "is_current": number == page.number}
            if isinstance(number, int)
            else None
            for number in page.paginator.get_elided_page_range(page.number)
        ],
    }
