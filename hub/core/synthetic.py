"""A made-up archive of any size, to measure on: variations of the entries that are there, marked as such.

Every synthetic entry has an id of the series SYN and says "synthetic" under provenance. Its kind, fields and
sections come from a public entry; its title and texts are words of the archive drawn at random, the frequent
ones more often (Zipf's law), so that searches meet common and rare words as they do in earnest. The same
number, content and seed give the same entry.
"""

import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from hub.core import bulk, catalogue, publishing
from hub.core import payload as payloads
from hub.core.catalogue import Kind
from hub.core.fields import Prose
from hub.core.markdown import RENDERER_VERSION
from hub.core.models import (
    Entry,
    Event,
    IdSeries,
    Level,
    Relation,
    Revision,
    Tag,
    TaggedEntry,
    Technology,
    Topic,
)
from hub.core.models.entry import DIFFICULTY_OF_LEVEL

SERIES = "SYN"
PROVENANCE = "synthetic"
CHUNK = 5000
VOCABULARY = 20_000  # words; what the archive lacks is made of two of its words
SENTENCES = 20_000
TAGS = 400
MOST_SECTIONS = 4
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)  # dates run back from here, whatever day it is

Say = Callable[[str], None]


class NothingToVary(Exception):
    """The archive holds no public entry of which a variation could be made."""


@dataclass(frozen=True)
class Pattern:
    """One public entry whose variations are made: its kind, its payload, its rows beside the typed one."""

    kind: Kind
    data: dict[str, Any]
    rendered: dict[str, Any]
    texts: dict[str, str]  # section → its words
    links: list[tuple[Any, str, dict[str, int]]]  # rows between: model, its column of the entry, the other


def synthetic() -> models.QuerySet[Entry]:
    """The made-up entries, and only they."""
    return Entry.objects.filter(public_id__startswith=f"{SERIES}-", provenance=PROVENANCE)


def make(count: int, say: Say, seed: int = 1) -> int:
    """Bring the synthetic entries to ``count``, in chunks of one transaction each; returns how many are new.

    An interrupted run goes on where it stopped. Raises NothingToVary on an empty archive.
    """
    there = synthetic().count()
    if there >= count:
        return 0
    maker = Maker(seed)
    with bulk.indexed_by_revision():
        for start in range(there, count, CHUNK):
            numbers = range(start + 1, min(start + CHUNK, count) + 1)
            with transaction.atomic():
                maker.insert(numbers)
            say(f"{numbers.stop - 1} of {count} synthetic entries")
    analyse()
    return count - there


def clear(say: Say) -> int:
    """Remove every synthetic entry and tag, in chunks; returns how many entries went."""
    total, done = synthetic().count(), 0
    with bulk.indexed_by_revision():
        while ids := list(synthetic().order_by("pk").values_list("pk", flat=True)[:CHUNK]):
            Entry.objects.filter(pk__in=ids).delete()
            done += len(ids)
            say(f"{done} of {total} synthetic entries removed")
    if total:
        with transaction.atomic():
            Tag.objects.filter(slug__regex=rf"^{SERIES.lower()}-\d+$").delete()
            publishing.announce_site_change(Event.Act.TEXT, None, "Synthetic entries removed")
        analyse()
    return total


