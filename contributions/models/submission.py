"""Submission: one proposal on its way to the public, and its numbered texts."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull

from contributions.permissions import kinds_seen_by
from hub.core import catalogue
from hub.core.models import Entry
from hub.core.payload import Payload


class State(models.TextChoices):
    """Where a submission stands; contributions.workflow holds every way between two of them."""

    DRAFT = "draft", "Draft"
    UNCONFIRMED = "unconfirmed", "Not confirmed yet"
    PENDING = "pending", "Waiting for review"
    IN_REVIEW = "in_review", "In review"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    REJECTED = "rejected", "Not accepted"
    SPAM = "spam", "Spam"
    DUPLICATE = "duplicate", "Duplicate"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


UNDER_REVIEW = (State.PENDING, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED)
OPEN = (State.DRAFT, State.UNCONFIRMED, *UNDER_REVIEW)
CLOSED = (State.REJECTED, State.SPAM, State.DUPLICATE, State.WITHDRAWN, State.EXPIRED)


class Channel(models.TextChoices):
    """The way in."""

    FORM = "form", "Form"
    API = "api", "API"
    MAIL = "mail", "E-mail"
    ADMIN = "admin", "Admin"


# Ours to act on first, the longest overdue at the top; then the newest of the rest. Spelled so that one index
# gives it in order on both databases: SQLite has no NULLS LAST in an index.
MOST_URGENT = (IsNull(F("due_at"), True), "due_at", "-id")


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the kinds that this person looks after; what you may not review does not exist for you."""
        return self.filter(kind__in=kinds_seen_by(user))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def most_urgent(self) -> Self:
        """Ours to act on first, the longest overdue at the top; then the newest of the rest."""
        return self.order_by(*MOST_URGENT)

    def update(self, **values: Any) -> int:
        """Refuse to write a state: contributions.workflow alone does, by ``write_move``."""
        if "state" in values:
            raise TypeError("a submission's state changes through contributions.workflow.perform")
        return super().update(**values)

    def write_move(self, **values: Any) -> int:
        """The conditional update of contributions.workflow, which alone calls it."""
        return super().update(**values)


