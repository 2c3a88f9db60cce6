"""The ways in: what a guest sends by form, API or mail, and what an editor writes in admin."""

import hashlib
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError

from contributions import workflow
from contributions.models import Channel, Submission
from contributions.moves import Refused
from contributions.references import new_reference
from contributions.signals import signals_of
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


def submit(proposal: Proposal) -> Submission:
    """Keep a guest's proposal, unconfirmed, and owe the mail that asks them to confirm.

    Sent twice with one key it is one submission. Raises NothingChanged for an empty correction and
    ValidationError for a bad address.
    """
    address = normalised_address(proposal.email)
    hashed = address_hash(address)
    key = _hashed_key(hashed, proposal.key)
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
        signals=signals_of(proposal.payload, proposal.name, proposal.note),
    )
    return _begin(submission, proposal.payload, proposal.target, proposal.base, note=proposal.note)


def draft(
    payload: Payload,
    by: User,
    *,
    target: Entry | None = None,
    base: Revision | None = None,
    note: str = "",
    key: str = "",
    channel: Channel = Channel.ADMIN,
) -> Submission:
    """Keep an editor's own text as a draft, one for each idempotency key.

    Raises NothingChanged for an empty edit, and Refused where they may not review the kind or have an
    open edit of the entry.
    """
    hashed = _hashed_key(f"account {by.pk}", key)
    if known := _sent_before(hashed):
        return known
    submission = Submission(
        kind=payload.kind,
        channel=channel,
        licence_version=LICENCE_VERSION,
        contributor=by,
        idempotency_key=hashed,
    )
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
        except IntegrityError as error:
            if known := _sent_before(submission.idempotency_key):
                return known
            is_taken = Submission.objects.filter(reference=submission.reference).exists()
            if attempt == _ATTEMPTS or not is_taken:
                raise Refused("There is an open edit of this entry by you already.") from error
    raise AssertionError("unreachable")


def _hashed_key(person: str, key: str) -> str | None:
    return hashlib.sha256(f"{person}:{key}".encode()).hexdigest() if key else None


def _sent_before(key: str | None) -> Submission | None:
    return Submission.objects.filter(idempotency_key=key).first() if key else None
