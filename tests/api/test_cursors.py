"""Walking a list by cursor: every entry once, at any depth, while others appear; nonsense is 400."""

import base64
import json
from datetime import UTC, datetime

import pytest

from tests.factories import archive, make_question

LIST = "/api/v1/questions/"


def walk(client, url, between=lambda: None):
    found = []
    while url:
        body = client.get(url).json()
        found += [row["public_id"] for row in body["results"]]
        between()
        url = body["next"]
    return found


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_walk_returns_every_entry_once_while_new_ones_appear(client):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    entries = [make_question(at=at).public_id for _ in range(7)]  # one moment for all: the id decides
    entries += [make_question().public_id for _ in range(4)]
    found = walk(client, f"{LIST}?page_size=3", between=make_question)
    assert [public_id for public_id in found if public_id in entries] == list(reversed(entries))
    assert len(found) == len(set(found))


@pytest.mark.django_db
def test_archiving_while_walking_skips_nobody_else(client):
    entries = [make_question() for _ in range(6)]
    body = client.get(f"{LIST}?page_size=2").json()
    archive(entries[4])
    assert walk(client, body["next"]) == [entry.public_id for entry in reversed(entries[:4])]


@pytest.mark.django_db
def test_previous_leads_back_the_same_way(client):
    for _ in range(5):
        make_question()
    first = client.get(f"{LIST}?page_size=2").json()
    assert first["previous"] is None
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert third["next"] is None
    assert client.get(third["previous"]).json()["results"] == second["results"]
    assert client.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.django_db
def test_the_next_page_keeps_the_filters(client):
    for number in range(4):
        make_question(level="mid" if number % 2 else "junior", difficulty=4)
    body = client.get(f"{LIST}?level=mid&page_size=1").json()
    assert "level=mid" in body["next"]
    assert len(walk(client, f"{LIST}?level=mid&page_size=1")) == 2


def cursor_of(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    [
        "cD0x",
        "",
        "%00",
        "ä",
        "=" * 9,
        "A" * 5000,
        cursor_of(None),
        cursor_of([]),
        cursor_of([True, "yesterday", 1]),
        cursor_of([True, "2026-11-01T00:00:00", 1]),
        cursor_of([1, "2026-11-01T00:00:00+00:00", 1]),
        cursor_of([False, "2026-11-01T00:00:00+00:00", 2**63]),
        cursor_of([False, "2026-11-01T00:00:00+00:00", -1]),
        cursor_of([False, "0001-01-01T00:00:00+23:59", 1]),
        cursor_of({"a": 1}),
    ],
)
def test_a_cursor_that_this_house_did_not_make_is_never_a_500(client, cursor):
    make_question()
    response = client.get(LIST, {"cursor": cursor})
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert "cursor" in response.json()["errors"]


@pytest.mark.django_db
@pytest.mark.parametrize("size", ["0", "101", "-1", "x", "1e2", "٣", "9999999999"])
def test_a_page_size_outside_1_to_100_is_400(client, size):
    assert client.get(LIST, {"page_size": size}).status_code == 400
