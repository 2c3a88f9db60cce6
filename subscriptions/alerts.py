"""Alerts: who asked for news at once gets one mail with everything since the last, within the minute."""

from hub.mail import outbox
from subscriptions.fanout import Group, covering, ids_of, in_chunks
from subscriptions.models import Subscriber
from subscriptions.news import last_announced

STREAM = "alert"


def send_alerts() -> int:
    """Owe an alert to everybody who has not been told of the latest changes and wants one of them.

    Returns how many mails are new; safe to run twice or at once. An alert covers the changes from the
    subscriber's last mail on, so its slot (``to:812``) rises with every mail.
    """
    to_event = last_announced()

    def deal(groups: list[Group]) -> int:
        wanted = Subscriber.objects.among(ids_of(group for group in groups if group.is_wanted))
        owed = outbox.owe_selected(STREAM, f"to:{to_event}", wanted, "alert", covering(to_event))
        unwanted = ids_of(group for group in groups if not group.is_wanted)
        Subscriber.objects.among([*unwanted, *owed]).update(last_event=to_event)
        return len(owed)

    return in_chunks(Subscriber.objects.behind(to_event), to_event, deal)
