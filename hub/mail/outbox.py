"""The way in: a message is owed from the moment its row is committed.

``enqueue`` writes inside the caller's transaction, so a message exists if and only if what it tells of
does. Nothing is sent here; hub.mail.sending does that.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import SHA256, Concat, JSONObject, Left
from django.utils import timezone

from hub.core.addresses import address_hash, normalised_address
from hub.core.hints import hint
from hub.mail import streams
from hub.mail.models import Delivery


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
    key = address_hash(address)
    row = _row(
        stream, slot, template, not_before, recipient_hash=key, address=address, about=about, context=context,
        message_id=message_id(stream, slot, key),
    )  # fmt: skip
    if not Delivery.objects.insert_new(row):
        return None
    transaction.on_commit(partial(wake, row.pk), robust=True)
    return row


def owe_selected(
    stream: str, slot: str, recipients: QuerySet[Any], template: str, context: JSONObject
) -> list[int]:
    """Owe one message to each row of a query, in one insert; returns the ids of those to whom it is new.

    The rows have ``address`` (normalised) and ``address_hash``; each is what its message is about, and
    ``context`` is derived from it. Whoever is or was owed the message already is left out.
    """
    owed = Delivery.objects.insert_for_each(
        _row(stream, slot, template),
        recipients.order_by("address_hash"),  # neighbours in the largest index are written together
        recipient_hash=F("address_hash"),
        address=F("address"),
        about=F("pk"),
        context=context,
        message_id=message_id_of("address_hash", stream, slot),
    )
    if owed:
        transaction.on_commit(partial(wake, min(pk for pk, _ in owed)), robust=True)
    return [about for _, about in owed]


def _row(stream: str, slot: str, template: str, not_before: datetime | None = None, **own: Any) -> Delivery:
    kind, now = streams.get(stream), timezone.now()
    return Delivery(
        stream=stream, slot=slot, template=template, priority=1 if kind.is_bulk else 0,
        not_before=not_before or now, created_at=now, **own,
    )  # fmt: skip


def message_id(stream: str, slot: str, recipient_hash: str) -> str:
    """The Message-ID that this message bears on every attempt (RFC 5322, 3.6.4)."""
    before, after = _around(stream, slot)
    return f"<{hashlib.sha256(f'{before}{recipient_hash}'.encode()).hexdigest()[:32]}{after}"


def message_id_of(column: str, stream: str, slot: str) -> Combinable:
    """The same, worked out by the database from a column of hashes."""
    before, after = _around(stream, slot)
    return Concat(Value("<"), Left(_Sha256(Concat(Value(before), column)), 32), Value(after))


def _around(stream: str, slot: str) -> tuple[str, str]:
    """What a Message-ID hashes before the recipient, and how it ends. No NUL: PostgreSQL's text has none."""
    return f"{stream}\n{slot}\n", f"@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


class _Sha256(SHA256):
    """Without the extension that Django's own needs on PostgreSQL."""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "ENCODE(SHA256(CONVERT_TO(%(expressions)s, 'UTF8')), 'hex')"
        return self.as_sql(compiler, connection, template=template, **context)


def wake(first: int) -> None:
    """Hint that mail is due, unless older mail is due too: then its hint is outstanding already."""
    if not Delivery.objects.due(timezone.now()).filter(pk__lt=first).exists():
        hint("hub.mail.tasks.drain")


def skip(streams_: Iterable[str], recipient_hash: str, reason: str) -> int:
    """Close what is owed to a recipient in these streams and not yet on the wire; returns how many.

    Called in the transaction in which somebody leaves. The guard alone would let a message go whose intent
    was being written while that committed; to change its row waits for that intent, or stops it.
    """
    owed = Delivery.objects.filter(
        stream__in=list(streams_), recipient_hash=recipient_hash, state__in=["pending", "claimed"]
    )
    return owed.update(
        state=Delivery.State.SKIPPED, reason=reason, finished_at=timezone.now(), claim=None, claimed_at=None
    )


def take_back(streams_: Iterable[str], recipient_hash: str) -> list[dict[str, Any]]:
    """Undo what is owed to a recipient in these streams and not yet on the wire; returns the contexts.

    The rows go, so that the same slot can be owed again with other content. Needs a transaction.
    """
    owed = Delivery.objects.filter(
        stream__in=list(streams_), recipient_hash=recipient_hash, state__in=["pending", "claimed"]
    )
    # Locked first: the deletion names ids alone, and a drain may put a row on the wire before it.
    rows = list(owed.select_for_update().order_by("pk"))
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [row.context for row in rows]
