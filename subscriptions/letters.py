"""The streams of subscriptions: who is still to be written to, and what a mail says when it leaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Least
from django.urls import reverse

from hub.core import links
from hub.core.caching import remembered
from hub.core.models import ContentClock, Entry
from hub.mail import messages, streams
from hub.mail.models import Delivery
from hub.mail.streams import Doubt, NothingToSay, Stream, Variant
from subscriptions import schedule
from subscriptions.models import Subscriber
from subscriptions.news import News, grouped
from subscriptions.preferences import Preferences

CONFIRM, SETTINGS, ALERT, DIGEST = "confirm", "settings", "alert", "digest"
STREAMS = (CONFIRM, SETTINGS, ALERT, DIGEST)
# One suppression of this scope stops all of them, and leaves contributions alone.
SCOPE = "alerts"
VALID_WORDS = "72 hours"
NAMES = ("new", "revised")
# What is read of a subscriber to write a mail.
NEEDED = (
    "address_hash", "generation", "frequency",
    "kinds", "levels", "paths", "difficulty_from", "difficulty_to",
)  # fmt: skip
# More would be cut off by large providers (a mail above 102 kB); the rest stands on the web.
MOST_ENTRIES = 60


def register() -> None:
    """Declare the streams."""
    for name in (CONFIRM, SETTINGS):
        streams.register(Stream(name, asked, confirming, on_doubt=Doubt.SEND_AGAIN, scope=SCOPE))
    for name, guard, links_, variants_ in (
        (ALERT, wants_alerts, alerting, alert_variants),
        (DIGEST, wants_digests, digesting, digest_variants),
    ):
        streams.register(
            Stream(
                name,
                guard,
                links_,
                headers,
                variants_,
                Doubt.COUNT_AS_DELIVERED,
                repeat_in_next,
                scope=SCOPE,
                is_bulk=True,
            )
        )


# --- guards: asked in the statement that writes the intent to send -----------------------------------


def _subscriber(**conditions: Any) -> Exists:
    theirs = {"pk": OuterRef("about"), "address_hash": OuterRef("recipient_hash")}
    return Exists(Subscriber.objects.filter(**theirs, **conditions))


def asked() -> dict[str, Any]:
    return {"unsubscribed": _subscriber(state__in=["unconfirmed", "active", "paused"])}


def _wants(*frequencies: str) -> dict[str, Any]:
    return {
        "unsubscribed": _subscriber(state__in=["active", "paused"]),
        "paused": _subscriber(state="active"),
        "frequency changed": _subscriber(state="active", frequency__in=frequencies),
    }


def wants_alerts() -> dict[str, Any]:
    return _wants("instant")


def wants_digests() -> dict[str, Any]:
    return _wants("daily", "weekly")


def repeat_in_next(delivery: Delivery) -> bool:
    """Let a subscriber's next mail begin where a doubtful one began."""
    start = delivery.context.get("from")
    theirs = Subscriber.objects.filter(
        pk=delivery.about or 0, address_hash=delivery.recipient_hash, state__in=["active", "paused"]
    )
    return start is not None and bool(theirs.update(last_event=Least("last_event", start)))


# --- what a mail says, derived when it leaves ---------------------------------------------------------


def confirming(delivery: Delivery) -> dict[str, Any]:
    """Links of the letter that asks for confirmation, or that leads known subscribers to their settings."""
    subscriber = _of(delivery)
    return {
        "is_known": subscriber.state in {"active", "paused"},
        "confirm_url": subscriber.link("confirm"),
        "manage_url": subscriber.link(),
        "valid_words": VALID_WORDS,
        "words": Preferences.of(subscriber).words(subscriber.frequency),
        "why": "Somebody typed this address into the sign-up form.",
    }


def alerting(delivery: Delivery) -> dict[str, Any]:
    """The entries of an alert: those that are public and wanted when it leaves."""
    subscriber = _of(delivery)
    return _alert(delivery, subscriber, Preferences.of(subscriber), subscriber.token)


def _alert(
    delivery: Delivery, subscriber: Subscriber, preferences: Preferences, token: str
) -> dict[str, Any]:
    said = said_in(delivery.context["from"], delivery.context["to"], preferences)
    entries = [entry for group in said.groups for entry in (*group["new"], *group["revised"])]
    new = sum(len(group["new"]) for group in said.groups)
    heading = _heading(new, len(entries) - new)
    return {**_foot(subscriber, preferences, token), "entries": entries, "heading": heading}


def _heading(new: int, revised: int) -> str:
    """What an alert is about, in a line."""
    if new and revised:
        return f"{new + revised} entries: {new} new, {revised} revised"
    number, word = new or revised, "new" if new else "revised"
    return f"{number} {word} entries" if number > 1 else f"{word.capitalize()} in the archive"


def digesting(delivery: Delivery) -> dict[str, Any]:
    """The digest of a subscriber, with the links that are theirs alone."""
    subscriber = _of(delivery)
    return _digest(delivery, subscriber, Preferences.of(subscriber), subscriber.token)


