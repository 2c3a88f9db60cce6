"""Letters to the house: the wall of testimonials with its form, and the contact page. No cookie."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from contributions import letters
from contributions.letter_forms import EnquiryForm, TestimonialForm
from contributions.models import Enquiry, Testimonial
from contributions.views.limits import DAY, HOUR, too_many
from hub.core.addresses import address_hash
from hub.core.caching import content_number, remembered
from hub.core.facets import Addresses
from hub.core.limits import Limit, first_reached
from hub.core.network import client_network
from hub.core.pagination import paginate
from hub.core.public_post import public_post

PER_NETWORK = Limit("letter-network", 5, HOUR)
PER_ADDRESS = Limit("letter-address", 5, DAY)
ON_A_PAGE = 20
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@public_post
@form_methods
def testimonials(request: HttpRequest) -> HttpResponse:
    """The wall, and the form below it; ``?entry=`` names the entry that it is about."""
    number = content_number(request)
    wall = Testimonial.objects.on_the_wall()
    total: int = remembered(number, "testimonials", wall.count)
    pagination = paginate(request, total, Addresses(request.path, request.GET, []), ON_A_PAGE)
    rows = wall.select_related("entry__technology")[pagination.start : pagination.stop]
    form = TestimonialForm(request.POST or None, initial={"entry": request.GET.get("entry", "")[:32]})
    context = {
        "testimonials": [shown(row) for row in rows],
        "pagination": pagination,
        "is_sent": "sent" in request.GET,
        "noindex": "sent" in request.GET,
        "description": "What people say of the archive, with their consent.",
    }
    if request.method == "POST" and form.is_valid():
        if limit := first_reached([(PER_NETWORK, client_network(request))]):
            return too_many(request, limit)
        if not form.is_trapped:
            letters.receive_testimonial(form.key, **form.values())
        return HttpResponseRedirect(f"{request.path}?sent#write")
    return _page(request, "testimonials", form, context)


@public_post
@form_methods
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach the people of the archive, and a form that does; ``?kind=`` chooses what it is about."""
    asked = request.GET.get("kind", "")
    form = EnquiryForm(
        request.POST or None, initial={"kind": asked if asked in Enquiry.Kind.values else Enquiry.Kind.OTHER}
    )
    if request.method == "POST" and form.is_valid():
        limits = [
            (PER_NETWORK, client_network(request)),
            (PER_ADDRESS, address_hash(form.cleaned_data["email"])),
        ]
        if limit := first_reached(limits):
            return too_many(request, limit)
        if not form.is_trapped:
            letters.receive_enquiry(form.key, **form.values())
        return HttpResponseRedirect(f"{request.path}?sent#write")
    context = {
        "is_sent": "sent" in request.GET,
        "noindex": "sent" in request.GET,
        "description": "How to reach the people of the archive.",
    }
    return _page(request, "contact", form, context)


def shown(testimonial: Testimonial) -> dict[str, Any]:
    """What stands on the wall: plain values; an entry that is no longer public is not named."""
    entry = testimonial.entry if testimonial.entry and testimonial.entry.is_public else None
    return {
        "text": testimonial.text,
        "name": testimonial.name,
        "about": testimonial.about,
        "entry": {"title": entry.title, "url": entry.get_absolute_url()} if entry else None,
        "at": testimonial.decided_at,
    }


def _page(request: HttpRequest, name: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context |= {"form": form, "trap": form.trap}
    return render(request, f"contributions/{name}.html", context, status=status)
