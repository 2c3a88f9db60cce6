"""The first page of the desk: what waits, in figures and as the top of the queue."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contributions.models import Submission
from hub.core.models import EntryStats
from tests.factories import make_editor, make_question, make_submission, make_user

pytestmark = pytest.mark.django_db
FIGURE = re.compile(r'<li( class="is-alarming")?>.*?figure-value">([^<]*)<.*?figure-label">([^<]*)<')


def figures(client):
    """Label → value of the first page, with an exclamation mark where it raises the alarm."""
    found = FIGURE.findall(client.get("/admin/").text)
    return {label: f"{value}{'!' if alarm else ''}" for alarm, value, label in found}


def test_it_counts_what_waits_for_whom_with_the_latest_first(client):
    make_submission(title="Waiting?")
    late = make_submission(title="Late?")
    Submission.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=2))
    make_submission("changes_requested")
    make_submission("published")
    client.force_login(make_editor())
    shown = figures(client)
    assert (shown["waiting for us"], shown["overdue"]) == ("2", "1!")
    assert (shown["waiting for contributors"], shown["published"]) == ("1", "1")
    page = client.get("/admin/").text
    assert page.index("Late?") < page.index("Waiting?")


def test_it_counts_entries_that_readers_reported(client):
    entry = make_question()
    client.force_login(make_editor())
    assert figures(client)["due for review"] == "0"
    EntryStats.objects.filter(entry=entry).update(outdated_reports=1)
    assert figures(client)["due for review"] == "1"


def test_it_asks_the_same_number_of_questions_for_one_and_for_many(client):
    client.force_login(make_editor())
    make_submission()
    client.get("/admin/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/")
    for _ in range(5):
        make_submission("in_review", by=make_editor())
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/")
    assert len(many) == len(few)


def test_who_reviews_nothing_sees_no_figures(client):
    client.force_login(make_user("ada", is_staff=True))
    assert figures(client) == {}