def _digest(
    delivery: Delivery, subscriber: Subscriber, preferences: Preferences, token: str
) -> dict[str, Any]:
    said = said_in(delivery.context["from"], delivery.context["to"], preferences)
    return {
        **_foot(subscriber, preferences, token),
        "label": schedule.label(delivery.slot),
        **digest_of(said, delivery.context["from"], delivery.context["to"], preferences),
    }


def digest_of(said: "Said", from_event: int, to_event: int, preferences: Preferences) -> dict[str, Any]:
    """The groups of a digest, with the address of the same on the web: the same for a whole variant."""
    return {
        "total": said.total,
        "more": said.total - said.shown,
        "web_url": web_address(from_event, to_event, preferences),
        "groups": [
            {
                "label": group["label"],
                **{name: [{**one, "verb": ""} for one in group[name]] for name in NAMES},
            }
            for group in said.groups
        ],
    }


def alert_variants(deliveries: Sequence[Delivery]) -> dict[int, Variant]:
    """Which alerts say the same."""
    return _variants(deliveries, _alert)


def digest_variants(deliveries: Sequence[Delivery]) -> dict[int, Variant]:
    """Which digests say the same."""
    return _variants(deliveries, _digest)


def _variants(deliveries: Sequence[Delivery], derive: Callable[..., dict[str, Any]]) -> dict[int, Variant]:
    """By delivery: preferences, as they are worded, and the content number make a variant."""
    rows = Subscriber.objects.filter(pk__in={row.about for row in deliveries if row.about}).only(*NEEDED)
    known = {(row.pk, row.address_hash): row for row in rows}
    preferences = Preferences.of_each(list(known.values()))
    number = ContentClock.now()
    found = {}
    for delivery in deliveries:
        subscriber = known.get((delivery.about or 0, delivery.recipient_hash))
        if subscriber is not None:
            wanted = preferences[subscriber.pk]
            key = (number, subscriber.frequency, wanted, wanted.technology_names, wanted.tag_names)
            found[delivery.pk] = Variant(key, subscriber.token, partial(derive, delivery, subscriber, wanted))
    return found


def headers(delivery: Delivery, derived: dict[str, Any]) -> dict[str, str]:
    """What makes it list mail that one click leaves."""
    return messages.list_headers(
        SCOPE,
        unsubscribe_url=derived["unsubscribe_url"],
        unsubscribe_mail=derived["token"],
        help_url=links.absolute(reverse("subscriptions:subscribe")),
        archive_url=links.absolute(reverse("subscriptions:archive")),
        feedback=delivery.slot.replace(":", "-"),
    )


def web_address(from_event: int, to_event: int, preferences: Preferences) -> str:
    """A digest on the web: its interval and its filters, and nothing that tells whose it is."""
    path = reverse("subscriptions:window", args=[from_event, to_event])
    query = preferences.query()
    return links.absolute(f"{path}?{query}" if query else path)


def _of(delivery: Delivery) -> Subscriber:
    rows = Subscriber.objects.filter(pk=delivery.about or 0, address_hash=delivery.recipient_hash)
    subscriber = rows.first()
    if subscriber is None:
        raise NothingToSay("unsubscribed")
    return subscriber


@dataclass(frozen=True)
class Said:
    """What one variant of a mail says: groups of {label, new, revised} of entries as templates show them."""

    groups: list[dict[str, Any]]
    shown: int
    total: int


def _said(from_event: int, to_event: int, preferences: Preferences) -> Said:
    wanted = News(from_event, to_event).wanted(preferences)
    groups = [
        {
            "label": group["label"],
            "new": [_item(entry, "New") for entry in group["new"]],
            "revised": [_item(entry, "Revised") for entry in group["revised"]],
        }
        for group in grouped(wanted, MOST_ENTRIES)
    ]
    return Said(groups, sum(len(group[name]) for group in groups for name in NAMES), len(wanted))


def said_in(start: int, end: int, preferences: Preferences) -> Said:
    """What a variant says, worked out once; raises NothingToSay where nothing of it is left."""
    # Whatever becomes public or is archived has another content number.
    variant = f"mail:{start}-{end}?{preferences.query()}"
    said: Said = remembered(ContentClock.now(), variant, lambda: _said(start, end, preferences))
    if not said.total:
        raise NothingToSay("nothing of it is public or wanted any more")
    return said


def _foot(subscriber: Subscriber, preferences: Preferences, token: str) -> dict[str, str]:
    words = preferences.words(subscriber.frequency)
    return {
        "why": f"You asked for {words[0].lower()}{words[1:]}",
        "token": token,
        "manage_url": links.absolute(reverse("subscriptions:manage", args=[token])),
        "unsubscribe_url": links.absolute(reverse("subscriptions:unsubscribe", args=[token])),
    }


def _item(entry: Entry, verb: str) -> dict[str, Any]:
    return {
        "title": entry.title,
        "url": links.absolute(entry.get_absolute_url()),
        "public_id": entry.public_id,
        "kind_label": entry.kind_label,
        "technology": entry.technology.name,
        "level": entry.get_level_display() if entry.level else "",
        "summary": entry.summary,
        "difficulty": entry.difficulty,
        "verb": verb,
    }
