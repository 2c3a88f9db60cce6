"""What an action does beside changing the state: columns of the conditional update, rows, mails.

All run in the action's transaction, in the order of the table, before the update: a conflict rolls them
back with everything else.
"""

from datetime import timedelta
from typing import Any

from contributions import mails
from contributions.actors import Staff
from contributions.guards import REASONS
from contributions.merging import payload_to_publish
from contributions.models import Approval, ChecklistItem, Comment, State, SubmissionRevision, Tick
from contributions.moves import INVALID, Move, Refused
from hub.core import publishing
from hub.core.models import Credit, Event
from hub.core.payload import InvalidPayload

FORMER_CONTRIBUTOR = "a former contributor"
_NOBODY: dict[str, Any] = {
    "contributor_name": "", "contributor_link": "", "contributor_email": "", "address_hash": "",
    "signals": {}, "idempotency_key": None,
}  # fmt: skip

# --- claims ----------------------------------------------------------------------------------------


def hold(move: Move) -> None:
    """Give the actor the claim for as long as the policy says."""
    move.columns["claimed_by"] = move.actor.user
    move.columns["lease_until"] = move.now + timedelta(minutes=move.policy.lease_minutes)


def let_go(move: Move) -> None:
    move.columns["claimed_by"] = None
    move.columns["lease_until"] = None


# --- times -----------------------------------------------------------------------------------------


def enter_queue(move: Move) -> None:
    move.columns["confirmed_at"] = move.now
    move.columns["due_at"] = move.now + timedelta(hours=move.policy.first_response_hours)


def back_to_us(move: Move) -> None:
    """The ball is ours again: decide within the policy's days (the first answer keeps its own date)."""
    if move.submission.first_response_at or move.submission.due_at is None:
        move.columns["due_at"] = move.now + timedelta(days=move.policy.decision_days)


def answered(move: Move) -> None:
    """Somebody has answered the contributor."""
    if move.submission.first_response_at is None:
        move.columns["first_response_at"] = move.now


def not_due(move: Move) -> None:
    move.columns["due_at"] = None


def decided(move: Move) -> None:
    answered(move)
    not_due(move)
    move.columns["decided_at"] = move.now


# --- texts -----------------------------------------------------------------------------------------


def _next_text(move: Move, origin: SubmissionRevision.Origin) -> None:
    payload, number = move.data["payload"], move.submission.head + 1
    is_staff = isinstance(move.actor, Staff)
    SubmissionRevision.objects.create(
        submission=move.submission,
        number=number,
        payload=payload.data,
        schema=payload.schema,
        content_hash=payload.content_hash,
        origin=origin,
        author=move.actor.user,
        author_hash="" if is_staff else move.submission.address_hash,
        note=move.words("note")[:1000],
        created_at=move.now,
    )
    move.columns["head"] = number
    move.columns["title"] = payload.data["title"]
    # Approvals and dates belonged to the text before.
    move.columns["approved_revision"] = None
    move.columns["publish_at"] = None


def write_revision(move: Move) -> None:
    _next_text(move, SubmissionRevision.Origin.REVISE)


def write_edit(move: Move) -> None:
    _next_text(move, SubmissionRevision.Origin.EDITOR)


def write_rebase(move: Move) -> None:
    _next_text(move, SubmissionRevision.Origin.REBASE)
    move.columns["base_revision"] = move.data["base_revision"]


# --- verdicts --------------------------------------------------------------------------------------


def comment(move: Move) -> None:
    """Keep what the reviewer asks for, on the text that was read."""
    if move.text:
        Comment.objects.create(
            revision=move.head,
            author=move.actor.user,
            field=move.words("field")[:40],
            quote=move.words("quote")[:300],
            text=move.text[:4000],
            created_at=move.now,
        )


def note_reason(move: Move) -> None:
    """Keep a typed reason where editors find it; the audit itself holds only its hash."""
    Comment.objects.create(
        revision=move.head,
        author=move.actor.user,
        is_by_contributor=not isinstance(move.actor, Staff),
        text=move.text[:4000],
        is_internal=isinstance(move.actor, Staff),
        created_at=move.now,
    )


def _sign(move: Move) -> None:
    """One more approval of the text that was read."""
    Approval.objects.create(
        revision=move.head,
        approver=move.actor.user,
        is_override=move.is_override,
        reason=move.text if move.is_override else "",
        created_at=move.now,
    )


