"""Inserting many entries at once: parent rows, then child rows, then what hangs on them.

For archives that are made up or moved, never for publishing. Django's bulk_create refuses a model with a
parent table, so the child's own columns are written by a plain INSERT.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from hub.core import effects
from hub.core.models import ContentClock, Entry, EntryStats, Event, Relation, Revision, TaggedEntry

_FOR_A_WHILE = "entry_by_revision_for_a_while"


@contextmanager
def indexed_by_revision() -> Iterator[None]:
    """Give Entry, for a while, an index by its current revision.

    Readers need none. But a database looks for the entries of each revision that goes, and SQLite for those
    that waited for one that comes: without it, each of many costs a walk through the whole table.
    """
    _define(f"CREATE INDEX IF NOT EXISTS {_FOR_A_WHILE} ON core_entry (current_revision_id)")
    try:
        yield
    finally:
        _define(f"DROP INDEX IF EXISTS {_FOR_A_WHILE}")


def _define(statement: str) -> None:
    if connection.in_atomic_block:
        connection.check_constraints()  # PostgreSQL changes no table while checks of its rows are put off
    with connection.cursor() as cursor:
        cursor.execute(statement)


def take_numbers(count: int) -> int:
    """Take the next ``count`` numbers of the content clock inside a transaction; returns the first."""
    ContentClock.tick()  # holds the clock, so that nobody publishes until the transaction ends
    ContentClock.objects.update(n=models.F("n") + count - 1)
    return ContentClock.now() - count + 1


def first_free_ids() -> tuple[int, int]:
    """The first free ids of Entry and Revision; sure only while the clock is held (``take_numbers``)."""
    entry, revision = (
        model._base_manager.aggregate(last=models.Max("pk"))["last"] for model in (Entry, Revision)
    )
    return (entry or 0) + 1, (revision or 0) + 1


def insert(
    rows: Sequence[Any], revisions: Sequence[Revision], events: Sequence[Event], tags: Sequence[TaggedEntry],
    relations: Sequence[Relation],
) -> None:  # fmt: skip
    """Insert entries of one kind, rows of its model with all ids set, and all that belongs to them.

    Runs inside the caller's transaction, which holds the content clock; bulk forms of effects run too.
    """
    shared = [field.attname for field in Entry._meta.concrete_fields]
    entries = [Entry(**{name: getattr(row, name) for name in shared}) for row in rows]
    for entry, row, revision in zip(entries, rows, revisions, strict=True):
        entry.technology, entry.topic, entry.current_revision = row.technology, row.topic, revision
    Entry.objects.bulk_create(entries)
    Revision.objects.bulk_create(revisions)
    insert_child_rows(rows)
    EntryStats.objects.bulk_create(EntryStats(entry=entry) for entry in entries)
    TaggedEntry.objects.bulk_create(tags)
    Relation.objects.bulk_create(relations)
    Event.objects.bulk_create(events)
    effects.run_in_bulk(entries)
    move_sequences_on()


def insert_child_rows(rows: Sequence[Any]) -> None:
    """Insert the child table's own columns of rows whose parents are there."""
    meta = type(rows[0])._meta
    fields = meta.local_concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows
    ]
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(meta.db_table)
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608


def move_sequences_on() -> None:
    """Let the database give out ids after those that were set here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Entry, Revision]):
            cursor.execute(statement)
