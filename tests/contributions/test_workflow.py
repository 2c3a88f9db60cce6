"""The table: who may do what in which state, and what each action leaves behind."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from contributions.actors import Contributor, Staff, System
from contributions.models import (
    CLOSED,
    OPEN,
    Approval,
    ChecklistItem,
    Comment,
    Policy,
    State,
    Submission,
    SubmissionEvent,
)
from contributions.workflow import TABLE, Conflict, Refused, allowed_actions, perform
from hub.core.models import Credit, Entry
from hub.mail.models import Delivery
from tests.factories import (
    archive,
    make_editor,
    make_lead,
    make_question,
    make_reviewer,
    make_submission,
    make_user,
    question_payload,
    revise,
)

pytestmark = pytest.mark.django_db


def act(submission, action, actor, **data):
    """Take an action as somebody who has just read the page."""
    return perform(submission, action, actor, version=submission.version, revision=submission.head, **data)


def every_item():
    return list(ChecklistItem.objects.filter(kind="question").values_list("pk", flat=True))


def age(submission, **past):
    """Make a submission older than it is."""
    moment = timezone.now() - timedelta(**past)
    Submission.objects.filter(pk=submission.pk).update(created_at=moment, state_since=moment)


def mails():
    return sorted(Delivery.objects.values_list("template", flat=True))


def test_the_whole_way_from_sending_in_to_the_public_page():
    submission = make_submission(
        "unconfirmed", email="ann@example.net", name="Ann", link="https://ann.example"
    )
    guest, editor = Contributor(submission.pk), Staff(make_editor())
    submission = perform(submission, "confirm", guest)
    submission = perform(submission, "claim", editor)
    submission = act(submission, "request_changes", editor, comment="Say why.", field="deep_dive")
    submission = perform(submission, "revise", guest, payload=question_payload(title="Why so?"), note="Done.")
    submission = perform(submission, "claim", editor)
    submission = act(submission, "approve", editor, checklist=every_item())
    submission = act(submission, "publish", editor)

    entry = Entry.objects.public().get(title="Why so?")
    assert submission.state == State.PUBLISHED
    assert submission.published_revision == entry.current_revision
    assert entry.current_revision.source == submission.reference
    assert entry.credits.get().name == "Ann"
    assert entry.credits.get().role == Credit.Role.AUTHOR
    assert [event.action for event in submission.events.all()] == [
        "submit", "confirm", "claim", "request_changes", "revise", "claim", "approve", "publish",
    ]  # fmt: skip
    assert mails() == [
        "changes_requested", "confirm_submission", "submission_published", "submission_received",
    ]  # fmt: skip


def test_every_state_but_published_can_be_left_and_every_state_can_be_reached():
    # Erasing a person leaves every state as it is.
    sources = {state for row in TABLE for state in row.sources if row.action != "erase"}
    targets = {row.target for row in TABLE} | {State.APPROVED}
    assert sources == set(State) - {State.PUBLISHED}
    assert targets - {None} == set(State)
    assert set(OPEN) | set(CLOSED) | {State.PUBLISHED} == set(State)


@pytest.mark.parametrize(
    "state", ["unconfirmed", "pending", "in_review", "changes_requested", "approved", "published"]
)
def test_a_person_without_any_duty_can_do_nothing_in_any_state(state):
    submission = make_submission(state)
    for actor in (Staff(make_user(is_staff=True)), Staff(make_user()), Contributor(submission.pk + 1)):
        assert allowed_actions(submission, actor) == []
        for action in {row.action for row in TABLE if row.sources}:
            with pytest.raises(Refused) as refusal:
                act(submission, action, actor, payload=question_payload())
            assert refusal.value.status == 403
    submission.refresh_from_db()
    assert submission.state == state


@pytest.mark.parametrize(
    "state", ["unconfirmed", "pending", "in_review", "changes_requested", "approved", "published"]
)
def test_what_is_allowed_is_what_can_be_done(state):
    submission = make_submission(state)
    people = [
        Contributor(submission.pk),
        System(),
        *(Staff(make()) for make in (make_reviewer, make_editor, make_lead)),
    ]
    if submission.claimed_by:
        people.append(Staff(submission.claimed_by))
    data = {
        "reason": "Because.", "code": "other", "comment": "More.", "checklist": every_item(), "note": "",
        "entry": make_question(), "publish_at": timezone.now() + timedelta(days=1),
        "payload": question_payload(),
    }  # fmt: skip
    for actor in people:
        allowed = {row.action for row in allowed_actions(submission, actor)}
        assert {
            action for action in every_action() if can_be_done(submission, action, actor, data)
        } == allowed


def every_action():
    return sorted({row.action for row in TABLE if row.sources})


def can_be_done(submission, action, actor, data):
    """Try it, and take it back."""
    with transaction.atomic():
        try:
            act(submission, action, actor, **data)
        except (Refused, Conflict):
            return False
        finally:
            transaction.set_rollback(True)
    return True


def test_an_unknown_action_is_refused():
    with pytest.raises(Refused) as refusal:
        perform(make_submission(), "publish_everything", Staff(make_lead()))
    assert refusal.value.status == 400


# --- four eyes -------------------------------------------------------------------------------------


def test_nobody_reviews_what_came_from_their_own_address():
    reviewer = make_reviewer(email="both@example.net")
    submission = make_submission(email="BOTH@example.net")
    with pytest.raises(Refused) as refusal:
        perform(submission, "claim", Staff(reviewer))
    assert refusal.value.status == 403


def test_an_editor_who_changed_the_text_can_no_longer_approve_it():
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    submission = act(submission, "edit", Staff(editor), payload=question_payload(), note="Mended.")
    with pytest.raises(Refused) as refusal:
        act(submission, "approve", Staff(editor), checklist=every_item())
    assert refusal.value.code == "four_eyes"


def test_a_lead_overrides_four_eyes_with_a_reason_that_is_kept():
    lead = make_lead(email="lead@example.net")
    submission = perform(make_submission(email="lead@example.net"), "claim", Staff(lead))
    with pytest.raises(Refused) as refusal:
        act(submission, "approve", Staff(lead), checklist=every_item())
    assert "override_reason" in refusal.value.errors
    submission = act(
        submission, "approve", Staff(lead), checklist=every_item(), override_reason="Alone today."
    )
    approval = Approval.objects.get()
    assert (approval.is_override, approval.reason) == (True, "Alone today.")
    assert submission.events.get(action="approve").is_override


def test_without_the_policys_leave_not_even_a_lead_overrides():
    Policy.objects.update(override_allowed=False)
    lead = make_lead(email="lead@example.net")
    with pytest.raises(Refused) as refusal:
        perform(make_submission(email="lead@example.net"), "claim", Staff(lead))
    assert refusal.value.code == "four_eyes"


def test_two_approvals_need_two_people():
    Policy.objects.update(approvals_needed=2)
    first, second = make_editor(), make_editor()
    submission = make_submission("in_review", by=first)
    submission = act(submission, "approve", Staff(first), checklist=every_item())
    assert submission.state == State.PENDING
    submission = perform(submission, "claim", Staff(first))
    with pytest.raises(Refused, match="another person"):
        act(submission, "approve", Staff(first))
    submission = perform(submission, "release", Staff(first))
    submission = perform(submission, "claim", Staff(second))
    assert act(submission, "approve", Staff(second)).state == State.APPROVED


# --- verdicts belong to what was read ----------------------------------------------------------------


def test_a_text_that_arrives_between_reading_and_approving_stops_the_approval():
    editor = make_editor()
    read = make_submission("in_review", by=editor)
    perform(read, "revise", Contributor(read.pk), payload=question_payload(), note="")
    with pytest.raises(Conflict) as conflict:
        act(read, "approve", Staff(editor), checklist=every_item())
    assert conflict.value.revision == 2
    assert not Approval.objects.exists()


def test_revising_an_approved_text_takes_the_approval_away():
    submission = make_submission("approved")
    submission = perform(
        submission, "revise", Contributor(submission.pk), payload=question_payload(), note=""
    )
    assert (submission.state, submission.approved_revision, submission.head) == (State.PENDING, None, 2)


def test_saving_the_same_text_makes_no_revision_and_keeps_the_approval():
    submission = make_submission("approved")
    same = submission.revision().as_payload
    with pytest.raises(Refused) as refusal:
        perform(submission, "revise", Contributor(submission.pk), payload=same, note="")
    submission.refresh_from_db()
    assert refusal.value.code == "unchanged"
    assert (submission.state, submission.head) == (State.APPROVED, 1)


def test_verdicts_of_staff_name_what_they_read():
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    with pytest.raises(Refused) as refusal:
        perform(submission, "approve", Staff(editor), checklist=every_item())
    assert refusal.value.status == 400


def test_the_slower_of_two_is_told_who_was_faster_and_when():
    fast, slow = make_editor("grace"), make_lead("ada")
    read = make_submission("in_review", by=fast)
    act(read, "approve", Staff(fast), checklist=every_item())
    with pytest.raises(Conflict, match=r"grace was faster and approved it, at 20\d\d-"):
        act(read, "reject", Staff(slow), code="other", reason="No.")


def test_a_late_approval_after_the_lease_lapsed_is_refused():
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    Submission.objects.filter(pk=submission.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused) as refusal:
        act(submission, "approve", Staff(editor), checklist=every_item())
    assert refusal.value.code == "lease"


def test_a_lapsed_claim_can_be_claimed_and_a_live_one_cannot():
    holder, other = make_editor("holder"), make_editor()
    submission = make_submission("in_review", by=holder)
    with pytest.raises(Refused, match="holder is reviewing it until"):
        perform(submission, "claim", Staff(other))
    Submission.objects.filter(pk=submission.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
    assert perform(submission, "claim", Staff(other)).claimed_by == other


def test_taking_over_needs_a_reason_and_tells_who_lost_it():
    holder, lead = make_editor(), make_lead()
    submission = make_submission("in_review", by=holder)
    with pytest.raises(Refused):
        perform(submission, "take_over", Staff(lead))
    submission = perform(submission, "take_over", Staff(lead), reason="You are away.")
    assert submission.claimed_by == lead
    assert Delivery.objects.get(template="claim_taken_over").address == holder.email


def test_an_open_blocking_comment_stops_the_approval():
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    comment = Comment.objects.create(
        revision=submission.revision(),
        author=editor,
        text="Wrong.",
        is_blocking=True,
        created_at=timezone.now(),
    )
    with pytest.raises(Refused, match="blocking"):
        act(submission, "approve", Staff(editor), checklist=every_item())
    Comment.objects.filter(pk=comment.pk).update(resolved_at=timezone.now())
    assert act(submission, "approve", Staff(editor), checklist=every_item()).state == State.APPROVED


def test_required_items_of_the_checklist_must_be_ticked():
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    with pytest.raises(Refused) as refusal:
        act(submission, "approve", Staff(editor), checklist=every_item()[1:])
    assert "checklist" in refusal.value.errors


def test_asking_for_changes_needs_words_that_the_contributor_can_see():
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    Comment.objects.create(
        revision=submission.revision(), author=editor, text="Hm.", is_internal=True, created_at=timezone.now()
    )
    with pytest.raises(Refused) as refusal:
        act(submission, "request_changes", Staff(editor))
    assert "comment" in refusal.value.errors


# --- ends and ways back ------------------------------------------------------------------------------


def test_the_reason_of_a_rejection_reaches_the_contributor_and_spam_hears_nothing():
    make_submission("rejected")
    assert Delivery.objects.get(template="submission_closed").context["reason"] == "It is not for us."
    spam = make_submission("in_review")
    act(spam, "spam", Staff(spam.claimed_by))
    assert Delivery.objects.filter(template="submission_closed").count() == 1


def test_a_contributor_appeals_once_within_thirty_days():
    submission = make_submission("rejected")
    guest = Contributor(submission.pk)
    submission = perform(submission, "reopen", guest, reason="Look at the last line.")
    assert submission.state == State.PENDING
    submission = perform(submission, "claim", Staff(make_editor()))
    submission = act(submission, "reject", Staff(submission.claimed_by), code="other", reason="Still no.")
    with pytest.raises(Refused, match="once already"):
        perform(submission, "reopen", guest, reason="Please.")


def test_after_thirty_days_the_appeal_is_closed_and_a_lead_can_still_reopen():
    submission = make_submission("rejected")
    age(submission, days=31)
    with pytest.raises(Refused, match="30 days"):
        perform(submission, "reopen", Contributor(submission.pk), reason="Please.")
    assert perform(submission, "reopen", Staff(make_lead()), reason="Right after all.").state == State.PENDING


def test_a_duplicate_names_the_entry():
    entry = make_question()
    submission = make_submission("in_review")
    with pytest.raises(Refused):
        act(submission, "duplicate", Staff(submission.claimed_by))
    submission = act(submission, "duplicate", Staff(submission.claimed_by), entry=entry)
    assert submission.duplicate_of_id == entry.pk


def test_withdrawing_before_confirmation_deletes_what_is_personal():
    submission = make_submission("withdrawn", name="Ann", email="ann@example.net")
    assert not submission.revisions.exists()
    personal = ("title", "contributor_name", "contributor_link", "contributor_email", "address_hash")
    assert [getattr(submission, name) for name in personal] == [""] * 5


# --- suggested edits ---------------------------------------------------------------------------------


def test_a_correction_becomes_the_next_revision_with_thanks():
    entry = make_question()
    submission = make_submission(
        "published", target=entry, name="Ann", summary="Now it is right.", note="Was wrong."
    )
    entry.refresh_from_db()
    assert entry.summary == "Now it is right."
    assert entry.current_revision.number == 2
    assert entry.current_revision.note == "Was wrong."
    assert entry.credits.get().role == Credit.Role.CORRECTION
    assert submission.published_revision == entry.current_revision


def test_two_edits_of_different_fields_both_become_public():
    entry = make_question()
    first = make_submission("approved", target=entry, summary="First summary.")
    second = make_submission("approved", target=entry, title="Second title?")
    for submission in (first, second):
        act(submission, "publish", Staff(make_editor()))
    entry.refresh_from_db()
    assert (entry.summary, entry.title) == ("First summary.", "Second title?")


def test_an_edit_of_the_same_line_waits_for_a_person_and_loses_nothing():
    entry = make_question(deep_dive="One line.")
    approved = make_submission("approved", target=entry, deep_dive="Their line.")
    entry = revise(entry, deep_dive="Our line.")
    with pytest.raises(Refused) as refusal:
        act(approved, "publish", Staff(make_editor()))
    assert refusal.value.code == "merge_conflict"
    payload = question_payload(title=entry.title, summary=entry.summary, deep_dive="Both lines.")
    merged = perform(
        approved,
        "resolve",
        Contributor(approved.pk),
        payload=payload,
        base_revision=entry.current_revision,
        note="",
    )
    assert (merged.state, merged.base_revision) == (State.PENDING, entry.current_revision)
    assert merged.revisions.get(number=1).payload["deep_dive"] == "Their line."
    assert merged.revisions.get(number=2).origin == "rebase"


def test_a_correction_of_an_archived_entry_is_not_published():
    entry = make_question()
    submission = make_submission("approved", target=entry)
    archive(entry)
    with pytest.raises(Refused, match="archived"):
        act(submission, "publish", Staff(make_editor()))


# --- dates ---------------------------------------------------------------------------------------------


def test_a_date_that_lies_behind_is_refused_and_one_ahead_keeps_it_approved():
    submission, editor = make_submission("approved"), Staff(make_editor())
    with pytest.raises(Refused):
        act(submission, "schedule", editor, publish_at=timezone.now() - timedelta(hours=1))
    submission = act(submission, "schedule", editor, publish_at=timezone.now() + timedelta(hours=1))
    assert (submission.state, submission.publish_at is not None) == (State.APPROVED, True)
    assert perform(submission, "unschedule", editor).publish_at is None


# --- the record ----------------------------------------------------------------------------------------


def test_every_action_leaves_one_event_with_its_version_and_no_personal_words():
    submission = make_submission("published", name="Ann", email="ann@example.net")
    versions = list(submission.events.values_list("version", flat=True))
    assert versions == list(range(1, submission.version + 1))
    recorded = str(list(SubmissionEvent.objects.values())).lower()
    assert "ann" not in recorded
    assert "example.net" not in recorded


def test_nothing_but_the_workflow_writes_a_state():
    submission = make_submission()
    submission.state = State.PUBLISHED
    for write in (
        submission.save,
        lambda: submission.save(update_fields=["state"]),
        lambda: Submission.objects.filter(pk=submission.pk).update(state=State.PUBLISHED),
    ):
        with pytest.raises(TypeError):
            write()
    submission.refresh_from_db()
    assert submission.state == State.PENDING
