"""Small tables of the site itself: editable words, counters of limits, signs of life."""

from django.db import models


class SiteText(models.Model):
    """One text, quote, contact point or link of the site that editors change in admin."""

    key = models.CharField(max_length=60, primary_key=True, help_text="Names the place; templates use it.")
    text = models.TextField(blank=True, help_text="Markdown. Leave empty to hide the place.")
    html = models.TextField(editable=False, blank=True)
    note = models.CharField(max_length=200, blank=True, help_text="Where it stands, for editors.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Counter(models.Model):
    """How often one key was used within one window of one limit. Keys are hashes, never addresses."""

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    window = models.PositiveBigIntegerField(help_text="Seconds since 1970 divided by the limit's period.")
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key", "window"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.count}"


class Heartbeat(models.Model):
    """The last sign of life of one part (the worker), read by /readyz."""

    part = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} at {self.at:%Y-%m-%d %H:%M:%S}"
