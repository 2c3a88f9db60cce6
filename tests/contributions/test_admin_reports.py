"""The report of the review: who waits for whom, ages, service levels, verdicts a week, overrides."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contributions.actors import Staff
from contributions.admin.reports import Spans, reports
from contributions.models import ChecklistItem, Policy, Submission
from contributions.workflow import perform
from hub.core import catalogue
from tests.factories import make_editor, make_lead, make_question, make_reviewer, make_submission, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
WHY = "Nobody else knows Erlang."
REPORTS = "/admin/contributions/submission/reports/"


def move_back(submission, **length):
    """As if it had come to the queue so long ago."""
    at = timezone.now() - timedelta(**length)
    Submission.objects.filter(pk=submission.pk).update(confirmed_at=at, state_since=at)


def row_of(person, kind="Questions"):
    return next(row for row in reports(person)["kinds"] if row.label == kind)


def test_the_middle_age_and_the_one_that_nine_of_ten_stay_below():
    days = Spans([timedelta(days=number) for number in (5, 1, 9, 3, 2, 4, 6, 7, 8, 10)])
    # Nearest rank: the 5th and the 9th of ten (timesince counts seven days as a week).
    assert (days.median, days.most) == ("5 days", "1 week")
    assert Spans([timedelta(hours=3)]).most == "3 hours"
    assert Spans().median == "–"


def test_what_waits_is_counted_by_kind_with_its_ages():
    lead = make_lead()
    for hours in (1, 5, 100):
        move_back(make_submission(), hours=hours)
    held = make_submission("in_review", by=make_editor())
    move_back(held, hours=2)
    Submission.objects.filter(pk=held.pk).update(due_at=timezone.now() - timedelta(hours=1))
    row = row_of(lead)
    assert (row.waiting, row.unclaimed, row.overdue) == (4, 3, 1)
    assert (row.ages.median, row.ages.most) == ("2 hours", "4 days")


def test_answers_and_decisions_are_held_against_the_service_level_of_the_kind():
    lead = make_lead()
    Policy.objects.filter(kind="question").update(first_response_hours=10, decision_days=1)
    for hours in (1, 30):
        submission = make_submission("rejected")
        Submission.objects.filter(pk=submission.pk).update(
            confirmed_at=timezone.now() - timedelta(hours=hours)
        )
    long_ago = make_submission("rejected")
    then = timezone.now() - timedelta(weeks=20)
    Submission.objects.filter(pk=long_ago.pk).update(first_response_at=then, decided_at=then)
    row = row_of(lead)
    assert (len(row.answers.lengths), row.late_answers) == (2, 1)
    assert (len(row.decisions.lengths), row.late_decisions) == (2, 1)


def test_it_says_who_waits_for_whom_the_longest_first():
    grace = make_editor(first_name="Grace")
    move_back(make_submission(), days=3)
    move_back(make_submission("in_review", by=grace), days=5)
    make_submission("changes_requested")
    make_submission("approved")
    found = [(one["who"], one["whom"], one["number"]) for one in reports(grace)["waits"]]
    assert found[:2] == [("Contributors", "Grace", 1), ("Contributors", "a reviewer to claim it", 1)]
    assert ("We", "contributors to revise", 1) in found
    assert ("Contributors", "an editor to publish it", 1) in found


def test_verdicts_are_counted_by_week_kind_and_reviewer():
    grace = make_editor(first_name="Grace")
    make_submission("published", by=grace)
    make_submission("rejected", by=grace)
    found = reports(grace)
    assert [(row["label"], row["total"]) for row in found["throughput"]["rows"]] == [("Questions", 3)]
    assert [(row["label"], row["numbers"][-1]) for row in found["reviewers"]["rows"]] == [("Grace", 3)]
    assert len(found["reviewers"]["weeks"]) == 8


def test_leads_read_why_own_work_was_approved_and_others_do_not(client):
    lead = make_lead()
    submission = make_submission(email=lead.email)
    items = list(ChecklistItem.objects.values_list("pk", flat=True))
    for action, data in (("claim", {}), ("approve", {"checklist": items, "override_reason": WHY})):
        read = {"version": submission.version, "revision": submission.head}
        submission = perform(submission, action, Staff(lead), **read, **data)
    client.force_login(lead)
    assert WHY in client.get(REPORTS).text
    client.force_login(make_reviewer())
    page = client.get(REPORTS)
    assert page.status_code == 200
    assert "Erlang" not in page.text


def test_only_the_kinds_that_are_yours_are_reported(client):
    make_submission(title="Hidden?")
    stranger = make_user(is_staff=True)
    stranger.user_permissions.add(Permission.objects.get(codename="review_toy"))
    client.force_login(stranger)
    page = client.get(REPORTS).text
    assert "Hidden?" not in page
    assert "Questions" not in page
    for person, status in ((make_user(is_staff=True), 403), (make_user(), 302)):
        client.force_login(person)
        assert client.get(REPORTS).status_code == status
    client.force_login(make_editor())
    assert client.post(REPORTS).status_code == 405


def test_the_report_and_the_first_page_ask_the_same_number_of_questions_for_one_and_for_many(client):
    editor = make_editor()
    make_submission("in_review", by=editor)
    make_submission("rejected", by=editor)
    client.force_login(make_lead())
    pages, few = (REPORTS, "/admin/"), []
    for page in pages:
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        few.append(len(asked))
    entry = make_question()
    for number in range(8):
        make_submission("in_review", by=make_editor())
        make_submission(target=entry, summary=f"Better {number}.")
    make_submission("rejected", by=make_editor())
    for page, number in zip(pages, few, strict=True):
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert len(asked) == number, page


def test_an_empty_desk_says_so(client):
    client.force_login(make_lead())
    page = client.get(REPORTS).text
    assert "Nobody waits for anybody." in page
    assert "everything was seen by a second person" in page
    assert all(kind.label_plural in page for kind in catalogue.kinds())
