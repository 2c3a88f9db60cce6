"""Searching: one interface over both databases. Nothing that is not public is found, counted or suggested."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.safestring import SafeString

from hub.core.models import ADDRESS_COLUMNS, Entry, TaggedEntry
from hub.core.pagination import PAGE_SIZE
from hub.core.vocabulary import Vocabulary
from hub.search import excerpts, postgresql, spelling, sqlite, words
from hub.search.parsing import Query, Term, difficulty_range, parse

MOST_HITS = 1000  # ranked and counted; a search that finds more says so
MOST_SUGGESTIONS = 8
_COLUMNS = ("kind", "technology", "topic", "level", "difficulty")


@dataclass(frozen=True)
class Hit:
    """One found entry, with the passage that answers best."""

    entry: Entry
    excerpt: SafeString


@dataclass(frozen=True)
class Results:
    """One page of a search.

    ``total`` is at most MOST_HITS (``is_cut`` says that there is more). ``counts`` holds, for each of kind,
    technology, topic, level and difficulty, how many of the hits have each value; those of ``kind`` ignore
    a filter on the kind, so that tabs can be switched.
    """

    query: Query
    total: int = 0
    is_cut: bool = False
    hits: list[Hit] = field(default_factory=list)
    counts: dict[str, Counter[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """One entry whose title begins with what was typed."""

    public_id: str
    title: str
    kind: str
    url: str


@dataclass(frozen=True)
class _Row:
    """One match before its entry is read."""

    pk: int
    kind: str
    technology: str
    topic: str
    level: str
    difficulty: int
    rank: float


class _Ids(RawSQL):
    """A backend's subquery of entry ids: constant SQL of ours, what was typed stands in its parameters."""


Filters = Mapping[str, Sequence[str]]


def _backend() -> Any:
    return postgresql if connection.vendor == "postgresql" else sqlite


def search(
    text: str, known: Vocabulary, *, filters: Filters | None = None, page: int = 1, size: int = PAGE_SIZE
) -> Results:
    """Search all kinds. ``filters`` narrow by kind, technology (with its children), topic, level, tag and
    difficulty (``5-7``), beside those typed in ``text``; several values of one are alternatives.

    No text raises. Two queries at most, one more when a kind is filtered.
    """
    query = parse(text)
    conditions = _conditions(query, filters or {})
    if not query.groups and not conditions:
        return Results(query)
    found = _matches(query, conditions, known)
    rows = found[:MOST_HITS]
    counts: dict[str, Counter[Any]] = {name: Counter(getattr(row, name) for row in rows) for name in _COLUMNS}
    if any(name == "kind" for name, _ in conditions):
        others = [(name, values) for name, values in conditions if name != "kind"]
        if query.groups or others:
            counts["kind"] = Counter(row.kind for row in _matches(query, others, known)[:MOST_HITS])
    start = (page - 1) * size
    return Results(query, len(rows), len(found) > MOST_HITS, _hits(query, rows[start : start + size]), counts)


