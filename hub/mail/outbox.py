"""The way in: a message is owed from the moment its row is committed.

``enqueue`` writes inside the caller's transaction, so a message exists if and only if what it tells of
does. Nothing is sent here; hub.mail.sending does that.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hub.core.addresses import address_hash, normalised_address
from hub.core.hints import hint
from hub.mail import streams
from hub.mail.models import Delivery


@dataclass(frozen=True)
class Recipient:
    """One recipient of a fan-out: the normalised address, its hash, and what is particular to it."""

    address: str
    address_hash: str
    about: int | None = None
    context: dict[str, Any] = field(default_factory=dict)


def enqueue(
    stream: str,
    slot: str,
    to: str,
    template: str,
    context: dict[str, Any],
    *,
    not_before: datetime | None = None,
    about: int | None = None,
) -> Delivery | None:
    """Owe one message; None when this (stream, slot, recipient) is or was owed already.

    ``context`` is small JSON without live links; ``about`` is the id of the row the message is about, for
    the stream's guard and links. Raises LookupError for an unknown stream and ValidationError for a bad
    address. The message leaves after the caller's transaction has committed.
    """
    address = normalised_address(to)
    recipient = Recipient(address, address_hash(address), about, context)
    rows = enqueue_many(stream, slot, [recipient], template, not_before=not_before)
    return rows[0] if rows else None


def enqueue_many(
    stream: str,
    slot: str,
    recipients: Iterable[Recipient],
    template: str,
    *,
    not_before: datetime | None = None,
) -> list[Delivery]:
    """Owe one message to each recipient in one insert; returns the rows that are new."""
    kind, now = streams.get(stream), timezone.now()
    rows = Delivery.objects.insert_new(
        [
            Delivery(
                stream=stream, slot=slot, recipient_hash=recipient.address_hash, address=recipient.address,
                template=template, context=recipient.context, about=recipient.about,
                priority=1 if kind.is_bulk else 0, not_before=not_before or now, created_at=now,
                message_id=message_id(stream, slot, recipient.address_hash),
            )
            for recipient in recipients
        ]
    )  # fmt: skip
    if rows:
        first = min(row.pk for row in rows)
        transaction.on_commit(lambda: wake(first), robust=True)
    return rows


def message_id(stream: str, slot: str, recipient_hash: str) -> str:
    """The Message-ID that this message bears on every attempt (RFC 5322, 3.6.4)."""
    digest = hashlib.sha256(f"{stream}\0{slot}\0{recipient_hash}".encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def wake(first: int) -> None:
    """Hint that mail is due, unless older mail is due too: then its hint is outstanding already."""
    if not Delivery.objects.due(timezone.now()).filter(pk__lt=first).exists():
        hint("hub.mail.tasks.drain")


def take_back(streams_: Iterable[str], recipient_hash: str) -> list[dict[str, Any]]:
    """Undo what is owed to a recipient in these streams and not yet on the wire; returns the contexts.

    The rows go, so that the same slot can be owed again with other content.
    """
    owed = Delivery.objects.filter(
        stream__in=list(streams_), recipient_hash=recipient_hash, state__in=["pending", "claimed"]
    )
    # One at a time: a drain may put a row on the wire between the look and the deletion.
    return [
        context for pk, context in list(owed.values_list("pk", "context")) if owed.filter(pk=pk).delete()[0]
    ]
