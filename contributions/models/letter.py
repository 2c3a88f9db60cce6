"""Letters: what people write to the house itself. Nothing here is an entry, and nothing is edited."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.models import Entry


class Letter(models.Model):
    """What testimonials and enquiries share. ``version`` rises with each decision."""

    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    idempotency_key = models.CharField(max_length=64, unique=True, null=True, editable=False)

    # State → the states that it may follow.
    moves: ClassVar[dict[str, tuple[str, ...]]] = {}

    class Meta:
        abstract = True


class TestimonialQuerySet(models.QuerySet["Testimonial"]):
    def on_the_wall(self) -> "TestimonialQuerySet":
        """What the public may see of testimonials, newest first: the only definition."""
        return self.filter(state=Testimonial.State.APPROVED).order_by("-decided_at", "-pk")


class Testimonial(Letter):
    """What somebody says of the hub, under the name they chose; public once an editor approved it."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        APPROVED = "approved", "On the wall"
        DECLINED = "declined", "Declined"

    text = models.TextField(max_length=1200)
    about = models.CharField(max_length=80, blank=True, help_text="Who they are: a job, a place.")
    entry = models.ForeignKey(Entry, models.SET_NULL, null=True, blank=True, related_name="+")
    consent_version = models.CharField(max_length=40, help_text="The consent that was given.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)

    moves = {
        State.APPROVED: (State.PENDING, State.DECLINED),
        State.DECLINED: (State.PENDING, State.APPROVED),
    }

    objects = TestimonialQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "approved", "declined"]), name="testimonial_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(decided_at__isnull=False),
                name="testimonial_decided_has_time",
            ),
            models.CheckConstraint(condition=~Q(consent_version=""), name="testimonial_has_consent"),
        ]
        indexes = [
            models.Index(
                fields=["-decided_at", "-id"], condition=Q(state="approved"), name="testimonial_wall"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"


class Enquiry(Letter):
    """One question to the people of the hub: about mentorship, training, or something else."""

    class Kind(models.TextChoices):
        MENTORSHIP = "mentorship", "Mentorship, one to one"
        TRAINING = "training", "Training for a team"
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        SPAM = "spam", "Spam"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    email = models.EmailField(max_length=254)
    message = models.TextField(max_length=4000)
    signals = models.JSONField(default=dict, blank=True, help_text="What may hint at spam; sorts only.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    moves = {
        State.ANSWERED: (State.OPEN, State.SPAM),
        State.SPAM: (State.OPEN, State.ANSWERED),
        State.OPEN: (State.ANSWERED, State.SPAM),
    }

    class Meta:
        verbose_name_plural = "enquiries"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered", "spam"]), name="enquiry_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["mentorship", "training", "other"]), name="enquiry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="enquiry_decided_has_time"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(state="open"), name="enquiry_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


AnyLetter = Testimonial | Enquiry
