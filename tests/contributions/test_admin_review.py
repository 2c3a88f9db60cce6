"""The review page and its actions: one address an action, the state read-only everywhere."""

import pytest
from django.urls import reverse

from contributions.models import ChecklistItem, Comment, State, Submission
from hub.core.models import Entry
from tests.contributions.posting import texts
from tests.factories import (
    make_editor,
    make_lead,
    make_question,
    make_submission,
    make_user,
    question_data,
    revise,
)

pytestmark = pytest.mark.django_db


def page_of(submission):
    return reverse("admin:contributions_submission_change", args=[submission.pk])


def act(client, submission, action, **data):
    """Press an action's button on a page that was read just now."""
    submission.refresh_from_db()
    path = reverse("admin:contributions_submission_act", args=[submission.pk, action])
    answer = client.post(path, {"version": submission.version, "revision": submission.head, **data})
    submission.refresh_from_db()
    return answer


def tick_everything(client, submission):
    path = reverse("admin:contributions_submission_ticks", args=[submission.pk])
    ids = list(ChecklistItem.objects.values_list("pk", flat=True))
    return client.post(path, {"revision": submission.head, "tick": ids})


def test_an_editor_takes_a_contribution_to_the_public_page(client):
    submission = make_submission(title="From a guest?")
    client.force_login(make_editor())
    assert act(client, submission, "claim").status_code == 302
    assert submission.state == State.IN_REVIEW
    assert act(client, submission, "approve").status_code == 400
    assert tick_everything(client, submission).status_code == 302
    assert act(client, submission, "approve").status_code == 302
    assert act(client, submission, "publish").status_code == 302
    assert Entry.objects.public().get().title == "From a guest?"
    assert "Published" in client.get(page_of(submission)).text


def test_the_page_shows_the_preview_the_badges_and_what_was_said(client):
    submission = make_submission(
        deep_dive="Some **bold** words.", tags=["wsgi"], note="I saw it in production.", name="Ann"
    )
    client.force_login(make_editor())
    page = client.get(page_of(submission)).text
    assert "<strong>bold</strong>" in page
    assert "wsgi" in page
    assert "I saw it in production." in page
    assert "Ann" in page
    assert "Claim" in page


def test_a_correction_shows_what_it_changes_against_what_is_public(client):
    entry = make_question(summary="What is public.", deep_dive="One.\n\nTwo.\n\nThree.")
    submission = make_submission(target=entry, summary="What is proposed.")
    client.force_login(make_editor())
    page = client.get(page_of(submission)).text
    assert "<del>public</del>" in page
    assert "<ins>proposed</ins>" in page
    revise(entry, deep_dive="One.\n\nTwo.\n\nFour.")
    assert "both fit" in client.get(page_of(submission)).text
    revise(Entry.objects.get(), summary="Something else.")
    assert "in the same place" in client.get(page_of(submission)).text


@pytest.mark.parametrize(
    "state", ["pending", "in_review", "changes_requested", "approved", "published", "rejected"]
)
def test_the_page_answers_in_every_state_with_a_constant_number_of_queries(
    client, state, django_assert_max_num_queries
):
    submission = make_submission(state)
    client.force_login(make_lead())
    with django_assert_max_num_queries(60):
        assert client.get(page_of(submission)).status_code == 200


def test_asking_for_changes_without_words_keeps_the_page_and_says_why(client):
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    client.force_login(editor)
    answer = act(client, submission, "request_changes", comment=" ")
    assert answer.status_code == 400
    assert "Say what should change." in answer.text
    assert submission.state == State.IN_REVIEW
    assert (
        act(client, submission, "request_changes", comment="Say why.", field="deep_dive").status_code == 302
    )
    assert submission.state == State.CHANGES_REQUESTED
    assert Comment.objects.get().field == "deep_dive"


