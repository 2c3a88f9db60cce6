"""Code to copy, adapt and ship."""

from django.db import models
from django.db.models import Q

from hub.core.models import Entry, Technology


class SnippetKind(models.TextChoices):
    """What a snippet is for."""

    PATTERN = "pattern", "Pattern"
    UTILITY = "utility", "Utility"
    QUERY = "query", "Query"
    HOOK = "hook", "Hook"
    CONFIG = "config", "Configuration"
    SCRIPT = "script", "Script"


class Snippet(Entry):
    """One published snippet: what lists filter by; its code and texts live in the current revision.

    The technology is what it is for (Django, PostgreSQL), the language is what it is written in.
    """

    language = models.ForeignKey(Technology, models.PROTECT, related_name="snippets")
    snippet_kind = models.CharField(max_length=8, choices=SnippetKind.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(snippet_kind__in=SnippetKind.values), name="snippet_kind_known"
            ),
        ]
