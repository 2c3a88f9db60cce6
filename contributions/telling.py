"""A submission in plain words, for the person who sent it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contributions.actors import Contributor
from contributions.guards import ANSWER_WITHIN, CONFIRM_WITHIN, REASONS
from contributions.models import Policy, State, Submission
from contributions.tokens import path_of
from contributions.workflow import allowed_actions
from hub.core import catalogue
from hub.core.differences import Change, payload_changes

# state → (what it means, whose turn, what comes next)
WORDS: dict[str, tuple[str, str, str]] = {
    State.DRAFT: ("It is a draft.", "yours", "Send it to review when it is ready."),
    State.UNCONFIRMED: ("We do not know yet that it is yours.", "yours", "Your turn: confirm it."),
    State.PENDING: ("It waits for an editor.", "ours", "Our turn: an editor will read it."),
    State.IN_REVIEW: ("An editor is reading it.", "ours", "Our turn: you hear from us when it is read."),
    State.CHANGES_REQUESTED: (
        "An editor asks for changes.", "yours", "Your turn: read the comments and revise your text.",
    ),
    State.APPROVED: ("It is approved.", "ours", "Our turn: it will be published."),
    State.PUBLISHED: ("It is public. Thank you.", "nobody", "Nothing is left to do."),
    State.REJECTED: ("It was not accepted.", "nobody", "You may have it looked at once more."),
    State.SPAM: ("It was closed.", "nobody", "Nothing is left to do."),
    State.DUPLICATE: ("The hub has this already.", "nobody", "Nothing is left to do."),
    State.WITHDRAWN: ("You withdrew it.", "nobody", "Nothing is left to do."),
    State.EXPIRED: ("It was closed because no answer came.", "nobody", "Nothing is left to do."),
}  # fmt: skip

# What happened, for the timeline; actions that are none of the contributor's business are left out.
EVENTS = {
    "submit": "You sent it in.",
    "draft": "You began a draft.",
    "confirm": "You confirmed it; it joined the queue.",
    "claim": "An editor began to read it.",
    "revise": "You revised it.",
    "edit": "An editor changed the text.",
    "resolve": "It was brought together with the entry's changes.",
    "request_changes": "An editor asked for changes.",
    "approve": "An editor approved it.",
    "schedule": "A date was set for its publication.",
    "publish": "It was published.",
    "publish_at_once": "It was published.",
    "reject": "It was not accepted.",
    "duplicate": "It was closed as a duplicate.",
    "spam": "It was closed.",
    "withdraw": "You withdrew it.",
    "expire": "It was closed because no answer came.",
    "reopen": "It was opened again.",
    "erase": "Its contributor was erased.",
}

DONE = {
    "confirmed": "Thank you. It is in the queue now.",
    "revised": "Thank you. Your new text is in the queue.",
    "resolved": "Thank you. Both changes are together now.",
    "withdrawn": "It is withdrawn.",
    "reopened": "It is in the queue again.",
    "new-link": "This is the new link. The old one opens nothing any more.",
}


@dataclass(frozen=True)
class Door:
    """One thing the contributor can do now; see contributions/status.html."""

    name: str
    label: str
    url: str
    method: str
    help: str = ""
    needs_reason: bool = False
    tone: str = "plain"


def doors(submission: Submission) -> list[Door]:
    """What the holder of the link can do now."""
    allowed = {row.action for row in allowed_actions(submission, Contributor(submission.pk))}
    every = [
        Door("confirm", "Confirm", path_of(submission, "confirm"), "get", tone="main"),
        Door("resolve", "Bring both changes together", path_of(submission, "merge"), "get", tone="main"),
        Door("revise", "Revise", path_of(submission, "revise"), "get",
             tone="main" if submission.state == State.CHANGES_REQUESTED else "plain"),
        Door("withdraw", "Withdraw", path_of(submission, "withdraw"), "post",
             help="It leaves the queue. You can bring it back within 30 days.", tone="danger"),
        Door("reopen", "Ask us to look again", path_of(submission, "reopen"), "post",
             help="Once, and within 30 days.", needs_reason=True),
        Door("new_link", "Get a new link", path_of(submission, "new_link"), "post",
             help="If somebody else may have this one. The old link opens nothing any more; "
             "the new one comes by mail too."),
        Door("erase", "Forget me", path_of(submission, "erase"), "get"),
    ]  # fmt: skip
    if submission.state != State.UNCONFIRMED:
        allowed.add("new_link")
    return [door for door in every if door.name in allowed]


def deadline(submission: Submission) -> datetime | None:
    """Until when it waits for the contributor."""
    if submission.state == State.UNCONFIRMED:
        return submission.created_at + CONFIRM_WITHIN
    if submission.state == State.CHANGES_REQUESTED:
        return submission.state_since + ANSWER_WITHIN
    return None


def reason(submission: Submission) -> dict[str, str] | None:
    """Why it was closed, where a person wrote it."""
    if submission.state not in {State.REJECTED, State.DUPLICATE}:
        return None
    return {
        "label": REASONS.get(submission.closed_code, submission.state_label),
        "text": submission.closed_text,
    }


def comments(submission: Submission) -> list[dict[str, Any]]:
    """The remarks that the contributor may see, as contributions/_comments.html shows them."""
    form = catalogue.get(submission.kind).form
    found = []
    for text in submission.revisions.prefetch_related("comments"):
        if text.note and text.number > 1:
            found.append(_remark("You", text.created_at, text.note))
        for comment in text.comments.all():
            if comment.is_internal:
                continue
            form_field = form.base_fields.get(comment.field)
            found.append(
                _remark(
                    "You" if comment.is_by_contributor else "Reviewer",
                    comment.created_at,
                    comment.text,
                    field_label=str(form_field.label or comment.field) if form_field else "",
                    quote=comment.quote,
                    is_blocking=comment.is_blocking,
                    is_resolved=comment.resolved_at is not None,
                )
            )
    return sorted(found, key=lambda remark: remark["created_at"])


def _remark(author: str, at: datetime, text: str, **more: Any) -> dict[str, Any]:
    return {"author_label": author, "created_at": at, "text": text, **more}


def changes(submission: Submission) -> tuple[list[Change], tuple[str, str]]:
    """What changed, and the headings: a correction against its base, a new text against the last."""
    kind = catalogue.get(submission.kind)
    texts = {text.number: text for text in submission.revisions.select_related("submission")}
    head = texts.get(submission.head)
    if head is None:
        return [], ("", "")
    base = submission.base_revision
    if base is not None:
        old = kind.current(base.payload, base.schema)
        return payload_changes(kind.name, old, head.as_payload.data), ("Public when you began", "Yours")
    if submission.head > 1:
        before = texts[submission.head - 1]
        return payload_changes(kind.name, before.as_payload.data, head.as_payload.data), ("Before", "Now")
    return [], ("", "")


def _has_moved(submission: Submission) -> bool:
    """Whether the entry that an open correction is about has changed since it was begun."""
    target = submission.target
    return (
        submission.is_open
        and target is not None
        and submission.base_revision_id != target.current_revision_id
    )


def timeline(submission: Submission) -> list[dict[str, Any]]:
    """What has happened, oldest first."""
    events = [event for event in submission.events.all() if event.action in EVENTS]
    return [{"at": event.at, "words": EVENTS[event.action]} for event in events]


def response_words(kind: str) -> str:
    """When a first answer may be expected: ``within 48 hours``."""
    hours = Policy.of(kind).first_response_hours
    return f"within {hours} hours" if hours < 96 else f"within {round(hours / 24)} days"


def status_context(submission: Submission) -> dict[str, Any]:
    """Everything that contributions/status.html shows."""
    words, turn, turn_words = WORDS[submission.state]
    differences, labels = changes(submission)
    published = submission.published_revision
    return {
        "submission": submission,
        "words": words,
        "turn": turn,
        "turn_words": turn_words,
        "deadline": deadline(submission),
        "reason": reason(submission),
        "target": submission.target,
        "has_moved": _has_moved(submission),
        "entry": published.entry if published else None,
        "duplicate_of": submission.duplicate_of,
        "comments": comments(submission),
        "changes": differences,
        "changes_labels": labels,
        "timeline": timeline(submission),
        "actions": doors(submission),
        "noindex": True,
        "no_referrer": True,
    }
