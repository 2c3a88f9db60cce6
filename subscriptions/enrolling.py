"""What a person can do about their alerts. Each verb locks the one row, decides, and writes it.

The address decides nothing that a stranger could see: signing up does the same for every address, and
everything else needs the link that only the address's owner was sent.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from hub.core.addresses import address_hash, normalised_address
from hub.core.links import BadToken, read_token
from hub.core.models import ContentClock, Tag, Technology
from hub.mail import forgetting, outbox
from hub.mail.models import Delivery, Suppression
from subscriptions import letters, schedule
from subscriptions.models import PURPOSE, Subscriber

State, Frequency = Subscriber.State, Subscriber.Frequency

# How long a sign-up waits for its confirmation, and who left is remembered.
VALID = timedelta(hours=72)
KEPT_AFTER_LEAVING = timedelta(days=30)
# Letters that ask for confirmation, to an address that never answers.
MOST_UNANSWERED = 3
ANSWERED = "answered"


@dataclass(frozen=True)
class Choices:
    """What a form asks for: values of the row, and the rows it links to."""

    values: dict[str, Any]
    technologies: list[Technology] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


def sign_up(address: str, choices: Choices, *, now: datetime | None = None) -> None:
    """Ask an address to confirm, or lead a subscriber to the settings; nothing tells the caller which.

    At most one letter an address and (UTC) day, and three ever to an address that never confirms.
    Suppressed addresses get no letter and no row. Raises ValidationError for what is no address.
    """
    now, address = now or timezone.now(), normalised_address(address)
    key = address_hash(address)
    if Suppression.objects.filter(
        recipient_hash=key, scope__in=[Suppression.EVERYTHING, letters.SCOPE]
    ).exists():
        return
    unanswered = Delivery.objects.filter(stream=letters.CONFIRM, recipient_hash=key).exclude(reason=ANSWERED)
    with transaction.atomic():
        row, is_new = Subscriber.objects.select_for_update().get_or_create(
            address_hash=key, defaults={"address": address, "asked_at": now, "created_at": now}
        )
        slot = now.astimezone(UTC).date().isoformat()
        if row.state in {State.ACTIVE, State.PAUSED}:
            outbox.enqueue(letters.SETTINGS, slot, address, "confirm_subscription", {}, about=row.pk)
            return
        if unanswered.count() >= MOST_UNANSWERED:
            if is_new:
                row.delete()
            return
        letter = outbox.enqueue(letters.CONFIRM, slot, address, "confirm_subscription", {}, about=row.pk)
        row.state = State.UNCONFIRMED
        row.asked_at = now if letter is not None else row.asked_at
        _choose(row, choices)
        row.save()


def confirm(subscriber: Subscriber, *, now: datetime | None = None) -> bool:
    """Begin the mails; False when the sign-up has expired or was left. Confirming twice changes nothing."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(subscriber)
        if row.state in {State.ACTIVE, State.PAUSED}:
            return True
        if row.state != State.UNCONFIRMED or row.asked_at < now - VALID:
            return False
        row.confirmed_at, row.left_at = now, None
        _start(row, now)
        Delivery.objects.filter(stream=letters.CONFIRM, recipient_hash=row.address_hash).update(
            reason=ANSWERED
        )
        return True


