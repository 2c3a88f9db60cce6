"""Testimonials and enquiries: received from anybody, decided by editors, forgotten in time."""

import hashlib
import re
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from contributions.models import AnyLetter, Enquiry, Testimonial
from contributions.signals import MANY_LINKS
from hub.core import links, publishing
from hub.core.addresses import normalised_address
from hub.core.models import Event, SiteText
from hub.core.publishing import Conflict
from hub.mail import outbox, streams
from hub.mail.models import Delivery

CONSENT = "testimonial 2026-11"
STREAM = "enquiry"
DECLINED_KEPT, ANSWERED_KEPT = timedelta(days=90), timedelta(days=180)
L = TypeVar("L", Testimonial, Enquiry)
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
# The decisions that readers notice.
_PUBLIC = {Testimonial.State.APPROVED}


def receive_testimonial(key: str, **values: Any) -> Testimonial:
    """Keep a testimonial until an editor has read it; sent twice with one key it is one."""
    testimonial = Testimonial(consent_version=CONSENT, created_at=timezone.now(), **values)
    return _keep(testimonial, key)


@transaction.atomic
def receive_enquiry(key: str, **values: Any) -> Enquiry:
    """Keep an enquiry and owe the mail that tells the contact address; sent twice with one key it is one."""
    many = len(_LINK.findall(values["message"]))
    signals = {"links": many} if many >= MANY_LINKS else {}
    enquiry = _keep(Enquiry(created_at=timezone.now(), signals=signals, **values), key)
    if address := contact_address():  # owed once, whoever asks how often
        outbox.enqueue(STREAM, f"enquiry:{enquiry.pk}", address, "enquiry", {}, about=enquiry.pk)
    return enquiry


@transaction.atomic
def _keep(letter: L, key: str) -> L:
    letter.idempotency_key = hashlib.sha256(key.encode()).hexdigest() if key else None
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        known = type(letter)._default_manager.filter(idempotency_key=letter.idempotency_key).first()
        if known is None:
            raise
        return known
    return letter


@transaction.atomic
def decide(letter: L, state: str, by: User, version: int) -> L:
    """Bring a letter, as it was read, to a state; what readers notice is numbered by the content clock.

    Raises Conflict where somebody was faster, and says who; ValueError for a state that is none of its own.
    """
    if state not in letter.moves:
        raise ValueError(f"{state!r} is no decision on a {letter._meta.verbose_name}")
    rows: Any = type(letter)._default_manager
    former = rows.filter(pk=letter.pk).values_list("state", flat=True).first()
    if _PUBLIC & {state, former}:
        publishing.announce_site_change(Event.Act.TESTIMONIAL, by, f"testimonial {letter.pk} {state}")
    taken = rows.filter(pk=letter.pk, version=version, state__in=letter.moves[state]).update(
        state=state, version=version + 1, decided_at=timezone.now(), decided_by=by
    )
    if not taken:
        raise Conflict(_who_was_faster(rows.select_related("decided_by").filter(pk=letter.pk).first()))
    letter.refresh_from_db()
    return letter


def _who_was_faster(letter: AnyLetter | None) -> str:
    if letter is None:
        return "It was deleted meanwhile."
    by = letter.decided_by
    name = (by.get_full_name() or by.username) if by else "Somebody"
    when = f" at {letter.decided_at:%Y-%m-%d %H:%M} UTC" if letter.decided_at else ""
    return f"{name} decided on it{when}: {letter.get_state_display()}."


def contact_address() -> str:
    """Where enquiries are told: the contact page's address, else that of contributions; may be empty."""
    text = SiteText.objects.filter(key="contact.email").values_list("text", flat=True).first()
    for address in (text or "", settings.CONTRIBUTIONS_EMAIL):
        try:
            return normalised_address(address)
        except ValidationError:
            continue
    return ""


def forget() -> None:
    """Delete what was declined or answered long ago: it holds names and addresses."""
    now = timezone.now()
    Testimonial.objects.filter(state=Testimonial.State.DECLINED, decided_at__lt=now - DECLINED_KEPT).delete()
    Enquiry.objects.exclude(state=Enquiry.State.OPEN).filter(decided_at__lt=now - ANSWERED_KEPT).delete()


# --- what the outbox asks when a message leaves --------------------------------------------------------


def register() -> None:
    """Declare the stream."""
    streams.register(streams.Stream(STREAM, guard=_still_open, links=_derived, headers=_headers))


def _still_open() -> dict[str, Any]:
    return {"was dealt with": Exists(Enquiry.objects.filter(pk=OuterRef("about"), state=Enquiry.State.OPEN))}


def _derived(delivery: Delivery) -> dict[str, Any]:
    enquiry = Enquiry.objects.filter(pk=delivery.about or 0).first()
    if enquiry is None:
        raise streams.NothingToSay("the enquiry is gone")
    return {
        "kind_label": enquiry.get_kind_display(),
        "name": enquiry.name,
        "email": enquiry.email,
        "message": enquiry.message,
        "desk_url": links.absolute(reverse("admin:contributions_enquiry_change", args=[enquiry.pk])),
    }


def _headers(_delivery: Delivery, derived: dict[str, Any]) -> dict[str, str]:
    return {"Reply-To": derived["email"]}
