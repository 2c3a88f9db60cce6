"""Addresses of alerts. Fixed words come before the token, which is never one of them."""

from django.urls import path, re_path

from subscriptions import archive, views

app_name = "subscriptions"
urlpatterns = [
    path("alerts/", views.subscribe, name="subscribe"),
    path("alerts/sent/", views.sent, name="sent"),
    path("alerts/erased/", views.erased, name="erased"),
    path("alerts/archive/", archive.editions, name="archive"),
    re_path(r"^alerts/archive/(?P<slot>\d{4}-(?:W\d{2}|\d{2}-\d{2}))/$", archive.edition, name="edition"),
    path("alerts/archive/<int:from_event>-<int:to_event>/", archive.window, name="window"),
    path("alerts/<slug:token>/", views.manage, name="manage"),
    path("alerts/<slug:token>/confirm/", views.confirm, name="confirm"),
    path("alerts/<slug:token>/unsubscribe/", views.unsubscribe, name="unsubscribe"),
    path("alerts/<slug:token>/export/", views.export, name="export"),
    path("alerts/<slug:token>/erase/", views.erase, name="erase"),
]
