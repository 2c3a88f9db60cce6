"""Digests: one mail a local day or ISO week with everything since the last one, never an empty one."""

from collections import defaultdict
from datetime import datetime

from django.utils import timezone

from hub.mail import outbox
from hub.mail.outbox import Recipient
from subscriptions import schedule
from subscriptions.fanout import in_chunks, interested
from subscriptions.models import Edition, Subscriber
from subscriptions.news import News, last_announced
from subscriptions.preferences import Preferences

STREAM = "digest"


def send_digests(*, now: datetime | None = None) -> int:
    """Owe a digest to everybody whose hour has come; returns how many mails are new.

    Safe to run twice or at once. The cursor moves only with a mail, or over changes that nobody of these
    preferences wants: a slot that is taken (somebody changed to weekly and back) leaves it for the next.
    """
    moment = now or timezone.now()
    to_event = last_announced()

    def deal(chunk: list[Subscriber]) -> int:
        wanted = interested(chunk, to_event)
        by_slot: dict[tuple[str, str], list[Subscriber]] = defaultdict(list)
        for row in chunk:
            slot = schedule.slot_at(moment, row.frequency, row.zone, row.hour, row.weekday)
            if slot is not None and row.pk in wanted:
                by_slot[slot, row.frequency].append(row)
            elif slot is not None:
                row.last_event = max(row.last_event, to_event)
            row.next_at = schedule.next_time(moment, row.frequency, row.zone, row.hour, row.weekday)
        owed = sum(
            _owe(slot, frequency, rows, to_event, moment) for (slot, frequency), rows in by_slot.items()
        )
        Subscriber.objects.bulk_update(chunk, ["last_event", "next_at"])
        return owed

    return in_chunks(Subscriber.objects.due(moment), deal)


def _owe(slot: str, frequency: str, rows: list[Subscriber], to_event: int, now: datetime) -> int:
    """Owe the digest of one slot; moves the cursor of those who get it."""
    recipients = [
        Recipient(row.address, row.address_hash, row.pk, {"from": row.last_event, "to": to_event})
        for row in rows
    ]
    owed = outbox.enqueue_many(STREAM, slot, recipients, "digest")
    if owed:
        told = {delivery.about for delivery in owed}
        _keep(slot, frequency, min(row.last_event for row in rows if row.pk in told), to_event, now)
        for row in rows:
            if row.pk in told:
                row.last_event = to_event
    return len(owed)


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
