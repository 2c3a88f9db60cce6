"""The review queue with 50,000 submissions: its queries, its time, and the ratio to a bare query of its rows.

    python -m benchmarks.queue [--submissions 50000] [--rounds 7] [--json]

Makes a database of its own beside that of the environment (DATABASE_URL; SQLite without one), fills it, and
drops it at the end. Each page is asked in turns with the bare query, which reads the very rows that the page
shows and nothing else; medians are compared. Ends with code 1 if a page's number of queries depends on its
rows.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
os.environ.setdefault("DEBUG", "on")
os.environ["HUB_DATA"] = tempfile.mkdtemp(prefix="hub-bench-")
django.setup()

from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings, setup_test_environment
from django.utils import timezone

from benchmarks.explain import AS_IN_TESTS
from contributions.admin.queue import OURS
from contributions.models import State, Submission, SubmissionRevision
from hub.core import catalogue

QUEUE = "/admin/contributions/submission/"
PAGES = {
    "default": "", "all open": "?waiting=open", "one kind": "?kind=question", "overdue": "?due=overdue",
    "held by nobody": "?claim=nobody", "closed": "?waiting=closed", "page 20": "?p=20", "search": "?q=KH-00A",
}  # fmt: skip
WEIGHTS = {
    State.PENDING: 60, State.IN_REVIEW: 10, State.CHANGES_REQUESTED: 10, State.REJECTED: 12, State.SPAM: 8,
}  # fmt: skip
CHUNK = 2_000


@dataclass
class Figure:
    """One page: its queries, milliseconds, and how many times the bare query's."""

    page: str
    rows: int
    queries: int
    ms: float
    bare_ms: float
    ratio: float


def one_row(at: int, state: State, chance: random.Random, holder: User) -> Submission:
    """One submission of the past year; what only its own pages need is left out."""
    now = timezone.now()
    created = now - timedelta(minutes=chance.randrange(365 * 24 * 60))
    kinds = [kind.name for kind in catalogue.kinds()]
    row = Submission(
        reference=f"KH-{at:05X}", kind=kinds[at % len(kinds)], title=f"What does submission {at} ask?",
        state=state, version=2, licence_version="bench", address_hash=f"{at:064x}", created_at=created,
        confirmed_at=created, state_since=created,
        due_at=created + timedelta(days=360) if state in OURS else None,
    )  # fmt: skip
    if state == State.IN_REVIEW:
        row.claimed_by, row.lease_until = holder, now + timedelta(hours=1)
    return row


def fill(number: int) -> None:
    """Submissions in every state that costs nothing else to make, each with its text."""
    holder, _ = User.objects.get_or_create(username="holder", is_staff=True)
    chance = random.Random(5)
    states = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=number)
    for start in range(0, number, CHUNK):
        chunk = enumerate(states[start : start + CHUNK], start)
        made = Submission.objects.bulk_create(one_row(at, state, chance, holder) for at, state in chunk)
        SubmissionRevision.objects.bulk_create(
            SubmissionRevision(
                submission=one,
                number=1,
                payload={"title": one.title},
                schema=1,
                content_hash=f"{one.pk:064x}",
                origin=SubmissionRevision.Origin.SUBMIT,
                created_at=one.created_at,
            )
            for one in made
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def shown(client: Client, query: str) -> list[int]:
    """The ids of a page's rows, in its order."""
    response: Any = client.get(QUEUE + query)
    assert response.status_code == 200, (query, response.status_code)
    return [row.pk for row in response.context["cl"].result_list]


def count_queries(client: Client, query: str) -> int:
    """The queries of one page, counted before the next request empties the log."""
    with CaptureQueriesContext(connection) as asked:
        client.get(QUEUE + query)
    return len(asked)


def measure(client: Client, name: str, rounds: int) -> Figure:
    """One page against the rows that it shows, read by their ids."""
    query = PAGES[name]
    ids = shown(client, query)
    queries = count_queries(client, query)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(milliseconds(lambda: client.get(QUEUE + query)))
        rows = Submission.objects.filter(pk__in=ids).select_related("claimed_by", "target")
        bare.append(milliseconds(lambda rows=rows: list(rows)))
    took, least = median(ours), median(bare)
    return Figure(name, len(ids), queries, round(took, 1), round(least, 2), round(took / least, 1))


def figures(submissions: int, rounds: int) -> tuple[int, list[Figure]]:
    """The queries of the queue with 20 submissions, and its pages with as many as asked for."""
    editor = User.objects.create_user("bench", is_staff=True)
    editor.groups.add(Group.objects.get(name="Leads"))
    client = Client()
    client.force_login(editor)
    fill(20)
    client.get(QUEUE)
    few = count_queries(client, "")
    SubmissionRevision.objects.all().delete()
    Submission.objects.all().delete()
    print(f"{submissions} submissions on {connection.vendor} ...", file=sys.stderr)
    fill(submissions)
    return few, [measure(client, name, rounds) for name in PAGES]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    setup_test_environment()
    own = f"bench_queue_{os.getpid()}" if connection.vendor == "postgresql" else None
    connection.settings_dict["TEST"] = {**connection.settings_dict.get("TEST", {}), "NAME": own}
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with override_settings(**AS_IN_TESTS, DEBUG=False):
            few, pages = figures(options.submissions, options.rounds)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    if options.json:
        head = {"database": connection.vendor, "submissions": options.submissions, "queries_with_20": few}
        print(json.dumps({**head, "pages": [asdict(one) for one in pages]}, indent=2))
    else:
        print("page            rows queries       ms  bare ms  × bare")
        for one in pages:
            print(
                f"{one.page:<15} {one.rows:>4} {one.queries:>7} {one.ms:>8.1f} {one.bare_ms:>8.2f}"
                f" {one.ratio:>7.1f}"
            )
        print(f"{few} queries with 20 submissions, {pages[0].queries} with {options.submissions}.")
    sys.exit(0 if pages[0].queries == few else 1)


if __name__ == "__main__":
    main()
