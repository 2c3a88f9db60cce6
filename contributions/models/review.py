"""What reviewers leave behind: approvals, comments, ticks. Each belongs to the text that was read."""

from django.conf import settings
from django.db import models

from contributions.models.policy import ChecklistItem
from contributions.models.submission import SubmissionRevision


class Approval(models.Model):
    """One person's approval of one text; a new text leaves it standing on the old one."""

    revision = models.ForeignKey(SubmissionRevision, models.CASCADE, related_name="approvals")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_override = models.BooleanField(default=False, help_text="A lead approved own work, with a reason.")
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "approver"], name="approval_once_a_person"),
            models.CheckConstraint(
                condition=models.Q(is_override=False) | ~models.Q(reason=""),
                name="approval_override_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"approval of text {self.revision_id}"


class Comment(models.Model):
    """One remark on a text: on all of it, on a field, or on a quote from that field."""

    revision = models.ForeignKey(SubmissionRevision, models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Empty for the contributor's own remarks.",
    )  # fmt: skip
    is_by_contributor = models.BooleanField(default=False)
    field = models.CharField(max_length=40, blank=True)
    quote = models.CharField(max_length=300, blank=True)
    text = models.TextField(max_length=4000)
    is_internal = models.BooleanField(default=False, help_text="For the editors only.")
    is_blocking = models.BooleanField(default=False, help_text="No approval while it is open.")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Tick(models.Model):
    """One item of the checklist, found to hold for one text."""

    revision = models.ForeignKey(SubmissionRevision, models.CASCADE, related_name="ticks")
    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="ticks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "item"], name="tick_once_a_text")]

    def __str__(self) -> str:
        return f"{self.item_id} holds for text {self.revision_id}"
