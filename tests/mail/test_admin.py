"""Editors see what became of each message, and decide what is in doubt."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hub.core.addresses import address_hash
from hub.mail import sending
from hub.mail.models import Delivery, Hold, Suppression
from hub.mail.streams import Doubt
from tests.factories import make_user
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC) + timedelta(hours=2)  # later than anything that a test of this run writes
LIST = "/admin/mail/delivery/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_user("grace", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def doubtful(owe: Any, stream: Any, sink: Sink) -> Delivery:
    stream("careful", on_doubt=Doubt.COUNT_AS_DELIVERED)
    row = owe(name="careful")
    sink.drop_after = {row.address}
    sending.drain(now=NOW)
    sink.drop_after = set()
    return row


def test_the_ledger_is_read_by_state_and_found_by_address(editor: Client, owe: Any, doubtful: Delivery):
    owe("eve@example.org")
    assert "1 delivery" in editor.get(f"{LIST}?state=uncertain").content.decode()
    assert "1 delivery" in editor.get(f"{LIST}?q=Eve@Example.org").content.decode()
    assert "0 deliveries" in editor.get(f"{LIST}?q=nobody@example.org").content.decode()


def test_a_message_can_not_be_edited(editor: Client, doubtful: Delivery):
    assert editor.get(f"{LIST}{doubtful.pk}/change/").status_code == 200
    assert editor.post(f"{LIST}{doubtful.pk}/change/", {"state": "accepted"}).status_code == 403


@pytest.mark.parametrize(("action", "state"), [("send_again", "pending"), ("count_as_delivered", "accepted")])
def test_doubt_is_settled_by_an_action(editor: Client, doubtful: Delivery, action: str, state: str):
    editor.post(LIST, {"action": action, "_selected_action": [doubtful.pk]})
    doubtful.refresh_from_db()
    assert doubtful.state == state
    assert "grace" in doubtful.reason


def test_looking_decides_nothing(editor: Client, doubtful: Delivery):
    editor.get(f"{LIST}?action=send_again&_selected_action={doubtful.pk}")
    doubtful.refresh_from_db()
    assert doubtful.state == "uncertain"


def test_who_may_only_look_gets_no_actions(client: Client, doubtful: Delivery):
    client.force_login(make_user(is_staff=True))
    assert client.post(LIST, {"action": "send_again", "_selected_action": [doubtful.pk]}).status_code == 403
    doubtful.refresh_from_db()
    assert doubtful.state == "uncertain"


def test_an_address_is_suppressed_under_its_hash(editor: Client):
    data = {
        "address": "Ada@example.org",
        "scope": "everything",
        "reason": "manual",
        "note": "asked by telephone",
    }
    assert editor.post("/admin/mail/suppression/add/", data).status_code == 302
    assert Suppression.objects.get().recipient_hash == address_hash("ada@example.org")
    again = editor.post("/admin/mail/suppression/add/", data)
    assert "suppressed already" in again.content.decode()
    assert "1 suppression" in editor.get("/admin/mail/suppression/?q=ada@example.org").content.decode()


def test_an_edition_is_paused_and_resumed(editor: Client, owe: Any, sink: Sink):
    owe(slot="2026-W47")
    editor.post("/admin/mail/hold/add/", {"stream": "letters", "slot": "2026-W47", "reason": "a wrong link"})
    assert sending.drain(now=NOW) == {}
    held = Hold.objects.get()
    assert held.by is not None
    editor.post(f"/admin/mail/hold/{held.pk}/delete/", {"post": "yes"})
    assert sending.drain(now=NOW) == {"accepted": 1}
