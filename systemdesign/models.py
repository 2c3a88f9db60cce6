"""Notes on the design of systems."""

from django.db import models
from django.db.models import Q

from hub.core.models import Entry


class NoteKind(models.TextChoices):
    """What a note teaches by: a reusable shape, a rule, a system built on paper, a system taken apart."""

    PATTERN = "pattern", "Pattern"
    PRINCIPLE = "principle", "Principle"
    CASE_STUDY = "case-study", "Case study"
    BREAKDOWN = "breakdown", "Breakdown"


class DesignNote(Entry):
    """One published design note: what lists filter by; its texts live in the current revision."""

    note_kind = models.CharField(max_length=12, choices=NoteKind.choices)

    class Meta:
        verbose_name = "design note"
        constraints = [
            models.CheckConstraint(condition=Q(note_kind__in=NoteKind.values), name="note_kind_known"),
        ]
