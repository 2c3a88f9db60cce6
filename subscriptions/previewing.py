"""The next digest before it goes: as anybody would get it, and who will; and a copy to the editor alone.

A test goes by a stream of its own, which knows no subscribers: its recipient is the editor's account.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from hub.core import links
from hub.core.addresses import address_hash, normalised_address
from hub.mail import messages, outbox, streams
from hub.mail.models import Delivery, Suppression
from hub.mail.streams import NothingToSay
from subscriptions import letters, schedule
from subscriptions.fanout import variants
from subscriptions.forms import FilterForm
from subscriptions.models import PURPOSE, Edition, Subscriber
from subscriptions.news import News, last_announced
from subscriptions.preferences import Preferences

STREAM = "test"
LONGEST = 20_000  # changes that a preview looks at, where no digest has gone out yet
_NOT_ACTIVE = {"unconfirmed": "not confirmed yet", "paused": "paused", "left": "unsubscribed"}


@dataclass(frozen=True)
class Preview:
    """One variant of the next digest, read back from the bytes that would go on the wire."""

    subject: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    size: int  # bytes; large providers cut what is above 102,000
    entries: int


def interval(frequency: str) -> tuple[int, int]:
    """(from_event, to_event] of the next digest of a frequency: from where its last one ended."""
    to_event = last_announced()
    last = Edition.objects.filter(frequency=frequency).order_by("-to_event").first()
    start = last.to_event if last is not None else 0
    return max(min(start, to_event), to_event - LONGEST), to_event


def preview(frequency: str, preferences: Preferences) -> Preview | None:
    """The next digest for these preferences; None where it would be empty and so not be sent."""
    start, end = interval(frequency)
    try:
        data = messages.compose(_made_up(frequency, preferences, start, end), streams.get(STREAM)).data
    except NothingToSay:
        return None
    letter = message_from_bytes(data, policy=default)
    return Preview(
        str(letter["Subject"]),
        [(name, str(value)) for name, value in letter.items()],
        _part(letter, "plain"),
        _part(letter, "html"),
        len(data),
        len(News(start, end).wanted(preferences)),
    )


def send_test(editor: User, frequency: str, preferences: Preferences, *, now: datetime | None = None) -> bool:
    """Owe the next digest to an editor's own address; False where it would be empty.

    Raises ValidationError for an account without a usable address.
    """
    address = normalised_address(editor.email)
    start, end = interval(frequency)
    if not News(start, end).wanted(preferences):
        return False
    context = {
        "from": start,
        "to": end,
        "query": preferences.query(),
        "frequency": frequency,
        "is_test": True,
    }
    outbox.enqueue(STREAM, f"{(now or timezone.now()):%Y-%m-%dT%H:%M:%S.%f}", address, "digest", context)
    return True


def slot_of_next(frequency: str, *, now: datetime | None = None) -> str:
    """The slot that the next digest has on a clock in UTC with the usual hour and day."""
    zone = Subscriber(time_zone="UTC").zone
    moment = schedule.next_time(now or datetime.now(UTC), frequency, zone, 8, 1)
    return schedule.slot_at(moment, frequency, zone, 8, 1) or schedule.daily_slot(moment.date())


def audience(frequency: str) -> dict[str, Any]:
    """Who gets the next digest, and why the others do not: {total, recipients, excluded: of (reason, n)}.

    The numbers add up to all subscribers. The same number of queries for one and for all of them;
    preferences are decided once a variant.
    """
    rows = Subscriber.objects.order_by()
    by_state = dict(rows.values_list("state").annotate(Count("pk")))
    excluded = [(reason, by_state.get(state, 0)) for state, reason in _NOT_ACTIVE.items()]
    others = rows.active().exclude(frequency=frequency)
    excluded.append(("asks for another frequency", others.count()))
    suppressed = Suppression.objects.filter(
        recipient_hash=OuterRef("address_hash"), scope__in=[Suppression.EVERYTHING, letters.SCOPE]
    ).order_by("pk")
    asking = rows.active().filter(frequency=frequency).annotate(
        barred=Subquery(suppressed.values("reason")[:1])
    )  # fmt: skip
    barred = dict(asking.filter(barred__isnull=False).values_list("barred").annotate(Count("pk")))
    excluded += [(f"suppressed: {Suppression.Reason(name).label.lower()}", n) for name, n in barred.items()]
    told, wanted = _with_news(asking.filter(barred__isnull=True))
    excluded.append(("nothing new for their preferences", told))
    return {"total": sum(by_state.values()), "recipients": wanted, "excluded": excluded}


def _with_news(asking: Any) -> tuple[int, int]:
    """(without, with) news since their last mail."""
    first = asking.order_by("last_event").values_list("last_event", flat=True).first() or 0
    news = News(max(first, last_announced() - LONGEST), last_announced())
    counts = [0, 0]
    for from_event, preferences, _, number in variants(asking, Count("pk")):
        counts[news.has_any(preferences, from_event)] += number
    return counts[0], counts[1]


def register() -> None:
    """Declare the stream of tests."""
    streams.register(streams.Stream(STREAM, links=testing, headers=letters.headers, sample=sample))


def sample(address: str) -> Delivery:
    """A weekly digest with everything of late, whether or not it has been sent: for hub.mail.doctor."""
    end = last_announced()
    return _made_up("weekly", Preferences(), max(end - LONGEST, 0), end, address)


def _made_up(
    frequency: str, preferences: Preferences, start: int, end: int, address: str = "reader@example.org"
) -> Delivery:
    """A delivery that is not saved, to a subscriber who does not exist."""
    slot = slot_of_next(frequency)
    return Delivery(
        stream=STREAM, slot=slot, address=address, recipient_hash=address_hash(address), template="digest",
        context={"from": start, "to": end, "query": preferences.query(), "frequency": frequency},
        message_id=outbox.message_id(STREAM, slot, address_hash(address)),
    )  # fmt: skip


def testing(delivery: Delivery) -> dict[str, Any]:
    """What a digest of these preferences says, with links that are nobody's in the place of personal ones."""
    context = delivery.context
    form = FilterForm(QueryDict(context["query"]))
    form.full_clean()
    preferences = form.preferences()
    said = letters.said_in(context["from"], context["to"], preferences)
    label = schedule.label(slot_of_next(context["frequency"]))
    nobody = links.make_token(PURPOSE, 0, 1)  # a link of ours that names no subscriber: it does nothing
    words = preferences.words(context["frequency"])
    return {
        **letters.digest_of(said, context["from"], context["to"], preferences),
        "label": f"Test: {label}" if context.get("is_test") else label,
        "why": f"You asked for {words[0].lower()}{words[1:]}",
        "token": nobody,
        "manage_url": links.absolute(reverse("subscriptions:subscribe")),
        "unsubscribe_url": links.absolute(reverse("subscriptions:unsubscribe", args=[nobody])),
    }


def _part(letter: EmailMessage, subtype: str) -> str:
    part = letter.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
