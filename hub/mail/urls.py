"""Addresses of the mailbox: mails that were written as files, for staff."""

from django.urls import path

from hub.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<slug:name>/", views.mail, name="mail"),
    path("<slug:name>/html/", views.html_part, name="html"),
    path("<slug:name>/raw/", views.raw, name="raw"),
]
