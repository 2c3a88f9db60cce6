"""The second factor that production demands of everybody who works in admin."""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

WORDS = "The desk needs a second factor. Add an authenticator app or a passkey, then go on."


class StaffSecondFactor:
    """Sends staff without a second factor to set one up, before admin and own keys (STAFF_SECOND_FACTOR)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and request.path.startswith(
            (reverse("admin:index"), reverse("account_keys"))
        ):
            user = request.user
            if user.is_authenticated and user.is_staff and not self._has_second_factor(request):
                messages.warning(request, WORDS)
                return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)

    def _has_second_factor(self, request: HttpRequest) -> bool:
        """Whether this session began with one (no query), or the account has one since."""
        records = get_authentication_records(request, request.user)
        return any(record.get("method") == "mfa" for record in records) or is_mfa_enabled(request.user)
