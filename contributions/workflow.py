"""The whole review machine: one table, and the only functions that write a submission's state.

``perform`` is the one way to change a state, ``begin`` the one way to make a submission; everything else
(forms, admin, API, mail, tasks) calls them. See docs/moderation.md for the drawing of this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from contributions import actors, effects, guards, mails
from contributions.actors import Actor
from contributions.models import CLOSED, OPEN, State, Submission, SubmissionEvent, SubmissionRevision
from contributions.moves import FORBIDDEN, INVALID, Conflict, Move, Refused
from hub.core import publishing
from hub.core.payload import Payload

__all__ = [
    "TABLE",
    "Conflict",
    "Offer",
    "Refused",
    "Transition",
    "allowed_actions",
    "begin",
    "offers",
    "perform",
]

Who = Callable[[Submission, Actor], bool]
Step = Callable[[Move], None]
_ATTEMPTS = 3


@dataclass(frozen=True)
class Transition:
    """One row of the table.

    ``target`` None: the state stays, or an effect decides it. ``guards`` need only the submission, so
    they also decide what is offered; ``needs`` look at the data that came with the action. ``asks`` names
    that data, for forms.
    """

    action: str
    label: str
    sources: tuple[State, ...]
    target: State | None
    who: Who
    guards: tuple[Step, ...] = ()
    needs: tuple[Step, ...] = ()
    effects: tuple[Step, ...] = ()
    asks: tuple[str, ...] = ()
    names_version: bool = False  # staff must name the version and the text that they read


S = State

# fmt: off
TABLE: tuple[Transition, ...] = (
    # Coming in. These two make the row; see ``begin``.
    Transition("submit", "Send in", (), S.UNCONFIRMED, actors.contributor, effects=(mails.confirm,)),
    Transition("draft", "Save as draft", (), S.DRAFT, actors.reviewer),
    Transition("submit", "Send to review", (S.DRAFT,), S.PENDING, actors.contributor,
               guards=(guards.target_is_public,), effects=(effects.enter_queue,)),
    Transition("publish_at_once", "Publish", (S.DRAFT,), S.PUBLISHED, actors.own_publisher,
               guards=(guards.needs_no_second_person, guards.merges_cleanly),
               needs=(guards.override_is_explained,), effects=(effects.approve_and_publish,),
               asks=("override_reason",), names_version=True),
    Transition("confirm", "Confirm", (S.UNCONFIRMED,), S.PENDING, actors.contributor,
               guards=(guards.link_is_fresh, guards.under_the_cap),
               effects=(effects.enter_queue, mails.received)),
    # Claims.
    Transition("claim", "Claim", (S.PENDING,), S.IN_REVIEW, actors.reviewer,
               guards=(guards.not_an_author,), effects=(effects.hold,)),
    Transition("claim", "Claim", (S.IN_REVIEW,), S.IN_REVIEW, actors.reviewer,
               guards=(guards.not_an_author, guards.held_by_another, guards.lease_is_lapsed),
               effects=(effects.hold,)),
    Transition("renew", "Renew the claim", (S.IN_REVIEW,), S.IN_REVIEW, actors.claimer,
               effects=(effects.hold,)),
    Transition("release", "Release", (S.IN_REVIEW,), S.PENDING, actors.claimer, effects=(effects.let_go,)),
    Transition("lapse", "Lease lapses", (S.IN_REVIEW,), S.PENDING, actors.system,
               guards=(guards.lease_is_lapsed,), effects=(effects.let_go,)),
    Transition("take_over", "Take over", (S.IN_REVIEW,), S.IN_REVIEW, actors.lead,
               guards=(guards.held_by_another, guards.not_an_author), needs=(guards.has_reason,),
               effects=(effects.note_reason, mails.claim_taken_over, effects.hold), asks=("reason",)),
    # Texts.
    Transition("revise", "Revise", (S.DRAFT,), S.DRAFT, actors.contributor,
               needs=(guards.text_differs,), effects=(effects.write_revision,), asks=("payload", "note")),
    Transition("revise", "Revise", (S.PENDING, S.CHANGES_REQUESTED, S.APPROVED), S.PENDING,
               actors.contributor, needs=(guards.text_differs,),
               effects=(effects.write_revision, effects.back_to_us),
               asks=("payload", "note")),
    Transition("revise", "Revise", (S.IN_REVIEW,), S.IN_REVIEW, actors.contributor,
               needs=(guards.text_differs,), effects=(effects.write_revision, mails.reviewer_told),
               asks=("payload", "note")),
    Transition("edit", "Edit the text", (S.IN_REVIEW,), S.IN_REVIEW, actors.claimer,
               guards=(guards.holds_the_lease,), needs=(guards.text_differs,), effects=(effects.write_edit,),
               asks=("payload", "note"), names_version=True),
    Transition("resolve", "Bring together", (S.PENDING, S.CHANGES_REQUESTED, S.APPROVED), S.PENDING,
               actors.contributor_or_editor,
               guards=(guards.two_changes_met,), needs=(guards.base_is_current,),
               effects=(effects.write_rebase, effects.back_to_us),
               asks=("payload", "base_revision", "note")),
    Transition("resolve", "Bring together", (S.DRAFT, S.IN_REVIEW), None, actors.contributor_or_editor,
               guards=(guards.two_changes_met,), needs=(guards.base_is_current,),
               effects=(effects.write_rebase,), asks=("payload", "base_revision", "note")),
    # Verdicts.
    Transition("request_changes", "Ask for changes", (S.IN_REVIEW,), S.CHANGES_REQUESTED, actors.claimer,
               guards=(guards.holds_the_lease,), needs=(guards.has_something_to_answer,),
               effects=(effects.comment, effects.let_go, effects.answered, effects.not_due,
                        mails.changes_requested),
               asks=("comment", "field", "quote"), names_version=True),
    Transition("approve", "Approve", (S.IN_REVIEW,), None, actors.claimer,
               guards=(guards.holds_the_lease, guards.not_an_author, guards.not_approved_by_same,
                       guards.no_blocking_comment, guards.merges_cleanly),
               needs=(guards.override_is_explained, guards.checklist_is_ticked),
               effects=(effects.answered, effects.approve), asks=("checklist", "override_reason"),
               names_version=True),
    Transition("reject", "Do not accept", (S.PENDING, S.IN_REVIEW), S.REJECTED, actors.claimer_or_lead,
               guards=(guards.holds_if_claimed,), needs=(guards.has_reason_code,),
               effects=(effects.close, mails.closed), asks=("code", "reason"), names_version=True),
    Transition("duplicate", "Close as duplicate", (S.PENDING, S.IN_REVIEW), S.DUPLICATE,
               actors.claimer_or_lead, guards=(guards.holds_if_claimed,), needs=(guards.names_the_entry,),
               effects=(effects.close_as_duplicate, mails.closed), asks=("entry", "reason"),
               names_version=True),
    Transition("spam", "Close as spam", (S.PENDING, S.IN_REVIEW), S.SPAM, actors.claimer_or_lead,
               guards=(guards.holds_if_claimed,), effects=(effects.close,), names_version=True),
    # Going out.
    Transition("publish", "Publish", (S.APPROVED,), S.PUBLISHED, actors.publisher_or_system,
               guards=(guards.approved_is_head, guards.is_due, guards.merges_cleanly),
               effects=(effects.publish,), names_version=True),
    Transition("schedule", "Publish at a date", (S.APPROVED,), S.APPROVED, actors.publisher,
               guards=(guards.approved_is_head,), needs=(guards.date_lies_ahead,),
               effects=(effects.schedule,), asks=("publish_at",), names_version=True),
    Transition("unschedule", "Take the date off", (S.APPROVED,), S.APPROVED, actors.publisher,
               guards=(guards.is_scheduled,), effects=(effects.unschedule,)),
    # Ends, and ways back.
    Transition("withdraw", "Withdraw", OPEN, S.WITHDRAWN, actors.contributor,
               effects=(effects.forget_person, effects.end)),
    Transition("expire", "Expires", (S.UNCONFIRMED, S.CHANGES_REQUESTED), S.EXPIRED, actors.system,
               guards=(guards.waited_too_long,), effects=(effects.forget_person, effects.end, mails.expired)),
    Transition("reopen", "Reopen", (*CLOSED, S.APPROVED), S.PENDING, actors.lead,
               guards=(guards.was_in_the_queue, guards.has_a_text), needs=(guards.has_reason,),
               effects=(effects.note_reason, effects.open_again), asks=("reason",)),
    Transition("reopen", "Reopen", (S.REJECTED, S.WITHDRAWN, S.EXPIRED), S.PENDING, actors.contributor,
               guards=(guards.was_in_the_queue, guards.has_a_text, guards.appeal_is_open,
                       guards.under_the_cap),
               needs=(guards.has_reason,), effects=(effects.note_reason, effects.open_again),
               asks=("reason",)),
    # The person goes, the record stays; contributions.erasing does it for all that one person sent.
    Transition("erase", "Erase the contributor", OPEN, S.WITHDRAWN, actors.contributor_or_lead,
               guards=(guards.is_a_guests,), effects=(effects.erase_person, effects.end)),
    Transition("erase", "Erase the contributor", (*CLOSED, S.PUBLISHED), None, actors.contributor_or_lead,
               guards=(guards.is_a_guests,), effects=(effects.erase_person,)),
)
# fmt: on

# What was done, for "Grace approved it" and the history.
DEEDS = {
    "submit": "sent it in", "draft": "began it", "publish_at_once": "published it", "confirm": "confirmed it",
    "claim": "claimed it", "renew": "renewed the claim", "release": "released it", "lapse": "ended the claim",
    "take_over": "took it over", "revise": "revised it", "edit": "edited the text",
    "resolve": "brought it together with the entry", "request_changes": "asked for changes",
    "approve": "approved it", "reject": "did not accept it", "duplicate": "closed it as a duplicate",
    "spam": "closed it as spam", "publish": "published it", "schedule": "set a date",
    "unschedule": "took the date off", "withdraw": "withdrew it", "expire": "closed it for want of an answer",
    "reopen": "opened it again", "erase": "erased the contributor",
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """One action that this actor could take in this state, and what still stands in its way, if anything."""

    transition: Transition
    obstacle: str = ""
    code: str = ""
    needs_override: bool = False

    @property
    def is_possible(self) -> bool:
        return not self.obstacle


def offers(submission: Submission, actor: Actor) -> list[Offer]:
    """The actions of the table for this state and actor, each with its obstacle."""
    found: dict[str, Offer] = {}
    for row in TABLE:
        if submission.state not in row.sources or not row.who(submission, actor):
            continue
        move = Move(submission, actor, row.action, timezone.now())
        try:
            for guard in row.guards:
                guard(move)
            offer = Offer(row, needs_override=move.is_override)
        except Refused as refusal:
            offer = Offer(row, str(refusal), refusal.code)
        if row.action not in found or offer.is_possible:
            found[row.action] = offer
    return list(found.values())


def allowed_actions(submission: Submission, actor: Actor) -> list[Transition]:
    """What this actor can do now; the data that an action asks for may still be refused."""
    return [offer.transition for offer in offers(submission, actor) if offer.is_possible]


def perform(
    submission: Submission,
    action: str,
    actor: Actor,
    *,
    version: int | None = None,
    revision: int | None = None,
    **data: Any,
) -> Submission:
    """Take one action and return the submission as it then is.

    ``version`` and ``revision`` are what the actor had read; verdicts of staff must name both. Everything
    happens in one transaction: the guards, the effects, the conditional update, the event and the mails.
    Raises Refused (``status`` 400, 403 or 409) or Conflict (409) and then has changed nothing.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _perform_once(submission.pk, action, actor, version, revision, data)
        except publishing.Conflict as error:
            # The entry moved between our look and our turn at the clock: look and merge again.
            if attempt == _ATTEMPTS:
                raise Conflict(str(error)) from error
        except IntegrityError as error:
            raise Conflict(f"{_last_step(submission.pk, actor)} Nothing was changed.") from error
    raise AssertionError("unreachable")


