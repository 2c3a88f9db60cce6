"""Pages of subscribers: sign up, confirm, manage, leave. Only POST changes anything."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.limits import Limit
from hub.core.links import BadToken
from hub.core.network import client_network
from hub.core.public_post import public_post, secret_page
from subscriptions import enrolling
from subscriptions.forms import PauseForm, PreferencesForm, SubscribeForm
from subscriptions.models import Edition, Subscriber
from subscriptions.preferences import Preferences

SIGN_UPS = Limit("subscribe", 5, 3600)
READ_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
DONE = {
    "saved": "Saved.",
    "paused": "Paused: nothing is sent meanwhile.",
    "resumed": "You get mails again, with what is new from now on.",
    "left": "You are unsubscribed.",
    "rotated": "Links in earlier mails do not lead here any more.",
}
View = Callable[..., HttpResponseBase]


@READ_OR_POST
@public_post
def subscribe(request: HttpRequest) -> HttpResponse:
    """Sign up; the answer is the same for every address."""
    form = SubscribeForm(request.POST) if request.method == "POST" else SubscribeForm.prefilled(request.GET)
    if form.is_bound and form.is_valid():
        if not SIGN_UPS.hit(client_network(request)):
            return _too_many(request)
        if not form.is_trapped:
            enrolling.sign_up(form.cleaned_data["email"], form.choices())
        return redirect("subscriptions:sent")
    archive = reverse("subscriptions:archive") if Edition.objects.exists() else None
    context = {"form": form, "fieldsets": form.fieldsets(), "trap": form.trap, "archive_url": archive}
    return render(request, "subscriptions/subscribe.html", context, status=422 if form.is_bound else 200)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What everybody sees after signing up."""
    return render(request, "subscriptions/subscribe_sent.html", {"noindex": True})


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """What everybody sees after erasing themselves."""
    return render(request, "subscriptions/erased.html", {"noindex": True})


def by_link(view: View) -> View:
    """Decorate a view of a token: hand it the subscriber, answer 404 to everybody else, leave no trace."""

    @secret_page
    @READ_OR_POST
    @public_post
    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponseBase:
        subscriber = _holder(token)
        if subscriber is None:
            return _gone(request)
        try:
            return view(request, subscriber)
        except Subscriber.DoesNotExist:  # erased in another tab a moment ago
            return _gone(request)

    return found


