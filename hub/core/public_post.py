"""Decorators of public forms (no CSRF cookie, no session, only from our own pages) and of secret pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def is_from_here(request: HttpRequest) -> bool:
    """Whether a browser sent this POST from one of our pages (Fetch Metadata; Origin where it is absent)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True  # no browser sends a cross-site POST without both headers
    ours = urlsplit(settings.SITE_URL)
    return origin == f"{ours.scheme}://{ours.netloc}".lower()


def public_post(view: View) -> View:
    """Guard a public form view: readers get no cookie, other sites' pages can't post here.

    The session gives no authority in such a view. Its answers are never stored. Success must redirect.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not is_from_here(request):
            return render(
                request, "403.html", {"reason": "This form was sent from another site."}, status=403
            )
        return view(request, *args, **kwargs)

    return guarded


def secret_page(view: View) -> View:
    """Guard a page whose address is a key: no answer of it, a refusal neither, is stored, passed on, indexed.

    It stands outermost, over the decorators that refuse.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded
