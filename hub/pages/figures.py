"""The figures of the archive: every number on a page across kinds comes from here, counted, not written."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest

from hub.core.caching import content_number, figures_number, remembered
from hub.core.counting import floored
from hub.core.models import Entry, EntryQuerySet, Technology, Topic
from hub.core.vocabulary import Vocabulary


@dataclass(frozen=True)
class Figures:
    """How many public entries there are, by what. ``kind_technology`` counts pairs of kind and slug,
    ``weaknesses`` their primary keys.
    """

    kinds: Counter[str]
    kind_technology: Counter[tuple[str, str]]
    levels: Counter[tuple[str, str]]
    topics: Counter[str]
    weaknesses: Counter[int]
    verified: int

    @property
    def total(self) -> int:
        return self.kinds.total()

    def technologies(self, known: Vocabulary, kind: str = "") -> list[tuple[str, str, int]]:
        """(slug, name, entries on it or on its children) of each technology with entries, most first."""
        own: Counter[str] = Counter()
        for (name, slug), count in self.kind_technology.items():
            if not kind or name == kind:
                own[slug] += count
        sums = {slug: sum(own[one] for one in known.with_children(slug)) for slug in known.technologies}
        rows = [(slug, known.technologies[slug].name, count) for slug, count in sums.items() if count]
        return sorted(rows, key=lambda row: (-row[2], row[1]))


def figures(number: int) -> Figures:
    """The figures at a content number; five queries, remembered until the next public change."""
    return remembered(number, "figures", _count)  # type: ignore[no-any-return]


def _count() -> Figures:
    """Counted by id, along indexes; slugs come after."""
    public = Entry.objects.public().order_by()
    technologies = dict(Technology.objects.values_list("pk", "slug"))
    kind_technology = Counter(
        {
            (kind, technologies[pk]): number
            for kind, pk, number in public.values_list("kind", "technology").annotate(number=Count("*"))
        }
    )
    kinds: Counter[str] = Counter()
    for (kind, _), number in kind_technology.items():
        kinds[kind] += number
    levels = {
        (kind, level): number
        for kind, level, number in public.values_list("kind", "level").annotate(number=Count("*"))
        if level
    }
    slugs = dict(Topic.objects.values_list("pk", "slug"))
    by_topic = public.filter(topic__isnull=False).values_list("topic").annotate(number=Count("*"))
    topics = {slugs[pk]: number for pk, number in by_topic}
    weaknesses = dict(
        public.filter(weaknesses__isnull=False).values_list("weaknesses").annotate(number=Count("*"))
    )
    verified = public.filter(verified_at__isnull=False).count()
    return Figures(kinds, kind_technology, Counter(levels), Counter(topics), Counter(weaknesses), verified)


@dataclass(frozen=True)
class Shelf:
    """The entries of one kind on one subject: how many, and the ids of the newest few."""

    kind: str
    total: int
    newest: list[int]


def shelves(number: int, name: str, entries: EntryQuerySet, most: int = 5) -> list[Shelf]:
    """Public entries of a subject by kind; remembered under ``name``, so that a page reads only its rows."""

    def count() -> list[Shelf]:
        totals = dict(entries.order_by().values_list("kind").annotate(number=Count("*")))
        return [
            Shelf(kind, total, list(entries.of_kind(kind).newest().values_list("pk", flat=True)[:most]))
            for kind, total in totals.items()
        ]

    return remembered(number, f"shelves:{name}", count)  # type: ignore[no-any-return]


def most_used(request: HttpRequest, most: int = 5) -> list[int]:
    """The ids of the public entries that were copied from most in seven days, most first."""
    rows = Entry.objects.public().filter(stats__uses_week__gt=0)
    ids = rows.order_by("-stats__uses_week", "-stats__entry").values_list("pk", flat=True)
    name = f"most-used:{figures_number(request)}:{most}"
    return remembered(content_number(request), name, lambda: list(ids[:most]))  # type: ignore[no-any-return]


def rounded(count: int) -> str:
    """A count as a headline says it, never too much: 12, 1,700+ for 1,774."""
    shown = floored(count)
    return f"{shown:,}+" if shown < count else f"{count:,}"
