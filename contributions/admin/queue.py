"""The queue's filters and columns."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince

from contributions.models import CLOSED, OPEN, State, Submission
from contributions.permissions import kinds_seen_by
from hub.core import catalogue

OURS = (State.PENDING, State.IN_REVIEW, State.APPROVED)
THEIRS = (State.CHANGES_REQUESTED, State.UNCONFIRMED, State.DRAFT)
GROUPS = {
    "ours": ("Waiting for us", OURS),
    "theirs": ("Waiting for contributors", THEIRS),
    "open": ("All open", OPEN),
    "published": ("Published", (State.PUBLISHED,)),
    "closed": ("Closed", CLOSED),
    "all": ("Everything", tuple(State)),
}


class WaitingFilter(admin.SimpleListFilter):
    """Who waits for whom; without a choice, what waits for us."""

    title = "waiting"
    parameter_name = "waiting"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in GROUPS.items()]

    def choices(self, changelist: Any) -> Iterator[Any]:
        chosen = self.value() or "ours"
        for name, label in self.lookup_choices:
            yield {
                "selected": chosen == name,
                "query_string": changelist.get_query_string({self.parameter_name: name}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        if self.value() is None and request.GET.get("q"):
            return queryset  # a search looks everywhere
        return queryset.filter(state__in=GROUPS.get(self.value() or "ours", GROUPS["ours"])[1])


class KindFilter(admin.SimpleListFilter):
    """The kinds that this person looks after."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [(name, catalogue.get(name).label_plural) for name in kinds_seen_by(request.user)]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class HolderFilter(admin.SimpleListFilter):
    """Who holds it."""

    title = "claim"
    parameter_name = "claim"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "Held by me"), ("nobody", "Held by nobody"), ("others", "Held by others")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        match self.value():
            case "mine":
                return queryset.filter(claimed_by=request.user.pk)
            case "nobody":
                return queryset.filter(claimed_by__isnull=True)
            case "others":
                return queryset.filter(claimed_by__isnull=False).exclude(claimed_by=request.user.pk)
        return queryset


class OverdueFilter(admin.SimpleListFilter):
    """Against the service level."""

    title = "service level"
    parameter_name = "due"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue"), ("day", "Due within a day")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        now = timezone.now()
        match self.value():
            case "overdue":
                return queryset.filter(due_at__lt=now)
            case "day":
                return queryset.filter(due_at__gte=now, due_at__lt=now + timedelta(days=1))
        return queryset


def first_part(text: str) -> str:
    """``3 days`` of ``3 days, 2 hours``."""
    return text.replace("\xa0", " ").split(",")[0]


def span_words(length: timedelta) -> str:
    """A length of time in its largest unit: ``3 days``."""
    now = timezone.now()
    return first_part(timesince(now - length, now))


def age_words(submission: Submission, now: datetime) -> str:
    """How long it has been with us: ``3 days old``."""
    return f"{first_part(timesince(submission.confirmed_at or submission.created_at, now))} old"


def due_words(submission: Submission, now: datetime) -> str:
    """``due in 5 hours``, ``2 days overdue``, or nothing while nobody waits for us."""
    if submission.due_at is None:
        return ""
    if submission.due_at < now:
        return f"{first_part(timesince(submission.due_at, now))} overdue"
    return f"due in {first_part(timesince(now, submission.due_at))}"


def name_of(user: User | None) -> str:
    """How a member of staff is called."""
    return (user.get_full_name() or user.username) if user else "A former editor"


def holder_words(submission: Submission) -> str:
    """Who holds it, until when."""
    if submission.claimed_by is None or submission.lease_until is None:
        return ""
    return f"{name_of(submission.claimed_by)} until {submission.lease_until:%H:%M} UTC"