def _perform_once(
    pk: int, action: str, actor: Actor, version: int | None, revision: int | None, data: dict[str, Any]
) -> Submission:
    submission = (
        Submission.objects.select_for_update(of=("self",))
        .select_related(
            "target__current_revision", "base_revision", "approved_revision", "claimed_by", "contributor"
        )
        .get(pk=pk)
    )
    row = _row_for(submission, action, actor, version)
    if row.names_version and actor.by == SubmissionEvent.By.STAFF and (version is None or revision is None):
        raise Refused("Name the version and the text that you read.", INVALID)
    if revision is not None and revision != submission.head:
        raise Conflict(
            f"Text {submission.head} has arrived since you read text {revision}. Look at what changed.",
            revision=submission.head,
        )
    if version is not None and version != submission.version:
        raise Conflict(_last_step(pk, actor))
    move = Move(submission, actor, action, timezone.now(), data, to=row.target)
    for step in (*row.guards, *row.needs, *row.effects):
        step(move)
    _write(move, row)
    return Submission.objects.get(pk=pk)


def _row_for(submission: Submission, action: str, actor: Actor, version: int | None) -> Transition:
    rows = [row for row in TABLE if row.action == action and row.sources]
    if not rows:
        raise Refused("There is no such action.", INVALID)
    here = [row for row in rows if submission.state in row.sources]
    mine = [row for row in here if row.who(submission, actor)]
    if len(mine) == 1:
        return mine[0]
    if mine:
        return next((row for row in mine if _guards_hold(row, submission, actor)), mine[0])
    if version is not None and version != submission.version:
        raise Conflict(_last_step(submission.pk, actor))
    if here or not any(row.who(submission, actor) for row in rows):
        raise Refused("That is not yours to do.", FORBIDDEN)
    raise Refused(f"It is “{submission.state_label}” now, so that is not possible.")


