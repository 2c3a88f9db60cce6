"""The whole database as one file and back, on SQLite and on PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

# What a dump brings back is dropped before, in the same transaction, and so is what only a newer version
# knew: every table, sequence, function, text search configuration and dictionary but those of extensions.
EMPTY_SCHEMA = """
DO $$ DECLARE what text; called text; BEGIN
  FOR what, called IN
    WITH things (catalog, id, space, kind, name) AS (
      SELECT 'pg_class'::regclass, oid, relnamespace,
        CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass::text
        FROM pg_class WHERE relkind IN ('r', 'p', 'S', 'v')
      UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, 'FUNCTION', oid::regprocedure::text
        FROM pg_proc WHERE prokind = 'f'
      UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace, 'TEXT SEARCH CONFIGURATION',
        oid::regconfig::text FROM pg_ts_config
      UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace, 'TEXT SEARCH DICTIONARY',
        oid::regdictionary::text FROM pg_ts_dict)
    SELECT things.kind, things.name FROM things
    WHERE space = current_schema()::regnamespace AND NOT EXISTS (
      SELECT FROM pg_depend WHERE classid = catalog AND objid = id AND deptype = 'e')
    ORDER BY things.kind DESC, things.name
  LOOP
    EXECUTE format('DROP %s IF EXISTS %s CASCADE', what, called);
  END LOOP;
END $$;
"""


class DumpFailed(Exception):
    """The database could not be written to a file or read from one; the message says why and what to do."""


def file_name() -> str:
    """How this database's dump is called in a backup."""
    return "database.sqlite3" if connection.vendor == "sqlite" else "database.pgdump"


def dump(target: Path) -> None:
    """Write one consistent state of the database to a file, while the hub runs; raises DumpFailed."""
    if connection.vendor == "sqlite":
        _dump_sqlite(target)
    else:
        # No comments and no owners: a role that owns neither extension nor schema can restore it.
        options = ("--format=custom", "--no-owner", "--no-privileges", "--no-comments")
        _run("pg_dump", *options, f"--file={target}")


def load(source: Path) -> None:
    """Replace the whole database by a dump, or leave it as it was; raises DumpFailed."""
    if connection.vendor == "sqlite":
        _load_sqlite(source)
        return
    script, empty = source.with_suffix(".sql"), source.with_name("empty.sql")
    connection.close()
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source), connects=False)
    empty.write_text(EMPTY_SCHEMA)
    options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction")
    _run("psql", *options, "--output=/dev/null", f"--file={empty}", f"--file={script}")


def _dump_sqlite(target: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)  # SQLite's online backup: readers and writers go on
        copy.execute("PRAGMA journal_mode=DELETE")
    _check_sqlite(target)


def _load_sqlite(source: Path) -> None:
    _check_sqlite(source)
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(source)) as copy:
            copy.execute("PRAGMA journal_mode=WAL")  # the pages are copied with it, and the target is in WAL
            copy.backup(connection.connection)
    except sqlite3.Error as error:
        raise DumpFailed(f"The database could not be replaced: {error}. Stop the hub first.") from error
    finally:
        connection.close()


def _check_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise DumpFailed(f"The copy of the database is damaged: {verdict}.")


def _run(program: str, *arguments: str, connects: bool = True) -> None:
    """Run one of PostgreSQL's programs on the database; the password goes unseen by ps."""
    path = shutil.which(program)
    if path is None:
        raise DumpFailed(
            f"{program} is missing. Install PostgreSQL's client programs, of the server's version or newer "
            "(Debian: apt install postgresql-client)."
        )
    environment = dict(os.environ)
    command = [path, *arguments]
    if connects:
        parameters = connection.get_connection_params()
        for ours in ("context", "cursor_factory", "prepare_threshold", "client_encoding"):
            parameters.pop(ours, None)
        if password := parameters.pop("password", None):
            environment["PGPASSWORD"] = password
        command.append(f"--dbname={make_conninfo(**parameters)}")
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        errors = (line.strip() for line in result.stderr.splitlines() if "error" in line.lower())
        raise DumpFailed(f"{program} failed: {next(errors, f'it ended with code {result.returncode}')}")
