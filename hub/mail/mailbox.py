"""Mailboxes that the hub reads: a Maildir on this machine, or a folder of an IMAP server.

``read(url, take)`` hands each letter to ``take`` as bytes, in a transaction of its own, and removes it
from the mailbox only after that has committed. So a crash loses nothing; it may bring a letter twice, and
so may two readers at once: ``take`` must count a repeated letter once (by its Message-ID, or by a hash).

What ``take`` can't use it refuses with ``SetAside(reason)``: the letter moves to the folder ``Set-aside``
beside the mailbox with the reason on top, in the header ``X-Set-Aside``, for a person to look at. The same
happens to letters above the size limit (never loaded), to loops, and to those at which ``take`` breaks.
While the database is down everything stays where it is.

Addresses: ``maildir:///srv/mail/bounces``, ``imaps://user:password@host:993/INBOX`` (TLS),
``imap+tls://…:143/…`` (STARTTLS), ``imap://…`` (bare: for a server on this machine). User, password and
folder are percent-encoded where they hold ``@ : /``. Removed letters are gone: they hold addresses.
"""

import imaplib
import logging
import re
import shutil
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, suppress
from email.parser import BytesHeaderParser
from email.policy import compat32
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from django.db import DatabaseError, transaction

logger = logging.getLogger(__name__)

MOST_BYTES = 5_000_000
MOST_LETTERS = 200  # in one reading; the next one goes on
MOST_HOPS = 50  # Received fields; RFC 5321, 6.3: more mean a loop (it asks for at least 100 on a relay)
ASIDE = "Set-aside"
SCHEMES = ("maildir", "imaps", "imap+tls", "imap")
_PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
_TIMEOUT = 30


class SetAside(Exception):
    """A letter that a reader can't use; ``str()`` is the reason, for people."""


class MailboxDown(Exception):
    """The mailbox can't be read just now; nothing is lost by trying again."""


class Letter(Protocol):
    """One letter in a mailbox, until one of the two verbs takes it out. Both may be called twice."""

    size: int

    def raw(self) -> bytes:
        """Its bytes, as they lie there."""

    def done(self) -> None:
        """Remove it for good."""

    def set_aside(self, reason: str) -> None:
        """Move it to the folder of letters that a person must look at."""


class Mailbox(Protocol):
    """Where letters lie."""

    def letters(self) -> Iterator[Letter]:
        """Its letters, the oldest first."""

    def close(self) -> None:
        """Let go of it."""


def read(
    url: str, take: Callable[[bytes], str], *, most: int = MOST_LETTERS, most_bytes: int = MOST_BYTES
) -> Counter[str]:
    """Hand at most ``most`` letters to ``take``; returns how many came to which of its words.

    ``take(raw)`` runs inside a transaction and returns a word for the count ("bounce"). Letters that were
    set aside count as "set aside". Raises MailboxDown, and DatabaseError with the letter still in place.
    """
    told: Counter[str] = Counter()
    with opened(url) as box:
        for number, letter in zip(count(), _surely(box.letters())):
            if number >= most:
                break
            try:
                word = _taken(letter, take, most_bytes)
            except SetAside as reason:
                logger.warning("letter set aside: %s", reason)
                _at(letter.set_aside, str(reason))
                told["set aside"] += 1
            else:
                _at(letter.done)
                told[word] += 1
    return told


def _taken(letter: Letter, take: Callable[[bytes], str], most_bytes: int) -> str:
    if letter.size > most_bytes:
        raise SetAside(f"larger than {most_bytes} bytes")
    try:
        raw = letter.raw()
    except _FAULTS as error:
        raise MailboxDown(f"{type(error).__name__}: {error}") from error
    if hops(raw) > MOST_HOPS:
        raise SetAside(f"a loop: it was handed on more than {MOST_HOPS} times")
    try:
        with transaction.atomic():
            return take(raw)
    except (SetAside, DatabaseError):
        raise
    except Exception as error:
        # It would break at every reading, and keep those behind it waiting.
        logger.exception("a letter could not be read")
        raise SetAside(f"could not be read: {type(error).__name__}") from error


def hops(raw: bytes) -> int:
    """How many servers say that they handed the letter on (Received fields)."""
    return len(BytesHeaderParser(policy=compat32).parsebytes(raw).get_all("Received") or [])


def opened(url: str) -> AbstractContextManager[Mailbox]:
    """The mailbox of an address; raises MailboxDown, and ValueError for an address of no known form."""
    parts = urlsplit(url)
    if parts.scheme == "maildir" and parts.path:
        return closing(MaildirMailbox(Path(unquote(parts.path))))
    if parts.scheme in _PORTS and parts.hostname and parts.username:
        return closing(ImapMailbox(url))
    raise ValueError(f"A mailbox is maildir:///path or imaps://user:password@host/INBOX, not {parts.scheme}:")


