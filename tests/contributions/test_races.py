"""Many people at once, with real threads and connections: one outcome, and everybody else is told.

Each race is run a few times; `make race` runs it fifty times on each database and prints what came of it.
"""

import os
import threading
from collections import Counter

import pytest
from django.db import connection

from contributions import submitting
from contributions.actors import Contributor, Staff
from contributions.models import ChecklistItem, State, Submission
from contributions.workflow import Conflict, Refused, perform
from hub.core.models import Entry, Revision
from hub.mail.models import Delivery
from tests.factories import make_editor, make_lead, make_question, make_submission, question_payload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

ROUNDS = int(os.environ.get("RACE_ROUNDS", "3"))


def at_once(*deeds):
    """Do all of it at the same moment, each on a connection of its own; the results in order."""
    start, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        start.wait()
        try:
            results[place] = deed()
        except (Refused, Conflict) as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def outcomes(results):
    return Counter("done" if isinstance(result, Submission) else "told" for result in results)


@pytest.fixture
def race(tally):
    """Do all of it at the same moment, and count for the summary what came of it."""

    def run(*deeds):
        results = at_once(*deeds)
        tally.update(outcomes(results))
        return results

    return run


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_eight_who_publish_at_once_make_one_revision_and_one_mail(_round, race):
    read = make_submission("approved")
    editors = [make_editor() for _ in range(8)]
    results = race(
        *(
            lambda editor=editor: perform(
                read, "publish", Staff(editor), version=read.version, revision=read.head
            )
            for editor in editors
        )
    )
    assert outcomes(results) == {"done": 1, "told": 7}
    assert all(result.status == 409 for result in results if not isinstance(result, Submission))
    assert Entry.objects.count() == Revision.objects.count() == 1
    assert Delivery.objects.filter(template="submission_published").count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_eight_approvals_at_once_are_one(_round, race):
    editor = make_editor()
    read = make_submission("in_review", by=editor)
    items = list(ChecklistItem.objects.values_list("pk", flat=True))

    def approve():
        return perform(
            read, "approve", Staff(editor), version=read.version, revision=read.head, checklist=items
        )

    assert outcomes(race(*[approve] * 8)) == {"done": 1, "told": 7}
    assert read.events.filter(action="approve").count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_approval_against_rejection_has_one_outcome(_round, race):
    editor, lead = make_editor(), make_lead()
    read = make_submission("in_review", by=editor)
    items = list(ChecklistItem.objects.values_list("pk", flat=True))
    seen = {"version": read.version, "revision": read.head}
    results = race(
        lambda: perform(read, "approve", Staff(editor), checklist=items, **seen),
        lambda: perform(read, "reject", Staff(lead), code="other", reason="No.", **seen),
    )
    assert outcomes(results) == {"done": 1, "told": 1}
    read.refresh_from_db()
    assert read.state in {State.APPROVED, State.REJECTED}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_claims_have_one_holder(_round, race):
    read = make_submission()
    editors = [make_editor(), make_editor()]
    results = race(*(lambda editor=editor: perform(read, "claim", Staff(editor)) for editor in editors))
    assert outcomes(results) == {"done": 1, "told": 1}
    read.refresh_from_db()
    assert read.claimed_by in editors


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_form_sent_twice_at_once_is_one_submission_and_one_mail(_round, race):
    proposal = submitting.Proposal(question_payload(), "ann@example.net", key="one form")
    first, second = race(lambda: submitting.submit(proposal), lambda: submitting.submit(proposal))
    assert first.pk == second.pk
    assert Submission.objects.count() == 1
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_edits_of_different_lines_published_at_once_are_both_public(_round, race):
    entry = make_question()
    summary = make_submission("approved", target=entry, summary="First summary.")
    title = make_submission("approved", target=entry, title="Second title?")
    results = race(
        *(
            lambda submission=submission, editor=editor: perform(
                submission, "publish", Staff(editor), version=submission.version, revision=submission.head
            )
            for submission, editor in ((summary, make_editor()), (title, make_editor()))
        )
    )
    assert outcomes(results) == {"done": 2}
    entry.refresh_from_db()
    assert (entry.summary, entry.title, entry.current_revision.number) == (
        "First summary.",
        "Second title?",
        3,
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_confirming_twice_at_once_confirms_once(_round, race):
    read = make_submission("unconfirmed")
    results = race(*[lambda: perform(read, "confirm", Contributor(read.pk))] * 2)
    assert outcomes(results) == {"done": 1, "told": 1}
    assert Delivery.objects.filter(template="submission_received").count() == 1
