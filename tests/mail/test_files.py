"""Without a relay each message is a file, and staff read it on a page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hub.mail import sending
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC) + timedelta(hours=2)  # later than anything that a test of this run writes


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_URL = ""
    settings.MAIL_DIR = tmp_path / "mail"
    return settings.MAIL_DIR


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user(is_staff=True))
    return client


def test_a_message_is_written_as_one_file_and_accepted(owe: Any, folder: Path):
    owe()
    assert sending.drain(now=NOW) == {"accepted": 1}
    (path,) = folder.iterdir()
    assert path.suffix == ".eml"
    assert b"To: ada@example.org\r\n" in path.read_bytes()


def test_a_folder_that_cannot_be_written_means_the_relay_is_down(owe: Any, folder: Path):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file in the place of the folder")
    row = owe()
    assert sending.drain(now=NOW) == {}
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("pending", 0)


def test_staff_read_mails_and_follow_their_links(owe: Any, folder: Path, staff: Client):
    owe()
    sending.drain(now=NOW)
    page = staff.get("/admin/mailbox/")
    assert page.status_code == 200
    (shown,) = page.context["mails"]
    assert shown["recipient"] == "ada@example.org"
    mail = staff.get(shown["url"])
    assert '<a href="https://hub.example/c/1"' in mail.content.decode()
    html = staff.get(mail.context["mail"]["html_url"])
    assert "https://hub.example/c/1" in html.content.decode()
    policy = html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    raw = staff.get(mail.context["mail"]["raw_url"])
    assert raw.content.startswith(b"From: ")
    assert raw.headers["Content-Type"].startswith("text/plain")


def test_an_empty_mailbox_says_so(folder: Path, staff: Client):
    assert "No mail yet" in staff.get("/admin/mailbox/").content.decode()


@pytest.mark.parametrize(
    "path", ["/admin/mailbox/nothing/", "/admin/mailbox/nothing/html/", "/admin/mailbox/..%2fhub/raw/"]
)
def test_a_mail_that_is_not_there_is_not_found(folder: Path, staff: Client, path: str):
    assert staff.get(path).status_code == 404


def test_nobody_else_reads_mail(owe: Any, folder: Path, client: Client):
    owe()
    sending.drain(now=NOW)
    name = next(folder.iterdir()).stem
    client.force_login(make_user())
    for path in ("", f"{name}/", f"{name}/html/", f"{name}/raw/"):
        assert client.get(f"/admin/mailbox/{path}").status_code == 302
        assert client.post(f"/admin/mailbox/{path}").status_code == 405
