"""The index: one row a public entry, and the words that typos are compared with."""

from django.db import models

INDEX_VERSION = 1  # rises when the same entry would be written differently: then run rebuild_index


class Document(models.Model):
    """What search knows of one public entry.

    ``title``, ``exact``, ``summary`` and ``body`` hold normalised words (see hub.search.words) in falling
    weight; ``text`` is the body as people read it, for excerpts. PostgreSQL keeps two tsvector columns
    beside them (migration 0002), SQLite two FTS5 tables (hub.search.sqlite).
    """

    entry = models.OneToOneField("core.Entry", models.CASCADE, primary_key=True, related_name="document")
    kind = models.CharField(max_length=20)
    technology = models.CharField(max_length=60, help_text="Slug.")
    topic = models.CharField(max_length=60, blank=True, help_text="Slug.")
    level = models.CharField(max_length=10, blank=True)
    difficulty = models.PositiveSmallIntegerField()
    tags = models.TextField(blank=True, help_text="Slugs, each between two spaces.")
    title = models.TextField(help_text="Words of the title and the id.")
    exact = models.TextField(blank=True, help_text="Words of tags and of error messages.")
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    text = models.TextField(blank=True)
    version = models.PositiveSmallIntegerField(default=INDEX_VERSION)

    def __str__(self) -> str:
        return f"document of entry {self.entry_id}"


class Word(models.Model):
    """One word that stands in the archive; "did you mean" looks for neighbours of a typo here."""

    word = models.CharField(max_length=24, primary_key=True)

    def __str__(self) -> str:
        return self.word
