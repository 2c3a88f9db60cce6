"""Every query of the public pages, the API and the admin lists finds its rows along an index.

On PostgreSQL sequential scans and sorts are switched off here, because a small table is read faster whole
than along an index: what still scans or sorts then has no index to take. `python -m benchmarks.explain`
does the same on 350,000 entries with the planner as it is.
"""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks import plans
from benchmarks.surfaces import Sample, all_surfaces
from tests.factories import make_lead, make_question

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def fill() -> None:
    """The starter content and two thousand synthetic entries, with the planner informed."""
    call_command("load_content", verbosity=0)
    call_command("make_archive", "2000", verbosity=0)


def look_for_indexes() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")


def test_no_query_walks_through_a_table_that_grows_and_no_list_is_sorted():
    fill()
    look_for_indexes()
    reader, editor = Client(), Client()
    editor.force_login(make_lead(is_superuser=True))
    growing = plans.growing_tables()
    faults, queries = [], 0
    for surface in all_surfaces(Sample.take()):
        for query in plans.queries_of(editor if surface.staff else reader, surface.path):
            one = plans.plan(query, growing, in_order=surface.in_order)
            queries += 1
            faults += [(surface.name, fault, query.sql[:300], one.lines) for fault in one.faults]
    assert faults == [], "\n".join(str(fault) for fault in faults)
    assert queries > 500


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("SELECT id FROM core_entry WHERE license = 'MIT'", "walks through core_entry"),
        (
            'SELECT "core_entry"."id" FROM "core_entry" ORDER BY "core_entry"."license" LIMIT 10',
            "sorts what it found",
        ),
    ],
)
def test_a_query_without_an_index_would_be_found(sql, fault):
    make_question()
    look_for_indexes()
    assert fault in plans.plan(plans.Query(sql, None), plans.growing_tables(), in_order=True).faults


def test_figures_that_are_remembered_are_told_from_what_every_request_costs():
    make_question()
    client = Client()
    first = plans.queries_of(client, "/questions/")
    assert any(query.is_remembered and "COUNT" in query.sql for query in first)
    assert any(not query.is_remembered and "LIMIT" in query.sql for query in first)
    assert plans.queries_of(client, "/questions/") == first
