"""The ways in: what a guest sends by form, API or mail, and what an editor writes in admin."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError

from contributions import workflow
from contributions.models import Channel, Submission
from contributions.references import new_reference
from hub.core.addresses import address_hash, normalised_address
from hub.core.models import Entry, Revision
from hub.core.payload import Payload

LICENCE_VERSION = "CC-BY-4.0 2026-11"
_ATTEMPTS = 5


class NothingChanged(ValueError):
    """A correction that says what its base says."""


@dataclass(frozen=True)
class Proposal:
    """What a guest sends: a valid payload, who they are, and for a correction what it began from.

    ``key`` is the idempotency key: the same address and key is the same submission.
    """

    payload: Payload
    email: str
    name: str = ""
    link: str = ""
    note: str = ""
    target: Entry | None = None
    base: Revision | None = None
    key: str = ""
    channel: Channel = Channel.FORM
    signals: dict[str, Any] = field(default_factory=dict)


def submit(proposal: Proposal) -> Submission:
    """Keep a guest's proposal, unconfirmed, and owe the mail that asks them to confirm.

    Sent twice with one key it is one submission. Raises NothingChanged for an empty correction and
    ValidationError for a bad address.
    """
    address = normalised_address(proposal.email)
    hashed = address_hash(address)
    key = hashlib.sha256(f"{hashed}:{proposal.key}".encode()).hexdigest() if proposal.key else None
    if known := _sent_before(key):
        return known
    submission = Submission(
        kind=proposal.payload.kind,
        channel=proposal.channel,
        contributor_name=proposal.name,
        contributor_link=proposal.link,
        contributor_email=address,
        address_hash=hashed,
        licence_version=LICENCE_VERSION,
        idempotency_key=key,
        signals=proposal.signals,
    )
    return _begin(submission, proposal.payload, proposal.target, proposal.base, note=proposal.note)


def draft(
    payload: Payload, by: User, *, target: Entry | None = None, base: Revision | None = None, note: str = ""
) -> Submission:
    """Keep an editor's own text as a draft; raises Refused where they may not review the kind."""
    submission = Submission(kind=payload.kind, channel=Channel.ADMIN, licence_version=LICENCE_VERSION)
    return _begin(submission, payload, target, base, by=by, note=note)


def _begin(
    submission: Submission,
    payload: Payload,
    target: Entry | None,
    base: Revision | None,
    *,
    by: User | None = None,
    note: str = "",
) -> Submission:
    if base is not None and base.content_hash == payload.content_hash:
        raise NothingChanged("nothing differs from what is public")
    submission.target, submission.base_revision = target, base
    for attempt in range(1, _ATTEMPTS + 1):
        submission.pk, submission.reference = None, new_reference()
        try:
            return workflow.begin(submission, payload, by, note=note)
        except IntegrityError:
            if known := _sent_before(submission.idempotency_key):
                return known
            # Else the random reference was taken, unless it fails again and again.
            if attempt == _ATTEMPTS or not Submission.objects.filter(reference=submission.reference).exists():
                raise
    raise AssertionError("unreachable")


def _sent_before(key: str | None) -> Submission | None:
    return Submission.objects.filter(idempotency_key=key).first() if key else None