def _guards_hold(row: Transition, submission: Submission, actor: Actor) -> bool:
    """Whether this one of several rows of an action fits (a lead who is also the contributor has two)."""
    try:
        for guard in row.guards:
            guard(Move(submission, actor, row.action, timezone.now()))
    except Refused:
        return False
    return True


def _write(move: Move, row: Transition) -> None:
    """The conditional update and the event: of two who read one version, one gets past here."""
    submission = move.submission
    state = move.to or State(submission.state)
    if state != submission.state:
        move.columns["state_since"] = move.now
    changed = Submission.objects.filter(
        pk=submission.pk, version=submission.version, state__in=row.sources
    ).write_move(**move.columns, state=state, version=move.new_version)
    if not changed:
        raise Conflict(_last_step(submission.pk, move.actor))
    SubmissionEvent.objects.create(
        submission=submission,
        action=move.action,
        from_state=submission.state,
        to_state=state,
        by=move.actor.by,
        actor=move.actor.user,
        revision_number=move.columns.get("head", submission.head),
        content_hash=move.data["payload"].content_hash if "payload" in move.data else "",
        text_hash=move.text_hash,
        is_override=move.is_override,
        version=move.new_version,
        at=move.now,
    )


def _last_step(pk: int, actor: Actor) -> str:
    """Who was faster, with what and when; contributors are not told which editor."""
    event = SubmissionEvent.objects.filter(submission=pk).select_related("actor").last()
    if event is None:
        return "Somebody was faster."
    is_theirs = event.by == SubmissionEvent.By.STAFF and actor.by != SubmissionEvent.By.STAFF
    who = "An editor" if is_theirs else event.who
    return f"{who} was faster and {DEEDS[event.action]}, at {event.at:%Y-%m-%d %H:%M:%S} UTC."


