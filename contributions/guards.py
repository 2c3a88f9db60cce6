"""What must hold before an action: each guard returns nothing, or raises Refused with the reason."""

from datetime import timedelta

from contributions.actors import Staff, lead
from contributions.merging import merged_with_entry
from contributions.models import UNDER_REVIEW, ChecklistItem, Comment, State, Submission, SubmissionEvent
from contributions.moves import FORBIDDEN, INVALID, Move, Refused

CONFIRM_WITHIN = timedelta(hours=72)
ANSWER_WITHIN = timedelta(days=30)
REMIND_BEFORE = timedelta(days=5)
APPEAL_WITHIN = timedelta(days=30)

REASONS = {
    "not_true": "It does not hold",
    "out_of_scope": "It does not fit the hub",
    "too_thin": "It says too little",
    "not_own_work": "It is not the contributor's own work, or its licence does not fit",
    "other": "Another reason",
}

# --- about the person ------------------------------------------------------------------------------


def not_an_author(move: Move) -> None:
    """Four eyes: nobody looks after own work, unless the policy lets a lead override it with a reason."""
    if not move.policy.four_eyes or not move.actor.is_author_of(move.submission):
        return
    if not (move.policy.override_allowed and lead(move.submission, move.actor)):
        raise Refused(
            "You wrote part of this, so somebody else has to review it.", FORBIDDEN, code="four_eyes"
        )
    move.is_override = True


def override_is_explained(move: Move) -> None:
    if not move.is_override:
        return
    reason = move.words("override_reason")
    if not reason:
        text = "You wrote part of this: give the reason why nobody else reviews it."
        raise Refused(text, INVALID, errors={"override_reason": [text]})
    move.text = reason


def holds_the_lease(move: Move) -> None:
    """A verdict after the lease has lapsed is refused: somebody else may have begun to read."""
    until = move.submission.lease_until
    if until is None or until < move.now:
        raise Refused(
            "Your claim has lapsed. Claim it again, and look whether something changed.", code="lease"
        )


def lease_is_lapsed(move: Move) -> None:
    until = move.submission.lease_until
    if until is not None and until >= move.now:
        holder = move.submission.claimed_by
        name = (holder.get_full_name() or holder.username) if holder else "Somebody"
        raise Refused(f"{name} is reviewing it until {until:%Y-%m-%d %H:%M} UTC.", code="claimed")


def held_by_another(move: Move) -> None:
    if isinstance(move.actor, Staff) and move.submission.claimed_by_id == move.actor.user.pk:
        raise Refused("You hold it already.")


def holds_if_claimed(move: Move) -> None:
    """A claimer's verdict needs the lease; a lead's does not."""
    if not lead(move.submission, move.actor):
        holds_the_lease(move)


def not_approved_by_same(move: Move) -> None:
    if isinstance(move.actor, Staff) and move.head.approvals.filter(approver=move.actor.user).exists():
        raise Refused("You have approved this text already; it needs another person.")


# --- about the submission --------------------------------------------------------------------------


def link_is_fresh(move: Move) -> None:
    if move.submission.created_at + CONFIRM_WITHIN < move.now:
        raise Refused("This link held for 72 hours and has expired.", code="expired_link")


def under_the_cap(move: Move) -> None:
    """At most so many submissions of one address under review at a time."""
    submission = move.submission
    if not submission.address_hash:
        return
    waiting = Submission.objects.filter(address_hash=submission.address_hash, state__in=UNDER_REVIEW)
    if waiting.count() >= move.policy.open_per_contributor:
        raise Refused(
            f"You have {move.policy.open_per_contributor} contributions under review. "
            "Confirm this one once one of them is decided."
        )
    if submission.target_id and (other := waiting.filter(target=submission.target_id).first()):
        raise Refused(
            f"You have an open correction of the same entry: {other.reference}. "
            "Revise it, or withdraw it first."
        )


def was_in_the_queue(move: Move) -> None:
    if move.submission.confirmed_at is None:
        raise Refused("It was never confirmed, so there is nothing to reopen.")


def has_a_text(move: Move) -> None:
    if not move.submission.revisions.exists():
        raise Refused("Its text was deleted with its contributor's data.")


def is_a_guests(move: Move) -> None:
    """Whether anything is held of a guest; accounts of staff are looked after by their operator."""
    submission = move.submission
    if not (submission.contributor_email or submission.contributor_name or submission.address_hash):
        raise Refused("Nothing is held here of a person who has no account.")


def appeal_is_open(move: Move) -> None:
    """The contributor may reopen once, within 30 days."""
    if move.submission.state_since + APPEAL_WITHIN < move.now:
        raise Refused("It was closed more than 30 days ago. Send it in again.")
    earlier = move.submission.events.filter(action="reopen", by=SubmissionEvent.By.CONTRIBUTOR)
    if earlier.exists():
        raise Refused("It was reopened once already. Send it in again.")


