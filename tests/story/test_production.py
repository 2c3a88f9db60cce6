"""The same way on production parts: PostgreSQL, Redis, Celery, an SMTP relay; Redis dies in the middle."""

import html
import re
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser

from tests.mail.sink import Sink
from tests.operations.servers import PostgreSQL, Redis
from tests.story.running import RunningHub, free_port, password_in, running, text_of
from tests.story.telling import READER, STAYING, TITLE, WRITER, Story

pytestmark = [pytest.mark.browser, pytest.mark.own_postgresql, pytest.mark.own_redis]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(tmp_path_factory.mktemp("redis"))
    yield server
    server.end()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, broker: Redis) -> Iterator[RunningHub]:
    """What `make up` starts, on servers of its own."""
    folder, port = tmp_path_factory.mktemp("hub"), free_port()
    with ExitStack() as stack:
        database = PostgreSQL()
        stack.callback(database.end)
        relay = Sink().start()
        stack.callback(relay.stop)
        stack.enter_context(
            running(
                ["make", "--no-print-directory", "up"], folder, port,
                DATABASE_URL=database.address, REDIS_URL=broker.address,
                EMAIL_URL=f"smtp://127.0.0.1:{relay.port}",
                DEFAULT_FROM_EMAIL="Knowledge Hub <hub@example.org>",
            )
        )  # fmt: skip
        yield RunningHub(f"http://localhost:{port}", folder, password_in(folder), lambda: list(relay.letters))


def test_the_same_way_on_production_parts(hub: RunningHub, browser: Browser, broker: Redis) -> None:
    story = Story(hub, browser)
    story.subscribe()
    story.subscribe(STAYING)
    story.contribute()
    editor = story.sign_in()
    story.ask_for_changes(editor)
    story.revise()
    story.nothing_is_public_yet()
    broker.stop()
    story.approve_and_publish(editor)
    path = story.is_everywhere()
    assert len(hub.mails_to(READER)) == 1  # nobody could be woken
    broker.start()
    story.one_alert_and_out(path)
    story.the_next_one_is_not_told(editor)
    for mail in [*hub.mails_to(READER), *hub.mails_to(STAYING), *hub.mails_to(WRITER)]:
        is_well_made(mail, hub.url)
    is_an_alert(hub.mails_to(READER)[1])


def is_well_made(mail: EmailMessage, site: str) -> None:
    """Headers, a text and an HTML part that say the same, and links that lead home."""
    assert mail["From"] == "Knowledge Hub <hub@example.org>"
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", mail["Message-ID"])
    assert mail["Date"]
    assert mail["Auto-Submitted"] == "auto-generated"
    rich = mail.get_body(("html",))
    assert rich is not None
    markup = str(rich.get_content())
    for link in re.findall(r"https?://[^\s>)]+", text_of(mail)):
        assert link.startswith(site), link
        assert link.rstrip(".,") in html.unescape(markup)
    assert "<script" not in markup
    assert not re.search(r'src="http', markup)


def is_an_alert(mail: EmailMessage) -> None:
    """What list mail must carry (RFC 2369, 2919, 8058)."""
    assert TITLE in str(mail["Subject"])
    for name in (
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "List-Id",
        "List-Help",
        "List-Archive",
        "Feedback-ID",
    ):
        assert mail[name], name
