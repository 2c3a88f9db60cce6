"""Inserting many entries at once: parent rows, then child rows, then what hangs on them.

For archives that are made up or moved, never for publishing. A table is written by COPY on PostgreSQL and by
prepared INSERTs elsewhere: Django's bulk_create refuses a model with a parent table, and spends more time on
its statements than the database on the rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
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
    relations: Sequence[Relation], texts: Sequence[str],
) -> None:  # fmt: skip
    """Insert entries, rows of their kinds' models with all ids set, and all that belongs to them.

    ``texts`` are those of the entries' sections, as Kind.body_text gives them. Runs inside the caller's
    transaction, which holds the content clock; bulk forms of effects run too.
    """
    shared = [field.attname for field in Entry._meta.concrete_fields]
    entries = [Entry(**{name: getattr(row, name) for name in shared}) for row in rows]
    for entry, row, revision in zip(entries, rows, revisions, strict=True):
        entry.technology, entry.topic, entry.current_revision = row.technology, row.topic, revision
    insert_rows(entries)
    insert_rows(revisions)
    for _, typed in groupby(rows, key=type):
        insert_rows(typed)
    insert_rows(EntryStats(entry=entry) for entry in entries)
    insert_rows(tags)
    insert_rows(relations)
    insert_rows(events)
    effects.run_in_bulk(entries, texts)
    move_sequences_on()


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Insert rows of one model: the columns of its own table, not of a parent's, which is there already.

    A row without an id gets one from the database. Rows are read one by one while the database writes.
    """
    rows = iter(rows)
    if (first := next(rows, None)) is None:
        return
    meta = first._meta
    fields = [field for field in meta.local_concrete_fields if not (field.primary_key and first.pk is None)]
    prepared = [(field.attname, field.get_db_prep_save) for field in fields]
    table = connection.ops.quote_name(meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        database = cursor.db  # not by the proxy, which looks the connection up for each value
        values = (
            [prepare(getattr(row, name), database) for name, prepare in prepared]
            for row in chain([first], rows)
        )
        if database.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for one in values:
                    copy.write_row(one)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values))  # noqa: S608


def move_sequences_on() -> None:
    """Let the database give out ids after those that were set here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Entry, Revision]):
            cursor.execute(statement)
