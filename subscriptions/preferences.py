"""What somebody wants to hear of: one set of filters for mails, the form, the words and the web version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q

from hub.core import catalogue
from hub.core.models import Entry, EntryQuerySet, Level, Tag, TaggedEntry, Technology

if TYPE_CHECKING:
    from subscriptions.models import Subscriber
    from subscriptions.news import Facts

_OFTEN = {"instant": "at once", "daily": "once a day", "weekly": "once a week"}


@dataclass(frozen=True)
class Preferences:
    """Filters that an entry must all pass; an empty one lets everything through.

    A technology stands for its children too: Python means Flask as well. ``technologies`` and ``tags``
    are ids; equal preferences are one variant of a mail.
    """

    kinds: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    technologies: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    difficulty_from: int = 1
    difficulty_to: int = 10
    paths: frozenset[str] = frozenset()
    # Names for people; they take no part in comparing.
    technology_names: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    tag_names: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @classmethod
    def chosen(
        cls,
        kinds: list[str],
        levels: list[str],
        technologies: list[Technology],
        tags: list[Tag],
        difficulty_from: int,
        difficulty_to: int,
        paths: Iterable[str] = (),
    ) -> Preferences:
        """Preferences from rows, with their names."""
        return cls(
            frozenset(kinds), frozenset(levels),
            frozenset(row.pk for row in technologies), frozenset(row.pk for row in tags),
            difficulty_from, difficulty_to, frozenset(paths),
            tuple((row.slug, row.name) for row in technologies), tuple((row.slug, row.name) for row in tags),
        )  # fmt: skip

    @classmethod
    def of(cls, subscriber: Subscriber) -> Preferences:
        """A subscriber's preferences (two queries, unless technologies and tags were prefetched)."""
        return cls.chosen(
            subscriber.kinds, subscriber.levels,
            list(subscriber.technologies.all()), list(subscriber.tags.all()),
            subscriber.difficulty_from, subscriber.difficulty_to, subscriber.paths,
        )  # fmt: skip

    @classmethod
    def of_each(cls, subscribers: Sequence[Subscriber]) -> dict[int, Preferences]:
        """The preferences of many subscribers by their ids, in at most four queries."""
        technologies, tags = _linked(subscribers, "technologies"), _linked(subscribers, "tags")
        return {
            row.pk: cls.chosen(
                row.kinds, row.levels, technologies.get(row.pk, []), tags.get(row.pk, []),
                row.difficulty_from, row.difficulty_to, row.paths,
            )
            for row in subscribers
        }  # fmt: skip

    def allow(self, facts: Facts) -> bool:
        """Whether an entry of these facts is wanted."""
        return (
            (not self.kinds or facts.kind in self.kinds)
            and (not self.levels or facts.level in self.levels)
            and (not self.technologies or bool(self.technologies & facts.technologies))
            and (not self.tags or bool(self.tags & facts.tags))
            and (not self.paths or bool(self.paths & facts.paths))
            and self.difficulty_from <= facts.difficulty <= self.difficulty_to
        )

    def among(self, entries: EntryQuerySet) -> EntryQuerySet:
        """Those of these entries that ``allow`` would let through, as a query."""
        if self.kinds:
            entries = entries.filter(kind__in=self.kinds)
        if self.levels:
            entries = entries.filter(level__in=self.levels)
        if self.technologies:
            entries = entries.filter(
                Q(technology__in=self.technologies) | Q(technology__parent__in=self.technologies)
            )
        if self.tags:
            tagged = TaggedEntry.objects.filter(tag__in=self.tags)
            entries = entries.filter(pk__in=tagged.values("content_object_id"))
        if self.paths:
            held = [Q(**{f"{kind.holds}__public_id__in": self.paths}) for kind in catalogue.holders()]
            entries = entries.filter(pk__in=Entry.objects.filter(reduce(or_, held)).values("pk"))
        if (self.difficulty_from, self.difficulty_to) != (1, 10):
            entries = entries.filter(difficulty__range=(self.difficulty_from, self.difficulty_to))
        return entries

    def words(self, frequency: str = "") -> str:
        """In a sentence: ``Questions on Flask or SQL, tagged security, once a week.``"""
        labels = [kind.label_plural for kind in catalogue.kinds() if kind.name in self.kinds]
        first = (
            _listed([labels[0], *[label.lower() for label in labels[1:]]], "and") if labels else "Everything"
        )
        parts = [first]
        if self.technology_names:
            parts[0] += f" on {_listed([name for _, name in self.technology_names])}"
        if self.paths:
            titles = Entry.objects.public().filter(public_id__in=self.paths).order_by("title")
            named = list(titles.values_list("title", flat=True)) or sorted(self.paths)
            parts.append(f"on the path {_listed([f'“{title}”' for title in named])}")
        if self.tag_names:
            parts.append(f"tagged {_listed([name for _, name in self.tag_names])}")
        if self.levels:
            parts.append(f"level {_listed([level.label for level in Level if level in self.levels])}")
        if (self.difficulty_from, self.difficulty_to) != (1, 10):
            parts.append(f"difficulty {self.difficulty_from} to {self.difficulty_to}")
        if frequency:
            parts.append(_OFTEN[frequency])
        return ", ".join(parts) + "."

    def query(self) -> str:
        """As the query of an address, in the words that the form reads: ``technology=flask&level=senior``."""
        pairs = [
            *(("kind", kind) for kind in sorted(self.kinds)),
            *(("technology", slug) for slug, _ in self.technology_names),
            *(("level", level) for level in sorted(self.levels)),
            *(("path", path) for path in sorted(self.paths)),
        ]
        if self.tag_names:
            pairs.append(("tag", ",".join(slug for slug, _ in self.tag_names)))
        if (self.difficulty_from, self.difficulty_to) != (1, 10):
            pairs += [
                ("difficulty_from", str(self.difficulty_from)),
                ("difficulty_to", str(self.difficulty_to)),
            ]
        return urlencode(pairs)


def _linked(subscribers: Sequence[Subscriber], relation: str) -> dict[int, list[Any]]:
    """Subscriber's id → what it links to, in the order of the linked model.

    ``prefetch_related`` makes managers for each subscriber, which costs more than all the rest.
    """
    if not subscribers:
        return {}
    field: Any = subscribers[0]._meta.get_field(relation)
    through, name = field.remote_field.through, field.m2m_reverse_field_name()
    links = through.objects.filter(subscriber__in=subscribers)
    pairs = list(links.values_list("subscriber_id", f"{name}_id"))
    linked = field.related_model.objects.filter(pk__in={pk for _, pk in pairs}) if pairs else []
    by_id = {row.pk: (place, row) for place, row in enumerate(linked)}
    found: dict[int, list[Any]] = defaultdict(list)
    for subscriber, pk in sorted(pairs, key=lambda pair: by_id[pair[1]][0]):
        found[subscriber].append(by_id[pk][1])
    return found


def _listed(names: list[str], word: str = "or") -> str:
    """``A, B or C``"""
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else names[0]
