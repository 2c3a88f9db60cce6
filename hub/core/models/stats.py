"""Counters beside an entry, so that counting never touches the entry's row."""

from django.db import models
from django.db.models import Q


class EntryStats(models.Model):
    """What readers did with one entry: views, uses in seven days, their own difficulty votes."""

    entry = models.OneToOneField("core.Entry", models.CASCADE, primary_key=True, related_name="stats")
    views = models.PositiveBigIntegerField(default=0)
    uses_week = models.PositiveIntegerField(default=0)
    difficulty_sum = models.PositiveIntegerField(default=0)
    difficulty_votes = models.PositiveIntegerField(default=0)
    outdated_reports = models.PositiveIntegerField(default=0)
    unhelpful_reports = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "entry stats"
        constraints = [
            models.CheckConstraint(
                condition=Q(difficulty_sum__gte=models.F("difficulty_votes"))
                & Q(difficulty_sum__lte=models.F("difficulty_votes") * 10),
                name="stats_votes_between_1_and_10",
            )
        ]

    def __str__(self) -> str:
        return f"stats of entry {self.entry_id}"

    @property
    def readers_difficulty(self) -> float | None:
        """The mean of readers' votes, or None without a vote."""
        return self.difficulty_sum / self.difficulty_votes if self.difficulty_votes else None
