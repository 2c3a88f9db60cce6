"""From a delivery to bytes: templates rendered, CSS inlined, headers that nobody can inject into."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.template import Context, loader

from hub.mail.models import Delivery
from hub.mail.streams import Stream

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # all but tab and line feed
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_STRUCTURED = {"from", "to", "date", "mime-version", "content-type", "content-transfer-encoding"}
# Quoted-printable text never holds "=_" (RFC 2045, 6.7), so no part can hold the line between the parts.
_BOUNDARY = "=_hub"
# What messages.compose sets itself; a stream's headers can't replace it.
_OWN = frozenset({"from", "to", "subject", "date", "message-id", "auto-submitted"})


class _Policy(EmailPolicy):
    """SMTP line ends; headers of our own texts are written literally.

    The library decodes encoded words in values that it is given, so that a title such as
    ``=?utf-8?q?=0D=0ABcc:...?=`` would become a header; and it folds long links into encoded words that no
    client reads. So only headers with a grammar of their own pass through it.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if name.lower() in _STRUCTURED:
            return super().header_store_parse(name, value)
        return name, one_line(str(value))

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _STRUCTURED:
            return str(super().fold(name, value))
        if name.lower() == "subject":
            charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
            value = Header(value, charset, header_name=name).encode(linesep=self.linesep)
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "replace")


_policy = _Policy(linesep=SMTP.linesep, cte_type="7bit")


@dataclass(frozen=True)
class Message:
    """One message as it goes on the wire: envelope and bytes (RFC 5322, CRLF, no dot-stuffing)."""

    sender: str
    recipient: str
    data: bytes
    message_id: str


def compose(delivery: Delivery, stream: Stream, *, now: datetime | None = None) -> Message:
    """Write the message of a delivery; raises NothingToSay when its stream finds nothing left to say."""
    return write(delivery, stream, stream.links(delivery) if stream.links else {}, now=now)


def write(delivery: Delivery, stream: Stream, derived: dict[str, Any], *, now: datetime | None) -> Message:
    """The message of a delivery whose stream derived this."""
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        **delivery.context,
        **derived,
    }
    name = delivery.template
    subject = one_line(_rendered(f"mail/{name}_subject.txt", context, is_html=False))
    context["subject"] = subject
    message = EmailMessage(policy=_policy)
    message["From"] = _sender()
    message["To"] = Address(addr_spec=wire_address(delivery.address))
    message["Subject"] = subject
    message["Date"] = format_datetime(now or datetime.now(UTC))
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notes in answer
    for header, value in (stream.headers(delivery, derived) if stream.headers else {}).items():
        if header.lower() not in _OWN:
            message[header] = value
    text = _BLANK_LINES.sub("\n\n", _rendered(f"mail/{name}.txt", context, is_html=False)).strip() + "\n"
    html = _inliner().inline(_rendered(f"mail/{name}.html", context, is_html=True))
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(_BOUNDARY)
    return Message(envelope_sender(), wire_address(delivery.address), message.as_bytes(), delivery.message_id)


def list_headers(
    name: str, *, unsubscribe_url: str, unsubscribe_mail: str, help_url: str, archive_url: str, feedback: str
) -> dict[str, str]:
    """The headers of list mail (RFC 2369, 2919, 8058): one click leaves, without a cookie or a page.

    ``feedback`` names the edition in Feedback-ID, by which large receivers report complaints.
    """
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    leave = [f"<{unsubscribe_url}>"]
    if settings.UNSUBSCRIBE_EMAIL:
        leave.append(f"<mailto:{settings.UNSUBSCRIBE_EMAIL}?subject={unsubscribe_mail}>")
    return {
        "List-Id": f"<{name}.{host}>",
        "List-Unsubscribe": ", ".join(leave),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Help": f"<{help_url}>",
        "List-Archive": f"<{archive_url}>",
        "Feedback-ID": f"{feedback}:{name}:{host}",
    }


def header_line(name: str, value: Any) -> bytes:
    """One header as ``write`` writes it."""
    return _policy.fold_binary(*_policy.header_store_parse(name, value))


def one_line(text: str) -> str:
    """Text as a header may hold it: one line, no control characters, at most 300 characters."""
    return " ".join(_CONTROL.sub(" ", text).split())[:300]


def wire_address(address: str) -> str:
    """The address as SMTP carries it: an international domain in its ASCII form (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"


def envelope_sender() -> str:
    """Where delivery reports go (RFC 5321, 4.4): BOUNCES_EMAIL, or the sender that people see."""
    return settings.BOUNCES_EMAIL or _bare(settings.DEFAULT_FROM_EMAIL)


@cache
def _bare(address: str) -> str:
    return parseaddr(address)[1]


def _sender() -> Address:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Address(one_line(name), addr_spec=address)


def _rendered(template: str, context: dict[str, Any], *, is_html: bool) -> str:
    """A rendered template; plain text is never HTML-escaped, whatever its template says or forgets."""
    engine_template = loader.get_template(template).template  # type: ignore[attr-defined]
    text: str = engine_template.render(Context(context, autoescape=is_html))
    return _CONTROL.sub("", text.replace("\r\n", "\n")).encode("utf-8", "replace").decode()


@cache
def _inliner() -> css_inline.CSSInliner:
    """Styles into attributes, because many clients drop style elements; media queries stay where they are."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
