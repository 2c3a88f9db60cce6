"""The mails of a submission, written into the outbox inside the transaction of the action.

Rows hold no link and no title: both are derived from the submission when the message leaves.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.urls import reverse

from contributions.models import State, Submission
from contributions.tokens import address_of
from hub.core import links
from hub.core.models import Entry
from hub.mail import outbox, streams

if TYPE_CHECKING:
    from contributions.moves import Move
    from hub.mail.models import Delivery

CONFIRM, CONTRIBUTION = "contribution-confirm", "contribution"


# --- what the outbox asks when a message leaves ------------------------------------------------------


def derived(delivery: "Delivery") -> dict[str, Any]:
    """What a message says of its submission, as it is when it leaves."""
    submission = (
        Submission.objects.select_related("published_revision__entry__technology", "duplicate_of__technology")
        .filter(pk=delivery.about or 0)
        .first()
    )
    if submission is None:
        raise streams.NothingToSay("the submission is gone")
    published, duplicate = submission.published_revision, submission.duplicate_of
    return {
        "reference": submission.reference,
        "title": submission.title,
        "kind_label": submission.kind_label.lower(),
        "name": submission.contributor_name,
        "status_url": address_of(submission),
        "confirm_url": address_of(submission, "confirm"),
        "revise_url": address_of(submission, "revise"),
        "review_url": links.absolute(reverse("admin:contributions_submission_change", args=[submission.pk])),
        "entry_url": links.absolute(published.entry.get_absolute_url()) if published else "",
        "entry_id": published.entry.public_id if published else "",
        "duplicate_url": links.absolute(duplicate.get_absolute_url()) if duplicate else "",
        "duplicate_title": duplicate.title if duplicate else "",
    }


def still_unconfirmed() -> dict[str, Any]:
    """Guard: nobody is asked to confirm what is confirmed, withdrawn or expired."""
    waiting = Submission.objects.filter(pk=OuterRef("about"), state=State.UNCONFIRMED)
    return {"no longer waits for confirmation": Exists(waiting)}


def answer_to(_delivery: "Delivery", _derived: dict[str, Any]) -> dict[str, str]:
    """Where an answer goes: into the mailbox that contributions.mailed reads, if there is one."""
    if settings.CONTRIBUTIONS_MAILBOX and settings.CONTRIBUTIONS_EMAIL:
        return {"Reply-To": settings.CONTRIBUTIONS_EMAIL}
    return {}


def register() -> None:
    """Declare the streams."""
    streams.register(streams.Stream(CONFIRM, guard=still_unconfirmed, links=derived, headers=answer_to))
    streams.register(streams.Stream(CONTRIBUTION, links=derived, headers=answer_to))


# --- one function a mail -----------------------------------------------------------------------------


def _to_contributor(move: "Move", template: str, stream: str = CONTRIBUTION, **context: Any) -> None:
    submission = move.submission
    account = submission.contributor
    address = submission.contributor_email or (account.email if account else "")
    if address:
        _enqueue(move, stream, address, template, context)


def _to_staff(move: "Move", user: User | None, template: str, **context: Any) -> None:
    if user is not None and user.email:
        _enqueue(move, CONTRIBUTION, user.email, template, context)


def _enqueue(move: "Move", stream: str, address: str, template: str, context: dict[str, Any]) -> None:
    submission = move.submission
    outbox.enqueue(
        stream,
        f"{submission.reference}:{template}:{move.new_version}",
        address,
        template,
        context,
        about=submission.pk,
    )


def confirm(move: "Move") -> None:
    """Ask whether the address is theirs; says nothing that a visitor typed (MAIL: no visitor text)."""
    _to_contributor(move, "confirm_submission", CONFIRM)


def received(move: "Move") -> None:
    _to_contributor(move, "submission_received", first_response_hours=move.policy.first_response_hours)


def changes_requested(move: "Move") -> None:
    _to_contributor(move, "changes_requested", comment=move.text)


def published(move: "Move", entry: Entry | None) -> None:
    _to_contributor(move, "submission_published", entry=entry.pk if entry else None)


def closed(move: "Move") -> None:
    _to_contributor(move, "submission_closed", code=move.columns["closed_code"], reason=move.text)


def expired(move: "Move") -> None:
    """Say that the wait is over; an address that was never proven hears nothing."""
    if move.submission.state != State.UNCONFIRMED:
        closed(move)


def claim_taken_over(move: "Move") -> None:
    """Tell the one who lost the claim."""
    _to_staff(move, move.submission.claimed_by, "claim_taken_over", reason=move.text)


def reviewer_told(move: "Move") -> None:
    """Tell who holds the claim that a new text has arrived."""
    _to_staff(move, move.submission.claimed_by, "submission_revised")


def link_changed(submission: Submission) -> None:
    """Send the new link to the address that was proven, so that nobody can take a submission away with it."""
    account = submission.contributor
    address = submission.contributor_email or (account.email if account else "")
    if address:
        slot = f"{submission.reference}:link:{submission.link_generation}"
        outbox.enqueue(CONTRIBUTION, slot, address, "link_changed", {}, about=submission.pk)


def reminder(submission: Submission, until: str) -> None:
    """Say once that a submission expires soon; safe to call again for the same wait."""
    account = submission.contributor
    address = submission.contributor_email or (account.email if account else "")
    if address:
        slot = f"{submission.reference}:reminder:{submission.version}"
        outbox.enqueue(
            CONTRIBUTION, slot, address, "submission_reminder", {"until": until}, about=submission.pk
        )
