"""The API's paths of contributions."""

from django.urls import path

from contributions.api import (
    ConfirmationView,
    ContributionsView,
    ContributionView,
    RevisionsView,
    WithdrawalView,
)

urlpatterns = [
    path("", ContributionsView.as_view(), name="contributions"),
    path("<str:token>/", ContributionView.as_view(), name="contribution"),
    path("<str:token>/confirmation/", ConfirmationView.as_view(), name="contribution-confirmation"),
    path("<str:token>/revisions/", RevisionsView.as_view(), name="contribution-revisions"),
    path("<str:token>/withdrawal/", WithdrawalView.as_view(), name="contribution-withdrawal"),
]