def analyse() -> None:
    """Let the planner know the new sizes; PostgreSQL would come to it by itself in a minute."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Maker:
    """Draws entries: holds what they are drawn from."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.patterns = _patterns()
        if not self.patterns:
            raise NothingToVary("There is no public entry to vary. Load the content first: make load")
        dice = random.Random(seed)  # noqa: S311 (reproducible on purpose)
        words = _words(self.patterns, dice)
        weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(words))))
        self.sentences = [
            " ".join(dice.choices(words, cum_weights=weights, k=dice.randint(8, 16))).capitalize() + "."
            for _ in range(SENTENCES)
        ]
        self.words, self.weights = words, weights
        self.technologies = _shuffled(Technology.objects.select_related("parent").order_by("slug"), dice)
        self.topics = _shuffled(Topic.objects.order_by("slug"), dice)
        real_tags = Tag.objects.exclude(slug__startswith=f"{SERIES.lower()}-").order_by("slug")
        self.tags = [*_tags(), *_shuffled(real_tags, dice)]

    def insert(self, numbers: range) -> None:
        """Draw and insert the entries of these numbers; runs inside a transaction."""
        n = bulk.take_numbers(len(numbers))
        entry_id, revision_id = bulk.first_free_ids()
        rows: list[Any] = []
        revisions, events, tags, relations, texts = [], [], [], [], []
        links: dict[type[models.Model], list[models.Model]] = {}
        for place, (number, dice, pattern) in enumerate(self.drawn(numbers)):
            row, data, chosen, text = self.row(pattern.kind, number, dice, pattern)
            row.id = row.pk = entry_id + place  # the parent's id and the child's link to it
            row.current_revision_id = revision_id + place
            revision = Revision(
                pk=row.current_revision_id, entry_id=row.pk, number=1, payload=data,
                schema=pattern.kind.schema, content_hash=payloads.content_hash(data), source=PROVENANCE,
                created_at=row.published_at,
            )  # fmt: skip
            rows.append(row)
            revisions.append(revision)
            events.append(
                Event(n=n + place, act=Event.Act.PUBLISH, entry_id=row.pk, revision_id=revision.pk,
                      announce=False, at=row.published_at)
            )  # fmt: skip
            texts.append(text)
            tags += [TaggedEntry(tag=tag, content_object_id=row.pk) for tag in chosen]
            if place:
                relations.append(
                    Relation(source_id=row.pk, target_id=entry_id + dice.randrange(place), type="explains")
                )
            for model, own, other in pattern.links:
                links.setdefault(model, []).append(model(**{own: row.pk}, **other))
        bulk.insert(rows, revisions, events, tags, relations, texts)
        for of_one_model in links.values():
            bulk.insert_rows(of_one_model)
        IdSeries.raise_to(max(row.public_id for row in rows))

    def drawn(self, numbers: range) -> list[tuple[int, random.Random, Pattern]]:
        """The numbers with their dice and patterns, those of one kind together."""
        drawn = []
        for number in numbers:
            dice = random.Random(self.seed * 10_000_000 + number)  # noqa: S311 (reproducible on purpose)
            drawn.append((number, dice, dice.choice(self.patterns)))
        return sorted(drawn, key=lambda one: (one[2].kind.name, one[0]))

    def row(
        self, kind: Kind, number: int, dice: random.Random, pattern: Pattern
    ) -> tuple[Any, dict[str, Any], list[Tag], str]:
        """One row of the kind's model, its payload, its tags, and the text of its sections."""
        technology = _often_the_first(self.technologies, dice)
        topic = _often_the_first(self.topics, dice) if self.topics else None
        tags = list({_often_the_first(self.tags, dice) for _ in range(dice.randint(1, 5))})
        tags.sort(key=lambda tag: tag.slug)
        data, rendered, text = self.texts(dice, pattern)
        level, difficulty = _level(dice, pattern)
        published_at = NEWEST - timedelta(minutes=dice.randrange(5 * 365 * 24 * 60))
        data |= {
            "title": self.title(dice, technology.name),
            "slug": f"{PROVENANCE}-{number}",
            "summary": self.sentence(dice)[:300],
            "technology": technology.slug,
            "topic": topic.slug if topic else "",
            "tags": [tag.name for tag in tags],
            "level": level,
            "difficulty": difficulty,
            "provenance": PROVENANCE,
        }
        row = kind.model(
            kind=kind.name,
            public_id=f"{SERIES}-{number:06d}",
            technology=technology,
            topic=topic,
            status=Entry.Status.PUBLISHED,
            published_at=published_at,
            updated_at=min(NEWEST, published_at + timedelta(minutes=dice.randrange(400 * 24 * 60))),
            rendered=rendered,
            card={
                "tags": [{"slug": tag.slug, "name": tag.name} for tag in tags],
                "reading_minutes": publishing.reading_minutes(text),
                **kind.card(data),
            },
            **{
                name: data[name] for name in ("title", "slug", "summary", "level", "difficulty", "provenance")
            },
            **kind.columns(data),
        )
        return row, data, tags, text

    def texts(self, dice: random.Random, pattern: Pattern) -> tuple[dict[str, Any], dict[str, Any], str]:
        """The pattern's data with new prose and few of its other sections, the HTML, and all their words."""
        sections = pattern.kind.section_fields()
        data = {name: value for name, value in pattern.data.items() if name not in sections}
        rendered: dict[str, Any] = {"_renderer": RENDERER_VERSION}
        texts, prose = [], 0
        for name, field in sections.items():
            if not pattern.data.get(name):
                continue
            if isinstance(field, Prose) and (field.required or prose < MOST_SECTIONS):
                prose += 1
                sentences = 2 if field.max_words else dice.randint(3, 6)
                data[name] = " ".join(self.sentence(dice) for _ in range(sentences))
                rendered[name] = f"<p>{data[name]}</p>\n"
                texts.append(data[name])  # words and full stops, without a mark
            elif field.required:
                data[name], rendered[name] = pattern.data[name], pattern.rendered.get(name, "")
                texts.append(pattern.texts[name])
        return data, rendered, "\n".join(texts)

    def sentence(self, dice: random.Random) -> str:
        return self.sentences[int(dice.random() * SENTENCES)]

    def title(self, dice: random.Random, technology: str) -> str:
        words = dice.choices(self.words, cum_weights=self.weights, k=dice.randint(3, 7))
        return f"{' '.join(words).capitalize()} in {technology}"[:200]


