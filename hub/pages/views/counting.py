"""What browsers tell: an entry was on screen, its code was copied, it was this hard. No cookie."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from hub.core import counting
from hub.core.limits import Limit
from hub.core.models import Entry, Sighting
from hub.core.network import client_network
from hub.core.public_post import public_post
from hub.pages.views.feedback import too_often

SIGHTINGS = Limit("counting.network", most=1200, period=3600)
VOTES = Limit("votes.network", most=60, period=3600)


@public_post
@require_POST
def count(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Keep that an entry was seen or copied from. The answer is empty, and the same whether it counts."""
    entry = get_object_or_404(Entry.objects.public().only("pk"), public_id=public_id.upper())
    if counting.is_person(request) and SIGHTINGS.hit(client_network(request)):
        counting.note(counting.browser_of(request), entry.pk, Sighting.Act(act))
    return HttpResponse(status=204)


@public_post
@require_POST
def vote(request: HttpRequest, public_id: str) -> HttpResponse:
    """How hard a reader finds an entry; a second vote takes the place of the first."""
    entry = get_object_or_404(
        Entry.objects.public().select_related("technology"), public_id=public_id.upper()
    )
    given = request.POST.get("difficulty", "")
    if given not in {str(number) for number in range(1, 11)}:
        return HttpResponseBadRequest(
            "difficulty is a whole number from 1 to 10.", content_type="text/plain; charset=utf-8"
        )
    if not VOTES.hit(client_network(request)):
        return too_often(request, VOTES)
    counting.vote(counting.voter_of(request, entry.pk), entry.pk, int(given))
    return HttpResponseRedirect(f"{entry.get_absolute_url()}?voted#feedback")
