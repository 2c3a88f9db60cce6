"""Streams: the kinds of mail there are, each declared in code by the app that owns it.

An app calls ``register`` in ``AppConfig.ready``. The stream says, at the last moment before a message
leaves, whether it is still wanted, and derives what must not be stored: live links and present content.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.expressions import Combinable

if TYPE_CHECKING:
    from hub.mail.models import Delivery

Condition = Q | Combinable | Any  # Any: Exists is an expression, not a Combinable, in the stubs
Guard = Callable[[], Mapping[str, Condition]]
Derive = Callable[["Delivery"], dict[str, Any]]


class Doubt(Enum):
    """What to do when nobody knows whether the relay took a message."""

    SEND_AGAIN = "send again with the same Message-ID"
    COUNT_AS_DELIVERED = "list it as doubtful and never send it again by itself"


class NothingToSay(Exception):
    """Raised by ``links`` when nothing is left to send; the message is skipped and ``str()`` says why."""


@dataclass(frozen=True)
class Variant:
    """What one message shares with others: they differ in address, Message-ID, date and one token.

    Messages of equal ``key``, slot and context read the same; ``derive(token)`` is what ``links`` would give
    for one of them whose links bear this token.
    """

    key: Hashable
    token: str
    derive: Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Stream:
    """One kind of mail.

    ``guard()`` gives reason → condition on a Delivery row (a Q, or an Exists with OuterRef on
    ``recipient_hash`` or ``about``); the message leaves only if all hold, else it is skipped with the
    reason of the first that does not. It is asked for once a drain and runs in the statement that writes the
    intent to send: what may change meanwhile must be a question to the database, not a value of Python.
    ``links(delivery)`` adds to the stored context what is derived when the message leaves.
    ``headers(delivery, derived)`` gives headers beside the common ones, from what ``links`` derived
    (messages.list_headers for list mail).
    ``repeat(delivery)`` hands the content of a doubtful message to the recipient's next one, and says
    whether there will be one.
    ``sample(address)`` makes a delivery, not saved, by which hub.mail.doctor sees what list mail looks like.
    ``variants(deliveries)`` gives the variant of each by the delivery's id, so that a text is written once
    for all of them; what it leaves out is written alone, from ``links``.
    ``scope`` groups streams that one suppression stops. ``is_bulk`` streams wait behind the others, and
    their editions pause when the relay refuses too much of them.
    """

    name: str
    guard: Guard | None = None
    links: Derive | None = None
    headers: Callable[[Delivery, dict[str, Any]], dict[str, str]] | None = None
    variants: Callable[[Sequence[Delivery]], Mapping[int, Variant]] | None = None
    on_doubt: Doubt = Doubt.SEND_AGAIN
    repeat: Callable[[Delivery], bool] | None = None
    sample: Callable[[str], Delivery] | None = None
    scope: str = ""
    is_bulk: bool = False


_streams: dict[str, Stream] = {}
_leaving: list[Callable[[str], bool]] = []


def register(stream: Stream) -> Stream:
    """Make a stream known; called from AppConfig.ready of the app that owns it."""
    _streams[stream.name] = stream
    return stream


def get(name: str) -> Stream:
    """The stream of a name; raises LookupError for one that no app has registered."""
    try:
        return _streams[name]
    except KeyError:
        raise LookupError(f"no stream is called {name!r}") from None


def all_streams() -> list[Stream]:
    """Every stream, by name."""
    return sorted(_streams.values(), key=lambda stream: stream.name)


def register_leaving(verb: Callable[[str], bool]) -> None:
    """Let a mail unsubscribe: ``verb(subject)`` does what a mail to UNSUBSCRIBE_EMAIL asks for.

    It says whether the subject named somebody. Called from AppConfig.ready of the app whose mails ask so.
    """
    if verb not in _leaving:
        _leaving.append(verb)


def left_by_mail(subject: str) -> bool:
    """Whether the subject of a mail unsubscribed somebody."""
    return any(verb(subject) for verb in _leaving)
