"""Explain every query of the public pages, the API and the admin lists, and name those without an index.

    python -m benchmarks.explain [--only WORDS] [--all] [--json]

Runs on the database of the environment, which ought to hold 350,000 entries (manage.py make_archive 350000).
Changes nothing there. Ends with code 1 if a query walks through a whole table that grows, or sorts what an
index could give in order.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings

from benchmarks.plans import Plan, growing_tables, plan, queries_of
from benchmarks.surfaces import Sample, Surface, all_surfaces
from hub.core.models import Entry

AS_IN_TESTS: dict[str, Any] = {
    "ALLOWED_HOSTS": ["testserver"],
    "SECURE_SSL_REDIRECT": False,
    "STORAGES": {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}


def explained(surface: Surface, client: Client, growing: set[str]) -> list[Plan]:
    """The plans of one address, each query once."""
    unique = {(query.sql, str(query.params)): query for query in queries_of(client, surface.path)}
    return [plan(query, growing, in_order=surface.in_order) for query in unique.values()]


def show(surface: Surface, one: Plan) -> None:
    print(f"\n{surface.name}  {surface.path}")
    for fault in one.faults:
        print(f"  FAULT: {fault}")
    print(f"  {'(remembered) ' if one.query.is_remembered else ''}{one.query.sql[:1200]}")
    for line in one.lines:
        print(f"    {line}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="print every plan, not only the faulty ones")
    parser.add_argument("--only", default="", help="only addresses whose name or path holds this")
    parser.add_argument("--json", action="store_true", help="print one JSON object a query")
    arguments = parser.parse_args()
    growing, queries, faulty = growing_tables(), 0, 0
    with override_settings(**AS_IN_TESTS), transaction.atomic():
        reader, editor = Client(), Client()
        editor.force_login(User.objects.create_superuser("explain", "explain@localhost", None))
        surfaces = [one for one in all_surfaces(Sample.take()) if arguments.only in f"{one.name} {one.path}"]
        for number, surface in enumerate(surfaces, start=1):
            print(f"{number} of {len(surfaces)}  {surface.name:<60}", file=sys.stderr, end="\r")
            for one in explained(surface, editor if surface.staff else reader, growing):
                queries, faulty = queries + 1, faulty + bool(one.faults)
                if arguments.json:
                    print(
                        json.dumps(
                            {"surface": surface.name, "path": surface.path, **asdict(one)}, default=str
                        )
                    )
                elif one.faults or arguments.all:
                    show(surface, one)
        entries = Entry.objects.count()
        transaction.set_rollback(True)
    print(
        f"\n{queries} queries of {len(surfaces)} addresses on {entries} entries, {connection.vendor}: "
        f"{faulty} without an index.",
        file=sys.stderr,
    )
    sys.exit(1 if faulty else 0)


if __name__ == "__main__":
    main()
