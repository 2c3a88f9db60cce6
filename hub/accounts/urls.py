"""Signing in and looking after one's own account. Names are allauth's own, which its pages link by."""

from allauth.account import views as account
from allauth.mfa import urls as mfa
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, path, re_path

from hub.accounts.limits import guarded
from hub.accounts.views import keys


def _guarded(prefix: str, patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    """Every page below a prefix, flat, behind the guard."""
    found: list[URLPattern] = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _guarded(route, pattern.url_patterns)
        else:
            found.append(path(route, guarded(pattern.callback), name=pattern.name))
    return found


urlpatterns = [
    path("login/", guarded(account.login), name="account_login"),
    path("logout/", guarded(account.logout), name="account_logout"),
    path("inactive/", guarded(account.account_inactive), name="account_inactive"),
    path("signup/", guarded(account.signup), name="account_signup"),  # says that it is closed
    path("reauthenticate/", guarded(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", guarded(account.password_change), name="account_change_password"),
    path("password/set/", guarded(account.password_set), name="account_set_password"),
    path("password/reset/", guarded(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", guarded(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        guarded(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        guarded(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("sessions/", guarded(sessions.list_usersessions), name="usersessions_list"),
    path("keys/", guarded(keys), name="account_keys"),
    *_guarded("2fa/", mfa.urlpatterns),
]
