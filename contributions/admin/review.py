"""What the review page shows of one submission."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from contributions.actors import Staff
from contributions.admin.forms import ActionForm, CommentForm
from contributions.admin.queue import age_words, due_words, name_of
from contributions.merging import merged_with_entry
from contributions.models import OPEN, ChecklistItem, Comment, SavedReply, Submission, SubmissionRevision
from contributions.previewing import rendered_preview
from contributions.resembling import Resemblance, entries_like, submissions_like
from contributions.signals import in_words
from contributions.workflow import DEEDS, offers
from hub.core import catalogue
from hub.core.differences import Change, payload_changes
from hub.core.models import Technology
from hub.core.payload import Payload

TONES = {"approve": "main", "publish": "main", "publish_at_once": "main", "claim": "main", "resolve": "main"}
MOST_EDITS_SHOWN = 20
DANGER = {"reject", "spam", "duplicate", "withdraw", "erase"}
# Letters that lead to a button on the page (static/js/review.js); they press nothing.
KEYS = {
    "claim": "c", "approve": "a", "request_changes": "r", "publish": "p", "reject": "x", "duplicate": "d",
    "release": "l", "edit": "e", "resolve": "e", "revise": "e",
}  # fmt: skip
PAGES = {
    "edit": "text",
    "revise": "text",
    "resolve": "merge",
    "erase": "erase",
}  # actions with a page of their own


@dataclass(frozen=True)
class Button:
    """One thing this person may do now; see the template's opening comment."""

    name: str
    label: str
    url: str
    tone: str
    help: str = ""
    form: ActionForm | None = None
    method: str = "post"
    is_open: bool = False

    @property
    def key(self) -> str:
        return KEYS.get(self.name, "")


def page_url(submission: Submission, name: str, *args: Any) -> str:
    return reverse(f"admin:contributions_submission_{name}", args=[submission.pk, *args])


def buttons(
    submission: Submission, user: User, bound: ActionForm | None = None, action: str = ""
) -> list[Button]:
    """A button an offered action; ``bound`` is the form of an action that was refused just now."""
    found = []
    for offer in offers(submission, Staff(user)):
        name = offer.transition.action
        if not offer.is_possible or name in {"confirm", "lapse", "expire"}:
            continue
        tone = TONES.get(name, "danger" if name in DANGER else "plain")
        if page := PAGES.get(name):
            found.append(Button(name, offer.transition.label, page_url(submission, page), tone, method="get"))
            continue
        form = bound if bound is not None and name == action else ActionForm(offer, submission.kind)
        url = page_url(submission, "act", name)
        shown = form if form.fields else None
        is_open = form is bound
        found.append(Button(name, offer.transition.label, url, tone, form=shown, is_open=is_open))
    return sorted(found, key=lambda button: ("main", "plain", "danger").index(button.tone))


def obstacles(submission: Submission, user: User) -> list[str]:
    """What stands in the way of the verdicts that would be possible otherwise."""
    return [
        f"{offer.transition.label}: {offer.obstacle}"
        for offer in offers(submission, Staff(user))
        if offer.obstacle
        and offer.transition.action in {"claim", "approve", "publish"}
        and not (offer.transition.action == "claim" and submission.claimed_by_id == user.pk)
    ]


def _payload_shown(text: SubmissionRevision) -> tuple[Payload, list[Change], tuple[str, str], str]:
    """What publishing this text would show, what changes by it, the headings, and how the entry moved."""
    submission, kind = text.submission, catalogue.get(text.submission.kind)
    payload, base = text.as_payload, submission.base_revision
    target = submission.target
    if base is not None and submission.published_revision_id is not None:
        old = kind.current(base.payload, base.schema)
        changes = payload_changes(kind.name, old, payload.data)
        return payload, changes, ("When it was written", "Proposed"), ""
    if base is not None and target is not None and target.current_revision is not None:
        old = kind.current(base.payload, base.schema)
        if target.current_revision_id == base.pk:
            return payload, payload_changes(kind.name, old, payload.data), ("Public now", "Proposed"), ""
        steps = target.current_revision.number - base.number
        moved = f"The entry was revised {steps} time{'s' if steps > 1 else ''} since this was written"
        merge = merged_with_entry(text)
        if not merge.is_clean:
            changes = payload_changes(kind.name, old, payload.data)
            return payload, changes, ("When it was written", "Proposed"), f"{moved}, in the same place."
        current = kind.current(target.current_revision.payload, target.current_revision.schema)
        merged = Payload(kind.name, merge.data, kind.schema)
        changes = payload_changes(kind.name, current, merge.data)
        return merged, changes, ("Public now", "Merged"), f"{moved}; both fit."
    if text.number > 1:
        before = submission.revisions.select_related("submission").get(number=text.number - 1)
        changes = payload_changes(kind.name, before.as_payload.data, payload.data)
        return payload, changes, (f"Text {before.number}", f"Text {text.number}"), ""
    return payload, [], ("", ""), ""


def _badges(payload: Payload) -> list[str]:
    data = payload.data
    technology = Technology.objects.filter(slug=data.get("technology", "")).first()
    words = [
        technology.name if technology else "",
        data.get("level", ""),
        f"difficulty {data.get('difficulty')}",
    ]
    return [word for word in (*words, *data.get("tags", [])) if word]