def waited_too_long(move: Move) -> None:
    limit = CONFIRM_WITHIN if move.submission.state == State.UNCONFIRMED else ANSWER_WITHIN
    if move.submission.state_since + limit > move.now:
        raise Refused("Its time has not come.")


def approved_is_head(move: Move) -> None:
    approved = move.submission.approved_revision
    if approved is None or approved.number != move.submission.head:
        raise Refused("The approval belongs to an older text.")


def is_due(move: Move) -> None:
    """A date that was set binds the system; an editor may publish sooner."""
    if not isinstance(move.actor, Staff):
        at = move.submission.publish_at
        if at is None or at > move.now:
            raise Refused("Its date has not come.")


def is_scheduled(move: Move) -> None:
    if move.submission.publish_at is None:
        raise Refused("It has no date.")


def needs_no_second_person(move: Move) -> None:
    if move.policy.approvals_needed > 1:
        raise Refused("This kind needs more than one approval.")
    not_an_author(move)


def target_is_public(move: Move) -> None:
    target = move.submission.target
    if target is not None and not target.is_public:
        raise Refused(f"{target.public_id} is archived, so it can't be corrected.")


def merges_cleanly(move: Move) -> None:
    """A suggested edit fits the entry as it is now, or was made to fit."""
    target_is_public(move)
    if move.submission.is_edit and not merged_with_entry(move.head).is_clean:
        raise Refused(
            "The entry has changed in the same place. Bring the two together first.", code="merge_conflict"
        )


def two_changes_met(move: Move) -> None:
    """There is something to bring together: the entry has changed in the same place."""
    target_is_public(move)
    if not move.submission.is_edit or merged_with_entry(move.head).is_clean:
        raise Refused("It fits the entry as it is.")


def no_blocking_comment(move: Move) -> None:
    blocking = Comment.objects.filter(
        revision__submission=move.submission, is_blocking=True, resolved_at__isnull=True
    ).count()
    if blocking:
        raise Refused(f"{blocking} blocking comment{'s are' if blocking > 1 else ' is'} not resolved.")


# --- about the data that came with the action ------------------------------------------------------


def has_reason(move: Move) -> None:
    move.text = move.words("reason")
    if not move.text:
        raise Refused("Give a reason.", INVALID, errors={"reason": ["Give a reason."]})


def has_reason_code(move: Move) -> None:
    if move.words("code") not in REASONS:
        raise Refused("Choose a reason.", INVALID, errors={"code": ["Choose a reason."]})
    has_reason(move)


def names_the_entry(move: Move) -> None:
    """A duplicate names the entry that says the same."""
    entry = move.data.get("entry")
    if entry is None or not entry.is_public:
        raise Refused("Name the entry.", INVALID, errors={"entry": ["Give the id of a public entry."]})
    move.text = move.words("reason")


def has_something_to_answer(move: Move) -> None:
    """Asking for changes says what to change, in words that the contributor can see."""
    move.text = move.words("comment")
    if not move.text and not move.head.comments.filter(is_internal=False, is_by_contributor=False).exists():
        text = "Say what should change."
        raise Refused(text, INVALID, errors={"comment": [text]})


def checklist_is_ticked(move: Move) -> None:
    required = set(
        ChecklistItem.objects.filter(kind=move.submission.kind, is_active=True, is_required=True).values_list(
            "pk", flat=True
        )
    )
    ticked = {int(item) for item in move.data.get("checklist") or []}
    ticked |= set(move.head.ticks.values_list("item_id", flat=True))
    if left := len(required - ticked):
        text = f"{left} item{'s' if left > 1 else ''} of the checklist left to tick."
        raise Refused(text, INVALID, errors={"checklist": [text]})


def text_differs(move: Move) -> None:
    """A save that changes nothing makes no text, and keeps approvals."""
    if move.data["payload"].content_hash == move.head.content_hash:
        raise Refused("The text is what it was: nothing was saved.", INVALID, code="unchanged")


def base_is_current(move: Move) -> None:
    """A resolved conflict was resolved against the entry as it is now."""
    target = move.submission.target
    if target is None or move.data.get("base_revision") is None:
        raise Refused("Only a correction is brought together with its entry.", INVALID)
    if target.current_revision_id != move.data["base_revision"].pk:
        raise Refused("The entry has changed once more. Look at the new differences.", code="merge_conflict")


def date_lies_ahead(move: Move) -> None:
    at = move.data.get("publish_at")
    if at is None or at <= move.now:
        text = "Give a date that lies ahead."
        raise Refused(text, INVALID, errors={"publish_at": [text]})
