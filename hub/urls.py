"""Every address of the house: the kinds' own, then those across kinds."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from hub.core import catalogue

urlpatterns = [
    path("admin/mailbox/", include("hub.mail.urls")),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("accounts/", include("hub.accounts.urls")),
    path("api/", include("hub.api")),
    *(path(f"{kind.path}/", include(kind.urls, namespace=kind.namespace)) for kind in catalogue.kinds()),
    *(path("", include(kind.root_urls)) for kind in catalogue.kinds() if kind.root_urls),
    *([path("anymail/", include("anymail.urls"))] if apps.is_installed("anymail") else []),
    path("", include("contributions.urls", namespace="contributions")),
    path("", include("subscriptions.urls", namespace="subscriptions")),
    path("", include("hub.pages.urls", namespace="pages")),
]

handler400 = "hub.pages.views.errors.bad_request"
handler403 = "hub.pages.views.errors.forbidden"
handler404 = "hub.pages.views.errors.not_found"
handler500 = "hub.pages.views.errors.server_error"
