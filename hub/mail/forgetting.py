"""Addresses leave the ledger: at once when their owner asks, and by themselves when they have served."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from hub.mail.models import Delivery, DeliveryQuerySet
from hub.mail.relay import path_of

# How long a finished message keeps its address and content, for editors to answer questions about it.
KEPT = timedelta(days=30)


def forget(recipient_hash: str, streams: Iterable[str]) -> None:
    """Take an address out of these streams' messages; what was still owed to it is cancelled.

    The rows stay as counts, under a hash. Files that the file relay wrote are deleted. Only the app that
    owns a stream may forget in it: the same person may wait for mail of another.
    """
    rows = Delivery.objects.filter(recipient_hash=recipient_hash, stream__in=list(streams))
    for message_id in rows.values_list("message_id", flat=True):
        path_of(settings.MAIL_DIR, message_id).unlink(missing_ok=True)
    rows.filter(state__in=Delivery.OPEN).update(
        state=Delivery.State.CANCELLED, reason="address erased", finished_at=timezone.now(),
        address="", claim=None, claimed_at=None,
    )  # fmt: skip
    _blank(rows)


def forget_old(*, now: datetime | None = None) -> int:
    """Take the addresses of messages out that were finished 30 days ago; returns how many."""
    before = (now or timezone.now()) - KEPT
    return _blank(
        Delivery.objects.filter(finished_at__isnull=False, finished_at__lt=before).exclude(address="")
    )


def _blank(rows: DeliveryQuerySet) -> int:
    return rows.update(address="", context={}, smtp_text="")
