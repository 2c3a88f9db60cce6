"""Technologies, topics, tags, weaknesses, and the typed relations between entries."""

import re

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from taggit.models import ItemBase, TagBase

from hub.core.slugs import technical_slug


class Technology(models.Model):
    """One language, framework, database, platform or tool that entries are about."""

    class Kind(models.TextChoices):
        LANGUAGE = "language", "Language"
        FRAMEWORK = "framework", "Framework"
        DATABASE = "database", "Database"
        PLATFORM = "platform", "Platform"
        TOOL = "tool", "Tool"
        GENERAL = "general", "General"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=8, unique=True, help_text="Begins public ids: FLSK in FLSK-MID-005.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="Python for Flask: shown as Python (Flask).",
    )

    class Meta:
        verbose_name_plural = "technologies"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(code=Upper("code")), name="technology_code_upper_case"),
            models.CheckConstraint(condition=Q(slug=Lower("slug")), name="technology_slug_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pages:technology", args=[self.slug])


class Topic(models.Model):
    """One field of knowledge that cuts across technologies: security, performance, databases."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pages:topic", args=[self.slug])


class Tag(TagBase):
    """One free keyword; C++ is ``cpp``, and two spellings that differ in case are one tag."""

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_unique_whatever_case")]

    def slugify(self, tag: str, i: int | None = None) -> str:
        slug = technical_slug(tag) or "tag"
        return slug if i is None else f"{slug}-{i}"

    def get_absolute_url(self) -> str:
        return reverse("pages:tag", args=[self.slug])


class TagAlias(models.Model):
    """Another word for a tag: what is typed as the alias becomes the tag."""

    slug = models.SlugField(max_length=100, unique=True)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = "tag aliases"

    def __str__(self) -> str:
        return f"{self.slug} → {self.tag_id}"


class TechnologyAlias(models.Model):
    """A slug that a technology had before it was renamed, or that of one that was merged into it."""

    slug = models.SlugField(max_length=60, unique=True)
    technology = models.ForeignKey(Technology, models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = "technology aliases"

    def __str__(self) -> str:
        return f"{self.slug} → {self.technology_id}"


class TopicAlias(models.Model):
    """A slug that a topic had before it was renamed, or that of one that was merged into it."""

    slug = models.SlugField(max_length=60, unique=True)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = "topic aliases"

    def __str__(self) -> str:
        return f"{self.slug} → {self.topic_id}"


class TermChange(models.Model):
    """One rename or merge that not all entries have followed yet; the row goes with the last of them."""

    vocabulary = models.CharField(max_length=20, help_text="technology, topic or tag")
    term_id = models.PositiveBigIntegerField(help_text="The row that was renamed or merged into.")
    done_to = models.PositiveBigIntegerField(default=0, help_text="Entries up to this id have followed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "term_id"], name="term_change_once_a_term"),
            models.CheckConstraint(
                condition=Q(vocabulary__in=["technology", "topic", "tag"]),
                name="term_change_vocabulary_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vocabulary} {self.term_id} up to entry {self.done_to}"


class TaggedEntry(ItemBase):
    """One tag on one entry."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged")
    content_object = models.ForeignKey("core.Entry", models.CASCADE, related_name="tagged")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="tag_once_an_entry"),
        ]


class Weakness(models.Model):
    """One weakness of a catalogue: a CWE number, or a code of an OWASP Top 10 edition."""

    class Scheme(models.TextChoices):
        CWE = "CWE", "CWE"
        OWASP = "OWASP", "OWASP Top 10"

    LABEL = re.compile(r"CWE-(?P<number>[1-9][0-9]{0,6})|(?P<code>[A-Z][0-9]{2}):(?P<edition>[0-9]{4})")

    scheme = models.CharField(max_length=5, choices=Scheme.choices)
    edition = models.CharField(max_length=4, blank=True, help_text="OWASP only: 2021, 2025.")
    code = models.CharField(max_length=8, help_text="352 of CWE-352, A01 of A01:2025.")
    name = models.CharField(max_length=250)

    class Meta:
        verbose_name_plural = "weaknesses"
        ordering = ["scheme", "edition", "code"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "edition", "code"], name="weakness_once"),
            models.CheckConstraint(
                condition=Q(scheme="CWE", edition="") | (Q(scheme="OWASP") & ~Q(edition="")),
                name="weakness_edition_for_owasp_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.name}"

    @classmethod
    def labelled(cls, label: str) -> "Weakness | None":
        """The weakness of a label, if it is known."""
        found = cls.LABEL.fullmatch(label)
        if not found:
            return None
        number, code, edition = found.group("number", "code", "edition")
        return cls.objects.filter(edition=edition or "", code=number or code).first()

    @property
    def label(self) -> str:
        """``CWE-352`` or ``A01:2025``: how payloads and pages write it."""
        return f"CWE-{self.code}" if self.scheme == "CWE" else f"{self.code}:{self.edition}"

    @property
    def scope(self) -> str:
        """``cwe-352`` or ``owasp-2025-a01``: how addresses of feeds write it."""
        return (
            f"cwe-{self.code}"
            if self.scheme == self.Scheme.CWE
            else f"owasp-{self.edition}-{self.code}".lower()
        )

    def get_absolute_url(self) -> str:
        if self.scheme == self.Scheme.CWE:
            return reverse("pages:cwe", args=[self.code])
        return reverse("pages:owasp", args=[self.edition, self.code])


class Relation(models.Model):
    """One typed link from an entry to another, kept by publishing from the payload."""

    class Type(models.TextChoices):
        EXPLAINS = "explains", "Explains"
        CAUSES = "causes", "Causes"
        FIXES = "fixes", "Fixes"
        USES = "uses", "Uses"
        PREREQUISITE = "prerequisite", "Needs first"
        FOLLOW_UP = "follow_up", "Follow-up"
        TWIN = "twin", "Twin"

    source = models.ForeignKey("core.Entry", models.CASCADE, related_name="relations")
    target = models.ForeignKey("core.Entry", models.CASCADE, related_name="relations_to")
    type = models.CharField(max_length=12, choices=Type.choices)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["source", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="relation_once"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="relation_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type} {self.target_id}"