def test_a_conflict_is_told_and_the_typed_words_are_repeated(client):
    editor, lead = make_editor(first_name="Grace"), make_lead()
    submission = make_submission("in_review", by=editor)
    stale = {"version": submission.version, "revision": submission.head}
    client.force_login(editor)
    tick_everything(client, submission)
    act(client, submission, "approve")
    client.force_login(lead)
    path = reverse("admin:contributions_submission_act", args=[submission.pk, "reject"])
    answer = client.post(path, {**stale, "code": "other", "reason": "A long letter."})
    assert answer.status_code == 409
    assert "Grace was faster" in answer.text
    assert "A long letter." in answer.text


def test_a_crafted_post_to_the_page_or_the_form_changes_no_state(client):
    submission = make_submission()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    crafted = {"state": "published", "version": 99, "approved_revision": 1, "_save": "Save"}
    assert client.post(page_of(submission), crafted).status_code == 405
    answer = client.post(
        "/admin/contributions/submission/", {**crafted, "form-0-state": "published", "form-TOTAL_FORMS": 1}
    )
    assert answer.status_code in {200, 302}
    before = Submission.objects.filter(pk=submission.pk).values().get()
    assert (before["state"], before["version"]) == ("pending", 2)
    add = reverse("admin:contributions_submission_add") + "?kind=question"
    client.post(add, {**texts("question", question_data()), **crafted, "action": "save"})
    assert Submission.objects.latest("pk").state == State.DRAFT
    assert not Entry.objects.exists()


@pytest.mark.parametrize("action", ["confirm", "lapse", "expire", "nonsense", "resolve", "edit", "submit"])
def test_an_action_that_is_not_offered_is_refused(client, action):
    submission = make_submission()
    client.force_login(make_editor())
    assert act(client, submission, action).status_code in {400, 403, 409}
    assert submission.state == State.PENDING


def test_actions_need_a_post_with_a_csrf_token(client):
    submission = make_submission()
    strict = type(client)(enforce_csrf_checks=True)
    for browser in (client, strict):
        browser.force_login(make_editor())
    path = reverse("admin:contributions_submission_act", args=[submission.pk, "claim"])
    assert client.get(path).status_code == 302
    assert strict.post(path).status_code == 403
    submission.refresh_from_db()
    assert submission.state == State.PENDING


def test_comments_block_until_they_are_done(client):
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    client.force_login(editor)
    path = reverse("admin:contributions_submission_comment", args=[submission.pk])
    assert client.post(path, {"text": ""}).status_code == 400
    posted = {"text": "<b>Wrong</b>", "field": "deep_dive", "is_blocking": "on", "revision": 1}
    assert client.post(path, posted).status_code == 302
    page = client.get(page_of(submission)).text
    assert "&lt;b&gt;Wrong&lt;/b&gt;" in page
    assert "1 blocking comment is not resolved" in page
    comment = Comment.objects.get()
    done = reverse("admin:contributions_submission_resolve", args=[submission.pk, comment.pk])
    assert client.post(done).status_code == 302
    assert "blocking comment" not in client.get(page_of(submission)).text
    other = reverse("admin:contributions_submission_resolve", args=[make_submission().pk, comment.pk])
    assert client.post(other).status_code == 404


def test_only_the_claimer_ticks_the_checklist(client):
    submission = make_submission("in_review")
    client.force_login(make_editor())
    assert tick_everything(client, submission).status_code == 409
    assert not submission.revision().ticks.exists()


def test_an_older_text_can_be_read_and_an_unknown_one_is_not_found(client):
    submission = make_submission()
    client.force_login(make_editor())
    assert client.get(page_of(submission), {"text": "1"}).status_code == 200
    assert client.get(page_of(submission), {"text": "7"}).status_code == 404
    assert client.get("/admin/contributions/submission/999999999999999999999/change/").status_code == 404


def test_one_whose_text_was_deleted_leads_back_to_the_queue(client):
    submission = make_submission("withdrawn")
    client.force_login(make_editor())
    answer = client.get(page_of(submission), follow=True)
    assert answer.status_code == 200
    assert "was deleted" in answer.text


def test_a_hostile_text_is_inert_on_the_page(client):
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    submission = make_submission(title=evil, summary=evil, deep_dive=evil, name=evil, note=evil, tags=["<i>"])
    client.force_login(make_editor())
    for path in (page_of(submission), "/admin/contributions/submission/"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<i>" not in page
