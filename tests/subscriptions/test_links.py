"""What the links in mails lead to. A GET changes nothing, a POST does it once, and nobody else can."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hub.core.links import make_token
from hub.core.models import ContentClock
from hub.mail import bounces
from hub.mail.mailbox import SetAside
from subscriptions import enrolling
from subscriptions.enrolling import Choices
from subscriptions.models import Subscriber
from tests.factories import make_question, make_subscriber, make_technology

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PAGES = ["manage", "confirm", "unsubscribe", "export", "erase"]
SETTINGS = {"frequency": "daily", "weekday": "2", "hour": "7", "time_zone": "Asia/Tokyo"}


@pytest.fixture
def pending() -> Subscriber:
    enrolling.sign_up("ada@example.org", Choices({"frequency": "daily"}))
    return Subscriber.objects.get()


def rows() -> list[Any]:
    return list(Subscriber.objects.values())


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("state", ["unconfirmed", "active", "paused", "left"])
def test_looking_changes_nothing(client: Client, method: str, page: str, state: str):
    if state == "unconfirmed":
        enrolling.sign_up("ada@example.org", Choices({}))
        row = Subscriber.objects.get()
    else:
        row = make_subscriber()
        acts: dict[str, Any] = {"active": bool, "paused": enrolling.pause, "left": enrolling.leave}
        acts[state](row)
    before = rows()
    answer = getattr(client, method)(row.path(page))
    assert answer.status_code in {200, 302, 410}
    assert rows() == before
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert not client.cookies


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("token", ["x" * 38, "short", make_token("submission", 1, 1), "A" * 300])
def test_a_link_that_is_not_ours_is_not_found(client: Client, page: str, token: str):
    make_subscriber()
    path = f"/alerts/{token}/" if page == "manage" else f"/alerts/{token}/{page}/"
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert Subscriber.objects.get().is_active


@pytest.mark.parametrize("page", PAGES)
def test_other_methods_are_refused(client: Client, page: str):
    path = make_subscriber().path(page)
    assert {getattr(client, method)(path).status_code for method in ("put", "patch", "delete")} == {405}


# Confirm -----------------------------------------------------------------------------------------


def test_the_button_confirms_and_a_second_press_changes_nothing(client: Client, pending: Subscriber):
    make_question()
    assert "Press the button" in client.get(pending.path("confirm")).content.decode()
    assert client.post(pending.path("confirm")).status_code == 302
    pending.refresh_from_db()
    assert pending.is_active
    assert pending.last_event == ContentClock.now(), "only what is new from now on"
    assert pending.next_at is not None
    assert pending.confirmed_at is not None
    assert pending.next_at > pending.confirmed_at
    before = rows()
    assert client.post(pending.path("confirm")).status_code == 302
    assert rows() == before
    assert "Your alerts are on" in client.get(pending.path("confirm")).content.decode()


def test_an_expired_sign_up_can_not_be_confirmed(client: Client, pending: Subscriber):
    Subscriber.objects.update(asked_at=datetime.now(UTC) - timedelta(hours=73))
    assert client.get(pending.path("confirm")).status_code == 410
    assert client.post(pending.path("confirm")).status_code == 410
    pending.refresh_from_db()
    assert pending.state == "unconfirmed"


def test_a_confirm_link_does_not_bring_back_who_has_left(client: Client):
    row = make_subscriber()
    enrolling.leave(row)
    assert client.post(row.path("confirm")).status_code == 410
    row.refresh_from_db()
    assert row.state == "left"


def test_another_site_can_not_press_the_button(client: Client, pending: Subscriber):
    assert client.post(pending.path("confirm"), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


# Manage ------------------------------------------------------------------------------------------


def test_preferences_are_saved(client: Client):
    technology = make_technology("flask")
    row = make_subscriber("ada@example.org", frequency="weekly")
    data = {**SETTINGS, "action": "save", "technology": ["flask"], "level": ["mid", "senior"]}
    answer = client.post(row.path(), data, follow=True)
    assert "Saved." in answer.content.decode()
    assert "ada@example.org" not in answer.content.decode(), "a screen shows no whole address"
    row.refresh_from_db()
    assert (row.frequency, row.hour, row.time_zone, row.levels) == (
        "daily",
        7,
        "Asia/Tokyo",
        ["mid", "senior"],
    )
    assert list(row.technologies.all()) == [technology]
    assert row.next_at is not None
    assert row.next_at.astimezone(row.zone).hour == 7


@pytest.mark.parametrize(
    "over", [{"hour": "30"}, {"time_zone": ""}, {"frequency": "x"}, {"technology": ["nothing"]}]
)
def test_bad_preferences_are_told_and_change_nothing(client: Client, over: dict[str, Any]):
    row = make_subscriber()
    before = rows()
    assert client.post(row.path(), {**SETTINGS, "action": "save", **over}).status_code == 422
    assert rows() == before


@pytest.mark.parametrize("action", ["", "fly", "__class__"])
def test_an_unknown_action_changes_nothing(client: Client, action: str):
    row = make_subscriber()
    before = rows()
    client.post(row.path(), {**SETTINGS, "action": action})
    assert rows() == before


def test_pause_and_resume(client: Client):
    row = make_subscriber()
    client.post(row.path(), {"action": "pause"})
    row.refresh_from_db()
    assert row.state == "paused"
    make_question()
    assert "Resume" in client.get(row.path()).content.decode()
    client.post(row.path(), {"action": "resume"})
    row.refresh_from_db()
    assert (row.state, row.last_event) == ("active", ContentClock.now())


def test_who_left_can_not_be_resumed_by_a_link(client: Client):
    row = make_subscriber()
    client.post(row.path(), {"action": "leave"})
    client.post(row.path(), {"action": "resume"})
    row.refresh_from_db()
    assert row.state == "left"


def test_renewed_links_turn_old_ones_off_but_for_leaving(client: Client):
    row = make_subscriber()
    old = {page: row.path(page) for page in PAGES}
    answer = client.post(row.path(), {"action": "rotate"})
    assert client.get(answer["Location"]).status_code == 200
    assert {client.get(old[page]).status_code for page in ("manage", "confirm", "export", "erase")} == {410}
    assert client.post(old["manage"], {"action": "pause"}).status_code == 410
    row.refresh_from_db()
    assert row.is_active
    assert client.post(old["unsubscribe"]).status_code == 200
    row.refresh_from_db()
    assert row.state == "left"


def test_the_export_holds_everything(client: Client):
    row = make_subscriber("ada@example.org", technologies=[make_technology("flask")])
    answer = client.get(client.post(row.path(), {"action": "export"})["Location"])
    assert "attachment" in answer["Content-Disposition"]
    data = json.loads(answer.content)
    assert data["subscription"]["address"] == "ada@example.org"
    assert data["subscription"]["technologies"] == ["flask"]
    assert [mail["stream"] for mail in data["mails"]] == ["confirm"]


# Leave -------------------------------------------------------------------------------------------


def test_one_click_leaves_without_cookie_or_redirect_and_again(client: Client):
    strict = Client(enforce_csrf_checks=True)
    row = make_subscriber()
    for _ in range(3):
        answer = strict.post(
            row.path("unsubscribe"), "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded", headers={"Sec-Fetch-Site": "cross-site"},
        )  # fmt: skip
        assert answer.status_code == 200
    assert not strict.cookies
    row.refresh_from_db()
    assert row.state == "left"
    left_at = row.left_at
    strict.post(row.path("unsubscribe"))
    row.refresh_from_db()
    assert row.left_at == left_at


def test_leaving_after_the_row_is_gone_is_fine(client: Client):
    row = make_subscriber()
    path = row.path("unsubscribe")
    enrolling.erase(row)
    assert client.post(path).status_code == 200
    assert client.get(path).status_code == 200


def test_who_never_confirmed_leaves_nothing_behind(client: Client, pending: Subscriber):
    assert client.post(pending.path("unsubscribe")).status_code == 200
    assert not Subscriber.objects.exists()


def test_a_mail_whose_subject_is_the_token_leaves_and_another_does_not(client: Client):
    row, other = make_subscriber(), make_subscriber()
    earlier, row = row.token, enrolling.rotate(row)
    raw = "From: <x@example.net>\r\nSubject: {}\r\n\r\n".format
    for _ in range(2):
        assert bounces.take(raw(earlier).encode()) == "unsubscribed"
    with pytest.raises(SetAside):
        bounces.take(raw(f"{earlier[:-1]}x").encode())
    states = dict(Subscriber.objects.values_list("pk", "state"))
    assert states == {row.pk: "left", other.pk: "active"}


@pytest.mark.parametrize(
    ("zone", "at", "resumed"),
    [
        ("Pacific/Auckland", "2026-12-23T10:59", 0),
        ("Pacific/Auckland", "2026-12-23T11:01", 1),
        ("America/New_York", "2026-12-24T04:59", 0),
        ("America/New_York", "2026-12-24T05:01", 1),
    ],
)
def test_a_pause_ends_on_its_day_by_the_subscribers_calendar(zone: str, at: str, resumed: int):
    row = make_subscriber(time_zone=zone)
    enrolling.pause(row, date(2026, 12, 24))
    now = datetime.fromisoformat(f"{at}+00:00")
    assert enrolling.resume_due(now=now) == resumed
    row.refresh_from_db()
    assert row.state == ("active" if resumed else "paused")
    assert (row.paused_until is None) == bool(resumed)
    assert enrolling.resume_due(now=now) == 0


def test_a_day_to_pause_until_is_kept_and_told(client: Client):
    row = make_subscriber()
    until = (datetime.now(UTC) + timedelta(days=40)).date()
    client.post(row.path(), {"action": "pause", "until": until.isoformat()})
    row.refresh_from_db()
    assert (row.state, row.paused_until) == ("paused", until)
    assert f"Paused until {until.day} {until:%B %Y}" in client.get(row.path()).content.decode()
    enrolling.leave(row)
    assert enrolling.resume_due(now=datetime.now(UTC) + timedelta(days=99)) == 0


@pytest.mark.parametrize("until", ["2020-01-01", "9999-12-31", "tomorrow", "2027-02-30"])
def test_a_day_that_can_not_be_paused_until_is_told(client: Client, until: str):
    row = make_subscriber()
    answer = client.post(row.path(), {"action": "pause", "until": until})
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.state == "active"
