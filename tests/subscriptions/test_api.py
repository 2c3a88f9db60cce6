"""Subscribing through the API."""

from typing import Any

import pytest
from django.test import Client

from subscriptions.models import Subscriber
from tests.factories import make_subscriber, make_tag, make_technology

pytestmark = pytest.mark.django_db

URL = "/api/v1/subscriptions/"


def post(client: Client, **data: Any) -> Any:
    return client.post(URL, data, content_type="application/json")


def test_signing_up_answers_the_same_for_every_address(client: Client):
    make_technology("flask")
    make_tag("security")
    make_subscriber("known@example.org")
    wishes = {"technology": ["flask"], "tag": ["security"], "frequency": "daily", "hour": 0}
    answers = [post(client, email=email, **wishes) for email in ("new@example.org", "known@example.org")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    row = Subscriber.objects.get(address="new@example.org")
    assert (row.state, row.frequency, row.hour) == ("unconfirmed", "daily", 0)
    assert [technology.slug for technology in row.technologies.all()] == ["flask"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "ada@example.org", "technology": ["nothing"]}, "technology"),
        ({"email": "ada@example.org", "technology": "flask"}, "technology"),
        ({"email": "ada@example.org", "tag": ["nothing"]}, "tag"),
        ({"email": "ada@example.org", "hour": 24}, "hour"),
        ({"email": "ada@example.org", "time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_bad_input_names_the_field(client: Client, data: dict[str, Any], field: str):
    answer = post(client, **data)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Subscriber.objects.exists()


def test_a_network_shares_its_limit_with_the_page(client: Client):
    codes = [post(client, email=f"p{n}@example.org").status_code for n in range(6)]
    assert codes == [202] * 5 + [429]


def test_nothing_can_be_read_here(client: Client):
    assert client.get(URL).status_code == 405
