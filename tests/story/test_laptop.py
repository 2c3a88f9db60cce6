"""The whole way on a laptop: `make run`, SQLite, mails as files, a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.story.running import RunningHub, files_as_mails, free_port, password_in, running
from tests.story.telling import STAYING, TITLE, Story

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """What `make run` starts, in a data folder of its own."""
    folder, port = tmp_path_factory.mktemp("hub"), free_port()
    with running(["make", "--no-print-directory", "run"], folder, port):
        yield RunningHub(
            f"http://localhost:{port}", folder, password_in(folder), lambda: files_as_mails(folder / "mail")
        )


def test_a_submission_becomes_a_public_page_and_one_alert(hub: RunningHub, browser: Browser) -> None:
    story = Story(hub, browser)
    story.subscribe()
    story.subscribe(STAYING)
    story.contribute()
    editor = story.sign_in()
    story.ask_for_changes(editor)
    story.revise()
    story.nothing_is_public_yet()
    story.approve_and_publish(editor)
    path = story.is_everywhere()
    story.one_alert_and_out(path)
    story.the_next_one_is_not_told(editor)
    editor.goto("/admin/mailbox/")
    assert TITLE in editor.content()
