"""Two relays behind one small interface: SMTP, and files for a machine without a relay.

A relay says precisely what became of a message. SMTP has no commit (RFC 1047): if the connection dies
after the final dot, nobody knows whether the message was taken, and that is an answer of its own.
"""

import re
import smtplib
import socket
import ssl
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from hub.mail.messages import Message, one_line

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")  # RFC 3463
_OUR_ADDRESS = frozenset({"5.1.7", "5.1.8"})  # of 5.1.x, these two are about the sender's address
_NO_LINE_END = str.maketrans("", "", "\r\n")
LOST = (OSError, smtplib.SMTPException)


class RelayDown(Exception):
    """The relay can't be used at all just now; no message was tried."""


class Verdict(Enum):
    """What became of one message."""

    ACCEPTED = "accepted"
    LATER = "later"  # refused for now (4xx), or the connection was lost before the final dot
    REJECTED = "rejected"  # refused for good
    BAD_ADDRESS = "bad address"  # 5.1.x at RCPT: there is no such mailbox
    POLICY = "policy"  # 5.7.x, or our own address refused: it is about us, not about the recipient
    UNCERTAIN = "uncertain"  # the connection was lost after the final dot


@dataclass(frozen=True)
class Outcome:
    """A verdict with the relay's own words."""

    verdict: Verdict
    code: int | None = None
    text: str = ""


class Relay(Protocol):
    """What takes messages off our hands, one at a time."""

    def open(self) -> None:
        """Make sure that it can be used; cheap when it is open already. Raises RelayDown."""

    @property
    def is_open(self) -> bool:
        """Whether the next message needs no new connection."""

    def send(self, message: Message, following: Message | None = None) -> Outcome:
        """Hand over one message; never raises for what the relay does.

        ``following`` will probably be next: its envelope, no more, may be announced already.
        """

    def close(self) -> None:
        """Let go of it; safe to call twice."""


def configured_relay() -> Relay:
    """The relay that the settings name: SMTP with EMAIL_URL, files under MAIL_DIR without."""
    return SmtpRelay() if settings.EMAIL_URL else FileRelay(settings.MAIL_DIR)


