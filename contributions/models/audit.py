"""The audit: one row for each thing done to a submission, never changed and never deleted.

The model refuses, and so do triggers in the database (contributions.triggers). Rows hold ids, states and
hashes of texts, no personal data: erasing a person and keeping the record do not collide.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from contributions.models.submission import State, Submission


class AppendOnly(TypeError):
    """Somebody tried to change what was recorded."""


class EventQuerySet(models.QuerySet["SubmissionEvent"]):
    def update(self, **_values: Any) -> NoReturn:
        raise AppendOnly("events are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnly("events are never deleted")


class SubmissionEvent(models.Model):
    """One thing done to a submission: what, by whom, from which state to which, on which text."""

    class By(models.TextChoices):
        CONTRIBUTOR = "contributor", "Contributor"
        STAFF = "staff", "Staff"
        SYSTEM = "system", "System"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="events")
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=State.choices)
    by = models.CharField(max_length=11, choices=By.choices)
    # No constraint in the database: deleting an account must not touch the record.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    revision_number = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64, blank=True)
    text_hash = models.CharField(max_length=64, blank=True, help_text="Of the reason that was given.")
    is_override = models.BooleanField(default=False)
    version = models.PositiveIntegerField(help_text="Of the submission, after it.")
    at = models.DateTimeField()

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        # The report of the last weeks.
        indexes = [models.Index(fields=["at"], name="submission_event_at")]
        constraints = [
            # Two winners of one version can't be: the second insert fails with the whole transaction.
            models.UniqueConstraint(fields=["submission", "version"], name="submission_event_once_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.action} → {self.to_state}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise AppendOnly("events are never changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnly("events are never deleted")

    @property
    def who(self) -> str:
        """Who did it, in words for staff."""
        if self.by != self.By.STAFF:
            return "The contributor" if self.by == self.By.CONTRIBUTOR else "The system"
        return (self.actor.get_full_name() or self.actor.username) if self.actor else "A former editor"
