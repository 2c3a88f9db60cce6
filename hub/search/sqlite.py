"""Search on SQLite: two FTS5 tables over the documents, kept in step by triggers.

``search_words`` is stemmed and ranked by bm25; ``search_titles`` is not stemmed and serves suggestions.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections

from hub.search.parsing import Query, Term

Fragment = tuple[str, list[Any]]  # SQL and its parameters
CONTAINS = "instr"
_TABLES = {
    "search_words": ("title, exact, summary, body", "tokenize='porter unicode61 remove_diacritics 2'"),
    "search_titles": ("title", "tokenize='unicode61 remove_diacritics 2', prefix='2 3'"),
}


def mend(*, using: str, **_: Any) -> None:
    """Make the FTS5 tables and triggers where one is missing, and fill them; runs after every migrate.

    Django remakes a table to alter a column on SQLite, and silently drops its triggers with it.
    """
    connection = connections[using]
    if connection.vendor != "sqlite" or "search_document" not in connection.introspection.table_names():
        return
    triggers = [f"{table}_{event}" for table in _TABLES for event in ("insert", "delete", "update")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search!_%' ESCAPE '!'")
        there = {name for (name,) in cursor.fetchall()}
        if not {*_TABLES, *triggers} <= there:
            for table in _TABLES:
                _make(cursor, table)


def _make(cursor: Any, table: str) -> None:
    columns, options = _TABLES[table]
    fresh, stale = (", ".join(f"{row}.{name}" for name in columns.split(", ")) for row in ("new", "old"))
    add = f"INSERT INTO {table}(rowid, {columns}) VALUES (new.entry_id, {fresh});"  # noqa: S608
    drop = f"INSERT INTO {table}({table}, rowid, {columns}) VALUES ('delete', old.entry_id, {stale});"  # noqa: S608
    cursor.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5"
        f"({columns}, content='search_document', content_rowid='entry_id', {options})"
    )
    for event, body in (("insert", add), ("delete", drop), ("update", f"{drop} {add}")):
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{event}")
        cursor.execute(
            f"CREATE TRIGGER {table}_{event} AFTER {event.upper()} ON search_document BEGIN {body} END"
        )
    cursor.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")  # noqa: S608


def ids(query: Query) -> Fragment:
    """SQL for the entry ids that a query's words match."""
    return "SELECT rowid FROM search_words WHERE search_words MATCH %s", [_expression(query)]


def ids_of_any(terms: Sequence[Term]) -> Fragment:
    """SQL for the entry ids that match one of the terms."""
    return "SELECT rowid FROM search_words WHERE search_words MATCH %s", [_any(terms)]


def ranked(query: Query) -> tuple[Fragment, str, Fragment]:
    """A ranked search in three pieces: the rank (more is better), the tables, the condition."""
    return (
        # Weights of title, exact, summary, body.
        ("-bm25(search_words, 12.0, 6.0, 3.0, 1.0)", []),
        # CROSS JOIN keeps SQLite from starting at the documents.
        "search_words CROSS JOIN search_document d ON d.entry_id = search_words.rowid",
        ("search_words MATCH %s", [_expression(query)]),
    )


def starting(words: Sequence[str], last: str) -> Fragment:
    """SQL for the entry ids whose title holds these words and one that begins with ``last``."""
    expression = " ".join([*(f'"{word}"' for word in words), f'"{last}"*'])
    return "SELECT rowid FROM search_titles WHERE search_titles MATCH %s", [expression]


def ids_sharing(groups: Sequence[Sequence[str]], kind: str, most: int) -> Fragment:
    """SQL for the ids of a kind whose title, tags or summary hold all words of one group, nearest first."""
    wanted = " OR ".join("(" + " AND ".join(f'"{word}"' for word in group) + ")" for group in groups)
    sql = (
        "SELECT search_words.rowid FROM search_words"
        " CROSS JOIN search_document d ON d.entry_id = search_words.rowid"
        " WHERE search_words MATCH %s AND d.kind = %s"
        " ORDER BY bm25(search_words, 12.0, 6.0, 3.0, 1.0) LIMIT %s"
    )
    return sql, [f"{{title exact summary}} : ({wanted})", kind, most]


def _expression(query: Query) -> str:
    wanted = " AND ".join(_any(group) for group in query.groups)
    return f"({wanted}) NOT {_any(query.excluded)}" if query.excluded else wanted


def _any(terms: Sequence[Term]) -> str:
    """FTS5 strings of \\w+ tokens only: nothing in them can be an operator."""
    strings = [" ".join(term.tokens) for term in terms] + [term.joined for term in terms if term.joined]
    return "(" + " OR ".join(f'"{string}"' for string in strings) + ")"