class MaildirMailbox:
    """A Maildir (cr.yp.to/proto/maildir.html): one file a letter, complete once it is in ``new``."""

    def __init__(self, folder: Path):
        self.folder = folder
        if not (folder / "new").is_dir():
            raise MailboxDown(f"{folder} is no Maildir: it has no folder “new”")

    def letters(self) -> Iterator["MaildirLetter"]:
        files = [path for part in ("new", "cur") for path in (self.folder / part).glob("[!.]*")]
        for path in sorted(files, key=lambda path: path.name):
            try:
                size = path.stat().st_size
            except FileNotFoundError:  # another reader was faster
                continue
            yield MaildirLetter(path, self.folder / f".{ASIDE}", size)

    def close(self) -> None:
        """Nothing is kept open."""


class MaildirLetter:
    """One file of a Maildir."""

    def __init__(self, path: Path, aside: Path, size: int):
        self.path, self.aside, self.size = path, aside, size

    def raw(self) -> bytes:
        return self.path.read_bytes()

    def done(self) -> None:
        self.path.unlink(missing_ok=True)

    def set_aside(self, reason: str) -> None:
        for part in ("new", "cur", "tmp"):
            (self.aside / part).mkdir(parents=True, exist_ok=True)
        name = self.path.name.partition(":")[0]
        draft = self.aside / "tmp" / name
        with suppress(FileNotFoundError), self.path.open("rb") as source:
            with draft.open("wb") as target:
                target.write(_reason_field(reason, b"\n"))
                shutil.copyfileobj(source, target)
            draft.replace(self.aside / "new" / name)
        self.done()


class ImapMailbox:
    """One folder of an IMAP server (RFC 3501; MOVE of RFC 6851 and UIDPLUS of RFC 4315 where it has them)."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self.folder = unquote(parts.path.lstrip("/")) or "INBOX"
        host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
        context = ssl.create_default_context()
        try:
            if parts.scheme == "imaps":
                self.client: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                    host, port, ssl_context=context, timeout=_TIMEOUT
                )
            else:
                self.client = imaplib.IMAP4(host, port, timeout=_TIMEOUT)
            if parts.scheme == "imap+tls":
                self.client.starttls(ssl_context=context)
            self.client.login(unquote(parts.username or ""), unquote(parts.password or ""))
            _ok(self.client.select(_quoted(self.folder)))
        except _FAULTS as error:
            raise MailboxDown(f"{host}: {type(error).__name__}: {error}") from error

    def letters(self) -> Iterator["ImapLetter"]:
        found = _ok(self.client.uid("SEARCH", "UNDELETED"))
        for uid in (found[0] or b"").split():
            answer = _ok(self.client.uid("FETCH", uid.decode(), "(RFC822.SIZE)"))
            size = re.search(rb"RFC822\.SIZE (\d+)", _joined(answer))
            if size is not None:  # none: another reader was faster
                yield ImapLetter(self.client, uid.decode(), int(size[1]))

    def close(self) -> None:
        with suppress(*_FAULTS):
            self.client.close()  # removes what is marked as deleted, on servers without UIDPLUS too
        with suppress(*_FAULTS):
            self.client.logout()


class ImapLetter:
    """One letter of an IMAP folder, named by its UID."""

    def __init__(self, client: imaplib.IMAP4, uid: str, size: int):
        self.client, self.uid, self.size = client, uid, size

    def raw(self) -> bytes:
        for part in _ok(self.client.uid("FETCH", self.uid, "(BODY.PEEK[])")):
            if isinstance(part, tuple):
                return bytes(part[1])
        raise imaplib.IMAP4.error("the letter is gone")

    def done(self) -> None:
        _ok(self.client.uid("STORE", self.uid, "+FLAGS.SILENT", r"(\Deleted)"))
        if "UIDPLUS" in self.client.capabilities:
            _ok(self.client.uid("EXPUNGE", self.uid))

    def set_aside(self, reason: str) -> None:
        with suppress(imaplib.IMAP4.error):  # it exists already
            self.client.create(_quoted(ASIDE))
        if self.size <= MOST_BYTES:
            letter = _reason_field(reason, b"\r\n") + self.raw()
            _ok(self.client.append(_quoted(ASIDE), "", "", letter))
        else:  # too large to be loaded: the server copies it as it is
            _ok(self.client.uid("COPY", self.uid, _quoted(ASIDE)))
        self.done()


_FAULTS = (OSError, imaplib.IMAP4.error, socket.timeout, EOFError)


def _at(verb: Callable[..., None], *values: str) -> None:
    try:
        verb(*values)
    except _FAULTS as error:
        raise MailboxDown(f"{type(error).__name__}: {error}") from error


def _surely(letters: Iterator[Letter]) -> Iterator[Letter]:
    try:
        yield from letters
    except _FAULTS as error:
        raise MailboxDown(f"{type(error).__name__}: {error}") from error


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the server answered {status}: {data!r}"[:200])
    return data


def _joined(answer: list[Any]) -> bytes:
    parts = [piece for part in answer for piece in (part if isinstance(part, tuple) else (part,))]
    return b" ".join(piece for piece in parts if isinstance(piece, bytes))


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _reason_field(reason: str, end: bytes) -> bytes:
    words = " ".join(reason.split())[:300].encode("ascii", "replace")
    return b"X-Set-Aside: " + words + end
