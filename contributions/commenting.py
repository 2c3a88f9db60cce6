"""Remarks and ticks on a text: what reviewers leave without changing the state."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from contributions.models import OPEN, ChecklistItem, Comment, Submission, SubmissionRevision, Tick
from contributions.moves import FORBIDDEN, Refused
from contributions.permissions import REVIEW, may


def _check(submission: Submission, user: User) -> None:
    if not may(user, REVIEW, submission.kind):
        raise Refused("That is not yours to do.", FORBIDDEN)
    if submission.state not in OPEN:
        raise Refused(f"It is “{submission.state_label}” now; reopen it first.")


def add_comment(
    text: SubmissionRevision,
    user: User,
    words: str,
    *,
    field: str = "",
    quote: str = "",
    is_internal: bool = False,
    is_blocking: bool = False,
) -> Comment:
    """Leave a remark on a text, for the editors only or for the contributor too; raises Refused."""
    _check(text.submission, user)
    return Comment.objects.create(
        revision=text, author=user, text=words, field=field, quote=quote, is_internal=is_internal,
        is_blocking=is_blocking, created_at=timezone.now(),
    )  # fmt: skip


def resolve_comment(comment: Comment, user: User) -> None:
    """Mark a remark as done; the first to do so stays named. Raises Refused."""
    _check(comment.revision.submission, user)
    Comment.objects.filter(pk=comment.pk, resolved_at__isnull=True).update(
        resolved_at=timezone.now(), resolved_by=user
    )


@transaction.atomic
def save_ticks(text: SubmissionRevision, user: User, item_ids: Iterable[int]) -> None:
    """Tick exactly these items of the checklist for a text; raises Refused for all but the claimer."""
    submission = Submission.objects.select_for_update().get(pk=text.submission_id)
    _check(submission, user)
    if submission.claimed_by_id != user.pk:
        raise Refused("Claim it first: the checklist is the claimer's.")
    if text.number != submission.head:
        raise Refused(f"Text {submission.head} has arrived; look at it first.")
    items = ChecklistItem.objects.filter(pk__in=item_ids, kind=submission.kind, is_active=True)
    wanted = set(items.values_list("pk", flat=True))
    text.ticks.exclude(item__in=wanted).delete()
    Tick.objects.bulk_create(
        Tick(revision=text, item_id=pk, by=user, at=timezone.now())
        for pk in wanted - set(text.ticks.values_list("item", flat=True))
    )
