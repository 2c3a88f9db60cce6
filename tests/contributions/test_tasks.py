"""What comes due by itself; each task may run twice, at once, or late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contributions import tasks
from contributions.models import State, Submission
from hub.core.models import Entry
from hub.mail.models import Delivery
from tests.factories import make_submission, revise

pytestmark = pytest.mark.django_db


def set_back(submission, **columns):
    """Move some of a submission's times into the past."""
    now = timezone.now()
    Submission.objects.filter(pk=submission.pk).update(**{name: now - ago for name, ago in columns.items()})


def test_a_lapsed_claim_goes_back_to_the_queue_and_a_live_one_stays():
    lapsed, live = make_submission("in_review"), make_submission("in_review")
    set_back(lapsed, lease_until=timedelta(minutes=1))
    tasks.expire()
    lapsed.refresh_from_db()
    live.refresh_from_db()
    assert (lapsed.state, lapsed.claimed_by) == (State.PENDING, None)
    assert live.state == State.IN_REVIEW


def test_what_nobody_confirmed_is_forgotten_after_72_hours():
    forgotten = make_submission("unconfirmed", name="Ann", email="ann@example.net", title="Secret?")
    waiting = make_submission("unconfirmed")
    set_back(forgotten, state_since=timedelta(hours=73), created_at=timedelta(hours=73))
    tasks.expire()
    tasks.expire()
    row = Submission.objects.filter(pk=forgotten.pk).values().get()
    assert row["state"] == State.EXPIRED
    assert "ann" not in str(row).lower().replace("channel", "")
    assert "Secret" not in str(row)
    assert not forgotten.revisions.exists()
    waiting.refresh_from_db()
    assert waiting.state == State.UNCONFIRMED
    assert not Delivery.objects.filter(template="submission_closed").exists()


def test_a_contributor_is_reminded_once_and_closed_after_thirty_days():
    submission = make_submission("changes_requested")
    tasks.expire()
    assert not Delivery.objects.filter(template="submission_reminder").exists()
    set_back(submission, state_since=timedelta(days=26))
    tasks.expire()
    tasks.expire()
    assert Delivery.objects.filter(template="submission_reminder").count() == 1
    set_back(submission, state_since=timedelta(days=31))
    tasks.expire()
    tasks.expire()
    submission.refresh_from_db()
    assert submission.state == State.EXPIRED
    assert Delivery.objects.get(template="submission_closed").context["code"] == "expire"


def test_what_is_due_is_published_once_and_what_is_not_waits():
    due, later = make_submission("approved"), make_submission("approved")
    Submission.objects.filter(pk=due.pk).update(publish_at=timezone.now() - timedelta(minutes=1))
    Submission.objects.filter(pk=later.pk).update(publish_at=timezone.now() + timedelta(hours=1))
    tasks.publish_due()
    tasks.publish_due()
    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.state, later.state) == (State.PUBLISHED, State.APPROVED)
    assert Entry.objects.count() == 1


def test_one_that_can_not_be_published_does_not_stop_the_others():
    entry = make_submission("published", deep_dive="One line.").published_revision.entry
    stuck = make_submission("approved", target=entry, deep_dive="Their line.")
    revise(entry, deep_dive="Our line.")
    fine = make_submission("approved")
    Submission.objects.filter(state=State.APPROVED).update(publish_at=timezone.now() - timedelta(minutes=1))
    tasks.publish_due()
    stuck.refresh_from_db()
    fine.refresh_from_db()
    assert (stuck.state, fine.state) == (State.APPROVED, State.PUBLISHED)
