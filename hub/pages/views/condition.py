"""How the site itself is: alive, ready, and in words for people."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.pages import health


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. Asks nothing of any other part, so that it can't fail with them."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Ready: 200 when every part works, else 503, with each part by name."""
    checks = health.checks()
    is_ready = all(check.is_ok for check in checks)
    data = {
        "ready": is_ready,
        "checks": {check.key: {"ok": check.is_ok, "state": check.words} for check in checks},
    }
    return JsonResponse(data, status=200 if is_ready else 503)


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    checks = health.checks()
    context = {
        "is_operational": all(check.is_ok for check in checks),
        "checks": checks,
        "version": settings.RELEASE,
        "checked_at": timezone.now(),
        "noindex": True,
    }
    return render(request, "pages/status.html", context)