@by_link
def confirm(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """Confirm the address, by a button: mail scanners open links, but press no buttons."""
    is_valid = subscriber.state != Subscriber.State.LEFT
    if request.method == "POST":
        if enrolling.confirm(subscriber):
            return redirect(subscriber.path("confirm"))
        is_valid = False
    is_expired = subscriber.asked_at < timezone.now() - enrolling.VALID
    if subscriber.state == Subscriber.State.UNCONFIRMED and is_expired:
        is_valid = False
    context = {
        "is_valid": is_valid,
        "is_active": subscriber.state in {Subscriber.State.ACTIVE, Subscriber.State.PAUSED},
        "words": _words(subscriber),
        "manage_url": subscriber.path(),
    }
    return _token_page(request, "confirm", context, status=200 if is_valid else 410)


@by_link
def manage(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """Preferences, pause, resume, leave, new links, export, erase."""
    if subscriber.state == Subscriber.State.UNCONFIRMED:
        return redirect(subscriber.path("confirm"))
    form, pause_form = PreferencesForm.of(subscriber), PauseForm()
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action in _ACTIONS:
            return _ACTIONS[action](subscriber)
        if action == "pause":
            pause_form = PauseForm(request.POST)
            if pause_form.is_valid():
                enrolling.pause(subscriber, pause_form.cleaned_data["until"])
                return _back(subscriber, "paused")
        else:
            form = PreferencesForm(request.POST)
            if action == "save" and form.is_valid():
                enrolling.change(subscriber, form.choices())
                return _back(subscriber, "saved")
    left = subscriber.state == Subscriber.State.LEFT
    context = {
        "form": form,
        "fieldsets": form.fieldsets(),
        "words": _words(subscriber),
        "pause_form": pause_form,
        "state": "unsubscribed" if left else subscriber.state,
        "paused_until": subscriber.paused_until,
        "address_hint": subscriber.address_hint,
        "next_words": _next_words(subscriber),
        "feed_urls": _feed_urls(subscriber),
        "message": DONE.get(request.GET.get("done", ""), ""),
    }
    is_refused = form.is_bound or pause_form.is_bound
    return _token_page(request, "manage", context, status=422 if is_refused else 200)


@by_link
def erase(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """Delete everything about the address; asks first."""
    if request.method == "POST":
        return _erase(subscriber)
    return _token_page(request, "erase", {"manage_url": subscriber.path()})


@by_link
def export(_request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """Everything that is held about the address, as a JSON file; reads only."""
    name = "knowledge-hub-alerts.json"
    return JsonResponse(
        enrolling.exported(subscriber),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@secret_page
@READ_OR_POST
@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponseBase:
    """Leave. A POST from anywhere does it, with no cookie, no redirect and 200 each time (RFC 8058, 3.1).

    Links of every generation work: nobody loses the way out by renewing the links.
    """
    subscriber = _holder(token, any_generation=True)
    if request.method == "POST" and subscriber is not None:
        enrolling.leave(subscriber)
    is_done = request.method == "POST" or subscriber is None or subscriber.state == Subscriber.State.LEFT
    manage_url = None
    if subscriber is not None and subscriber.token == token:
        manage_url = subscriber.path()
    context = {
        "is_done": is_done,
        "words": _words(subscriber) if subscriber is not None and not is_done else "",
        "manage_url": manage_url,
    }
    return _token_page(request, "unsubscribe", context)


# --- what the actions of the page do ------------------------------------------------------------------


def _resume(subscriber: Subscriber) -> HttpResponse:
    enrolling.resume(subscriber)
    return _back(subscriber, "resumed")


def _leave(subscriber: Subscriber) -> HttpResponse:
    enrolling.leave(subscriber)
    return _back(subscriber, "left")


def _rotate(subscriber: Subscriber) -> HttpResponse:
    return _back(enrolling.rotate(subscriber), "rotated")


def _export(subscriber: Subscriber) -> HttpResponse:
    return redirect(subscriber.path("export"))


def _erase(subscriber: Subscriber) -> HttpResponse:
    enrolling.erase(subscriber)
    return redirect("subscriptions:erased")


_ACTIONS: dict[str, Callable[[Subscriber], HttpResponse]] = {
    "resume": _resume,
    "leave": _leave,
    "rotate": _rotate,
    "export": _export,
    "erase": _erase,
}


# --- answers -------------------------------------------------------------------------------------------


def _holder(token: str, *, any_generation: bool = False) -> Subscriber | None:
    try:
        return enrolling.holder(token, any_generation=any_generation)
    except BadToken:
        raise Http404("This link is not one of ours.") from None


def _back(subscriber: Subscriber, done: str) -> HttpResponse:
    return redirect(f"{subscriber.path()}?done={done}")


def _token_page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    base = {"noindex": True, "no_referrer": True}
    return render(request, f"subscriptions/{name}.html", {**base, **context}, status=status)


def _gone(request: HttpRequest) -> HttpResponseBase:
    """A link that was turned off, or whose subscriber is gone."""
    return _token_page(request, "confirm", {"is_valid": False}, status=410)


def _too_many(request: HttpRequest) -> HttpResponse:
    """429 with Retry-After (RFC 6585, 4)."""
    minutes = max(1, round(SIGN_UPS.retry_after / 60))
    words = f"in {minutes} minute{'s' if minutes > 1 else ''}"
    reason = "Too many sign-ups came from your network."
    response = render(request, "429.html", {"retry_after": words, "reason": reason}, status=429)
    response.headers["Retry-After"] = str(SIGN_UPS.retry_after)
    return response


def _words(subscriber: Subscriber) -> str:
    return Preferences.of(subscriber).words(subscriber.frequency)


def _feed_urls(subscriber: Subscriber) -> dict[str, str]:
    """The same for a feed reader: form → path with the subscriber's filters, and nothing that tells whose."""
    query = Preferences.of(subscriber).query()
    paths = {form: reverse("pages:feed", args=["all", form]) for form in ("atom", "json")}
    return {form: f"{path}?{query}" if query else path for form, path in paths.items()}


def _next_words(subscriber: Subscriber) -> str:
    if not subscriber.is_active or subscriber.next_at is None:
        return ""
    local = subscriber.next_at.astimezone(subscriber.zone)
    return (
        f"The next digest leaves on {local:%A} at {local:%H:%M} ({subscriber.time_zone}), if there is news."
    )
