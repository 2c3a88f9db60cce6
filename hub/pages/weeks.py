"""ISO weeks and what changed in one of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from hub.core.models import ADDRESS_COLUMNS, Entry, Event
from hub.core.reading import address

_VERBS = {Event.Act.REVISE: "revised", Event.Act.ARCHIVE: "archived", Event.Act.RESTORE: "published"}
MOST_CHANGES = 500  # shown of one week

_COLUMNS = (
    *ADDRESS_COLUMNS, "title", "summary", "status", "published_at", "updated_at", "technology__name",
)  # fmt: skip


@dataclass(frozen=True)
class Week:
    """One ISO 8601 week, Monday to Sunday, in UTC."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Week":
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def current(cls) -> "Week":
        return cls.of(timezone.now().date())

    @property
    def first_day(self) -> date:
        """Monday; raises ValueError for a week that the year does not have."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=6)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first_day, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment after the week."""
        return self.start + timedelta(days=7)

    @property
    def label(self) -> str:
        return f"Week {self.number}, {self.year}"

    @property
    def url(self) -> str:
        return reverse("pages:changes_week", args=[self.year, self.number])

    def neighbour(self, weeks: int) -> "Week":
        return Week.of(self.first_day + timedelta(weeks=weeks))

    def as_context(self) -> dict[str, Any]:
        return {"label": self.label, "from": self.first_day, "to": self.last_day, "url": self.url}


@dataclass(frozen=True)
class EntryChange:
    """One entry's last change in a week."""

    entry: Entry
    verb: str
    note: str
    at: datetime
    history_url: str | None


def changes_of(week: Week) -> list[EntryChange]:
    """What was published, revised and archived in a week, newest first, each entry once: two queries.

    New entries stand under the day of their publication, also those that a content file dates back. What
    was archived since is left out, but for the week in which it was archived.
    """
    span = {"gte": week.start, "lt": week.end}
    new = Entry.objects.public().filter(**{f"published_at__{name}": at for name, at in span.items()})
    rows = new.newest().select_related("technology").only(*_COLUMNS)[:MOST_CHANGES]
    found = {entry.pk: EntryChange(entry, "published", "", entry.published_at, None) for entry in rows}
    events = (
        Event.objects.filter(**{f"at__{name}": at for name, at in span.items()}, act__in=_VERBS)
        .select_related("entry__technology")
        .only("act", "note", "at", *(f"entry__{column}" for column in _COLUMNS))
        .order_by("-n")[:MOST_CHANGES]
    )
    told: set[int] = set()
    for event in events:
        entry = event.entry
        if entry is None:
            continue
        is_news = entry.pk not in told and entry.is_public == (event.act != Event.Act.ARCHIVE)
        told.add(entry.pk)
        if is_news and not (entry.pk in found and event.act == Event.Act.REVISE):
            history = address(entry, "history/") if event.act == Event.Act.REVISE else None
            found[entry.pk] = EntryChange(entry, _VERBS[Event.Act(event.act)], event.note, event.at, history)
    return sorted(found.values(), key=lambda change: (change.at, change.entry.pk), reverse=True)
