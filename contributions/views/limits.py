"""How much may come in: from one address, one network, and for one kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contributions.models import Policy
from hub.core.addresses import address_hash
from hub.core.limits import Limit, first_reached
from hub.core.network import client_network

HOUR, DAY = 3600, 24 * 3600
PER_ADDRESS = Limit("contribution-address", 10, DAY)
PER_NETWORK = Limit("contribution-network", 20, HOUR)
# Forms that fail or are previewed render Markdown; links are cheap to guess at but must not be.
PER_NETWORK_TRIES = Limit("contribution-tries", 300, HOUR)
# The preview that follows the typing: a few a minute by each of several people behind one address.
PER_NETWORK_LIVE = Limit("contribution-live", 1200, HOUR)
NEW_LINKS = Limit("contribution-new-link", 5, DAY)  # each sends a mail


def reached_by_a_try(request: HttpRequest) -> Limit | None:
    """Count one post of a form; the limit that it passes, or None. Previews never use up the tries."""
    is_live = request.POST.get("action") == "live"
    return first_reached([(PER_NETWORK_LIVE if is_live else PER_NETWORK_TRIES, client_network(request))])


def limits_of(network: str, kind: str, email: str) -> list[tuple[Limit, str]]:
    """The limits that one submission counts against, each with its key."""
    per_kind = Limit("contribution-kind", Policy.of(kind).per_hour, HOUR)
    return [(PER_NETWORK, network), (PER_ADDRESS, address_hash(email)), (per_kind, kind)]


def reached_by(request: HttpRequest, kind: str, email: str) -> Limit | None:
    """Count one submission; the first limit that it passes, or None."""
    return first_reached(limits_of(client_network(request), kind, email))


def too_many(request: HttpRequest, limit: Limit) -> HttpResponse:
    """429 with Retry-After (RFC 6585, 4)."""
    minutes = max(1, round(limit.retry_after / 60))
    words = (
        f"in {minutes} minute{'s' if minutes > 1 else ''}"
        if minutes < 120
        else f"in {round(minutes / 60)} hours"
    )
    response = render(request, "429.html", {"retry_after": words}, status=429)
    response.headers["Retry-After"] = str(limit.retry_after)
    return response