def _patterns() -> list[Pattern]:
    """Up to a hundred public entries of each kind, in the order of their ids."""
    found = []
    for kind in catalogue.kinds():
        entries = Entry.objects.public().of_kind(kind.name).exclude(provenance=PROVENANCE)
        for entry in entries.select_related("current_revision").order_by("public_id")[:100]:
            links = [
                (between, own, row)
                for between, own, others in _tables_between(kind)
                for row in between._base_manager.filter(**{own: entry.pk}).values(*others)
            ]
            data = publishing.current_payload(entry).data
            found.append(Pattern(kind, data, entry.rendered, kind.section_texts(data), links))
    return found


def _tables_between(kind: Kind) -> Iterator[tuple[Any, str, list[str]]]:
    """The tables of the kind's many-to-many fields: model, its column of the entry, the columns beside."""
    for field in kind.model._meta.local_many_to_many:
        between: Any = field.remote_field.through
        own = f"{field.m2m_field_name()}_id"
        columns = [column.attname for column in between._meta.concrete_fields if not column.primary_key]
        yield between, own, [column for column in columns if column != own]


def _words(patterns: list[Pattern], dice: random.Random) -> list[str]:
    """The archive's own words, the most frequent first, and pairs of them until there are enough."""
    counts: dict[str, int] = {}
    for pattern in patterns:
        for word in re.findall(r"\b[a-z]{2,18}\b", pattern.kind.body_text(pattern.data).lower()):
            counts[word] = counts.get(word, 0) + 1
    words = sorted(counts, key=lambda word: (-counts[word], word))
    known, short = set(words), [word for word in words if 3 <= len(word) <= 8]
    while len(words) < VOCABULARY and len(short) > 200:
        pair = dice.choice(short) + dice.choice(short)
        if pair not in known:
            known.add(pair)
            words.append(pair)
    return words


def _tags() -> list[Tag]:
    names = [f"{SERIES.lower()}-{number:03d}" for number in range(1, TAGS + 1)]
    Tag.objects.bulk_create([Tag(name=name, slug=name) for name in names], ignore_conflicts=True)
    return list(Tag.objects.filter(slug__in=names).order_by("slug"))


def _shuffled(rows: models.QuerySet[Any], dice: random.Random) -> list[Any]:
    found = list(rows)
    dice.shuffle(found)
    return found


def _often_the_first(rows: list[Any], dice: random.Random) -> Any:
    """One of the rows, the first ones far more often than the last ones."""
    return rows[int(len(rows) * dice.random() ** 3)]


def _level(dice: random.Random, pattern: Pattern) -> tuple[str, int]:
    """A level of the kind's, where the pattern has one, and a difficulty that it allows."""
    if not pattern.data.get("level"):
        return "", dice.randint(1, 10)
    choices: Any = pattern.kind.form.base_fields["level"]
    drawn = Level(dice.choice([value for value, _ in choices.choices if value]))
    return drawn.value, dice.randint(*DIFFICULTY_OF_LEVEL[drawn])
