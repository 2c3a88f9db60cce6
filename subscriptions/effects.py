"""What a public change means for subscribers: a worker is woken, and finds out by itself whom it concerns."""

from hub.core import effects
from hub.core.hints import hint
from hub.core.models import Entry, Event


def wake(entry: Entry, event: Event) -> None:
    """Hint that alerts may be due; the minute beat finds them anyway."""
    if event.announce:
        hint("subscriptions.tasks.send_alerts")


def register() -> None:
    """Declare the effect; called when the apps are loaded."""
    effects.register("subscriptions.alert", wake)
