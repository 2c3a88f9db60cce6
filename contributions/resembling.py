"""What a text may be a duplicate of: public entries, and for reviewers other open submissions.

A kind says what only it knows (``Kind.similar``: the signatures of an error); words are compared for all.
The public sees public entries only, and never that somebody else has sent the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from contributions.models import UNDER_REVIEW, Submission
from hub.core import catalogue
from hub.core.payload import Payload
from hub.search.alike import LEAST, Words, entries_alike, likeness

MOST_SHOWN = 5
# Titles of other open submissions of the kind that are compared, newest first.
MOST_COMPARED = 2_000


@dataclass(frozen=True)
class Resemblance:
    """One thing that may say the same: ``percent`` alike, and why; ``label`` is its id or reference."""

    title: str
    label: str
    url: str
    percent: int
    reason: str
    is_entry: bool = True


def entries_like(payload: Payload, *, without: int | None = None) -> list[Resemblance]:
    """Public entries that may say what a payload, finished or not, says; the likest first.

    ``without`` is the entry that a correction is about. Bounded queries, whatever the archive holds.
    """
    kind, data = catalogue.get(payload.kind), payload.data
    found = {
        one.entry.public_id: Resemblance(
            one.entry.title,
            one.entry.public_id,
            one.entry.get_absolute_url,
            round(100 * one.likeness),
            one.reason,
        )
        for one in kind.similar(data)
    }
    text = Words.of(_title(payload), str(data.get("summary") or ""))
    own = {without} if without else set()
    for near in entries_alike(text, payload.kind, without=own, most=MOST_SHOWN):
        entry, percent = near.entry, round(100 * near.likeness.figure)
        known = found.get(entry.public_id)
        if known is None or known.percent < percent:
            found[entry.public_id] = Resemblance(
                entry.title, entry.public_id, entry.get_absolute_url(), percent, near.likeness.reason
            )
    return _likest(found.values())


def submissions_like(submission: Submission, payload: Payload) -> list[Resemblance]:
    """Other new entries under review that may say the same, by their titles; the likest first. One query."""
    others = Submission.objects.filter(
        kind=submission.kind, state__in=UNDER_REVIEW, target__isnull=True
    ).exclude(pk=submission.pk)
    text = Words.of(_title(payload))
    found = []
    for pk, reference, title in others.order_by("-pk").values_list("pk", "reference", "title")[
        :MOST_COMPARED
    ]:
        near = likeness(text, Words.of(title))
        if near.figure >= LEAST:
            url = reverse("admin:contributions_submission_change", args=[pk])
            percent = round(100 * near.figure)
            found.append(Resemblance(title, reference, url, percent, near.reason, is_entry=False))
    return _likest(found)


def _title(payload: Payload) -> str:
    return str(payload.data.get("title") or "")


def _likest(found: Iterable[Resemblance]) -> list[Resemblance]:
    return sorted(found, key=lambda one: (-one.percent, one.label))[:MOST_SHOWN]
