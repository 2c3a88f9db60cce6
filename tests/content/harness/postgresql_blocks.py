"""Runs the PostgreSQL blocks of one entry in order in one session, on the database that the job names.

Called by `tests.content.runner` as `python postgresql_blocks.py job.json`. Statements run one by one, as psql
runs them: outside a transaction unless the entry begins one. Rows are printed as values joined by " | " in
PostgreSQL's own text form, NULL as NULL. An error is called by its SQLSTATE, or as Python's drivers call it
(IntegrityError) where the block expects such a name, because it runs on SQLite too.
"""

import json
import re
import sys
from pathlib import Path

import psycopg

# What hides a semicolon: texts, names, comments, bodies between $tag$.
TOKEN = re.compile(
    r"""[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/"""
    r"""|\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$|.""",
    re.DOTALL,
)


def statements(script):
    """The statements of a script; what is only space and comments is none."""
    pending, says_something = "", False
    for found in TOKEN.finditer(script):
        token = found.group()
        if token == ";":
            if says_something:
                yield pending
            pending, says_something = "", False
            continue
        pending += token
        says_something = says_something or not (token.isspace() or token.startswith(("--", "/*")))
    if says_something:
        yield pending


def run(connection, script):
    for statement in statements(script):
        cursor = connection.execute(statement.encode())
        result = cursor.pgresult
        for row in range(result.ntuples if result else 0):
            values = [result.get_value(row, column) for column in range(result.nfields)]
            print(" | ".join("NULL" if value is None else value.decode() for value in values))


def name_of(error, expected):
    common = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "psycopg")
    return common if expected.endswith("Error") or not error.sqlstate else error.sqlstate


def main(job_path):
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    with psycopg.connect(job["database"], autocommit=True, application_name="content") as connection:
        connection.execute("SET client_min_messages = error")
        for block in job["blocks"]:
            raised, detail = None, ""
            try:
                run(connection, block["code"])
            except psycopg.Error as error:
                raised, detail = name_of(error, block["raises"] or ""), str(error)
            message = json.dumps({"raised": raised, "detail": detail})
            print(job["mark"] + message + job["mark"], end="", flush=True)
            if raised != block["raises"]:
                sys.exit(0)
        number = connection.info.server_version
        version = {"PostgreSQL": f"{number // 10_000}.{number % 10_000}"}
        print(job["mark"] + json.dumps({"versions": version}) + job["mark"], end="")


main(sys.argv[1])
