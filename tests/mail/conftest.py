from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hub.mail import outbox, streams
from hub.mail.models import Delivery
from hub.mail.streams import Stream
from tests.mail.sink import Sink

CONFIRMING = {"confirm_url": "https://hub.example/c/1", "valid_words": "72 hours", "why": "You asked."}


@pytest.fixture
def stream() -> Iterator[Callable[..., Stream]]:
    """Declare a stream for one test: ``stream("letters", is_bulk=True)``."""
    before = dict(streams._streams)

    def declare(name: str = "letters", **over: Any) -> Stream:
        return streams.register(Stream(name, **over))

    yield declare
    streams._streams.clear()
    streams._streams.update(before)


@pytest.fixture
def owe(stream: Callable[..., Stream]) -> Callable[..., Delivery]:
    """Owe one letter; the default stream ``letters`` has no guard."""
    stream()

    def enqueue(
        to: str = "ada@example.org", slot: str = "first", name: str = "letters", **over: Any
    ) -> Delivery:
        values = {"template": "confirm_subscription", "context": CONFIRMING, **over}
        row = outbox.enqueue(name, slot, to, **values)
        assert row is not None
        return row

    return enqueue


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """An SMTP server that the settings point at."""
    running = Sink().start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{running.port}"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield running
    running.stop()
