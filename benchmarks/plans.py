"""What the database does for a page: its queries, their plans, and which walk through a whole table."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.core.cache import caches
from django.db import connection
from django.test import Client

# Tables that an archive of any size leaves as they are: vocabularies, what Django itself looks up, and
# what grows with readers and contributors instead.
OTHER_APPS = {
    "auth", "account", "mfa", "usersessions", "contenttypes", "sessions", "admin", "taggit", "mail",
    "subscriptions", "contributions",
}  # fmt: skip
SMALL_MODELS = {
    "core.Technology", "core.TechnologyAlias", "core.Topic", "core.TopicAlias", "core.Tag", "core.TagAlias",
    "core.TermChange", "core.Weakness", "core.SiteText", "core.Figure",
    "core.IdSeries", "core.ContentClock", "core.Heartbeat", "debugarchive.WantedError",
    "questions.Role", "questions.QuestionSet", "questions.QuestionSetItem", "debugarchive.ErrorSeries",
}  # fmt: skip
SORTS = ("Sort", "Incremental Sort", "USE TEMP B-TREE FOR ORDER BY")


@dataclass(frozen=True)
class Query:
    """One SELECT of a page; ``is_remembered`` when the next reader's page does without it."""

    sql: str
    params: Any
    is_remembered: bool = False


@dataclass(frozen=True)
class Plan:
    """How the database answers a query: the lines of its plan, and what is wrong with it."""

    query: Query
    lines: list[str]
    faults: list[str]


def growing_tables() -> set[str]:
    """Tables that grow with the archive."""
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in OTHER_APPS and model._meta.label not in SMALL_MODELS
    }


@contextmanager
def recorded() -> Iterator[list[tuple[str, Any]]]:
    """Collect the SELECTs that run inside, each with its parameters."""
    seen: list[tuple[str, Any]] = []

    def record(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield seen


def queries_of(client: Client, path: str) -> list[Query]:
    """The queries of one page that nobody has asked for yet; raises AssertionError when it is not there.

    The page is asked for twice, so that figures remembered until the next public change can be told from what
    every request costs.
    """
    for cache in caches.all(initialized_only=True):
        cache.clear()
    first = _queries_of_one(client, path)
    caches["pages"].clear()
    again = {(sql, str(params)) for sql, params in _queries_of_one(client, path)}
    return [Query(sql, params, is_remembered=(sql, str(params)) not in again) for sql, params in first]


def _queries_of_one(client: Client, path: str) -> list[tuple[str, Any]]:
    with recorded() as seen:
        response: Any = client.get(path)
        if getattr(response, "streaming", False):
            b"".join(response.streaming_content)
    if response.status_code not in {200, 301, 302}:
        raise AssertionError(f"{path} answered {response.status_code}")
    return seen


def plan(query: Query, growing: set[str], *, in_order: bool = False) -> Plan:
    """The plan of a query, and its faults; with ``in_order`` a sort of a page of entries is one.

    A remembered figure counts the whole archive, and may walk through it.
    """
    explain = _of_postgresql if connection.vendor == "postgresql" else _of_sqlite
    lines, faults = explain(query.sql, query.params, growing)
    if in_order and " LIMIT " in query.sql and 'FROM "core_entry"' in query.sql:
        faults += ["sorts what it found" for line in lines if line.lstrip().startswith(SORTS)]
    return Plan(query, lines, [] if query.is_remembered else faults)


def _of_postgresql(sql: str, params: Any, growing: set[str]) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        (answer,) = cursor.fetchone()
    document = json.loads(answer) if isinstance(answer, str) else answer
    lines, faults = [], []
    for node, depth in _nodes(document[0]["Plan"]):
        kind, table = node["Node Type"], node.get("Relation Name", "")
        using = node.get("Index Name", "")
        lines.append(f"{'  ' * depth}{kind} {table} {using} rows={node['Plan Rows']}")
        if kind == "Seq Scan" and table in growing:
            faults.append(f"walks through {table}")
    return lines, faults


def _nodes(node: dict[str, Any], depth: int = 0) -> Iterator[tuple[dict[str, Any], int]]:
    yield node, depth
    for child in node.get("Plans", ()):
        yield from _nodes(child, depth + 1)


def _of_sqlite(sql: str, params: Any, growing: set[str]) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        lines = [row[3] for row in cursor.fetchall()]
    names = _names(sql)
    faults = []
    for line in lines:
        words = line.split()
        if words[0] == "SCAN" and "USING" not in words and "VIRTUAL" not in words:
            table = names.get(words[1], words[1])
            if table in growing:
                faults.append(f"walks through {table}")
    return lines, faults


def _names(sql: str) -> dict[str, str]:
    """Aliases of tables in Django's SQL: ``"core_entry" U0`` → {"U0": "core_entry"}."""
    words = sql.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split()
    return {
        after: word.strip('"')
        for word, after in pairwise(words)
        if word.startswith('"') and "." not in word and after[0].isalpha() and after.isalnum()
    }
