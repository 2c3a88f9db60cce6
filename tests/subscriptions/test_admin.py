"""Editors read about subscribers, and can help them leave."""

import pytest
from django.test import Client

from subscriptions.models import Subscriber
from tests.factories import make_subscriber, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/subscriptions/subscriber/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def test_the_list_shows_growth_and_no_whole_address(editor: Client):
    make_subscriber("ada@example.org", frequency="daily")
    page = editor.get(LIST).content.decode()
    assert "a•••@example.org" in page
    assert "ada@example.org" not in page
    assert "Confirmed and left, by month" in page


def test_a_subscriber_is_found_by_the_whole_address_only(editor: Client):
    make_subscriber("ada@example.org")
    make_subscriber("eve@example.net")
    assert "1 subscriber" in editor.get(f"{LIST}?q=Ada@example.org").content.decode()
    assert "0 subscribers" in editor.get(f"{LIST}?q=ada").content.decode()


def test_nothing_is_changed_by_a_form(editor: Client):
    row = make_subscriber()
    assert editor.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert editor.post(f"{LIST}{row.pk}/change/", {"state": "left"}).status_code == 403
    assert editor.get(f"{LIST}add/").status_code == 403
    assert editor.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("action", "left"), [("unsubscribe", 1), ("erase", 0)])
def test_editors_help_people_leave(editor: Client, action: str, left: int):
    row = make_subscriber()
    editor.post(LIST, {"action": action, "_selected_action": [row.pk]})
    assert Subscriber.objects.filter(state="left").count() == left
    assert Subscriber.objects.count() == left


def test_others_see_nothing(client: Client):
    client.force_login(make_user())
    assert client.get(LIST).status_code == 302
