"""The rules of review, a row a kind, which leads may change."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q


class Policy(models.Model):
    """How submissions of one kind are reviewed."""

    kind = models.CharField(max_length=20, unique=True)
    approvals_needed = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text="By so many people, 1 to 3, each of the same text.",
    )  # fmt: skip
    four_eyes = models.BooleanField(default=True, help_text="Nobody approves own work.")
    override_allowed = models.BooleanField(
        default=True, help_text="A lead may approve own work with a typed reason; each case is listed."
    )
    lease_minutes = models.PositiveSmallIntegerField(
        default=60, validators=[MinValueValidator(5)], help_text="How long a claim holds."
    )
    first_response_hours = models.PositiveSmallIntegerField(
        default=48, validators=[MinValueValidator(1)], help_text="Service level of the first answer."
    )
    decision_days = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1)], help_text="Service level of the decision after it."
    )
    open_per_contributor = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1)], help_text="Submissions under review at the same time."
    )
    per_hour = models.PositiveIntegerField(
        default=120,
        validators=[MinValueValidator(1)],
        help_text="Submissions of this kind from everybody together.",
    )

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approvals_needed__range=(1, 3)), name="policy_approvals_1_to_3"
            ),
            models.CheckConstraint(
                condition=Q(lease_minutes__gte=5, first_response_hours__gte=1, decision_days__gte=1)
                & Q(open_per_contributor__gte=1, per_hour__gte=1),
                name="policy_numbers_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def of(cls, kind: str) -> "Policy":
        """The kind's policy; the defaults where nobody has set one."""
        return cls.objects.filter(kind=kind).first() or cls(kind=kind)


class ChecklistItem(models.Model):
    """One thing that a reviewer of a kind looks at before approving."""

    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=200)
    is_required = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "text"], name="checklist_item_once")]

    def __str__(self) -> str:
        return self.text


class SavedReply(models.Model):
    """One answer that reviewers give often."""

    title = models.CharField(max_length=80, unique=True)
    text = models.TextField(max_length=4000)

    class Meta:
        verbose_name_plural = "saved replies"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