def _comments(submission: Submission) -> list[dict[str, Any]]:
    form_fields = catalogue.get(submission.kind).form.base_fields
    found = []
    for text in submission.revisions.prefetch_related("comments__author"):
        if text.note:
            found.append(
                {
                    "author": name_of(text.author) if text.author else "Contributor",
                    "created_at": text.created_at,
                    "text": text.note,
                    "field_label": f"text {text.number}",
                }
            )
        for comment in text.comments.all():
            can_resolve = comment.is_blocking and comment.resolved_at is None and submission.state in OPEN
            form_field = form_fields.get(comment.field)
            found.append(
                {
                    "id": comment.pk,
                    "author": _author(comment),
                    "created_at": comment.created_at,
                    "field_label": str(form_field.label or comment.field) if form_field else "",
                    "quote": comment.quote,
                    "text": comment.text,
                    "is_internal": comment.is_internal,
                    "is_blocking": comment.is_blocking,
                    "is_resolved": comment.resolved_at is not None,
                    "resolve_url": page_url(submission, "resolve", comment.pk) if can_resolve else None,
                }
            )
    return sorted(found, key=lambda remark: remark["created_at"])


def _author(comment: Comment) -> str:
    return "Contributor" if comment.is_by_contributor else name_of(comment.author)


def _contributor(submission: Submission) -> str:
    if submission.contributor:
        return name_of(submission.contributor)
    named = " ".join(part for part in (submission.contributor_name, submission.contributor_email) if part)
    return named or "a former contributor"


def _timeline(submission: Submission) -> list[dict[str, Any]]:
    return [
        {
            "at": event.at,
            "words": f"{event.who} {DEEDS[event.action]}, text {event.revision_number}"
            + (", own work" if event.is_override else ""),
        }
        for event in submission.events.select_related("actor")
    ]


def _head(submission: Submission, now: datetime) -> dict[str, Any]:
    return {
        "reference": submission.reference,
        "title": submission.title or submission.reference,
        "kind_label": submission.kind_label,
        "state": submission.state,
        "state_label": submission.state_label,
        "contributor": _contributor(submission),
        "channel_label": f"by {submission.get_channel_display().lower()}",
        "age_words": age_words(submission, now),
        "due_words": due_words(submission, now),
        "is_overdue": submission.due_at is not None and submission.due_at < now,
        "admin_url": page_url(submission, "change"),
    }


def _target(submission: Submission) -> dict[str, Any] | None:
    target = submission.target
    if target is None:
        return None
    return {"title": target.title, "public_id": target.public_id, "url": target.get_absolute_url()}


def _other_edits(submission: Submission) -> list[dict[str, Any]]:
    """Other open edits of the same entry, the oldest first, each with whether the entry has moved since."""
    target = submission.target
    if target is None:
        return []
    others = Submission.objects.filter(target=target, state__in=OPEN).exclude(pk=submission.pk).order_by("pk")
    return [
        {
            "reference": one.reference,
            "state": one.state,
            "state_label": one.state_label,
            "url": page_url(one, "change"),
            "has_moved": one.base_revision_id != target.current_revision_id,
        }
        for one in others[:MOST_EDITS_SHOWN]
    ]


def _duplicates(submission: Submission, payload: Payload) -> list[Resemblance]:
    """Entries, and for a new entry other submissions, that may say the same."""
    found = entries_like(payload, without=submission.target_id)
    return found if submission.is_edit else [*found, *submissions_like(submission, payload)]


def _published(submission: Submission) -> dict[str, Any] | None:
    """The public page that came of it."""
    if submission.published_revision is None:
        return None
    entry = submission.published_revision.entry
    return {"title": entry.title, "public_id": entry.public_id, "url": entry.get_absolute_url()}


def _claim(submission: Submission, user: User) -> dict[str, Any] | None:
    holder = submission.claimed_by
    if holder is None:
        return None
    return {"holder": name_of(holder), "until": submission.lease_until, "is_mine": holder.pk == user.pk}


def review_context(submission: Submission, user: User, number: int) -> dict[str, Any]:
    """Everything the review page shows; raises SubmissionRevision.DoesNotExist for an unknown text."""
    now = timezone.now()
    text = submission.revisions.select_related(
        "submission__target__current_revision", "submission__base_revision"
    ).get(number=number)
    payload, changes, labels, moved_words = _payload_shown(text)
    ticked = set(text.ticks.values_list("item_id", flat=True))
    items = ChecklistItem.objects.filter(kind=submission.kind, is_active=True)
    holds = submission.claimed_by_id == user.pk and number == submission.head
    return {
        "submission": _head(submission, now),
        "target": None if submission.published_revision_id else _target(submission),
        "published": _published(submission),
        "moved_words": moved_words,
        "claim": _claim(submission, user),
        "revision": number,
        "version": submission.version,
        "head": submission.head,
        "preview": {**rendered_preview(payload), "entry_head": _badges(payload)},
        "changes": changes,
        "changes_labels": labels,
        "comments": _comments(submission),
        "comment_form": CommentForm(submission.kind) if submission.state in OPEN else None,
        "comment_url": page_url(submission, "comment"),
        "checklist": [
            {
                "id": item.pk,
                "text": item.text,
                "is_required": item.is_required,
                "is_ticked": item.pk in ticked,
            }
            for item in items
        ],
        "checklist_url": page_url(submission, "ticks") if holds else None,
        "approvals": [
            {
                "approver": name_of(approval.approver),
                "at": approval.created_at,
                "revision": earlier.number,
                "is_stale": earlier.number != submission.head,
            }
            for earlier in submission.revisions.prefetch_related("approvals__approver")
            for approval in earlier.approvals.all()
        ],
        "duplicates": _duplicates(submission, payload) if submission.state in OPEN else [],
        "signals": in_words(submission.signals),
        "other_edits": _other_edits(submission),
        "saved_replies": list(SavedReply.objects.all()),
        "timeline": _timeline(submission),
        "actions": buttons(submission, user),
        "obstacles": obstacles(submission, user),
    }
