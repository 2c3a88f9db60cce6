"""What comes back, read: delivery reports (RFC 3464) and complaints (RFC 5965), as plain values.

Nothing here is believed yet; hub.mail.bounces asks whether a report names a message of ours.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from hub.mail.mailbox import SetAside

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")  # RFC 3463
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,190}>")
_MOST_RECIPIENTS = 20  # ours have one; a report on more is about somebody else's mail
# Feedback-Type values that say "I did not want this" (RFC 5965, 7.3; opt-out is in common use beside them).
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})


@dataclass(frozen=True)
class Failure:
    """A message that could not be delivered to one recipient. ``status`` is "5.1.1", or empty."""

    message_id: str
    recipients: tuple[str, ...]  # the address as it was given to the relay, then as it was resolved
    status: str
    text: str


@dataclass(frozen=True)
class Complaint:
    """A recipient's word that a message was spam. ``recipients`` is empty where they were redacted."""

    message_id: str
    recipients: tuple[str, ...]
    text: str


def read(raw: bytes) -> list[Failure] | list[Complaint] | str:
    """The failures or complaints of a report; a word for a letter that is rightly none.

    The words: "delay" and "success" (reports that end nothing), "vacation" (RFC 3834), "receipt"
    (RFC 8098), "no complaint" (other feedback). Raises SetAside for what a person should look at.
    """
    letter = message_from_bytes(raw, policy=compat32)
    kind = str(letter.get_param("report-type") or "").lower()
    if letter.get_content_type() != "multipart/report":
        if is_automatic(letter):
            return "vacation"
        raise SetAside("it is no report: perhaps somebody answered a mail")
    if kind == "disposition-notification":
        return "receipt"
    parts = _parts(letter)
    if not parts:
        raise SetAside("the report has no parts")
    returned = _returned(parts)
    for part in parts:
        match part.get_content_type():
            case "message/delivery-status" | "message/global-delivery-status":
                return _failures(_blocks(part), returned)
            case "message/feedback-report":
                return _complaints(_blocks(part), returned)
    raise SetAside(f"the report says nothing that can be read ({kind or 'no type'})")


def subject(raw: bytes) -> str:
    """The Subject as it is written, in one line of at most 300 characters."""
    words = str(message_from_bytes(raw, policy=compat32)["Subject"] or "")
    return " ".join(words.split())[:300]


def is_automatic(letter: Message) -> bool:
    """Whether a machine answered (RFC 3834, 5; and what machines said before it)."""
    answer = str(letter["Auto-Submitted"] or "no").partition(";")[0].strip().lower()
    return (
        answer != "no"
        or "X-Autoreply" in letter
        or "X-Autorespond" in letter
        or str(letter["Precedence"] or "").strip().lower() in {"auto_reply", "auto-reply"}
    )


def status_in(*texts: str) -> str:
    """The first enhanced status code of these texts that says more than "5.0.0"; else any; else empty."""
    found = [match[0] for text in texts if (match := _STATUS.search(text))]
    return next((code for code in found if code.split(".")[1] != "0"), found[0] if found else "")


def _failures(blocks: list[Message], returned: Message | None) -> list[Failure] | str:
    recipients = [block for block in blocks[1:] if "Action" in block]
    if not recipients:
        raise SetAside("the report names no recipient")
    if len(recipients) > _MOST_RECIPIENTS:
        raise SetAside(f"the report names {len(recipients)} recipients; each mail of ours has one")
    failed = [block for block in recipients if _value(block, "Action").lower().startswith("failed")]
    if not failed:
        delayed = any(_value(block, "Action").lower().startswith("delayed") for block in recipients)
        return "delay" if delayed else "success"
    if returned is None:
        raise SetAside("the report does not say which message it is about")
    return [
        Failure(
            _message_id(returned),
            tuple(_typed(block, "Original-Recipient") + _typed(block, "Final-Recipient")),
            status_in(_value(block, "Status"), _value(block, "Diagnostic-Code")),
            _value(block, "Diagnostic-Code") or _value(block, "Status"),
        )
        for block in failed
    ]


def _complaints(blocks: list[Message], returned: Message | None) -> list[Complaint] | str:
    fields = blocks[0] if blocks else Message()
    kind = _value(fields, "Feedback-Type").lower()
    if kind not in _COMPLAINTS:
        return "no complaint"
    if returned is None:
        raise SetAside("the complaint does not say which message it is about")
    named = [address for field in fields.get_all("Original-Rcpt-To") or [] for address in _addresses(field)]
    recipients = named or _addresses(str(returned["To"] or ""))
    agent = _value(fields, "User-Agent")
    return [Complaint(_message_id(returned), tuple(recipients), f"{kind} {agent}".strip())]


def _parts(part: Message) -> list[Message]:
    """The parts of a part; none where it is a text."""
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _returned(parts: list[Message]) -> Message | None:
    """The headers of the message that a report is about (RFC 3462, 6533): whole, or its headers alone."""
    for part in parts:
        match part.get_content_type():
            case "message/rfc822" | "message/global" | "message/global-headers":
                if inner := _parts(part):
                    return inner[0]
            case "text/rfc822-headers":
                body = part.get_payload(decode=True)
                if isinstance(body, bytes):
                    return message_from_bytes(body.lstrip(), policy=compat32)
    return None


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report's part: one of the message, then one a recipient."""
    inner = _parts(part)
    if not inner:
        return []
    if part.get_content_type() == "message/delivery-status":
        return inner
    # The parser knows only the older type by its form: the later groups are the text after the first.
    rest = str(inner[0].get_payload() or "")
    return [
        inner[0],
        *(message_from_string(group) for group in re.split(r"\r?\n\r?\n", rest) if group.strip()),
    ]


def _message_id(returned: Message) -> str:
    found = _MESSAGE_ID.search(str(returned["Message-ID"] or ""))
    if found is None:
        raise SetAside("the message that came back has no Message-ID")
    return found[0]


def _typed(block: Message, name: str) -> list[str]:
    """The address of a field such as ``rfc822; ada@example.org``."""
    kind, _, address = _value(block, name).partition(";")
    return _addresses(address) if kind.strip().lower() in {"rfc822", "utf-8"} else []


def _addresses(text: str) -> list[str]:
    return [address for _, address in getaddresses([str(text)[:1000]]) if "@" in address]


def _value(block: Message, name: str) -> str:
    return " ".join(str(block[name] or "").split())