def begin(submission: Submission, payload: Payload, by: User | None = None, *, note: str = "") -> Submission:
    """Write a new submission with its first text, its event and its first mail.

    A guest's waits to be confirmed; that of a member of staff (``by``) is a draft. Raises Refused where
    that person may not review the kind, and IntegrityError when the idempotency key was used before.
    """
    now = timezone.now()
    row = next(row for row in TABLE if not row.sources and row.action == ("draft" if by else "submit"))
    submission.title = payload.data["title"]
    submission.contributor = by
    submission.state, submission.version, submission.head = row.target or State.DRAFT, 1, 1
    submission.created_at = submission.state_since = now
    with transaction.atomic():
        submission.save(force_insert=True)
        actor = actors.Staff(by) if by else actors.Contributor(submission.pk)
        if not row.who(submission, actor):
            raise Refused("That is not yours to do.", FORBIDDEN)
        SubmissionRevision.objects.create(
            submission=submission, number=1, payload=payload.data, schema=payload.schema,
            content_hash=payload.content_hash, origin=SubmissionRevision.Origin.SUBMIT, author=by,
            author_hash=submission.address_hash, note=note[:1000], created_at=now,
        )  # fmt: skip
        SubmissionEvent.objects.create(
            submission=submission, action=row.action, to_state=submission.state, by=actor.by, actor=by,
            revision_number=1, content_hash=payload.content_hash, version=1, at=now,
        )  # fmt: skip
        for effect in row.effects:
            effect(Move(submission, actor, row.action, now))
    return submission
