"""What comes due by itself: leases, answers that never came, dates of publication.

Safe twice, at once and never: each submission is one transaction, and a conflict means that somebody else
has done it.
"""

import logging
from collections.abc import Iterable

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from contributions import letters, mailed, mails
from contributions.actors import System
from contributions.guards import ANSWER_WITHIN, CONFIRM_WITHIN, REMIND_BEFORE
from contributions.models import State, Submission
from contributions.workflow import Conflict, Refused, perform

logger = logging.getLogger(__name__)


@shared_task
def expire() -> None:
    """Return lapsed claims, remind contributors, close what nobody answered, forget old letters."""
    now = timezone.now()
    _each("lapse", Submission.objects.filter(state=State.IN_REVIEW, lease_until__lt=now))
    remind()
    overdue = Q(state=State.UNCONFIRMED, state_since__lt=now - CONFIRM_WITHIN) | Q(
        state=State.CHANGES_REQUESTED, state_since__lt=now - ANSWER_WITHIN
    )
    _each("expire", Submission.objects.filter(overdue))
    letters.forget()


@shared_task
def publish_due() -> None:
    """Publish approved submissions whose date has come."""
    _each("publish", Submission.objects.filter(state=State.APPROVED, publish_at__lte=timezone.now()))


@shared_task
def fetch_mail() -> None:
    """Read the contributions and answers that have come by e-mail."""
    mailed.fetch()


def remind() -> None:
    """Owe one reminder to whoever has five days left to answer; the outbox knows who has had it."""
    since = timezone.now() - ANSWER_WITHIN + REMIND_BEFORE
    waiting = Submission.objects.filter(state=State.CHANGES_REQUESTED, state_since__lt=since)
    for submission in waiting.select_related("contributor").iterator(chunk_size=200):
        until = submission.state_since + ANSWER_WITHIN
        mails.reminder(submission, f"{until.day} {until:%B %Y}")


def _each(action: str, submissions: Iterable[Submission]) -> None:
    for submission in submissions:
        try:
            perform(submission, action, System(), version=submission.version)
        except (Refused, Conflict) as refusal:
            logger.info("%s of %s left alone: %s", action, submission.reference, refusal)
