"""Many messages at once: each variant is rendered once, and what is personal is spliced into its bytes."""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime

from hub.mail import messages, streams
from hub.mail.messages import Message
from hub.mail.models import Delivery
from hub.mail.streams import Stream, Variant

logger = logging.getLogger(__name__)

# Kept by one drain; a variant is some 30 kB.
MOST_VARIANTS = 400
# As long as a link's token and of its alphabet, which quoted-printable and HTML leave as it is: whatever is
# counted in characters (line breaks, limits) comes out the same for both. No text holds it by chance.
MARK = "Xq7vZ0kW4uJ9yQ2hGx8KfV6zR1jXw5QyB3vNpZ"
_TOKEN = re.compile(rf"[0-9A-Za-z_-]{{{len(MARK)}}}")
_BREAK = b"=\r\n"
_MARKED = re.compile(rb"(?:=\r\n)?".join(re.escape(letter.encode()) for letter in MARK))
_PERSONAL = re.compile(rb"(?m)^(To|Date|Message-ID):[^\r]*\r\n(?:[ \t][^\r]*\r\n)*")
# A dot-atom (RFC 5322, 3.2.3) on a line that needs no folding is written as it is.
_PLAIN = re.compile(r"[0-9a-z!#$%&'*+/=?^_`{|}~-]+(?:\.[0-9a-z!#$%&'*+/=?^_`{|}~-]+)*@[0-9a-z.-]+")
_LONGEST_PLAIN = 70

Piece = bytes | slice | str  # fixed bytes, a part of the token, or the name of a header


class Composer:
    """Writes messages for one drain; the bytes are those of ``messages.compose`` at the same moment."""

    def __init__(self) -> None:
        self._variants: dict[int, Variant] = {}
        self._pieces: dict[Hashable, list[Piece]] = {}

    def prepare(self, rows: Sequence[Delivery]) -> None:
        """Look up, for the messages of one claim, which of them say the same."""
        by_stream: dict[str, list[Delivery]] = defaultdict(list)
        for row in rows:
            by_stream[row.stream].append(row)
        self._variants = {}
        for name, chosen in by_stream.items():
            try:
                variants = streams.get(name).variants
                self._variants.update(variants(chosen) if variants else {})
            except Exception:  # a broken stream must not stop the others; each of its messages tells why
                logger.exception("variants of stream %s could not be told", name)

    def compose(self, row: Delivery, stream: Stream, *, now: datetime) -> Message:
        """The message of one delivery; raises NothingToSay when its stream finds nothing left to say."""
        variant = self._variants.get(row.pk)
        if variant is None or not _TOKEN.fullmatch(variant.token):
            return messages.compose(row, stream, now=now)
        key = (row.stream, row.slot, row.template, json.dumps(row.context, sort_keys=True), variant.key)
        if key not in self._pieces:
            if len(self._pieces) >= MOST_VARIANTS:
                self._pieces.clear()
            self._pieces[key] = cut(messages.write(row, stream, variant.derive(MARK), now=now).data)
        recipient = messages.wire_address(row.address)
        data = splice(self._pieces[key], variant.token, recipient, now, row.message_id)
        return Message(messages.envelope_sender(), recipient, data, row.message_id)


def cut(data: bytes) -> list[Piece]:
    """A message that bears MARK for its token, cut at all that is personal."""
    end_of_head = data.index(b"\r\n\r\n") + 2
    pieces: list[Piece] = []
    end = 0
    for line in _PERSONAL.finditer(data, 0, end_of_head):
        pieces += [*_marked(data[end : line.start()]), line[1].decode()]
        end = line.end()
    return [*pieces, *_marked(data[end:])]


def splice(pieces: list[Piece], token: str, recipient: str, now: datetime, message_id: str) -> bytes:
    """The message of one recipient."""
    letters = token.encode()
    personal = {
        "To": _to(recipient),
        "Date": b"Date: %s\r\n" % format_datetime(now).encode(),
        "Message-ID": b"Message-ID: %s\r\n" % message_id.encode(),
    }
    return b"".join(
        piece if isinstance(piece, bytes) else letters[piece] if isinstance(piece, slice) else personal[piece]
        for piece in pieces
    )


def _marked(data: bytes) -> list[Piece]:
    pieces: list[Piece] = []
    end = 0
    for found in _MARKED.finditer(data):
        pieces.append(data[end : found.start()])
        start = 0
        for part in found[0].split(_BREAK):  # a line of the text may end within the token
            pieces += [slice(start, start + len(part)), _BREAK]
            start += len(part)
        pieces.pop()
        end = found.end()
    return [*pieces, data[end:]]


def _to(recipient: str) -> bytes:
    if len(recipient) <= _LONGEST_PLAIN and _PLAIN.fullmatch(recipient):
        return b"To: %s\r\n" % recipient.encode()
    return messages.header_line("To", Address(addr_spec=recipient))
