"""The editors' page of one edition: its report, what can be decided on it, and the doubtful one by one."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub.mail import editions, resolving, streams
from hub.mail.models import Delivery, DeliveryQuerySet

State = Delivery.State
MOST_DOUBTFUL = 100  # shown at once; the next ones come as these are settled


def page_of(stream: str, slot: str) -> str:
    """The address of an edition's page."""
    return reverse("admin:mail_edition", args=[stream, slot])


@require_safe
def edition(request: HttpRequest, stream: str, slot: str) -> HttpResponse:
    """One edition; reads only."""
    if not request.user.has_perm("mail.view_delivery"):
        raise PermissionDenied("You may not see mail.")
    report = editions.report(stream, slot)
    if not report["candidates"]:
        raise Http404("There is no such edition.")
    doubtful = Delivery.objects.edition(stream, slot).doubtful().order_by("finished_at", "pk")
    list_url = reverse("admin:mail_delivery_changelist")
    context = {
        **admin.site.each_context(request),
        **report,
        "title": f"{stream} {slot}",
        "stream": stream,
        "slot": slot,
        "doubtful": list(doubtful[:MOST_DOUBTFUL]),
        "doubtful_total": next(row["count"] for row in report["rows"] if row["name"] == "uncertain"),
        "can_repeat": any(known.name == stream and known.repeat for known in streams.all_streams()),
        "may_decide": request.user.has_perm("mail.change_delivery"),
        "act_url": reverse("admin:mail_edition_act", args=[stream, slot]),
        "list_url": f"{list_url}?{urlencode({'stream': stream, 'slot': slot})}",
    }
    return TemplateResponse(request, "admin/mail/edition.html", context)


@require_POST
def act(request: HttpRequest, stream: str, slot: str) -> HttpResponse:
    """One decision: pause, resume, cancel, retry, or what becomes of chosen doubtful messages."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm("mail.change_delivery"):
        raise PermissionDenied("You may not decide on mail.")
    rows = Delivery.objects.edition(stream, slot)
    if not rows.exists():
        raise Http404("There is no such edition.")
    action = request.POST.get("action", "")
    if action in _ON_EDITION:
        messages.success(request, _ON_EDITION[action](stream, slot, rows, user))
    elif action in _ON_DOUBT:
        chosen = [int(pk) for pk in request.POST.getlist("delivery") if pk.isdecimal() and len(pk) < 19]
        verb, words = _ON_DOUBT[action]
        done = verb(rows.doubtful().filter(pk__in=chosen), user)
        level = messages.SUCCESS if chosen and done == len(chosen) else messages.WARNING
        messages.add_message(request, level, f"{done} of {len(chosen)} chosen messages {words}.")
    else:
        messages.error(request, "Choose what to do.")
    return redirect(page_of(stream, slot))


def _pause(stream: str, slot: str, _rows: DeliveryQuerySet, by: User) -> str:
    resolving.pause(stream, slot, by)
    return "Paused: nothing more of it leaves until it is resumed."


def _resume(stream: str, slot: str, _rows: DeliveryQuerySet, _by: User) -> str:
    resolving.resume(stream, slot)
    return "Resumed."


def _cancel(_stream: str, _slot: str, rows: DeliveryQuerySet, by: User) -> str:
    return f"{resolving.cancel(rows, by)} waiting messages cancelled."


def _retry(_stream: str, _slot: str, rows: DeliveryQuerySet, by: User) -> str:
    return (
        f"{resolving.send_again(rows.filter(state=State.REJECTED), by)} rejected messages will be sent again."
    )


_ON_EDITION: dict[str, Callable[[str, str, DeliveryQuerySet, User], str]] = {
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "retry": _retry,
}
_ON_DOUBT: dict[str, tuple[Callable[..., int], str]] = {
    "send_again": (resolving.send_again, "will be sent again"),
    "count_as_delivered": (resolving.count_as_delivered, "counted as delivered"),
    "repeat_in_next": (resolving.repeat_in_next, "will be repeated in the next one"),
}
