"""Digests: one mail a local day or ISO week with everything since the last one, never an empty one."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone

from hub.mail import outbox
from subscriptions import schedule
from subscriptions.fanout import Group, covering, ids_of, in_chunks
from subscriptions.models import Edition, Subscriber
from subscriptions.news import News, last_announced
from subscriptions.preferences import Preferences

STREAM = "digest"
CLOCK = ("frequency", "time_zone", "hour", "weekday")


def send_digests(*, now: datetime | None = None) -> int:
    """Owe a digest to everybody whose hour has come; returns how many mails are new.

    Safe to run twice or at once. The cursor moves only with a mail, or over changes that nobody of these
    preferences wants: a slot that is taken (somebody changed to weekly and back) leaves it for the next.
    """
    moment = now or timezone.now()
    to_event = last_announced()

    def deal(groups: list[Group]) -> int:
        by_slot: dict[tuple[str, str], list[Group]] = defaultdict(list)
        by_next: dict[datetime, set[int]] = defaultdict(set)
        told: set[int] = set()
        for group in groups:
            frequency, zone, hour, weekday = group.alike
            clock = (frequency, ZoneInfo(zone), hour, weekday)
            by_next[schedule.next_time(moment, *clock)].update(group.ids)
            slot = schedule.slot_at(moment, *clock)
            if slot is not None and group.is_wanted:
                by_slot[slot, frequency].append(group)
            elif slot is not None:
                told.update(group.ids)
        # In one order: two beats that write the same editions must not wait for each other.
        owed = [pk for key in sorted(by_slot) for pk in _owe(*key, by_slot[key], to_event, moment)]
        told.update(owed)
        for next_at, ids in by_next.items():
            moved = Greatest("last_event", Value(to_event))
            Subscriber.objects.among(ids & told).update(next_at=next_at, last_event=moved)
            Subscriber.objects.among(ids - told).update(next_at=next_at)
        return len(owed)

    return in_chunks(Subscriber.objects.due(moment), to_event, deal, *CLOCK)


def _owe(slot: str, frequency: str, groups: list[Group], to_event: int, now: datetime) -> list[int]:
    """Owe the digest of one slot; returns the ids of those who get it."""
    recipients = Subscriber.objects.among(ids_of(groups))
    owed = outbox.owe_selected(STREAM, slot, recipients, "digest", covering(to_event))
    if owed:
        told = set(owed)
        start = min(group.from_event for group in groups if not told.isdisjoint(group.ids))
        _keep(slot, frequency, start, to_event, now)
    return owed


def _keep(slot: str, frequency: str, from_event: int, to_event: int, now: datetime) -> None:
    """Remember that a digest went out; the first mails of a slot decide what it covers in the archive."""
    if Edition.objects.filter(slot=slot).exists():
        return
    last = Edition.objects.filter(frequency=frequency).order_by("-to_event").first()
    start = last.to_event if last is not None and last.to_event < to_event else from_event
    Edition.objects.get_or_create(
        slot=slot,
        defaults={
            "frequency": frequency,
            "from_event": start,
            "to_event": to_event,
            "entries": len(News(start, to_event).wanted(Preferences())),
            "sent_at": now,
        },
    )
