"""Actions on many rows of the queue: each its own transaction, with the version that its row showed."""

import pytest
from django.urls import reverse

from contributions.admin import bulk
from contributions.models import ChecklistItem, State, Submission, SubmissionEvent
from hub.core.models import Entry
from hub.mail.models import Delivery
from tests.factories import make_editor, make_lead, make_question, make_reviewer, make_submission, make_user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/contributions/submission/"


def run(client, action, submissions, *, query="", step="do", **data):
    """Choose rows and run an action; the versions are those that the objects hold."""
    posted = {
        "action": action, "index": "0", "_selected_action": [one.pk for one in submissions],
        "read": [bulk.read_mark(one) for one in submissions], "step": step, **data,
    }  # fmt: skip
    return client.post(f"{QUEUE}{query}", posted, follow=True)


def states(submissions):
    return [Submission.objects.get(pk=one.pk).state for one in submissions]


def test_the_list_offers_the_actions_and_each_row_says_what_version_it_shows(client):
    one = make_submission()
    client.force_login(make_editor())
    page = client.get(QUEUE).text
    assert f'name="read" value="{one.pk}:{one.version}:{one.head}"' in page
    for words, _ in bulk.ACTIONS.values():
        assert words in page
    assert "delete_selected" not in page


def test_claiming_many_counts_what_was_done_and_tells_each_reason_for_what_was_not(client):
    other, me = make_editor(first_name="Grace"), make_editor()
    free, also_free = make_submission(), make_submission()
    held = make_submission("in_review", by=other)
    mine = make_submission(email=me.email)
    client.force_login(me)
    page = run(client, "claim", [free, also_free, held, mine]).text
    assert "Claim: 2 done." in page
    assert f"1 left as before: {held.reference}. Grace is reviewing it until" in page
    assert f"1 left as before: {mine.reference}. You wrote part of this" in page
    assert states([free, also_free, held, mine]) == ["in_review", "in_review", "in_review", "pending"]


def test_a_row_that_changed_since_the_list_was_read_is_left_as_it_is(client):
    editor = make_editor()
    moved, same = make_submission("in_review", by=editor), make_submission("in_review", by=editor)
    stale = Submission.objects.get(pk=moved.pk)
    Submission.objects.filter(pk=moved.pk).update(version=moved.version + 1)
    client.force_login(editor)
    asked = run(client, "reject", [stale, same], step="")
    assert "changed since you opened the list" in asked.text
    page = run(client, "reject", [stale, same], code="too_thin", reason="A sentence is no answer.").text
    assert "1 done" in page
    assert "was faster" in page
    assert states([moved, same]) == ["in_review", "rejected"]


def test_a_reason_is_asked_for_and_reaches_each_contributor(client):
    editor = make_editor()
    chosen = [make_submission("in_review", by=editor) for _ in range(3)]
    client.force_login(editor)
    asked = run(client, "reject", chosen, step="")
    assert asked.status_code == 200
    assert "3 chosen" in asked.text
    assert states(chosen) == ["in_review"] * 3
    again = run(client, "reject", chosen, code="too_thin", reason=" ")
    assert again.status_code == 422
    assert states(chosen) == ["in_review"] * 3
    run(client, "reject", chosen, code="too_thin", reason="Please say more.")
    assert states(chosen) == ["rejected"] * 3
    assert {one.closed_text for one in Submission.objects.all()} == {"Please say more."}
    assert Delivery.objects.filter(template="submission_closed").count() == 3


def test_duplicates_name_one_public_entry(client):
    editor, entry = make_editor(), make_question()
    chosen = [make_submission("in_review", by=editor) for _ in range(2)]
    client.force_login(editor)
    assert run(client, "duplicate", chosen, entry="NONE-MID-001").status_code == 422
    run(client, "duplicate", chosen, entry=entry.public_id.lower())
    assert states(chosen) == ["duplicate"] * 2


def test_approving_in_bulk_needs_claim_and_checklist_as_approving_one_does(client):
    editor = make_editor()
    ready, unticked = make_submission("in_review", by=editor), make_submission("in_review", by=editor)
    unclaimed = make_submission()
    client.force_login(editor)
    ticks = reverse("admin:contributions_submission_ticks", args=[ready.pk])
    items = list(ChecklistItem.objects.filter(kind="question").values_list("pk", flat=True))
    client.post(ticks, {"revision": 1, "tick": items})
    chosen = [ready, unticked, unclaimed]
    # What a crafted post adds is not read.
    page = run(client, "approve", chosen, checklist=items, override_reason="I say so", state="published").text
    assert "Approve: 1 done." in page
    assert "4 items of the checklist left to tick." in page
    assert "That is not yours to do." in page
    assert states(chosen) == ["approved", "in_review", "pending"]


def test_publishing_many_asks_first_and_publishes_each_once(client):
    editor = make_editor()
    chosen = [make_submission("approved", by=editor) for _ in range(2)]
    client.force_login(editor)
    run(client, "publish", chosen, step="")
    assert not Entry.objects.exists()
    assert "Publish: 2 done." in run(client, "publish", chosen).text
    again = run(client, "publish", chosen).text
    assert "left as before" in again
    assert all(one.reference in again for one in chosen)
    assert Entry.objects.public().count() == 2
    assert SubmissionEvent.objects.filter(action="publish").count() == 2


def test_releasing_and_closing_as_spam(client):
    lead = make_lead()
    held, spam = make_submission("in_review", by=lead), make_submission()
    client.force_login(lead)
    run(client, "release", [held])
    run(client, "spam", [spam])
    assert states([held, spam]) == ["pending", "spam"]
    assert not Delivery.objects.filter(template="submission_closed").exists()


def test_what_left_the_filtered_list_meanwhile_is_told_not_forgotten(client):
    editor = make_editor()
    held = make_submission("in_review", by=make_editor())
    client.force_login(editor)
    page = run(client, "claim", [held], query="?claim=nobody").text
    assert f"1 left as before: {held.reference}" in page


@pytest.mark.parametrize("action", ["confirm", "lapse", "expire", "edit", "delete_selected", "nonsense"])
def test_no_other_action_can_be_run_from_the_list(client, action):
    submission = make_submission()
    client.force_login(make_lead())
    run(client, action, [submission])
    assert states([submission]) == ["pending"]


def test_rows_without_a_version_or_with_a_made_up_one_are_left_as_they_are(client):
    submission = make_submission()
    client.force_login(make_editor())
    for read in (
        [],
        ["1"],
        ["a:b:c"],
        [f"{submission.pk}:99:1"],
        [f"{submission.pk}:{submission.version}:7"],
    ):
        posted = {"action": "claim", "index": "0", "_selected_action": [submission.pk], "read": read}
        assert client.post(QUEUE, posted).status_code == 302
        assert states([submission]) == ["pending"]
    everywhere = {"action": "claim", "index": "0", "select_across": "1", "_selected_action": [submission.pk]}
    assert client.post(QUEUE, everywhere).status_code == 302
    assert client.post(QUEUE, {**everywhere, "_selected_action": "x" * 50}).status_code == 302
    assert states([submission]) == ["pending"]


def test_who_lacks_the_permission_moves_nothing(client):
    approved = make_submission("approved")
    client.force_login(make_reviewer())
    assert "That is not yours to do." in run(client, "publish", [approved]).text
    for person, status in ((make_user(is_staff=True), 403), (make_user(), 302)):
        client.force_login(person)
        posted = {"action": "claim", "index": "0", "_selected_action": [approved.pk], "read": []}
        assert client.post(QUEUE, posted).status_code == status
    assert states([approved]) == [State.APPROVED]
