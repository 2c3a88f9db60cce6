"""Editors' own texts: drafts, edits of public entries, publication at once."""

import pytest
from django.urls import reverse

from contributions.models import Approval, Policy, State, Submission
from hub.core.models import Entry
from tests.contributions.posting import texts
from tests.factories import (
    make_editor,
    make_lead,
    make_question,
    make_reviewer,
    make_submission,
    question_data,
    revise,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/contributions/submission/add/"


def written(action="save", **over):
    return {**texts("question", question_data(**over)), "action": action, "key": "one form", "note": ""}


def edit_of(entry, action="save", **over):
    data = {**entry.current_revision.payload, **over}
    return {
        **texts("question", data),
        "base": entry.current_revision.number,
        "action": action,
        "note": "Newer.",
    }


def test_add_asks_for_the_kind_first(client):
    client.force_login(make_editor())
    page = client.get(ADD)
    assert page.status_code == 200
    assert "?kind=question" in page.text
    assert client.get(f"{ADD}?kind=poem").status_code == 404


def test_a_draft_is_kept_once_and_shown(client):
    client.force_login(make_editor())
    first = client.post(f"{ADD}?kind=question", written(title="Mine?"))
    assert client.post(f"{ADD}?kind=question", written(title="Mine?"))["Location"] == first["Location"]
    submission = Submission.objects.get()
    assert (submission.state, submission.title) == (State.DRAFT, "Mine?")
    assert "Mine?" in client.get(first["Location"]).text


def test_errors_and_the_preview_keep_nothing(client):
    client.force_login(make_editor())
    assert client.post(f"{ADD}?kind=question", written(title="")).status_code == 422
    page = client.post(f"{ADD}?kind=question", written("preview", deep_dive="So **bold**."))
    assert "<strong>bold</strong>" in page.text
    assert not Submission.objects.exists()


def test_own_work_goes_to_review_by_somebody_else(client):
    client.force_login(make_editor())
    client.post(f"{ADD}?kind=question", written("submit"))
    submission = Submission.objects.get()
    assert submission.state == State.PENDING
    path = reverse("admin:contributions_submission_act", args=[submission.pk, "claim"])
    assert client.post(path, {"version": submission.version, "revision": 1}).status_code == 403


def test_four_eyes_keep_an_editor_from_publishing_alone_and_the_draft_is_kept(client):
    client.force_login(make_editor())
    page = client.post(f"{ADD}?kind=question", written("publish_at_once"), follow=True)
    assert "kept as a draft" in page.text
    assert Submission.objects.get().state == State.DRAFT
    assert not Entry.objects.exists()


def test_a_lead_publishes_own_work_with_a_reason(client):
    client.force_login(make_lead())
    client.post(
        f"{ADD}?kind=question", {**written("publish_at_once"), "override_reason": "Nobody else here."}
    )
    assert Submission.objects.get().state == State.PUBLISHED
    assert Approval.objects.get().is_override
    assert Entry.objects.public().count() == 1


def test_without_four_eyes_an_editor_publishes_at_once(client):
    Policy.objects.update(four_eyes=False)
    client.force_login(make_editor())
    client.post(f"{ADD}?kind=question", written("publish_at_once"))
    assert Submission.objects.get().state == State.PUBLISHED
    assert not Approval.objects.get().is_override


def test_a_reviewer_who_may_not_publish_does_not(client):
    Policy.objects.update(four_eyes=False)
    client.force_login(make_reviewer())
    client.post(f"{ADD}?kind=question", written("publish_at_once"))
    assert Submission.objects.get().state == State.DRAFT


def test_editing_a_public_entry_is_a_suggested_edit_of_ones_own(client):
    entry = make_question(slug="kept")
    client.force_login(make_editor())
    address = f"{ADD}?entry={entry.public_id}"
    assert entry.title in client.get(address).text
    client.post(address, edit_of(entry, title="Edited?"))
    submission = Submission.objects.get()
    assert (submission.target, submission.state) == (entry, State.DRAFT)
    entry.refresh_from_db()
    assert entry.title != "Edited?"
    assert str(submission.pk) in client.get(address)["Location"]
    for hostile in ("NOPE-001", "%00", "x" * 300):
        assert client.get(f"{ADD}?entry={hostile}").status_code == 404


def test_an_edit_that_changes_nothing_is_sent_back(client):
    entry = make_question()
    client.force_login(make_editor())
    answer = client.post(f"{ADD}?entry={entry.public_id}", edit_of(entry))
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_the_claimer_mends_a_text_and_the_second_of_two_is_told(client):
    editor = make_editor()
    submission = make_submission("in_review", by=editor)
    client.force_login(editor)
    path = reverse("admin:contributions_submission_text", args=[submission.pk])
    assert client.get(path).status_code == 200
    data = texts("question", {**submission.revision().payload, "deep_dive": "Mended."})
    post = {**data, "version": submission.version, "revision": 1, "note": "Typo.", "action": "save"}
    assert client.post(path, post).status_code == 302
    assert submission.revisions.get(number=2).origin == "editor"
    answer = client.post(path, {**post, "deep_dive": "Typed in an old window."})
    assert answer.status_code == 422
    assert "Typed in an old window." in answer.text


def test_a_text_that_is_not_yours_to_change_leads_back(client):
    submission = make_submission()
    client.force_login(make_editor())
    path = reverse("admin:contributions_submission_text", args=[submission.pk])
    assert client.get(path).status_code == client.post(path, {}).status_code == 302
    submission.refresh_from_db()
    assert submission.head == 1


def test_an_editor_brings_two_changes_together(client):
    entry = make_question(deep_dive="One line.")
    submission = make_submission("approved", target=entry, deep_dive="Their line.")
    revise(entry, deep_dive="Our line.")
    editor = make_editor()
    client.force_login(editor)
    path = reverse("admin:contributions_submission_merge", args=[submission.pk])
    page = client.get(path).text
    assert "Their line." in page
    assert "Our line." in page
    assert client.post(path, {"seen": "2", "deep_dive": "Both lines."}).status_code == 302
    submission.refresh_from_db()
    assert (submission.state, submission.revision().payload["deep_dive"]) == (State.PENDING, "Both lines.")
    assert submission.revision().author == editor
    assert client.get(path).status_code == 302


def test_a_draft_can_be_withdrawn_by_its_author_only(client):
    author = make_editor()
    client.force_login(author)
    client.post(f"{ADD}?kind=question", written())
    draft = Submission.objects.get()
    path = reverse("admin:contributions_submission_act", args=[draft.pk, "withdraw"])
    for person, status, state in ((make_lead(), 403, State.DRAFT), (author, 302, State.WITHDRAWN)):
        client.force_login(person)
        assert client.post(path, {"version": 1, "revision": 1}).status_code == status
        draft.refresh_from_db()
        assert draft.state == state
