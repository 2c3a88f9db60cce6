"""Learning paths: modules in order, each with entries of the hub."""

from django.db import models
from django.db.models import F, Q

from hub.core.models import Entry, Level

# A path names levels by who may begin it, not by who is asked in an interview; none is for architects.
PATH_LEVELS: dict[str, str] = {
    str(Level.JUNIOR): "Beginner",
    str(Level.MID): "Mid-Level",
    str(Level.SENIOR): "Advanced",
}


class Track(models.TextChoices):
    """Where a path leads to."""

    BACK_END = "back-end", "Back end"
    FRONT_END = "front-end", "Front end"
    DATA = "data", "Data"
    OPERATIONS = "operations", "Operations"
    SECURITY = "security", "Security"
    INTERVIEW = "interview", "Interview preparation"


class ResourceKind(models.TextChoices):
    """What stands behind the link of a resource."""

    DOCUMENTATION = "documentation", "Documentation"
    BOOK = "book", "Book"
    COURSE = "course", "Course"
    ARTICLE = "article", "Article"
    VIDEO = "video", "Video"
    TOOL = "tool", "Tool"
    PRACTICE = "practice", "Practice"


class LearningPath(Entry):
    """One published path: what lists filter by; its texts live in the current revision."""

    track = models.CharField(max_length=12, choices=Track.choices)
    mentor_guided = models.BooleanField(default=False)

    class Meta:
        verbose_name = "learning path"
        constraints = [models.CheckConstraint(condition=Q(track__in=Track.values), name="path_track_known")]


class Module(models.Model):
    """One step of a path. ``needs`` holds the orders of earlier modules; ``html`` is its safe text."""

    path = models.ForeignKey(LearningPath, models.CASCADE, related_name="modules", db_index=False)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=100, db_index=False)
    hours_from = models.PositiveSmallIntegerField()
    hours_to = models.PositiveSmallIntegerField()
    is_project = models.BooleanField(default=False)
    needs = models.JSONField(default=list, blank=True)
    milestone = models.CharField(max_length=300, blank=True)
    resources = models.JSONField(default=list, blank=True)
    html = models.TextField(blank=True)

    class Meta:
        ordering = ["path", "order"]
        constraints = [
            models.UniqueConstraint(fields=["path", "order"], name="one_module_a_place"),
            models.UniqueConstraint(fields=["path", "slug"], name="module_slug_once_a_path"),
            models.CheckConstraint(condition=Q(hours_to__gte=F("hours_from")), name="module_hours_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.title}"


class ModuleEntry(models.Model):
    """One entry of the hub at its place in a module; whether it is still public, ``public()`` says."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="entries", db_index=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="module_entries")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "module entries"
        ordering = ["module", "position"]
        constraints = [
            models.UniqueConstraint(fields=["module", "position"], name="one_module_entry_a_place"),
            models.UniqueConstraint(fields=["module", "entry"], name="entry_once_a_module"),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} {self.position}"