def approve(move: Move) -> None:
    """One approval of the text that was read; with enough of them the submission is approved."""
    ticked = {int(item) for item in move.data.get("checklist") or []} - set(
        move.head.ticks.values_list("item_id", flat=True)
    )
    items = ChecklistItem.objects.filter(pk__in=ticked, kind=move.submission.kind, is_active=True)
    Tick.objects.bulk_create(
        Tick(revision=move.head, item=item, by=move.actor.user, at=move.now) for item in items
    )
    _sign(move)
    let_go(move)
    if move.head.approvals.count() >= move.policy.approvals_needed:
        move.to = State.APPROVED
        move.columns["approved_revision"] = move.head
        move.columns["decided_at"] = move.now
        move.columns["due_at"] = move.now + timedelta(days=move.policy.decision_days)
    else:
        move.to = State.PENDING


def close(move: Move) -> None:
    let_go(move)
    decided(move)
    move.columns["closed_code"] = move.words("code") if move.words("code") in REASONS else move.action
    move.columns["closed_text"] = move.text


def close_as_duplicate(move: Move) -> None:
    close(move)
    move.columns["duplicate_of"] = move.data["entry"]


def end(move: Move) -> None:
    """Close without a verdict: withdrawn or expired."""
    let_go(move)
    not_due(move)
    move.columns["closed_code"] = move.action
    move.columns["approved_revision"] = None
    move.columns["publish_at"] = None


def open_again(move: Move) -> None:
    move.columns.update(
        closed_code="",
        closed_text="",
        duplicate_of=None,
        approved_revision=None,
        publish_at=None,
        decided_at=None,
    )
    move.columns["due_at"] = move.now + timedelta(days=move.policy.decision_days)


def forget_person(move: Move) -> None:
    """Delete what an unconfirmed submission holds of a person: text, name, link and address."""
    if move.submission.state != State.UNCONFIRMED:
        return
    move.submission.revisions.all().delete()
    move.columns.update(title="", **_NOBODY)


def erase_person(move: Move) -> None:
    """Take a person out of a submission, whatever became of it; their link is turned off.

    What was never published is deleted with them. A published text stays as they licensed it, its credit
    names a former contributor; notes and remarks that they wrote are deleted.
    """
    submission = move.submission
    if submission.state == State.PUBLISHED:
        submission.revisions.update(author_hash="", note="")
        Comment.objects.filter(revision__submission=submission, is_by_contributor=True).delete()
        Credit.objects.filter(revision=submission.published_revision_id).update(
            name=FORMER_CONTRIBUTOR, link=""
        )
        publishing.announce_site_change(Event.Act.TEXT, move.actor.user, "a credit was taken down")
    else:
        let_go(move)
        move.columns.update(title="", approved_revision=None, publish_at=None)
        submission.revisions.all().delete()
    move.columns.update(_NOBODY, link_generation=submission.link_generation + 1)


# --- publishing ------------------------------------------------------------------------------------


def schedule(move: Move) -> None:
    move.columns["publish_at"] = move.data["publish_at"]
    move.columns["due_at"] = None


def unschedule(move: Move) -> None:
    move.columns["publish_at"] = None
    move.columns["due_at"] = move.now + timedelta(days=move.policy.decision_days)


def publish(move: Move) -> None:
    """Make the approved text public through the kernel, merged with the entry as it is now."""
    submission, text = move.submission, move.head
    role = Credit.Role.CORRECTION if submission.is_edit else Credit.Role.AUTHOR
    thanks = None
    if submission.contributor_name:
        thanks = publishing.Thanks(role, submission.contributor_name, submission.contributor_link)
    try:
        event = publishing.publish(
            payload_to_publish(text),
            move.actor.user,
            entry=submission.target,
            source=submission.reference,
            note=text.note[:300] if submission.is_edit else "",
            thanks=thanks,
        )
    except InvalidPayload as error:
        raise Refused(f"The text can't be published: {error}", INVALID, errors=error.errors) from error
    except publishing.Unchanged as error:
        raise Refused(f"{error}. Close it as a duplicate.") from error
    move.columns["published_revision"] = event.revision
    move.columns["approved_revision"] = text
    move.columns["publish_at"] = None
    decided(move)
    mails.published(move, event.entry)


def approve_and_publish(move: Move) -> None:
    """An editor's own text where no second person is needed, or where a lead overrides that."""
    enter_queue(move)
    _sign(move)
    publish(move)
