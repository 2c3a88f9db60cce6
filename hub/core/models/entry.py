"""Entry: one table for what all kinds share, and the one rule of what the public may see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from taggit.managers import TaggableManager

from hub.core import catalogue
from hub.core.models.taxonomy import Tag, TaggedEntry, Technology, Topic, Weakness

if TYPE_CHECKING:
    from hub.core.sections import Section


class Level(models.TextChoices):
    """For whom an entry is. Paths say Beginner, Mid-Level, Advanced for the first three."""

    JUNIOR = "junior", "Junior"
    MID = "mid", "Mid-Level"
    SENIOR = "senior", "Senior"
    ARCHITECT = "architect", "Architect"


# Which difficulties a level allows (the CHECK below), and which level a bare difficulty means.
DIFFICULTY_OF_LEVEL = {
    Level.JUNIOR: (1, 5),
    Level.MID: (4, 7),
    Level.SENIOR: (6, 9),
    Level.ARCHITECT: (7, 10),
}


def level_for(difficulty: int) -> Level:
    """The level that a difficulty means where none was given: 1–4, 5–6, 7, 8–10."""
    if difficulty <= 4:
        return Level.JUNIOR
    if difficulty <= 6:
        return Level.MID
    return Level.SENIOR if difficulty == 7 else Level.ARCHITECT


# Orders of lists, by the name that ?sort= takes. Each ends in id, so that pages never overlap.
ENTRY_ORDERS: dict[str, tuple[str, ...]] = {
    "difficulty": ("difficulty", "id"),
    "hardest": ("-difficulty", "-id"),
    "newest": ("-published_at", "-id"),
    "updated": ("-updated_at", "-id"),
}

# How long a verification holds: then a person looks whether the entry is still true.
REVIEW_AFTER = timedelta(days=365)

# What the address of an entry of any kind may be made of: a query that loads less (``only``) and asks for
# an address costs a query an entry.
ADDRESS_COLUMNS = ("kind", "public_id", "slug", "card", "technology__slug")


class EntryQuerySet(models.QuerySet[Any]):
    """Questions to the archive, readable as sentences: ``public().tagged("flask").newest()``."""

    def public(self) -> Self:
        """What the public may see: the only definition; ``Entry.is_public`` is its one-object twin."""
        return self.filter(status=Entry.Status.PUBLISHED)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def tagged(self, slug: str) -> Self:
        return self.filter(tagged__tag__slug=slug)

    def about(self, technology: str) -> Self:
        """On a technology or on one of its children: Python finds Flask too."""
        return self.filter(Q(technology__slug=technology) | Q(technology__parent__slug=technology))

    def in_order(self, name: str) -> Self:
        """Sorted by one of ENTRY_ORDERS; raises KeyError for another name."""
        return self.order_by(*ENTRY_ORDERS[name])

    def due_for_review(self, today: date) -> Self:
        """Public and perhaps no longer true: not verified for a year, or reported since the last revision."""
        year_ago = today - REVIEW_AFTER
        return self.public().filter(
            Q(verified_at__lt=year_ago)
            | Q(verified_at__isnull=True, published_at__date__lt=year_ago)
            | Q(stats__outdated_reports__gt=0)
            | Q(stats__unhelpful_reports__gt=0)
        )

    def newest(self) -> Self:
        return self.in_order("newest")

    def for_cards(self) -> Self:
        """With everything a card shows, in this one query."""
        return self.select_related("technology__parent", "topic", "stats").defer("rendered", "provenance")

    def update(self, **values: Any) -> int:
        """Refuse to update Entry's columns through a child model.

        There Django turns ``filter(version=1).update(version=2)`` into select-then-update and drops the
        condition, so that two writers both win. ``Entry.objects`` is the place for it.
        """
        if self.model is not Entry:
            shared = {
                name
                for field in Entry._meta.get_fields()
                for name in (field.name, getattr(field, "attname", ""))
            }
            if wrong := shared & set(values):
                raise TypeError(f"update {sorted(wrong)} through Entry.objects, not {self.model.__name__}")
        return super().update(**values)


class Entry(models.Model):
    """One public unit of knowledge of any kind, from its first publication on.

    Drafts, schedules and proposals live in contributions, so nothing unpublished can leak from this
    table. The typed row of a kind and everything here but counters is a projection of
    ``current_revision``, written only by hub.core.publishing.
    """

    class Status(models.TextChoices):
        PUBLISHED = "published", "Published"
        ARCHIVED = "archived", "Archived"

    kind = models.CharField(max_length=20)
    public_id = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100)
    summary = models.CharField(max_length=300)
    technology = models.ForeignKey(Technology, models.PROTECT, related_name="entries")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="entries")
    tags = TaggableManager(through=TaggedEntry, blank=True)
    weaknesses = models.ManyToManyField(Weakness, blank=True, related_name="entries")
    level = models.CharField(max_length=10, choices=Level.choices, blank=True)
    difficulty = models.PositiveSmallIntegerField(help_text="1 to 10")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PUBLISHED)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    verified_at = models.DateField(null=True, blank=True)
    verified_with = models.JSONField(default=list, blank=True)
    provenance = models.CharField(max_length=300, blank=True)
    license = models.CharField(max_length=40, default="CC-BY-4.0", help_text="SPDX identifier")
    current_revision = models.ForeignKey(
        "core.Revision", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, help_text="Rises with each change; conditional updates.")
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="predecessors")
    rendered = models.JSONField(default=dict, help_text="Section → safe HTML, with the renderer's version.")
    card = models.JSONField(default=dict, help_text="The kind's own few values that its card shows.")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="entry_slug_once_a_kind"),
            models.CheckConstraint(condition=Q(public_id=Upper("public_id")), name="entry_id_upper_case"),
            models.CheckConstraint(
                condition=Q(status__in=["published", "archived"]), name="entry_status_known"
            ),
            models.CheckConstraint(
                condition=Q(difficulty__gte=1, difficulty__lte=10), name="entry_difficulty_1_to_10"
            ),
            models.CheckConstraint(
                condition=Q(level="")
                | Q(level="junior", difficulty__range=(1, 5))
                | Q(level="mid", difficulty__range=(4, 7))
                | Q(level="senior", difficulty__range=(6, 9))
                | Q(level="architect", difficulty__range=(7, 10)),
                name="entry_difficulty_fits_level",
            ),
            models.CheckConstraint(condition=~Q(pk=F("successor")), name="entry_not_its_own_successor"),
        ]
        # Lists walk these in order, public rows only: what is filtered by first, then one of ENTRY_ORDERS.
        indexes = [
            models.Index(fields=[*columns], condition=Q(status="published"), name=name)
            for name, columns in {
                "entry_by_difficulty": ("kind", "difficulty", "id"),
                "entry_by_date": ("kind", "published_at", "id"),
                "entry_by_update": ("kind", "updated_at", "id"),
                "entry_newest": ("published_at", "id"),
                "entry_updated": ("updated_at", "id"),
                "entry_by_technology": ("technology", "kind", "difficulty", "id"),
                "entry_by_topic": ("topic", "kind", "difficulty", "id"),
                "entry_by_level": ("kind", "level", "difficulty", "id"),
            }.items()
        ]
        # The lists of the desk, which show archived entries too.
        indexes += [
            models.Index(fields=["kind", "updated_at", "id"], name="entry_of_desk"),
            models.Index(fields=["updated_at", "id"], name="entry_of_all_desks"),
        ]
        # How many are verified, for the home page, and which not for the longest time.
        indexes += [
            models.Index(
                fields=["verified_at", "id"],
                condition=Q(status="published", verified_at__isnull=False),
                name="entry_verified",
            )
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.title}"

    def get_absolute_url(self) -> str:
        return catalogue.get(self.kind).address(self)

    @property
    def is_public(self) -> bool:
        """The one-object twin of ``EntryQuerySet.public``."""
        return self.status == self.Status.PUBLISHED

    @property
    def kind_label(self) -> str:
        return catalogue.get(self.kind).label

    @property
    def card_word(self) -> str:
        return catalogue.get(self.kind).card_word

    @property
    def card_template(self) -> str:
        return catalogue.get(self.kind).card_template

    @property
    def sections(self) -> list[Section]:
        """The entry's filled sections in reading order, as safe HTML."""
        return catalogue.get(self.kind).rendered_sections(self.rendered)

    @property
    def typed(self) -> Any:
        """The row of the kind's own model (one query unless this is that row already)."""
        model = catalogue.get(self.kind).model
        return self if isinstance(self, model) else model._default_manager.get(pk=self.pk)

    @property
    def permalink(self) -> str:
        """The address that never changes: ``/id/FLSK-MID-005``."""
        return f"/id/{self.public_id}"

    def was_verified_since(self, day: date) -> bool:
        return self.verified_at is not None and self.verified_at >= day


__all__ = [
    "ADDRESS_COLUMNS",
    "DIFFICULTY_OF_LEVEL",
    "ENTRY_ORDERS",
    "REVIEW_AFTER",
    "Entry",
    "EntryQuerySet",
    "Level",
    "Tag",
    "level_for",
]
