"""A real SMTP server that keeps what it takes and misbehaves on request."""

import socket
import ssl
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Sink:
    """Takes mail on a port of its own. A fault is a reply for a recipient at RCPT or after DATA.

    ``mail_reply`` refuses every sender.
    ``drop_before`` and ``drop_after`` name recipients at whose message the connection is cut before, or
    after, the final dot; ``per_connection`` answers 421 once so many messages came over one connection.
    With ``starttls`` it takes mail after STARTTLS only, with ``tls`` over TLS from the first byte on.
    """

    def __init__(
        self, port: int = 0, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
    ):
        self._starttls, self._tls = starttls, tls
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.rcpt_replies: dict[str, list[str]] = {}
        self.data_replies: dict[str, list[str]] = {}
        self.drop_before: set[str] = set()
        self.drop_after: set[str] = set()
        self.per_connection = 0
        self.mail_reply = ""
        self.connections = 0
        self.on_letter: Any = None
        self._port = port
        self._controller: Controller | None = None

    def start(self) -> "Sink":
        if not self._port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._port = probe.getsockname()[1]
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self._port, ssl_context=self._tls,
            tls_context=self._starttls, require_starttls=self._starttls is not None,
        )  # fmt: skip
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def port(self) -> int:
        return self._port

    def counts(self) -> Counter[str]:
        """Recipient → messages that were taken."""
        return Counter(self.recipients)

    # What aiosmtpd calls by these names, one coroutine a command.

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        session.taken = 0
        self.connections += 1
        return responses

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.per_connection and session.taken >= self.per_connection:
            _cut(server)
            return "421 4.7.0 too many messages on one connection"
        if self.mail_reply:
            return self.mail_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if replies := self.rcpt_replies.get(address):
            return replies.pop(0) if len(replies) > 1 else replies[0]
        envelope.rcpt_tos.append(address)
        if address in self.drop_before:
            self.drop_before.discard(address)
            _cut(server)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        if replies := self.data_replies.get(address):
            return replies.pop(0) if len(replies) > 1 else replies[0]
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        self.recipients.append(address)
        session.taken += 1
        if self.on_letter:
            self.on_letter(address)
        if address in self.drop_after:
            _cut(server)
        return "250 taken"


def _cut(server: SMTP) -> None:
    """End the connection without a word."""
    assert server.transport is not None
    server.transport.close()
