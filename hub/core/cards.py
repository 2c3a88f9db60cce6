"""Rows for cards: public entries with all that a card shows, in one query."""

from collections.abc import Iterable
from typing import Any

from hub.core.models import Entry
from hub.core.vocabulary import give_subjects


def public_entries(ids: Iterable[int], number: int) -> dict[int, Any]:
    """Those of some entries that are public, by id, with stats, technology and topic; not their texts."""
    rows = Entry.objects.public().filter(pk__in=list(ids)).select_related("stats")
    found = {entry.pk: entry for entry in rows.defer("rendered", "provenance")}
    give_subjects(found.values(), number)
    return found
