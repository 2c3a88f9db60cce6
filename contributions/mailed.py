"""Contributions by e-mail: each mail a submission, each answer a remark on the one it names.

A sender's address proves nothing, so a mail begins where a guest's form does: unconfirmed, until the link
that goes back to the address is used. What is no contribution is set aside with the reason, for a person.
"""

import re
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from contributions import mails
from contributions.letterbox import Mail, read_mail
from contributions.models import OPEN, Channel, Comment, Submission
from contributions.references import LENGTH, read_reference
from contributions.submitting import Proposal, submit
from contributions.views.limits import limits_of
from hub.core import catalogue, fields
from hub.core.addresses import address_hash
from hub.core.catalogue import Kind
from hub.core.limits import first_reached
from hub.core.markdown import plain_text
from hub.core.payload import Payload
from hub.mail import mailbox
from hub.mail.mailbox import SetAside
from hub.mail.models import Delivery

MOST_CHARACTERS = 100_000
_REFERENCE = re.compile(rf"\bKH-?[0-9A-Z]{{{LENGTH}}}\b", re.IGNORECASE)
_ANSWER = re.compile(r"^\s*((re|aw|sv|antw|fw|fwd)\s*:\s*)+", re.IGNORECASE)
_NAMED_KIND = re.compile(r"^\s*\[?\s*(?P<word>[a-z ]{3,20}?)\s*(\]|:)\s*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def fetch(*, most: int = mailbox.MOST_LETTERS) -> Counter[str]:
    """Read the mailbox that CONTRIBUTIONS_MAILBOX names; returns how many letters were what.

    Without the setting nothing happens. Raises MailboxDown, and ValueError for a setting of no known form.
    """
    if not settings.CONTRIBUTIONS_MAILBOX:
        return Counter()
    return mailbox.read(settings.CONTRIBUTIONS_MAILBOX, take, most=most)


def take(raw: bytes) -> str:
    """Keep one mail as a submission or as an answer; returns the word for the count. Safe to repeat.

    Raises SetAside for what is neither: automatic answers, our own mails, nothing to read, too much of it.
    """
    mail = read_mail(raw)
    try:
        hashed = address_hash(mail.address)
    except ValidationError as error:
        raise SetAside("its sender has no usable address") from error
    if not mail.text:
        raise SetAside("there is no text in it")
    if len(mail.text) > MOST_CHARACTERS:
        raise SetAside(f"its text is longer than {MOST_CHARACTERS:,} characters")
    if answered := _answered(mail, hashed):
        return _answer(answered, mail, hashed)
    return _contribution(mail)


def _answered(mail: Mail, hashed: str) -> Submission | None:
    """The submission that a mail names in its subject, or by the mail of ours that it answers."""
    rows = Submission.objects.select_for_update(of=("self",))
    if found := _REFERENCE.search(mail.subject):
        reference = read_reference(found.group(0))
        if (named := rows.filter(reference=reference).first()) is None:
            raise SetAside(f"it names {reference}, which does not exist")
        return named
    ours = Delivery.objects.filter(
        message_id__in=mail.answers, stream__in=[mails.CONFIRM, mails.CONTRIBUTION]
    )
    about = ours.values_list("about", flat=True).first()
    return rows.filter(pk=about).first() if about else None


def _answer(submission: Submission, mail: Mail, hashed: str) -> str:
    """Leave what the contributor writes about an open submission beside its latest text."""
    reference = submission.reference
    head = submission.revisions.filter(number=submission.head).first()
    if submission.address_hash != hashed:
        raise SetAside(f"it names {reference}, which another address sent in")
    if (
        submission.state not in OPEN
        or (head := submission.revisions.filter(number=submission.head).first()) is None
    ):
        raise SetAside(f"it names {reference}, which is closed")
    words = mail.own_words[:4000]
    if not words:
        raise SetAside("it quotes us and adds nothing")
    known = Comment.objects.filter(revision__submission=submission, is_by_contributor=True, text=words)
    if known.exists():
        return "repeated"
    Comment.objects.create(revision=head, is_by_contributor=True, text=words, created_at=timezone.now())
    return "answer"


def _contribution(mail: Mail) -> str:
    subject = _ANSWER.sub("", mail.subject)
    kind, title = _kind_and_title(subject, mail.text)
    if reached := first_reached(limits_of(f"mail {mail.address}", kind.name, mail.address)):
        raise SetAside(f"its sender wrote more often than {reached.most} times in {reached.period // 3600} h")
    payload = Payload(kind.name, _data(kind, title, mail.text), kind.schema)
    submit(
        Proposal(
            payload, mail.address, name=mail.name[:80], key=mail.key, channel=Channel.MAIL,
            note=f"Attached, not taken over: {', '.join(mail.left_out)}"[:1000] if mail.left_out else "",
        )
    )  # fmt: skip
    return "contribution"


def _kind_and_title(subject: str, text: str) -> tuple[Kind, str]:
    """The kind that the subject names (``Error: …``, ``[snippet] …``) or the text shows, and the title."""
    if found := _NAMED_KIND.match(subject):
        word = found["word"].lower()
        for kind in catalogue.kinds():
            if word in {kind.name, kind.path, kind.label.lower(), kind.label_plural.lower()}:
                return kind, _title(subject[found.end() :], text)
    kinds = catalogue.kinds()
    return next((kind for kind in kinds if kind.recognise(text)), kinds[0]), _title(subject, text)


def _title(subject: str, text: str) -> str:
    first = next((line.strip("# ").strip() for line in text.splitlines() if line.strip()), "")
    return " ".join((subject or first).split())[:200] or "A contribution by e-mail"


def _data(kind: Kind, title: str, text: str) -> dict[str, Any]:
    """What a mail can say of an entry: title, summary, and its text in the first section that takes prose.

    The rest is for the editor who claims it, and for the contributor behind the link.
    """
    place = next(
        (
            name
            for name, field in kind.section_fields().items()
            if isinstance(field, fields.Prose) and not field.max_words
        ),
        "",
    )
    summary = _SENTENCE_END.split(" ".join(plain_text(text).split()), maxsplit=1)[0][:300]
    data: dict[str, Any] = {"title": title, "summary": summary}
    return {**data, place: text} if place else data
