"""Alerts: who asked for news at once gets one mail with everything since the last, within the minute."""

from hub.mail import outbox
from hub.mail.outbox import Recipient
from subscriptions.fanout import in_chunks, interested
from subscriptions.models import Subscriber
from subscriptions.news import last_announced

STREAM = "alert"


def send_alerts() -> int:
    """Owe an alert to everybody who has not been told of the latest changes and wants one of them.

    Returns how many mails are new; safe to run twice or at once. An alert covers the changes from the
    subscriber's last mail on, so its slot (``to:812``) rises with every mail.
    """
    to_event = last_announced()

    def deal(chunk: list[Subscriber]) -> int:
        wanted = interested(chunk, to_event)
        recipients = [
            Recipient(row.address, row.address_hash, row.pk, {"from": row.last_event, "to": to_event})
            for row in chunk
            if row.pk in wanted
        ]
        owed = outbox.enqueue_many(STREAM, f"to:{to_event}", recipients, "alert")
        told = {row.pk for row in chunk} - wanted | {delivery.about or 0 for delivery in owed}
        Subscriber.objects.filter(pk__in=told).update(last_event=to_event)
        return len(owed)

    return in_chunks(Subscriber.objects.behind(to_event), deal)
