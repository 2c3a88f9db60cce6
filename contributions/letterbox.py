"""One e-mail as plain values: who, about what, which words. What no person wrote is refused."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parseaddr
from html import unescape

from django.conf import settings
from django.utils.html import strip_tags

from hub.core import prose
from hub.mail.mailbox import SetAside
from hub.mail.reports import is_automatic

MOST_ATTACHMENTS = 20
_BLOCK_ENDS = re.compile(r"<\s*(?:br|/p|/div|/h[1-6]|/li|/tr|/pre|/blockquote)\b[^>]*>", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)  # RFC 3676, 4.3
_ATTRIBUTION = re.compile(
    r"^(?:On|Am|Le|El|Op) .{4,200}(?:wrote|schrieb|écrit|escribió|schreef) ?:\s*$", re.MULTILINE
)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,190}>")
_LANGUAGES = {".py": "python", ".js": "javascript", ".ts": "typescript", ".sql": "sql", ".sh": "bash"}


@dataclass(frozen=True)
class Mail:
    """What one mail says. ``answers``: the Message-IDs it names; ``key``: the same however often it comes."""

    address: str
    name: str
    subject: str
    answers: tuple[str, ...]
    text: str
    left_out: tuple[str, ...]
    key: str

    @property
    def own_words(self) -> str:
        """The text without what it quotes."""
        above = _ATTRIBUTION.split(self.text, maxsplit=1)[0]
        return "\n".join(line for line in above.splitlines() if not line.startswith(">")).strip()


def read_mail(raw: bytes) -> Mail:
    """Read one mail; raises SetAside for automatic ones, our own, and those without a sender."""
    letter = message_from_bytes(raw, policy=default)
    assert isinstance(letter, EmailMessage)
    if is_automatic(letter) or _header(letter, "Precedence").lower() in {"bulk", "junk", "list"}:
        raise SetAside("a machine sent it")
    if letter.get_content_type() == "multipart/report" or _header(letter, "Return-Path").strip() == "<>":
        raise SetAside("it is a delivery report")
    name, address = parseaddr(_header(letter, "Reply-To") or _header(letter, "From"))
    own = {
        parseaddr(value)[1].lower() for value in (settings.DEFAULT_FROM_EMAIL, settings.CONTRIBUTIONS_EMAIL)
    }
    senders = {one.lower() for _, one in getaddresses([_header(letter, "From"), _header(letter, "Sender")])}
    if senders & own or address.lower() in own:
        raise SetAside("it comes from our own address: a loop")
    texts, left_out = _texts(letter)
    message_id = _header(letter, "Message-ID")
    return Mail(
        address, prose.normalise(name), " ".join(prose.normalise(_header(letter, "Subject")).split()),
        tuple(_MESSAGE_ID.findall(_header(letter, "In-Reply-To") + _header(letter, "References"))[:50]),
        "\n\n".join(texts).strip(), tuple(left_out),
        f"mail {message_id}" if message_id else hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip


def _header(letter: EmailMessage, name: str) -> str:
    """A header as text; a broken one is empty rather than an error."""
    try:
        return str(letter[name] or "").replace("\x00", "")
    except (ValueError, IndexError, AttributeError, TypeError):  # the parser's own faults on hostile input
        return ""


def _texts(letter: EmailMessage) -> tuple[list[str], list[str]]:
    """The body and the attached texts, and the names of what was left out."""
    body = letter.get_body(("plain", "html"))
    texts, left_out = [], []
    if isinstance(body, EmailMessage):
        text = _decoded(body)
        if body.get_content_type() == "text/html":
            text = unescape(strip_tags(_BLOCK_ENDS.sub("\n", text)))
        texts.append(_SIGNATURE.split(prose.normalise(text), maxsplit=1)[0].strip())
    for part in _attachments(letter):
        name = prose.normalise(part.get_filename() or "attachment").replace("\n", " ")[:80]
        if part.get_content_maintype() != "text" or part.get_content_subtype() == "html":
            left_out.append(name)
            continue
        text = prose.normalise(_decoded(part)).strip()
        is_prose = name.endswith((".md", ".txt"))
        language = next((one for end, one in _LANGUAGES.items() if name.endswith(end)), "text")
        texts.append(text if is_prose else f"`{name.replace('`', '')}`:\n\n{prose.fenced(text, language)}")
    return [text for text in texts if text], left_out


def _attachments(letter: EmailMessage) -> Iterator[EmailMessage]:
    for number, part in enumerate(letter.iter_attachments()):
        if number >= MOST_ATTACHMENTS:
            raise SetAside(f"it has more than {MOST_ATTACHMENTS} attachments")
        if isinstance(part, EmailMessage):
            yield part


def _decoded(part: EmailMessage) -> str:
    """The text of a part in the encoding it names; in UTF-8, with marks for what is not, if that fails."""
    try:
        return str(part.get_content())
    except (LookupError, ValueError, AttributeError):
        content = part.get_payload(decode=True)
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
