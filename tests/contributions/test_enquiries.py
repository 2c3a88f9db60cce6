"""Enquiries: a form on the contact page, a desk for editors, a mail to the contact address."""

import time
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contributions import letters
from contributions.forms import new_stamp
from contributions.models import Enquiry
from contributions.tasks import expire
from hub.core.models import SiteText
from hub.mail.models import Delivery
from hub.mail.sending import drain
from tests.factories import make_editor, make_reviewer

pytestmark = pytest.mark.django_db
URL, DESK = "/contact/", "/admin/contributions/enquiry/"


def post(**over: Any) -> dict[str, Any]:
    return {
        "kind": "training", "message": "Can you come for two days in May?", "name": "Ann",
        "email": "Ann@Example.net", "company": "", "stamp": new_stamp(time.time() - 60), **over,
    }  # fmt: skip


@pytest.fixture
def contact_point() -> None:
    SiteText.objects.create(key="contact.email", text="house@example.org", html="house@example.org")


def mails(settings: Any) -> list[Any]:
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in settings.MAIL_DIR.glob("*.eml")
    ]


@pytest.mark.usefixtures("contact_point")
def test_an_enquiry_reaches_the_desk_and_the_contact_address(
    client: Client, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
):
    settings.MAIL_DIR = tmp_path
    response = client.post(URL, post(name="Ann\r\nBcc: eve@example.com"))
    assert (response.status_code, response["Location"], response.cookies) == (302, f"{URL}?sent#write", {})
    assert "Thank you." in client.get(response["Location"]).text
    enquiry = Enquiry.objects.get()
    assert (enquiry.kind, enquiry.email, enquiry.state) == ("training", "ann@example.net", "open")
    drain()
    (mail,) = mails(settings)
    assert mail["To"] == "house@example.org"
    assert mail["Reply-To"] == "ann@example.net"
    assert mail["Bcc"] is None
    assert "Can you come for two days in May?" in mail.get_body(("plain",)).get_content()
    assert f"{DESK}{enquiry.pk}/change/" in mail.get_body(("plain",)).get_content()


def test_without_a_contact_address_it_waits_on_the_desk(client: Client):
    client.post(URL, post())
    assert Enquiry.objects.count() == 1
    assert not Delivery.objects.exists()


def test_the_address_of_contributions_stands_in(settings: Any, client: Client):
    settings.CONTRIBUTIONS_EMAIL = "send@example.org"
    client.post(URL, post())
    assert Delivery.objects.get().address == "send@example.org"


@pytest.mark.usefixtures("contact_point")
def test_what_was_dealt_with_meanwhile_is_not_mailed(client: Client, settings: Any, tmp_path: Any):
    settings.MAIL_DIR = tmp_path
    client.post(URL, post())
    letters.decide(Enquiry.objects.get(), "spam", make_editor(), 1)
    drain()
    assert mails(settings) == []
    assert Delivery.objects.get().reason == "was dealt with"


def test_an_editor_marks_it_as_answered_and_opens_it_again(client: Client):
    client.post(URL, post())
    enquiry = Enquiry.objects.get()
    client.force_login(make_editor())
    page = client.get(f"{DESK}{enquiry.pk}/change/").text
    assert "mailto:ann@example.net" in page
    for state in ("answered", "open"):
        client.post(f"{DESK}{enquiry.pk}/decide/", {"state": state, "version": enquiry.version})
        enquiry.refresh_from_db()
        assert enquiry.state == state


def test_the_first_page_of_admin_counts_what_waits(client: Client):
    client.post(URL, post())
    client.force_login(make_editor())
    assert (
        f'href="{DESK}?state__exact=open"><span class="figure-value">1</span>' in client.get("/admin/").text
    )
    client.force_login(make_reviewer())
    assert DESK not in client.get("/admin/").text


def test_a_reviewer_sees_no_letters(client: Client):
    client.post(URL, post())
    client.force_login(make_reviewer())
    assert client.get(DESK).status_code == 403


@pytest.mark.parametrize(
    "over",
    [{"kind": "love"}, {"message": ""}, {"message": "short"}, {"message": "x" * 4001}, {"name": " "},
     {"email": "nobody"}, {"email": "a@b.example\nBcc: c@d.example"}, {"message": "Ã© mojibake, and long"}],
    ids=str,
)  # fmt: skip
def test_what_can_not_be_kept_is_refused_with_the_reason(client: Client, over: dict[str, str]):
    assert client.post(URL, post(**over)).status_code == 422
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("over", [{"company": "Acme"}, {"stamp": ""}], ids=str)
def test_a_robot_is_answered_like_anybody_and_keeps_nothing(client: Client, over: dict[str, str]):
    assert client.post(URL, post(**over))["Location"] == f"{URL}?sent#write"
    assert not Enquiry.objects.exists()


def test_sent_twice_it_is_one_and_an_address_sends_so_many(client: Client):
    values = post()
    for _ in range(2):
        client.post(URL, values)
    assert Enquiry.objects.count() == 1
    for number in range(5):
        client.post(URL, post(stamp=new_stamp(time.time() - 60)), REMOTE_ADDR=f"198.51.{number}.1")
    assert client.post(URL, post(), REMOTE_ADDR="203.0.113.9").status_code == 429


def test_many_links_are_marked_and_kept(client: Client):
    client.post(URL, post(message="Buy! " + "https://spam.example/ " * 6))
    assert Enquiry.objects.get().signals == {"links": 6}


def test_the_page_says_what_one_can_ask_for(client: Client):
    page = client.get(f"{URL}?kind=mentorship").text
    assert '<option value="mentorship" selected>' in page
    assert '<option value="other" selected>' in client.get(f"{URL}?kind=%00").text


def test_what_was_answered_is_forgotten_in_time(client: Client, monkeypatch: pytest.MonkeyPatch):
    client.post(URL, post())
    letters.decide(Enquiry.objects.get(), "answered", make_editor(), 1)
    later = timezone.now() + timedelta(days=181)
    monkeypatch.setattr(timezone, "now", lambda: later)
    expire()
    assert not Enquiry.objects.exists()
