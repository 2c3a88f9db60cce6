"""What comes back, believed: a report counts once, and only if it names a message of ours to that recipient.

Our Message-IDs hold 128 bits that only the recipient and the servers on the way have seen, so a stranger
can't make up a report. A mailbox that does not exist is suppressed, and so is who complains; a full
mailbox, a filter or a policy suppresses nobody.
"""

import re
from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q

from hub.core.addresses import address_hash
from hub.mail import mailbox, reports, streams
from hub.mail.mailbox import SetAside
from hub.mail.models import Delivery, DeliveryQuerySet, DeliveryReport, Suppression
from hub.mail.relay import is_bad_address
from hub.mail.reports import Complaint, Failure

Kind, State = DeliveryReport.Kind, Delivery.State
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")


def fetch(*, most: int = mailbox.MOST_LETTERS) -> Counter[str]:
    """Read the mailbox that BOUNCES_MAILBOX names; returns how many letters were what.

    Without the setting nothing happens. Raises MailboxDown, and ValueError for a setting of no known form.
    """
    if not settings.BOUNCES_MAILBOX:
        return Counter()
    return mailbox.read(settings.BOUNCES_MAILBOX, take, most=most)


def take(raw: bytes) -> str:
    """Act on one letter; returns a word for the count. Safe to repeat. Raises SetAside.

    A letter whose subject is what a mail's ``List-Unsubscribe: <mailto:…>`` asks for unsubscribes.
    """
    if streams.left_by_mail(reports.subject(raw)):
        return "unsubscribed"
    found = reports.read(raw)
    if isinstance(found, str):
        return found
    told = [_failed(one) if isinstance(one, Failure) else _complained(one) for one in found]
    return told[0]


def _failed(failure: Failure) -> str:
    rows = _sent().filter(message_id=failure.message_id, recipient_hash__in=_hashes(failure.recipients))
    delivery = rows.first()
    if delivery is None:
        raise SetAside("it names no message that was sent to that recipient")
    return record(delivery, Kind.BOUNCE if is_bad_address(failure.status) else Kind.FAILURE, failure.text)


def _complained(complaint: Complaint) -> str:
    rows = _sent().filter(message_id=complaint.message_id)
    if complaint.recipients:
        rows = rows.filter(recipient_hash__in=_hashes(complaint.recipients))
    delivery = rows.first()
    if delivery is None:
        raise SetAside("it complains of no message that was sent to that recipient")
    return record(delivery, Kind.COMPLAINT, complaint.text)


def record(delivery: Delivery, kind: DeliveryReport.Kind, text: str) -> str:
    """Note what became of a delivery after the relay had taken it, and suppress where that is due.

    Returns the kind, or "repeated" where it was known. Addresses in the text are left out.
    """
    words = _ADDRESS.sub("…", " ".join(text.split()))[:300]
    _, is_new = DeliveryReport.objects.get_or_create(delivery=delivery, kind=kind, defaults={"text": words})
    if not is_new:
        return "repeated"
    if kind == Kind.BOUNCE:
        Suppression.add(delivery.recipient_hash, Suppression.Reason.BOUNCE, note=words)
    elif kind == Kind.COMPLAINT:
        Suppression.add(delivery.recipient_hash, Suppression.Reason.COMPLAINT, note=words)
    # Whoever reports on it had it: the relay did take it.
    Delivery.objects.filter(pk=delivery.pk, state=State.UNCERTAIN).update(
        state=State.ACCEPTED, reason="a report on it came back"
    )
    return str(kind)


def latest_to(address: str, message_id: str = "") -> Delivery | None:
    """The message that was sent to an address, by its Message-ID if that is ours, else the last one."""
    rows = _sent().filter(recipient_hash__in=_hashes([address]))
    return rows.filter(message_id=message_id).first() or rows.order_by("-pk").first()


def _sent() -> DeliveryQuerySet:
    """Messages of which bytes may have left."""
    on_the_wire = Q(state__in=[State.ACCEPTED, State.UNCERTAIN, State.SENDING])
    return Delivery.objects.filter(on_the_wire | Q(attempts__gt=0))


def _hashes(addresses: Iterable[str]) -> list[str]:
    """The hashes of addresses as reports write them: international domains may come in their ASCII form."""
    found = set()
    for address in addresses:
        local, _, domain = address.rpartition("@")
        for form in (domain, _from_ascii(domain)):
            try:
                found.add(address_hash(f"{local}@{form}"))
            except ValidationError:
                continue
    return sorted(found)


def _from_ascii(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain
