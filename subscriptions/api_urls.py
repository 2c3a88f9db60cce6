"""Addresses of subscriptions in the API."""

from django.urls import path

from subscriptions.api import SubscribeView

urlpatterns = [path("", SubscribeView.as_view(), name="subscriptions")]
