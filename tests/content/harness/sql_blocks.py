"""Runs the SQL blocks of one entry in order on one in-memory SQLite database.

Called by `tests.content.runner` as `python sql_blocks.py job.json`. Prints each row as values joined by
" | ", NULL as NULL. Transactions are the entry's own: nothing is begun or committed behind its back.
"""

import json
import sqlite3
import sys
from pathlib import Path


def statements(script):
    """The statements of a script; a semicolon in a string, comment or trigger body ends none."""
    pending = ""
    for piece in script.split(";"):
        pending += piece
        if sqlite3.complete_statement(pending + ";"):
            if pending.strip():
                yield pending
            pending = ""
        else:
            pending += ";"
    if pending.rstrip(";").strip():
        yield pending.rstrip(";")


def text(value):
    return "NULL" if value is None else str(value)


def run(connection, script):
    for statement in statements(script):
        for row in connection.execute(statement):
            print(" | ".join(text(value) for value in row))


def main(job_path):
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for block in job["blocks"]:
        raised, detail = None, ""
        try:
            run(connection, block["code"])
        except (sqlite3.Error, sqlite3.Warning) as error:
            raised, detail = type(error).__name__, str(error)
        print(
            job["mark"] + json.dumps({"raised": raised, "detail": detail}) + job["mark"], end="", flush=True
        )
        if raised != block["raises"]:
            sys.exit(0)
    print(job["mark"] + json.dumps({"versions": {"SQLite": sqlite3.sqlite_version}}) + job["mark"], end="")


main(sys.argv[1])
