"""What an entry was: its revisions, its former addresses, whom it thanks, which file it came from."""

from typing import Any

from django.conf import settings
from django.db import models


class Revision(models.Model):
    """One immutable state of an entry: the whole payload, from which the typed row is rebuilt."""

    entry = models.ForeignKey("core.Entry", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    payload = models.JSONField(help_text="All fields of the kind, as its payload form gives them.")
    schema = models.PositiveSmallIntegerField(help_text="Number of the payload's shape; see Kind.upgrades.")
    content_hash = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=120, blank=True, help_text="Where it came from: KH-7F3K2, a file.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["entry", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="revision_number_once_an_entry"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="revision_number_from_1"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a written revision never changes."""
        if not self._state.adding:
            raise TypeError("a revision is immutable: publish a new one")
        super().save(*args, **kwargs)


class FormerAddress(models.Model):
    """A path that an entry once had; it redirects to the present one."""

    path = models.CharField(max_length=300, unique=True)
    entry = models.ForeignKey("core.Entry", models.CASCADE, related_name="former_addresses")

    class Meta:
        verbose_name_plural = "former addresses"

    def __str__(self) -> str:
        return self.path


class Credit(models.Model):
    """Thanks to one person for one entry, under the name and link they chose."""

    class Role(models.TextChoices):
        AUTHOR = "author", "Written by"
        CORRECTION = "correction", "Corrected by"

    entry = models.ForeignKey("core.Entry", models.CASCADE, related_name="credits")
    revision = models.OneToOneField(Revision, models.CASCADE, related_name="credit")
    role = models.CharField(max_length=12, choices=Role.choices)
    name = models.CharField(max_length=80)
    link = models.URLField(max_length=200, blank=True)

    class Meta:
        ordering = ["entry", "pk"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.name}"


class ContentFile(models.Model):
    """What the loader last read from one file of the content folder, so that it never overwrites an edit."""

    path = models.CharField(max_length=300, unique=True, help_text="Relative to the content folder.")
    file_hash = models.CharField(max_length=64)
    entry = models.OneToOneField("core.Entry", models.CASCADE, null=True, related_name="content_file")
    payload = models.JSONField(default=dict, help_text="What the file said: base of the next merge.")
    schema = models.PositiveSmallIntegerField(default=1, help_text="Number of the payload's shape.")
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path