def change(subscriber: Subscriber, choices: Choices, *, now: datetime | None = None) -> None:
    """Take over new preferences; what was owed and has not left is told by the next mail instead."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(subscriber)
        untold = outbox.take_back([letters.ALERT, letters.DIGEST], row.address_hash)
        row.last_event = min([row.last_event, *(context["from"] for context in untold)])
        _choose(row, choices)
        if row.state == State.ACTIVE:
            # What was taken back is owed again at once, where today's hour has come.
            row.next_at = now if untold and row.frequency != Frequency.INSTANT else _next(row, now)
        row.save()


def pause(subscriber: Subscriber, until: date | None = None) -> None:
    """Send nothing until ``resume``, or until a day begins on the subscriber's own calendar.

    Only an active subscription can be paused.
    """
    Subscriber.objects.active().filter(pk=subscriber.pk).update(state=State.PAUSED, paused_until=until)


def resume_due(*, now: datetime | None = None) -> int:
    """Resume those whose day has come; returns how many."""
    now = now or timezone.now()
    latest = (now + timedelta(hours=14)).date()  # UTC+14 is the first to see a day
    rows = Subscriber.objects.filter(state=State.PAUSED, paused_until__lte=latest)
    due = [row for row in rows if row.paused_until and row.paused_until <= now.astimezone(row.zone).date()]
    for row in due:
        resume(row, now=now)
    return len(due)


def resume(subscriber: Subscriber, *, now: datetime | None = None) -> None:
    """Go on with what is new from now on; only a paused subscription can be resumed."""
    with transaction.atomic():
        row = _locked(subscriber)
        if row.state == State.PAUSED:
            _start(row, now or timezone.now())


def leave(subscriber: Subscriber, *, now: datetime | None = None) -> None:
    """Send nothing any more, from the commit on. Leaving twice changes nothing."""
    confirmed = Subscriber.objects.filter(pk=subscriber.pk, state__in=[State.ACTIVE, State.PAUSED])
    with transaction.atomic():
        if confirmed.update(state=State.LEFT, left_at=now or timezone.now(), paused_until=None):
            outbox.skip(letters.STREAMS, subscriber.address_hash, "unsubscribed")
        else:
            for row in Subscriber.objects.filter(pk=subscriber.pk, state=State.UNCONFIRMED):
                _delete(row)


def leave_by_mail(subject: str) -> bool:
    """Leave, as the subject of a mail asks for (RFC 2369, 3.2); False where it names nobody."""
    try:
        row = holder(subject.strip(), any_generation=True)
    except BadToken:
        return False
    if row is not None:
        leave(row)
    return True


def rotate(subscriber: Subscriber) -> Subscriber:
    """Turn all links in earlier mails off, but for unsubscribing; returns the row with its new links."""
    with transaction.atomic():
        row = _locked(subscriber)
        row.generation += 1
        row.save(update_fields=["generation"])
    return row


def erase(subscriber: Subscriber) -> None:
    """Delete address and settings everywhere; a keyed hash stays, so that nobody signs it up again."""
    with transaction.atomic():
        row = _locked(subscriber)
        _delete(row)
        Suppression.add(row.address_hash, Suppression.Reason.ERASED, scope=letters.SCOPE)


def exported(subscriber: Subscriber) -> dict[str, Any]:
    """Everything that is held about an address, as JSON-ready values."""
    fields = [
        "address", "state", "frequency", "time_zone", "hour", "weekday", "kinds", "levels", "paths",
        "difficulty_from", "difficulty_to", "paused_until", "last_event", "next_at", "asked_at",
        "confirmed_at", "left_at", "created_at",
    ]  # fmt: skip
    mails = Delivery.objects.filter(
        recipient_hash=subscriber.address_hash, stream__in=letters.STREAMS
    ).order_by("pk")
    return {
        "subscription": {
            **{name: getattr(subscriber, name) for name in fields},
            "technologies": list(subscriber.technologies.values_list("slug", flat=True)),
            "tags": list(subscriber.tags.values_list("slug", flat=True)),
        },
        "mails": list(mails.values("stream", "slot", "state", "reason", "created_at", "finished_at")),
    }


def forget_expired(*, now: datetime | None = None) -> int:
    """Delete sign-ups that were not confirmed in 72 hours, and who left 30 days ago; returns how many."""
    now = now or timezone.now()
    unconfirmed = Subscriber.objects.filter(state=State.UNCONFIRMED, asked_at__lt=now - VALID)
    left = Subscriber.objects.filter(state=State.LEFT, left_at__lt=now - KEPT_AFTER_LEAVING)
    gone = 0
    for chosen in (unconfirmed, left):
        for pk in list(chosen.values_list("pk", flat=True)):
            with transaction.atomic():
                # Asked again under the lock: it may have been confirmed a moment ago.
                for row in chosen.select_for_update().filter(pk=pk):
                    _delete(row)
                    gone += 1
    return gone


def holder(token: str, *, any_generation: bool = False) -> Subscriber | None:
    """The subscriber whose link this is; None when the row is gone or the link was turned off.

    Raises BadToken for what this house never sent. ``any_generation`` is for unsubscribing, which must
    work from the oldest mail on.
    """
    pk, generation = read_token(PURPOSE, token)
    row = Subscriber.objects.filter(pk=pk).first()
    if row is None or generation > row.generation or (generation < row.generation and not any_generation):
        return None
    return row


def _locked(subscriber: Subscriber) -> Subscriber:
    return Subscriber.objects.select_for_update().get(pk=subscriber.pk)


def _choose(row: Subscriber, choices: Choices) -> None:
    for name, value in choices.values.items():
        setattr(row, name, value)
    row.technologies.set(choices.technologies)
    row.tags.set(choices.tags)


def _start(row: Subscriber, now: datetime) -> None:
    row.state, row.last_event, row.next_at = State.ACTIVE, ContentClock.now(), _next(row, now)
    row.paused_until = None
    row.save(update_fields=["state", "last_event", "next_at", "paused_until", "confirmed_at", "left_at"])


def _next(row: Subscriber, now: datetime) -> datetime | None:
    if row.frequency == Frequency.INSTANT:
        return None
    return schedule.next_time(now, row.frequency, row.zone, row.hour, row.weekday)


def _delete(row: Subscriber) -> None:
    forgetting.forget(row.address_hash, letters.STREAMS)
    Subscriber.objects.filter(pk=row.pk).delete()


__all__ = ["BadToken", "Choices", "change", "confirm", "erase", "exported", "holder", "leave", "sign_up"]
