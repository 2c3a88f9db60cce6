"""The streams of subscriptions: who is still to be written to, and what a mail says when it leaves."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from hub.core import links
from hub.core.models import Entry
from hub.mail import messages, streams
from hub.mail.models import Delivery
from hub.mail.streams import Doubt, NothingToSay, Stream
from subscriptions import schedule
from subscriptions.models import Subscriber
from subscriptions.news import News, grouped
from subscriptions.preferences import Preferences

CONFIRM, SETTINGS, ALERT, DIGEST = "confirm", "settings", "alert", "digest"
STREAMS = (CONFIRM, SETTINGS, ALERT, DIGEST)
# One suppression of this scope stops all of them, and leaves contributions alone.
SCOPE = "alerts"
VALID_WORDS = "72 hours"
# More would be cut off by large providers (a mail above 102 kB); the rest stands on the web.
MOST_ENTRIES = 60


def register() -> None:
    """Declare the streams."""
    for name in (CONFIRM, SETTINGS):
        streams.register(Stream(name, asked, confirming, on_doubt=Doubt.SEND_AGAIN, scope=SCOPE))
    for name, guard, links_ in ((ALERT, wants_alerts, alerting), (DIGEST, wants_digests, digesting)):
        streams.register(
            Stream(name, guard, links_, headers, on_doubt=Doubt.COUNT_AS_DELIVERED, scope=SCOPE, is_bulk=True)
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
    subscriber, preferences, wanted = _wanted(delivery)
    groups = grouped(wanted, MOST_ENTRIES)
    return {
        **_foot(subscriber, preferences),
        "entries": [
            _item(entry, verb)
            for group in groups
            for verb, rows in (("New", group["new"]), ("Revised", group["revised"]))
            for entry in rows
        ],
    }


def digesting(delivery: Delivery) -> dict[str, Any]:
    """The groups of a digest, with the address of the same on the web."""
    subscriber, preferences, wanted = _wanted(delivery)
    groups = grouped(wanted, MOST_ENTRIES)
    shown = sum(len(group["new"]) + len(group["revised"]) for group in groups)
    return {
        **_foot(subscriber, preferences),
        "label": schedule.label(delivery.slot),
        "total": len(wanted),
        "more": len(wanted) - shown,
        "web_url": web_address(delivery.context["from"], delivery.context["to"], preferences),
        "groups": [
            {
                "label": group["label"],
                "new": [_item(entry, "") for entry in group["new"]],
                "revised": [_item(entry, "") for entry in group["revised"]],
            }
            for group in groups
        ],
    }


def headers(delivery: Delivery) -> dict[str, str]:
    """What makes it list mail that one click leaves."""
    subscriber = _of(delivery)
    return messages.list_headers(
        SCOPE,
        unsubscribe_url=subscriber.link("unsubscribe"),
        unsubscribe_mail=subscriber.token,
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


def _wanted(delivery: Delivery) -> tuple[Subscriber, Preferences, dict[int, bool]]:
    subscriber = _of(delivery)
    preferences = Preferences.of(subscriber)
    wanted = News(delivery.context["from"], delivery.context["to"]).wanted(preferences)
    if not wanted:
        raise NothingToSay("nothing of it is public or wanted any more")
    return subscriber, preferences, wanted


def _foot(subscriber: Subscriber, preferences: Preferences) -> dict[str, str]:
    words = preferences.words(subscriber.frequency)
    return {
        "why": f"You asked for {words[0].lower()}{words[1:]}",
        "manage_url": subscriber.link(),
        "unsubscribe_url": subscriber.link("unsubscribe"),
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