def matching(entries: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Narrow entries to those that a text finds, in their own order; field filters in the text count too."""
    query = parse(text)
    if query.is_empty:
        return entries.none()
    for name, values in _conditions(query, {}):
        entries = _narrow(entries, name, values)
    if query.groups:
        return entries.filter(pk__in=_Ids(*_backend().ids(query)))
    return entries.exclude(pk__in=_Ids(*_backend().ids_of_any(query.excluded))) if query.excluded else entries


def suggest(prefix: str) -> list[Suggestion]:
    """Up to eight entries whose title or id holds the typed words, the last one as a beginning."""
    typed = words.normalise(prefix[:100]).split()[:8]
    if not typed or len("".join(typed)) < 2:
        return []
    ids = _Ids(*_backend().starting(typed[:-1], typed[-1]))
    found = Entry.objects.public().filter(pk__in=ids).select_related("technology")
    rows = list(found.only("title", *ADDRESS_COLUMNS)[:50])
    rows.sort(
        key=lambda entry: (not words.normalise(entry.title).startswith(typed[0]), len(entry.title), entry.pk)
    )
    return [
        Suggestion(entry.public_id, entry.title, entry.kind, entry.get_absolute_url())
        for entry in rows[:MOST_SUGGESTIONS]
    ]


def did_you_mean(query: Query) -> list[str]:
    """Up to three spellings near the typed one that find something; asked for when a search found nothing."""
    found = []
    for text in spelling.corrections(query):
        hits = matching(Entry.objects.public(), text)[:MOST_HITS].count()
        if hits:
            found.append((hits, text))
    return [text for _, text in sorted(found, reverse=True)[:3]]


def _conditions(query: Query, filters: Filters) -> list[tuple[str, list[str]]]:
    typed = [(name, [value]) for name, value in query.filters.items()]
    return typed + [
        (name, [words.clean(value) for value in values]) for name, values in filters.items() if values
    ]


def _matches(query: Query, conditions: list[tuple[str, list[str]]], known: Vocabulary) -> list[_Row]:
    """The matches, best first: at most MOST_HITS + 1, any of them where there are more."""
    if not query.groups:
        return _matches_without_words(query, conditions)
    backend = _backend()
    (rank, rank_parameters), tables, (match, match_parameters) = backend.ranked(query)
    where, parameters = [match], list(match_parameters)
    for name, values in conditions:
        sql, more = _condition(name, values, known, backend.CONTAINS)
        where.append(sql)
        parameters += more
    # Of each hit in turn: a list of all that is public would cost each search a walk through the archive.
    this_one = Entry.objects.public().filter(pk=RawSQL("d.entry_id", []))
    public, public_parameters = this_one.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.entry_id, d.kind, d.technology, d.topic, d.level, d.difficulty, {rank} FROM {tables}"  # noqa: S608
            f" WHERE {' AND '.join(where)} AND EXISTS ({public}) LIMIT {MOST_HITS + 1}",
            [*rank_parameters, *parameters, *public_parameters],
        )
        rows = [_Row(*row) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: (-row.rank, -row.pk))


def _matches_without_words(query: Query, conditions: list[tuple[str, list[str]]]) -> list[_Row]:
    entries: QuerySet[Any] = Entry.objects.public().newest()
    for name, values in conditions:
        entries = _narrow(entries, name, values)
    if query.excluded:
        entries = entries.exclude(pk__in=_Ids(*_backend().ids_of_any(query.excluded)))
    columns = entries.values_list("pk", "kind", "technology__slug", "topic__slug", "level", "difficulty")
    return [
        _Row(pk, kind, technology, topic or "", level, difficulty, 0.0)
        for pk, kind, technology, topic, level, difficulty in columns[: MOST_HITS + 1]
    ]


def _condition(name: str, values: list[str], known: Vocabulary, contains: str) -> tuple[str, list[Any]]:
    """One filter on the documents: SQL and parameters. Names come from this module, values are parameters."""
    if name == "difficulty":
        ranges = [bounds for bounds in map(difficulty_range, values) if bounds]
        sql = " OR ".join(["d.difficulty BETWEEN %s AND %s"] * len(ranges)) or "1 = 0"
        return f"({sql})", [bound for bounds in ranges for bound in bounds]
    if name == "tag":
        return f"({' OR '.join([f'{contains}(d.tags, %s) > 0'] * len(values))})", [
            f" {value} " for value in values
        ]
    if name == "technology":
        values = [slug for value in values for slug in known.with_children(value)]
    column = {"kind": "d.kind", "technology": "d.technology", "topic": "d.topic", "level": "d.level"}[name]
    return f"{column} IN ({', '.join(['%s'] * len(values))})", values


def _narrow(entries: QuerySet[Any], name: str, values: list[str]) -> QuerySet[Any]:
    """One filter on entries; the twin of ``_condition`` for a search without words."""
    if name == "difficulty":
        low, high = zip(*(difficulty_range(value) or (11, 11) for value in values), strict=True)
        return entries.filter(difficulty__range=(min(low), max(high)))
    if name == "tag":
        return entries.filter(
            pk__in=TaggedEntry.objects.filter(tag__slug__in=values).values("content_object")
        )
    if name == "technology":
        return entries.filter(Q(technology__slug__in=values) | Q(technology__parent__slug__in=values))
    lookup = {"kind": "kind__in", "topic": "topic__slug__in", "level": "level__in"}[name]
    return entries.filter(**{lookup: values})


def _hits(query: Query, rows: Sequence[_Row]) -> list[Hit]:
    entries = Entry.objects.public().for_cards().select_related("technology__parent", "topic", "document")
    unused = [f"document__{name}" for name in ("title", "exact", "summary", "body")]
    by_id = entries.defer("rendered", "provenance", *unused).in_bulk([row.pk for row in rows])
    found = [by_id[row.pk] for row in rows if row.pk in by_id]
    return [Hit(entry, excerpts.excerpt(query, entry.summary, entry.document.text)) for entry in found]


__all__ = ["Hit", "Query", "Results", "Suggestion", "Term", "did_you_mean", "matching", "search", "suggest"]
