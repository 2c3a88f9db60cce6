"""One daily a local date and one weekly an ISO week, never before the chosen hour, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from subscriptions.schedule import label, next_time, slot_at

ZONES = [
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Dublin", "Europe/Istanbul",
    "Europe/Chisinau", "America/New_York", "America/St_Johns", "America/Havana",
    "America/Sao_Paulo", "America/Asuncion", "America/Santiago", "America/Los_Angeles",
    "America/Nuuk", "America/Scoresbysund", "America/Caracas", "America/Anchorage",
    "America/Halifax", "Atlantic/Azores", "Africa/Casablanca", "Africa/Cairo", "Africa/El_Aaiun",
    "Africa/Lagos", "Asia/Beirut", "Asia/Tehran", "Asia/Gaza", "Asia/Jerusalem", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Tokyo", "Asia/Amman", "Australia/Sydney", "Australia/Lord_Howe",
    "Australia/Eucla", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati",
    "Antarctica/Troll",
]  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)


def sent(
    frequency: str, zone: ZoneInfo, hour: int, weekday: int, start: datetime, days: int
) -> list[tuple[datetime, str]]:
    """Every digest of a subscriber whose worker looks exactly when it should: (moment, slot)."""
    found: list[tuple[datetime, str]] = []
    now = next_time(start, frequency, zone, hour, weekday)
    while now < start + timedelta(days=days):
        slot = slot_at(now, frequency, zone, hour, weekday)
        if slot is not None and slot not in {other for _, other in found[-3:]}:
            found.append((now, slot))
        now = next_time(now, frequency, zone, hour, weekday)
    return found


def reaches(day: date, hour: int, zone: ZoneInfo) -> bool:
    """Whether a date has a moment at or after an hour: not where the clocks jump from 23:00 to midnight."""
    noon = datetime.combine(day, time(12), zone).astimezone(UTC)
    moments = (noon + timedelta(minutes=5 * n) for n in range(-200, 200))
    return any(local.date() == day and local.hour >= hour for local in (m.astimezone(zone) for m in moments))


@pytest.mark.parametrize("name", ZONES)
def test_400_days_bring_one_daily_each_local_date(name: str):
    zone = ZoneInfo(name)
    for hour in (0, 2, 8, 23):
        digests = sent("daily", zone, hour, 1, START, 400)
        dates = [moment.astimezone(zone).date() for moment, _ in digests]
        assert len(dates) == len(set(dates))
        first, last = dates[0], dates[-1]
        missed = {first + timedelta(days=n) for n in range((last - first).days)} - set(dates)
        assert not any(reaches(day, hour, zone) for day in missed)
        assert len(dates) >= 398
        assert all(moment.astimezone(zone).hour >= hour for moment, _ in digests)
        assert [slot for _, slot in digests] == [day.isoformat() for day in dates]


@pytest.mark.parametrize("name", ZONES)
def test_400_days_bring_one_weekly_each_iso_week(name: str):
    zone = ZoneInfo(name)
    for weekday in (1, 4, 7):
        digests = sent("weekly", zone, 2, weekday, START, 400)
        local = [moment.astimezone(zone) for moment, _ in digests]
        weeks = [moment.isocalendar()[:2] for moment in local]
        assert len(weeks) == len(set(weeks))
        assert len(weeks) in {57, 58}
        assert {moment.isoweekday() for moment in local} == {weekday}
        assert all(moment.hour >= 2 for moment in local)


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, tzinfo=UTC)),  # 02:00 to 03:00 is skipped
        ("Europe/Berlin", datetime(2026, 10, 24, tzinfo=UTC)),  # 02:00 to 03:00 happens twice
        ("Asia/Beirut", datetime(2026, 3, 27, tzinfo=UTC)),  # midnight is skipped
        ("America/Havana", datetime(2026, 10, 31, tzinfo=UTC)),  # the hour after midnight happens twice
        ("Australia/Lord_Howe", datetime(2026, 4, 3, tzinfo=UTC)),  # half an hour happens twice
        ("Pacific/Apia", datetime(2011, 12, 28, tzinfo=UTC)),  # 30 December 2011 did not happen
        ("America/Goose_Bay", datetime(2010, 11, 5, tzinfo=UTC)),  # one minute past midnight became 23:01
    ],
)
def test_a_beat_every_five_minutes_over_a_clock_change(name: str, when: datetime):
    zone = ZoneInfo(name)
    for hour in range(24):
        slots: list[str] = []
        now = when
        while now < when + timedelta(days=4):
            slot = slot_at(now, "daily", zone, hour, 1)
            if slot is not None and slot not in slots:
                assert now.astimezone(zone).hour >= hour
                slots.append(slot)
            now += timedelta(minutes=5)
        days = {(when + timedelta(minutes=5 * n)).astimezone(zone).date() for n in range(4 * 288)}
        assert len(days) - 1 <= len(slots) <= len(days)


def test_a_skipped_hour_begins_when_the_clock_has_jumped():
    zone = ZoneInfo("Europe/Berlin")
    moment = next_time(datetime(2026, 3, 28, 12, tzinfo=UTC), "daily", zone, 2, 1)
    assert moment == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert moment.astimezone(zone).hour == 3


def test_a_missed_digest_leaves_later_the_same_day_but_not_before_its_hour():
    zone = ZoneInfo("Europe/Berlin")
    assert slot_at(datetime(2026, 11, 20, 21, tzinfo=UTC), "daily", zone, 8, 1) == "2026-11-20"
    assert slot_at(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "daily", zone, 8, 1) is None
    assert slot_at(datetime(2026, 11, 19, 9, tzinfo=UTC), "weekly", zone, 8, 2) == "2026-W47"
    assert slot_at(datetime(2026, 11, 19, 3, tzinfo=UTC), "weekly", zone, 8, 2) is None
    assert slot_at(datetime(2026, 11, 16, 9, tzinfo=UTC), "weekly", zone, 8, 2) is None


def test_slots_read_as_people_say_them():
    assert label("2026-W07") == "Week 7, 2026"
    assert label("2026-11-02") == "2 November 2026"
