"""Addresses of errors in the API beside the list; with and without the last slash, as people type them."""

from django.urls import re_path

from debugarchive.api import MatchView

urlpatterns = [re_path(r"^match/?$", MatchView.as_view(), name="match")]
