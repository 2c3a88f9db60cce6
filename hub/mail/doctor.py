"""What is wrong with the mail of this hub, asked of the real relay, site and mailbox; each with its mend.

Reads and asks only: the relay is greeted and offered our sender, but no message; one-click unsubscribing is
tried with a link that names nobody.
"""

import http.client
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from hub.mail import mailbox, messages, relay, streams
from hub.mail.messages import Message
from hub.mail.models import Delivery
from hub.mail.streams import NothingToSay

LARGE = 102_000  # bytes; above it large providers cut a mail
LONGEST_LINE = 998  # RFC 5322, 2.1.1
SOON = timedelta(days=14)
# What every mail has, and what list mail has besides.
HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted")
LIST_HEADERS = (
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Archive", "Feedback-ID",
)  # fmt: skip
# Their DMARC policies let nobody else send in their name.
_FREEMAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "aol.com",
        "outlook.com",
        "hotmail.com",
        "icloud.com",
        "gmx.de",
    }
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``mend`` is empty where it is right; a fault keeps mail from people."""

    what: str
    mend: str = ""
    is_fault: bool = False


def examine() -> Iterator[Finding]:
    """Look at everything, in the order in which one would mend it."""
    yield from sender()
    yield from keys_and_site()
    yield from at_relay()
    message = sample()
    if message is None:
        yield Finding("No digest can be composed: nothing was published yet.")
    else:
        yield from of_message(message)
        yield from one_click(message)
    yield from returning()


def sender() -> Iterator[Finding]:
    """Whether From, envelope sender and site belong together (RFC 7489, 3.1: relaxed alignment)."""
    address, envelope = parseaddr(settings.DEFAULT_FROM_EMAIL)[1], messages.envelope_sender()
    domain, site = domain_of(address), urlsplit(settings.SITE_URL).hostname or ""
    if domain in _FREEMAIL:
        yield fault(
            f"From is at {domain}, whose DMARC policy lets only {domain} send so.",
            "Set DEFAULT_FROM_EMAIL to an address of a domain of your own.",
        )
    elif is_local(domain):
        mend = "Set DEFAULT_FROM_EMAIL to an address of your domain."
        yield Finding(f"From is {address}: receivers refuse it.", mend, is_fault=bool(settings.EMAIL_URL))
    else:
        yield Finding(f"From is {address}; publish SPF, DKIM and DMARC for {domain} (docs/mail.md).")
    if not is_aligned(domain, domain_of(envelope)):
        yield fault(
            f"The envelope sender {envelope} is at another domain than From: SPF does not speak for From.",
            f"Set BOUNCES_EMAIL to an address at {domain}, such as bounces@{domain}.",
        )
    if not is_local(site) and not is_aligned(domain, site):
        yield Finding(
            f"From is at {domain}, the site at {site}: readers and filters expect one house.",
            f"Send from a domain of the site, such as hub@{site}, if the relay may sign for it.",
        )


def keys_and_site() -> Iterator[Finding]:
    """Whether links in mails will work for years, and travel encrypted."""
    if settings.SITE_URL.startswith("https://"):
        yield Finding("Links in mails lead to https.")
    else:
        yield Finding(
            f"Links in mails lead to {settings.SITE_URL}: one click leaves by https only (RFC 8058).",
            "Set SITE_URL=https://… once a proxy with a certificate stands in front.",
            is_fault=bool(settings.EMAIL_URL),
        )
    made_here = [name for name in ("LINK_KEY", "ADDRESS_KEY") if name in settings.KEYS_MADE_HERE]
    if made_here:
        yield Finding(
            f"{' and '.join(made_here)} were made on this machine and lie in {settings.KEY_DIR}.",
            "Keep a copy apart from it: without them links in mails die, and suppressions are forgotten.",
        )
    else:
        yield Finding("LINK_KEY and ADDRESS_KEY are given.")


def at_relay() -> Iterator[Finding]:
    """Greet the relay: reachable, encrypted by a right certificate, signed in, content with our sender."""
    if not settings.EMAIL_URL:
        yield Finding(
            f"Mail is written as files under {settings.MAIL_DIR}.",
            "Set EMAIL_URL=smtp+tls://user:password@host:587 to send it.",
        )
        return
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    is_encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    try:
        client = relay.connected()
    except smtplib.SMTPAuthenticationError as error:
        yield fault(f"{host} refuses user and password ({error.smtp_code}).", "Mend them in EMAIL_URL.")
    except ssl.SSLCertVerificationError as error:
        yield fault(
            f"The certificate of {host} is not right: {error.verify_message}.",
            "Name the relay in EMAIL_URL as its certificate does, or have it renewed.",
        )
    except smtplib.SMTPNotSupportedError as error:
        yield fault(f"{host}:{port}: {error}", "Use a scheme in EMAIL_URL that the relay speaks.")
    except relay.LOST as error:
        yield fault(
            f"{host}:{port} can't be reached: {type(error).__name__}: {error}",
            "Look at host, port and scheme of EMAIL_URL (587: smtp+tls, 465: smtp+ssl), and at the firewall.",
        )
    else:
        yield Finding(
            f"{host}:{port} answers{' and takes user and password' if settings.EMAIL_HOST_USER else ''}."
        )
        yield from _of_connection(client, is_encrypted=is_encrypted)


def _of_connection(client: smtplib.SMTP, *, is_encrypted: bool) -> Iterator[Finding]:
    host = settings.EMAIL_HOST
    try:
        if is_encrypted and isinstance(client.sock, ssl.SSLSocket):
            yield _certificate(host, client.sock)
        elif not is_local(host):
            yield fault(
                f"Mail goes to {host} unencrypted, with password and addresses.",
                "Use smtp+tls:// (port 587) or smtp+ssl:// (port 465) in EMAIL_URL.",
            )
        code, words = client.mail(messages.envelope_sender())
        said = words.decode("utf-8", "replace")
        if code == 250:
            yield Finding(f"The relay takes mail from {messages.envelope_sender()}.")
        else:
            yield fault(
                f"The relay refuses our sender {messages.envelope_sender()}: {code} {said}",
                "Allow this address at the relay, or set BOUNCES_EMAIL to one that it allows.",
            )
        client.rset()
        client.quit()
    except relay.LOST as error:
        yield fault(f"The relay ended the talk: {type(error).__name__}: {error}", "Look at its log.")
    finally:
        client.close()


def _certificate(host: str, socket: ssl.SSLSocket) -> Finding:
    ends = (socket.getpeercert() or {}).get("notAfter", "")
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC)
    words = f"Encrypted by {socket.version()}; the certificate of {host} ends on {until:%Y-%m-%d}."
    return Finding(words, "Have it renewed now." if until < timezone.now() + SOON else "")


def sample(address: str = "reader@example.org") -> Message | None:
    """A mail as subscribers would get it, to a made-up one; None where nothing can be said."""
    for stream in streams.all_streams():
        if stream.sample is not None:
            delivery: Delivery = stream.sample(address)
            try:
                return messages.compose(delivery, stream)
            except NothingToSay:
                return None
    return None


def of_message(message: Message) -> Iterator[Finding]:
    """Whether a composed mail has every header and part, and stays within the limits."""
    letter = message_from_bytes(message.data, policy=default)
    missing = [name for name in (*HEADERS, *LIST_HEADERS) if name not in letter]
    if missing:
        yield fault(f"A digest lacks {', '.join(missing)}.", "Its stream must give list_headers.")
    else:
        yield Finding(f"A digest has all {len(HEADERS) + len(LIST_HEADERS)} headers.")
    if "<mailto:" not in str(letter["List-Unsubscribe"]):
        yield Finding(
            "List-Unsubscribe has no mailto: some mail programs offer no other way.",
            "Set UNSUBSCRIBE_EMAIL to an address whose mail lands in BOUNCES_MAILBOX.",
        )
    if not letter.get_body(("plain",)) or not letter.get_body(("html",)):
        yield fault("A digest lacks its text or its HTML part.", "Both templates must exist.")
    if max(len(line) for line in message.data.split(b"\r\n")) > LONGEST_LINE:
        yield fault("A line of a digest is longer than 998 bytes.", "Its stream's headers are too long.")
    size = len(message.data)
    yield Finding(
        f"A digest has {size:,} bytes.",
        f"Large providers cut it above {LARGE:,}: say less in summaries." if size > LARGE else "",
    )


def one_click(message: Message) -> Iterator[Finding]:
    """Whether unsubscribing by one click works from outside (RFC 8058): POST, 200, no redirect, no cookie."""
    letter = message_from_bytes(message.data, policy=default)
    url = str(letter["List-Unsubscribe"]).partition(">")[0].lstrip("<")
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=10)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, "List-Unsubscribe=One-Click", form)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        yield fault(
            f"Unsubscribing by one click: {parts.netloc} can't be reached ({type(error).__name__}).",
            "Run the web server where SITE_URL points, and ask again from outside.",
        )
        return
    finally:
        connection.close()
    cookie = answer.getheader("Set-Cookie")
    if answer.status == 200 and not cookie:
        yield Finding("Unsubscribing by one click works: 200, no redirect, no cookie.")
    else:
        yield fault(
            f"Unsubscribing by one click answers {answer.status}{' with a cookie' if cookie else ''}.",
            "SITE_URL must lead to this hub without a redirect, login or bot check for POST.",
        )


def returning() -> Iterator[Finding]:
    """Whether what comes back is read."""
    if not settings.BOUNCES_MAILBOX:
        yield Finding(
            "Bounces and complaints are not read from a mailbox.",
            "Set BOUNCES_MAILBOX to the mailbox of BOUNCES_EMAIL, unless your service reports by webhook.",
        )
        return
    try:
        with mailbox.opened(settings.BOUNCES_MAILBOX):
            yield Finding("The mailbox of bounces can be read.")
    except (mailbox.MailboxDown, ValueError) as error:
        yield fault(f"The mailbox of bounces can't be read: {error}", "Mend BOUNCES_MAILBOX.")


def fault(what: str, mend: str) -> Finding:
    """A finding that stops mail, or gets it lost."""
    return Finding(what, mend, is_fault=True)


def domain_of(address: str) -> str:
    """The domain of an address, in lower case."""
    return address.rpartition("@")[2].lower()


def is_aligned(one: str, other: str) -> bool:
    """Whether two domains are the same, or one lies under the other."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def is_local(host: str) -> bool:
    """Whether a host is this machine or a private network, where nobody listens in."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".internal", ".local"))
