"""How often a door may be tried. Counters are rows: every process counts together, with or without Redis."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from hub.core.limits import Limit
from hub.core.network import client_network

PER_ACCOUNT = Limit("sign-in-account", 5, 300)
PER_CODE = Limit("sign-in-code", 5, 300)
ONCE = Limit("sign-in-code-used", 1, 180)  # longer than a code is good for
PER_NETWORK = Limit("sign-in-network", 60, 300)

View = Callable[..., HttpResponseBase]


def guarded(view: View) -> View:
    """A page of accounts: never cached, and 429 for a network that posts too often (RFC 6585, 4)."""

    @never_cache
    @wraps(view)
    def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not PER_NETWORK.hit(client_network(request)):
            minutes = max(1, round(PER_NETWORK.retry_after / 60))
            words = f"in {minutes} minute{'s' if minutes > 1 else ''}"
            response = render(request, "429.html", {"retry_after": words}, status=429)
            response.headers["Retry-After"] = str(PER_NETWORK.retry_after)
            return response
        return view(request, *args, **kwargs)

    return guarded_view


class _CountedCode:
    """Refuses the sixth code for an account in five minutes, and any code a second time (RFC 6238, 5.2)."""

    user: User

    def clean_code(self) -> str:
        if not PER_CODE.hit(str(self.user.pk)):
            raise ValidationError("Too many codes. Wait five minutes, then try again.", code="too_many")
        code = str(super().clean_code())  # type: ignore[misc]
        if not ONCE.hit(f"{self.user.pk}:{''.join(code.split())}"):
            raise ValidationError("This code was used already. Wait for the next one.", code="used")
        return code


class CountedAuthenticateForm(_CountedCode, AuthenticateForm):
    """The second step of signing in."""


class CountedReauthenticateForm(_CountedCode, ReauthenticateForm):
    """The code asked for again before a change of second factors."""
