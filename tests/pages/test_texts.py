"""Words of the site that editors change."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from hub.core.models import ContentClock, Event, SiteText
from hub.core.texts import places
from tests.factories import make_editor

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADMIN = "/admin/core/sitetext/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_the_shipped_words_stand_until_somebody_changes_them(client: Client):
    assert "Engineering knowledge, <em>given back</em>. For free." in client.get("/").content.decode()


def test_an_editor_changes_a_text_and_the_next_reader_sees_it(admin: Client):
    etag = admin.get("/").headers["ETag"]
    number = ContentClock.now()
    response = admin.post(f"{ADMIN}add/", {"key": "hero.title", "text": "Written *by hand*. <script>"})
    assert response.status_code == 302
    page = admin.get("/", headers={"if-none-match": etag})
    assert page.status_code == 200
    assert "Written <em>by hand</em>. &lt;script&gt;" in page.content.decode()
    assert ContentClock.now() == number + 1
    assert Event.objects.get(n=number + 1).act == Event.Act.TEXT


def test_a_text_is_changed_again_and_deleting_it_brings_the_shipped_words_back(admin: Client):
    admin.post(f"{ADMIN}add/", {"key": "hero.title", "text": "First"})
    admin.post(f"{ADMIN}hero.title/change/", {"text": "Second"})
    assert "Second" in admin.get("/").content.decode()
    admin.post(f"{ADMIN}hero.title/delete/", {"post": "yes"})
    assert "given back" in admin.get("/").content.decode()


def test_an_empty_text_hides_the_place(admin: Client):
    admin.post(f"{ADMIN}add/", {"key": "quote.first", "text": ""})
    assert "Somebody left a lamp on" not in admin.get("/").content.decode()
    assert SiteText.objects.get(key="quote.first").html == ""


@pytest.mark.parametrize("key", ["nothing", "", "hero.title "])
def test_a_place_that_does_not_exist_is_refused(admin: Client, key: str):
    assert admin.post(f"{ADMIN}add/", {"key": key, "text": "x"}).status_code in {200, 302}
    assert not SiteText.objects.exclude(key__in=places()).exists()


def test_a_place_is_taken_once(admin: Client):
    admin.post(f"{ADMIN}add/", {"key": "hero.title", "text": "First"})
    assert admin.post(f"{ADMIN}add/", {"key": "hero.title", "text": "Second"}).status_code == 200
    assert SiteText.objects.get(key="hero.title").text == "First"


def test_all_texts_of_a_page_cost_no_question_when_warm(client: Client, django_assert_num_queries: Any):
    client.get("/contact/")
    with django_assert_num_queries(1):
        client.get("/contact/")


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        ("contact.email", "Hello@Example.org ", '<a href="mailto:hello@example.org">hello@example.org</a>'),
        ("contact.phone", "+44 (20) 7946 0000", '<a href="tel:+442079460000">+44 (20) 7946 0000</a>'),
        ("contact.hours", "Mon–Fri, 9–18, Europe/London", "Mon–Fri, 9–18, Europe/London"),
        ("contact.social", "[Elsewhere](https://example.org/us)", 'href="https://example.org/us"'),
    ],
)
def test_a_contact_point_is_a_link_on_the_contact_page_and_at_home(
    admin: Client, key: str, text: str, shown: str
):
    assert admin.post(f"{ADMIN}add/", {"key": key, "text": text}).status_code == 302
    for url in ("/contact/", "/"):
        assert shown in admin.get(url).content.decode()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("contact.email", "no address"), ("contact.email", "a@b.example\nBcc: c@d.example"),
        ("contact.email", "javascript:alert(1)"), ("contact.phone", "call me"),
        ("contact.phone", "+44 <script>"),
        ("home.order", "domains, nonsense"), ("home.order", "<script>"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_place_is_refused(admin: Client, key: str, text: str):
    assert admin.post(f"{ADMIN}add/", {"key": key, "text": text}).status_code == 200
    assert not SiteText.objects.exists()


def test_others_may_not(client: Client):
    client.force_login(make_editor())
    assert client.post(f"{ADMIN}add/", {"key": "hero.title", "text": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["/privacy/", "/terms/", "/contact/"])
def test_the_house_rules_are_there(client: Client, path: str):
    response = client.get(path)
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
