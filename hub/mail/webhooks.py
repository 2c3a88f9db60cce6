"""Bounces and complaints that a mail service reports by webhook, through django-anymail.

Optional: imported only where it is installed and asked for (hub.mail.apps). Anymail has checked who calls;
an event still counts only for an address that we have written to, and once.
"""

from typing import Any

from anymail.signals import tracking

from hub.mail import bounces
from hub.mail.models import DeliveryReport
from hub.mail.relay import is_bad_address
from hub.mail.reports import status_in

Kind = DeliveryReport.Kind
# Anymail's reject reasons that mean that there is no such mailbox.
_NO_MAILBOX = frozenset({"invalid", "bounced"})


def listen() -> None:
    """Connect to anymail's signal; twice is once."""
    tracking.connect(heard, dispatch_uid="hub.mail.webhooks")


def heard(sender: Any, event: Any, esp_name: str, **_: Any) -> None:
    """Note a bounce or a complaint; opens, clicks and the rest are none of our business."""
    kind = kind_of(event)
    delivery = (
        bounces.latest_to(event.recipient, event.message_id or "") if kind and event.recipient else None
    )
    if kind and delivery is not None:
        text = event.mta_response or event.description or event.reject_reason or ""
        bounces.record(delivery, kind, f"{esp_name}: {text}")


def kind_of(event: Any) -> DeliveryReport.Kind | None:
    """What an event means for us; None for nothing."""
    if event.event_type == "complained" or (event.event_type == "rejected" and event.reject_reason == "spam"):
        return Kind.COMPLAINT
    if event.event_type not in {"bounced", "rejected", "failed"}:
        return None
    status = status_in(event.mta_response or "")
    if status:
        return Kind.BOUNCE if is_bad_address(status) else Kind.FAILURE
    return Kind.BOUNCE if event.reject_reason in _NO_MAILBOX else Kind.FAILURE
