"""One click on an entry: "this is outdated", "this didn't help". It feeds the review-due list."""

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from hub.core.limits import Limit
from hub.core.models import Entry, EntryStats
from hub.core.network import client_network
from hub.core.public_post import public_post

_COLUMNS = {"outdated": "outdated_reports", "unhelpful": "unhelpful_reports"}
ONCE = Limit("feedback.entry", most=1, period=86_400)  # a network, entry and reason
SEVERAL = Limit("feedback.network", most=30, period=3600)


@public_post
@require_POST
def feedback(request: HttpRequest, public_id: str) -> HttpResponse:
    """Count one report; a second one from the same network on the same day is thanked for and not counted."""
    entry = get_object_or_404(
        Entry.objects.public().select_related("technology"), public_id=public_id.upper()
    )
    column = _COLUMNS.get(request.POST.get("reason", ""))
    if column is None:
        return HttpResponseBadRequest(
            "reason is outdated or unhelpful.", content_type="text/plain; charset=utf-8"
        )
    network = client_network(request)
    if not SEVERAL.hit(network):
        return too_often(request, SEVERAL)
    if ONCE.hit(f"{network}:{entry.pk}:{column}"):
        EntryStats.objects.filter(entry=entry).update(**{column: F(column) + 1})
    return HttpResponseRedirect(f"{entry.get_absolute_url()}?thanks#feedback")


def too_often(request: HttpRequest, limit: Limit) -> HttpResponse:
    """429 with Retry-After (RFC 6585, 4)."""
    minutes = -(-limit.retry_after // 60)
    context = {"retry_after": f"in {minutes} minute{'s' if minutes > 1 else ''}", "noindex": True}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(limit.retry_after)
    return response
