"""The editors' page of the next digest: what it says to anybody, who gets it, and a copy to oneself."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from hub.mail import resolving
from hub.mail.models import Hold
from hub.mail.views import HTML_POLICY
from subscriptions import letters, previewing, schedule
from subscriptions.forms import FilterForm
from subscriptions.models import Subscriber

LARGE = 102_000  # bytes above which large providers cut a mail
_DIGESTS = [(value, label) for value, label in Subscriber.Frequency.choices if value != "instant"]
# As an editor's frame shows it: a foreign page but for where it may stand.
_FRAMED = HTML_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


class PreviewForm(FilterForm):
    """Preferences to look at a digest with; all of it comes from the address."""

    field_order = ["frequency"]
    frequency = forms.ChoiceField(label="Digest", choices=_DIGESTS, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("kind", "technology", "level", "path"):
            field: Any = self.fields[name]
            field.widget = forms.SelectMultiple()
            field.widget.choices = field.choices

    def clean_frequency(self) -> str:
        return str(self.cleaned_data["frequency"] or "weekly")


def pages(admin_view: Callable[..., Any]) -> list[URLPattern]:
    """The addresses of the next digest, under those of editions."""
    return [
        path("next/", admin_view(next_digest), name="subscriptions_next"),
        path("next/html/", xframe_options_sameorigin(admin_view(next_html)), name="subscriptions_next_html"),
        path("next/test/", admin_view(next_test), name="subscriptions_next_test"),
        path("next/hold/", admin_view(next_hold), name="subscriptions_next_hold"),
    ]


@require_safe
def next_digest(request: HttpRequest) -> HttpResponse:
    """The next digest for the preferences of the address; reads only."""
    _permit(request, "subscriptions.view_edition")
    form = PreviewForm(request.GET)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "The next digest",
        "form": form,
        "query": request.GET.urlencode(),
        "may_decide": request.user.has_perm("mail.change_delivery"),
        "hold": Hold.objects.filter(stream=letters.DIGEST, slot="").first(),
        "large": LARGE,
    }
    if form.is_valid():
        frequency, preferences = form.cleaned_data["frequency"], form.preferences()
        context |= {
            "preview": previewing.preview(frequency, preferences),
            "words": preferences.words(frequency),
            "label": schedule.label(previewing.slot_of_next(frequency)),
            "audience": previewing.audience(frequency) if "count" in request.GET else None,
        }
    return TemplateResponse(request, "admin/subscriptions/next_digest.html", context)


@require_safe
def next_html(request: HttpRequest) -> HttpResponse:
    """The HTML part alone, as a frame shows it."""
    _permit(request, "subscriptions.view_edition")
    form = PreviewForm(request.GET)
    made = previewing.preview(form.cleaned_data["frequency"], form.preferences()) if form.is_valid() else None
    if made is None:
        raise Http404("There is nothing to show.")
    return HttpResponse(
        made.html, headers={"Content-Security-Policy": _FRAMED, "Referrer-Policy": "no-referrer"}
    )


@require_POST
def next_test(request: HttpRequest) -> HttpResponse:
    """Send the digest to the editor who asks, and to nobody else."""
    user = _permit(request, "mail.change_delivery")
    form = PreviewForm(QueryDict(request.POST.get("query", "")[:2000]))
    if not form.is_valid():
        messages.error(request, "These preferences can't be read.")
        return _back(request)
    try:
        is_owed = previewing.send_test(user, form.cleaned_data["frequency"], form.preferences())
    except ValidationError:
        messages.error(request, "Your account has no e-mail address to send a test to.")
        return _back(request)
    if is_owed:
        messages.success(request, f"A test is on its way to {user.email}, and to nobody else.")
    else:
        messages.warning(request, "There is nothing new for these preferences, so nothing was sent.")
    return _back(request)


@require_POST
def next_hold(request: HttpRequest) -> HttpResponse:
    """Pause or resume all digests."""
    user = _permit(request, "mail.change_delivery")
    if request.POST.get("action") == "pause":
        resolving.pause(letters.DIGEST, "", user)
        messages.success(request, "Digests are paused: what is owed waits until you resume.")
    elif request.POST.get("action") == "resume":
        resolving.resume(letters.DIGEST, "")
        messages.success(request, "Digests go on.")
    else:
        messages.error(request, "Choose what to do.")
    return _back(request)


def _permit(request: HttpRequest, permission: str) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied("You may not do this with digests.")
    return request.user


def _back(request: HttpRequest) -> HttpResponse:
    query = QueryDict(request.POST.get("query", "")[:2000]).urlencode()
    url = reverse("admin:subscriptions_next")
    return redirect(f"{url}?{query}" if query else url)
