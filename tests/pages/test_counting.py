"""Views, uses and votes: a browser tells, a row is kept, a task counts; nobody is followed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import timezone

from hub.core import counting
from hub.core.limits import Limit
from hub.core.models import ContentClock, CountingKey, DifficultyVote, Entry, EntryDay, EntryStats, Sighting
from hub.core.tasks import count_readers
from hub.pages.views import counting as views
from tests.factories import archive, make_question, make_user

pytestmark = [pytest.mark.django_db]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"
both_databases = pytest.mark.both_databases


def tell(client: Client, entry: Entry, act: str = "view", name: str = FIREFOX, **extra: Any) -> Any:
    headers = {"user-agent": name, "sec-fetch-site": "same-origin", **extra.pop("headers", {})}
    return client.post(f"/count/{entry.public_id}/{act}/", headers=headers, **extra)


def stats(entry: Entry) -> EntryStats:
    return EntryStats.objects.get(entry=entry)


@both_databases
def test_copying_twice_from_one_browser_is_one_use(client: Client):
    entry = make_question()
    for _ in range(2):
        assert tell(client, entry, "copy").status_code == 204
    assert stats(entry).uses_week == 0  # nothing is counted in the request
    assert counting.roll_up() == 1
    assert stats(entry).uses_week == 1
    assert counting.roll_up() == 0
    assert stats(entry).uses_week == 1


@both_databases
def test_two_browsers_of_one_network_and_two_networks_are_told_apart(client: Client):
    entry = make_question()
    tell(client, entry)
    tell(client, entry, name=SAFARI)
    tell(client, entry, REMOTE_ADDR="198.51.100.7")
    tell(client, entry, REMOTE_ADDR="198.51.100.8")  # the same network: the same reader, as far as we look
    counting.roll_up()
    assert stats(entry).views == 3
    assert EntryDay.objects.get(entry=entry).views == 3


@both_databases
def test_days_add_up_to_views_and_a_week_to_uses(client: Client, monkeypatch: pytest.MonkeyPatch):
    entry, start = make_question(), datetime(2026, 3, 1, 12, tzinfo=UTC)
    for day in range(9):
        monkeypatch.setattr(timezone, "now", lambda at=start + timedelta(days=day): at)
        tell(client, entry)
        tell(client, entry, "copy")
        count_readers()
    assert (stats(entry).views, stats(entry).uses_week) == (9, 7)
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(days=30))
    count_readers()
    assert (stats(entry).views, stats(entry).uses_week) == (9, 0)


@both_databases
def test_what_tells_browsers_apart_goes_with_the_day(client: Client, monkeypatch: pytest.MonkeyPatch):
    entry = make_question()
    tell(client, entry)
    counting.roll_up()
    assert (Sighting.objects.count(), CountingKey.objects.count()) == (1, 1)  # today goes on
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    counting.roll_up()
    assert (Sighting.objects.count(), CountingKey.objects.count()) == (0, 0)
    assert stats(entry).views == 1


def test_the_hash_of_a_browser_differs_from_day_to_day(client: Client, monkeypatch: pytest.MonkeyPatch):
    entry, now = make_question(), timezone.now()
    for day in range(2):
        monkeypatch.setattr(timezone, "now", lambda at=now + timedelta(days=day): at)
        tell(client, entry)
    assert len(set(Sighting.objects.values_list("reader", flat=True))) == 2


@both_databases
def test_more_sightings_than_fit_one_transaction(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counting, "CHUNK", 2)
    entries = [make_question() for _ in range(3)]
    for entry in entries:
        tell(client, entry)
        tell(client, entry, name=SAFARI)
    assert counting.roll_up() == 6
    assert [stats(entry).views for entry in entries] == [2, 2, 2]


@both_databases
def test_a_reader_who_comes_late_to_a_day_that_was_counted_adds_to_it():
    entry, yesterday = make_question(), timezone.now().date() - timedelta(days=1)
    EntryDay.objects.create(entry=entry, day=yesterday, views=7800)
    EntryStats.objects.filter(entry=entry).update(views=7800)
    Sighting.objects.create(entry=entry, act="view", day=yesterday, reader="late")
    counting.roll_up()
    assert EntryDay.objects.get(entry=entry).views == stats(entry).views == 7801


@pytest.mark.parametrize(
    "name",
    [
        "", "curl/8.5.0", "python-requests/2.32", "Googlebot/2.1",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/129.0 Safari/537.36",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0)", "Mozilla/5.0 Chrome-Lighthouse", "Mozilla/5.0 (crawler)",
    ],
)  # fmt: skip
def test_programs_are_not_counted_and_not_told(client: Client, name: str):
    entry = make_question()
    assert tell(client, entry, name=name).status_code == 204
    assert not Sighting.objects.exists()


@pytest.mark.parametrize(
    "wish", [{"sec-gpc": "1"}, {"dnt": "1"}, {"sec-purpose": "prefetch;prerender"}], ids=str
)
def test_who_would_not_be_counted_is_not(client: Client, wish: dict[str, str]):
    assert tell(client, make_question(), headers=wish).status_code == 204
    assert not Sighting.objects.exists()


def test_other_sites_cannot_count_here(client: Client):
    entry = make_question()
    assert tell(client, entry, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert not Sighting.objects.exists()


def test_one_network_counts_so_often_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(views, "SIGHTINGS", Limit("counting.network", most=2, period=3600))
    entry = make_question()
    for number in range(4):
        assert tell(client, entry, name=f"{FIREFOX} {number}").status_code == 204
    assert Sighting.objects.count() == 2


def test_looking_counts_nothing_and_what_is_not_public_is_not_there(client: Client):
    entry = make_question()
    client.get(entry.get_absolute_url())
    assert client.get(f"/count/{entry.public_id}/view/").status_code == 405
    assert tell(client, archive(entry)).status_code == 404
    assert client.post("/count/NO-SUCH-001/view/").status_code == 404
    assert client.post(f"/count/{entry.public_id}/lick/").status_code == 404
    assert not Sighting.objects.exists()


def test_no_cookie_is_given_and_no_address_kept(client: Client):
    entry = make_question()
    response = tell(client, entry, REMOTE_ADDR="203.0.113.77")
    assert (response.cookies, response.content) == ({}, b"")
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_sighting")
        kept = str(cursor.fetchall())
    assert "203.0.113" not in kept
    assert "Firefox" not in kept


def test_an_odd_name_is_a_name_like_any_other(client: Client):
    tell(client, make_question(), name="Mozilla/5.0 " + "x" * 5000 + "\udcff'\"%")
    assert Sighting.objects.count() == 1


# What pages show ------------------------------------------------------------------------------------------


def test_pages_show_the_figures_of_the_last_roll_up(client: Client, settings: Any):
    place = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "counting-pages"}
    settings.CACHES = {**settings.CACHES, "pages": place}
    caches["pages"].clear()
    entry = make_question()
    url, number = entry.get_absolute_url(), ContentClock.now()
    before, feed = client.get(url), client.get("/feeds/all.atom")["ETag"]
    tell(client, entry)
    assert client.get(url)["ETag"] == before["ETag"]
    counting.roll_up()
    after = client.get(url)
    assert after["ETag"] != before["ETag"]
    assert "1 view<" in after.content.decode()
    assert "1 view<" in client.get("/questions/").content.decode()
    assert ContentClock.now() == number  # totals and facets stay warm; feeds and API are not new
    assert client.get("/feeds/all.atom")["ETag"] == feed
    counting.roll_up()
    assert client.get(url)["ETag"] == after["ETag"]  # nothing was counted, nothing is made anew


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (7, 7), (99, 99), (101, 100), (156, 150), (999, 990), (7856, 7800), (123456, 120000)],
)
def test_a_figure_is_rounded_down_to_two_digits(count: int, shown: int):
    assert counting.floored(count) == shown


def test_cards_and_pages_round_views_and_count_uses(client: Client):
    entry = make_question()
    EntryStats.objects.filter(entry=entry).update(views=7856, uses_week=12)
    for url in ("/questions/", entry.get_absolute_url()):
        text = client.get(url).content.decode()
        assert "7,800 views" in text
        assert "12 uses this week" in text


# The API ----------------------------------------------------------------------------------------------------


def test_a_program_counts_a_use_once_a_day(client: Client):
    entry = make_question()
    url = f"/api/v1/entries/{entry.public_id.lower()}/copies/"
    for _ in range(2):
        assert client.post(url, headers={"user-agent": "editor-plugin/1.0"}).status_code == 204
    counting.roll_up()
    assert stats(entry).uses_week == 1


def test_the_api_refuses_what_it_can_not_count(client: Client, monkeypatch: pytest.MonkeyPatch):
    entry = make_question()
    url = f"/api/v1/entries/{entry.public_id}/copies/"
    assert client.get(url).status_code == 405
    assert client.post("/api/v1/entries/NO-SUCH-001/copies/").status_code == 404
    monkeypatch.setattr("hub.pages.api.COPIES", Limit("copies.network", most=2, period=3600))
    assert client.post(url).status_code == 204
    refused = client.post(url)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    archive(entry)
    assert Sighting.objects.count() == 1
    assert client.post(f"{url}?x=1").status_code in {400, 404, 429}


# Votes ------------------------------------------------------------------------------------------------------


def cast(client: Client, entry: Entry, difficulty: Any, **extra: Any) -> Any:
    headers = {"user-agent": FIREFOX, **extra.pop("headers", {})}
    return client.post(
        f"/difficulty/{entry.public_id}/", {"difficulty": difficulty}, headers=headers, **extra
    )


@both_databases
def test_readers_votes_stand_beside_the_editors_figure(client: Client):
    entry = make_question(difficulty=5)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "readers-difficulty" not in page
    response = cast(client, entry, 8)
    assert response["Location"] == f"{entry.get_absolute_url()}?voted#feedback"
    assert "Counted." in client.get(response["Location"]).content.decode()
    cast(client, entry, 5, REMOTE_ADDR="198.51.100.7")
    for url in (entry.get_absolute_url(), "/questions/"):
        assert "readers say 6.5 of 10 (2 votes)" in client.get(url).content.decode()


@both_databases
def test_a_second_vote_takes_the_place_of_the_first(client: Client):
    entry = make_question()
    for difficulty in (10, 2, 3):
        cast(client, entry, difficulty)
    assert (stats(entry).difficulty_votes, stats(entry).difficulty_sum) == (1, 3)


def test_an_account_has_one_vote_wherever_it_signs_in(client: Client):
    entry = make_question()
    client.force_login(make_user("ada"))
    cast(client, entry, 9)
    cast(client, entry, 4, REMOTE_ADDR="198.51.100.7", headers={"user-agent": SAFARI})
    assert (stats(entry).difficulty_votes, stats(entry).difficulty_sum) == (1, 4)


def test_votes_of_one_browser_on_two_entries_cannot_be_tied_together(client: Client):
    for entry in (make_question(), make_question()):
        response = cast(client, entry, 4)
    assert response.cookies == {}
    assert len(set(DifficultyVote.objects.values_list("voter", flat=True))) == 2


@pytest.mark.parametrize("difficulty", ["", "0", "11", "-1", "5.5", "five", "٥", "5 ", "9" * 5000, "\x00"])
def test_a_vote_that_is_no_difficulty_is_refused(client: Client, difficulty: str):
    entry = make_question()
    assert cast(client, entry, difficulty).status_code == 400
    assert stats(entry).difficulty_votes == 0


def test_who_may_not_vote(client: Client, monkeypatch: pytest.MonkeyPatch):
    entry = make_question()
    assert client.get(f"/difficulty/{entry.public_id}/").status_code == 405
    assert cast(client, entry, 5, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    monkeypatch.setattr(views, "VOTES", Limit("votes.network", most=1, period=3600))
    cast(client, entry, 5)
    refused = cast(client, entry, 6)
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert stats(entry).difficulty_sum == 5
    assert cast(client, archive(entry), 5).status_code == 404


def test_an_old_day_is_forgotten():
    entry = make_question()
    EntryDay.objects.create(entry=entry, day=date(2020, 1, 1), views=3)
    counting.roll_up()
    assert not EntryDay.objects.exists()