class FileRelay:
    """Writes each message as one .eml file (RFC 5322), which appears whole or not at all."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)

    def open(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RelayDown(str(error)) from error

    @property
    def is_open(self) -> bool:
        return True

    def send(self, message: Message, following: Message | None = None) -> Outcome:
        try:
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as draft:
                draft.write(message.data)
            Path(draft.name).replace(path_of(self.folder, message.message_id))
        except OSError as error:
            return Outcome(Verdict.LATER, None, f"not written: {type(error).__name__}")
        return Outcome(Verdict.ACCEPTED, 250, "written as a file")

    def close(self) -> None:
        """Nothing is kept open."""


def path_of(folder: Path, message_id: str) -> Path:
    """Where the file of a message lies: a second copy of the same message replaces the first."""
    name = re.sub(r"[^0-9A-Za-z]", "", message_id.partition("@")[0])
    return Path(folder) / f"{name}.eml"


class SmtpRelay:
    """One SMTP connection, kept open for many messages and made anew when the relay ends it.

    Where the relay takes commands in groups (PIPELINING, RFC 2920), the envelope goes out as one group, and
    that of the following message together with the final dot: two round trips a message instead of four.
    """

    def __init__(self) -> None:
        self._client: smtplib.SMTP | None = None
        self._sent = 0  # messages tried on the present connection
        self._stage = "MAIL"  # that the dialogue has reached
        self._announced: list[bytes] = []  # commands whose replies are still to be read

    @property
    def is_open(self) -> bool:
        return self._client is not None

    def open(self) -> None:
        self._opened()

    def _opened(self) -> smtplib.SMTP:
        if self._client is None:
            try:
                self._client = connected()
            except LOST as error:
                raise RelayDown(f"{type(error).__name__}: {error}") from error
            self._sent, self._announced = 0, []
        return self._client

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(*LOST):
                client.quit()
            client.close()

    def send(self, message: Message, following: Message | None = None) -> Outcome:
        """Hand over a message; on a connection that the relay has meanwhile ended, once more on a new one."""
        was_used = self._sent > 0
        outcome = self._attempt(message, following)
        if outcome.verdict is Verdict.LATER and self._client is None and was_used:
            outcome = self._attempt(message, following)
        if outcome.verdict is not Verdict.ACCEPTED:
            self._reset()
        return outcome

    def _attempt(self, message: Message, following: Message | None) -> Outcome:
        """The dialogue by stages (RFC 5321, 3.3), so that we know on which side of the dot it ended."""
        self._stage = "MAIL"
        commands = envelope(message)
        if self._announced and self._announced != commands:
            self._reset()  # what was announced is not wanted any more
        try:
            client = self._opened()
        except RelayDown as error:
            return Outcome(Verdict.LATER, None, str(error))
        self._sent += 1
        try:
            code, text = self._prepare(client, commands)
            if code == 354:
                code, text = self._give(client, message, following)
        except LOST as error:
            self._drop()
            if self._stage == "END":
                words = f"connection lost after the final dot: {type(error).__name__}"
                return Outcome(Verdict.UNCERTAIN, None, words)
            return Outcome(Verdict.LATER, None, f"connection lost at {self._stage}: {type(error).__name__}")
        if code == 421:
            self._drop()
        return judged(self._stage, code, one_line(text.decode("utf-8", "replace")))

    def _prepare(self, client: smtplib.SMTP, commands: list[bytes]) -> tuple[int, bytes]:
        """Everything before the text; the last reply, 354 if the text may follow."""
        is_group, is_sent = client.has_extn("pipelining"), bool(self._announced)
        if is_group and not is_sent:
            client.send(b"".join(commands))
        self._announced = commands if is_group else []
        for self._stage, command in zip(("MAIL", "RCPT"), commands, strict=True):
            if not is_group:
                client.send(command)
            code, text = client.getreply()
            self._announced = self._announced[1:]
            if code not in {250, 251}:
                return code, text
        self._stage = "DATA"
        return client.docmd("DATA")

    def _give(self, client: smtplib.SMTP, message: Message, following: Message | None) -> tuple[int, bytes]:
        """The text with its final dot; the reply to it."""
        announced = envelope(following) if following and client.has_extn("pipelining") else []
        client.send(stuffed(message.data))
        self._stage = "END"  # from here on the relay may have all of it
        client.send(b"".join([b".\r\n", *announced]))
        reply = client.getreply()
        self._announced = announced
        return reply

    def _reset(self) -> None:
        """Leave nothing of an envelope behind in the session (RFC 5321, 4.1.1.5)."""
        if self._client is not None:
            try:
                for _ in self._announced:
                    self._client.getreply()
                self._announced = []
                self._client.rset()
            except LOST:
                self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        self._announced = []
        if client is not None:
            client.close()


def envelope(message: Message) -> list[bytes]:
    """The commands that say from whom and to whom (RFC 5321, 4.1.1); nothing in an address ends its line."""
    pairs = (("MAIL FROM", message.sender), ("RCPT TO", message.recipient))
    return [f"{verb}:<{address.translate(_NO_LINE_END)}>\r\n".encode() for verb, address in pairs]


def stuffed(data: bytes) -> bytes:
    """A text whose lines can't be taken for its end (RFC 5321, 4.5.2)."""
    return (b"." if data.startswith(b".") else b"") + data.replace(b"\n.", b"\n..")


def is_bad_address(status: str) -> bool:
    """Whether an enhanced status code says that there is no such mailbox (RFC 3463, 3.2)."""
    return status.startswith("5.1.") and status not in _OUR_ADDRESS


def judged(stage: str, code: int, text: str) -> Outcome:
    """The verdict of a reply at one stage: MAIL, RCPT, DATA or END (after the final dot)."""
    found = _ENHANCED.search(text)
    status = found[0] if found and found[1] == "5" else ""
    is_ours = status.startswith("5.7.") or status in _OUR_ADDRESS or stage == "MAIL"
    if stage == "END" and 200 <= code < 300:
        verdict = Verdict.ACCEPTED
    elif 500 <= code < 600:
        if is_ours:
            verdict = Verdict.POLICY
        elif stage == "RCPT" and is_bad_address(status):
            verdict = Verdict.BAD_ADDRESS
        else:
            verdict = Verdict.REJECTED
    elif stage == "END" and not 400 <= code < 500:
        verdict = Verdict.UNCERTAIN  # no reply that RFC 5321 knows: it may have been taken
    else:
        verdict = Verdict.LATER
    return Outcome(verdict, code if code > 0 else None, text)


def connected() -> smtplib.SMTP:
    """A greeted, encrypted and signed-in connection as EMAIL_URL says; raises one of LOST."""
    name = urlsplit(settings.SITE_URL).hostname or "localhost"
    host, port, timeout = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT
    context = ssl.create_default_context()
    client: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        client = smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=timeout, context=context)
    else:
        client = smtplib.SMTP(host, port, local_hostname=name, timeout=timeout)
    try:
        # Without it the lone final dot waits for the acknowledgement of the message before it.
        if client.sock is not None:
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if settings.EMAIL_USE_TLS:
            client.starttls(context=context)
        if settings.EMAIL_HOST_USER:
            client.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        client.ehlo_or_helo_if_needed()
    except LOST:
        client.close()
        raise
    return client