class Submission(models.Model):
    """One proposal: a new entry, or with ``target`` a suggested edit of a public one.

    ``head`` is the number of its latest text. ``version`` rises with every change of state. The
    contributor's name, link and address are blank once they were erased; ``address_hash`` then stays
    only where the person kept their credit.
    """

    reference = models.CharField(max_length=8, unique=True, help_text="KH-7F3K2")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200, blank=True, help_text="Of the latest text.")
    target = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="suggested_edits")
    base_revision = models.ForeignKey(
        "core.Revision", models.PROTECT, null=True, blank=True, related_name="+",
        help_text="What the edit began from; moves on when a conflict is resolved.",
    )  # fmt: skip
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.FORM)

    state = models.CharField(max_length=20, choices=State.choices)
    version = models.PositiveIntegerField(default=1)
    head = models.PositiveIntegerField(default=1)

    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="submissions"
    )
    contributor_name = models.CharField(max_length=80, blank=True, help_text="For the credit; may be empty.")
    contributor_link = models.URLField(max_length=200, blank=True)
    contributor_email = models.EmailField(max_length=254, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)
    licence_version = models.CharField(max_length=40, help_text="The licence text that was agreed to.")
    link_generation = models.PositiveIntegerField(default=1, help_text="Count up to turn old links off.")
    idempotency_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    signals = models.JSONField(default=dict, blank=True, help_text="What may hint at spam; sorts only.")

    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="claims"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    # The database refuses a missing text at commit: erasing takes the text before it takes this.
    approved_revision = models.ForeignKey(
        "SubmissionRevision", models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    published_revision = models.OneToOneField(
        "core.Revision", models.PROTECT, null=True, blank=True, related_name="submission"
    )
    closed_code = models.CharField(max_length=20, blank=True)
    closed_text = models.TextField(blank=True)
    duplicate_of = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+")

    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When it first came to the queue.")
    state_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="Ours to act until then (service level).")
    first_response_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="submission_state_known"),
            models.CheckConstraint(
                condition=Q(head__gte=1, version__gte=1), name="submission_numbers_from_1"
            ),
            models.CheckConstraint(
                condition=Q(state="in_review", claimed_by__isnull=False, lease_until__isnull=False)
                | (~Q(state="in_review") & Q(claimed_by__isnull=True, lease_until__isnull=True)),
                name="submission_claimed_while_in_review",
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True, base_revision__isnull=True)
                | Q(target__isnull=False, base_revision__isnull=False),
                name="submission_edit_has_a_base",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "published"], approved_revision__isnull=False)
                | (~Q(state__in=["approved", "published"]) & Q(approved_revision__isnull=True)),
                name="submission_approved_names_revision",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_revision__isnull=False)
                | (~Q(state="published") & Q(published_revision__isnull=True)),
                name="submission_published_names_revision",
            ),
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(state="approved"),
                name="submission_scheduled_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False)
                | Q(state__in=["draft", "unconfirmed", "withdrawn", "expired"]),
                name="submission_in_queue_is_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state="duplicate") | Q(duplicate_of__isnull=False) | ~Q(closed_text=""),
                name="submission_duplicate_says_of_what",
            ),
            models.UniqueConstraint(
                fields=["address_hash", "target"],
                condition=Q(state__in=UNDER_REVIEW, target__isnull=False) & ~Q(address_hash=""),
                name="submission_one_open_an_address",
            ),
            models.UniqueConstraint(
                fields=["contributor", "target"],
                condition=Q(
                    state__in=["draft", *UNDER_REVIEW], target__isnull=False, contributor__isnull=False
                ),
                name="submission_one_open_an_account",
            ),
        ]
        indexes = [
            # The queue: counted by kind and state, listed in the order of MOST_URGENT.
            models.Index(fields=["kind", "state", "due_at"], name="submission_queue"),
            models.Index(IsNull(F("due_at"), True), F("due_at"), F("id").desc(), name="submission_urgency"),
            # What the tasks look for.
            models.Index(fields=["lease_until"], condition=Q(state="in_review"), name="submission_leases"),
            models.Index(
                fields=["publish_at"], condition=Q(publish_at__isnull=False), name="submission_scheduled"
            ),
            models.Index(
                fields=["state", "state_since"],
                condition=Q(state__in=["unconfirmed", "changes_requested"]),
                name="submission_waiting",
            ),
            # Caps and erasure go by the address.
            models.Index(fields=["address_hash", "state"], name="submission_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert, or write named columns other than the state."""
        if not self._state.adding and "state" in (kwargs.get("update_fields") or ["state"]):
            raise TypeError("a submission's state changes through contributions.workflow.perform")
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_edit(self) -> bool:
        return self.target_id is not None

    @property
    def kind_label(self) -> str:
        return catalogue.get(self.kind).label

    @property
    def state_label(self) -> str:
        return State(self.state).label

    def revision(self, number: int | None = None) -> SubmissionRevision:
        """One of its texts, the latest by default; raises SubmissionRevision.DoesNotExist."""
        return self.revisions.get(number=self.head if number is None else number)

    def was_written_by(self, user: User, address_hash: str) -> bool:
        """Whether this person is an author: the contributor, or the writer of one of its texts.

        Matched by account and by verified address (its hash; empty for none).
        """
        writers = Q(author=user)
        if address_hash:
            if self.address_hash == address_hash:
                return True
            writers |= Q(author_hash=address_hash)
        return self.contributor_id == user.pk or self.revisions.filter(writers).exists()


class SubmissionRevision(models.Model):
    """One immutable text of a submission; a verdict belongs to the one that was read."""

    class Origin(models.TextChoices):
        SUBMIT = "submit", "Sent in"
        REVISE = "revise", "Revised by the contributor"
        EDITOR = "editor", "Revised by an editor"
        REBASE = "rebase", "Merged with the entry's changes"
        EMAIL = "email", "Sent in by e-mail"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    payload = models.JSONField()
    schema = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_hash = models.CharField(max_length=64, blank=True, help_text="Of the author's address.")
    note = models.CharField(max_length=1000, blank=True, help_text="What changed, in the author's words.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="submission_revision_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="submission_revision_number_from_1"),
        ]

    def __str__(self) -> str:
        return f"text {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a written text never changes."""
        if not self._state.adding:
            raise TypeError("a submission's text is immutable: write the next one")
        super().save(*args, **kwargs)

    @property
    def as_payload(self) -> Payload:
        """Its payload in today's shape."""
        kind = catalogue.get(self.submission.kind)
        return Payload(kind.name, kind.current(self.payload, self.schema), kind.schema)
