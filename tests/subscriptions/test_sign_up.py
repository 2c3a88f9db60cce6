"""Signing up answers the same for everybody and mails only who may be mailed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hub.core.addresses import address_hash
from hub.mail import sending
from hub.mail.models import Delivery, Suppression
from subscriptions import enrolling
from subscriptions.enrolling import Choices
from subscriptions.models import Subscriber
from tests.factories import make_subscriber, make_tag, make_technology
from tests.subscriptions.reading import letter, messages

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOW = datetime.now(UTC)
DATA = {
    "email": "Ada@Example.org",
    "frequency": "daily",
    "weekday": "1",
    "hour": "7",
    "time_zone": "Europe/Berlin",
}


def test_signing_up_stores_the_wishes_and_owes_one_letter(client: Client):
    make_technology("flask")
    make_tag("C++")
    wishes = {**DATA, "technology": ["flask"], "tag": "c++", "level": ["senior"], "difficulty_from": "3"}
    answer = client.post("/alerts/", wishes)
    assert (answer.status_code, answer["Location"]) == (302, "/alerts/sent/")
    row = Subscriber.objects.get()
    assert (row.address, row.state, row.frequency, row.hour) == ("ada@example.org", "unconfirmed", "daily", 7)
    assert [tag.slug for tag in row.tags.all()] == ["cpp"]
    assert (row.levels, row.difficulty_from, row.difficulty_to) == (["senior"], 3, 10)
    assert not client.cookies, "a reader gets no cookie"


def test_the_answer_tells_nothing_about_the_address(client: Client):
    make_subscriber("active@example.org")
    enrolling.pause(make_subscriber("paused@example.org"))
    enrolling.leave(make_subscriber("left@example.org"))
    client.post("/alerts/", {**DATA, "email": "pending@example.org"})
    Suppression.add(address_hash("bounced@example.org"), Suppression.Reason.BOUNCE)
    answers = set()
    for number, name in enumerate(["new", "pending", "active", "paused", "left", "bounced"]):
        data = {**DATA, "email": f"{name}@example.org"}
        answer = client.post("/alerts/", data, REMOTE_ADDR=f"10.{number}.0.1")
        page = client.get(answer["Location"])
        answers.add((answer.status_code, answer["Location"], page.content))
    assert len(answers) == 1
    assert Subscriber.objects.get(address="active@example.org").is_active
    assert Subscriber.objects.get(address="active@example.org").frequency == "weekly", (
        "strangers change nothing"
    )
    assert not Subscriber.objects.filter(address="bounced@example.org").exists()


def test_a_subscriber_who_signs_up_again_gets_the_link_to_the_settings(mailbox: Any):
    row = make_subscriber("ada@example.org")
    enrolling.sign_up("ada@example.org", Choices({"frequency": "daily"}))
    sending.drain()
    text = letter(mailbox, -1)
    assert "You are subscribed already" in text
    assert messages(mailbox)[-1]["Subject"] == "Your alerts from Knowledge Hub"
    assert row.path() in text


def test_one_letter_a_day_and_three_to_an_address_that_never_answers():
    for day in range(6):
        for _ in range(3):
            enrolling.sign_up("ada@example.org", Choices({}), now=NOW + timedelta(days=day))
        enrolling.forget_expired(now=NOW + timedelta(days=day))
    assert Delivery.objects.filter(stream="confirm").count() == 3
    enrolling.forget_expired(now=NOW + timedelta(days=30))
    enrolling.sign_up("ada@example.org", Choices({}), now=NOW + timedelta(days=31))
    assert Delivery.objects.filter(stream="confirm").count() == 3
    assert not Subscriber.objects.exists(), "not even the address is kept"


def test_who_confirmed_may_come_back_after_leaving():
    for day in range(0, 250, 50):
        now = NOW + timedelta(days=day)
        row = make_subscriber("ada@example.org", now=now)
        enrolling.leave(row, now=now)
        enrolling.forget_expired(now=now + timedelta(days=40))
    assert Delivery.objects.filter(stream="confirm").count() == 5


def test_more_than_five_an_hour_from_a_network_are_told_to_wait(client: Client):
    codes = [client.post("/alerts/", {**DATA, "email": f"p{n}@example.org"}).status_code for n in range(6)]
    assert codes == [302] * 5 + [429]
    refused = client.post("/alerts/", {**DATA, "email": "p9@example.org"})
    assert int(refused["Retry-After"]) > 0
    assert Subscriber.objects.count() == 5
    assert client.post("/alerts/", DATA, REMOTE_ADDR="10.1.2.3").status_code == 302


def test_a_filled_trap_gets_the_same_answer_and_no_letter(client: Client):
    answer = client.post("/alerts/", {**DATA, "website": "https://spam.example"})
    assert (answer.status_code, answer["Location"]) == (302, "/alerts/sent/")
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "ada"),
        ("email", "ada@example.org\r\nBcc: eve@example.org"),
        ("email", "a" * 300 + "@example.org"),
        ("frequency", "hourly"),
        ("hour", "24"),
        ("hour", "-1"),
        ("weekday", "8"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("technology", "no-such"),
        ("kind", "no-such"),
        ("level", "no-such"),
        ("tag", "no-such"),
        ("tag", ",".join(f"t{n}" for n in range(60))),
        ("difficulty_from", "11"),
        ("difficulty_to", "x"),
        ("email", "ada\x00@example.org"),
    ],
)
def test_bad_input_is_told_and_stores_nothing(client: Client, field: str, value: str):
    answer = client.post("/alerts/", {**DATA, field: value})
    assert answer.status_code == 422
    assert not Subscriber.objects.exists()


def test_a_range_that_ends_before_it_begins_is_told(client: Client):
    answer = client.post("/alerts/", {**DATA, "difficulty_from": "8", "difficulty_to": "3"})
    assert answer.status_code == 422
    assert "ends before it begins" in answer.content.decode()


def test_the_form_comes_prefilled_from_an_address(client: Client):
    make_technology("flask")
    page = client.get(
        "/alerts/?technology=flask&tag=security&kind=question&level=nonsense&hour=99"
    ).content.decode()
    assert 'value="flask" id="id_technology_0" checked' in page.replace('checked=""', "checked")
    assert 'value="security"' in page


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client: Client, method: str):
    assert getattr(client, method)("/alerts/").status_code == 405


def test_another_site_cannot_sign_people_up(client: Client):
    assert client.post("/alerts/", DATA, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Subscriber.objects.exists()
