"""Counters beside an entry, so that counting never touches the entry's row."""

from django.core.validators import MaxValueValidator, MinValueValidator
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
        indexes = [
            # What is used most this week.
            models.Index(
                fields=["-uses_week", "-entry"], condition=Q(uses_week__gt=0), name="stats_most_used"
            )
        ]

    def __str__(self) -> str:
        return f"stats of entry {self.entry_id}"

    @property
    def readers_difficulty(self) -> float | None:
        """The mean of readers' votes, or None without a vote."""
        return self.difficulty_sum / self.difficulty_votes if self.difficulty_votes else None


class Sighting(models.Model):
    """One browser saw, or copied from, one entry on one day. Kept until the day is over and counted.

    ``reader`` is a keyed hash whose key is thrown away with the day (CountingKey): it tells two browsers of
    one day apart, and nothing else.
    """

    class Act(models.TextChoices):
        VIEW = "view", "Seen"
        COPY = "copy", "Copied from"

    entry = models.ForeignKey("core.Entry", models.CASCADE, related_name="+", db_index=False)
    act = models.CharField(max_length=4, choices=Act.choices)
    day = models.DateField(db_index=True)
    reader = models.CharField(max_length=32)
    is_counted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "act", "day", "reader"], name="sighting_once_a_browser_and_day"
            ),
            models.CheckConstraint(condition=Q(act__in=["view", "copy"]), name="sighting_act_known"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(is_counted=False), name="sighting_to_count")]

    def __str__(self) -> str:
        return f"{self.act} {self.entry_id} {self.day}"


class CountingKey(models.Model):
    """The key of one day's sightings; made by chance, and deleted when the day is over."""

    day = models.DateField(primary_key=True)
    key = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)


class EntryDay(models.Model):
    """How many browsers saw one entry, and how many copied from it, on one day (UTC)."""

    entry = models.ForeignKey("core.Entry", models.CASCADE, related_name="days", db_index=False)
    day = models.DateField(db_index=True)
    views = models.PositiveIntegerField(default=0)
    copies = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "day"], name="entry_day_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.day}"


class DifficultyVote(models.Model):
    """How hard one reader found one entry, 1 to 10.

    ``voter`` is a keyed hash of the account, or of the browser and the entry: the votes of one browser on
    two entries can't be told to be one reader's.
    """

    entry = models.ForeignKey("core.Entry", models.CASCADE, related_name="votes", db_index=False)
    voter = models.CharField(max_length=64)
    difficulty = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(10)])
    voted_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "voter"], name="vote_once_a_reader"),
            models.CheckConstraint(condition=Q(difficulty__range=(1, 10)), name="vote_from_1_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.difficulty}"
