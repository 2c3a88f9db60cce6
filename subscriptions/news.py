"""What is new in an interval of public changes: the one place that mails and the web archive take it from."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from hub.core import catalogue
from hub.core.models import Entry, Event, TaggedEntry
from subscriptions.preferences import Preferences


@dataclass(frozen=True)
class Facts:
    """What preferences ask about an entry."""

    kind: str
    level: str
    technologies: frozenset[int]  # its own, and the parent's
    tags: frozenset[int]
    difficulty: int
    paths: frozenset[str] = frozenset()  # public ids of the learning paths that hold it


def last_announced() -> int:
    """The number of the last public change that subscribers are told about; 0 before the first."""
    return Event.objects.announced().order_by("-n").values_list("n", flat=True).first() or 0


class News:
    """The announced changes in (from_event, to_event] of entries that are public now."""

    def __init__(self, from_event: int, to_event: int):
        events = Event.objects.since(from_event).announced().filter(n__lte=to_event)
        self.to_event = to_event
        self._events = list(events.values_list("n", "act", "entry_id").order_by("n"))
        self._facts = _facts({entry for _, _, entry in self._events})
        self._known: dict[tuple[int, Preferences], bool] = {}

    def __len__(self) -> int:
        return len(self._events)

    def wanted(self, preferences: Preferences, from_event: int = 0) -> dict[int, bool]:
        """Entry id → whether it is new (else revised), in the order of the changes, after ``from_event``."""
        found: dict[int, bool] = {}
        for n, act, entry in self._events:
            if n > from_event and entry in self._facts and preferences.allow(self._facts[entry]):
                found[entry] = found.get(entry, False) or act != Event.Act.REVISE
        return found

    def has_any(self, preferences: Preferences, from_event: int) -> bool:
        """Whether anything is wanted after ``from_event``; worked out once for equal preferences."""
        variant = (from_event, preferences)
        if variant not in self._known:
            self._known[variant] = bool(self.wanted(preferences, from_event))
        return self._known[variant]


def grouped(wanted: dict[int, bool], most: int) -> list[dict[str, Any]]:
    """At most ``most`` of these entries by kind, new and revised apart, in the catalogue's order.

    Each group is {label: str plural, new: list of Entry, revised: list of Entry}.
    """
    rows = (
        Entry.objects.public()
        .filter(pk__in=list(wanted)[:most])
        .for_cards()
        .order_by("kind", "difficulty", "pk")
    )
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in rows:
        by_kind[entry.kind].append(entry)
    return [
        {
            "label": kind.label_plural,
            "new": [entry for entry in by_kind[kind.name] if wanted[entry.pk]],
            "revised": [entry for entry in by_kind[kind.name] if not wanted[entry.pk]],
        }
        for kind in catalogue.kinds()
        if by_kind[kind.name]
    ]


def _facts(ids: set[int]) -> dict[int, Facts]:
    tags: dict[int, set[int]] = defaultdict(set)
    for entry, tag in TaggedEntry.objects.filter(content_object__in=ids).values_list(
        "content_object_id", "tag_id"
    ):
        tags[entry].add(tag)
    paths: dict[int, set[str]] = defaultdict(set)
    for kind in catalogue.holders():
        held = Entry.objects.filter(pk__in=ids, **{f"{kind.holds}__isnull": False})
        for entry, path in held.order_by().values_list("pk", f"{kind.holds}__public_id"):
            paths[entry].add(path)
    rows = Entry.objects.public().filter(pk__in=ids).values_list(
        "pk", "kind", "level", "technology_id", "technology__parent_id", "difficulty"
    )  # fmt: skip
    return {
        pk: Facts(
            kind,
            level,
            frozenset({technology, parent} - {None}),
            frozenset(tags[pk]),
            difficulty,
            frozenset(paths[pk]),
        )
        for pk, kind, level, technology, parent, difficulty in rows
    }
