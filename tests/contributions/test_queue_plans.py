"""The queue's list comes out of one index in its own order, whatever its filters."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contributions.admin.queue import OURS
from contributions.models import State, Submission
from tests.factories import make_lead

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
QUEUE = "/admin/contributions/submission/"
ROWS = 3_000


def fill():
    now = timezone.now()
    states = [State.PENDING, State.CHANGES_REQUESTED, State.REJECTED, State.PENDING, State.SPAM]
    Submission.objects.bulk_create(
        Submission(
            reference=f"KH-{number:05}",
            kind="question" if number % 3 else "error",
            title=f"What does {number} ask?",
            state=(state := states[number % len(states)]),
            licence_version="1",
            created_at=now,
            confirmed_at=now,
            state_since=now,
            due_at=now + timedelta(minutes=number - ROWS // 2) if state in OURS else None,
        )
        for number in range(ROWS)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan_of_the_list(client: Any, query: str) -> str:
    """The plan of the query that reads the rows of the list's page."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{QUEUE}{query}").status_code == 200
    listing = [one["sql"] for one in asked if '"lease_until"' in one["sql"] and " LIMIT " in one["sql"]]
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {listing[-1]}")
        return "\n".join(" ".join(str(part) for part in row) for row in cursor.fetchall())


def test_the_list_is_read_in_its_order_from_one_index(client):
    fill()
    client.force_login(make_lead())
    for query in ("", "?waiting=open", "?waiting=all", "?kind=question", "?due=overdue", "?claim=nobody"):
        plan = plan_of_the_list(client, query)
        assert "submission_urgency" in plan, (query, plan)
        assert "Sort" not in plan, (query, plan)
        assert "TEMP B-TREE" not in plan, (query, plan)
