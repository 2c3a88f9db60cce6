"""Triggers that keep the audit append-only in the database itself, whoever writes to it.

SQLite drops a table's triggers when a migration rebuilds the table, so they are made again after every
``migrate``; a system check tells when one is missing.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

TABLE = "contributions_submissionevent"
NAMES = ("submission_event_no_update", "submission_event_no_delete")
_REFUSAL = "submission events are append-only"


def _statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {TABLE} {refuse}"
            for name, verb in zip(NAMES, ("UPDATE", "DELETE"), strict=True)
        ]
    body = f"RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    run = "FOR EACH STATEMENT EXECUTE FUNCTION submission_event_refuse()"
    return [
        f"CREATE OR REPLACE FUNCTION submission_event_refuse() {body}",
        f"CREATE OR REPLACE TRIGGER {NAMES[0]} BEFORE UPDATE ON {TABLE} {run}",
        f"CREATE OR REPLACE TRIGGER {NAMES[1]} BEFORE DELETE OR TRUNCATE ON {TABLE} {run}",
    ]


def create(using: str = "default") -> None:
    """Make the triggers where they are missing."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def drop(using: str = "default") -> None:
    """Take the triggers away; only for a test run that empties its tables."""
    connection = connections[using]
    on_table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(using: str = "default") -> list[str]:
    """The names of the triggers that the database lacks; none while the table itself is not there."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return []
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [TABLE])
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in NAMES if name not in there]


def check(
    app_configs: Sequence[Any] | None,
    databases: Iterable[str] | None = None,
    **_options: Any,
) -> list[CheckMessage]:
    """System check: the audit's triggers are in place."""
    return [
        Error(
            f"The trigger {name} is missing: the audit of submissions could be changed.",
            hint="Run manage.py migrate; it makes the triggers again.",
            id="contributions.E001",
        )
        for using in databases or ()
        for name in missing(using)
    ]
