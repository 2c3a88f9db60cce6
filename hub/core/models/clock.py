"""The clock of public changes: the commit order of everything readers can notice."""

from typing import Any

from django.conf import settings
from django.db import connection, models, transaction


class ContentClock(models.Model):
    """One row: the number of the last public change.

    Every public change first takes the next number. The row's lock is held until its transaction ends,
    so numbers are given in commit order: a reader who saw n has seen everything up to n. Timestamps
    can't promise that (a slow transaction commits an early timestamp late).
    """

    n = models.PositiveBigIntegerField(default=0)
    figures = models.PositiveBigIntegerField(
        default=0, help_text="Number of the last change of what readers are counted for; see counting.py."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="content_clock_one_row")]

    def __str__(self) -> str:
        return str(self.n)

    @staticmethod
    def tick() -> int:
        """Take the next number inside the caller's transaction and hold the clock until it ends."""
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a public change needs a transaction")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_contentclock SET n = n + 1 WHERE id = 1 RETURNING n")
            (n,) = cursor.fetchone()
        return int(n)

    @staticmethod
    def now() -> int:
        """The number of the last committed public change: cache key, ETag base, ``changes?since=``."""
        return ContentClock.objects.values_list("n", flat=True).get(pk=1)

    @staticmethod
    def moment() -> tuple[int, int]:
        """(number of the last public change, number of the last change of figures), in one query."""
        with connection.cursor() as cursor:  # each page asks this, and building the query costs more than it
            cursor.execute("SELECT n, figures FROM core_contentclock WHERE id = 1")
            n, figures = cursor.fetchone()
        return int(n), int(figures)

    @staticmethod
    def tick_figures() -> None:
        """Say inside the caller's transaction that figures change, and hold the clock until it ends.

        Pages show figures and are made anew; totals, the API and feeds do not depend on this number.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a change of figures needs a transaction")
        ContentClock.objects.filter(pk=1).update(figures=models.F("figures") + 1)


class EventQuerySet(models.QuerySet["Event"]):
    def since(self, n: int) -> "EventQuerySet":
        return self.filter(n__gt=n).order_by("n")

    def announced(self) -> "EventQuerySet":
        """Those that subscribers are told about."""
        return self.filter(announce=True, entry__isnull=False)


class Event(models.Model):
    """One public change, numbered by the ContentClock."""

    class Act(models.TextChoices):
        PUBLISH = "publish", "Published"
        REVISE = "revise", "Revised"
        ARCHIVE = "archive", "Archived"
        RESTORE = "restore", "Published again"
        TAXONOMY = "taxonomy", "Taxonomy changed"
        TEXT = "text", "Site text changed"
        TESTIMONIAL = "testimonial", "Testimonial changed"

    n = models.PositiveBigIntegerField(primary_key=True)
    act = models.CharField(max_length=12, choices=Act.choices)
    entry = models.ForeignKey("core.Entry", models.CASCADE, null=True, blank=True, related_name="events")
    revision = models.ForeignKey("core.Revision", models.CASCADE, null=True, blank=True, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    announce = models.BooleanField(default=True)
    at = models.DateTimeField()

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-n"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False)
                | models.Q(act__in=["taxonomy", "text", "testimonial"]),
                name="event_about_an_entry_names_it",
            ),
        ]
        # What happened in a week.
        indexes = [models.Index(fields=["at", "n"], name="event_by_day")]

    def __str__(self) -> str:
        return f"{self.n} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a written event never changes."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)
