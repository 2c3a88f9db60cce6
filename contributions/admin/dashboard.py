"""The editors' first page in figures: what waits, for whom, and how long already."""

from collections.abc import Collection
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from contributions.admin.queue import OURS, THEIRS, age_words, due_words, holder_words, span_words
from contributions.models import Enquiry, State, Submission, Testimonial
from contributions.permissions import kinds_seen_by
from hub.core.models import Entry
from hub.mail.models import Delivery

LONGEST = 10
MOST_COUNTED = 1_000


def dashboard(user: User) -> dict[str, Any] | None:
    """See templates/admin/index.html; None for who reviews nothing. A constant number of queries."""
    kinds = kinds_seen_by(user)
    if not kinds:
        return None
    now, queue_url = timezone.now(), reverse("admin:contributions_submission_changelist")
    visible = Submission.objects.visible_to(user)
    waiting = visible.filter(state__in=OURS)
    counts = visible.aggregate(
        ours=Count("pk", filter=Q(state__in=OURS)),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        theirs=Count("pk", filter=Q(state__in=THEIRS)),
        published=Count("pk", filter=Q(state=State.PUBLISHED, decided_at__gte=now - timedelta(days=7))),
    )
    return {
        "figures": [
            *_reviews(waiting, counts, now, queue_url),
            _entries_due(kinds, now),
            _mails(user, now),
            *_letters(user),
        ],
        "queue": [
            _row(submission, now)
            for submission in waiting.select_related("claimed_by").most_urgent()[:LONGEST]
        ],
        "queue_url": queue_url,
        "queue_total": counts["ours"],
    }


def _row(submission: Submission, now: datetime) -> dict[str, Any]:
    """One of those that wait, as the short queue shows it."""
    return {
        "reference": submission.reference,
        "title": submission.title,
        "kind_label": submission.kind_label,
        "state": submission.state,
        "state_label": submission.state_label,
        "age_words": age_words(submission, now),
        "due_words": due_words(submission, now),
        "holder": holder_words(submission),
        "is_overdue": submission.due_at is not None and submission.due_at < now,
        "url": reverse("admin:contributions_submission_change", args=[submission.pk]),
    }


def _reviews(waiting: Any, counts: dict[str, int], now: datetime, queue_url: str) -> list[dict[str, Any]]:
    """How much waits, on whom and how long, and what went out of late."""
    return [
        _figure(counts["ours"], "waiting for us", "", queue_url),
        _figure(
            counts["overdue"], "overdue", "against the service level",
            f"{queue_url}?waiting=open&due=overdue", is_alarming=counts["overdue"] > 0,
        ),
        {
            "value": _age(waiting, counts["ours"], 0.5, now), "label": "median age of what waits",
            "note": f"nine of ten: under {_age(waiting, counts['ours'], 0.9, now)}",
            "url": reverse("admin:contributions_submission_reports"), "is_alarming": False,
        },
        _figure(counts["theirs"], "waiting for contributors", "", f"{queue_url}?waiting=theirs"),
        _figure(counts["published"], "published", "in seven days", f"{queue_url}?waiting=published"),
    ]  # fmt: skip


def _entries_due(kinds: Collection[str], now: datetime) -> dict[str, Any]:
    due = Entry.objects.due_for_review(now.date()).filter(kind__in=kinds)
    return _figure(
        due.order_by()[:MOST_COUNTED].count(), "due for review", "old, or reported by readers",
        f"{reverse('admin:core_entry_changelist')}?due=any",
    )  # fmt: skip


def _mails(user: User, now: datetime) -> dict[str, Any]:
    """What the outbox owes, with a link for who may look into it."""
    mails = Delivery.objects.aggregate(
        due=Count("pk", filter=Q(state=Delivery.State.PENDING, not_before__lte=now)),
        doubtful=Count("pk", filter=Q(state=Delivery.State.UNCERTAIN)),
    )
    url = f"{reverse('admin:mail_delivery_changelist')}?state__exact=uncertain"
    return _figure(
        mails["due"], "mails to send", f"{mails['doubtful']} doubtful",
        url if user.has_perm("mail.view_delivery") else None, is_alarming=mails["doubtful"] > 0,
    )  # fmt: skip


def _letters(user: User) -> list[dict[str, Any]]:
    """What waits on the desks of letters that this person may decide on."""
    desks: list[tuple[str, Any, str, str, str]] = [
        ("testimonial", Testimonial, Testimonial.State.PENDING, "testimonials", "to read"),
        ("enquiry", Enquiry, Enquiry.State.OPEN, "enquiries", "to answer"),
    ]
    return [
        _figure(
            model._default_manager.filter(state=state).count(), label, note,
            f"{reverse(f'admin:contributions_{name}_changelist')}?state__exact={state}",
        )
        for name, model, state, label, note in desks
        if user.has_perm(f"contributions.change_{name}")
    ]  # fmt: skip


def _age(waiting: Any, number: int, share: float, now: datetime) -> str:
    """The age that this share of what waits does not exceed (nearest rank)."""
    if not number:
        return "–"
    rank = max(0, number - ceil(share * number))  # the oldest come first
    entered = waiting.order_by("confirmed_at").values_list("confirmed_at", flat=True)[rank : rank + 1]
    return next((span_words(now - at) for at in entered if at), "–")


def _figure(
    value: int, label: str, note: str, url: str | None, *, is_alarming: bool = False
) -> dict[str, Any]:
    return {"value": f"{value:,}", "label": label, "note": note, "url": url, "is_alarming": is_alarming}
