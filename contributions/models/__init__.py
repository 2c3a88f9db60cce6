"""What is proposed, who looks after it, what was said and decided about it, and by which rules."""

from contributions.models.audit import AppendOnly, SubmissionEvent
from contributions.models.grant import Grant
from contributions.models.imports import ImportFile
from contributions.models.letter import AnyLetter, Enquiry, Testimonial
from contributions.models.policy import ChecklistItem, Policy, SavedReply
from contributions.models.review import Approval, Comment, Tick
from contributions.models.submission import (
    CLOSED,
    MOST_URGENT,
    OPEN,
    UNDER_REVIEW,
    Channel,
    State,
    Submission,
    SubmissionQuerySet,
    SubmissionRevision,
)

__all__ = [
    "CLOSED",
    "MOST_URGENT",
    "OPEN",
    "UNDER_REVIEW",
    "AnyLetter",
    "AppendOnly",
    "Approval",
    "Channel",
    "ChecklistItem",
    "Comment",
    "Enquiry",
    "Grant",
    "ImportFile",
    "Policy",
    "SavedReply",
    "State",
    "Submission",
    "SubmissionEvent",
    "SubmissionQuerySet",
    "SubmissionRevision",
    "Testimonial",
    "Tick",
]
