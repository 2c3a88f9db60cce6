"""Which digest is due for whom, and when: pure functions of a moment and a person's clock.

One daily a local date, one weekly an ISO week, never before the chosen hour, over every clock change.
The local time lives in the slot, and a slot is owed once: a repeated hour finds its slot taken.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAILY, WEEKLY = "daily", "weekly"


def daily_slot(day: date) -> str:
    """``2026-11-20``"""
    return day.isoformat()


def weekly_slot(day: date) -> str:
    """``2026-W47`` (ISO 8601: the week that holds the day's Thursday)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def slot_at(now: datetime, frequency: str, zone: ZoneInfo, hour: int, weekday: int) -> str | None:
    """The slot of the digest that may leave now; None before the chosen hour, or weekday.

    A digest that was missed (the worker was down) leaves later the same day or week, after the same hour.
    """
    local = now.astimezone(zone)
    if local.hour < hour:
        return None
    if frequency == DAILY:
        return daily_slot(local.date())
    return weekly_slot(local.date()) if local.isoweekday() >= weekday else None


def next_time(after: datetime, frequency: str, zone: ZoneInfo, hour: int, weekday: int) -> datetime:
    """The first moment later than ``after`` when a digest of a new date or week may leave, in UTC.

    An hour that a clock change skips begins when the clock has jumped; of a repeated one the first counts.
    """
    day = after.astimezone(zone).date() - timedelta(days=1)
    while True:
        day += timedelta(days=1)
        if frequency == WEEKLY and day.isoweekday() != weekday:
            continue
        moment = datetime.combine(day, time(hour), zone).astimezone(UTC)
        if moment > after:
            return moment


def label(slot: str) -> str:
    """``Week 47, 2026`` or ``20 November 2026``."""
    year, _, week = slot.partition("-W")
    if week:
        return f"Week {int(week)}, {year}"
    day = date.fromisoformat(slot)
    return f"{day.day} {day:%B %Y}"
