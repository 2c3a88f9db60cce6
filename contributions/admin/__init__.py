"""The reviewers' workplace in Django's admin."""

from contributions.admin.imports import ImportAdmin
from contributions.admin.letters import EnquiryAdmin, TestimonialAdmin
from contributions.admin.rules import ChecklistItemAdmin, PolicyAdmin, SavedReplyAdmin
from contributions.admin.submissions import SubmissionAdmin

__all__ = [
    "ChecklistItemAdmin",
    "EnquiryAdmin",
    "ImportAdmin",
    "PolicyAdmin",
    "SavedReplyAdmin",
    "SubmissionAdmin",
    "TestimonialAdmin",
]
