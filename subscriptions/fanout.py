"""Dealing out: subscribers in chunks, each one transaction that owes the mails and moves the cursors.

Two beats at once share the chunks out (SKIP LOCKED; on SQLite one waits for the other), and a repeated one
finds everybody told: the rows it would insert exist, and the cursors stand where they should.
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import prefetch_related_objects

from subscriptions.models import Subscriber, SubscriberQuerySet
from subscriptions.news import News
from subscriptions.preferences import Preferences

CHUNK = 500


def in_chunks(chosen: SubscriberQuerySet, deal: Callable[[list[Subscriber]], int]) -> int:
    """Hand locked chunks of subscribers to ``deal`` until none is left; returns the sum of its results."""
    total, last = 0, 0
    while True:
        with transaction.atomic():
            rows = chosen.filter(pk__gt=last).order_by("pk").select_for_update(skip_locked=True)
            chunk = list(rows[:CHUNK])
            if not chunk:
                return total
            prefetch_related_objects(chunk, "technologies", "tags")
            total += deal(chunk)
            last = chunk[-1].pk


def interested(chunk: list[Subscriber], to_event: int) -> set[int]:
    """Ids of those in the chunk for whom something is new since their last mail; once a variant."""
    news = News(min(row.last_event for row in chunk), to_event)
    known: dict[tuple[int, Preferences], bool] = {}
    found = set()
    for row in chunk:
        variant = (row.last_event, Preferences.of(row))
        if variant not in known:
            known[variant] = bool(news.wanted(variant[1], from_event=row.last_event))
        if known[variant]:
            found.add(row.pk)
    return found
